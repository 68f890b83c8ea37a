"""One authority's figure beside every set of places it may be compared with.

Flow: book, measures.neighbours, panel -> THIS -> cli.measures
In: a book, a measure and an authority. Out: a frozen Beside: mean and median for the official lists
of 2025 and 2021, our own nearest by need, the region, and the user's choice. No set is the right
one, so all are shown; where they disagree the words say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import polars as pl

from totalplace.book.store import Book
from totalplace.measures.catalogue import Measure, measures
from totalplace.measures.cells import read_cells
from totalplace.measures.neighbours import (
    BY_NEED,
    NEWEST_LIST,
    REGION,
    Comparison,
    Neighbours,
    compare,
    neighbours,
)
from totalplace.measures.panel import read_panels
from totalplace.measures.rebase import missing_words
from totalplace.measures.territory import Territory, find_territory
from totalplace.measures.today import todays_authorities

BASES = (NEWEST_LIST, "2021", BY_NEED, REGION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """One set of places compared with."""

    neighbours: Neighbours
    comparison: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One figure beside every set."""

    measure: Measure
    name: str
    year: int | None
    actual: float  # nan where there is none
    missing: str  # why there is none
    sets: tuple[Set, ...]

    @property
    def agree(self) -> bool:
        """Whether every median lies on the same side of the figure."""
        if isnan(self.actual):
            return True
        sides = {one.comparison.median < self.actual for one in self.sets if one.comparison.used}
        return len(sides) < 2

    def to_frame(self) -> pl.DataFrame:
        """One row per set."""
        return pl.DataFrame(
            {
                "basis": [one.neighbours.basis for one in self.sets],
                "words": [one.neighbours.words for one in self.sets],
                "mean": [one.comparison.mean for one in self.sets],
                "median": [one.comparison.median for one in self.sets],
                "used": [one.comparison.used for one in self.sets],
                "of": [one.comparison.of for one in self.sets],
                "not_close": [one.neighbours.not_close for one in self.sets],
                "mean_and_median_disagree": [one.comparison.disagree for one in self.sets],
                "members": [
                    "; ".join(member.name for member in one.neighbours.members) for one in self.sets
                ],
            }
        ).with_columns(pl.selectors.float().fill_nan(None))


def beside(book: Book, measure: str | Measure, area: str, *, choice: Sequence[str] = ()) -> Beside:
    """Compare one of today's authorities with every set of places, in the newest year.

    Args:
        book: A place book.
        measure: A measure, or its id or title.
        area: An authority of today's, by name or code.
        choice: Names or codes of the user's own choice, as one set more.

    Raises:
        InputError: There is no such measure, or the choice is the place itself.
        UnknownAreaError: A name is no authority.
    """
    chosen = measures(book).resolve(measure) if isinstance(measure, str) else measure
    today = todays_authorities(book)
    panel = read_panels(book, today, [chosen.item])[chosen.item]
    newest = panel.values[:, -1] if panel.years else [float("nan")] * today.size
    value = dict(zip(today.area_codes, map(float, newest), strict=True))
    place = find_territory(today.register, area)
    actual = value.get(place.own_code or place.codes[0], float("nan"))
    sets = [neighbours(book, today.register, place, basis=basis) for basis in BASES]
    if choice:
        sets.append(neighbours(book, today.register, place, choice=choice))
    return Beside(
        measure=chosen,
        name=place.name,
        year=panel.years[-1] if panel.years else None,
        actual=actual,
        missing=_missing(book, chosen.item, place) if isnan(actual) else "",
        sets=tuple(
            Set(
                neighbours=one,
                comparison=compare(
                    actual,
                    [value.get(member.area_code, float("nan")) for member in one.members],
                ),
            )
            for one in sets
        ),
    )


def _missing(book: Book, item: str, place: Territory) -> str:
    """Why a place has no figure in the newest period in which anyone has one."""
    cells = read_cells(book, [item])
    ends = cells.ends(item)
    if not ends:
        return "nothing is published for anyone"
    cell = cells.at(item, place.own_code or place.codes[0], ends[-1])
    return "nothing was published for it" if cell is None else missing_words(cell)
