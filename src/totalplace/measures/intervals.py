"""Intervals for published proportions, rates and ranks. Pure arithmetic, arrays in and out.

Flow: counts and denominators -> THIS -> measures, scenarios, reports

The house level is 90 % for measures and ranks. Missing in, missing out.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from totalplace.errors import InputError
from totalplace.types import FloatArray

LEVEL = 0.90
"""The house level for measures and ranks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Point and ends, each (N,); nan where a count or denominator is missing."""

    point: FloatArray
    low: FloatArray
    high: FloatArray


def wilson(counts: FloatArray, totals: FloatArray, *, level: float = LEVEL) -> Interval:
    """Score interval of a proportion.

    Args:
        counts: How many have it, shape (N,).
        totals: How many there are, shape (N,).
        level: Chance of covering the truth, between 0 and 1.

    Raises:
        InputError: The level is not between 0 and 1, or a count is negative or above its total.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    counts, totals, z = _checked(counts, totals, level)
    if (counts > totals).any():
        raise InputError("A proportion needs counts of at most their totals.")
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counts / totals
        middle = share + z * z / (2 * totals)
        reach = z * np.sqrt(share * (1 - share) / totals + z * z / (4 * totals * totals))
        whole = 1 + z * z / totals
        low, high = (middle - reach) / whole, (middle + reach) / whole
    return Interval(
        point=share,
        low=np.where(counts == 0, 0.0 * low, low),
        high=np.where(counts == totals, 1.0 + 0.0 * high, high),
    )


def byar(
    counts: FloatArray, population: FloatArray, *, per: float = 1.0, level: float = LEVEL
) -> Interval:
    """Byar's approximation to the exact Poisson interval of a rate.

    Args:
        counts: Events, shape (N,).
        population: At risk, shape (N,).
        per: The rate is per so many, for example 10,000.
        level: Chance of covering the truth, between 0 and 1.

    Raises:
        InputError: The level is not between 0 and 1, or a count or population is negative.

    Source: Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, page 69.
    """
    counts, population, z = _checked(counts, population, level)
    more = counts + 1
    with np.errstate(invalid="ignore", divide="ignore"):
        below = np.where(
            counts > 0, counts * (1 - 1 / (9 * counts) - z / (3 * np.sqrt(counts))) ** 3, 0 * counts
        )
        above = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
        scale = per / population
        return Interval(point=counts * scale, low=below * scale, high=above * scale)


def rank_interval(samples: FloatArray, *, low_is_first: bool, level: float = LEVEL) -> Interval:
    """Ranks and how far they may be trusted, from draws of the truth.

    In each draw 1 is first and ties share the lowest rank. The point is the median rank. The ends
    are ranks that occur: at most half of what the level leaves lies beyond each.

    Args:
        samples: Draws, shape (D, N); nan throughout a column where nothing is published.
        low_is_first: Whether the smallest value ranks 1.
        level: Share of draws between the ends.

    Raises:
        InputError: The samples are not (D, N) with D at least 1, or the level is out of range.
    """
    if samples.ndim != 2 or samples.shape[0] < 1 or not 0 < level < 1:
        raise InputError("Ranks need draws by authority, and a level between 0 and 1.")
    known = ~np.isnan(samples).any(axis=0)
    ends = np.full((3, samples.shape[1]), np.nan)
    if known.any():
        signed = samples[:, known] if low_is_first else -samples[:, known]
        from scipy.stats import rankdata  # noqa: PLC0415 (heavy, loaded where used)

        ranks = rankdata(signed, method="min", axis=1)
        tail = (1 - level) / 2
        ends[0, known] = np.quantile(ranks, 0.5, axis=0, method="inverted_cdf")
        ends[1, known] = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
        ends[2, known] = np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")
    return Interval(point=ends[0], low=ends[1], high=ends[2])


def _checked(
    counts: FloatArray, totals: FloatArray, level: float
) -> tuple[FloatArray, FloatArray, float]:
    """Both arrays with nan wherever either is missing or there is nobody, and the normal score."""
    if not 0 < level < 1:
        raise InputError("The level of an interval lies between 0 and 1.")
    counts, totals = np.broadcast_arrays(
        np.asarray(counts, dtype=np.float64), np.asarray(totals, dtype=np.float64)
    )
    if (counts < 0).any() or (totals < 0).any():
        raise InputError("Counts and totals cannot be negative.")
    with np.errstate(invalid="ignore"):
        usable = ~np.isnan(counts) & (totals > 0)
    score = NormalDist().inv_cdf((1 + level) / 2)
    return np.where(usable, counts, np.nan), np.where(usable, totals, np.nan), score
