"""The workspaces one is a member of, and the first page of each.

Flow: workspaces.permissions -> THIS -> templates/workspaces/workspaces.html, workspace.html
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery
from totalplace.web.workspaces.models import Partnership
from totalplace.web.workspaces.permissions import room, rooms, signed_in

CRUMBS = (("Workspaces", "/workspaces"),)


def crumbs_of(partnership: Partnership) -> tuple[tuple[str, str], ...]:
    """What stands above the pages inside a workspace."""
    return (*CRUMBS, (partnership.name, reverse("workspace", args=[partnership.pk])))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsPage:
    """What the template of the list reads."""

    rooms: tuple[tuple[str, str, str], ...]  # partnership, role, address


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """What the template of a workspace reads."""

    name: str
    role: str
    members_address: str
    figures_address: str


@page(NoQuery)
def workspaces(request: HttpRequest, query: NoQuery) -> Page:
    """The visitor's workspaces."""
    content = RoomsPage(
        rooms=tuple(
            (one.partnership.name, one.role, reverse("workspace", args=[one.partnership_id]))
            for one in rooms(signed_in(request))
        )
    )
    return Page(
        title="Your workspaces",
        template="workspaces/workspaces.html",
        content=content,
        document=lambda: {
            "kind": "workspaces",
            "workspaces": [
                {"name": name, "role": role, "address": address}
                for name, role, address in content.rooms
            ],
        },
    )


@page(NoQuery)
def workspace(request: HttpRequest, query: NoQuery, partnership_id: UUID) -> Page:
    """One partnership's workspace."""
    mine = room(request, partnership_id)
    return Page(
        title=mine.partnership.name,
        template="workspaces/workspace.html",
        content=RoomPage(
            name=mine.partnership.name,
            role=mine.role,
            members_address=reverse("members", args=[partnership_id]),
            figures_address=reverse("figure-sets", args=[partnership_id]),
        ),
        document=lambda: {"kind": "workspace", "name": mine.partnership.name, "role": mine.role},
        crumbs=CRUMBS,
    )


ROUTES = [
    path("workspaces", workspaces, name="workspaces"),
    path("workspaces/<uuid:partnership_id>", workspace, name="workspace"),
]
