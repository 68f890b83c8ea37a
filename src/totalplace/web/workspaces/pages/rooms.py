"""The workspaces one is a member of, and the first page of each.

Flow: workspaces.permissions -> THIS -> templates/workspaces/workspaces.html, workspace.html
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.web.downloads import Column, Table
from totalplace.web.page import Page, page
from totalplace.web.pages.places import register
from totalplace.web.query import NoQuery
from totalplace.web.workspaces import saving, trail
from totalplace.web.workspaces.holdings import Saved
from totalplace.web.workspaces.models import Role
from totalplace.web.workspaces.pages.crumbs import WORKSPACES
from totalplace.web.workspaces.pages.notes import NotesPart, note_document, notes_on
from totalplace.web.workspaces.permissions import room, rooms, signed_in

SAVED_COLUMNS = (
    Column("name", "Name"),
    Column("kind", "Kind"),
    Column("verdict", "Verdict"),
    Column("saved_by", "Saved by"),
    Column("saved_on", "Saved on", "day"),
    Column("state", "State"),
    Column("address", "Address"),
)
NOTE_COLUMNS = (Column("author", "Author"), Column("written", "Written"), Column("note", "Note"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsPage:
    """What the template of the list reads."""

    rooms: tuple[tuple[str, str, str], ...]  # partnership, role, address


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRow:
    """One saved thing in the list."""

    name: str
    kind: str
    verdict: str  # its first sentence
    saved_by: str
    saved_at: str
    state: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPage:
    """What the template of a workspace reads."""

    name: str
    role: str
    areas: tuple[str, ...]  # names of the authorities it concerns
    saved: tuple[SavedRow, ...]
    notes: NotesPart
    members_address: str
    figures_address: str
    trail_address: str  # "" for who may not read it


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
    """One partnership's workspace: what was saved, and notes."""
    mine = room(request, partnership_id)
    held = saving.of_partnership(partnership_id)
    rows = tuple(_row(one) for one in held)
    manages = Role(mine.role).allows(Role.MANAGER)
    content = RoomPage(
        name=mine.partnership.name,
        role=mine.role,
        areas=names_of(mine.partnership.area_codes),
        saved=rows,
        notes=notes_on(mine),
        members_address=reverse("members", args=[partnership_id]),
        figures_address=reverse("figure-sets", args=[partnership_id]),
        trail_address=reverse("trail", args=[partnership_id]) if manages else "",
    )
    return Page(
        title=mine.partnership.name,
        template="workspaces/workspace.html",
        content=content,
        document=lambda: {
            "kind": "workspace",
            "name": content.name,
            "role": content.role,
            "authorities": list(content.areas),
            "saved": [asdict(one) for one in rows],
            "notes": [note_document(one) for one in content.notes.notes],
        },
        tables=lambda: (
            Table(
                name="saved",
                title=f"Saved in {content.name}",
                columns=SAVED_COLUMNS,
                rows=[
                    (
                        o.name,
                        o.kind,
                        r.verdict,
                        o.saved_by_name,
                        o.saved_at.date(),
                        r.state,
                        o.address,
                    )
                    for o, r in zip(held, rows, strict=True)
                ],
            ),
            Table(
                name="notes",
                title=f"Notes on {content.name}",
                columns=NOTE_COLUMNS,
                rows=[(one.author, one.when, one.text) for one in content.notes.notes],
            ),
        ),
        file_name="workspace",
        crumbs=WORKSPACES,
    )


def _row(one: Saved) -> SavedRow:
    return SavedRow(
        name=one.name,
        kind=one.kind,
        verdict=one.verdict[0] if one.verdict else "",
        saved_by=one.saved_by_name,
        saved_at=trail.minute(one.saved_at),
        state="changed since" if saving.changed_since(one) else "as it would be now",
        address=reverse("saved", args=[one.partnership_id, one.pk]),
    )


def names_of(codes: list[str]) -> tuple[str, ...]:
    """The authorities of these codes by name; a code this book does not know, as it is."""
    known = {one.area_code: one.name for one in register().on()} if codes else {}
    return tuple(sorted(known.get(code, code) for code in codes))


ROUTES = [
    path("workspaces", workspaces, name="workspaces"),
    path("workspaces/<uuid:partnership_id>", workspace, name="workspace"),
]
