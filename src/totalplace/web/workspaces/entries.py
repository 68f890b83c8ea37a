"""One line of the trail: who did what to what, when. Written once, never changed.

Flow: django-auditlog, workspaces.trail -> THIS -> the database
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from auditlog.models import AbstractLogEntry
from django.db import models


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is changing things just now: an account, or a name where there is none."""

    user: Any = None  # a User; models are not known here yet
    name: str = ""


ACTOR: ContextVar[Actor] = ContextVar("actor", default=Actor())  # noqa: B039 (it is frozen)

CONCERNED = "partnerships"  # in additional_data: those that are told


class Entry(AbstractLogEntry):  # type: ignore[misc]  # auditlog has no types
    """As django-auditlog's own, with the partnership it concerns and names that outlive accounts.

    What concerns several partnerships (a person who is in both signs in) is one entry in each.
    """

    if TYPE_CHECKING:
        actor: Any

    partnership: models.UUIDField[UUID | None, UUID | None] = models.UUIDField(
        null=True, editable=False
    )  # not a key: the trail outlives what it is about
    actor_name: models.CharField[str, str] = models.CharField(max_length=310, default="")
    event: models.CharField[str, str] = models.CharField(max_length=40, default="")  # if no change

    class Meta(AbstractLogEntry.Meta):  # type: ignore[misc]
        """Read by partnership, newest first."""

        abstract = False
        ordering = ("-timestamp", "-id")
        indexes = (models.Index(fields=["partnership", "-timestamp"], name="trail_of"),)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, once, with who acts; and a copy for each further partnership."""
        if not self._state.adding:
            _refuse()
        if self.actor is None:
            self.actor = ACTOR.get().user
        self.actor_name = self.actor_name or str(self.actor or ACTOR.get().name)
        told = [UUID(one) for one in (self.additional_data or {}).get(CONCERNED, [])]
        self.partnership = told[0] if told else None
        super().save(*args, **kwargs)
        names = [field.attname for field in self._meta.fields if not field.primary_key]
        values = {name: getattr(self, name) for name in names}
        Entry.objects.bulk_create(Entry(**{**values, "partnership": one}) for one in told[1:])

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        _refuse()


def _refuse() -> NoReturn:
    raise TypeError("The trail is only ever added to.")
