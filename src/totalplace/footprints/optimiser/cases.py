"""The parts a question is split into: how many partnerships, which two units are together.

Flow: a point of the relaxation -> THIS -> search
How many partnerships there are is looked at first. Where a limit on members binds nearly
everywhere, the relaxation hides the remainder of the whole country in a fraction of a partnership,
and settling the number brings it out at once.

Source: Ryan and Foster (1981) for branching on pairs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np

from totalplace.footprints.optimiser.pool import Pool
from totalplace.footprints.optimiser.relaxation import INFINITY, Point

Decision = tuple[int, int, bool]  # two units, and whether they are together


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """A part of the question: what is decided in it."""

    decisions: tuple[Decision, ...] = ()
    span: tuple[float, float] = (0.0, INFINITY)  # fewest and most partnerships

    @property
    def trunk(self) -> bool:
        """Whether nothing is decided but how many partnerships there are."""
        return not self.decisions

    def split(self, on: tuple[int, int] | int) -> tuple[Case, Case]:
        """Two units together, and apart; or more than so many partnerships, and no more."""
        if isinstance(on, tuple):
            one, two = ((*self.decisions, (*on, together)) for together in (True, False))
            return replace(self, decisions=one), replace(self, decisions=two)
        more, fewer = (on + 1.0, self.span[1]), (self.span[0], float(on))
        return replace(self, span=more), replace(self, span=fewer)


def number_in_doubt(point: Point, least: float) -> int | None:
    """The whole number below how many partnerships a point has, if it is no whole number.

    Args:
        point: The point.
        least: How far from whole its number must be.
    """
    total = float(point.x.sum())
    below = int(np.floor(total + least))
    return below if total - below > least else None


def pair_in_doubt(pool: Pool, point: Point, case: Case) -> tuple[int, int] | None:
    """The pair whose togetherness is most in doubt, if any is."""
    decided = {(a, b) for a, b, _ in case.decisions}
    doubt: dict[tuple[int, int], float] = {}
    for at in np.flatnonzero(point.x > 1e-7).tolist():
        units = pool.units(int(point.columns[at])).tolist()
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
