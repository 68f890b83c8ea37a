"""The few measures most worth watching, with the reason for each and for each left out.

Flow: measures.triage -> THIS -> templates/shortlist.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.measures.triage import Triage, Weighed, triage
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.measures import address_of


@dataclass(frozen=True, slots=True)
class ShortListQuery:
    """How long the list may be."""

    length: int = field(default=12, metadata={"min": 5, "max": 30})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One measure of the list, or left out of it."""

    place: int | None
    title: str
    address: str
    better: str
    outcomes: str
    reason: str
    need: str
    again: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortListPage:
    """What the template reads."""

    verdict: tuple[str, ...]
    chosen: tuple[Chosen, ...]
    left_out: tuple[Chosen, ...]
    length: int


@page(ShortListQuery)
def shortlist(request: HttpRequest, query: ShortListQuery) -> Page:
    """The short list."""
    found = library().once(  # 26 lengths at most
        f"short list of {query.length}", lambda book: triage(book, length=query.length)
    )
    return Page(
        title="The few measures most worth watching",
        template="shortlist.html",
        content=ShortListPage(
            verdict=_verdict(found),
            chosen=tuple(_row(one) for one in found.short_list),
            left_out=tuple(_row(one) for one in found.rows if one.place is None),
            length=query.length,
        ),
        document=lambda: {
            "kind": "short list",
            "length": found.length,
            "value": found.value,
            "bound": found.bound,
            "overlap": _number(found.overlap),
            "resamples": found.resamples,
            "seed": found.seed,
            "measures": found.to_frame().to_dicts(),
        },
        tables=lambda: (_table(found),),
        stamp=f"seed {found.seed}",
        file_name="short-list",
        crumbs=(("Measures", reverse("measures")),),
        fixed_by=(),
    )


def _verdict(found: Triage) -> tuple[str, ...]:
    return (
        f"{len(found.short_list)} of {len(found.rows)} measures, chosen to stand for the rest "
        "across the five outcomes.",
        f"This list is worth at least {100 * found.value / found.bound:.0f} % of the best list of "
        f"its length. Drawing areas and years again {found.resamples} times keeps "
        f"{100 * found.overlap:.0f} % of it on average.",
    )


def _row(one: Weighed) -> Chosen:
    return Chosen(
        place=one.place,
        title=one.measure.title,
        address=address_of(one.measure),
        better=one.measure.better or "neither",
        outcomes="; ".join(one.measure.outcomes) or "–",
        reason=one.reason,
        need=f"{100 * max(one.need, 0.0):.0f} %" if isfinite(one.need) else "–",
        again=f"{100 * one.stood_for:.0f} %" if isfinite(one.stood_for) else "–",
    )


def _table(found: Triage) -> Table:
    frame = found.to_frame()
    return Table(
        name="short_list",
        title="Every measure weighed, the short list first",
        columns=tuple(
            Column(name, name.replace("_", " ").capitalize(), "text") for name in frame.columns
        ),
        rows=frame.rows(),
        note="Shares are of one. An empty place: not on the list, and the reason says why.",
    )


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


ROUTES = [path("measures/short-list", shortlist, name="short-list")]
