"""Branch and price over an explicit pool: the best plan, and a proof of it.

Flow: candidates, gains -> THIS -> plan

1. Relax, price every column in the pool, add the best per unit, repeat.
2. Cut: for three units, at most one chosen column may hold two or more of them.
3. Branch on a pair of units: together, or apart. Best bound first.
4. Break ties (ties.py): fewest units changed, then the smallest in stated order.

Source: Barnhart et al. (1998), Operations Research 46(3), for branch and price; Ryan and Foster
(1981) for branching on pairs; Jepsen et al. (2008) for subset-row cuts.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from totalplace.footprints.candidates import Candidates
from totalplace.footprints.optimiser.pool import Pool
from totalplace.footprints.optimiser.relaxation import Point, Relaxation
from totalplace.footprints.optimiser.ties import settle_ties
from totalplace.footprints.optimiser.whole import solve_whole
from totalplace.types import BoolArray, FloatArray, IntArray

CLOSED = 1e-9  # gap, as a share of the largest gain times the units, that counts as closed
PER_UNIT = 8  # columns brought in per unit in each round of pricing
CUT_ROUNDS = 12
CUTS_PER_ROUND = 40

Decision = tuple[int, int, bool]  # two units, and whether they are together


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The best plan found, and what has been proved about it."""

    status: str  # "optimal", "feasible" (stopped early) or "infeasible"
    chosen: IntArray  # positions in the candidates given, ascending
    value: float  # sum of chosen gains; nan if infeasible
    bound: float  # proven upper bound
    nodes: int
    cuts: int
    columns: int  # columns the relaxation ever needed
    seconds: float

    @property
    def gap(self) -> float:
        """(bound - value) / max(1, |value|)."""
        return (self.bound - self.value) / max(1.0, abs(self.value))


def best_partition(
    candidates: Candidates,
    gain: FloatArray,
    n_units: int,
    *,
    required: BoolArray | None = None,
    time_limit: float | None = None,
    stop_gap: float = 0.0,
    offset: float = 0.0,
    progress_fn: Callable[[float, float], None] | None = None,
) -> Solution:
    """Choose disjoint candidates of greatest total gain.

    Args:
        candidates: The pool, C sets of units. Order does not matter.
        gain: Shape (C,), value of each set less its members' values alone.
        n_units: N.
        required: Shape (N,), units that may not stay alone. None: all may.
        time_limit: Seconds; the best plan so far and an honest bound are returned when it ends.
        stop_gap: Stop once (bound - value) / max(1, |value|) is no more than this.
        offset: What all units are worth alone; only `stop_gap` and progress count it in.
        progress_fn: Called with the best value and the bound as they move.
    """
    began = time.perf_counter()
    must = np.zeros(n_units, dtype=bool) if required is None else required
    useful = np.flatnonzero(np.isfinite(gain) & ((gain > 0) | must.any()))
    # canonical order, best first among equal sets, so that shuffled input changes nothing
    order = useful[
        np.lexsort([-gain[useful], *candidates.members[useful].T[::-1], candidates.size[useful]])
    ]
    if len(order) > 1:
        same = (candidates.members[order[1:]] == candidates.members[order[:-1]]).all(axis=1)
        order = order[np.append(True, ~same)]
    scale = float(np.abs(gain[order]).max(initial=0.0)) or 1.0
    pool = Pool(
        members=candidates.members[order],
        present=candidates.members[order] >= 0,
        size=candidates.size[order],
        gain=gain[order] / scale,
        n_units=n_units,
        required=must,
    )

    def report(best: float, bound: float) -> None:
        if progress_fn is not None:
            progress_fn(best * scale + offset, bound * scale + offset)

    def near_enough(best: float, bound: float) -> bool:
        value = best * scale + offset
        return (bound - best) * scale <= stop_gap * max(1.0, abs(value))

    search = _Search(
        pool,
        time_limit=time_limit,
        began=began,
        report_fn=report,
        enough_fn=near_enough if stop_gap > 0 else None,
    )
    search.run()
    if search.best is None:
        status = "infeasible" if search.exhausted else "feasible"
        return Solution(
            status=status,
            chosen=np.empty(0, dtype=np.int64),
            value=float("nan"),
            bound=search.bound * scale,
            nodes=search.nodes,
            cuts=len(search.relaxation.cuts),
            columns=len(search.relaxation.active),
            seconds=time.perf_counter() - began,
        )
    best = search.best
    closed = search.bound - float(pool.gain[best].sum()) <= search.tolerance
    if closed:
        slack = search.root_bound - float(pool.gain[best].sum()) + search.tolerance
        best = settle_ties(pool, best, np.flatnonzero(search.root_cost >= -slack))
    chosen = np.sort(order[best])
    value = float(gain[chosen].sum())
    bound = max(value, search.bound * scale)
    return Solution(
        status="optimal" if closed else "feasible",
        chosen=chosen,
        value=value,
        bound=bound,
        nodes=search.nodes,
        cuts=len(search.relaxation.cuts),
        columns=len(search.relaxation.active),
        seconds=time.perf_counter() - began,
    )


class _Search:
    """Best-bound-first search; state lives for one call."""

    def __init__(
        self,
        pool: Pool,
        *,
        time_limit: float | None,
        began: float,
        report_fn: Callable[[float, float], None],
        enough_fn: Callable[[float, float], bool] | None = None,
    ) -> None:
        self.pool = pool
        self.relaxation = Relaxation(pool)
        self.tolerance = CLOSED * max(1, pool.n_units)
        self.best: IntArray | None = None
        self.best_value = -np.inf
        self.bound = np.inf
        self.root_bound = np.inf
        self.root_cost = pool.gain.copy()
        self.nodes = 0
        self.exhausted = False
        self._deadline = None if time_limit is None else began + time_limit
        self._report_fn = report_fn
        self._enough_fn = enough_fn

    def run(self) -> None:
        pool = self.pool
        if not pool.required.any():
            self._offer(np.empty(0, dtype=np.int64))
        if len(pool) == 0:
            self.exhausted = True
            self.bound = self.best_value if self.best is not None else -np.inf
            self.root_bound = self.bound
            return
        self.relaxation.add_columns(pool.best_per_unit(pool.gain, PER_UNIT, floor=-np.inf))
        ticket = itertools.count()
        heap: list[tuple[float, int, tuple[Decision, ...]]] = [(-np.inf, next(ticket), ())]
        while heap:
            parent = -heap[0][0]
            self.bound = min(self.bound, max(parent, self.best_value))
            if (self._late() or self._enough()) and self.nodes:
                return
            _, _, decisions = heapq.heappop(heap)
            if self.nodes and parent <= self.best_value + self.tolerance:
                continue
            self.nodes += 1
            outcome = self._node(decisions, root=self.nodes == 1)
            if outcome is None:
                continue
            bound, pair = outcome
            if pair is None:  # stopped early inside the node: its bound stands
                heapq.heappush(heap, (-min(bound, parent), next(ticket), decisions))
                self.bound = max(self.best_value, *(-entry[0] for entry in heap))
                return
            for together in (True, False):
                child = (*decisions, (*pair, together))
                heapq.heappush(heap, (-min(bound, parent), next(ticket), child))
        self.exhausted = True
        self.bound = self.best_value

    def _enough(self) -> bool:
        found = self._enough_fn is not None and self.best is not None
        return found and self._enough_fn(self.best_value, self.bound)  # type: ignore[misc]

    def _late(self) -> bool:
        return self._deadline is not None and time.perf_counter() > self._deadline

    def _allowed(self, decisions: tuple[Decision, ...]) -> BoolArray:
        allowed = np.ones(len(self.pool), dtype=bool)
        for a, b, together in decisions:
            with_a, with_b = self.pool.holds(a), self.pool.holds(b)
            allowed &= ~(with_a ^ with_b) if together else ~(with_a & with_b)
        return allowed

    def _node(
        self, decisions: tuple[Decision, ...], *, root: bool
    ) -> tuple[float, tuple[int, int] | None] | None:
        """Work one node. None: closed. Otherwise its bound and the pair to branch on.

        Keeping two units together also forbids either staying alone; where that matters the
        relaxation still holds (it only forbids columns), and a fractional pair is found again.
        """
        allowed = self._allowed(decisions)
        self.relaxation.allow(allowed)
        bound = np.inf
        for _ in range(CUT_ROUNDS + 1):
            point, cost, bound = self._price(allowed, bound)
            if root and bound < self.root_bound:
                self.root_bound, self.root_cost = bound, cost
            if root:
                self._report_fn(self.best_value, bound)
            if bound <= self.best_value + self.tolerance:
                return None
            if self._late():
                return bound, None
            used = point.x > 1e-7
            if not point.short and np.all(point.x[used] > 1 - 1e-7):
                self._offer(point.columns[used])
                if bound <= self.best_value + self.tolerance:
                    return None
            self._round(point, allowed)
            if root and self.nodes == 1 and not self.relaxation.cuts:
                self._dive(allowed)
            if bound <= self.best_value + self.tolerance:
                return None
            fresh = self._separate(point)
            if not fresh:
                break
            for triple in fresh:
                self.relaxation.add_cut(triple)
        pair = self._branching_pair(point, decisions)
        if pair is None:
            # integral but short of a required unit, or rounding noise: nothing better is here
            return None if point.short or bound <= self.best_value + 1e-6 else (bound, None)
        return bound, pair

    def _price(self, allowed: BoolArray, bound: float) -> tuple[Point, FloatArray, float]:
        """Column generation over the whole pool; the best bound met on the way is kept."""
        while True:
            point = self.relaxation.solve()
            cost = self.pool.reduced_cost(
                point.unit_dual, point.cut_dual, self.relaxation.cut_member
            )
            bound = min(bound, self.relaxation.bound(point, cost, allowed))
            if bound <= self.best_value + self.tolerance or self._late():
                return point, cost, bound
            score = np.where(allowed, cost, -np.inf)
            fresh = self.pool.best_per_unit(score, PER_UNIT, floor=1e-10)
            if not self.relaxation.add_columns(fresh):
                return point, cost, bound

    def _offer(self, columns: IntArray) -> None:
        covered = np.zeros(self.pool.n_units, dtype=bool)
        for column in columns:
            covered[self.pool.members[column, : self.pool.size[column]]] = True
        if (self.pool.required & ~covered).any():
            return
        value = float(self.pool.gain[columns].sum())
        if value > self.best_value:
            self.best, self.best_value = np.sort(columns), value

    def _round(self, point: Point, allowed: BoolArray) -> None:
        """A plan from the relaxation: largest shares first, then best gains."""
        rank = np.argsort(-point.x - 1e-6 * self.pool.gain[point.columns], kind="stable")
        taken = np.zeros(self.pool.n_units, dtype=bool)
        chosen = []
        for at in rank:
            column = point.columns[at]
            if point.x[at] <= 1e-9 and (not allowed[column] or self.pool.gain[column] <= 0):
                continue
            units = self.pool.members[column, : self.pool.size[column]]
            if not taken[units].any():
                taken[units] = True
                chosen.append(column)
        self._offer(np.array(chosen, dtype=np.int64))

    def _dive(self, allowed: BoolArray) -> None:
        """A good first plan: HiGHS on the columns the relaxation has asked for so far."""
        columns = self.relaxation.active[allowed[self.relaxation.active]]
        found = solve_whole(self.pool, columns, seconds=20.0)
        if found is not None:
            self._offer(found)

    def _separate(self, point: Point) -> list[tuple[int, int, int]]:
        """Violated subset-row cuts on the fractional columns, most violated first."""
        fraction = (point.x > 1e-6) & (point.x < 1 - 1e-6)
        if not fraction.any():
            return []
        columns, x = point.columns[fraction], point.x[fraction]
        holds = np.zeros((len(columns), self.pool.n_units), dtype=bool)
        for row, column in enumerate(columns):
            holds[row, self.pool.members[column, : self.pool.size[column]]] = True
        units = np.flatnonzero(holds.any(axis=0))
        known = set(self.relaxation.cuts)
        pair = holds[:, units].astype(np.float64)
        together = (pair * x[:, None]).T @ pair
        found: list[tuple[float, tuple[int, int, int]]] = []
        for a in range(len(units)):
            partners = [b for b in range(len(units)) if b != a and together[a, b] > 1e-6]
            for b, c in itertools.combinations(partners, 2):
                triple = tuple(sorted((int(units[a]), int(units[b]), int(units[c]))))
                if triple in known or len(triple) != 3:
                    continue
                load = float(x[(pair[:, a] + pair[:, b] + pair[:, c]) >= 2].sum())
                if load > 1 + 1e-4:
                    known.add(triple)
                    found.append((-load, triple))
        found.sort()
        return [triple for _, triple in found[:CUTS_PER_ROUND]]

    def _branching_pair(
        self, point: Point, decisions: tuple[Decision, ...]
    ) -> tuple[int, int] | None:
        """The pair whose togetherness is most in doubt."""
        decided = {(a, b) for a, b, _ in decisions}
        doubt: dict[tuple[int, int], float] = {}
        for column, x in zip(point.columns, point.x, strict=True):
            if x > 1e-7:
                units = self.pool.members[column, : self.pool.size[column]].tolist()
                for pair in itertools.combinations(units, 2):
                    doubt[pair] = doubt.get(pair, 0.0) + float(x)
        open_pairs = {
            pair: share
            for pair, share in doubt.items()
            if 1e-6 < share < 1 - 1e-6 and pair not in decided
        }
        if not open_pairs:
            return None
        return min(open_pairs, key=lambda pair: (abs(open_pairs[pair] - 0.5), pair))
