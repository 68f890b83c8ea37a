"""The search behind a plan: relax and price, cut, fix, branch on pairs; best bound first.

Flow: pool -> THIS -> partition

1. Relax, price every column in the pool, add the best per unit, repeat.
2. Throw away every column that no better plan could hold.
3. Sweep across the map for better plans and, where the states fit, for the proof (sweep.py).
4. Cut (cutting.py), and again.
5. Where neither is enough, branch (cases.py): on how many partnerships there are, then on a pair
   of units: together, or apart.

Source: Barnhart et al. (1998), Operations Research 46(3), for branch and price; Ryan and Foster
(1981) for branching on pairs.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from totalplace.footprints.optimiser.cases import Case, number_in_doubt, pair_in_doubt
from totalplace.footprints.optimiser.cutting import violated
from totalplace.footprints.optimiser.polish import polished
from totalplace.footprints.optimiser.pool import Cut, CutIndex, Pool, Prices
from totalplace.footprints.optimiser.regions import over_regions
from totalplace.footprints.optimiser.relaxation import Point, Relaxation
from totalplace.footprints.optimiser.sweep import Swept, orders, sweep
from totalplace.types import BoolArray, FloatArray, IntArray

CLOSED = 1e-9  # gap, as a share of the largest gain times the units, that counts as closed
PER_UNIT = 8  # columns brought in per unit in each round of pricing
PAYS = 1e-9  # reduced cost worth bringing a column in for
ROOT_CUT_ROUNDS = 40
NODE_CUT_ROUNDS = 4
CUTS_PER_ROUND, REGIONS_PER_ROUND = 150, 60
DOUBT, CLEAR = 0.02, 0.1  # how far from whole the number of partnerships must be to branch on it
EARLY = 2  # rounds of cuts after which it is branched on where that is clear
SWEEP_EVERY = 3  # rounds of cuts at the root
STALL, WORTH_CUTTING = 3, 0.04  # rounds in which cuts must close this share of the gap
NARROW, WIDER = 3_000, 6  # states of the first sweep, and how much wider each next one is
WIDEST = 250_000  # states at most
PASSES, WORTH_A_PASS = 8, 0.1  # from end to end at one width; what share of the gap one must close
IN_SIGHT = 0.5  # share of the way to a proof that narrow sweeps must go for wider ones to follow
NODE_WIDTH = 30_000  # states at a node of the tree
FAR_OFF, MOST_POLISHED = 1e-3, 400  # share of the bound that a plan is off; units polished
PLENTY, MOST_COLUMNS = 40_000, 600_000  # columns a narrow sweep, and any sweep, looks at
ORDERS, KEPT = 3, 2  # orders of the units looked at both ways, and ways looked at again
NEAR = 5_000  # columns an order is made from
WORTH_SHRINKING = 0.8  # the pool is cut down once so many of its columns, at most, can stay


class Search:
    """Best-bound-first search; state lives for one call."""

    def __init__(
        self,
        pool: Pool,
        *,
        deadline: float | None,
        asked_fn: Callable[[], bool] = lambda: False,
        report_fn: Callable[[float, float], None],
        enough_fn: Callable[[float, float], bool],
    ) -> None:
        self.pool = pool
        self.relaxation = Relaxation(pool, late_fn=self.late)
        self.tolerance = CLOSED * max(1, pool.n_units)
        self.best: IntArray | None = None  # positions in the pool as it is now
        self.best_value = -np.inf
        self.bound = np.inf
        self.nodes = 0
        self.rounds = 0
        self.exhausted = False
        self.unique = False  # proved that no other plan is as good
        self._interrupted = False
        self._ways = list[IntArray]()  # orders of the units that have swept best
        self._deadline, self._asked_fn = deadline, asked_fn
        self._report_fn = report_fn
        self._enough_fn = enough_fn
        # the prices that gave the best bound over the whole pool, lifted so that no column pays
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
        return over or self._interrupted or self._asked_fn()

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
        heap: list[tuple[float, int, Case]] = [(-self.bound, next(ticket), Case())]
        while heap:
            parent = -heap[0][0]
            self.bound = min(self.bound, max(parent, self.best_value))
            self._report_fn(self.best_value, self.bound)
            if self.nodes and (self.late() or self._enough_fn(self.best_value, self.bound)):
                return
            if parent <= self.best_value + self.tolerance:
                break
            _, _, case = heapq.heappop(heap)
            if self.nodes and case.trunk:
                self._fix()
            self.nodes += 1
            outcome = self._node(case)
            if outcome is None:
                continue
            bound, on = min(outcome[0], parent), outcome[1]
            if on is None:  # stopped early inside the node: its bound stands
                rest = max((-entry[0] for entry in heap), default=-np.inf)
                self.bound = min(self.bound, max(self.best_value, bound, rest))
                return
            for part in case.split(on):
                known = min(bound, self._glance(part)) if isinstance(on, int) else bound
                heapq.heappush(heap, (-known, next(ticket), part))
        self.exhausted = True
        self.bound = min(self.bound, self.best_value)

    def _node(self, case: Case) -> tuple[float, tuple[int, int] | int | None] | None:
        """Work one node. None: closed. Otherwise its bound and the pair or number to branch on.

        Keeping two units together also forbids either staying alone; where that matters the
        relaxation still holds (it only forbids columns), and a fractional pair is found again.
        """
        root = case == Case()
        allowed = self.pool.agreeing(case.decisions)
        self.relaxation.allow(allowed, case.span)
        bound, relaxed = np.inf, list[float]()
        least = -1.0 - 0.5 * self.pool.n_units  # no plan is worth less: below this there is none
        rounds = ROOT_CUT_ROUNDS if case.trunk else NODE_CUT_ROUNDS
        for cut_round in range(rounds + 1):
            point, prices, found = self._price(allowed, bound, root=root)
            bound = min(bound, found)
            used = point.x > 1e-7
            if not point.short and np.all(point.x[used] > 1 - 1e-7):
                self._offer(point.columns[used])
            elif root and cut_round == 0:
                self._round(point, allowed)  # a plan to show, however little time there was
            if bound <= max(self.best_value + self.tolerance, least):
                return None
            if self._stop(bound, root):
                return bound, None
            relaxed.append(found)
            slow = len(relaxed) > STALL and relaxed[-1 - STALL] - found < WORTH_CUTTING * (
                found - self.best_value
            )
            doubtful = root and number_in_doubt(point, CLEAR) is not None
            if doubtful and cut_round >= EARLY:
                break  # cuts and sweeps do more once it is settled
            cuts = self._cuts(point, used, case, regions=slow or cut_round % 2 == 1)
            last = not cuts or slow or cut_round == rounds
            if last or (case.trunk and cut_round % SWEEP_EVERY == 0):
                bound = min(
                    bound, self._sweep(prices, allowed, case, last=last, wider=not doubtful)
                )
                if bound <= max(self.best_value + self.tolerance, least):
                    return None
                if self._stop(bound, root):
                    return bound, None
            if root and self._fix():
                allowed = np.ones(len(self.pool), dtype=bool)
                self.relaxation.allow(allowed)
                point = self.relaxation.solve()
                used = point.x > 1e-7
            if last:
                break
            self.relaxation.add_cuts(cuts)
        if root:
            self.relaxation.drop_idle()
        return self._parted(point, case, bound)

    def _glance(self, case: Case) -> float:
        """What the relaxation alone says of a part, so that the more promising is taken first."""
        allowed = self.pool.agreeing(case.decisions)
        self.relaxation.allow(allowed, case.span)
        return self._price(allowed, np.inf, root=False)[2]

    def _parted(
        self, point: Point, case: Case, bound: float
    ) -> tuple[float, tuple[int, int] | int | None] | None:
        """What an open node is branched on, with its bound."""
        number = number_in_doubt(point, DOUBT) if case.trunk else None
        on = number if number is not None else pair_in_doubt(self.pool, point, case)
        if on is None:
            # integral but short of a required unit, or rounding noise: nothing better is here
            return None if point.short or bound <= self.best_value + 1e-6 else (bound, None)
        return bound, on

    def _cuts(self, point: Point, used: BoolArray, case: Case, *, regions: bool) -> list[Cut]:
        """Cuts the point breaks: over a few units and, asked for or for want of them, regions."""
        known, part = self.relaxation.known, used & (point.x < 1 - 1e-7)
        cuts = violated(
            self.pool, point.columns[part], point.x[part], most=CUTS_PER_ROUND, known=known
        )
        if case.trunk and part.any() and (regions or not cuts):
            known = known.union(cuts)
            cuts += over_regions(
                self.pool, point.columns[used], point.x[used], most=REGIONS_PER_ROUND, known=known
            )
        return cuts

    def _sweep(
        self, prices: Prices, allowed: BoolArray, case: Case, *, last: bool, wider: bool
    ) -> float:
        """Look for better plans across the map, and for the proof. Returns the bound found."""
        root = case == Case()
        loss, top = self._losses(prices, allowed, self.relaxation.index)
        near = np.flatnonzero(loss <= _nth(loss, NEAR))
        ways = self._ways
        if not ways or (root and last):
            ways = [
                way for order in orders(self.pool, near)[:ORDERS] for way in (order, order[::-1])
            ]
        dear = _nth(loss, PLENTY)
        tried = list[tuple[float, int]]()
        bound = top
        for at, way in enumerate(ways):
            found = self._swept(way, prices, loss, top, width=NARROW, dear=dear)
            bound = min(bound, max(found.bound, self.best_value))
            if self._closed(found, root) or self.late():
                return bound
            tried.append((found.bound, at))
        self._ways = [ways[at] for _, at in sorted(tried)[:KEPT]]
        self._polish(prices, loss, top)
        if not wider:
            return bound
        if not last and top - bound < IN_SIGHT * (top - self.best_value):
            return bound  # cuts first
        limit = WIDEST if case.trunk and last else NODE_WIDTH
        return min(bound, self._widen(prices, loss, top, limit, root=root))

    def _polish(self, prices: Prices, loss: FloatArray, top: float) -> None:
        """Once, at the first prices without cuts: a better plan, where the one found is far off."""
        far = top - self.best_value > FAR_OFF * abs(top)
        plain = len(prices.cut) == 0 and prices.number == 0
        if self.best is None or not (far and plain) or self.pool.required.any():
            return
        if self.pool.n_units <= MOST_POLISHED:
            way = self._ways[0]
            self._offer(polished(self.pool, self.best, way, prices, loss, late_fn=self.late))

    def _widen(
        self,
        prices: Prices,
        loss: FloatArray,
        top: float,
        limit: int,
        *,
        root: bool,
    ) -> float:
        """Sweep with more and more states, so long as a proof is in sight. Returns the bound.

        From both ends, each sweep learns from the one before what the other end must give up.
        """
        bound, width, before = top, NARROW, (float(np.log(NARROW)), 0.0)
        most, way = _nth(loss, MOST_COLUMNS), self._ways[0]
        given_up = [np.zeros(self.pool.n_units + 1) for _ in range(2)]
        while width < limit:
            width = min(limit, width * WIDER)
            for turn in range(PASSES if limit == WIDEST else 2):
                found = self._swept(
                    way[::-1] if turn % 2 else way,
                    prices,
                    loss,
                    top,
                    width=width,
                    dear=most,
                    ahead=given_up[1 - turn % 2][::-1],
                )
                before_it, bound = bound, min(bound, max(found.bound, self.best_value))
                if self._closed(found, root) or self.late():
                    return bound
                given_up[turn % 2] = np.maximum(given_up[turn % 2], found.given_up)
                if turn and before_it - bound < WORTH_A_PASS * (bound - self.best_value):
                    break
            # what share of the way to a proof this width went, and what width would go all of it
            share = (top - bound) / max(top - self.best_value, self.tolerance)
            here = float(np.log(width))
            slope = (share - before[1]) / (here - before[0])
            if slope <= 0 or here + (1 - share) / slope > np.log(2.0 * limit):
                break
            before = (here, share)
        return bound

    def _swept(
        self,
        way: IntArray,
        prices: Prices,
        loss: FloatArray,
        top: float,
        *,
        width: int,
        dear: float,
        ahead: FloatArray | None = None,
    ) -> Swept:
        floor = max(self.best_value - self.tolerance, -2.0 - 0.5 * self.pool.n_units)
        # a price on every partnership is taken off its gain, and what it comes to off the rest
        aside = self.relaxation.allowance(prices)
        pool = self.pool
        if prices.number != 0:
            pool = replace(pool, gain=pool.gain - prices.number)
        found = sweep(
            pool,
            way,
            prices,
            self.relaxation.index if len(prices.cut) else CutIndex.of([], self.pool.n_units),
            loss,
            bound=top - aside,
            floor=floor - aside,
            width=width,
            dear=dear,
            ahead=ahead,
            late_fn=self.late,
        )
        if found.columns is not None:
            self._offer(found.columns)
        return replace(found, bound=found.bound + aside)

    def _closed(self, found: Swept, root: bool) -> bool:
        proved = found.bound <= self.best_value + self.tolerance
        if proved and root:
            self.unique = found.unique
        return proved

    def _losses(
        self, prices: Prices, allowed: BoolArray, cuts: CutIndex
    ) -> tuple[FloatArray, float]:
        """What each column gives up at prices where none pays, and what they prove."""
        cost = self.pool.reduced_cost(prices, cuts)
        top = float(prices.unit.sum() + prices.cut @ cuts.right) + self.relaxation.allowance(prices)
        return np.where(allowed, np.maximum(-cost, 0.0), np.inf), top

    def _price(
        self, allowed: BoolArray, bound: float, *, root: bool
    ) -> tuple[Point, Prices, float]:
        """Column generation over the whole pool, until nothing pays or the bound is met.

        Returns:
            The last point; its prices, raised so that no column pays; the best bound of prices.
        """
        relaxed = np.inf
        while True:
            point = self.relaxation.solve()
            cost = self.pool.reduced_cost(point.prices, self.relaxation.index, least=0.0)
            fresh, lift = self.pool.best_per_unit(cost, PER_UNIT, floor=PAYS, allowed=allowed)
            self.rounds += 1
            relaxed = min(relaxed, self.relaxation.bound(point.prices, lift))
            if root:
                self._keep_bound(point.prices, lift)
                self._report_fn(self.best_value, self.bound)
            done = min(bound, relaxed) <= self.best_value + self.tolerance or self.late()
            if done or not self.relaxation.add_columns(fresh):
                raised = replace(point.prices, unit=point.prices.unit + lift)
                return point, raised, relaxed

    def _stop(self, bound: float, root: bool) -> bool:
        return self.late() or (root and self._enough_fn(self.best_value, bound))

    def _keep_bound(self, prices: Prices, lift: FloatArray) -> None:
        found = self.relaxation.bound(prices, lift)
        if found < self._root[0]:
            lifted = replace(prices, unit=prices.unit + lift)
            self._root = (found, lifted, self.relaxation.index)
            self.bound = min(self.bound, max(found, self.best_value))

    def _fix(self) -> bool:
        """Throw away every column that no plan as good as the best could hold."""
        keep = self.rivals()
        if len(keep) > WORTH_SHRINKING * len(self.pool):
            return False
        if self.best is not None:
            keep = np.union1d(keep, self.best)
        part, best = self.pool.take(keep), self.best
        if best is not None:
            best = np.searchsorted(keep, best)
        self.relaxation.shrink(part, keep)
        self.best, self.pool = best, part  # in one step, so that an interrupt finds them agreed
        return True

    def _offer(self, columns: IntArray) -> None:
        covered = np.zeros(self.pool.n_units, dtype=bool)
        for column in columns:
            covered[self.pool.units(column)] = True
        if (self.pool.required & ~covered).any():
            return
        if covered.sum() != self.pool.size[columns].sum():
            return  # they overlap: the solver was stopped on its way
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


def _nth(loss: FloatArray, count: int) -> float:
    """What the dearest of the ``count`` cheapest columns gives up; inf if there are no more."""
    return float(np.partition(loss, count)[count]) if len(loss) > count else np.inf
