"""What a year's spend comes to per child, with an interval and the known faults of saying so.

Flow: book, unit_costs.toml -> THIS -> reports.costs_text
The count of the one day on which a year ends drifts away from the year it is taken for. So the
cost is over the mean of the counts at both ends of the year, and its 80 % interval puts together
three independent doubts, each in logs: chance in the count (Poisson), where between the two counts
the year's true one lies, and where between two publishers the true spend lies (both even over the
span, so a twelfth of its square).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from statistics import NormalDist

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.counted import label, newest
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.pieces import sources_of
from totalplace.money.plausible import ratio_spread
from totalplace.money.spend import LATEST_YEAR
from totalplace.types import BoolArray, FloatArray

LEVEL = 0.80
WEEKS = 365 / 7
DRIFT = 0.05
"""Change of the count over the year that is worth saying."""

DISAGREE = 0.10
"""Difference between two publishers that is worth saying."""

FEW = 50
"""Children below which chance alone makes a cost unsteady."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit cost of the table."""

    id: str
    title: str
    line: str
    second: str
    count: str
    part: str
    moves: bool
    published: str
    weekly: bool
    fault: str
    year_of: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """Items of the place book it is made from."""
        named = (self.line, self.second, self.count, self.part, self.published)
        return tuple(name for name in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """One unit cost of a place."""

    unit: Unit
    year: str
    value: float | None  # pounds; None where it cannot be said
    low: float | None  # 80 % interval
    high: float | None
    spend: float  # of the councils that are in it, pounds
    children: float  # mean of the year's two ends
    one_day: float | None  # pounds over the last day's count alone, as publishers reckon it
    published: float | None  # the publisher's own, where the place is one council
    unknown_areas: tuple[str, ...]  # councils that are not in it
    faults: tuple[str, ...]


@cache
def units() -> tuple[Unit, ...]:
    """Every unit cost of the table. Constant, so read once."""
    text = (resources.files(__package__) / "unit_costs.toml").read_text("utf-8")
    return tuple(Unit(**row) for row in tomllib.loads(text)["unit"])


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """One unit's figures for every authority of today's, N in ascending GSS order."""

    unit: Unit
    year: str
    spend: FloatArray
    second: FloatArray  # nan where there is none
    start: FloatArray  # children a year before
    end: FloatArray
    published: FloatArray
    source_ids: tuple[str, ...]  # files the figures came from


def costs_of(
    book: Book, today: Today, area_codes: Sequence[str], *, year_start: date = LATEST_YEAR
) -> tuple[UnitCost, ...]:
    """Every unit cost of a place: sums over its councils that have both spend and children.

    Args:
        book: A place book.
        today: Its authorities.
        area_codes: The place.
        year_start: First day of the financial year of councils' spend.
    """
    return unit_costs(read_unit_figures(book, today, year_start=year_start), today, area_codes)


def unit_costs(
    figures: Sequence[UnitFigures], today: Today, area_codes: Sequence[str]
) -> tuple[UnitCost, ...]:
    """As :func:`costs_of`, from figures read once for many places."""
    wanted = set(area_codes)
    here = np.array([code in wanted for code in today.area_codes])
    return tuple(_cost(of.unit, of, today, here) for of in figures)


def read_unit_figures(
    book: Book, today: Today, *, year_start: date = LATEST_YEAR
) -> tuple[UnitFigures, ...]:
    """The figures behind every unit cost of every authority of today's."""
    starts = {one.id: _year_start(book, one, year_start) for one in units()}
    wanted: dict[date, set[str]] = {}
    for one in units():
        for start in (starts[one.id], _before(starts[one.id])):
            wanted.setdefault(start, set()).update(one.items)
    read = {
        start: read_figures(book, today, sorted(items), start=start, end=financial_year_end(start))
        for start, items in sorted(wanted.items())
    }
    nothing = np.full(today.size, np.nan)
    found = []
    for one in units():
        now, then = (
            {name: read[start][name].values for name in one.items}
            for start in (starts[one.id], _before(starts[one.id]))
        )
        end = _children(one, now)
        start_count = _children(one, then) if one.moves else end
        found.append(
            UnitFigures(
                unit=one,
                year=label(starts[one.id]),
                spend=now[one.line],
                second=now.get(one.second, nothing),
                start=np.where(np.isnan(start_count), end, start_count),
                end=end,
                published=now.get(one.published, nothing),
                source_ids=sources_of(
                    read[start][name]
                    for start in (starts[one.id], _before(starts[one.id]))
                    for name in one.items
                ),
            )
        )
    return tuple(found)


def _year_start(book: Book, one: Unit, year_start: date) -> date:
    if not one.year_of:
        return year_start
    return newest(book, one.line, "authority", financial_year_end(year_start)) or year_start


def _before(year_start: date) -> date:
    return year_start.replace(year=year_start.year - 1)


def _children(one: Unit, figures: Mapping[str, FloatArray]) -> FloatArray:
    return figures[one.count] * (figures[one.part] / 100 if one.part else 1.0)


def _cost(one: Unit, of: UnitFigures, today: Today, here: BoolArray) -> UnitCost:
    known = here & (of.spend > 0) & (of.end > 0)
    missing = tuple(
        code for code, inside, ok in zip(today.area_codes, here, known, strict=True)
        if inside and not ok
    )  # fmt: skip
    if not known.any():
        return UnitCost(
            unit=one, year=of.year, value=None, low=None, high=None, spend=0.0, children=0.0,
            one_day=None, published=None, unknown_areas=missing, faults=(one.fault,),
        )  # fmt: skip
    spend = float(of.spend[known].sum())
    start, end = float(of.start[known].sum()), float(of.end[known].sum())
    each = WEEKS if one.weekly else 1.0
    mean = (start + end) / 2
    both = known & (of.second > 0)
    usual = ratio_spread(of.spend, of.second) if one.second else None
    ratio = float(of.spend[both].sum() / of.second[both].sum()) if both.any() else None
    apart = np.log(ratio / usual.middle) if usual is not None and ratio is not None else 0.0
    sd = float(np.sqrt(1 / mean + np.log(end / start) ** 2 / 12 + apart**2 / 12))
    reach = NormalDist().inv_cdf((1 + LEVEL) / 2) * sd
    value = spend / mean / each
    low, high = float(value * np.exp(-reach)), float(value * np.exp(reach))
    printed = of.published[known]
    published = float(printed[0]) if here.sum() == 1 and printed[0] > 0 else None
    faults = _faults(one, start, end, ratio, usual.middle if usual else 1.0)
    if published is not None and not low <= published <= high:
        faults.append(f"The publisher's own cost, £{published:,.0f}, lies outside the interval.")
    return UnitCost(
        unit=one,
        year=of.year,
        value=value,
        low=low,
        high=high,
        spend=spend,
        children=mean,
        one_day=spend / end / each if one.moves else None,
        published=published,
        unknown_areas=missing,
        faults=(one.fault, *faults),
    )


def _faults(one: Unit, start: float, end: float, ratio: float | None, usual: float) -> list[str]:
    """What is wrong with this place's cost in particular."""
    said = []
    if one.moves and abs(end / start - 1) > DRIFT:
        said.append(
            f"The count went from {start:,.0f} to {end:,.0f} in the year ({end / start - 1:+.0%}), "
            "so a cost over the last day's count moves with it."
        )
    if ratio is not None and abs(ratio / usual - 1) > DISAGREE:
        said.append(
            f"The other publisher's spend is far from this one's: {ratio:.2f} times it, where "
            f"{usual:.2f} is usual."
        )
    if end < FEW:
        said.append(f"It rests on {end:,.0f} children: chance alone moves it much.")
    return said
