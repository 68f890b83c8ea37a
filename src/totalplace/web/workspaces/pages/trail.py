"""The trail of a partnership, for its managers: who changed what, and when.

Flow: workspaces.entries, workspaces.permissions -> THIS -> templates/workspaces/trail.html
Nothing here changes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils import timezone

from totalplace.web.downloads import Column, Table
from totalplace.web.page import Page, page
from totalplace.web.workspaces import trail as kept
from totalplace.web.workspaces.entries import Entry
from totalplace.web.workspaces.models import Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.pages.rooms import names_of
from totalplace.web.workspaces.permissions import room

ON_A_PAGE = 100
MOST_IN_A_FILE = 100_000
DONE = {0: "made", 1: "changed", 2: "deleted"}
THINGS = {"user": "account", "saved": "saved result"}  # others are called as their models are
FIELDS = {"is_active": "open", "area_codes": "authorities", "author_name": "author"}
COLUMNS = (
    Column("at", "When (London)"),
    Column("who", "Who"),
    Column("did", "What was done"),
    Column("thing", "To what"),
    Column("which", "Which"),
    Column("changes", "From and to"),
)


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which page of it."""

    part: int = field(default=1, metadata={"min": 1, "max": 1_000_000})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry in words."""

    at: str
    who: str
    did: str
    thing: str
    which: str
    changes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPage:
    """What the template reads."""

    lines: tuple[Line, ...]
    total: int
    newer: str  # address, "" on the first page
    older: str  # address, "" on the last


@page(TrailQuery)
def trail(request: HttpRequest, query: TrailQuery, partnership_id: UUID) -> Page:
    """The newest changes first."""
    mine = room(request, partnership_id, Role.MANAGER)
    found = Entry.objects.filter(partnership=partnership_id).select_related("content_type")
    total = found.count()
    first = (query.part - 1) * ON_A_PAGE
    lines = tuple(line_of(one) for one in found[first : first + ON_A_PAGE])
    own = reverse("trail", args=[partnership_id])
    return Page(
        title="Trail of changes",
        template="workspaces/trail.html",
        content=TrailPage(
            lines=lines,
            total=total,
            newer=f"{own}?part={query.part - 1}" if query.part > 1 else "",
            older=f"{own}?part={query.part + 1}" if first + ON_A_PAGE < total else "",
        ),
        document=lambda: {
            "kind": "trail",
            "total": total,
            "part": query.part,
            "entries": [_document(one) for one in found[first : first + ON_A_PAGE]],
        },
        tables=lambda: (
            Table(
                name="trail",
                title=f"Trail of changes of {mine.partnership.name}",
                columns=COLUMNS,
                rows=[
                    (line.at, line.who, line.did, line.thing, line.which, line.changes)
                    for line in map(line_of, found[:MOST_IN_A_FILE].iterator())
                ],
                note=f"{total:,} entries, newest first; a file holds the newest "
                f"{MOST_IN_A_FILE:,}.",
            ),
        ),
        file_name="trail",
        crumbs=crumbs_of(mine.partnership),
    )


def line_of(entry: Entry) -> Line:
    """An entry in words."""
    thing = str(entry.content_type.model)
    return Line(
        at=f"{timezone.localtime(entry.timestamp):%Y-%m-%d %H:%M:%S}",
        who=entry.actor_name or kept.STRANGER,
        did=entry.event or DONE[entry.action],
        thing=THINGS.get(thing, thing),
        which=entry.object_repr,
        changes=changes_of(entry),
    )


def changes_of(entry: Entry) -> str:
    """What it was and what it became, field by field."""
    changes: Mapping[str, Any] = entry.changes or {}
    told = []
    for name, pair in sorted(changes.items()):
        words_fn = _areas if name == "area_codes" else _plain
        before, after = (words_fn(one) for one in pair)
        if before == after:
            continue
        told.append(f"{FIELDS.get(name, name).replace('_', ' ')}: {before} → {after}")
    return "; ".join(told)


def _plain(value: object) -> str:
    words = {"None": "nothing", "": "nothing", "True": "yes", "False": "no"}
    return words.get(str(value), str(value))


def _areas(value: object) -> str:
    """Authorities by name; as they were written where that is no list of codes."""
    try:
        codes = json.loads(str(value))
    except ValueError:
        return _plain(value)
    return ", ".join(names_of([str(one) for one in codes])) if codes else "nothing"


def _document(entry: Entry) -> dict[str, Any]:
    line = line_of(entry)
    return {
        "at": entry.timestamp.isoformat(),
        "who": line.who,
        "did": line.did,
        "thing": line.thing,
        "which": line.which,
        "changes": entry.changes or {},
    }


ROUTES = [path("workspaces/<uuid:partnership_id>/trail", trail, name="trail")]
