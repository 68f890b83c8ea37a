"""A place on one page: need, outcomes, money, neighbours, inspections.

Flow: scenarios.profile -> THIS -> templates/place.html, reports.profile_*
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.book.store import Book
from totalplace.measures.territory import find_territory
from totalplace.reports.profile_json import profile_document
from totalplace.reports.profile_page import PageContext, page_context
from totalplace.reports.profile_paper import profile_paper
from totalplace.reports.profile_workbook import profile_workbook
from totalplace.scenarios import profile as scenario
from totalplace.scenarios.account import Profile
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.leaflets import has_districts
from totalplace.web.pages.places import register

NEIGHBOUR_LISTS = (
    ("2025", "Official list of 2025"),
    ("2021", "Official list of 2021"),
    ("region", "Its region"),
)


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """Whom to compare with, and as known on which day."""

    neighbours: Literal["2025", "2021", "region"] = "2025"
    compare_with: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One list of neighbours, and the page with it."""

    words: str
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage:
    """What the template reads."""

    account: PageContext
    choices: tuple[Choice, ...]
    as_of: date | None
    money_address: str  # "" for a place whose money is not counted: one of the past
    compare_address: str
    watch_address: str  # "" for a place that is not one council of today
    split_address: str  # "" where there are no districts to divide it by


@page(PlaceQuery)
def place(request: HttpRequest, query: PlaceQuery, area: str) -> Page | HttpResponse:
    """One place: an authority of any year, several joined by ``+``, a region or England."""
    territory = find_territory(register(), area)
    code = "+".join(territory.codes) if territory.kind == "footprint" else territory.own_code
    if code != area:
        words = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(reverse("place", args=[code]) + (f"?{words}" if words else ""))
    found = account_of(code, query)
    return Page(
        title=found.name,
        template="place.html",
        content=PlacePage(
            account=library().lately(("place", code, query), lambda _: page_context(found)),
            choices=tuple(
                Choice(
                    words=told,
                    address=f"{request.path}?{urlencode({'neighbours': value})}",
                    chosen=value == query.neighbours and not query.compare_with,
                )
                for value, told in NEIGHBOUR_LISTS
            ),
            as_of=query.as_of,
            money_address=""
            if territory.kind == "past authority"
            else reverse("money", args=[code]),
            compare_address=f"{reverse('compare')}?{urlencode({'area': code})}",
            watch_address=reverse("watch", args=[code]) if territory.kind == "authority" else "",
            split_address=reverse("split", args=[code]) if has_districts(code) else "",
        ),
        document=lambda: profile_document(found),
        tables=lambda: (_measures(found),),
        workbook=lambda: profile_workbook(found),
        paper=lambda: profile_paper(found),
        sources=found.sources,
        own=found.own,
        file_name=f"profile-{code}"[:80],
        crumbs=(("Places", reverse("places")),),
        fixed_by=(),
    )


def reader() -> scenario.Reader:
    """What every profile reads, read once in a process; its book belongs to another thread."""
    return library().once("profiles", scenario.read)


def account_of(code: str, query: PlaceQuery) -> Profile:
    """The account of a place, kept while it is asked for."""

    def make(book: Book) -> Profile:
        return scenario.profile(
            replace(reader(), book=book),
            code,
            neighbour_list=query.neighbours,
            compare_with=query.compare_with,
            as_of=query.as_of,
        )

    return library().lately(("account", code, query), make)


def _measures(found: Profile) -> Table:
    """Every headline measure, unrounded."""
    frame = found.to_frame().drop("area_code", "place", "period_end")
    level = {"england": "National", "region": "Regional"}.get(found.kind, "Local authority")
    first = (
        Column("time_period", "Period"),
        Column("geographic_level", "Geographic level"),
        Column("new_la_code", "Area code"),
        Column("old_la_code", "DfE number"),
        Column("la_name", "Place"),
    )
    rest = [name for name in frame.columns if name != "period"]
    return Table(
        name="measures",
        title=f"{found.name}: every headline measure",
        columns=(*first, *(Column(name, name.replace("_", " ").capitalize()) for name in rest)),
        rows=[
            (
                row["period"],
                level,
                found.area_code,
                found.la_number,
                found.name,
                *(row[name] for name in rest),
            )
            for row in frame.iter_rows(named=True)
        ],
        note="Intervals are 90 %. Where there is no figure, 'missing' says why.",
    )


ROUTES = [path("places/<str:area>", place, name="place")]
