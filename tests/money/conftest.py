"""Small place books over the thirty councils of small_england."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from small_england import CODES

from totalplace.book.schema import load_schema
from totalplace.book.store import Book, open_book, write_book

MakeBook = Callable[..., Book]


@pytest.fixture
def make_book(tmp_path: Path) -> Iterator[MakeBook]:
    """Write observations over CODES to a book and open it; closed after the test."""
    opened: list[Book] = []

    def make(observations: list[dict[str, object]]) -> Book:
        schema = load_schema()
        authorities = [
            {"area_code": code, "la_number": str(800 + n), "name": f"Council {n + 1}"}
            for n, code in enumerate(CODES)
        ]
        sources = [
            {
                "source_id": "ro3",
                "title": "Outturn",
                "publisher": "M",
                "released": date(2025, 12, 4),
            },
            {"source_id": "lait", "title": "Tool", "publisher": "D"},
        ]
        rows = {"authority": authorities, "observation": observations, "source": sources}
        frames = {
            name: pl.DataFrame(data, schema=schema.tables[name].polars_schema)
            for name, data in rows.items()
        }
        path = tmp_path / f"{len(opened)}.duckdb"
        write_book(path, frames, {"schema_version": str(schema.version), "book_hash": "test"})
        opened.append(open_book(path))
        return opened[-1]

    yield make
    for book in opened:
        book.close()
