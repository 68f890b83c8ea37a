"""Ranks with the doubt of what they rest on.

Flow: measures.shrink -> THIS -> measures.expected
In: estimates with standard deviations. Out: rank intervals by simulation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.measures.intervals import LEVEL, Interval, rank_interval
from totalplace.types import FloatArray

DRAWS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """One authority's rank with its doubt; 1 is first."""

    middle: int  # median over the draws
    low: int
    high: int
    of: int  # how many are ranked


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


def rank_noise(size: int, *, seed: int, sets: int = 1, draws: int = DRAWS) -> FloatArray:
    """Standard normal draws to rank ``size`` authorities with: (sets, draws, size)."""
    return np.random.default_rng(seed).standard_normal((sets, draws, size))


def rank_of(
    row: int,
    point: FloatArray,
    deviation: FloatArray,
    noise: FloatArray,
    *,
    low_is_first: bool,
    level: float = LEVEL,
) -> Rank | None:
    """One authority's rank, as :func:`drawn_ranks` would have it, at a fraction of the work.

    Args:
        row: Which authority.
        point: Means, shape (N,), nan where not known.
        deviation: Standard deviations, shape (N,).
        noise: Standard normal draws, shape (D, N).
        low_is_first: Whether the smallest value ranks 1.
        level: Share of draws between the ends.

    Returns:
        None where its own value is not known.
    """
    known = ~np.isnan(point + deviation)
    if not known[row]:
        return None
    drawn = noise * deviation
    drawn += point  # nan where not known, which is neither above nor below
    own = drawn[:, row, None]
    ranks = 1 + np.count_nonzero(drawn < own if low_is_first else drawn > own, axis=1)
    tail = (1 - level) / 2
    low, middle, high = np.quantile(ranks, [tail, 0.5, 1 - tail], method="inverted_cdf")
    return Rank(middle=int(middle), low=int(low), high=int(high), of=int(known.sum()))
