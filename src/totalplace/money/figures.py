"""Read published figures from a place book as arrays, one place per authority of today's.

Flow: book, measures.today -> THIS -> money.spend, money.doubts
In: items and a span of days. Out: values, nan where missing, with the printed symbol kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.types import FloatArray

_QUERY = """
SELECT item, area_code, published_code, value, missing, symbol, source_id
FROM observation
WHERE latest = ? AND level IN ('authority', 'joint')
  AND item IN (SELECT unnest(?)) AND period_end BETWEEN ? AND ?
ORDER BY period_end, source_id, item, area_code, published_code, value
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One item in one period for every authority, N in ascending GSS order."""

    values: FloatArray  # (N,), nan where missing
    printed: tuple[str, ...]  # (N,), what was printed instead of a number; "" where nothing was
    source_ids: tuple[str, ...]  # files the figures came from


def financial_year_end(year_start: date) -> date:
    """Last day of the year that starts on ``year_start``."""
    return year_start.replace(year=year_start.year + 1) - timedelta(days=1)


def read_figures(
    book: Book,
    today: Today,
    items: Iterable[str],
    *,
    start: date,
    end: date,
    latest: bool = True,
) -> Mapping[str, Figures]:
    """The newest figure of each item whose period ends within the days given.

    A joint return's figure goes to every member. An item the book lacks is nan throughout.

    Args:
        book: A place book.
        today: Its authorities, which fix the order.
        items: Items wanted.
        start: First day on which a period may end.
        end: Last day on which a period may end.
        latest: True for the newest release of each figure, False for what it revised.
    """
    wanted = list(dict.fromkeys(items))
    place = {code: index for index, code in enumerate(today.area_codes)}
    values = {item: np.full(today.size, np.nan) for item in wanted}
    printed = {item: [""] * today.size for item in wanted}
    sources: dict[str, set[str]] = {item: set() for item in wanted}
    frame = book.query(_QUERY, [latest, wanted, start, end])
    for item, area, code, value, missing, symbol, source in frame.iter_rows():
        for member in today.members(area, code):
            index = place[member]
            values[item][index] = np.nan if value is None else value
            printed[item][index] = "" if value is not None else (symbol or missing or "")
            sources[item].add(source or "")
    return {
        item: Figures(
            values=values[item],
            printed=tuple(printed[item]),
            source_ids=tuple(sorted(sources[item] - {""})),
        )
        for item in wanted
    }


def source_lines(book: Book, source_ids: Iterable[str]) -> tuple[str, ...]:
    """One line per file used: title, publisher and release date, in order of title."""
    wanted = sorted(set(source_ids))
    frame = book.query(
        "SELECT title, publisher, released FROM source WHERE source_id IN (SELECT unnest(?))"
        " ORDER BY title, released, source_id",
        [wanted],
    )
    lines = []
    for title, publisher, released in frame.iter_rows():
        when = "" if released is None else f", released {released.day} {released:%B %Y}"
        lines.append(f"{title} ({publisher}{when})")
    return tuple(dict.fromkeys(lines))
