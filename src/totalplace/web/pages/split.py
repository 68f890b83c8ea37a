"""Divide a county: which district goes to which new authority, and what that does to the money.

Flow: jobs.money (scenarios.splitting) -> THIS -> templates/split.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.scenarios.districts import all_districts
from totalplace.scenarios.into import into_of
from totalplace.scenarios.splitting import County, county_of
from totalplace.web.failures import AbsentError
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job
from totalplace.web.jobs.money import SPLIT
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.costs import placed
from totalplace.web.pages.gap import AskedPage, asked_page, leaflet_of
from totalplace.web.pages.leaflets import beside
from totalplace.web.planned import registry_of
from totalplace.web.query import read_query
from totalplace.web.visitors import visitor

PARTS = "ABCDEF"  # names of the new authorities


@dataclass(frozen=True, slots=True)
class SplitQuery:
    """Which district goes where, each as ``district=A``."""

    to: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    seed: int = field(default=1, metadata={"min": 0, "max": 1_000_000})


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPage:
    """What the template reads."""

    asked: AskedPage
    districts: tuple[tuple[str, str, str], ...]  # code, name, part chosen
    parts: tuple[str, ...]


@page(SplitQuery, methods=("GET", "HEAD", "POST"))
def split(request: HttpRequest, query: SplitQuery, area: str) -> Page | HttpResponse:
    """A county divided; a POST has it worked out."""
    place = placed(area, "split", request.META.get("QUERY_STRING", ""))
    if isinstance(place, HttpResponse):
        return place
    code, name = place
    try:
        county = county_of(library().book, code)
    except InputError as error:
        raise AbsentError(error.problems) from error
    if request.method == "POST":
        try:
            wanted = read_query(SplitQuery, request.POST)
            asked = _request(county, wanted)
        except InputError as error:
            to = tuple(text[:60] for text in request.POST.getlist("to") if "=" in text)
            return _page(county, SplitQuery(to=to[:60]), None, error.problems)
        job = board.submit(
            SPLIT,
            asked,
            visitor=visitor(request, make=True),
            title=f"Divide {name}",
            address=f"{reverse('split', args=[code])}?{urlencode(_pairs(wanted))}",
        )
        return HttpResponseRedirect(reverse("job", args=[job.id]))
    if not query.to:
        return _page(county, query, None, ())
    return _page(county, query, board.find(SPLIT, _request(county, query)), ())


def _request(county: County, query: SplitQuery) -> dict[str, Any]:
    """The request as plain JSON; every fault told at once."""
    faults: list[Problem] = []
    parts: dict[str, list[str]] = {}
    for text in query.to:
        district, _, part = text.partition("=")
        if part not in PARTS or len(part) != 1:
            faults.append(
                Problem(
                    what=f"to is {text[:60]!r}",
                    fix=f"Write a district, an equals sign and one of {', '.join(PARTS)}.",
                )
            )
            continue
        parts.setdefault(f"Authority {part}", []).append(district)
    for look in (
        lambda: into_of(parts, all_districts(), county=county.code),
        lambda: registry_of(query.hold),
    ):
        try:
            look()
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults, after="Nothing was divided.")
    return {
        "area": county.code,
        "into": {name: sorted(members) for name, members in sorted(parts.items())},
        "seed": query.seed,
        "hold": sorted(query.hold),
    }


def _pairs(query: SplitQuery) -> list[tuple[str, str]]:
    pairs = [("to", one) for one in sorted(query.to)] + [("hold", one) for one in query.hold]
    return [*pairs, ("seed", str(query.seed))] if query.seed != 1 else pairs


def _page(
    county: County, query: SplitQuery, job: Job | None, problems: tuple[Problem, ...]
) -> Page:
    own = reverse("split", args=[county.code])
    leaf = leaflet_of(job)
    chosen = dict(text.partition("=")[::2] for text in query.to)
    asked = AskedPage(
        title=f"Divide {county.name} into new authorities",
        leaf=leaf,
        problems=problems,
        typed="",
        asked=bool(query.to) and not problems,
        own_address=own,
        status=job.status if job else "",
        words=job.words if job else "",
        job_address=reverse("job", args=[job.id]) if job else "",
        ask_address=own,
        change_address=own,
        fields=tuple(_pairs(query)),
        beside=beside(county.code, "split"),
    )
    made = asked_page(
        asked, job, code=county.code, name=county.name, kind="split", template="split.html"
    )
    return replace(
        made,
        content=SplitPage(
            asked=asked,
            districts=tuple(
                (one.code, one.name, chosen.get(one.code, "")) for one in county.districts
            ),
            parts=tuple(PARTS),
        ),
    )


ROUTES = [path("places/<str:area>/split", split, name="split")]
