"""What a service is for, counted: the volume that its scale effects work on.

Flow: money.pieces -> THIS -> money.estimates, money.spend
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.money.pieces import Question, sources_of
from totalplace.money.plausible import Spread, ratio_spread
from totalplace.types import BoolArray, FloatArray

YEARS_NEEDED = 2
"""Fewest published years behind a figure that is averaged over several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Counts by authority, N in ascending GSS order."""

    values: FloatArray  # (N,), nan where not known
    printed: tuple[str, ...]  # (N,), what was printed instead in the newest year; "" if nothing
    estimated: BoolArray  # (N,), withheld, and put at the usual ratio to a stand-in
    spread: Spread | None  # of that ratio; None if there is no stand-in
    source_ids: tuple[str, ...]


def average(years: Sequence[FloatArray]) -> FloatArray:
    """Mean over the published years, (N,); nan where fewer than YEARS_NEEDED are published."""
    stack = np.stack(years)
    known = (~np.isnan(stack)).sum(axis=0)
    return np.where(
        known >= min(YEARS_NEEDED, len(years)),
        np.nansum(stack, axis=0) / np.maximum(known, 1),
        np.nan,
    )


def read_volume(question: Question, *, fill_in: bool = False) -> Volume:
    """The newest count that falls in the year, or its average over several years.

    Args:
        question: The service and the year.
        fill_in: Put a withheld count at the usual ratio to its stand-in, where it has one.
    """
    wanted = question.service.volume
    years = [
        question.read([wanted.item], years_back=back)[wanted.item] for back in range(wanted.years)
    ]
    values, spread, sources = average([year.values for year in years]), None, sources_of(years)
    estimated = np.zeros(values.shape, dtype=np.bool_)
    if fill_in and wanted.stand_in:
        stand_in = question.read([wanted.stand_in])[wanted.stand_in]
        spread = ratio_spread(values, stand_in.values)
        if spread is not None:
            estimated = np.isnan(values) & (np.nan_to_num(stand_in.values) > 0)
            values = np.where(estimated, stand_in.values * spread.middle, values)
            sources = sources_of([*years, stand_in])
    return Volume(
        values=values,
        printed=years[0].printed,
        estimated=estimated,
        spread=spread,
        source_ids=sources,
    )
