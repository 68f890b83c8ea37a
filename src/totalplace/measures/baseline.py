"""The level that need leads one to expect of each authority, from the others.

Flow: measures.panel, need, ridge, shrink -> THIS -> measures.expected, measures.triage
In: values (N, T) and need (N, K). Out: a frozen Baseline. Pure arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.measures.panel import centre_years, level_of
from totalplace.measures.ridge import fit_ridge
from totalplace.measures.shrink import Parts, variance_parts
from totalplace.types import BoolArray, FloatArray

FEWEST = 30
"""Authorities with a level and need, below which no expectation is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Expectations out of sample and what is left over; nan for authorities not used."""

    used: BoolArray  # (N,), with a figure and every need measure
    level: FloatArray  # (N,), mean over the years, what all share in a year taken out
    year_effects: FloatArray  # (T,), what all share in each year
    level_expected: FloatArray  # (N,), level given need, from the other authorities
    loose: FloatArray  # (N,), variance of that expectation
    yearly: FloatArray  # (N, T), each year's difference from expectation
    error: float  # root mean square of level minus expectation
    explained: float  # share of the levels' variance explained; 0 is the mean of the others
    parts: Parts | None  # what lasts and what comes and goes in `yearly`; None for one year


def baseline(values: FloatArray, need: FloatArray) -> Baseline | None:
    """Expect each authority's level from its need, by a line fitted to the others.

    Args:
        values: Shape (N, T), nan where missing.
        need: Shape (N, K), nan where missing; K may be 0.

    Returns:
        None where fewer than :data:`FEWEST` authorities can be used.
    """
    used: BoolArray = np.logical_and(~np.isnan(need).any(axis=1), ~np.isnan(values).all(axis=1))
    if used.sum() < FEWEST:
        return None
    centred, year_effects = centre_years(values)
    level = level_of(centred)
    fit = fit_ridge(need[used], level[used])
    alone = fit_ridge(need[used][:, :0], level[used])
    square = float(np.mean((level[used] - fit.left_out) ** 2))
    plain = float(np.mean((level[used] - alone.left_out) ** 2))
    level_expected = _spread_out(fit.left_out, used)
    loose = _spread_out(fit.spread / (1 + fit.spread) * square, used)
    yearly = centred - level_expected[:, None]
    return Baseline(
        used=used,
        level=level,
        year_effects=year_effects,
        level_expected=level_expected,
        loose=loose,
        yearly=yearly,
        error=square**0.5,
        explained=1 - square / plain if plain > 0 else 0.0,
        parts=variance_parts(yearly, loose=float(np.nanmean(loose))),
    )


def _spread_out(values: FloatArray, used: BoolArray) -> FloatArray:
    """Values of the used authorities in their places among all."""
    spread = np.full(used.size, np.nan)
    spread[used] = values
    return spread
