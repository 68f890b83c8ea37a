"""The money of a place: who pays, what for, for which outcome, and what is not known.

Flow: scenarios.counting -> THIS -> templates/money.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.measures.territory import find_territory
from totalplace.money.count import Count
from totalplace.money.doubts import find_doubts
from totalplace.money.flow import flows
from totalplace.reports.money_document import money_document
from totalplace.reports.money_page import PageContext, money_context
from totalplace.reports.money_workbook import money_sheets, money_workbook
from totalplace.scenarios.counting import count_place, read_ledger
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.leaflets import beside, has_districts
from totalplace.web.pages.places import register
from totalplace.web.sheets import tables_of

Cut = Literal["theme", "outcome", "layer", "payer", "service", "age", "stance", "year"]


@dataclass(frozen=True, slots=True)
class MoneyQuery:
    """Which cut comes first."""

    by: Cut = "theme"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPage:
    """What the template reads."""

    account: PageContext
    place_address: str
    beside: tuple[tuple[str, str, bool], ...]
    split_address: str  # "" where there are no districts to divide it by


@page(MoneyQuery)
def money(request: HttpRequest, query: MoneyQuery, area: str) -> Page | HttpResponse:
    """What all public bodies spend on children in a place."""
    territory = find_territory(register(), area)
    code = "+".join(territory.codes) if territory.kind == "footprint" else territory.own_code
    if code != area:
        return HttpResponseRedirect(reverse("money", args=[code]))
    found = count_of(code)
    return Page(
        title=f"Money: {territory.name}",
        template="money.html",
        content=MoneyPage(
            account=library().lately(
                ("money page", code, query), lambda _: money_context(found, query.by)
            ),
            place_address=reverse("place", args=[code]),
            beside=beside(code, "money"),
            split_address=reverse("split", args=[code]) if has_districts(code) else "",
        ),
        document=lambda: money_document(found),
        tables=lambda: tables_of(money_sheets(found, flows(found), query.by)),
        workbook=lambda: money_workbook(found, by=query.by),
        sources=found.sources,
        own=found.own,
        file_name=f"money-{code}"[:80],
        crumbs=(("Places", reverse("places")), (territory.name, reverse("place", args=[code]))),
        fixed_by=(),
    )


def count_of(code: str) -> Count:
    """The count of a place, kept while it is asked for."""

    def make(book: Book) -> Count:
        registry = Registry.load()
        return count_place(
            book,
            code,
            registry,
            ledger=library().once("ledger", lambda one: read_ledger(one, registry)),
            doubts=library().once("doubts", find_doubts),
        )

    return library().lately(("count", code), make)


ROUTES = [path("places/<str:area>/money", money, name="money")]
