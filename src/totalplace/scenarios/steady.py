"""How steady a plan is: its partnerships against the best plan of each draw, and who would leave.

Flow: scenarios.risk, footprints.stability, footprints.core -> THIS -> reports.steady_words, web
In: an open book, the same questions as `planning.plan`, and how long it may take. Out: a frozen
Steady. `scenarios.risk` has more (fronts, plans at random) and takes as long as it takes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import Unpack

from totalplace.book.store import Book
from totalplace.footprints.core import FairSplit, fair_split
from totalplace.footprints.results import Plan
from totalplace.footprints.stability import FIRST, Stability, stability
from totalplace.scenarios.risk import SOLVES, Found, PlanOptions, find, guarded_worth

SURE = 1.5  # as much longer as the first draws promised, to be safe


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A plan, how often it is best, and who of its partnerships would do better by leaving."""

    plan: Plan
    stability: Stability
    splits: tuple[FairSplit, ...]  # of each partnership small enough, in the plan's order


def steady(
    book: Book,
    *,
    solves: int = SOLVES,
    limit_s: float = inf,
    **options: Unpack[PlanOptions],
) -> Steady:
    """How steady the plan is.

    Args:
        book: A place book.
        solves: How many single draws to solve for; fewer, and it says how many, where the first
            ones show that there is no time for all.
        limit_s: Seconds for all of it, kept where the first draws are any guide.
        options: As `planning.plan`.

    Raises:
        InputError: As `planning.plan`.
        NoPlanError: What was asked for cannot all be had.
    """
    until = time.monotonic() + limit_s
    found = find(book, **options)
    tell = options.get("progress_fn")

    def progress(done: int, of: int) -> None:
        if tell is not None:
            tell(f"solving for one draw at a time ({done} of {of})")

    first = min(FIRST, solves, found.draws.n)
    began = time.monotonic()
    told = stability(found.search, found.draws, solves=first, progress_fn=progress)
    most = min(solves, found.draws.n)
    took = time.monotonic() - began
    if most > first and began + took * (1 + SURE * most / first) < until:
        told = stability(found.search, found.draws, solves=most, progress_fn=progress)
    return Steady(plan=found.plan, stability=told, splits=_splits(found))


def _splits(found: Found) -> tuple[FairSplit, ...]:
    search = found.search
    position = search.candidates.position()
    splits = {
        tuple(search.problem.area_codes[m] for m in one.members): fair_split(
            search.problem, one, guarded=guarded_worth(search, one, kind, position)
        )
        for one, kind in zip(search.choice.splits, search.choice.arrangements, strict=True)
        if one is not None
    }
    return tuple(splits[one.members] for one in found.plan.partnerships if one.members in splits)
