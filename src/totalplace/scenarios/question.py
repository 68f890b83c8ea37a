"""A question about a plan, understood: the service gathered, the draws made, the limits read.

Flow: book, words -> THIS (gather, asked) -> scenarios.planning, scenarios.bundling
In: an open book and what the user asked for, names as people write them. Out: a frozen Question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from totalplace.book.store import Book
from totalplace.errors import InputError, NoPlanError
from totalplace.errors import Problem as Fault
from totalplace.evidence.draws import Draws, draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.problem import Problem
from totalplace.footprints.search import EXPECTED, MEMORY_MB, WIDEST, Ask, grows, usable
from totalplace.money.pieces import SpendFrom
from totalplace.money.services import Service
from totalplace.money.services import service as find_service
from totalplace.money.spend import MissingPolicy
from totalplace.scenarios.asked import (
    Groups,
    arrangement_faults,
    guard_faults,
    inside_faults,
    limits_of,
    number_faults,
    objective_faults,
)
from totalplace.scenarios.dates import first_start, newest_day
from totalplace.scenarios.gather import gather
from totalplace.scenarios.other_plans import OtherPlan
from totalplace.scenarios.within import within
from totalplace.types import Arrangement

DEFAULT_DRAWS = 512

ProgressFn = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What both questions need once the user's words are understood."""

    service: Service
    registry: Registry
    draws: Draws
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One service, and what is wanted of its plan."""

    setting: Setting
    ask: Ask


def question_of(
    book: Book,
    *,
    service: str,
    arrangements: Sequence[str] | None = None,
    objective: str = EXPECTED,
    floor: float | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    as_of: date | None = None,
    start: date | None = None,
    together: Groups = (),
    apart: Groups = (),
    named: Groups = (),
    improvement: Groups = (),
    inside: str | Sequence[str] | None = None,
    keep: Groups = (),
    keep_existing: bool = False,
    only: str | Sequence[str] | None = None,
    min_members: int | None = None,
    max_members: int | None = None,
    grow_to: int | None = None,
    partnerships: int | None = None,
    most_partnerships: int | None = None,
    other_plans: Sequence[OtherPlan] = (),
    most_bodies: int | None = None,
    funding: str = "",
    missing: MissingPolicy = "leave-out",
    spend_from: SpendFrom = "ro3",
    without: Sequence[str] = (),
    time_limit: float | None = None,
    memory: float = MEMORY_MB,
    price_guards: bool = True,
    registry: Registry | None = None,
    progress_fn: ProgressFn | None = None,
) -> Question:
    """Understand a question. See `planning.plan` for what each part of it means.

    Raises:
        InputError: A service, arrangement, guard or area nobody knows; all faults at once.
        NoPlanError: No authority could be priced.
    """
    asked = list(arrangements or ())
    setting = setting_of(
        book, service, registry, draws, seed, as_of, start, missing, max_members, progress_fn,
        spend_from,
    )  # fmt: skip
    whole = setting.problem
    unknown: list[Fault] = []
    try:
        setting = replace(setting, problem=within(book, whole, only))
    except InputError as error:
        unknown = list(error.problems)
    faults = [
        *objective_faults(objective, floor),
        *arrangement_faults(setting.service, asked),
        *guard_faults(without),
        *inside_faults(inside),
        *number_faults(
            min_members=min_members,
            max_members=max_members,
            grow_to=grow_to,
            partnerships=partnerships,
            most_partnerships=most_partnerships,
            other_plans=other_plans,
            most_bodies=most_bodies,
        ),
        *unknown,
    ]
    if faults:
        raise InputError(faults)
    problem = setting.problem
    kinds = _chosen(setting.service, asked)
    if grow_to is not None and not any(grows(problem, kind) for kind in kinds):
        raise InputError(
            f"No way of sharing {problem.rules.title.lower()} that was asked for is without a "
            "limit on members, so nothing can be grown: leave --grow-to out, or --max-members."
        )
    limits = limits_of(
        book,
        problem,
        setting.registry,
        whole=whole,
        together=together,
        apart=apart,
        named=named,
        improvement=improvement,
        inside=inside,
        keep=keep,
        keep_existing=keep_existing,
        min_members=min_members,
        partnerships=partnerships,
        most_partnerships=most_partnerships,
        other_plans=other_plans,
        most_bodies=most_bodies,
        funding=funding,
        without=without,
    )
    if not usable(problem).any():
        raise NoPlanError(_nobody_priced(problem))
    ask = Ask(
        arrangements=kinds,
        objective=objective,
        floor=floor,
        limits=limits,
        widest=max_members or WIDEST,
        grow_to=grow_to,
        time_limit=time_limit,
        price_guards=price_guards,
        memory_mb=memory,
    )
    return Question(setting=setting, ask=ask)


def setting_of(
    book: Book,
    service: str,
    registry: Registry | None,
    draws: int,
    seed: int,
    as_of: date | None,
    start: date | None,
    missing: MissingPolicy,
    max_members: int | None,
    progress_fn: ProgressFn | None,
    spend_from: SpendFrom = "ro3",
) -> Setting:
    """A service gathered as it is known on a day, with the draws of the assumptions."""
    chosen = find_service(service)
    used = registry if registry is not None else Registry.load()
    known = as_of if as_of is not None else newest_day(book)
    begins = start if start is not None else first_start(known)
    if begins < known:
        raise InputError(
            f"The start, {begins}, is before the day the evidence is known on, {known}. "
            "Give a later --start or an earlier --as-of."
        )
    if progress_fn is not None:
        progress_fn("reading the book")
    problem = gather(
        book,
        chosen,
        used,
        as_of=known,
        start=begins,
        missing=missing,
        max_members=max_members,
        spend_from=spend_from,
    )
    return Setting(
        service=chosen, registry=used, draws=draw(used, n=draws, seed=seed), problem=problem
    )


def _chosen(service: Service, asked: Sequence[str]) -> tuple[Arrangement, ...]:
    wanted = {Arrangement(a) for a in asked} or set(service.arrangements)
    return tuple(a for a in Arrangement if a in wanted)


def _nobody_priced(problem: Problem) -> str:
    reasons = sorted(set(problem.unpriced_reason.values()))
    return (
        f"No authority could be priced for {problem.rules.title.lower()}, so there is no plan. "
        + " ".join(reasons[:3])
    )
