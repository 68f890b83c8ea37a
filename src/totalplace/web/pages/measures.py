"""The catalogue: every measure, what it speaks about, and the few worth watching.

Flow: measures.catalogue -> THIS -> templates/measures.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.measures.catalogue import OUTCOMES, Catalogue, Kind, Measure
from totalplace.measures.catalogue import measures as read
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page

Outcome = Literal[
    "be healthy",
    "stay safe",
    "enjoy and achieve",
    "make a positive contribution",
    "economic well-being",
]


@dataclass(frozen=True, slots=True)
class MeasuresQuery:
    """Which of them to list."""

    outcome: Outcome | None = None
    kind: Kind | None = None
    find: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One measure as listed."""

    title: str
    address: str
    unit: str
    better: str
    outcomes: str
    years: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresPage:
    """What the template reads."""

    total: int
    listed: tuple[Listed, ...]
    outcomes: tuple[str, ...]
    kinds: tuple[str, ...]
    query: MeasuresQuery


def catalogue() -> Catalogue:
    """Every measure of the book, read once in a process."""
    return library().once("catalogue", read)


@page(MeasuresQuery)
def measures(request: HttpRequest, query: MeasuresQuery) -> Page:
    """The measures that have figures of authorities, by outcome, kind or words."""
    held = [one for one in catalogue() if one.authorities]
    found = [one for one in held if _wanted(one, query)]
    content = MeasuresPage(
        total=len(held),
        listed=tuple(_listed(one) for one in found),
        outcomes=OUTCOMES,
        kinds=tuple(str(one) for one in Kind),
        query=query,
    )
    return Page(
        title="Measures",
        template="measures.html",
        content=content,
        document=lambda: {
            "kind": "measures",
            "total": len(held),
            "measures": [
                {
                    "item": one.item,
                    "title": one.title,
                    "unit": one.unit,
                    "better": one.better or None,
                    "kind": str(one.kind),
                    "outcomes": list(one.outcomes),
                    "publisher": one.publisher,
                    "first": one.first,
                    "last": one.last,
                    "periods": one.periods,
                    "authorities": one.authorities,
                    "reason": one.reason,
                    "address": address_of(one),
                }
                for one in found
            ],
        },
        tables=lambda: (_table(found),),
        file_name="measures",
        fixed_by=(),
    )


def address_of(one: Measure) -> str:
    """The page of a measure."""
    return reverse("measure", args=[one.item])


def _wanted(one: Measure, query: MeasuresQuery) -> bool:
    if query.outcome and query.outcome not in one.outcomes:
        return False
    if query.kind and query.kind != one.kind:
        return False
    if not query.find:  # the many lines of spending only when asked for
        return bool(query.kind) or one.kind != Kind.MONEY
    text = f"{one.title} {one.item} {one.description}".casefold()
    return all(word in text for word in query.find.casefold().split())


def _listed(one: Measure) -> Listed:
    first, last = one.first, one.last
    span = "" if first is None or last is None else f"{first.year} to {last.year}"
    return Listed(
        title=one.title,
        address=address_of(one),
        unit=one.unit,
        better=one.better or "neither",
        outcomes="; ".join(one.outcomes) or "–",
        years=str(last.year) if last and one.periods == 1 else span,
    )


def _table(found: list[Measure]) -> Table:
    return Table(
        name="measures",
        title="Measures and what they speak about",
        columns=(
            Column("indicator_id", "Id"),
            Column("indicator", "Measure"),
            Column("unit", "Unit"),
            Column("better", "Which way is better"),
            Column("kind", "Kind"),
            Column("outcomes", "Outcomes"),
            Column("reason", "Why"),
            Column("publisher", "Publisher"),
            Column("first_period_end", "First period ends", "day"),
            Column("last_period_end", "Last period ends", "day"),
            Column("periods", "Periods", "whole"),
            Column("authorities", "Authorities in the last", "whole"),
        ),
        rows=[
            (
                one.item,
                one.title,
                one.unit,
                one.better or "neither",
                str(one.kind),
                "; ".join(one.outcomes),
                one.reason,
                one.publisher,
                one.first,
                one.last,
                one.periods,
                one.authorities,
            )
            for one in found
        ],
    )


ROUTES = [path("measures", measures, name="measures")]
