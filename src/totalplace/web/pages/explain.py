"""Explain: why one authority landed where it did in a plan.

Flow: web.planned, jobs.board -> THIS -> templates/explain.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError
from totalplace.footprints.explain import Explanation
from totalplace.money.services import service as find_service
from totalplace.reports.explanation import (
    NEIGHBOUR_HEADS,
    explanation_sentences,
    explanation_to_json,
    neighbour_rows,
)
from totalplace.web.downloads import Column, Table
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.plans import EXPLANATION, RESULT
from totalplace.web.kept import read
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.places import register
from totalplace.web.planned import PlanQuery, checked, request_of, words_of
from totalplace.web.query import read_query
from totalplace.web.visitors import visitor


@dataclass(frozen=True, slots=True)
class ExplainQuery(PlanQuery):
    """A plan, and one authority in it."""

    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPage:
    """What the template reads; ``sentences`` are absent until it has been worked out."""

    title: str
    sentences: list[str] | None
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    status: str
    words: str
    job_address: str
    ask_address: str
    change_address: str
    plan_address: str
    fields: tuple[tuple[str, str], ...]


@page(ExplainQuery, methods=("GET", "HEAD", "POST"), form=ExplainQuery)
def explain(request: HttpRequest, query: ExplainQuery) -> Page | HttpResponse:
    """Why an authority landed where it did; a POST has it worked out."""
    if request.method == "POST":
        query = read_query(ExplainQuery, request.POST)
    wanted = _checked(query)
    name = register().resolve(wanted.area).name
    title = f"{name} in the plan for {_small(find_service(wanted.service).title)}"
    address = f"{reverse('explain')}?{words_of(wanted)}"
    if request.method == "POST":
        job = board.submit(
            EXPLANATION,
            request_of(wanted),
            visitor=visitor(request, make=True),
            title=title,
            address=address,
        )
        return HttpResponseRedirect(reverse("job", args=[job.id]))
    found_job = board.find(EXPLANATION, request_of(wanted))
    told = _told(found_job)
    plan_words = words_of(PlanQuery(**{f.name: getattr(wanted, f.name) for f in fields(PlanQuery)}))
    content = ExplainPage(
        title=title,
        sentences=None if told is None else explanation_sentences(told),
        heads=NEIGHBOUR_HEADS,
        rows=[] if told is None else neighbour_rows(told),
        status=found_job.status if found_job else "",
        words=found_job.words if found_job else "",
        job_address=reverse("job", args=[found_job.id]) if found_job else "",
        ask_address=reverse("explain"),
        change_address=f"{reverse('plan-form')}?{plan_words}",
        plan_address=f"{reverse('plan-result')}?{plan_words}",
        fields=tuple(parse_qsl(words_of(wanted))),
    )
    return Page(
        title=title,
        template="explain.html",
        content=content,
        document=lambda: (
            {"kind": "explanation", "status": content.status or "not asked"}
            if told is None
            else json.loads(explanation_to_json(told))
        ),
        tables=None if told is None else lambda: (_table(content),),
        file_name=f"explanation-{wanted.area}",
        crumbs=(("Plan", reverse("plan")), ("The plan", content.plan_address)),
        fixed_by=None if found_job is None or told is None else (found_job.id,),
    )


def _checked(query: ExplainQuery) -> ExplainQuery:
    if not query.area:
        raise InputError("No authority was named: give one as area, by name or code.")
    code = register().resolve(query.area).area_code
    found = checked(query, library().book)
    return ExplainQuery(
        **{one.name: getattr(found, one.name) for one in fields(PlanQuery)}, area=code
    )


def _told(job: Job | None) -> Explanation | None:
    if job is None or job.status != Status.DONE:
        return None
    return library().lately(
        ("explanation", job.id),
        lambda _: read(Explanation, job.outputs.get(name=RESULT).content),
    )


def _table(content: ExplainPage) -> Table:
    return Table(
        name="neighbours",
        title=content.title,
        columns=tuple(
            Column(head.replace(" ", "_"), head[:1].upper() + head[1:]) for head in content.heads
        ),
        rows=content.rows,
    )


def _small(title: str) -> str:
    return title[0].lower() + title[1:]


ROUTES = [path("plan/explain", explain, name="explain")]
