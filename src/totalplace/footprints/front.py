"""Money against disruption: the best plan at every price of change, from all of it to none.

Flow: search, resolve -> THIS -> scenarios.risk
In: a finished Search and what counts as a burden. Out: the plans of which no other gives more
money for the same burden or less, as far as a price can find them (the supported points).

Each is proved best at its price. The price where two neighbouring plans are worth the same is
tried next; where nothing beats both, no other plan lies between them at any price (Aneja and
Nair 1979).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.guards import inadequate_share
from totalplace.footprints.resolve import Pick, Resolver
from totalplace.footprints.search import EXPECTED, Search
from totalplace.types import Arrangement, FloatArray

MOST_POINTS = 8
SAME = 1e-9  # of the most valuable plan, that counts as no more money


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPoint:
    """One plan on the front."""

    burden: float  # authorities changed, or children
    partnerships: int
    expected: float  # mean value, pounds
    cautious: float  # sum of each partnership's mean over its worst fifth of draws, pounds
    best_above: float  # pounds for each unit of burden: the price from which this plan is best,
    best_below: float  # and up to which; inf for the last
    gap: float  # of its proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The plans worth considering between the most money and the least burden."""

    objective: str  # which of the two values is weighed
    burden: str  # what is counted, in words
    points: tuple[FrontPoint, ...]  # most burden first
    complete: bool  # whether every point that a price can find was found


def authorities_changed(found: Search) -> FloatArray:
    """Authorities in each candidate, shape (A, C); none where they only co-operate."""
    size = found.candidates.size.astype(np.float64)
    return np.stack(
        [
            np.zeros_like(size) if a is Arrangement.CO_OPERATE else size
            for a in found.ask.arrangements
        ]
    )


def children_exposed(found: Search) -> FloatArray:
    """Children where a grade is inadequate or not cleared, and who leads would change: (A, C)."""
    share = inadequate_share(found.problem, found.candidates)
    children = share * found.outline.children
    return np.stack(
        [
            children
            if SHARING[a].structural and found.problem.rules.safeguarding
            else np.zeros_like(children)
            for a in found.ask.arrangements
        ]
    )


def front(
    resolver: Resolver,
    burden: FloatArray,
    words: str,
    *,
    objective: str = EXPECTED,
    most: int = MOST_POINTS,
) -> Front:
    """Plans from the most money to the least burden.

    Args:
        resolver: The guarded pool.
        burden: Shape (A, C), 0 or more for each allowed pair; adds up over a plan.
        words: What it counts.
        objective: "expected" or "cautious": which value is weighed against it.
        most: Points to look for; where there may be more, ``complete`` says so.
    """
    found, order = resolver.found, resolver.order
    mean = np.stack([found.values[a].mean for a in order])
    tail = np.stack([found.values[a].tail for a in order])
    worth = mean if objective == EXPECTED else tail
    usable = resolver.allowed & (burden > 0)
    each = np.divide(worth, burden, out=np.zeros_like(worth), where=usable)
    dearest = float(np.max(each, where=usable, initial=0.0)) + 1.0
    solved: dict[tuple[tuple[int, ...], tuple[Arrangement, ...]], _Plan] = {}

    def at(price: float) -> _Plan:
        pick = resolver.solve(np.where(resolver.allowed, worth - price * burden, -np.inf))
        key = (tuple(pick.candidates.tolist()), pick.arrangements)
        if key not in solved:
            kinds = np.array([order.index(a) for a in pick.arrangements], dtype=np.int64)
            cells = (kinds, pick.candidates)
            solved[key] = _Plan(
                pick=pick,
                worth=float(worth[cells].sum()),
                burden=float(burden[cells].sum()),
                expected=float(mean[cells].sum()),
                cautious=float(tail[cells].sum()),
            )
        return solved[key]

    first, last = at(0.0), at(dearest)
    plans, waiting = [first, last], [_between(first, last)]
    while waiting and waiting[0][0] < 0 and len(plans) < max(most, 2):
        _, more, less = heapq.heappop(waiting)
        one, other = solved[more], solved[less]
        price = (one.worth - other.worth) / (one.burden - other.burden)
        middle = at(price)
        gained = middle.worth - price * middle.burden - (one.worth - price * one.burden)
        if gained > SAME * max(1.0, abs(first.worth)):
            plans.append(middle)
            for pair in (_between(one, middle), _between(middle, other)):
                heapq.heappush(waiting, pair)
    complete = not any(width < 0 for width, _, _ in waiting)
    ordered: list[_Plan] = []
    for plan in sorted(plans, key=lambda plan: (plan.burden, -plan.worth)):
        if not ordered or plan.worth > ordered[0].worth:
            ordered.insert(0, plan)
    return Front(
        objective=objective, burden=words, points=tuple(_points(ordered)), complete=complete
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    pick: Pick
    worth: float
    burden: float
    expected: float
    cautious: float

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[Arrangement, ...]]:
        return tuple(self.pick.candidates.tolist()), self.pick.arrangements


_Key = tuple[tuple[int, ...], tuple[Arrangement, ...]]


def _between(more: _Plan, less: _Plan) -> tuple[float, _Key, _Key]:
    """Two neighbouring plans; those furthest apart in money are looked between first."""
    apart = more.burden > less.burden and more.worth > less.worth
    return (-(more.worth - less.worth) if apart else 0.0, more.key, less.key)


def _points(plans: list[_Plan]) -> list[FrontPoint]:
    prices = [
        (more.worth - less.worth) / (more.burden - less.burden) for more, less in pairwise(plans)
    ]
    return [
        FrontPoint(
            burden=plan.burden,
            partnerships=len(plan.pick.candidates),
            expected=plan.expected,
            cautious=plan.cautious,
            best_above=prices[k - 1] if k else 0.0,
            best_below=prices[k] if k < len(prices) else float("inf"),
            gap=plan.pick.solution.gap,
        )
        for k, plan in enumerate(plans)
    ]
