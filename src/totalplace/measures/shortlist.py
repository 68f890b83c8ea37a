"""Choose the few that stand for the many: greedy, with its guarantee.

Flow: measures.signal -> THIS -> measures.triage
In: likeness, weights and outcomes of M measures. Out: chosen rows, in order of choice. Pure.

The value of a list is the weight of all measures, each counted in the share to which its nearest
measure on the list stands for it, plus a little for each outcome that has a measure of its own on
the list. This is monotone and submodular, so that choosing the best next measure each time gives
at least 1 - 1/e (63 %) of the best value any list of that length has.

Source: Nemhauser, Wolsey and Fisher (1978), Mathematical Programming 14, 265-294.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.types import BoolArray, FloatArray

REACHED = 0.2
"""Value of the first measure for an outcome, where all measures together are worth 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortList:
    """The chosen rows and what they are worth."""

    chosen: tuple[int, ...]  # in order of choice
    gains: tuple[float, ...]  # what each added
    value: float
    bound: float  # no list of this length is worth more


def choose(
    stands_for: FloatArray,
    weights: FloatArray,
    outcomes: BoolArray,
    eligible: BoolArray,
    *,
    length: int,
) -> ShortList:
    """Choose up to `length` eligible measures.

    Ties go to the measure that comes first.

    Args:
        stands_for: Shape (M, M), how far the column's measure stands for the row's, 0 to 1.
        weights: Shape (M,), what each measure is worth; sums to 1.
        outcomes: Shape (M, O), which outcomes each speaks about.
        eligible: Shape (M,), which may be chosen.
        length: How many, at least 0.
    """
    covered = np.zeros(weights.size)
    reached = np.zeros(outcomes.shape[1], dtype=np.bool_)
    chosen: list[int] = []
    gains: list[float] = []
    share = REACHED / max(outcomes.shape[1], 1)
    value, bound = 0.0, np.inf
    while True:
        gain = weights @ np.maximum(stands_for - covered[:, None], 0.0)
        gain = gain + share * (outcomes & ~reached).sum(axis=1)
        gain = np.where(eligible, gain, 0.0)
        gain[chosen] = 0.0
        bound = min(bound, value + float(np.sort(gain)[::-1][:length].sum()))
        if len(chosen) == length or gain.max(initial=0.0) <= 0:
            break
        best = int(np.argmax(gain))
        chosen.append(best)
        gains.append(float(gain[best]))
        value += float(gain[best])
        covered = np.maximum(covered, stands_for[:, best])
        reached |= outcomes[best]
    return ShortList(chosen=tuple(chosen), gains=tuple(gains), value=value, bound=bound)
