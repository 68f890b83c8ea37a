"""The explicit pool of columns an exact proof covers, and the arithmetic done over all of it.

Flow: candidates, gains -> THIS -> search, relaxation, ties

A column is a candidate partnership; its gain is its value less its members' values alone. C
columns, N units. Columns lie flat, one after another, so that one large column costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from totalplace.footprints.candidates import FlatSets
from totalplace.footprints.optimiser.kernels import (
    agrees_kernel,
    best_kernel,
    cost_kernel,
    first_of_equals_kernel,
    gather_kernel,
)
from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What the rows of the relaxation cost. Any prices of these signs give a bound."""

    unit: FloatArray  # (N,), at least 0 unless the unit is required
    cut: FloatArray  # (T,), at least 0
    number: float = 0.0  # of every column, whatever it holds; of either sign

    @staticmethod
    def none(n_units: int) -> Prices:
        """All prices zero."""
        return Prices(unit=np.zeros(n_units), cut=np.zeros(0))


class Cut(NamedTuple):
    """A rank-one cut: a column counts the weight of the units it holds, divided, rounded down."""

    units: tuple[int, ...]
    weights: tuple[int, ...]  # at least 1 and less than the divisor
    over: int  # the divisor

    @property
    def right(self) -> int:
        """The most that chosen columns may count together."""
        return sum(self.weights) // self.over


@dataclass(frozen=True, slots=True, kw_only=True)
class CutIndex:
    """Which cuts each unit is in, and with what weight. T cuts."""

    start: IntArray  # (N + 1,)
    at: SmallIntArray  # flat, which cut
    weight: SmallIntArray  # flat, the unit's weight in it
    over: SmallIntArray  # (T,), divisors
    right: FloatArray  # (T,), the most a cut may count

    @staticmethod
    def of(cuts: Sequence[Cut], n_units: int) -> CutIndex:
        """Index a list of cuts."""
        unit = np.array([u for cut in cuts for u in cut.units], dtype=np.int64)
        weight = np.array([w for cut in cuts for w in cut.weights], dtype=np.int32)
        cut = np.repeat(np.arange(len(cuts)), [len(c.units) for c in cuts])
        order = np.argsort(unit, kind="stable")
        return CutIndex(
            start=np.searchsorted(unit[order], np.arange(n_units + 1)).astype(np.int64),
            at=cut[order].astype(np.int32),
            weight=weight[order],
            over=np.array([c.over for c in cuts], dtype=np.int32),
            right=np.array([c.right for c in cuts], dtype=np.float64),
        )

    def only(self, wanted: BoolArray) -> CutIndex:
        """The same cuts, of which only the wanted ones are listed under their units."""
        kept = wanted[self.at]
        before = np.concatenate([[0], np.cumsum(kept)])
        return replace(self, start=before[self.start], at=self.at[kept], weight=self.weight[kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Columns in an order that depends on their members alone. Gains are scaled to about one."""

    members: SmallIntArray  # flat, ascending in each column
    offsets: IntArray  # (C + 1,)
    gain: FloatArray  # (C,), scaled
    origin: IntArray  # (C,), position among the candidates given
    n_units: int
    required: BoolArray  # (N,), units that may not stay alone

    def __len__(self) -> int:
        return len(self.gain)

    @property
    def size(self) -> IntArray:
        """Members of each column, shape (C,)."""
        return np.diff(self.offsets)

    def units(self, column: int) -> SmallIntArray:
        """The members of one column."""
        return self.members[self.offsets[column] : self.offsets[column + 1]]

    @staticmethod
    def of(
        sets: FlatSets, gain: FloatArray, n_units: int, required: BoolArray
    ) -> tuple[Pool, float]:
        """The columns that can matter, equal ones merged, and the scale of their gains.

        A column that does not pay matters only if it places a required unit.
        """
        wanted = np.isfinite(gain)
        if not required.any():
            wanted &= gain > 0
        else:
            places = np.logical_or.reduceat(
                np.append(required[sets.members], False), sets.offsets[:-1]
            )
            wanted &= (gain > 0) | places
        wanted &= sets.size > 0
        keep = np.flatnonzero(wanted)
        members, offsets, code = _gathered(sets.members, sets.offsets, keep)
        value = gain[keep]
        order = np.argsort(code, kind="stable")
        first = np.zeros(len(keep), dtype=bool)
        first_of_equals_kernel(members, offsets, value, order, code, first)
        order = order[first[order]]
        members, offsets, _ = _gathered(members, offsets, order)
        value = value[order]
        scale = float(np.abs(value).max(initial=0.0)) or 1.0
        pool = Pool(
            members=members,
            offsets=offsets,
            gain=value / scale,
            origin=keep[order],
            n_units=n_units,
            required=required,
        )
        return pool, scale

    def take(self, keep: IntArray) -> Pool:
        """The columns at these positions."""
        members, offsets, _ = _gathered(self.members, self.offsets, keep)
        return Pool(
            members=members,
            offsets=offsets,
            gain=self.gain[keep],
            origin=self.origin[keep],
            n_units=self.n_units,
            required=self.required,
        )

    def reduced_cost(self, prices: Prices, cuts: CutIndex, *, least: float = -np.inf) -> FloatArray:
        """Gain less the price of the units and cuts each column uses, shape (C,).

        Args:
            prices: Of units and cuts.
            cuts: The cuts, in the order of their prices.
            least: Below this, before cuts are counted, a column's cost need not be exact.
        """
        cost = np.empty(len(self))
        priced = cuts.only(prices.cut > 0)
        cost_kernel(
            self.members,
            self.offsets,
            self.gain,
            prices.unit,
            priced.start,
            priced.at,
            priced.weight,
            priced.over,
            prices.cut,
            prices.number,
            least,
            cost,
        )
        return cost

    def best_per_unit(
        self, score: FloatArray, each: int, *, floor: float, allowed: BoolArray
    ) -> tuple[IntArray, FloatArray]:
        """For every unit, its ``each`` best columns scoring above ``floor``; ascending, unique.

        Returns:
            Those columns; and what each unit's price must rise by, shape (N,), so that no allowed
            column scores above 0.
        """
        top = np.full((self.n_units, each), -1, dtype=np.int64)
        top_cost = np.full((self.n_units, each), -np.inf)
        lift = np.zeros(self.n_units)
        best_kernel(self.members, self.offsets, score, allowed, 0.0, top, top_cost, lift)
        return np.unique(top[top_cost > floor]), lift

    def touching(self, units: BoolArray) -> BoolArray:
        """Columns that hold any of the marked units, shape (C,)."""
        if len(self) == 0:
            return np.zeros(0, dtype=bool)
        found: BoolArray = np.logical_or.reduceat(units[self.members], self.offsets[:-1])
        return found

    def agreeing(self, decisions: tuple[tuple[int, int, bool], ...]) -> BoolArray:
        """Columns that respect every decision (two units, together or apart), shape (C,)."""
        allowed = np.ones(len(self), dtype=bool)
        if decisions:
            one, two, together = zip(*decisions, strict=True)
            agrees_kernel(
                self.members,
                self.offsets,
                np.array(one, dtype=np.int64),
                np.array(two, dtype=np.int64),
                np.array(together, dtype=bool),
                allowed,
            )
        return allowed


def _gathered(
    members: SmallIntArray, offsets: IntArray, keep: IntArray
) -> tuple[SmallIntArray, IntArray, IntArray]:
    total = int((offsets[keep + 1] - offsets[keep]).sum())
    fresh = np.empty(total, dtype=np.int32)
    fresh_offsets = np.zeros(len(keep) + 1, dtype=np.int64)
    code = np.empty(len(keep), dtype=np.int64)
    gather_kernel(members, offsets, keep, fresh, fresh_offsets, code)
    return fresh, fresh_offsets, code
