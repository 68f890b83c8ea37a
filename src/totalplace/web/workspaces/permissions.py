"""Who may see and do what in a workspace: the one place that decides it.

Flow: a request -> THIS -> workspaces.pages, whatever else belongs to a partnership
Whoever is no member is told that there is no such page, whether the partnership exists or not.
"""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest

from totalplace.web.failures import DeniedError, SignInNeededError
from totalplace.web.workspaces.models import Membership, Partnership, Role, User

MAY = {
    Role.READER: "see this workspace",
    Role.ANALYST: "save, upload and write here",
    Role.MANAGER: "see to members and delete here",
}


def signed_in(request: HttpRequest) -> User:
    """The account of who is asking.

    Raises:
        SignInNeededError: A stranger's request.
    """
    if not request.user.is_authenticated:
        raise SignInNeededError("You are not signed in, or were signed out meanwhile. Sign in.")
    return cast(User, request.user)


def room(request: HttpRequest, partnership_id: UUID, least: Role = Role.READER) -> Membership:
    """The visitor's membership of a partnership, which holds the partnership and the role.

    Raises:
        SignInNeededError: A stranger's request.
        Http404: The visitor is no member; the same as when there is no such partnership.
        DeniedError: The visitor's role is too small for it.
    """
    user = signed_in(request)
    mine = (
        Membership.objects.select_related("partnership", "user")
        .filter(partnership_id=partnership_id, user=user)
        .first()
    )
    if mine is None:
        raise Http404("There is no such workspace among yours.")
    if not Role(mine.role).allows(least):
        raise DeniedError(
            f"You are {_with_article(mine.role)} here; only {_with_article(least)} may "
            f"{MAY[least]}. Ask a manager of the partnership."
        )
    return mine


def require(request: HttpRequest, partnership: Partnership, least: Role) -> Membership:
    """As `room`, for a partnership that was found already."""
    return room(request, partnership.pk, least)


def rooms(user: User, least: Role = Role.READER) -> list[Membership]:
    """The memberships of a person in which they are at least so much, by name of partnership."""
    mine = Membership.objects.select_related("partnership").filter(user=user)
    return [one for one in mine.order_by("partnership__name") if Role(one.role).allows(least)]


def _with_article(role: str) -> str:
    return f"an {role}" if role[0] in "aeiou" else f"a {role}"
