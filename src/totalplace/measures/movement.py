"""How far places really move on a measure, beyond what comes and goes: can it be moved at all?

Flow: measures.panel -> THIS -> measures.triage
In: values by authority and year. Out: a frozen Movement. Pure arithmetic.

Half the mean squared change over one year is noise and a little real change; over four years it is
the same noise and four times that little. The difference is real if noise is fresh each year. Noise
that carries over passes for movement, so the number errs high. What all places share in a year is
taken out first: a nation that moves together shows nothing of what one authority can do. It is no
proof that the authority moved it: need and counting move too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.measures.intervals import LEVEL
from totalplace.measures.panel import centre_years, level_of
from totalplace.types import FloatArray

SPAN = 4
"""Years over which movement is told."""

FEWEST = 30
"""Authorities with changes over one year and over SPAN that it rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Typical real change of a place in SPAN years, in standard deviations between places."""

    typical: float  # 0 where changes over four years are no larger than over one; nan if not known
    most: float  # upper end of the 90 % interval


def movement(values: FloatArray, years: Sequence[int]) -> Movement:
    """How far places move on a measure beyond noise; nan where too few years are known.

    Args:
        values: Shape (N, T), nan where missing.
        years: The T years, ascending, gaps allowed.
    """
    unknown = Movement(typical=float("nan"), most=float("nan"))
    at = {year: column for column, year in enumerate(years)}
    if len(at) <= SPAN:
        return unknown
    centred, _ = centre_years(values, rounds=5)
    one, several = (_half_squares(centred, at, lag) for lag in (1, SPAN))
    real = several - one
    real = real[~np.isnan(real)]
    spread = float(np.nanmean((centred - np.nanmean(centred)) ** 2))
    if real.size < FEWEST or not spread > 0:
        return unknown
    from scipy.special import ndtri  # noqa: PLC0415 (heavy, loaded where used)

    reach = float(ndtri((1 + LEVEL) / 2) * real.std(ddof=1) / np.sqrt(real.size))
    typical, most = (
        float(np.sqrt(2 * max(float(real.mean()) + more, 0.0) * SPAN / (SPAN - 1) / spread))
        for more in (0.0, reach)
    )
    return Movement(typical=typical, most=most)


def _half_squares(centred: FloatArray, at: dict[int, int], lag: int) -> FloatArray:
    """Half the mean squared change of each authority over some years, (N,), nan if it has none."""
    pairs = [(at[year], at[year + lag]) for year in at if year + lag in at]
    if not pairs:
        return np.full(centred.shape[0], np.nan)
    return level_of(
        np.column_stack(
            [(centred[:, later] - centred[:, first]) ** 2 / 2 for first, later in pairs]
        )
    )
