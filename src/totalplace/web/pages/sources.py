"""Where every figure comes from, and how complete what was published is.

Flow: the book's tables source, observation -> THIS -> templates/sources.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path

from totalplace.book.store import Book
from totalplace.web.downloads import Cell, Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery

_FILES = """
SELECT s.title, s.publisher, s.released, s.licence, s.sha256, s.publication,
       count(o.item) AS figures, count(o.missing) AS missing
FROM source s LEFT JOIN observation o USING (source_id)
GROUP BY ALL ORDER BY s.title, s.released, s.sha256
"""
_REASONS = """
SELECT missing AS reason, coalesce(symbol, '') AS symbol, count(*) AS figures
FROM observation WHERE missing IS NOT NULL GROUP BY ALL ORDER BY figures DESC, reason, symbol
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """What the template reads; the cells as shown."""

    heads: tuple[str, ...]
    files: tuple[tuple[str, ...], ...]
    reason_heads: tuple[str, ...]
    reasons: tuple[tuple[str, ...], ...]
    book_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quality:
    """What the book says about its own sources."""

    files: tuple[tuple[Cell, ...], ...]
    reasons: tuple[tuple[Cell, ...], ...]


def _read(book: Book) -> _Quality:
    return _Quality(
        files=tuple(book.query(_FILES).iter_rows()), reasons=tuple(book.query(_REASONS).iter_rows())
    )


_COLUMNS = (
    Column("title", "Publication"),
    Column("publisher", "Publisher"),
    Column("released", "Released", "day"),
    Column("licence", "Licence"),
    Column("sha256", "SHA-256 of the file"),
    Column("publication", "Read by"),
    Column("figures", "Figures read", "whole"),
    Column("missing", "Of them without a value", "whole"),
)
_REASON_COLUMNS = (
    Column("reason", "Why there is no value"),
    Column("symbol", "Printed instead"),
    Column("figures", "Figures", "whole"),
)


@page(NoQuery)
def sources(request: HttpRequest, query: NoQuery) -> Page:
    """Every file with its hash and licence, and every reason for a missing figure."""
    found = library().once("sources", _read)
    content = SourcesPage(
        heads=tuple(column.head for column in _COLUMNS),
        files=tuple(tuple(_shown(cell) for cell in row) for row in found.files),
        reason_heads=tuple(column.head for column in _REASON_COLUMNS),
        reasons=tuple(tuple(_shown(cell) for cell in row) for row in found.reasons),
        book_hash=library().hash,
    )
    tables = (
        Table(name="files", title="Files read", columns=_COLUMNS, rows=found.files),
        Table(
            name="missing",
            title="Figures without a value, by reason",
            columns=_REASON_COLUMNS,
            rows=found.reasons,
        ),
    )
    return Page(
        title="Sources and data quality",
        template="sources.html",
        content=content,
        document=lambda: {
            "kind": "sources",
            "book_hash": library().hash,
            **{
                table.name: [
                    dict(zip((column.name for column in table.columns), row, strict=True))
                    for row in table.rows
                ]
                for table in tables
            },
        },
        tables=lambda: tables,
        stamp=f"schema {library().book.meta['schema_version']}",
        file_name="sources",
        fixed_by=(),
    )


def _shown(cell: Cell) -> str:
    if cell is None:
        return "not printed"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


ROUTES = [path("sources", sources, name="sources")]
