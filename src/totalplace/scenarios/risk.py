"""Look behind a plan: why an authority landed where it did, and how sure the plan is.

Flow: scenarios.planning, footprints -> THIS -> reports, cli.risk
In: an open book and the same questions as `planning.plan`. Out: frozen results.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from typing import Required, TypedDict, Unpack

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.core import FairSplit, fair_split
from totalplace.footprints.ensemble import random_ensemble
from totalplace.footprints.explain import Explanation
from totalplace.footprints.explain import explain as explain_area
from totalplace.footprints.front import Front, authorities_changed, children_exposed, front
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.results import Comparator, Plan, Swing
from totalplace.footprints.search import CAUTIOUS, EXPECTED, Search
from totalplace.footprints.split import Split, sub_group_worth
from totalplace.footprints.stability import Stability, stability
from totalplace.footprints.tornado import swings
from totalplace.measures.today import todays_authorities
from totalplace.money.spend import MissingPolicy
from totalplace.scenarios import planning
from totalplace.scenarios.asked import Groups
from totalplace.scenarios.other_plans import OtherPlan
from totalplace.scenarios.question import ProgressFn
from totalplace.types import Arrangement, FloatArray

SOLVES = 64
POINTS = 6
CHANGED = "authorities changed"
EXPOSED = "children where a grade is inadequate or not cleared, and who leads would change"


class PlanOptions(TypedDict, total=False):
    """What `planning.plan` may be asked; see there. Only the service is required."""

    service: Required[str]
    arrangement: str | None
    arrangements: Sequence[str] | None
    objective: str
    floor: float | None
    draws: int
    seed: int
    as_of: date | None
    start: date | None
    together: Groups
    apart: Groups
    named: Groups
    improvement: Groups
    inside: str | Sequence[str] | None
    keep: Groups
    keep_existing: bool
    only: str | Sequence[str] | None
    min_members: int | None
    max_members: int | None
    grow_to: int | None
    partnerships: int | None
    most_partnerships: int | None
    other_plans: Sequence[OtherPlan]
    most_bodies: int | None
    funding: str
    missing: MissingPolicy
    without: Sequence[str]
    time_limit: float | None
    memory: float
    registry: Registry | None
    progress_fn: ProgressFn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A plan together with the search it came from."""

    plan: Plan
    search: Search
    draws: Draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How sure a plan is, and what it would take to change it."""

    plan: Plan
    stability: Stability
    tornado: tuple[Swing, ...]  # on the plan; on the allowed partnership worth most if it has none
    fronts: tuple[Front, ...]  # money against change, by each objective; against exposed children
    splits: tuple[FairSplit, ...]  # of each partnership small enough, in the plan's order
    at_random: Comparator  # random contiguous plans


def risk(
    book: Book,
    *,
    solves: int = SOLVES,
    points: int = POINTS,
    executor: Executor | None = None,
    **options: Unpack[PlanOptions],
) -> Risk:
    """How sure the plan is: stability, tornado, money against change, splits, chance.

    Args:
        book: A place book.
        solves: How many single draws to solve for, from the first; at most as many as drawn.
        points: Plans to look for on each front.
        executor: Where to solve the draws: any pool of workers on this machine. None: here.
        options: As `planning.plan`.

    Raises:
        InputError: As `planning.plan`; fewer draws than solves.
        NoPlanError: What was asked for cannot all be had.
    """
    found = find(book, **options)
    return look_behind(
        found,
        solves=solves,
        points=points,
        executor=executor,
        progress_fn=options.get("progress_fn"),
    )


def look_behind(
    found: Found,
    *,
    solves: int = SOLVES,
    points: int = POINTS,
    executor: Executor | None = None,
    progress_fn: ProgressFn | None = None,
) -> Risk:
    """`risk`, for a plan that has been found already."""

    def tell(what: str) -> None:
        if progress_fn is not None:
            progress_fn(what)

    search, draws = found.search, found.draws
    steady = stability(
        search,
        draws,
        solves=solves,
        executor=executor,
        progress_fn=lambda done, total: tell(f"solving single draws ({done:,} of {total:,})"),
    )
    tell("holding each assumption at the ends of its range")
    moves = swings(search, draws, draws.registry)
    tell("weighing money against change")
    resolver = Resolver(search, draws)
    changed, exposed = authorities_changed(search), children_exposed(search)
    fronts = [
        front(resolver, changed, CHANGED, objective=objective, most=points)
        for objective in (EXPECTED, CAUTIOUS)
    ]
    if exposed[resolver.allowed].any():
        fronts.append(
            front(resolver, exposed, EXPOSED, objective=search.ask.objective, most=points)
        )
    tell("drawing plans at random")
    ensemble = random_ensemble(search, draws, seed=draws.seed)
    position = search.candidates.position()
    splits = {
        tuple(search.problem.area_codes[m] for m in one.members): fair_split(
            search.problem, one, guarded=guarded_worth(search, one, kind, position)
        )
        for one, kind in zip(search.choice.splits, search.choice.arrangements, strict=True)
        if one is not None
    }
    return Risk(
        plan=found.plan,
        stability=steady,
        tornado=moves,
        fronts=tuple(fronts),
        splits=tuple(splits[p.members] for p in found.plan.partnerships if p.members in splits),
        at_random=ensemble.comparator(),
    )


def guarded_worth(
    search: Search, one: Split, kind: Arrangement, position: dict[tuple[int, ...], int]
) -> FloatArray:
    """Worth of each sub-group of a partnership if it may only form what the guards allow."""
    allowed, mean = search.allowed(kind), search.values[kind].mean

    def connected_worth(local: tuple[int, ...]) -> float:
        at = position.get(tuple(one.members[i] for i in local))
        return float(mean[at]) if at is not None and allowed[at] else -math.inf

    return sub_group_worth(len(one.members), connected_worth, float(one.worth[-1]))


def find(book: Book, **options: Unpack[PlanOptions]) -> Found:
    """The plan and everything found on the way to it.

    Args:
        book: A place book.
        options: As `planning.plan`. Guards are not priced and nothing is compared.
    """
    kept: list[tuple[Search, Draws]] = []
    plan = planning.plan(
        book,
        **options,
        price_guards=False,
        with_comparators=False,
        with_moves=False,
        found_fn=lambda search, draws: kept.append((search, draws)),
    )
    search, draws = kept[0]
    return Found(plan=plan, search=search, draws=draws)


def explain(book: Book, area: str, **options: Unpack[PlanOptions]) -> Explanation:
    """Why one authority landed where it did.

    Args:
        book: A place book.
        area: Its name or code.
        options: As `planning.plan`: service, arrangements, limits, seed.

    Raises:
        InputError: The area is unknown, or has been abolished.
        NoPlanError: What was asked for cannot all be had.
    """
    authority = todays_authorities(book).register.resolve_all([area])[0]
    found = find(book, **options)
    codes = found.search.problem.area_codes
    if authority.area_code not in codes and authority.ends is None:
        raise InputError(
            f"{authority.name} is not in {found.search.problem.part}, the only part of the country "
            "in this plan: leave --only out, or name a part that holds it."
        )
    if authority.area_code not in codes:
        raise InputError(
            f"{authority.name} ended on {authority.ends}. Name the authorities that took its place."
        )
    tell = options.get("progress_fn")
    if tell is not None:
        tell(f"looking at what {authority.name} could have had")
    return explain_area(
        found.search, found.draws, found.draws.registry, codes.index(authority.area_code)
    )
