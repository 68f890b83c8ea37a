"""Ranks with the doubt of what they rest on.

Flow: measures.shrink -> THIS -> measures.expected
In: estimates with standard deviations. Out: rank intervals by simulation.
"""

from __future__ import annotations

import numpy as np

from totalplace.measures.intervals import LEVEL, Interval, rank_interval
from totalplace.types import FloatArray

DRAWS = 4000


def plain_rank(values: FloatArray, *, low_is_first: bool) -> FloatArray:
    """Rank 1 is first, ties share the lowest rank, nan where there is no value.

    Args:
        values: Shape (N,).
        low_is_first: Whether the smallest value ranks 1.
    """
    known = ~np.isnan(values)
    ranks = np.full(values.shape, np.nan)
    signed = values[known] if low_is_first else -values[known]
    from scipy.stats import rankdata  # noqa: PLC0415 (heavy, loaded where used)

    ranks[known] = rankdata(signed, method="min")
    return ranks


def drawn_ranks(
    point: FloatArray,
    deviation: FloatArray,
    *,
    low_is_first: bool,
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval:
    """Rank intervals of values known as a normal distribution each.

    Args:
        point: Means, shape (N,), nan where not known.
        deviation: Standard deviations, shape (N,).
        low_is_first: Whether the smallest value ranks 1.
        rng: Source of the draws.
        draws: How many.
        level: Share of draws between the ends.
    """
    noise = rng.standard_normal((draws, point.size))
    return rank_interval(point + noise * deviation, low_is_first=low_is_first, level=level)
