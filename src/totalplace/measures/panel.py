"""Values of many measures as arrays: today's authorities by year.

Flow: book (observation) -> THIS -> measures.need, measures.expected, measures.triage
In: items. Out: one (N, T) array each, nan where nothing is published, years ascending.

A joint return's value stands for every member. Figures before a break in a series are left out. So
are figures of abolished councils: their successors have no past in a rate, and none is made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from totalplace.book.store import Book
from totalplace.measures.breaks import comparable_from
from totalplace.measures.today import Today
from totalplace.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One measure's values, N authorities of today by T years with any value."""

    item: str
    years: tuple[int, ...]  # (T,), the year each period ends in, ascending; gaps are left out
    values: FloatArray  # (N, T), nan where missing

    @property
    def is_yearly(self) -> bool:
        """Whether no year between the first and the last is missing."""
        return not self.years or self.years[-1] - self.years[0] + 1 == len(self.years)


def read_panels(book: Book, today: Today, items: Sequence[str]) -> Mapping[str, Panel]:
    """Read measures into arrays, by item in the order given; items without values have no years.

    Args:
        book: A place book.
        today: The authorities, whose order the arrays follow.
        items: Ids of measures.
    """
    frame = book.query(
        "SELECT item, area_code, published_code, period_end,"
        " year(period_end) AS year, value FROM observation"
        " WHERE latest AND value IS NOT NULL AND level IN ('authority', 'joint')"
        " AND item IN (SELECT unnest(?))"
        " ORDER BY item, period_end, level DESC, source_id, area_code, published_code, value",
        [list(items)],
    )
    place = {code: index for index, code in enumerate(today.area_codes)}
    printed = frame.select("area_code", "published_code").unique(maintain_order=True)
    rows = {key: [place[one] for one in today.members(*key)] for key in printed.iter_rows()}
    panels: dict[str, Panel] = {}
    groups = {str(key[0]): group for key, group in frame.group_by("item", maintain_order=True)}
    for item in items:
        group = groups.get(item, frame.clear())
        group = group.filter(pl.col("period_end") >= comparable_from(item)).drop("period_end")
        years = sorted(group["year"].unique().to_list())
        values = np.full((today.size, len(years)), np.nan)
        column = {year: index for index, year in enumerate(years)}
        for area, code, year, value in group.drop("item").iter_rows():
            for row in rows[area, code]:
                values[row, column[year]] = value
        kept = ~np.isnan(values).all(axis=0)
        panels[item] = Panel(
            item=item,
            years=tuple(year for year, keep in zip(years, kept, strict=True) if keep),
            values=values[:, kept],
        )
    return MappingProxyType(panels)


def level_of(values: FloatArray) -> FloatArray:
    """Each authority's mean over its years, nan where it has none.

    Args:
        values: Shape (N, T).
    """
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    found = np.full(values.shape[0], np.nan)
    found[count > 0] = total[count > 0] / count[count > 0]
    return found


def centre_years(values: FloatArray, *, rounds: int = 50) -> tuple[FloatArray, FloatArray]:
    """Take out what every authority shares in a year, fairly to those with years missing.

    Fits value = authority + year by alternating means, so that a year is not called low because
    high authorities are missing from it.

    Args:
        values: Shape (N, T), nan where missing.
        rounds: Passes; far more than the few that settle it.

    Returns:
        Values without the year, (N, T); and the year effects, (T,), of which the mean authority's
        level is part.
    """
    year = level_of(values.T)
    place = np.zeros(values.shape[0])
    for _ in range(rounds):
        before = year
        place = level_of(values - year)
        place = place - np.nanmean(place)
        year = level_of((values - place[:, None]).T)
        if np.nanmax(np.abs(year - before), initial=0.0) < 1e-12 * (1 + np.nanmax(np.abs(year))):
            break
    return values - year, year
