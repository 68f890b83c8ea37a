"""How steady a plan is: a map of pairs, how often each partnership is best, who would leave.

Flow: web.planned, jobs.steady -> THIS -> templates/steady.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.footprints.stability import Recurring
from totalplace.money.services import service as find_service
from totalplace.reports import pairs_map
from totalplace.reports.json_document import result_document
from totalplace.reports.risk import leaving_sentences, recurring_rows, steady_sentences
from totalplace.reports.words import and_list, count, money, pounds
from totalplace.scenarios.steady import Steady
from totalplace.web.downloads import Column, Table
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.plans import RESULT
from totalplace.web.jobs.steady import STEADY
from totalplace.web.kept import read
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages import maps
from totalplace.web.planned import PlanQuery, checked, request_of, words_of
from totalplace.web.query import read_query
from totalplace.web.visitors import visitor

LISTED = 60  # pairs and partnerships in the tables of the page; the downloads have all
HEADS = ("how", "in the best plan of", "in this plan")
SPLIT_HEADS = ("member", "its part by the rule used here", "by another rule", "would leave")


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyPage:
    """What the template reads; ``sentences`` are absent until it has been worked out."""

    title: str
    sentences: list[str] | None
    draws: str
    map: str
    key: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    pairs: list[tuple[str, ...]]
    partnerships: list[tuple[str, ...]]
    split_heads: tuple[str, ...]
    splits: tuple[tuple[str, str, list[tuple[str, ...]]], ...]
    status: str
    words: str
    job_address: str
    ask_address: str
    change_address: str
    plan_address: str
    fields: tuple[tuple[str, str], ...]


@page(PlanQuery, methods=("GET", "HEAD", "POST"))
def steady(request: HttpRequest, query: PlanQuery) -> Page | HttpResponse:
    """How steady a plan is; a POST has it worked out."""
    if request.method == "POST":
        query = read_query(PlanQuery, request.POST)
    wanted = checked(query, library().book)
    title = f"How steady is the plan for {_small(find_service(wanted.service).title)}?"
    if request.method == "POST":
        job = board.submit(
            STEADY,
            request_of(wanted),
            visitor=visitor(request, make=True),
            title=title,
            address=f"{reverse('steady')}?{words_of(wanted)}",
        )
        return HttpResponseRedirect(reverse("job", args=[job.id]))
    job_found = board.find(STEADY, request_of(wanted))
    found = steady_of(job_found)
    content = _content(title, wanted, job_found, found)
    return Page(
        title=title,
        template="steady.html",
        content=content,
        document=lambda: (
            _document(found)
            if found
            else {"kind": "steady", "status": content.status or "not asked"}
        ),
        tables=(lambda: _tables(found)) if found else None,
        sources=found.plan.sources if found else (),
        stamp=f"assumptions {found.plan.assumptions_sha256[:12]} · seed {found.plan.seed} · "
        f"{found.stability.draws:,} draws solved"
        if found
        else "",
        file_name=f"steady-{wanted.service}",
        crumbs=(("Plan", reverse("plan")), ("The plan", content.plan_address)),
        fixed_by=(job_found.id,) if found and job_found else None,
    )


def steady_of(job: Job | None) -> Steady | None:
    """What a finished job found; None when there is none."""
    if job is None or job.status != Status.DONE:
        return None
    return library().lately(
        ("steady", job.id), lambda _: read(Steady, job.outputs.get(name=RESULT).content)
    )


def sentences_of(found: Steady) -> list[str]:
    """The answer first."""
    return [
        *steady_sentences(found.plan, found.stability),
        *leaving_sentences(found.splits),
    ]


def _content(title: str, wanted: PlanQuery, job: Job | None, found: Steady | None) -> SteadyPage:
    words = words_of(wanted)
    shapes = maps.hexagons()
    return SteadyPage(
        title=title,
        sentences=sentences_of(found) if found else None,
        draws=count(found.stability.draws, "draw") if found else "",
        map=pairs_map.pairs_map(found.plan, found.stability, shapes, ident="pairs")
        if found and shapes
        else "",
        key=pairs_map.KEY,
        heads=HEADS,
        pairs=recurring_rows(pairs_map.shown_pairs(found.stability), LISTED) if found else [],
        partnerships=recurring_rows(found.stability.partnerships, LISTED) if found else [],
        split_heads=SPLIT_HEADS,
        splits=_splits(found) if found else (),
        status=job.status if job else "",
        words=job.words if job else "",
        job_address=reverse("job", args=[job.id]) if job else "",
        ask_address=reverse("steady"),
        change_address=f"{reverse('plan-form')}?{words}",
        plan_address=f"{reverse('plan-result')}?{words}",
        fields=tuple(parse_qsl(words)),
    )


def _splits(found: Steady) -> tuple[tuple[str, str, list[tuple[str, ...]]], ...]:
    told = []
    for number, one in enumerate(found.splits, 1):
        gains: dict[str, str] = {}
        for leaver in one.leavers:
            for code in leaver.members:
                gains.setdefault(
                    code,
                    f"yes, with {pounds(leaver.gains)} to gain"
                    + (", but a guard forbids it" if leaver.guards_allow is False else ""),
                )
        rows: list[tuple[str, ...]] = [
            (
                part.name,
                money(part.shapley),
                money(part.nucleolus) if part.nucleolus else "not worked out: too many members",
                gains.get(part.area_code, "no"),
            )
            for part in one.parts
        ]
        told.append((f"split-{number}", and_list(one.names), rows))
    return tuple(told)


def _document(found: Steady) -> dict[str, Any]:
    return {
        "kind": "steady",
        "status": "done",
        "sentences": sentences_of(found),
        "stability": result_document(found.stability),
        "splits": [result_document(one) for one in found.splits],
    }


def _tables(found: Steady) -> tuple[Table, ...]:
    def often(name: str, title: str, rows: tuple[Recurring, ...]) -> Table:
        return Table(
            name=name,
            title=title,
            columns=(
                Column("members", "Members"),
                Column("member_codes", "Area codes"),
                Column("arrangement", "How it is most often shared"),
                Column("share_of_draws", "Share of draws", "number"),
                Column("in_plan", "In this plan"),
            ),
            rows=[
                (
                    " + ".join(one.names),
                    "+".join(one.members),
                    str(one.arrangement),
                    one.share,
                    "yes" if one.in_plan else "no",
                )
                for one in rows
            ],
            note=f"Of {found.stability.draws:,} draws of the assumptions, each solved by itself.",
        )

    return (
        often("pairs", "How often two authorities share", found.stability.pairs),
        often("partnerships", "How often each partnership is best", found.stability.partnerships),
        Table(
            name="alone",
            title="How often each authority shares with nobody",
            columns=(
                Column("new_la_code", "Area code"),
                Column("la_name", "Authority"),
                Column("share_of_draws_alone", "Share of draws alone", "number"),
            ),
            rows=[
                (code, found.plan.names.get(code, code), alone)
                for code, alone in sorted(found.stability.alone.items())
            ],
        ),
    )


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


ROUTES = [path("plan/stability", steady, name="steady")]
