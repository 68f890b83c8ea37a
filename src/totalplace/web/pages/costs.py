"""More about the money of a place: unit costs, need, overlap, a pooled fund, make or buy.

Flow: scenarios.costing, scenarios.sharing, scenarios.providing -> THIS -> templates/leaflet.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.evidence.registry import Registry
from totalplace.measures.territory import find_territory
from totalplace.money.ledger import Ledger
from totalplace.reports.costs_document import costs_to_json, need_to_json
from totalplace.reports.costs_leaflets import costs_leaflet, need_leaflet
from totalplace.reports.overlap_document import overlap_to_json
from totalplace.reports.pool_document import pool_to_json
from totalplace.reports.provision_document import provision_to_json
from totalplace.reports.sharing_leaflets import overlap_leaflet, pool_leaflet, provision_leaflet
from totalplace.scenarios import costing, providing, sharing
from totalplace.scenarios.counting import read_ledger
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.leaflets import leaflet_page
from totalplace.web.pages.places import register
from totalplace.web.query import NoQuery

T = TypeVar("T")
PARTS = (0, 10, 25, 50)  # per cent brought in house


@dataclass(frozen=True, slots=True)
class ThemeQuery:
    """One theme of the money, or all of it."""

    theme: str = ""


@dataclass(frozen=True, slots=True)
class InHouseQuery:
    """How much of what is bought would come in house, per cent."""

    in_house: int = field(default=0, metadata={"min": 0, "max": 100})


def placed(area: str, route: str, asked: str) -> tuple[str, str] | HttpResponse:
    """Code and name of the place in an address; or a redirect to its one address."""
    one = find_territory(register(), area)
    code = "+".join(one.codes) if one.kind == "footprint" else one.own_code
    if code != area:
        address = reverse(route, args=[code])
        return HttpResponseRedirect(f"{address}?{asked}" if asked else address)
    return code, one.name


def ledger() -> Ledger:
    """Every row of money, read once in a process."""
    return library().once("ledger", lambda book: read_ledger(book, Registry.load()))


@page(NoQuery)
def unit_costs(request: HttpRequest, query: NoQuery, area: str) -> Page | HttpResponse:
    """What a year's spend comes to per child."""
    place = placed(area, "unit-costs", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    found = _kept(("unit costs", code), lambda: costing.unit_costs(library().book, code))
    return leaflet_page(
        costs_leaflet(found),
        lambda: json.loads(costs_to_json(found)),
        code=code,
        name=name,
        here="unit-costs",
    )


@page(NoQuery)
def overlap(request: HttpRequest, query: NoQuery, area: str) -> Page | HttpResponse:
    """What several bodies pay for the same children."""
    place = placed(area, "overlap", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    found = _kept(("overlap", code), lambda: sharing.overlap(library().book, code, ledger=ledger()))
    return leaflet_page(
        overlap_leaflet(found),
        lambda: json.loads(overlap_to_json(found)),
        code=code,
        name=name,
        here="overlap",
    )


@page(ThemeQuery)
def pool(request: HttpRequest, query: ThemeQuery, area: str) -> Page | HttpResponse:
    """What a pooled fund of the bodies could hold."""
    place = placed(area, "pool", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    found = _kept(
        ("pool", code, query),
        lambda: sharing.pool(library().book, code, theme=query.theme, ledger=ledger()),
    )
    names = {one.area_code: one.name for one in register().on()}
    return leaflet_page(
        pool_leaflet(found, names=names),
        lambda: json.loads(pool_to_json(found)),
        code=code,
        name=name,
        here="pool",
    )


@page(ThemeQuery)
def need_share(request: HttpRequest, query: ThemeQuery, area: str) -> Page | HttpResponse:
    """Whether councils' money goes where need is."""
    place = placed(area, "need-share", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    found = _kept(
        ("need share", code, query),
        lambda: costing.spend_against_need(
            library().book, code, theme=query.theme, ledger=ledger()
        ),
    )
    here = reverse("need-share", args=[code])
    return leaflet_page(
        need_leaflet(found),
        lambda: json.loads(need_to_json(found)),
        code=code,
        name=name,
        here="need-share",
        choices=(
            (here, "all of it", not query.theme),
            *(
                (f"{here}?{urlencode({'theme': one})}", one, one == query.theme)
                for one in costing.own_themes()
            ),
        ),
        choices_line="Theme",
    )


@page(InHouseQuery)
def make_or_buy(request: HttpRequest, query: InHouseQuery, area: str) -> Page | HttpResponse:
    """Who provides homes for children, and what bringing some in house would change."""
    place = placed(area, "make-or-buy", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    found = _kept(
        ("make or buy", code, query),
        lambda: providing.make_or_buy(library().book, code, in_house=query.in_house / 100),
    )
    here = reverse("make-or-buy", args=[code])
    return leaflet_page(
        provision_leaflet(found),
        lambda: json.loads(provision_to_json(found)),
        code=code,
        name=name,
        here="make-or-buy",
        choices=tuple(
            (f"{here}?in_house={part}" if part else here, f"{part} %", part == query.in_house)
            for part in PARTS
        ),
        choices_line="If so much of what is bought came in house",
    )


def _kept(key: tuple[object, ...], make_fn: Callable[[], T]) -> T:
    return library().lately(key, lambda _: make_fn())


ROUTES = [
    path("places/<str:area>/money/unit-costs", unit_costs, name="unit-costs"),
    path("places/<str:area>/money/overlap", overlap, name="overlap"),
    path("places/<str:area>/money/pool", pool, name="pool"),
    path("places/<str:area>/money/need", need_share, name="need-share"),
    path("places/<str:area>/money/make-or-buy", make_or_buy, name="make-or-buy"),
]
