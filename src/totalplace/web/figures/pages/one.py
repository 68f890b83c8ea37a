"""One set: every own figure beside the published one; put to use, put away, deleted.

Flow: workspaces.permissions, figures.sets -> THIS -> templates/figures/set.html
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from totalplace.book.own import OwnFigures
from totalplace.reports import own_words
from totalplace.web.downloads import Column, Table
from totalplace.web.figures import sets
from totalplace.web.figures.middleware import turn_off, turn_on, turned_on
from totalplace.web.figures.models import FigureSet
from totalplace.web.figures.pages.listing import sent
from totalplace.web.figures.use import ABSENT
from totalplace.web.page import Page, page
from totalplace.web.workspaces.models import Partnership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.permissions import room

MOST_ROWS = 1_000  # on the page; the downloads have all
HEADS = {"new_la_code": "Area code", "la_name": "Authority", "time_period": "Period"}
NUMBERS = ("value", "published", "difference")


@dataclass(frozen=True, slots=True)
class SetQuery:
    """Whether the set was just kept, or just put to use."""

    kept: bool = False
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPage:
    """What the template reads."""

    title: str
    partnership: str
    facts: tuple[tuple[str, str], ...]
    kept: bool
    used: bool
    active: bool
    warnings: list[str]
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    more: str  # how many rows the page leaves out, in words; "" for none
    use: str
    stop: str
    delete: str  # the address, "" for those who may not
    replace: str
    newer: str  # the address of the set that replaced it, or ""
    example: str  # a page made with it


@page(SetQuery)
def figure_set(request: HttpRequest, query: SetQuery, partnership_id: UUID, set_id: UUID) -> Page:
    """One set, own beside published."""
    mine = room(request, partnership_id)
    chosen = found_in(mine.partnership, str(set_id))
    own = chosen.own()
    active = turned_on(request)
    args = [partnership_id, set_id]
    may = Role(mine.role).allows
    rows = own_words.rows(own.figures[:MOST_ROWS])
    left = len(own.figures) - len(rows)
    upload = reverse("figures-upload", args=[partnership_id])
    newer = chosen.replaced_by_id
    content = SetPage(
        title=chosen.title,
        partnership=mine.partnership.name,
        facts=(
            ("Sent by", sent(chosen)),
            ("File", chosen.file_name),
            ("SHA-256 of the file", chosen.sha256),
            ("Figures that differ from the published", f"{chosen.count:,}"),
            ("Rows that say what was published, left out", f"{chosen.same:,}"),
        ),
        kept=query.kept,
        used=query.used,
        active=active is not None and active.id == chosen.id,
        warnings=chosen.warnings,
        heads=own_words.HEADS,
        rows=rows,
        more=f"{left:,} more are in the CSV and the Excel file." if left else "",
        use=reverse("figure-set-use", args=args),
        stop=reverse("figure-set-stop", args=args),
        delete=reverse("figure-set-delete", args=args) if may(Role.MANAGER) else "",
        replace=f"{upload}?replaces={chosen.id}" if may(Role.ANALYST) else "",
        newer=reverse("figure-set", args=[partnership_id, newer]) if newer else "",
        example=f"{reverse('place', args=[own.figures[0].area_code])}?figures={chosen.id}",
    )
    return Page(
        title=f"Own figures: {chosen.title}",
        template="figures/set.html",
        content=content,
        document=lambda: {
            "kind": "own-figures",
            "name": chosen.title,
            "partnership": content.partnership,
            "file": chosen.file_name,
            "sha256": chosen.sha256,
            "warnings": chosen.warnings,
            "in_use": content.active,
            **own_words.document(own.figures),
        },
        tables=lambda: (_table(own),),
        stamp=f"file {chosen.sha256[:12]}",
        file_name="own-figures",
        crumbs=(
            *crumbs_of(mine.partnership),
            ("Own figures", reverse("figure-sets", args=[partnership_id])),
        ),
    )


@require_POST
def use(request: HttpRequest, partnership_id: UUID, set_id: UUID) -> HttpResponse:
    """Have every page of the visitor's session made with the set."""
    mine = room(request, partnership_id)
    turn_on(request, found_in(mine.partnership, str(set_id)))
    address = reverse("figure-set", args=[partnership_id, set_id])
    return HttpResponseRedirect(f"{address}?used=yes")


@require_POST
def stop(request: HttpRequest, partnership_id: UUID, set_id: UUID) -> HttpResponse:
    """Back to published figures."""
    room(request, partnership_id)
    turn_off(request)
    return HttpResponseRedirect(reverse("figure-set", args=[partnership_id, set_id]))


@require_POST
def delete(request: HttpRequest, partnership_id: UUID, set_id: UUID) -> HttpResponse:
    """Delete a set and the results made with it."""
    mine = room(request, partnership_id, Role.MANAGER)
    sets.delete(found_in(mine.partnership, str(set_id)))
    return HttpResponseRedirect(reverse("figure-sets", args=[partnership_id]))


def found_in(partnership: Partnership, named: str) -> FigureSet:
    """A set of a partnership.

    Raises:
        Http404: The partnership has none of that id.
    """
    try:
        chosen = sets.find(UUID(named))
    except ValueError:
        chosen = None
    if chosen is None or chosen.partnership_id != partnership.id:
        raise Http404(ABSENT)
    return chosen


def _table(own: OwnFigures) -> Table:
    frame = own.to_frame()
    return Table(
        name="figures",
        title=f"{own.title}: own figures beside the published",
        columns=tuple(
            Column(
                name,
                HEADS.get(name, name.replace("_", " ").capitalize()),
                "number" if name in NUMBERS else "text",
            )
            for name in frame.columns
        ),
        rows=list(frame.iter_rows()),
        note=f"{own.owner}'s own figures, not published.",
    )


ONE = "workspaces/<uuid:partnership_id>/figures/<uuid:set_id>"
ROUTES = [
    path(ONE, figure_set, name="figure-set"),
    path(f"{ONE}/use", use, name="figure-set-use"),
    path(f"{ONE}/stop", stop, name="figure-set-stop"),
    path(f"{ONE}/delete", delete, name="figure-set-delete"),
]
