"""The days a plan is made on and starts from, taken from the book: nothing reads the clock.

Flow: book -> THIS -> planning
"""

from __future__ import annotations

from datetime import date, timedelta

from totalplace.book.store import Book
from totalplace.errors import BookError

LEAD = timedelta(days=183)  # least time between deciding and starting


def newest_day(book: Book) -> date:
    """The newest release or inspection report in the book: the day its figures are known on.

    Raises:
        BookError: The book prints no date at all.
    """
    newest = book.query(
        "SELECT max(day) AS day FROM (SELECT max(released) AS day FROM source"
        " UNION ALL SELECT max(published) FROM inspection)"
    )["day"].item()
    if not isinstance(newest, date):
        raise BookError(
            f"{book.path}: no file in this book prints a date, so 'as of' cannot be found. "
            "Give one with --as-of, for example --as-of 2026-06-30."
        )
    return newest


def first_start(as_of: date) -> date:
    """The first 1 April at least half a year after ``as_of``: when a council's year begins."""
    earliest = as_of + LEAD
    start = date(earliest.year, 4, 1)
    return start if start >= earliest else date(earliest.year + 1, 4, 1)
