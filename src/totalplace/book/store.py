"""Write a place book whole, open one read-only, ask it questions.

Flow: book.build, book.pack -> THIS -> places, measures, money, evidence.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb
import polars as pl

from totalplace.book.own import OwnFigure, OwnFigures
from totalplace.book.schema import load_schema
from totalplace.errors import BookError

# DuckDB draws a bar on standard output, in the midst of results, when no script file is running.
QUIET = "SET enable_progress_bar = false"


@dataclass(frozen=True, slots=True)
class Book:
    """An open place book. Read-only; external access and extension loading are switched off."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    meta: Mapping[str, str]
    own: OwnFigures | None = None  # figures of a partnership's own laid over it (book.overlay)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """Run one SELECT with ``?`` parameters and return a polars frame."""
        arrow = self.connection.sql(sql, params=list(parameters)).to_arrow_table()
        frame = pl.from_arrow(arrow)
        assert isinstance(frame, pl.DataFrame)  # a table, not a column
        return frame

    def table(self, name: str) -> pl.DataFrame:
        """A whole table. For ``observation``, prefer a query."""
        if name not in load_schema().tables:
            raise BookError(f"The place book has no table {name!r}.")
        return self.query(f'SELECT * FROM "{name}" ORDER BY ALL')

    @property
    def hash(self) -> str:
        """Hash of sorted source hashes, schema and code version: the book's identity."""
        return self.meta["book_hash"]

    def own_among(self, source_ids: Iterable[str]) -> tuple[OwnFigure, ...]:
        """The own figures whose sources are among those given; none in a published book."""
        return () if self.own is None else self.own.among(source_ids)

    def close(self) -> None:
        """Release the file."""
        self.connection.close()

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def write_book(path: Path, tables: Mapping[str, pl.DataFrame], meta: Mapping[str, str]) -> None:
    """Write a book to a temporary file beside ``path`` and rename it when complete.

    A failure at any point leaves whatever was at ``path`` untouched and no temporary file behind.

    Args:
        path: Where the book is to appear.
        tables: Frames by table name; missing tables are created empty, columns are conformed.
        meta: Rows of the ``meta`` table.

    Raises:
        BookError: The folder cannot be written, or the disk is full.
    """
    schema = load_schema()
    path = path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise BookError(
            f"{path.parent}: cannot write a place book here ({error.strerror}). "
            "Choose another folder with --book. Nothing was changed."
        ) from error
    temporary = Path(name)
    temporary.unlink()
    try:
        with duckdb.connect(str(temporary)) as connection:
            connection.execute(QUIET)
            for table in schema.tables.values():
                connection.execute(table.ddl)
                frame = tables.get(table.name)
                if table.name == "meta":
                    frame = pl.DataFrame({"key": list(meta), "value": list(meta.values())})
                if frame is not None and frame.height:
                    rows = table.conform(frame)
                    connection.register("rows", rows)
                    connection.execute(f'INSERT INTO "{table.name}" SELECT * FROM rows')
                    connection.unregister("rows")
            connection.execute("CHECKPOINT")
        temporary.replace(path)
    except (duckdb.Error, OSError) as error:
        raise BookError(
            f"{path}: the place book could not be written ({error}). "
            "The book that was there before, if any, is unchanged."
        ) from error
    finally:
        for leftover in (temporary, temporary.with_name(temporary.name + ".wal")):
            leftover.unlink(missing_ok=True)


def open_book(path: str | Path) -> Book:
    """Open a place book read-only.

    Raises:
        BookError: There is no such file, it is not a place book, or its schema is of another
            version than this program's.
    """
    path = Path(path)
    if not path.is_file():
        raise BookError(
            f"{path}: there is no place book here. Build one with "
            "'totalplace book build --from FOLDER', or leave out --book to use the England pack."
        )
    try:
        connection = duckdb.connect(
            str(path),
            read_only=True,
            config={
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        connection.execute(QUIET)
        meta = dict(connection.execute('SELECT "key", "value" FROM meta').fetchall())
    except duckdb.Error as error:
        raise BookError(
            f"{path}: this is not a place book, or it is damaged. "
            "Build it again with 'totalplace book build --from FOLDER'."
        ) from error
    version = str(load_schema().version)
    if meta.get("schema_version") != version:
        connection.close()
        raise BookError(
            f"{path}: this book has schema version {meta.get('schema_version', 'unknown')}, this "
            f"program reads version {version}. Build it again with 'totalplace book build'."
        )
    return Book(path=path, connection=connection, meta=meta)
