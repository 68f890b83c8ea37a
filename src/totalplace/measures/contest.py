"""Which guess at a place's figure is nearest when the place, or its region, was never seen.

Flow: book, measures.need, ridge, panel -> THIS -> docs, scenarios
In: a book and measures. Out: one row for each measure and way of leaving out, with paired
intervals of the differences in error.

Three guesses at the latest year: the expected value given need; the mean of the official
statistical neighbours; a line through child poverty alone. Neighbours that are left out lend
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from types import MappingProxyType

import numpy as np
import polars as pl

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.baseline import FEWEST
from totalplace.measures.need import Need, read_need
from totalplace.measures.panel import centre_years, level_of, read_panels
from totalplace.measures.ridge import fit_ridge
from totalplace.measures.today import Today, todays_authorities
from totalplace.types import BoolArray, FloatArray, IntArray

NEIGHBOURS = "2025"
DRAWS = 2000
HEADLINE = ("lait.AVG_Attain8_Score", "lait.CPP_rate", "lait.LAC")
"""Attainment at 16, children on protection plans and children looked after."""


GO_BY_NEIGHBOURS = "Go by the mean of the neighbours: it is clearly nearer."
_GUESSES = MappingProxyType(
    {"neighbours": "the mean of the neighbours", "poverty": "poverty alone"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Root mean square errors of three guesses on the same authorities."""

    item: str
    left_out: str  # authority or region
    authorities: int  # that all three have a guess for
    need: float  # expected value given need
    neighbours: float  # mean of the official neighbours
    poverty: float  # a line through child poverty alone
    over_neighbours: tuple[float, float, float]  # need minus neighbours: gap, low, high
    over_poverty: tuple[float, float, float]  # need minus poverty

    @property
    def verdict(self) -> str:
        """Whether need wins, in words."""
        if isnan(self.need):
            return f"not told from the others: only {self.authorities} authorities have figures"
        return (
            f"{_words(self.over_neighbours)} the neighbours, and {_words(self.over_poverty)} child "
            "poverty alone"
        )

    @property
    def nearest(self) -> str:
        """The guess with the least error: need, neighbours or poverty; "" if too few figures."""
        if isnan(self.need):
            return ""
        errors = {"need": self.need, "neighbours": self.neighbours, "poverty": self.poverty}
        return min(errors, key=lambda name: errors[name])

    @property
    def advice(self) -> str:
        """What to go by: another guess only where it is clearly nearer than need."""
        if self.over_neighbours[1] > 0 and self.nearest == "neighbours":
            return GO_BY_NEIGHBOURS
        if self.over_poverty[1] > 0:
            return "Go by child poverty alone: it is clearly nearer."
        if self.nearest not in ("need", ""):
            return f"Need does not win: {_GUESSES[self.nearest]} is nearer, but not clearly so."
        return ""


def contest(
    book: Book, items: Sequence[str], *, years: int = 5, seed: int = 1
) -> tuple[Contest, ...]:
    """Compare the three guesses for each measure, leaving out authorities, then regions.

    Args:
        book: A place book with need measures and the official neighbours of 2025.
        items: Ids of measures.
        years: Latest years that the expected value is drawn from.
        seed: For the draws behind the intervals.

    Raises:
        InputError: The book lacks child poverty.
    """
    today = todays_authorities(book)
    need = read_need(book, today)
    if "poverty" not in need.keys:
        raise InputError("This comparison needs child poverty, which the book lacks.")
    panels = read_panels(book, today, items)
    near = _neighbours(book, today)
    regions = np.unique(need.regions, return_inverse=True)[1]
    found = []
    for item in items:
        for words, folds in (("authority", np.arange(today.size)), ("region", regions)):
            values = panels[item].values[:, -years:]
            if not values.shape[1]:
                found.append(_nothing(item, words))
                continue
            found.append(_contest(item, words, values, need, near, folds, seed=seed))
    return tuple(found)


def neighbour_means(book: Book, item: str) -> FloatArray:
    """Mean of the official neighbours' figures in the newest year, (N,) in ascending GSS order.

    Args:
        book: A place book.
        item: Id of a measure.
    """
    today = todays_authorities(book)
    values = read_panels(book, today, [item])[item].values
    near = _neighbours(book, today)
    if not values.shape[1]:
        return np.full(today.size, np.nan)
    everyone = np.ones(today.size, dtype=np.bool_)
    return np.array([_mean_of(values[:, -1], near.get(row), everyone) for row in range(today.size)])


def to_frame(rows: Sequence[Contest]) -> pl.DataFrame:
    """One row per contest."""
    return pl.DataFrame(
        [
            {
                "item": row.item,
                "left_out": row.left_out,
                "authorities": row.authorities,
                "need": row.need,
                "neighbours": row.neighbours,
                "poverty": row.poverty,
                **dict(zip(("gap", "gap_low", "gap_high"), row.over_neighbours, strict=True)),
                **dict(
                    zip(
                        ("gap_poverty", "gap_poverty_low", "gap_poverty_high"),
                        row.over_poverty,
                        strict=True,
                    )
                ),
                "nearest": row.nearest,
                "verdict": row.verdict,
                "advice": row.advice,
            }
            for row in rows
        ]
    )


def _contest(
    item: str,
    words: str,
    values: FloatArray,
    need: Need,
    near: Mapping[int, IntArray],
    folds: IntArray,
    *,
    seed: int,
) -> Contest:
    usable = ~np.isnan(need.values).any(axis=1) & ~np.isnan(values).all(axis=1)
    poverty = need.values[:, [need.keys.index("poverty")]]
    latest = values[:, -1]
    guesses = np.full((3, latest.size), np.nan)
    for fold in np.unique(folds[usable]):
        out = usable & (folds == fold)
        shown = usable & (folds != fold)
        centred, year_effects = centre_years(values[shown])
        line = fit_ridge(need.values[shown], level_of(centred))
        guesses[0, out] = line.predict(need.values[out]) + year_effects[-1]
        guesses[1, out] = [
            _mean_of(latest, near.get(int(row)), shown) for row in np.flatnonzero(out)
        ]
        seen = shown & ~np.isnan(latest)
        guesses[2, out] = fit_ridge(poverty[seen], latest[seen], penalties=[0.0]).predict(
            poverty[out]
        )
    squares = (guesses - latest) ** 2
    common = ~np.isnan(squares).any(axis=0)
    squares, groups = squares[:, common], folds[common]
    if common.sum() < FEWEST:
        return replace(_nothing(item, words), authorities=int(common.sum()))
    errors = np.sqrt(squares.mean(axis=1))
    drawn = _drawn_errors(squares, groups, rng=np.random.default_rng(seed))
    return Contest(
        item=item,
        left_out=words,
        authorities=int(common.sum()),
        need=float(errors[0]),
        neighbours=float(errors[1]),
        poverty=float(errors[2]),
        over_neighbours=_gap(errors, drawn, 1),
        over_poverty=_gap(errors, drawn, 2),
    )


def _nothing(item: str, words: str) -> Contest:
    """Too few figures to say anything."""
    nothing = float("nan")
    return Contest(
        item=item,
        left_out=words,
        authorities=0,
        need=nothing,
        neighbours=nothing,
        poverty=nothing,
        over_neighbours=(nothing, nothing, nothing),
        over_poverty=(nothing, nothing, nothing),
    )


def _drawn_errors(squares: FloatArray, groups: IntArray, *, rng: np.random.Generator) -> FloatArray:
    """Errors of the three guesses over groups drawn again with replacement, (3, DRAWS)."""
    labels, place = np.unique(groups, return_inverse=True)
    sums = np.stack([np.bincount(place, weights=row) for row in squares])
    sizes = np.bincount(place)
    picks = rng.integers(labels.size, size=(DRAWS, labels.size))
    return np.asarray(np.sqrt(sums[:, picks].sum(axis=2) / sizes[picks].sum(axis=1)))


def _gap(errors: FloatArray, drawn: FloatArray, other: int) -> tuple[float, float, float]:
    low, high = np.quantile(drawn[0] - drawn[other], [0.05, 0.95])
    return float(errors[0] - errors[other]), float(low), float(high)


def _words(gap: tuple[float, float, float]) -> str:
    if gap[2] < 0:
        return "nearer than"
    return "further than" if gap[1] > 0 else "about as near as"


def _mean_of(values: FloatArray, rows: IntArray | None, shown: BoolArray) -> float:
    if rows is None:
        return float("nan")
    known = values[rows[shown[rows]]]
    known = known[~np.isnan(known)]
    return float(known.mean()) if known.size else float("nan")


def _neighbours(book: Book, today: Today) -> Mapping[int, IntArray]:
    place = {code: row for row, code in enumerate(today.area_codes)}
    pairs = book.query(
        "SELECT area_code, neighbour_code FROM neighbour WHERE list = ? ORDER BY area_code, rank",
        [NEIGHBOURS],
    )
    found: dict[int, list[int]] = {}
    for one, other in pairs.iter_rows():
        if one in place and other in place:
            found.setdefault(place[one], []).append(place[other])
    return {row: np.array(others, dtype=np.int64) for row, others in found.items()}
