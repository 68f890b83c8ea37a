"""A relaxation that stays warm while only the values change: draw after draw over one pool.

Flow: pool, values of one draw -> THIS -> one_draw
In: flat sets and one gain for each. Out: prices, a bound no plan exceeds, and a plan to start with.

The columns met in earlier draws and the last basis stay in one live HiGHS model; a new draw only
changes what they are worth. The bound is our own arithmetic: one pass over the whole pool with
the draw's own gains at the draw's own prices, every price raised so that no set pays. The solver
can therefore only make a bound looser, never wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numba
import numpy as np

from totalplace.footprints.candidates import FlatSets
from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray

MILLION = 1e6  # what the model counts in, so that figures are near one
PAYS = 1e-7  # reduced cost, in millions, worth bringing a set in for
PER_UNIT = 8  # sets brought in for each unit in each round of pricing
NEAR = 1e-4  # share of the relaxed value to which the prices are settled
MOST_ROUNDS = 200
IDLE = 1e-7  # a share too small to count
NEVER = -1.0  # gain, in millions, of a set that may not be chosen: it never enters
INFINITY = highspy.kHighsInf
OPTIONS = {"output_flag": False, "threads": 1, "simplex_iteration_limit": 50_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One draw's relaxation. C sets, N units; pounds."""

    bound: float  # no plan is worth more
    cost: FloatArray  # (C,), gain less the prices of its units, at most 0 but for rounding
    columns: IntArray  # sets the relaxed plan uses
    share: FloatArray  # how much of each


class Warm:
    """One live model over a pool; gains change from call to call."""

    def __init__(self, sets: FlatSets, n_units: int) -> None:
        self.sets, self.n_units = sets, n_units
        self.active = np.empty(0, dtype=np.int64)
        self._inside = np.zeros(len(sets), dtype=bool)
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in OPTIONS.items():
            self._model.setOptionValue(option, value)
        self._model.setOptionValue("simplex_strategy", 4)  # primal: the last point still stands
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        nothing_i, nothing_f = np.empty(0, dtype=np.int32), np.empty(0)
        self._model.addRows(
            n_units,
            np.full(n_units, -INFINITY),
            np.ones(n_units),
            0,
            np.zeros(n_units, dtype=np.int32),
            nothing_i,
            nothing_f,
        )

    def price(self, gain: FloatArray) -> Priced:
        """Solve the relaxation for one draw.

        Args:
            gain: Shape (C,), pounds; -inf for what may not be chosen.
        """
        worth = gain / MILLION
        if len(self.active):
            now = np.where(np.isfinite(worth[self.active]), worth[self.active], NEVER)
            every = np.arange(len(self.active), dtype=np.int32)
            self._model.changeColsCost(len(every), every, now)
        unit, bound = np.zeros(self.n_units), np.inf
        best_unit, x = unit, np.zeros(0)
        for _ in range(MOST_ROUNDS):
            if len(self.active):
                unit, x = self._solved()
            top = np.full((self.n_units, PER_UNIT), -1, dtype=np.int64)
            lift = np.zeros(self.n_units)
            price_kernel(self.sets.members, self.sets.offsets, worth, unit, PAYS, top, lift)
            value = float(unit.sum())
            if value + lift.sum() < bound:
                bound, best_unit = value + float(lift.sum()), unit + lift
            fresh = np.unique(top[top >= 0])
            fresh = fresh[~self._inside[fresh]]
            settled = lift.sum() <= NEAR * value and len(self.active) > 0
            if settled or len(fresh) == 0:
                break
            self._add(fresh, worth[fresh])
        cost = np.empty(len(worth))
        cost_kernel(self.sets.members, self.sets.offsets, worth, best_unit, cost)
        used = np.flatnonzero(x > IDLE) if len(x) == len(self.active) else np.zeros(0, int)
        return Priced(
            bound=bound * MILLION,
            cost=cost * MILLION,
            columns=self.active[used],
            share=x[used],
        )

    def _solved(self) -> tuple[FloatArray, FloatArray]:
        """Prices of the units and how much of each set, in the model as it stands."""
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._model.clearSolver()  # once more from nothing: a warm start can go astray
            self._model.run()
        solution = self._model.getSolution()
        return np.maximum(np.asarray(solution.row_dual), 0.0), np.asarray(solution.col_value)

    def _add(self, fresh: IntArray, worth: FloatArray) -> None:
        begins, ends = self.sets.offsets[fresh], self.sets.offsets[fresh + 1]
        start = np.concatenate([[0], np.cumsum(ends - begins)])
        index = np.concatenate(
            [self.sets.members[a:b] for a, b in zip(begins, ends, strict=True)]
        ).astype(np.int32)
        count = len(fresh)
        self._model.addCols(
            count,
            worth,
            np.zeros(count),
            np.full(count, INFINITY),
            len(index),
            start[:count].astype(np.int32),
            index,
            np.ones(len(index)),
        )
        self.active = np.concatenate([self.active, fresh])
        self._inside[fresh] = True


def rounded(sets: FlatSets, gain: FloatArray, priced: Priced, near: IntArray) -> IntArray:
    """A plan from the relaxed one: its largest shares first, then whatever gives up least.

    Args:
        sets: The pool.
        gain: Shape (C,), pounds.
        priced: The relaxed plan.
        near: Further sets to fill up with, in any order.
    """
    first = priced.columns[np.lexsort((priced.columns, -np.round(priced.share, 6)))]
    rest = near[np.lexsort((near, -priced.cost[near]))]
    order = np.concatenate([first, rest])
    order = order[gain[order] > 0]
    chosen = np.zeros(len(order), dtype=bool)
    greedy_kernel(
        sets.members, sets.offsets, order, np.zeros(int(sets.members.max(initial=0)) + 1, bool),
        chosen,
    )  # fmt: skip
    return np.sort(order[chosen])


@numba.njit(cache=True, nogil=True)
def price_kernel(
    members: SmallIntArray,
    offsets: IntArray,
    gain: FloatArray,
    unit: FloatArray,
    least: float,
    top: IntArray,
    lift: FloatArray,
) -> None:
    """Each unit's best sets that pay at these prices, and what prices must rise by so none does."""
    n, each = top.shape
    score = np.full((n, each), -np.inf)
    for c in range(len(gain)):
        cost = gain[c]
        for at in range(offsets[c], offsets[c + 1]):
            cost -= unit[members[at]]
        if cost <= 0.0:
            continue
        dearest = members[offsets[c]]
        for at in range(offsets[c], offsets[c + 1]):
            if lift[members[at]] > lift[dearest]:
                dearest = members[at]
        lift[dearest] = max(lift[dearest], cost)
        if cost <= least:
            continue
        for at in range(offsets[c], offsets[c + 1]):
            u = members[at]
            k = each - 1
            if cost <= score[u, k]:
                continue
            while k > 0 and score[u, k - 1] < cost:
                score[u, k], top[u, k] = score[u, k - 1], top[u, k - 1]
                k -= 1
            score[u, k], top[u, k] = cost, c


@numba.njit(cache=True, nogil=True)
def cost_kernel(
    members: SmallIntArray,
    offsets: IntArray,
    gain: FloatArray,
    unit: FloatArray,
    cost: FloatArray,
) -> None:
    """Gain less the prices of its units, for every set."""
    for c in range(len(gain)):
        left = gain[c]
        for at in range(offsets[c], offsets[c + 1]):
            left -= unit[members[at]]
        cost[c] = left


@numba.njit(cache=True, nogil=True)
def greedy_kernel(
    members: SmallIntArray,
    offsets: IntArray,
    order: IntArray,
    taken: BoolArray,
    chosen: BoolArray,
) -> None:
    """Take each set in turn whose members are all still free."""
    for at in range(len(order)):
        free = True
        for j in range(offsets[order[at]], offsets[order[at] + 1]):
            free = free and not taken[members[j]]
        if free:
            chosen[at] = True
            for j in range(offsets[order[at]], offsets[order[at] + 1]):
                taken[members[j]] = True
