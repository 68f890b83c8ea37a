"""Measures beside other outcome frameworks: what is the same, what is only similar, what conflicts.

Flow: measures.crosswalk -> THIS -> templates/crosswalk.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.measures.crosswalk import Crosswalk, Link
from totalplace.measures.crosswalk import crosswalk as read_crosswalk
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page

WORDS = {"same": "the same", "similar": "similar", "conflicting": "in conflict"}


@dataclass(frozen=True, slots=True)
class CrosswalkQuery:
    """One framework; all of them when left out."""

    regime: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """One row: our measure, theirs, how they stand to each other."""

    title: str
    address: str  # "" where the book has no such measure
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswalkPage:
    """What the template reads."""

    verdict: str
    regimes: tuple[str, ...]
    regime: str
    rows: tuple[Linked, ...]
    conflicts: list[tuple[str, ...]]


@page(CrosswalkQuery)
def crosswalk(request: HttpRequest, query: CrosswalkQuery) -> Page:
    """Every link, or those of one framework."""
    found = library().once("crosswalk", read_crosswalk)
    if query.regime and query.regime not in found.regimes:
        raise InputError(
            Problem(
                what=f"regime is {query.regime[:60]!r}",
                fix=f"Choose among: {', '.join(found.regimes)}.",
            )
        )
    links = [one for one in found.links if query.regime in {"", one.regime}]
    return Page(
        title="Measures and outcome frameworks",
        template="crosswalk.html",
        content=_content(found, links, query.regime),
        document=lambda: {
            "kind": "crosswalk",
            "regimes": list(found.regimes),
            "links": [
                {**dict(zip(_NAMES, _cells(one), strict=True)), "refuted": one.refuted}
                for one in links
            ],
            "conflicts": found.conflicts_frame().to_dicts(),
        },
        tables=lambda: (_table(links), _conflicts(found)),
        file_name="crosswalk",
        crumbs=(("Measures", reverse("measures")),),
        fixed_by=(),
    )


def _content(found: Crosswalk, links: list[Link], regime: str) -> CrosswalkPage:
    kinds = [one.relation for one in links]
    return CrosswalkPage(
        verdict=f"{len(links):,} measures stand beside one of {len(found.regimes)} frameworks: "
        f"{kinds.count('same'):,} count the same, {kinds.count('similar'):,} something similar, "
        f"{kinds.count('conflicting'):,} are in conflict."
        if not regime
        else f"{len(links):,} measures stand beside {regime}.",
        regimes=found.regimes,
        regime=regime,
        rows=tuple(
            Linked(
                title=one.title or one.item,
                address=reverse("measure", args=[one.item]) if one.title else "",
                cells=(one.regime, one.indicator, WORDS[one.relation], _figures(one), one.reason),
            )
            for one in links
        ),
        conflicts=[
            (one.title or one.item, one.kind, one.against, one.reason) for one in found.conflicts
        ],
    )


def _figures(one: Link) -> str:
    if not one.shared or isnan(one.equal):
        return "not compared"
    told = f"{100 * one.equal:.0f} % of {one.shared:,} figures are equal"
    return f"{told}: not the same" if one.refuted else told


_NAMES = ("item", "title", "regime", "indicator", "other", "relation", "reason", "shared", "equal")


def _cells(one: Link) -> tuple[str | int | float | None, ...]:
    equal = None if isnan(one.equal) else one.equal
    return (
        one.item, one.title, one.regime, one.indicator, one.other, one.relation, one.reason,
        one.shared, equal,
    )  # fmt: skip


def _table(links: list[Link]) -> Table:
    heads = (
        "Measure id", "Measure", "Framework", "Its indicator", "The same figure here", "Relation",
        "Reason", "Figures compared", "Share equal",
    )  # fmt: skip
    kinds = {"shared": "whole", "equal": "number"}
    return Table(
        name="links",
        title="Measures beside other frameworks",
        columns=tuple(
            Column(name, head, kinds.get(name, "text"))  # type: ignore[arg-type]
            for name, head in zip(_NAMES, heads, strict=True)
        ),
        rows=[_cells(one) for one in links],
    )


def _conflicts(found: Crosswalk) -> Table:
    frame = found.conflicts_frame()
    return Table(
        name="conflicts",
        title="What does not fit",
        columns=tuple(Column(name, name.capitalize()) for name in frame.columns),
        rows=frame.rows(),
    )


ROUTES = [path("measures/frameworks", crosswalk, name="crosswalk")]
