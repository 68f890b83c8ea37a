"""The explicit pool of columns an exact proof covers, and the arithmetic done over all of it.

Flow: candidates, gains -> THIS -> relaxation, partition, ties

A column is a candidate partnership; its gain is its value less its members' values alone. C
columns, K members at most, N units, T cuts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Columns in canonical order. Gains are scaled so that the largest is about one."""

    members: SmallIntArray  # (C, K), -1 beyond the set's size
    present: BoolArray  # (C, K)
    size: IntArray  # (C,)
    gain: FloatArray  # (C,), scaled
    n_units: int
    required: BoolArray  # (N,), units that may not stay alone

    def __len__(self) -> int:
        return len(self.gain)

    def reduced_cost(
        self, unit_dual: FloatArray, cut_dual: FloatArray, cut_member: BoolArray
    ) -> FloatArray:
        """Gain less the price of the units and cuts each column uses, shape (C,).

        Args:
            unit_dual: Shape (N,).
            cut_dual: Shape (T,).
            cut_member: Shape (T, C), whether the column counts in the cut.
        """
        padded = np.append(unit_dual, 0.0)
        cost: FloatArray = self.gain - padded[self.members].sum(axis=1)
        for dual, counts in zip(cut_dual, cut_member, strict=True):
            if dual != 0.0:
                cost[counts] -= dual
        return cost

    def in_triple(self, triple: tuple[int, int, int]) -> BoolArray:
        """Columns holding at least two of three units, shape (C,)."""
        counts: BoolArray = np.isin(self.members, triple).sum(axis=1) >= 2
        return counts

    def holds(self, unit: int) -> BoolArray:
        """Columns that hold a unit, shape (C,)."""
        found: BoolArray = (self.members == unit).any(axis=1)
        return found

    def best_per_unit(self, score: FloatArray, each: int, *, floor: float) -> IntArray:
        """For every unit, its ``each`` best columns scoring above ``floor``; ascending, unique."""
        keep = np.flatnonzero(score > floor)
        if keep.size == 0:
            return keep
        order = keep[np.argsort(-score[keep], kind="stable")]
        taken = np.zeros(self.n_units, dtype=np.int64)
        if order.size > 40 * self.n_units * each:
            order = order[: 40 * self.n_units * each]
        chosen = []
        for column in order:
            units = self.members[column, : self.size[column]]
            if (taken[units] < each).any():
                taken[units] += 1
                chosen.append(column)
        return np.array(sorted(chosen), dtype=np.int64)
