"""Plan: choose a service, say what must hold, have it worked out, read the answer.

Flow: web.planned, jobs.board -> THIS -> templates/plan_start.html, plan_form.html, plan.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.results import Plan
from totalplace.money.services import service as find_service
from totalplace.money.services import services
from totalplace.reports import story
from totalplace.reports.json_document import plan_document
from totalplace.reports.map import MapShapes
from totalplace.reports.options_paper import plan_paper
from totalplace.reports.page import PageContext, plan_context
from totalplace.reports.risk import SWING_HEADS, swing_row
from totalplace.reports.workbook import plan_workbook
from totalplace.scenarios.asked import INSIDE_WORDS
from totalplace.web.asked_words import asked_words
from totalplace.web.figures.use import with_figures
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.plans import PLAN, RESULT
from totalplace.web.jobs.steady import STEADY
from totalplace.web.kept import read
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages import maps
from totalplace.web.pages.places import register
from totalplace.web.pages.plan_tables import plan_tables
from totalplace.web.pages.steady import sentences_of, steady_of
from totalplace.web.part import Choices, part_choices, part_words
from totalplace.web.planned import (
    GROUPS,
    PlanQuery,
    checked,
    form_values,
    registry_of,
    request_of,
    words_of,
)
from totalplace.web.query import NoQuery, read_query
from totalplace.web.visitors import visitor
from totalplace.web.workspaces.saving import SaveForm, form_for

CRUMBS = (("Plan", "/plan"),)  # what stands above a plan
MOST_MOVES = 8  # assumptions listed under what moves it most; the downloads have all
GROUP_WORDS = {
    "together": ("Must share", "Authorities that have to be in one partnership."),
    "apart": ("Must not share", "Authorities no two of which may be in one partnership."),
    "named": ("May share though they do not touch", "Otherwise members must border one another."),
    "improvement": (
        "A named improvement partnership",
        "Time-limited; a member judged good or better may then lead one judged inadequate.",
    ),
    "keep": ("Exists and stays as it is", "Its members join no other."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose."""

    value: str
    words: str
    hint: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """What the template of the first step reads."""

    services: tuple[tuple[str, str, str], ...]  # address, title, how it may be shared


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """What the form reads."""

    title: str
    service: str
    address: str
    problems: tuple[Problem, ...]
    parts: Choices  # of England
    part: str  # the one chosen from the list
    councils: str  # or those typed
    arrangements: tuple[Choice, ...]
    inside: tuple[Choice, ...]
    guards: tuple[Choice, ...]
    groups: tuple[tuple[str, str, str, tuple[str, ...]], ...]  # name, words, hint, lines
    value: Mapping[str, str]  # of single fields
    hold: tuple[str, ...]
    more_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """What the template of a result reads; ``plan`` is absent until it has been worked out."""

    title: str
    plan: PageContext | None
    asked: list[str]
    status: str  # of the job, "" if nobody has asked
    words: str
    job_address: str
    ask_address: str
    change_address: str
    paper_address: str
    compare_address: str
    move_heads: tuple[str, ...]
    moves: tuple[tuple[tuple[str, ...], str], ...]  # cells, and the page of the assumption
    steady: list[str]  # sentences, once that has been worked out
    steady_address: str
    explain_address: str  # an authority's code goes at its end
    fields: tuple[tuple[str, str], ...]  # the query as hidden fields
    save: SaveForm | None  # None: the visitor may save nowhere


@page(NoQuery)
def plan_start(request: HttpRequest, query: NoQuery) -> Page:
    """The first step: which service."""
    rows = tuple(
        (
            f"{reverse('plan-form')}?service={one.id}",
            one.title,
            ", ".join(story.TITLES[arrangement] for arrangement in one.arrangements),
        )
        for one in services().values()
    )
    return Page(
        title="Which councils should share a service?",
        template="plan_start.html",
        content=StartPage(services=rows),
        document=lambda: {
            "kind": "services",
            "services": [
                {
                    "service": one.id,
                    "title": one.title,
                    "arrangements": [str(allowed) for allowed in one.arrangements],
                    "address": address,
                }
                for one, (address, _, _) in zip(services().values(), rows, strict=True)
            ],
        },
    )


@page(PlanQuery, methods=("GET", "HEAD", "POST"), form=PlanQuery)
def plan_form(request: HttpRequest, query: PlanQuery) -> Page | HttpResponse:
    """The second step: how, and what must hold. A POST has it worked out."""
    if request.method != "POST":
        if not query.service:
            return HttpResponseRedirect(reverse("plan"))
        find_service(query.service)
        return _form(form_values(request.GET), ())
    try:
        wanted = checked(read_query(PlanQuery, request.POST), library().book)
    except InputError as error:
        values = form_values(request.POST)
        if "".join(values["service"]) not in services():
            raise
        return _form(values, error.problems)
    return HttpResponseRedirect(reverse("job", args=[ask(request, wanted).id]))


@page(PlanQuery)
def plan_result(request: HttpRequest, query: PlanQuery) -> Page:
    """The answer at its permanent address; or what to do to have it."""
    wanted = checked(query, library().book)
    job = board.find(PLAN, request_of(wanted))
    found = plan_of(job)
    return result_page(request, wanted, job, found)


def result_page(
    request: HttpRequest,
    wanted: PlanQuery,
    job: Job | None,
    found: Plan | None,
    *,
    crumbs: tuple[tuple[str, str], ...] = CRUMBS,
    as_kept: bool = False,
) -> Page:
    """The page of a plan, or of its absence.

    Args:
        request: The request.
        wanted: What is asked, checked.
        job: The job that answers it, if anybody asked.
        found: The plan it made, if it did.
        crumbs: What stands above the page.
        as_kept: Whether it is shown as a workspace keeps it, at an address of its own.
    """
    content = _result(wanted, job, found)
    if as_kept:
        content = replace(content, paper_address=f"{request.path}?format=docx")
    elif content.plan is not None:
        address = with_figures(f"{reverse('plan-result')}?{words_of(wanted)}")
        content = replace(content, save=form_for(request, address=address, name=content.title))
    if found is None or job is None:
        return Page(
            title=content.title,
            template="plan.html",
            content=content,
            document=lambda: {
                "kind": "plan",
                "status": content.status or "not asked",
                "words": content.words,
                "job": content.job_address or None,
            },
            crumbs=crumbs,
        )
    registry = registry_of(wanted.hold)
    known = registry.sha256 == found.assumptions_sha256  # else they were others then
    assumptions = registry.to_rows() if known else []
    return Page(
        title=content.title,
        template="plan.html",
        content=content,
        document=lambda: plan_document(found),
        tables=lambda: plan_tables(found, register()),
        workbook=lambda: plan_workbook(found, assumptions=assumptions, maps=shapes()),
        paper=lambda: plan_paper(
            found,
            assumptions=assumptions,
            maps=shapes(),
            address=request.build_absolute_uri(f"{reverse('plan-result')}?{words_of(wanted)}"),
        ),
        sources=found.sources,
        own=found.own,
        stamp=f"assumptions {found.assumptions_sha256[:12]} · seed {found.seed} · "
        f"{found.draws:,} draws",
        file_name="-".join(filter(None, ("plan", found.service, _slug(found.only)))),
        crumbs=crumbs,
        fixed_by=None if as_kept else (job.id, tuple(content.steady)),
        made_from=f"book {found.book_hash[:12]} · Total Place {found.version}" if as_kept else "",
    )


def plan_of(job: Job | None) -> Plan | None:
    """The plan a finished job made, kept while it is asked for; None when there is none."""
    if job is None or job.status != Status.DONE:
        return None
    return library().lately(
        ("plan", job.id), lambda _: read(Plan, job.outputs.get(name=RESULT).content)
    )


def shapes() -> list[MapShapes]:
    """The maps of this book."""
    return [one for one in (maps.hexagons(), maps.outlines()) if one is not None]


def ask(request: HttpRequest, wanted: PlanQuery) -> Job:
    """Have a plan worked out, or join those who have."""
    return board.submit(
        PLAN,
        request_of(wanted),
        visitor=visitor(request, make=True),
        title=_title(wanted),
        address=f"{reverse('plan-result')}?{words_of(wanted)}",
    )


def _slug(words: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in words.casefold()).split())[:60]


def _title(wanted: PlanQuery) -> str:
    where = f" (only {part_words(wanted.only)})" if wanted.only else ""
    return f"{find_service(wanted.service).title}: who should share it, and with whom{where}"


def _result(wanted: PlanQuery, job: Job | None, found: Plan | None) -> PlanPage:
    words = words_of(wanted)
    one = with_figures(f"?{words}").removeprefix("?")
    steadiness = steady_of(board.find(STEADY, request_of(wanted))) if found else None
    return PlanPage(
        title=_title(wanted),
        plan=None if found is None or job is None else _context(job, found),
        asked=asked_words(wanted, library().book),
        status=job.status if job else "",
        words=job.words if job else "",
        job_address=reverse("job", args=[job.id]) if job else "",
        ask_address=reverse("plan-form"),
        change_address=with_figures(f"{reverse('plan-form')}?{words}"),
        paper_address=with_figures(f"{reverse('plan-result')}?{words}&format=docx"),
        compare_address=with_figures(f"{reverse('plans')}?{urlencode({'one': one})}"),
        move_heads=SWING_HEADS,
        moves=tuple(
            (swing_row(one), with_figures(f"{reverse('assumption', args=[one.id])}?{words}"))
            for one in (found.moves[:MOST_MOVES] if found else ())
        ),
        steady=sentences_of(steadiness) if steadiness else [],
        steady_address=with_figures(f"{reverse('steady')}?{words}"),
        explain_address=f"{with_figures(reverse('explain') + '?' + words)}&area=",
        fields=tuple(_fields(wanted)),
        save=None,
    )


def _context(job: Job, found: Plan) -> PageContext:
    return library().lately(("plan page", job.id), lambda _: plan_context(found, (), shapes()))


def _fields(wanted: PlanQuery) -> list[tuple[str, str]]:
    return parse_qsl(words_of(wanted))


def _form(values: Mapping[str, list[str]], problems: Sequence[Problem]) -> Page:
    chosen = find_service(values["service"][0])
    plain = {
        "objective", "floor", "min_members", "max_members", "partnerships", "most_partnerships",
        "funding", "missing", "keep_existing", "as_of", "start", "draws", "seed",
    }  # fmt: skip
    groups = tuple(
        (name, *GROUP_WORDS[name], (*filter(None, values[name]), ""))  # and an empty line
        for name in GROUPS
    )
    title = f"Share {chosen.title[0].lower()}{chosen.title[1:]}"
    parts = part_choices()
    listed = {value for _, group in parts for value, _ in group}
    part = next((one for one in values["only"] if one in listed), "")
    return Page(
        title=title,
        template="plan_form.html",
        content=FormPage(
            title=title,
            service=chosen.id,
            address=reverse("plan-form"),
            problems=tuple(problems),
            parts=parts,
            part=part,
            councils="+".join(one for one in values["only"] if one and one != part),
            arrangements=tuple(
                Choice(
                    value=str(one),
                    words=f"{story.TITLES[one][0].upper()}{story.TITLES[one][1:]}",
                    hint="",
                    chosen=str(one) in values["arrangement"] or not values["arrangement"],
                )
                for one in chosen.arrangements
            ),
            inside=tuple(
                Choice(value=name, words=words, hint="", chosen=name in values["inside"])
                for name, words in INSIDE_WORDS.items()
            ),
            guards=tuple(
                Choice(value=name, words=words, hint="", chosen=name in values["without"])
                for name, words in guards.TITLES.items()
                if name != guards.USERS_OWN
            ),
            groups=groups,
            value={name: (values[name] or [""])[0] for name in plain},
            hold=(*filter(None, values["hold"]), ""),
            more_open=bool(problems)
            or any(values[name] for name in (*GROUPS, "inside", "without", "hold", "min_members")),
        ),
        document=lambda: {
            "kind": "plan-form",
            "service": chosen.id,
            "parameters": {name: value for name, value in values.items() if value},
            "problems": [str(one) for one in problems],
            "assumptions": list(Registry.load().ids),
        },
        status=400 if problems else 200,
        problems=tuple(problems),
        crumbs=CRUMBS,
    )


ROUTES = [
    path("plan", plan_start, name="plan"),
    path("plan/new", plan_form, name="plan-form"),
    path("plan/result", plan_result, name="plan-result"),
]
