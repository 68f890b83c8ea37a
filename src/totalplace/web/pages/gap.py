"""Close a gap: which joint options and which choices, with the statutory core held whole.

Flow: jobs.money (scenarios.closing) -> THIS -> templates/gap.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.reports.leaflet import Leaflet
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.scenarios.closing import MOST
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.money import DOCUMENT, GAP, LEAFLET
from totalplace.web.kept import read
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.costs import placed
from totalplace.web.pages.leaflets import beside, crumbs_of
from totalplace.web.pages.places import register
from totalplace.web.planned import registry_of
from totalplace.web.query import read_query
from totalplace.web.sheets import tables_of
from totalplace.web.visitors import visitor

MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class GapQuery:
    """How deep, per cent: one number, or one for each year joined by commas."""

    cut: str = ""
    hold: tuple[str, ...] = ()
    seed: int = field(default=1, metadata={"min": 0, "max": 1_000_000})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPage:
    """What the template of a gap, or of a county divided, reads besides its own form."""

    title: str
    leaf: Leaflet | None  # None until it has been worked out
    problems: tuple[Problem, ...]
    typed: str
    asked: bool
    own_address: str
    status: str
    words: str
    job_address: str
    ask_address: str
    change_address: str
    fields: tuple[tuple[str, str], ...]
    beside: tuple[tuple[str, str, bool], ...]


@page(GapQuery, methods=("GET", "HEAD", "POST"))
def gap(request: HttpRequest, query: GapQuery, area: str) -> Page | HttpResponse:
    """What closes a gap; a POST has it worked out."""
    place = placed(area, "gap", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    own = reverse("gap", args=[code])
    if request.method == "POST":
        try:
            wanted = read_query(GapQuery, request.POST)
            asked = _request(code, wanted)
        except InputError as error:
            typed = request.POST.get("cut", "")[:60]
            return _page(code, name, own, GapQuery(cut=typed), None, error.problems)
        job = board.submit(
            GAP,
            asked,
            visitor=visitor(request, make=True),
            title=f"Close a gap in {name}",
            address=f"{own}?{urlencode(_pairs(wanted))}",
        )
        return HttpResponseRedirect(reverse("job", args=[job.id]))
    if not query.cut:
        return _page(code, name, own, query, None, ())
    return _page(code, name, own, query, board.find(GAP, _request(code, query)), ())


def _request(code: str, query: GapQuery) -> dict[str, Any]:
    """The request as plain JSON; every fault told at once."""
    faults: list[Problem] = []
    cuts: list[float] = []
    texts = [text.strip().removesuffix("%").strip() for text in query.cut.split(",")]
    for text in texts:
        try:
            share = float(text) / 100
        except ValueError:
            share = float("nan")
        if not 0 < share <= MOST:
            faults.append(
                Problem(
                    what=f"The gap {text[:20]!r} cannot be answered",
                    fix=f"Give a number above 0 and at most {MOST:.0%}, for example 15; or one for "
                    "each year, as 5, 10, 15.",
                )
            )
        cuts.append(share)
    if "+" in code or code not in {one.area_code for one in register().on()}:
        faults.append(
            Problem(what="A gap is one council’s", fix="Name one council instead of several.")
        )
    if len(texts) > MOST_YEARS:
        faults.append(Problem(what=f"{len(texts)} years", fix=f"Give at most {MOST_YEARS}."))
    try:
        registry_of(query.hold)
    except InputError as error:
        faults += error.problems
    if faults:
        raise InputError(faults, after="Nothing was worked out.")
    return {"area": code, "cut": cuts, "seed": query.seed, "hold": sorted(query.hold)}


def _pairs(query: GapQuery) -> list[tuple[str, str]]:
    pairs = [("cut", query.cut), *(("hold", one) for one in query.hold)]
    return [*pairs, ("seed", str(query.seed))] if query.seed != 1 else pairs


def _page(
    code: str,
    name: str,
    own: str,
    query: GapQuery,
    job: Job | None,
    problems: tuple[Problem, ...],
) -> Page:
    leaf = leaflet_of(job)
    content = AskedPage(
        title=f"Close a gap in {name}",
        leaf=leaf,
        problems=problems,
        typed=query.cut,
        asked=bool(query.cut) and not problems,
        own_address=own,
        status=job.status if job else "",
        words=job.words if job else "",
        job_address=reverse("job", args=[job.id]) if job else "",
        ask_address=own,
        change_address=own,
        fields=tuple(_pairs(query)),
        beside=beside(code, "gap"),
    )
    return asked_page(content, job, code=code, name=name, kind="gap", template="gap.html")


def asked_page(
    content: AskedPage, job: Job | None, *, code: str, name: str, kind: str, template: str
) -> Page:
    """A page whose answer is a leaflet that a job makes: the form, the wait, or the answer."""
    leaf = content.leaf
    return Page(
        title=leaf.title if leaf else content.title,
        template=template,
        content=content,
        document=lambda: {
            "kind": kind,
            "status": content.status or "not asked",
            "problems": [str(one) for one in content.problems],
            **(document_of(job) if job and leaf else {}),
        },
        tables=(lambda: tables_of(one.sheet for one in leaf.tables)) if leaf else None,
        workbook=(lambda: leaflet_workbook(leaf)) if leaf else None,
        sources=leaf.sources if leaf else (),
        file_name=f"{kind}-{code}"[:80],
        status=400 if content.problems else 200,
        crumbs=crumbs_of(code, name),
    )


def leaflet_of(job: Job | None) -> Leaflet | None:
    """What a finished job made; None when there is none."""
    if job is None or job.status != Status.DONE:
        return None
    return library().lately(
        ("leaflet", job.id), lambda _: read(Leaflet, job.outputs.get(name=LEAFLET).content)
    )


def document_of(job: Job) -> dict[str, Any]:
    """The JSON a finished job made."""
    found: dict[str, Any] = json.loads(job.outputs.get(name=DOCUMENT).content)
    return found


ROUTES = [path("places/<str:area>/money/gap", gap, name="gap")]
