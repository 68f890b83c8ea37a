"""A book with a partnership's own figures in place of published ones. The book itself is untouched.

Flow: book.store, book.own -> THIS -> whoever asks a book questions
In: an open book and own figures that were checked against it. Out: another Book: the file attached
read-only to a database in memory, in which every table is a view of the published one. In
``observation`` the own rows stand in place of the published, in ``source`` a row for each says
whose it is, in ``own_figure`` both stand side by side. Nothing that reads a book needs to know.
"""

from __future__ import annotations

import hashlib

import duckdb
import polars as pl

from totalplace.book.own import LICENCE, PUBLICATION, OwnFigures
from totalplace.book.schema import load_schema
from totalplace.book.store import QUIET, Book
from totalplace.errors import BookError

_SHUT = (
    "SET enable_external_access = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)
_SAME = (
    "o.item = f.item AND o.area_code = f.area_code"
    " AND o.period_end IS NOT DISTINCT FROM f.period_end AND o.latest AND o.level = 'authority'"
)


def with_own(book: Book, own: OwnFigures) -> Book:
    """The book with own figures laid over it; close both.

    Args:
        book: A published book; not one with own figures already.
        own: Figures checked against this book (`measures.own_check`).

    Raises:
        BookError: The book has own figures already, or its file is gone.
    """
    if book.own is not None:
        raise BookError("Own figures are laid over a published book, not over other own figures.")
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(QUIET)
        path = str(book.path).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS published (READ_ONLY)")
        _fill(connection, own)
        identity = hashlib.sha256(f"{book.hash} {own.digest}".encode()).hexdigest()
        _views(connection, identity)
        for words in _SHUT:
            connection.execute(words)
    except duckdb.Error as error:
        connection.close()
        raise BookError(
            f"{book.path}: own figures could not be laid over this book ({error}). "
            "Nothing was changed."
        ) from error
    return Book(
        path=book.path,
        connection=connection,
        meta={**book.meta, "book_hash": identity},
        own=own,
    )


def _fill(connection: duckdb.DuckDBPyConnection, own: OwnFigures) -> None:
    """The own figures as a table, numbered by their source."""
    frame = own.to_frame().with_columns(
        pl.Series("source_id", own.source_ids, dtype=pl.String),
        pl.Series("item", [one.item for one in own.figures], dtype=pl.String),
        pl.Series("area_code", [one.area_code for one in own.figures], dtype=pl.String),
        pl.Series("period_end", [one.period_end for one in own.figures], dtype=pl.Date),
        pl.Series("missing", [one.missing or None for one in own.figures], dtype=pl.String),
        symbol=pl.when(pl.col("value").is_null()).then("symbol"),
    )
    connection.register("given", frame)
    connection.execute("CREATE TABLE own_figure AS SELECT * FROM given")
    connection.unregister("given")
    # Published rows that are set aside, by their place in the file; and how the period and the
    # area are printed, from the row itself or, where none was published, from others of its kind.
    connection.execute(
        "CREATE TABLE set_aside AS SELECT o.rowid AS id, f.source_id AS own_id"
        f" FROM published.observation o JOIN own_figure f ON {_SAME}"
    )
    connection.execute(
        "CREATE TABLE own_observation AS SELECT f.area_code,"
        " if(s.id IS NULL, f.area_code, o.published_code) AS published_code,"
        " if(s.id IS NULL, a.la_number, o.la_number) AS la_number,"
        " if(s.id IS NULL, f.la_name, o.area_name) AS area_name, 'authority' AS level,"
        " if(s.id IS NULL, p.period, o.period) AS period,"
        " if(s.id IS NULL, p.period_start, o.period_start) AS period_start, f.period_end,"
        " if(s.id IS NULL, 'unstated', o.status) AS status, f.item, f.value, f.missing, f.symbol,"
        " true AS latest, f.source_id FROM own_figure f"
        " LEFT JOIN set_aside s ON s.own_id = f.source_id"
        " LEFT JOIN published.observation o ON o.rowid = s.id"
        " LEFT JOIN published.authority a ON a.area_code = f.area_code"
        " LEFT JOIN (SELECT item, period_end, any_value(period) AS period,"
        " any_value(period_start) AS period_start FROM published.observation WHERE latest"
        " AND level = 'authority' GROUP BY item, period_end) p"
        " ON p.item = f.item AND p.period_end IS NOT DISTINCT FROM f.period_end"
    )
    connection.execute(
        "CREATE TABLE own_source AS SELECT source_id, ? AS publication, ? AS title,"
        " ? AS publisher, ? AS licence, '' AS landing_page, ? AS file, ? AS sha256,"
        " CAST(NULL AS DATE) AS released, '' AS note FROM own_figure",
        [
            PUBLICATION,
            own.title,
            f"{own.owner}, its own figures, not published",
            LICENCE,
            own.file_name,
            own.sha256,
        ],
    )


def _views(connection: duckdb.DuckDBPyConnection, identity: str) -> None:
    """Every table of a book under its own name."""
    changed = {
        "observation": "SELECT {columns} FROM published.observation"
        " WHERE rowid NOT IN (SELECT id FROM set_aside)"
        " UNION ALL SELECT {columns} FROM own_observation",
        "source": "SELECT {columns} FROM published.source"
        " UNION ALL SELECT {columns} FROM own_source",
        "meta": f"SELECT key, CASE key WHEN 'book_hash' THEN '{identity}' ELSE value END AS value"
        " FROM published.meta",
    }
    for table in load_schema().tables.values():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        whole = f'SELECT {{columns}} FROM published."{table.name}"'
        words = changed.get(table.name, whole).format(columns=columns)
        connection.execute(f'CREATE VIEW "{table.name}" AS {words}')
