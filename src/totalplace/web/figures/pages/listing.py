"""The sets of a partnership, and the template to fill in.

Flow: workspaces.permissions, figures.sets -> THIS -> templates/figures/sets.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.measures.own_template import template_rows
from totalplace.reports.own_template import HOW, template_csv, template_workbook
from totalplace.web.figures import sets
from totalplace.web.figures.middleware import turned_on
from totalplace.web.figures.models import FigureSet
from totalplace.web.library import library
from totalplace.web.page import TYPES, Page, page
from totalplace.web.pages.places import register
from totalplace.web.query import NoQuery
from totalplace.web.workspaces.models import Membership, Partnership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.permissions import room

TEMPLATES = {"csv": template_csv, "xlsx": template_workbook}


@dataclass(frozen=True, slots=True)
class TemplateQuery:
    """How many of the newest periods of each measure the template has."""

    periods: int = field(default=1, metadata={"min": 1, "max": 30})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A set in the list."""

    title: str
    address: str
    file_name: str
    sent: str
    figures: str
    sha256: str
    state: str  # in use, replaced, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetsPage:
    """What the template reads."""

    partnership: str
    councils: tuple[str, ...]
    rows: tuple[Listed, ...]
    how: tuple[str, ...]
    upload: str  # the address, "" for readers
    csv: str
    excel: str


@page(NoQuery)
def figure_sets(request: HttpRequest, query: NoQuery, partnership_id: UUID) -> Page:
    """Every set of a partnership, newest first."""
    mine = room(request, partnership_id)
    active = turned_on(request)
    rows = tuple(
        listed(one, active.id if active else None) for one in sets.of_partnership(partnership_id)
    )
    content = SetsPage(
        partnership=mine.partnership.name,
        councils=councils(mine.partnership),
        rows=rows,
        how=HOW,
        upload=reverse("figures-upload", args=[partnership_id]) if may_upload(mine) else "",
        csv=reverse("figures-template", args=[partnership_id, "csv"]),
        excel=reverse("figures-template", args=[partnership_id, "xlsx"]),
    )
    return Page(
        title=f"Own figures of {mine.partnership.name}",
        template="figures/sets.html",
        content=content,
        document=lambda: {
            "kind": "own-figure-sets",
            "partnership": content.partnership,
            "councils": list(content.councils),
            "sets": [
                {
                    "title": one.title,
                    "address": one.address,
                    "file": one.file_name,
                    "sent": one.sent,
                    "figures": one.figures,
                    "sha256": one.sha256,
                    "state": one.state,
                }
                for one in rows
            ],
        },
        crumbs=crumbs_of(mine.partnership),
    )


@page(TemplateQuery)
def template(
    request: HttpRequest, query: TemplateQuery, partnership_id: UUID, kind: str
) -> HttpResponse:
    """The template as a file, filled with what is published for the partnership's councils."""
    mine = room(request, partnership_id)
    if kind not in TEMPLATES:
        raise Http404("The template comes as .csv and .xlsx")
    codes = area_codes(mine.partnership)
    content = TEMPLATES[kind](template_rows(library().book, codes, periods=query.periods))
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="own-figures.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def listed(one: FigureSet, active: UUID | None) -> Listed:
    """A set as the list shows it."""
    replaced = "replaced by a newer file" if one.replaced_by_id else ""
    return Listed(
        title=one.title,
        address=reverse("figure-set", args=[one.partnership_id, one.id]),
        file_name=one.file_name,
        sent=sent(one),
        figures=f"{one.count:,}",
        sha256=one.sha256[:12],
        state="in use on every page" if one.id == active else replaced,
    )


def sent(one: FigureSet) -> str:
    """Who sent a set, and when."""
    return f"{one.sender}, {one.sent_at.day} {one.sent_at:%B %Y, %H:%M} UTC"


def councils(partnership: Partnership) -> tuple[str, ...]:
    """Names of the councils of a partnership, in order; those the book does not know left out."""
    known = register().authorities
    return tuple(sorted(known[code].name for code in partnership.area_codes if code in known))


def area_codes(partnership: Partnership) -> list[str]:
    """The councils of a partnership.

    Raises:
        InputError: It has none yet.
    """
    known = register().authorities
    codes = sorted(code for code in partnership.area_codes if code in known)
    if not codes:
        raise InputError(
            Problem(
                what=f"{partnership.name} has no councils yet, so it has no figures of its own",
                fix="Whoever runs this service can say which councils are in it.",
            )
        )
    return codes


def may_upload(member: Membership) -> bool:
    """Whether a member may send figures."""
    return Role(member.role).allows(Role.ANALYST)


ROUTES = [
    path("workspaces/<uuid:partnership_id>/figures", figure_sets, name="figure-sets"),
    path(
        "workspaces/<uuid:partnership_id>/figures/template.<str:kind>",
        template,
        name="figures-template",
    ),
]
