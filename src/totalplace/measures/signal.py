"""How much of each measure there is, how much of it is signal, and which say the same.

Flow: measures.panel -> THIS -> measures.triage
In: a cube of measures by authority by year. Out: arrays by measure. Pure arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.measures.panel import Panel, centre_years, level_of
from totalplace.types import FloatArray, IntArray

FEWEST = 30
"""Authorities that two measures must share for their likeness to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """M measures of N authorities."""

    levels: FloatArray  # (M, N), mean of the years, what all share in a year taken out
    reliability: FloatArray  # (M,), share of one year's differences still there two years on
    likeness: FloatArray  # (M, M), absolute correlation of levels; 0 where too few are shared


def cube_of(panels: Sequence[Panel], *, years: int, size: int) -> FloatArray:
    """The latest years of each measure, (M, N, years), nan before its first year.

    Args:
        panels: M measures.
        years: How many of its latest years.
        size: Authorities N.
    """
    cube = np.full((len(panels), size, years), np.nan)
    for row, panel in enumerate(panels):
        latest = panel.values[:, -years:]
        cube[row, :, years - latest.shape[1] :] = latest
    return cube


def completeness(cube: FloatArray) -> FloatArray:
    """Share of authorities and years with a value, (M,)."""
    return np.asarray((~np.isnan(cube)).mean(axis=(1, 2)))


def signal_of(cube: FloatArray, rows: IntArray | None = None) -> Signal:
    """Levels, reliability and likeness.

    Args:
        cube: Shape (M, N, T), nan where missing.
        rows: Authorities to use, some perhaps several times; all once if not given.
    """
    drawn = cube if rows is None else cube[:, rows]
    levels = np.full(drawn.shape[:2], np.nan)
    reliability = np.zeros(drawn.shape[0])
    for index, values in enumerate(drawn):
        shown = values[:, ~np.isnan(values).all(axis=0)]
        if shown.shape[1] == 0:
            continue
        centred, _ = centre_years(shown, rounds=5)
        levels[index] = level_of(centred)
        reliability[index] = _reliability(centred)
    return Signal(levels=levels, reliability=reliability, likeness=_likeness(levels))


def _reliability(centred: FloatArray) -> float:
    """Mean product of values two years apart (one, if there are but two) over the mean square."""
    apart = min(2, centred.shape[1] - 1)
    if apart < 1:
        return 0.0
    products = centred[:, :-apart] * centred[:, apart:]
    squares = (centred[:, :-apart] ** 2 + centred[:, apart:] ** 2)[~np.isnan(products)]
    if squares.size < FEWEST or squares.sum() == 0:
        return 0.0
    return float(np.clip(2 * np.nansum(products) / squares.sum(), 0, 1))


def _likeness(levels: FloatArray) -> FloatArray:
    """Absolute correlation of every two rows over the columns both have."""
    known = (~np.isnan(levels)).astype(np.float64)
    filled = np.where(known > 0, levels, 0.0)
    scale = np.sqrt((filled**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1))
    filled = filled / np.where(scale > 0, scale, 1.0)[:, None]
    shared = known @ known.T
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled @ known.T / shared
        square = filled**2 @ known.T / shared - mean**2
        together = filled @ filled.T / shared - mean * mean.T
        found = np.abs(together) / np.sqrt(square * square.T)
    found[(shared < FEWEST) | ~np.isfinite(found)] = 0.0
    np.fill_diagonal(found, (known.sum(axis=1) >= FEWEST).astype(np.float64))
    return np.minimum(found, 1.0)
