"""One assumption: what it rests on, who uses it, and what another value would flip.

Flow: evidence.registry, scenarios.uses, jobs.flips -> THIS -> templates/assumption.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.evidence.registry import Parameter, Registry
from totalplace.money.services import service as find_service
from totalplace.money.services import services
from totalplace.reports import flips_words as words
from totalplace.reports import story
from totalplace.reports.swings import amount
from totalplace.reports.words import and_list
from totalplace.scenarios.flips import ASSUMED, Flips
from totalplace.scenarios.uses import Use, uses
from totalplace.web.asked_words import asked_words
from totalplace.web.downloads import Column, Table
from totalplace.web.failures import AbsentError
from totalplace.web.jobs import board
from totalplace.web.jobs.flips import FLIPS
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.plans import RESULT
from totalplace.web.kept import read
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.evidence import assumptions_table
from totalplace.web.planned import PlanQuery, checked, registry_of, request_of, words_of
from totalplace.web.query import read_query
from totalplace.web.visitors import visitor

FIRST = "social-work"
PARTS = {  # the first part of an id, for assumptions that no service's worth reads
    "gap": "It is used where a gap in a council’s budget is to be closed.",
    "guard": "It is part of a guard: a rule that protects children, held against every partnership "
    "of every service.",
    "transition": "No arrangement that is planned here uses it now.",
}


@dataclass(frozen=True, slots=True)
class AssumptionQuery(PlanQuery):
    """A plan, and a value to try in it."""

    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trying:
    """One value tried, with what leads on from it."""

    cells: tuple[str, ...]
    plan_address: str
    beside_address: str  # "" for the plan as assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionPage:
    """What the template reads; the lists of what flips are empty until it has been worked out."""

    title: str
    id: str
    span: str
    facts: tuple[tuple[str, str], ...]
    used: tuple[tuple[str, str], ...]  # service, how
    used_line: str
    problems: tuple[Problem, ...]
    services: tuple[tuple[str, str, bool], ...]
    of_plan: str  # the plan asked about, in words; "" when none was
    typed: str
    unit: str
    range: str
    carried: tuple[tuple[str, str], ...]  # of the plan, hidden in the form
    fields: tuple[tuple[str, str], ...]  # everything that was asked, to ask it again
    own_address: str
    all_address: str
    asked: bool
    status: str
    words: str
    job_address: str
    ask_address: str
    change_address: str
    verdict: list[str]
    heads: tuple[str, ...]
    trials: tuple[Trying, ...]
    turn_heads: tuple[str, ...]
    turns: list[tuple[str, ...]]
    picture: str
    caption: str


@page(AssumptionQuery, methods=("GET", "HEAD", "POST"))
def assumption(request: HttpRequest, query: AssumptionQuery, ident: str) -> Page | HttpResponse:
    """One assumption; a POST has worked out what another value flips."""
    row = _row(ident)
    if request.method != "POST":
        if query == AssumptionQuery():
            return _page(row, query, None, None, ())
        return _found(_checked(replace(query, service=query.service or FIRST), row), row)
    try:
        wanted = _checked(read_query(AssumptionQuery, request.POST), row)
    except InputError as error:
        service = request.POST.get("service", "")
        shown = AssumptionQuery(service=service if service in services() else "")
        typed = request.POST.get("value", "")[:40]
        return _page(row, shown, None, None, error.problems, typed=typed)
    job = board.submit(
        FLIPS,
        _request(wanted, row),
        visitor=visitor(request, make=True),
        title=f"What {words.short_title_of(row).lower()} flips",
        address=_own(row, wanted),
    )
    return HttpResponseRedirect(reverse("job", args=[job.id]))


def _row(ident: str) -> Parameter:
    registry = library().once("registry", lambda _: Registry.load())
    try:
        return registry[ident]
    except InputError as error:
        raise AbsentError(error.problems) from error


def _checked(query: AssumptionQuery, row: Parameter) -> AssumptionQuery:
    """The query with every fault told at once."""
    faults: list[Problem] = []
    found = query
    try:
        found = checked(query, library().book)
    except InputError as error:
        faults += error.problems
    if query.value is not None and not row.low <= query.value <= row.high:
        faults.append(
            Problem(
                what=f"{amount(query.value, row.unit)} is outside the range of "
                f"{words.short_title_of(row).lower()}",
                fix=f"Give a number from {row.low:g} to {row.high:g} ({row.unit}). The range rests "
                f"on: {row.source}",
            )
        )
    if faults:
        raise InputError(faults, after="Nothing was tried.")
    return found


def _found(wanted: AssumptionQuery, row: Parameter) -> Page:
    job = board.find(FLIPS, _request(wanted, row))
    return _page(row, wanted, job, flips_of(job), ())


def flips_of(job: Job | None) -> Flips | None:
    """What a finished job found; None when there is none."""
    if job is None or job.status != Status.DONE:
        return None
    return library().lately(
        ("flips", job.id), lambda _: read(Flips, job.outputs.get(name=RESULT).content)
    )


def _request(wanted: AssumptionQuery, row: Parameter) -> dict[str, Any]:
    return {**request_of(wanted), "id": row.id}


def _own(row: Parameter, wanted: AssumptionQuery) -> str:
    return f"{reverse('assumption', args=[row.id])}?{words_of(wanted)}"


def _plan_of(wanted: AssumptionQuery) -> PlanQuery:
    return PlanQuery(**{one.name: getattr(wanted, one.name) for one in fields(PlanQuery)})


def _page(
    row: Parameter,
    wanted: AssumptionQuery,
    job: Job | None,
    found: Flips | None,
    problems: Sequence[Problem],
    *,
    typed: str = "",
) -> Page:
    title = words.short_title_of(row)
    content = _content(row, wanted, job, found, problems, typed)
    registry = registry_of(wanted.hold) if wanted.hold else None
    return Page(
        title=f"{title}: an assumption",
        template="assumption.html",
        content=content,
        document=lambda: {
            "kind": "assumption",
            "assumption": next(one for one in Registry((row,)).to_rows()),
            "used": [
                {"service": one.service, "how": list(map(str, one.arrangements)),
                 "limits": one.limits}
                for one in _uses(row)
            ],
            "status": content.status or "not asked",
            "problems": [str(one) for one in problems],
            "flips": words.document(found) if found else None,
        },
        tables=lambda: (assumptions_table([row]), *(_tables(found) if found else ())),
        sources=next((one.plan.sources for one in found.trials if one.plan), ()) if found else (),
        stamp=f"assumptions {registry.sha256[:12]}" if registry else "",
        file_name=f"assumption-{row.id}",
        status=400 if problems else 200,
        crumbs=(("Assumptions", reverse("evidence")),),
    )  # fmt: skip


def _content(
    row: Parameter,
    wanted: AssumptionQuery,
    job: Job | None,
    found: Flips | None,
    problems: Sequence[Problem],
    typed: str,
) -> AssumptionPage:
    asked = bool(wanted.service) and not problems
    plan = _plan_of(wanted)
    carried = [pair for pair in parse_qsl(words_of(plan)) if pair[0] != "service"]
    used = _uses(row)
    return AssumptionPage(
        title=row.title,
        id=row.id,
        span=words.span(row),
        facts=_facts(row),
        used=tuple((one.title, _how(one)) for one in used),
        used_line=_used_line(row, used),
        problems=tuple(problems),
        services=tuple(
            (one.id, one.title, one.id == (wanted.service or FIRST)) for one in services().values()
        ),
        of_plan=and_list(asked_words(plan, library().book)) if carried else "",
        typed=typed or (f"{wanted.value:g}" if wanted.value is not None else ""),
        unit=row.unit,
        range=f"From {row.low:g} to {row.high:g}; now {row.value:g}.",
        carried=tuple(carried),
        fields=tuple(parse_qsl(words_of(wanted))),
        own_address=reverse("assumption", args=[row.id]),
        all_address=f"{reverse('evidence')}#{row.id}",
        asked=asked,
        status=job.status if job else "",
        words=job.words if job else "",
        job_address=reverse("job", args=[job.id]) if job else "",
        ask_address=reverse("assumption", args=[row.id]),
        change_address=reverse("assumption", args=[row.id]),
        verdict=words.sentences(found) if found else [],
        heads=words.TRIAL_HEADS,
        trials=_trials(found, plan) if found else (),
        turn_heads=words.turn_heads(found) if found else (),
        turns=words.turn_rows(found) if found else [],
        picture=library().lately(
            ("flips picture", job.id), lambda _: words.picture(found, ident="flips")
        )
        if found and job
        else "",
        caption=words.caption(found) if found else "",
    )


def _trials(found: Flips, plan: PlanQuery) -> tuple[Trying, ...]:
    base = words_of(plan)
    tried = []
    for one, cells in zip(found.trials, words.trial_rows(found), strict=True):
        held = tuple(held for held in plan.hold if not held.startswith(f"{found.id}="))
        other = (
            base
            if one.name == ASSUMED
            else words_of(replace(plan, hold=tuple(sorted((*held, f"{found.id}={one.value:g}")))))
        )
        beside = urlencode({"one": base, "other": other})
        tried.append(
            Trying(
                cells=cells,
                plan_address=f"{reverse('plan-result')}?{other}",
                beside_address="" if one.name == ASSUMED else f"{reverse('plans')}?{beside}",
            )
        )
    return tuple(tried)


def _facts(row: Parameter) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Value", f"{amount(row.value, row.unit)}{_prices(row)}"),
        ("Range", f"{amount(row.low, row.unit)} to {amount(row.high, row.unit)}"),
        ("How it varies", words.VARIES[row.distribution]),
        ("How far to trust it", words.TRUST[row.confidence]),
        ("Where it comes from", row.source),
        ("Who commissioned it", row.commissioned_by),
        ("Note", row.note),
        ("Its name in an address", row.id),
    ]
    return tuple((name, text) for name, text in facts if text)


def _prices(row: Parameter) -> str:
    return f", at {row.price_year} prices" if row.price_year else ""


def _uses(row: Parameter) -> tuple[Use, ...]:
    return library().once("uses of assumptions", uses).get(row.id, ())


def _used_line(row: Parameter, used: tuple[Use, ...]) -> str:
    if used:
        return ""
    return PARTS.get(row.id.partition(".")[0], "No service that is planned here uses it.")


def _how(one: Use) -> str:
    every = find_service(one.service).arrangements
    how = (
        "however it is shared"
        if set(one.arrangements) == set(every)
        else and_list([story.TITLES[kind] for kind in one.arrangements])
    )
    return f"{how}, as a limit on who may share" if one.limits else how


def _tables(found: Flips) -> tuple[Table, ...]:
    return (
        Table(
            name="values",
            title="The best plan at each value",
            columns=(
                Column("value", "Value of the assumption", "number"),
                Column("trial", "Which"),
                Column("partnerships", "Partnerships", "whole"),
                Column("saving_a_year", "Saving a year (£)", "pounds"),
                Column("saving_a_year_low", "Saving a year, low (£)", "pounds"),
                Column("saving_a_year_high", "Saving a year, high (£)", "pounds"),
                Column("worth", "Worth in all (£)", "pounds"),
                Column("worth_low", "Worth in all, low (£)", "pounds"),
                Column("worth_high", "Worth in all, high (£)", "pounds"),
                Column("reason", "Why there is no plan"),
            ),
            rows=[
                (
                    one.value,
                    one.name,
                    len(one.plan.partnerships) if one.plan else None,
                    *(
                        (getattr(getattr(one.plan, part), end) if one.plan else None)
                        for part in ("saving_a_year", "value")
                        for end in ("mean", "low", "high")
                    ),
                    one.why,
                )
                for one in found.trials
            ],
            note="Low and high are the ends of the 80 % interval.",
        ),
        Table(
            name="partnerships",
            title="Which partnerships come and go",
            columns=(
                Column("members", "Members"),
                Column("member_codes", "Area codes"),
                Column("arrangement", "How it is shared"),
                *(
                    Column(
                        f"saving_{one.name.replace(' ', '_')}", f"Saving, {one.name} (£)", "pounds"
                    )
                    for one in found.trials
                ),
                Column("stops_paying_at", "Stops paying at", "number"),
            ),
            rows=[
                (
                    " + ".join(one.names),
                    "+".join(one.members),
                    str(one.arrangement),
                    *(saved.mean if saved else None for saved in one.saving),
                    one.pays_from,
                )
                for one in found.turns
            ],
            note="Mean saving a year in the best plan at each value; empty: not in that plan.",
        ),
    )


ROUTES = [path("evidence/<str:ident>", assumption, name="assumption")]
