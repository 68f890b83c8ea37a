"""The search behind a plan: relax and price, cut, fix, branch on pairs; best bound first.

Flow: pool -> THIS -> partition

1. Relax, price every column in the pool, add the best per unit, repeat.
2. Dive for a plan; throw away every column that no better plan could hold.
3. Cut: for three units, at most one chosen column may hold two or more of them.
4. Branch on a pair of units: together, or apart.

Source: Barnhart et al. (1998), Operations Research 46(3), for branch and price; Ryan and Foster
(1981) for branching on pairs; Jepsen et al. (2008) for subset-row cuts.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable

import numpy as np

from totalplace.footprints.optimiser.cutting import violated
from totalplace.footprints.optimiser.improve import improve
from totalplace.footprints.optimiser.pool import CutIndex, Pool, Prices
from totalplace.footprints.optimiser.relaxation import Point, Relaxation
from totalplace.types import BoolArray, FloatArray, IntArray

CLOSED = 1e-9  # gap, as a share of the largest gain times the units, that counts as closed
PER_UNIT = 8  # columns brought in per unit in each round of pricing
PAYS = 1e-9  # reduced cost worth bringing a column in for
ROOT_CUT_ROUNDS = 30
NODE_CUT_ROUNDS = 6
CUTS_PER_ROUND = 60
DIVES = (0, 6, 18)  # rounds of cuts at the root after which to look for plans
STALL, WORTH_CUTTING = 3, 0.02  # rounds in which cuts must close this share of the gap
NO_CUTS = np.zeros(0)
WORTH_SHRINKING = 0.8  # the pool is cut down once so many of its columns, at most, can stay

Decision = tuple[int, int, bool]  # two units, and whether they are together


class Search:
    """Best-bound-first search; state lives for one call."""

    def __init__(
        self,
        pool: Pool,
        *,
        deadline: float | None,
        report_fn: Callable[[float, float], None],
        enough_fn: Callable[[float, float], bool],
    ) -> None:
        self.pool = pool
        self.relaxation = Relaxation(pool)
        self.tolerance = CLOSED * max(1, pool.n_units)
        self.best: IntArray | None = None  # positions in the pool as it is now
        self.best_value = -np.inf
        self.bound = np.inf
        self.nodes = 0
        self.rounds = 0
        self.exhausted = False
        self._interrupted = False
        self._deadline = deadline
        self._report_fn = report_fn
        self._enough_fn = enough_fn
        # the prices that gave the best bound over the whole pool, lifted so that no column pays
        self._no_cuts = CutIndex.of([], pool.n_units)
        self._plain = np.zeros(pool.n_units)  # the same for the relaxation without cuts
        self._root = (np.inf, Prices.none(pool.n_units), CutIndex.of([], pool.n_units))

    def run(self) -> None:
        """Search until proved, out of time or interrupted; `bound` holds throughout."""
        if not self.pool.required.any():
            self._offer(np.empty(0, dtype=np.int64))
        if len(self.pool) == 0:
            self.exhausted = True
            self.bound = self.best_value
            return
        try:
            self._run()
        except KeyboardInterrupt:
            self._interrupted = True

    def late(self) -> bool:
        """Whether to stop now."""
        over = self._deadline is not None and time.perf_counter() > self._deadline
        return over or self._interrupted

    def rivals(self) -> IntArray:
        """Every column that could be in a plan as good as the best."""
        bound, prices, cuts = self._root
        slack = max(0.0, bound - self.best_value) + self.tolerance
        cost = self.pool.reduced_cost(prices, cuts, least=-slack)
        return np.flatnonzero(cost >= -slack)

    def _run(self) -> None:
        everything = np.ones(len(self.pool), dtype=bool)
        _, lift = self.pool.best_per_unit(self.pool.gain, 1, floor=0.0, allowed=everything)
        self._keep_bound(Prices.none(self.pool.n_units), lift)
        for score in (self.pool.gain, self.pool.gain / self.pool.size):
            above = score - score.min() + 1.0
            first, _ = self.pool.best_per_unit(above, PER_UNIT, floor=0.0, allowed=everything)
            self.relaxation.add_columns(first)
        ticket = itertools.count()
        heap: list[tuple[float, int, tuple[Decision, ...]]] = [(-self.bound, next(ticket), ())]
        while heap:
            parent = -heap[0][0]
            self.bound = min(self.bound, max(parent, self.best_value))
            self._report_fn(self.best_value, self.bound)
            if self.nodes and (self.late() or self._enough_fn(self.best_value, self.bound)):
                return
            if parent <= self.best_value + self.tolerance:
                break
            _, _, decisions = heapq.heappop(heap)
            self.nodes += 1
            outcome = self._node(decisions)
            if outcome is None:
                continue
            bound, pair = min(outcome[0], parent), outcome[1]
            if pair is None:  # stopped early inside the node: its bound stands
                rest = max((-entry[0] for entry in heap), default=-np.inf)
                self.bound = min(self.bound, max(self.best_value, bound, rest))
                return
            for together in (True, False):
                heapq.heappush(heap, (-bound, next(ticket), (*decisions, (*pair, together))))
        self.exhausted = True
        self.bound = min(self.bound, self.best_value)

    def _node(self, decisions: tuple[Decision, ...]) -> tuple[float, tuple[int, int] | None] | None:
        """Work one node. None: closed. Otherwise its bound and the pair to branch on.

        Keeping two units together also forbids either staying alone; where that matters the
        relaxation still holds (it only forbids columns), and a fractional pair is found again.
        """
        root = not decisions
        allowed = self.pool.agreeing(decisions)
        self.relaxation.allow(allowed)
        bound, steps = np.inf, list[float]()
        least = -1.0 - 0.5 * self.pool.n_units  # no plan is worth less: below this there is none
        for cut_round in range((ROOT_CUT_ROUNDS if root else NODE_CUT_ROUNDS) + 1):
            point, bound = self._price(allowed, bound, root=root)
            if bound <= max(self.best_value + self.tolerance, least):
                return None
            if root and cut_round == 0:
                self._round(point, allowed)  # a plan to show, however little time there was
            if self.late() or self._enough(bound, root):
                return bound, None
            whole = point.x > 1 - 1e-7
            used = point.x > 1e-7
            if not point.short and np.all(whole[used]):
                self._offer(point.columns[used])
            self._round(point, allowed)
            if bound <= self.best_value + self.tolerance:
                return None
            if root:
                if cut_round in DIVES:
                    self._dive(point, allowed)
                    self._improve()
                if self._fix():
                    allowed = np.ones(len(self.pool), dtype=bool)
                    self.relaxation.allow(allowed)
                    point = self.relaxation.solve()
                    used, whole = point.x > 1e-7, point.x > 1 - 1e-7
            fractional = used & ~whole
            cuts = violated(
                self.pool,
                point.columns[fractional],
                point.x[fractional],
                most=CUTS_PER_ROUND,
                known=set(self.relaxation.cuts),
            )
            steps.append(bound)
            slow = len(steps) > STALL and steps[-1 - STALL] - bound < WORTH_CUTTING * (
                bound - self.best_value
            )
            if not cuts or slow:
                break
            self.relaxation.add_cuts(cuts)
        pair = self._branching_pair(point, decisions)
        if pair is None:
            # integral but short of a required unit, or rounding noise: nothing better is here
            return None if point.short or bound <= self.best_value + 1e-6 else (bound, None)
        return bound, pair

    def _price(self, allowed: BoolArray, bound: float, *, root: bool) -> tuple[Point, float]:
        """Column generation over the whole pool; the best bound met on the way is kept."""
        while True:
            point = self.relaxation.solve()
            cost = self.pool.reduced_cost(point.prices, self.relaxation.index, least=0.0)
            fresh, lift = self.pool.best_per_unit(cost, PER_UNIT, floor=PAYS, allowed=allowed)
            self.rounds += 1
            found = self.relaxation.bound(point.prices, lift)
            bound = min(bound, found)
            if root:
                self._keep_bound(point.prices, lift)
                self._report_fn(self.best_value, self.bound)
            if bound <= self.best_value + self.tolerance or self.late():
                return point, bound
            if not self.relaxation.add_columns(fresh):
                return point, bound

    def _enough(self, bound: float, root: bool) -> bool:
        return root and self._enough_fn(self.best_value, bound)

    def _keep_bound(self, prices: Prices, lift: FloatArray) -> None:
        found = self.relaxation.bound(prices, lift)
        if found < self._root[0]:
            lifted = Prices(unit=prices.unit + lift, cut=prices.cut)
            self._root = (found, lifted, self.relaxation.index)
            if not self.relaxation.cuts:
                self._plain = lifted.unit
            self.bound = min(self.bound, max(found, self.best_value))

    def _fix(self) -> bool:
        """Throw away every column that no plan as good as the best could hold."""
        keep = self.rivals()
        if len(keep) > WORTH_SHRINKING * len(self.pool):
            return False
        if self.best is not None:
            keep = np.union1d(keep, self.best)
            self.best = np.searchsorted(keep, self.best)
        part = self.pool.take(keep)
        self.relaxation.shrink(part, keep)
        self.pool = part
        return True

    def _offer(self, columns: IntArray) -> None:
        covered = np.zeros(self.pool.n_units, dtype=bool)
        for column in columns:
            covered[self.pool.units(column)] = True
        if (self.pool.required & ~covered).any():
            return
        value = float(self.pool.gain[columns].sum())
        if value > self.best_value:
            self.best, self.best_value = np.sort(columns), value

    def _round(self, point: Point, allowed: BoolArray) -> None:
        """A plan from the relaxation: largest shares first, then best gains."""
        open_ = (point.x > 1e-9) | (allowed[point.columns] & (self.pool.gain[point.columns] > 0))
        at = np.flatnonzero(open_)
        rank = np.lexsort([-self.pool.gain[point.columns[at]], -np.round(point.x[at], 6)])
        taken = np.zeros(self.pool.n_units, dtype=bool)
        chosen = []
        for column in point.columns[at[rank]].tolist():
            units = self.pool.units(column)
            if not taken[units].any():
                taken[units] = True
                chosen.append(column)
        self._offer(np.array(chosen, dtype=np.int64))

    def _dive(self, point: Point, allowed: BoolArray) -> None:
        """A good plan: settle the surest columns, relax the rest again, and so on."""
        chosen: list[int] = []
        taken = np.zeros(self.pool.n_units, dtype=bool)
        while not self.late():
            rank = np.argsort(-point.x, kind="stable")
            for step, at in enumerate(rank.tolist()):
                column = int(point.columns[at])
                if point.x[at] < (0.7 if step else 1e-6):
                    break
                units = self.pool.units(column)
                if not taken[units].any():
                    taken[units] = True
                    chosen.append(column)
                elif not step:
                    break
            free = allowed & ~self.pool.touching(taken)
            if not free.any():
                break
            open_ = free.copy()
            open_[chosen] = True
            self.relaxation.allow(open_)
            before = len(chosen)
            for _ in range(2):
                point = self.relaxation.solve()
                cost = self.pool.reduced_cost(point.prices, self.relaxation.index, least=0.0)
                fresh, _ = self.pool.best_per_unit(cost, 2, floor=1e-6, allowed=free)
                if not self.relaxation.add_columns(fresh):
                    break
            live = ~np.isin(point.columns, chosen) & free[point.columns]
            point = Point(
                columns=point.columns[live],
                x=point.x[live],
                prices=point.prices,
                short=point.short,
            )
            if not (point.x > 1e-6).any():
                break
            if before > self.pool.n_units:
                break
        self._offer(np.array(chosen, dtype=np.int64))
        self.relaxation.allow(allowed)

    def _improve(self) -> None:
        """Better plans near the best one, from the columns that cost least to bring in."""
        if self.best is None:
            return
        cost = self.pool.reduced_cost(Prices(unit=self._plain, cut=NO_CUTS), self._no_cuts)
        self._offer(improve(self.pool, self.best, cost, self._plain, give_up_fn=self.late))

    def _branching_pair(
        self, point: Point, decisions: tuple[Decision, ...]
    ) -> tuple[int, int] | None:
        """The pair whose togetherness is most in doubt."""
        decided = {(a, b) for a, b, _ in decisions}
        doubt: dict[tuple[int, int], float] = {}
        for at in np.flatnonzero(point.x > 1e-7).tolist():
            units = self.pool.units(int(point.columns[at])).tolist()
            for pair in itertools.combinations(units, 2):
                doubt[pair] = doubt.get(pair, 0.0) + float(point.x[at])
        open_pairs = {
            pair: share
            for pair, share in doubt.items()
            if 1e-6 < share < 1 - 1e-6 and pair not in decided
        }
        if not open_pairs:
            return None
        return min(open_pairs, key=lambda pair: (round(abs(open_pairs[pair] - 0.5), 6), pair))
