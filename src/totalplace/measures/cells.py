"""Published figures laid out for looking up: by item, area and last day of the period.

Flow: book -> THIS -> measures.rebase, scenarios.profile
In: an open book and the items wanted, read once. Out: frozen Cells; values and reasons as printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import JOINT_SEPARATOR
from totalplace.places.register import Register
from totalplace.types import FloatArray

ENGLAND = "E92000001"
ALIKE = 30
"""How many areas nearest in size the year-to-year noise of one is judged from."""
FEWEST_CHANGES = 40
"""Fewest changes from year to year that a noise may rest on."""
CHILDREN = "population.children_0_17"


class Cell(NamedTuple):
    """One published figure: a value, or the reason there is none and what was printed."""

    value: float | None
    missing: str
    symbol: str
    period: str
    status: str
    source_id: str


Series = Mapping[date, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Everything read. Joint returns are kept under the codes as printed, ``A / B``."""

    register: Register
    cells: Mapping[str, Mapping[str, Series]]  # by item, then area code or joint code
    joint_of: Mapping[str, Mapping[str, str]]  # by item, then member: the joint code
    children: Mapping[str, float]  # newest count of children 0-17, by area code

    def at(self, item: str, code: str, end: date) -> Cell | None:
        """The figure of one area for one period; None where no row was published."""
        return self.cells.get(item, {}).get(code, {}).get(end)

    def ends(self, item: str, *, until: date | None = None) -> tuple[date, ...]:
        """Last days of every period for which any area has a value, ascending."""
        found = {
            end
            for series in self.cells.get(item, {}).values()
            for end, cell in series.items()
            if cell.value is not None and (until is None or end <= until)
        }
        return tuple(sorted(found))


def read_cells(book: Book, items: Iterable[str], *, register: Register | None = None) -> Cells:
    """Read the newest release of every figure of some items.

    Args:
        book: A place book.
        items: Items of table ``observation``; the count of children is always read.
        register: The book's register, where it has been read already.
    """
    wanted = sorted({*items, CHILDREN})
    frame = book.query(
        "SELECT item, coalesce(area_code, published_code) AS code, period_end, value,"
        " coalesce(missing, ''), coalesce(symbol, ''), coalesce(period, ''),"
        " coalesce(status, ''), coalesce(source_id, '') AS source_id FROM observation"
        " WHERE latest AND item IN (SELECT unnest(?))"
        " AND level IN ('england', 'region', 'authority', 'joint')"
        " AND coalesce(area_code, published_code) IS NOT NULL AND period_end IS NOT NULL"
        " ORDER BY item, code, period_end, source_id, value",
        [wanted],
    )
    cells: dict[str, dict[str, dict[date, Cell]]] = {}
    joint: dict[str, dict[str, str]] = {}
    columns = [frame.to_series(i).to_list() for i in range(frame.width)]  # far quicker than rows
    for item, code, end, *printed in zip(*columns, strict=True):
        areas = cells.setdefault(item, {})
        series = areas.get(code)
        if series is None:
            series = areas[code] = {}
            if JOINT_SEPARATOR in code:
                for member in code.split(JOINT_SEPARATOR):
                    joint.setdefault(item, {})[member] = code
        before = series.get(end)
        if before is None or before.value is None:
            series[end] = Cell._make(printed)
    return Cells(
        register=register or Register.from_book(book),
        cells=cells,
        joint_of=joint,
        children={code: _newest(series) for code, series in cells.get(CHILDREN, {}).items()},
    )


def year_noise(cells: Cells, item: str, wanted: Iterable[str] | None = None) -> dict[str, float]:
    """How far a figure moves from one year to the next by chance, by area code.

    For each area: changes from one yearly figure to the next, England's own change taken out,
    over itself and the areas nearest to it in number of children, each change scaled to the
    area's own size by the root of the number of children. The spread is the scaled median absolute
    change (Gaussian consistency 1.4826), over the root of two because a change has the noise of
    two years. What truly changed counts as noise too, so it errs wide. A figure that rests on
    several years together moves less than its noise: it errs narrow there.

    Args:
        cells: Published figures.
        item: Which of them.
        wanted: Area codes it is asked for; every one if left out.

    Returns:
        One standard deviation, in the item's unit; areas with too few changes are left out.
    """
    series = cells.cells.get(item, {})
    national = series.get(ENGLAND, {})
    codes = [
        code
        for code in sorted(series)
        if code in cells.register.authorities and np.isfinite(cells.children.get(code, np.nan))
    ]
    asked = set(codes if wanted is None else wanted)
    changes: dict[int, FloatArray] = {}
    roots = np.sqrt([max(cells.children[code], 1.0) for code in codes])
    noise: dict[str, float] = {}
    for place, code in enumerate(codes):
        if code not in asked:
            continue
        near = np.argsort(np.abs(np.log(roots / roots[place])), kind="stable")[: ALIKE + 1]
        for i in set(near.tolist()) - changes.keys():
            changes[i] = _changes(series[codes[i]], national)
        pooled = np.concatenate([changes[i] * (roots[i] / roots[place]) for i in near.tolist()])
        if pooled.size >= FEWEST_CHANGES:
            noise[code] = float(np.median(np.abs(pooled)) * 1.4826 / np.sqrt(2))
    return noise


def _changes(own: Series, national: Series) -> FloatArray:
    beside = [
        (end, cell.value - there.value)
        for end, cell in sorted(own.items())
        if cell.value is not None
        and (there := national.get(end)) is not None
        and there.value is not None
    ]
    return np.array(
        [
            now - before
            for (first, before), (second, now) in pairwise(beside)
            if 360 <= (second - first).days <= 372
        ],
        dtype=np.float64,
    )


def _newest(series: Series) -> float:
    known: Sequence[tuple[date, float]] = [
        (end, cell.value) for end, cell in series.items() if cell.value is not None
    ]
    return max(known)[1] if known else float("nan")
