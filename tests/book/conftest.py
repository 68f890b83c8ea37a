"""The book of the whole published folder, built once for the tests that need it.

Flow: pytest -> THIS -> tests/book/*
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from totalplace.book.store import Book, open_book
from totalplace.scenarios.building import build, workers


@pytest.fixture(scope="session")
def full_book(open_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A book of every published file; tests that use it are `published` and `slow`."""
    path = tmp_path_factory.mktemp("full") / "england.duckdb"
    with workers(2) as executor:
        build(open_data, path, executor=executor)
    with open_book(path) as book:
        yield book
