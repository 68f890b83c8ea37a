"""Counted lines of the table as rows, in pence, each with its year.

Flow: money.themes, money.rows -> THIS -> money.ledger, money.benefits
"""

from __future__ import annotations

from datetime import date

from totalplace.book.store import Book
from totalplace.money.rows import Row, Standing
from totalplace.money.themes import Line, Role, lines
from totalplace.types import Layer


def label(year_start: date) -> str:
    """A financial year as it is written: 2024-25."""
    return f"{year_start.year}-{(year_start.year + 1) % 100:02d}"


def to_pence(pounds: float) -> int:
    """Whole pence of an amount in pounds."""
    return round(pounds * 100)


def counted(prefix: str) -> tuple[Line, ...]:
    """Counted lines whose names begin so, in the order of the table."""
    return tuple(
        one
        for name, one in lines().items()
        if name.startswith(prefix) and one.role is Role.COUNT and "*" not in name
    )


def unknown_row(code: str, one: Line, title: str, year: str, why: str) -> Row:
    """A row without an amount, and why it has none."""
    return row_of(code, one, title, year, Standing.UNKNOWN, None, None, None, (), why)


def row_of(
    code: str, one: Line, title: str, year: str, standing: Standing, pence: int | None,
    low: int | None, high: int | None, layers: tuple[tuple[Layer, int], ...], basis: str,
) -> Row:  # fmt: skip
    """A line of the table as a row of one authority."""
    return Row(
        area_code=code,
        line=one.line,
        title=title.removesuffix(": total expenditure"),
        service=one.service,
        theme=one.theme,
        outcome=one.outcome,
        age=one.age,
        stance=one.stance,
        payer=one.payer,
        year=year,
        standing=standing,
        pence=pence,
        low=low,
        high=high,
        layers=layers,
        basis=basis,
    )


def titles_of(book: Book) -> dict[str, str]:
    """The plain title of every item in pounds."""
    frame = book.query("SELECT item, title FROM item WHERE unit = 'pounds'")
    return dict(frame.iter_rows())


def newest(book: Book, item: str, level: str, by: date) -> date | None:
    """First day of the newest year of an item that ends by a day."""
    frame = book.query(
        "SELECT max(period_start) AS day FROM observation WHERE latest AND item = ? AND level = ?"
        " AND value IS NOT NULL AND period_end <= ?",
        [item, level, by],
    )
    found: date | None = frame["day"].item()
    return found
