"""Who has an account, which partnerships there are, and who is what in which.

Flow: workspaces.people, workspaces.permissions -> THIS -> the database
Fields carry their types (set, then got), as in `web.jobs.models`.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from totalplace.web.workspaces.entries import Entry
from totalplace.web.workspaces.holdings import Note, Saved

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    Text: TypeAlias = models.CharField[str, str]
    Moment: TypeAlias = models.DateTimeField[datetime, datetime]

__all__ = ["Entry", "Membership", "Note", "Partnership", "Role", "Saved", "User"]
LONGEST_NAME = 150


class Role(models.TextChoices):
    """What a member may do. Each may do what those before it may."""

    READER = "reader"  # sees
    ANALYST = "analyst"  # also saves, uploads, writes notes
    MANAGER = "manager"  # also members and deleting

    def allows(self, least: Role) -> bool:
        """Whether this role may do what ``least`` may."""
        order = list(Role)
        return order.index(self) >= order.index(least)


def plain_name(username: str) -> str:
    """A name to sign in with, as it is kept and compared: small letters, in one spelling."""
    return User.normalize_username(username.strip()).casefold()


class Accounts(BaseUserManager["User"]):
    """Finds accounts whatever the case of the name that was typed."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The account of a name."""
        return self.get(username=plain_name(username or ""))


class User(AbstractBaseUser):
    """An account. There are no staff and no superusers: roles are a partnership's."""

    username: Text = models.CharField(max_length=LONGEST_NAME, unique=True)  # as by plain_name
    name: Text = models.CharField(max_length=LONGEST_NAME)  # for others to read
    email: Text = models.EmailField(blank=True, default="")
    is_active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    generation: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=1)
    made_at: Moment = models.DateTimeField(default=timezone.now)

    objects = Accounts()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    if TYPE_CHECKING:
        id: int
        memberships: RelatedManager[Membership]

    def __str__(self) -> str:
        """Its name, and the one to sign in with."""
        return f"{self.name} ({self.username})"

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail: the partnerships that are told of a change to this account."""
        if self.pk is None:
            return {"partnerships": []}
        found = self.memberships.order_by("id").values_list("partnership_id", flat=True)
        return {"partnerships": [str(one) for one in found]}

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Ends every session when the password or the generation changes."""
        salt = "totalplace.web.workspaces.models.User"
        text = f"{self.generation}:{self.password}"
        return salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()


class Partnership(models.Model):
    """Authorities that work together, or think of it: what a workspace belongs to."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    name: Text = models.CharField(max_length=LONGEST_NAME, unique=True)
    area_codes: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    made_at: Moment = models.DateTimeField(default=timezone.now)

    if TYPE_CHECKING:
        memberships: RelatedManager[Membership]
        saved: RelatedManager[Saved]
        notes: RelatedManager[Note]

    def __str__(self) -> str:
        """Its name."""
        return self.name

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail."""
        return {"partnerships": [str(self.pk)]}


class Membership(models.Model):
    """One person in one partnership."""

    partnership: models.ForeignKey[Partnership, Partnership] = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="memberships"
    )
    user: models.ForeignKey[User, User] = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships"
    )
    role: Text = models.CharField(max_length=10, choices=Role.choices)
    since: Moment = models.DateTimeField(default=timezone.now)

    if TYPE_CHECKING:
        id: int
        partnership_id: UUID
        user_id: int

    class Meta:
        """A person is one thing in a partnership."""

        constraints = (models.UniqueConstraint(fields=["partnership", "user"], name="member_once"),)

    def __str__(self) -> str:
        """Who is what."""
        return f"{self.user} as {self.role}"

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail."""
        return {"partnerships": [str(self.partnership_id)]}
