"""Open the book a command works on.

Flow: --book -> THIS -> cli.plan, cli.book, cli.evidence
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totalplace.book.store import Book


def open_book(path: Path | None) -> Book:
    """The book at ``path``, or the England pack that travels with the program.

    Raises:
        BookError: The book is missing, damaged or of another version.
    """
    if path is None:
        from totalplace.book.pack import england

        return england()
    from totalplace.book import store

    return store.open_book(path)
