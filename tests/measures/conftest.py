"""Small place books for the tests of measures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from totalplace.book.schema import load_schema
from totalplace.book.store import Book, open_book, write_book

MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(tmp_path: Path) -> Iterator[MakeBook]:
    """Write tables given as lists of dicts to a book and open it; closed after the test."""
    opened: list[Book] = []

    def make(**tables: list[dict[str, object]]) -> Book:
        schema = load_schema()
        frames = {
            name: pl.DataFrame(rows, schema=schema.tables[name].polars_schema)
            for name, rows in tables.items()
        }
        path = tmp_path / f"{len(opened)}.duckdb"
        write_book(path, frames, {"schema_version": str(schema.version), "book_hash": "test"})
        opened.append(open_book(path))
        return opened[-1]

    yield make
    for book in opened:
        book.close()
