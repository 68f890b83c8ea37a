"""Places side by side: every headline measure with its interval.

Flow: scenarios.profile -> THIS -> templates/compare.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.errors import InputError, Problem, UnknownAreaError
from totalplace.measures.territory import Territory, find_territory
from totalplace.reports import own_words
from totalplace.reports.profile_json import profile_document
from totalplace.reports.profile_tables import rows as profile_rows
from totalplace.scenarios.account import Profile
from totalplace.web.downloads import Column, Table
from totalplace.web.page import Page, page
from totalplace.web.pages.place import PlaceQuery, account_of
from totalplace.web.pages.places import register

MOST = 6


@dataclass(frozen=True, slots=True)
class CompareQuery:
    """The places, each by name or code; several may be joined by ``+``."""

    area: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One place at the head of a column."""

    name: str
    address: str
    children: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage:
    """What the template reads."""

    places: tuple[Beside, ...]
    heads: tuple[str, ...]
    groups: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    asked: tuple[str, ...]  # for the form, filled up to four
    names: tuple[str, ...]  # of every authority, to choose from


@page(CompareQuery)
def compare(request: HttpRequest, query: CompareQuery) -> Page:
    """Up to six places beside one another and England."""
    territories = _territories(query.area)
    accounts = [account_of(_code(one), PlaceQuery()) for one in territories]
    names = tuple(one.name for one in territories)
    asked = (*query.area, *("",) * 4)[: max(4, len(query.area))]
    return Page(
        title=f"Compare {', '.join(names)}"[:160] if names else "Compare places",
        template="compare.html",
        content=ComparePage(
            places=tuple(
                Beside(
                    name=one.name,
                    address=reverse("place", args=[_code(one)]),
                    children=f"{found.children:,.0f}" if found.children > 0 else "not known",
                )
                for one, found in zip(territories, accounts, strict=True)
            ),
            heads=("measure", *names, "England"),
            groups=_groups(accounts),
            asked=asked,
            names=tuple(sorted(one.name for one in register().on())),
        ),
        document=lambda: {
            "kind": "comparison",
            "places": [profile_document(found) for found in accounts],
        },
        tables=(lambda: (_table(accounts),)) if accounts else None,
        sources=tuple(dict.fromkeys(line for found in accounts for line in found.sources)),
        own=tuple(dict.fromkeys(one for found in accounts for one in found.own)),
        file_name="comparison",
        fixed_by=(),
    )


def _territories(areas: Sequence[str]) -> list[Territory]:
    """The places asked for, every fault told at once."""
    faults: list[Problem] = []
    found: dict[str, Territory] = {}
    for text in areas:
        try:
            one = find_territory(register(), text)
            found.setdefault(_code(one), one)
        except (InputError, UnknownAreaError) as error:
            faults += error.problems
    if len(found) > MOST:
        faults.append(Problem(what=f"{len(found)} places", fix=f"Compare at most {MOST}."))
    if faults:
        raise InputError(faults)
    return list(found.values())


def _code(one: Territory) -> str:
    return "+".join(one.codes) if one.kind == "footprint" else one.own_code


def _groups(accounts: Sequence[Profile]) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    """Measures by group: each place's figure with its interval and its verdict beside England."""
    if not accounts:
        return ()
    told = [
        {(name, row.title): row for name, rows in profile_rows(found) for row in rows}
        for found in accounts
    ]
    order = list(dict.fromkeys(key for rows in told for key in rows))
    groups: dict[str, list[tuple[str, ...]]] = {}
    for name, title in order:
        rows = [one.get((name, title)) for one in told]
        england = next((row.england for row in rows if row is not None), "")
        cells = [
            "not held"
            if row is None
            else f"{row.here} – {row.verdict}"
            if row.verdict
            else row.here
            for row in rows
        ]
        groups.setdefault(name, []).append((title, *cells, england))
    return tuple((name, tuple(rows)) for name, rows in groups.items())


def _table(accounts: Sequence[Profile]) -> Table:
    own = any(found.own for found in accounts)
    rows = [
        (
            line.headline.short,
            line.rate.period,
            found.area_code,
            found.name,
            line.rate.value if line.rate.known else None,
            line.rate.low if line.rate.has_interval else None,
            line.rate.high if line.rate.has_interval else None,
            line.rate.reason,
            line.against_england,
            *((own_words.mark(line.own),) if own else ()),
        )
        for found in accounts
        for line in found.lines
    ]
    return Table(
        name="comparison",
        title="Headline measures of each place",
        columns=(
            Column("indicator", "Measure"),
            Column("time_period", "Period"),
            Column("new_la_code", "Area code"),
            Column("la_name", "Place"),
            Column("value", "Figure", "number"),
            Column("low", "Low end of 90 % interval", "number"),
            Column("high", "High end of 90 % interval", "number"),
            Column("missing", "Why there is no figure"),
            Column("against_england", "Beside England"),
            *((Column("own_figure", "Own figure"),) if own else ()),
        ),
        rows=rows,
    )


ROUTES = [path("compare", compare, name="compare")]
