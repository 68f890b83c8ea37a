"""Two plans side by side, each named by the words of its own address.

Flow: web.pages.plan -> THIS -> templates/plans.html
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict
from django.urls import path, reverse

from totalplace.footprints.results import Plan
from totalplace.reports import story, two_plans
from totalplace.web.downloads import Column, Table
from totalplace.web.figures.use import FIGURES, asked_for, in_use, with_figures
from totalplace.web.jobs import board
from totalplace.web.jobs.plans import PLAN
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.plan import plan_of
from totalplace.web.planned import PlanQuery, checked, own_words, request_of, words_of
from totalplace.web.query import read_query


@dataclass(frozen=True, slots=True)
class PlansQuery:
    """Two plans, each as what stands after the question mark of its address, or all of it."""

    one: str = field(default="", metadata={"longest": 3000})
    other: str = field(default="", metadata={"longest": 3000})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two."""

    asked: str  # "" when none was named
    title: str
    told: list[str]  # what was asked beyond the defaults
    verdict: list[str]
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansPage:
    """What the template reads; ``figures`` are empty until both plans are there."""

    one: Side
    other: Side
    difference: str
    figures: list[tuple[str, ...]]
    partnerships: list[tuple[str, ...]]
    lots: list[tuple[str, ...]]


@page(PlansQuery)
def plans(request: HttpRequest, query: PlansQuery) -> Page:
    """Two plans, and where they differ."""
    one, mine = _side(request, query.one)
    other, theirs = _side(request, query.other)
    both = mine is not None and theirs is not None
    content = PlansPage(
        one=one,
        other=other,
        difference=two_plans.difference(mine, theirs) if mine and theirs else "",
        figures=two_plans.figure_rows(mine, theirs) if mine and theirs else [],
        partnerships=two_plans.partnership_rows(mine, theirs) if mine and theirs else [],
        lots=two_plans.lot_rows(mine, theirs) if mine and theirs else [],
    )
    sources = (*(mine.sources if mine else ()), *(theirs.sources if theirs else ()))
    return Page(
        title="Two plans side by side",
        template="plans.html",
        content=content,
        document=lambda: {
            "kind": "two-plans",
            "one": {"address": one.address, "verdict": one.verdict},
            "other": {"address": other.address, "verdict": other.verdict},
            "difference": content.difference,
            "figures": content.figures,
            "partnerships": content.partnerships,
            "authorities": content.lots,
        },
        tables=(lambda: _tables(content)) if both else None,
        sources=tuple(dict.fromkeys(sources)),
        file_name="two-plans",
        crumbs=(("Plan", reverse("plan")),),
    )


def _side(request: HttpRequest, asked: str) -> tuple[Side, Plan | None]:
    if not asked:
        return Side(asked="", title="", told=[], verdict=[], address=""), None
    words = asked.rpartition("?")[2]
    named = QueryDict(words).get(FIGURES, "")  # each may be made with figures of its own
    with asked_for(request, named) if named else nullcontext():
        return _made(words)


def _made(words: str) -> tuple[Side, Plan | None]:
    wanted = checked(read_query(PlanQuery, QueryDict(words)), library().book)
    found = plan_of(board.find(PLAN, request_of(wanted)))
    side = Side(
        asked=with_figures(f"?{words_of(wanted)}").removeprefix("?"),
        title=story.plan_title(found) if found else wanted.service,
        told=[*([used.words] if (used := in_use()) else []), *own_words(wanted)],
        verdict=story.plan_verdict(found) if found else [],
        address=with_figures(f"{reverse('plan-result')}?{words_of(wanted)}"),
    )
    return side, found


def _tables(content: PlansPage) -> tuple[Table, ...]:
    heads = ("one", "other")
    return tuple(
        Table(
            name=name,
            title=title,
            columns=(Column(name, title), *(Column(head, head.capitalize()) for head in heads)),
            rows=rows,
        )
        for name, title, rows in (
            ("figures", "Figures", content.figures),
            ("partnerships", "Partnerships", content.partnerships),
            ("authorities", "Authorities", content.lots),
        )
    )


ROUTES = [path("plan/compare", plans, name="plans")]
