"""What a place named in words pays for more than once, and what a fund of its bodies could hold.

Flow: book, evidence, scenarios.counting, money -> THIS -> cli.money
"""

from __future__ import annotations

from datetime import date

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.money.counted import label
from totalplace.money.ledger import Ledger
from totalplace.money.overlap import Overlaps, find_overlaps
from totalplace.money.paid_in import read_paid_in
from totalplace.money.pool import Pool, size_pool
from totalplace.money.spend import LATEST_YEAR
from totalplace.scenarios.counting import count_place, read_ledger

EARLIER = 2
"""Years before the one asked about whose joint share is shown too."""


def overlap(
    book: Book,
    area: str,
    *,
    registry: Registry | None = None,
    year_start: date = LATEST_YEAR,
    ledger: Ledger | None = None,
) -> Overlaps:
    """Functions that more than one body pays for in a place.

    Args:
        book: A place book.
        area: The place, in words.
        registry: Where the shares of layers stand; the project's own when None.
        year_start: First day of the financial year of councils' spend.
        ledger: Rows read before, for many places from one reading.

    Raises:
        InputError: An unknown place or year.
    """
    registry = registry or Registry.load()
    ledger = ledger or read_ledger(book, registry, year_start=year_start)
    one = count_place(book, area, registry, year_start=year_start, ledger=ledger, doubts=())
    return find_overlaps(one, ledger.paid_in)


def pool(
    book: Book,
    area: str,
    *,
    theme: str = "",
    registry: Registry | None = None,
    year_start: date = LATEST_YEAR,
    ledger: Ledger | None = None,
) -> Pool:
    """What a pooled fund of a partnership could hold.

    Args:
        book: A place book.
        area: The partnership, in words.
        theme: Only this theme; all when empty.
        registry: Where the shares of layers stand; the project's own when None.
        year_start: First day of the financial year of councils' spend.
        ledger: Rows read before, for many places from one reading.

    Raises:
        InputError: An unknown place, theme or year.
    """
    registry = registry or Registry.load()
    ledger = ledger or read_ledger(book, registry, year_start=year_start)
    one = count_place(
        book, area, registry, theme=theme, year_start=year_start, ledger=ledger, doubts=()
    )
    starts = [year_start.replace(year=year_start.year - back) for back in range(EARLIER, 0, -1)]
    before = {label(start): read_paid_in(book, ledger.today, year_start=start) for start in starts}
    return size_pool(one, ledger.paid_in, before=before)
