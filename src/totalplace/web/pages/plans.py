"""Two plans side by side, each named by the words of its own address.

Flow: web.pages.plan -> THIS -> templates/plans.html
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse

from totalplace.footprints.results import Plan
from totalplace.reports import story, two_plans
from totalplace.web.asked_words import asked_words
from totalplace.web.downloads import Column, Table
from totalplace.web.figures.use import FIGURES, asked_for, in_use, with_figures
from totalplace.web.jobs import board
from totalplace.web.jobs.plans import PLAN
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.plan import ask, plan_of
from totalplace.web.planned import PlanQuery, checked, request_of, words_of
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


@page(PlansQuery, methods=("GET", "HEAD", "POST"))
def plans(request: HttpRequest, query: PlansQuery) -> Page | HttpResponse:
    """Two plans, and where they differ; a POST has the first that is missing worked out."""
    if request.method == "POST":
        return _work_out(request, read_query(PlansQuery, request.POST))
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


def _work_out(request: HttpRequest, query: PlansQuery) -> HttpResponse:
    """Ask for the first of the two that is not there yet, and come back here."""
    asked_here = urlencode({"one": query.one, "other": query.other})
    here = with_figures(f"{reverse('plans')}?{asked_here}")
    for asked in (query.one, query.other):
        with _figures_of(request, asked):
            side, found = _side(request, asked)
            if side.asked and found is None:
                job = ask(request, _wanted(asked))
                then = urlencode({"then": here})
                return HttpResponseRedirect(f"{reverse('job', args=[job.id])}?{then}")
    return HttpResponseRedirect(here)


def _wanted(asked: str) -> PlanQuery:
    words = asked.rpartition("?")[2]
    return checked(read_query(PlanQuery, QueryDict(words)), library().book)


def _figures_of(request: HttpRequest, asked: str) -> AbstractContextManager[object]:
    """What a plan's address says it is made with: each of the two may differ from this page."""
    named = QueryDict(asked.rpartition("?")[2]).get(FIGURES, "")
    return asked_for(request, named) if named else nullcontext()


def _side(request: HttpRequest, asked: str) -> tuple[Side, Plan | None]:
    if not asked:
        return Side(asked="", title="", told=[], verdict=[], address=""), None
    with _figures_of(request, asked):
        return _made(asked)


def _made(asked: str) -> tuple[Side, Plan | None]:
    wanted = _wanted(asked)
    found = plan_of(board.find(PLAN, request_of(wanted)))
    side = Side(
        asked=with_figures(f"?{words_of(wanted)}").removeprefix("?"),
        title=story.plan_title(found) if found else wanted.service,
        told=[*([used.words] if (used := in_use()) else []), *asked_words(wanted, library().book)],
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
