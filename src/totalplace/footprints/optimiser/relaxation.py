"""The linear relaxation: one live HiGHS model, columns and cuts added to it, never rebuilt.

Flow: pool -> THIS -> search
The solver supplies a point and prices; every bound is worked out from the prices by our own
arithmetic over the whole pool, so a wrong answer from the solver can only make a bound looser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from totalplace.footprints.optimiser.pool import Cut, CutIndex, Pool, Prices
from totalplace.types import BoolArray, FloatArray, IntArray

INFINITY = highspy.kHighsInf
IDLE = 1e-9  # a price too small to matter
PENALTY = 10.0  # times the units, in units of the largest gain: for leaving out a required one


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One solved relaxation."""

    columns: IntArray  # pool positions of the active columns
    x: FloatArray  # their values
    prices: Prices
    short: bool  # a required unit could not be placed with the columns so far


class Relaxation:
    """A growing restricted problem over a Pool, which may be swapped for a part of itself."""

    def __init__(self, pool: Pool, *, late_fn: Callable[[], bool] = lambda: False) -> None:
        self.pool = pool
        self._late_fn = late_fn
        self.active = np.empty(0, dtype=np.int64)
        self.ever = 0  # columns ever brought in
        self.cuts: list[Cut] = []
        self.known = set[Cut]()
        self._only_columns = False
        self.index = CutIndex.of([], pool.n_units)
        self._inside = np.zeros(len(pool), dtype=bool)
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in OPTIONS.items():
            self._model.setOptionValue(option, value)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        n = pool.n_units
        nothing_i, nothing_f = np.empty(0, dtype=np.int32), np.empty(0)
        lower = np.where(pool.required, 1.0, -INFINITY)
        self._model.addRows(
            n, lower, np.ones(n), 0, np.zeros(n, dtype=np.int32), nothing_i, nothing_f
        )
        self._model.addRow(-INFINITY, INFINITY, 0, nothing_i, nothing_f)  # how many columns
        self.span = (0.0, INFINITY)
        # a way to place a required unit, or to make up the number, at a penalty
        artificial = np.append(np.flatnonzero(pool.required), n)
        self._artificial = len(artificial)
        self._add(
            np.full(self._artificial, -PENALTY * n), np.arange(self._artificial + 1), artificial
        )

    def add_columns(self, columns: IntArray) -> int:
        """Bring columns into the model; those already there are skipped. Returns how many."""
        fresh = columns[~self._inside[columns]]
        if len(fresh) == 0:
            return 0
        part = self.pool.take(fresh)
        index, start, value = _with_cuts(part, self.index)
        self._add(part.gain, start, index, value)
        self._inside[fresh] = True
        self.active = np.concatenate([self.active, fresh])
        self.ever += len(fresh)
        return len(fresh)

    def add_cuts(self, cuts: list[Cut]) -> None:
        """Hold every later point to these cuts."""
        self._only_columns = False
        part = self.pool.take(self.active)
        fresh = CutIndex.of(cuts, self.pool.n_units)
        column, row, count = _counts(part, fresh)
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(len(cuts)))
        self._model.addRows(
            len(cuts),
            np.full(len(cuts), -INFINITY),
            fresh.right,
            len(order),
            start.astype(np.int32),
            (column[order] + self._artificial).astype(np.int32),
            count[order].astype(np.float64),
        )
        self.cuts += cuts
        self.known.update(cuts)
        self.index = CutIndex.of(self.cuts, self.pool.n_units)

    def drop_idle(self) -> None:
        """Let go of the cuts that the last point does not need: they would slow every later one."""
        price = np.asarray(self._model.getSolution().row_dual)[self.pool.n_units + 1 :]
        idle = np.flatnonzero(np.abs(price) < IDLE)
        if len(idle) == 0:
            return
        rows = (idle + self.pool.n_units + 1).astype(np.int32)
        self._model.deleteRows(len(rows), rows)
        self._only_columns = False
        gone = set(idle.tolist())
        self.cuts = [cut for at, cut in enumerate(self.cuts) if at not in gone]
        self.known = set(self.cuts)
        self.index = CutIndex.of(self.cuts, self.pool.n_units)

    def allow(self, allowed: BoolArray, span: tuple[float, float] = (0.0, INFINITY)) -> None:
        """Shut every active column that is not allowed, open the others; hold their number."""
        self._only_columns = False
        self.span = span
        low = span[0] if span[0] > 0 else -INFINITY
        self._model.changeRowBounds(self.pool.n_units, low, span[1])
        upper = np.where(allowed[self.active], INFINITY, 0.0)
        where = np.arange(len(self.active), dtype=np.int32) + np.int32(self._artificial)
        self._model.changeColsBounds(len(where), where, np.zeros(len(where)), upper)

    def shrink(self, pool: Pool, keep: IntArray) -> None:
        """Go on with a part of the pool: ``pool`` holds the columns of the old one at ``keep``."""
        self._only_columns = False
        new = np.full(len(self.pool), -1, dtype=np.int64)
        new[keep] = np.arange(len(keep))
        moved = new[self.active]
        gone = np.flatnonzero(moved < 0).astype(np.int32) + np.int32(self._artificial)
        if len(gone):
            self._model.deleteCols(len(gone), gone)
        self.active = moved[moved >= 0]
        self._inside = np.zeros(len(pool), dtype=bool)
        self._inside[self.active] = True
        self.pool = pool

    def solve(self) -> Point:
        """Solve the restricted relaxation as it stands."""
        # after nothing but new columns the last point still stands, so go on from it
        if not self._reached(WARM[::-1] if self._only_columns else WARM):
            self._model.clearSolver()  # once more from nothing: a warm start can go astray
            self._reached(COLD)
        self._only_columns = True
        solution = self._model.getSolution()
        n, s = self.pool.n_units, self._artificial
        x = np.asarray(solution.col_value)
        dual = np.asarray(solution.row_dual)
        if not (solution.value_valid and solution.dual_valid):  # stopped before there was any
            x, dual = np.zeros(s + len(self.active)), np.zeros(n + 1 + len(self.cuts))
        # a max problem's prices of "at most" rows are >= 0; rounding must not make them less
        unit = np.where(self.pool.required, dual[:n], np.maximum(dual[:n], 0.0))
        return Point(
            columns=self.active,
            x=x[s:],
            prices=Prices(
                unit=unit, cut=np.maximum(dual[n + 1 :], 0.0), number=self._number(float(dual[n]))
            ),
            short=bool((x[:s] > 1e-7).any()),
        )

    def _reached(self, methods: tuple[int, ...]) -> bool:
        """Go on with one method after another, some steps each so that the clock is seen."""
        for method in methods:
            self._model.setOptionValue("simplex_strategy", method)
            self._model.run()
            status = self._model.getModelStatus()
            if status != highspy.HighsModelStatus.kIterationLimit:
                return bool(status == highspy.HighsModelStatus.kOptimal)
            if self._late_fn():
                return True  # any prices give a bound
        return False

    def bound(self, prices: Prices, lift: FloatArray) -> float:
        """An upper bound on any plan, from prices alone (weak duality).

        With every unit's price raised by its lift no column pays, so no plan is worth more than
        the price of all rows.
        """
        rows = prices.unit.sum() + lift.sum() + prices.cut @ self.index.right
        return float(rows) + self.allowance(prices)

    def allowance(self, prices: Prices) -> float:
        """What the price on the number of columns comes to, at the number it is dearest at."""
        if prices.number == 0:
            return 0.0
        return prices.number * self.span[1 if prices.number > 0 else 0]

    def _number(self, dual: float) -> float:
        """A price on the number: none where no limit on that side is set."""
        if dual > 0:
            return dual if self.span[1] < INFINITY else 0.0
        return dual if self.span[0] > 0 else 0.0

    def _add(
        self,
        gain: FloatArray,
        start: IntArray,
        index: IntArray,
        value: FloatArray | None = None,
    ) -> None:
        count = len(gain)
        self._model.addCols(
            count,
            gain,
            np.zeros(count),
            np.full(count, INFINITY),
            len(index),
            start[:count].astype(np.int32),
            index.astype(np.int32),
            np.ones(len(index)) if value is None else value,
        )


DUAL, PRIMAL = 1, 4  # HiGHS's names for its simplex methods
STEPS = 1_500  # simplex steps between two looks at the clock; warm starts mostly need a few hundred
WARM = (DUAL, PRIMAL)  # a warm start can cycle with one and not with the other
COLD = (DUAL,) * 8 + (PRIMAL,) * 8

OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "presolve": "off",  # it would begin again after every look at the clock
    "simplex_iteration_limit": STEPS,
}


def _counts(part: Pool, cuts: CutIndex) -> tuple[IntArray, IntArray, IntArray]:
    """Column, cut and how often the column counts in it, where it does."""
    most = len(cuts.right)
    if most == 0 or len(part) == 0:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing
    owner = np.repeat(np.arange(len(part)), part.size)
    length = cuts.start[part.members + 1] - cuts.start[part.members]
    column = np.repeat(owner, length)
    first = np.repeat(cuts.start[part.members] - (np.cumsum(length) - length), length)
    entry = first + np.arange(len(first))
    cut = cuts.at[entry].astype(np.int64)
    pair, which = np.unique(column * most + cut, return_inverse=True)
    held = np.bincount(which, weights=cuts.weight[entry], minlength=len(pair)).astype(np.int64)
    times = held // cuts.over[pair % most]
    counted = times > 0
    return pair[counted] // most, pair[counted] % most, times[counted]


def _with_cuts(part: Pool, cuts: CutIndex) -> tuple[IntArray, IntArray, FloatArray]:
    """Rows of each column: units, number, cuts; where they start and what they count."""
    column, cut, count = _counts(part, cuts)
    every = np.arange(len(part))
    owner = np.concatenate([np.repeat(every, part.size), every, column])
    order = np.argsort(owner, kind="stable")
    numbered = np.full(len(part), part.n_units)  # the row that counts columns
    row = np.concatenate([part.members.astype(np.int64), numbered, cut + part.n_units + 1])[order]
    value = np.concatenate([np.ones(len(part.members) + len(part)), count.astype(np.float64)])[
        order
    ]
    return row, np.searchsorted(owner[order], np.arange(len(part) + 1)), value
