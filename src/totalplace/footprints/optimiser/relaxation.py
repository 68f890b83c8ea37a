"""The linear relaxation: one live HiGHS model, columns and cuts added to it, never rebuilt.

Flow: pool -> THIS -> partition
The solver supplies a point and prices; every bound is worked out from the prices by our own
arithmetic over the whole pool, so a wrong answer from the solver can only make a bound looser.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from totalplace.footprints.optimiser.pool import Pool
from totalplace.types import BoolArray, FloatArray, IntArray

INFINITY = highspy.kHighsInf


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One solved relaxation."""

    columns: IntArray  # pool positions of the active columns
    x: FloatArray  # their values
    unit_dual: FloatArray  # (N,)
    cut_dual: FloatArray  # (T,)
    short: bool  # a required unit could not be placed with the columns so far


class Relaxation:
    """A growing restricted problem over a Pool."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.active = np.empty(0, dtype=np.int64)
        self.cuts: list[tuple[int, int, int]] = []
        self.cut_member = np.empty((0, len(pool)), dtype=bool)
        self._known = np.zeros(len(pool), dtype=bool)
        self._penalty = 10.0 * (1.0 + float(np.abs(pool.gain).max(initial=0.0))) * pool.n_units
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        self._model.setOptionValue("output_flag", False)
        self._model.setOptionValue("threads", 1)
        self._model.setOptionValue("primal_feasibility_tolerance", 1e-9)
        self._model.setOptionValue("dual_feasibility_tolerance", 1e-9)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        empty_i, empty_f = np.empty(0, dtype=np.int32), np.empty(0)
        for unit in range(pool.n_units):
            lower = 1.0 if pool.required[unit] else -INFINITY
            self._model.addRow(lower, 1.0, 0, empty_i, empty_f)
        self._slack = np.flatnonzero(pool.required)
        for (
            unit
        ) in self._slack.tolist():  # an artificial way to place a required unit, at a penalty
            self._model.addCol(
                -self._penalty, 0.0, INFINITY, 1, np.array([unit], dtype=np.int32), np.ones(1)
            )

    def add_columns(self, columns: IntArray) -> int:
        """Bring columns into the model; those already there are skipped. Returns how many."""
        fresh = columns[~self._known[columns]]
        for column in fresh:
            units = self.pool.members[column, : self.pool.size[column]].astype(np.int32)
            rows = np.flatnonzero(self.cut_member[:, column]).astype(np.int32)
            index = np.concatenate([units, rows + np.int32(self.pool.n_units)])
            self._model.addCol(
                float(self.pool.gain[column]),
                0.0,
                INFINITY,
                len(index),
                index,
                np.ones(len(index)),
            )
        self._known[fresh] = True
        self.active = np.concatenate([self.active, fresh])
        return len(fresh)

    def add_cut(self, triple: tuple[int, int, int]) -> None:
        """At most one chosen column may hold two or more of three units (Jepsen et al. 2008)."""
        counts = self.pool.in_triple(triple)
        inside = np.flatnonzero(counts[self.active]).astype(np.int32) + np.int32(len(self._slack))
        self._model.addRow(-INFINITY, 1.0, len(inside), inside, np.ones(len(inside)))
        self.cuts.append(triple)
        self.cut_member = np.vstack([self.cut_member, counts[None, :]])

    def allow(self, allowed: BoolArray) -> None:
        """Shut every active column that is not allowed; open the others."""
        if len(self.active) == 0:
            return
        upper = np.where(allowed[self.active], INFINITY, 0.0)
        where = np.arange(len(self.active), dtype=np.int32) + np.int32(len(self._slack))
        self._model.changeColsBounds(len(where), where, np.zeros(len(where)), upper)

    def solve(self) -> Point:
        """Solve the restricted relaxation as it stands."""
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._model.clearSolver()  # once more from nothing: a warm start can go astray
            self._model.run()
        solution = self._model.getSolution()
        x = np.asarray(solution.col_value)
        dual = np.asarray(solution.row_dual)
        n, s = self.pool.n_units, len(self._slack)
        # a max problem's prices of "at most" rows are >= 0; rounding must not make them less
        unit_dual = np.where(self.pool.required, dual[:n], np.maximum(dual[:n], 0.0))
        return Point(
            columns=self.active,
            x=x[s:],
            unit_dual=unit_dual,
            cut_dual=np.maximum(dual[n:], 0.0),
            short=bool((x[:s] > 1e-7).any()),
        )

    def bound(self, point: Point, cost: FloatArray, allowed: BoolArray) -> float:
        """An upper bound over every allowed column, from prices alone.

        Any plan's gain is at most the price of all rows plus, for each partnership in it, its
        reduced cost; a plan has at most N / 2 partnerships.
        """
        most = float(np.max(cost, where=allowed, initial=0.0))
        rows = float(point.unit_dual.sum() + point.cut_dual.sum())
        return rows + self.pool.n_units / 2 * most
