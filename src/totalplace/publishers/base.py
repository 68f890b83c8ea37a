"""The shape every reader returns, and the vocabulary of a published file.

Flow: files -> publishers.* -> THIS shape -> book.build

A reader is a module with two functions::

    def recognises(file: PublishedFile) -> bool   # by content, cheaply, never by name alone
    def read(file: PublishedFile) -> Reading      # PublishedFileError lists every problem

Table names and columns are those of ``book/schema.toml``; a reader fills the columns it knows and
leaves out ``source_id`` and ``area_code``, which the build adds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from totalplace.publishers.workbook import Workbook, is_spreadsheet, open_workbook

OBSERVATION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "published_code": pl.String,  # GSS code as printed, null if the file prints none
    "la_number": pl.String,  # three-digit DfE number as printed ("301"), null if none
    "area_name": pl.String,  # name as printed, trimmed
    "level": pl.String,  # one of LEVELS
    "period": pl.String,  # label as printed ("2024-25 (OT)")
    "period_start": pl.Date,  # first day covered; for a snapshot, the day itself
    "period_end": pl.Date,  # last day covered
    "status": pl.String,  # one of STATUSES
    "item": pl.String,  # dotted id: publication.line[.column]
    "value": pl.Float64,  # null exactly when `missing` is set
    "missing": pl.String,  # a types.Missing value, null when there is a value
    "symbol": pl.String,  # what was printed instead of a number ("c", "[x]", "-")
}

ITEM_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "item": pl.String,
    "title": pl.String,  # plain English
    "unit": pl.String,  # "pounds", "children", "per cent", "per 10,000 children", "FTE", ...
    "period_kind": pl.String,  # "financial year", "year to 31 March", "31 March", "30 September",
    #                            "academic year", "calendar year", "mid-year", "other"
    "polarity": pl.String,  # "high", "low" or null: whether more is better, where published
}

LEVELS = ("england", "region", "authority", "joint", "district", "partner", "other")
STATUSES = ("final", "revised", "provisional", "unstated")


@dataclass(frozen=True)
class PublishedFile:
    """One file on disk, opened by nobody yet.

    ``relative`` is the path below the folder the user gave: what messages and the book call it.
    """

    path: Path
    relative: str

    @cached_property
    def content(self) -> bytes:
        """The whole file. Files here are small; the largest is 4 MB."""
        return self.path.read_bytes()

    @cached_property
    def sha256(self) -> str:
        """The hash that every figure from this file carries."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def head(self) -> str:
        """The first 4,000 bytes as text, byte-order mark removed: enough to recognise a CSV."""
        return self.content[:4000].decode("utf-8-sig", errors="replace")

    @cached_property
    def is_zip(self) -> bool:
        """Whether the file is a zip container (xlsx, ods)."""
        return self.content[:4] == b"PK\x03\x04"

    @cached_property
    def workbook(self) -> Workbook:
        """The opened workbook, parsed once however many readers ask.

        Raises:
            PublishedFileError: It is no workbook, is damaged, or would unpack without end.
        """
        return open_workbook(self.content, name=self.relative)

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Sheets of the workbook; none if the file is no workbook. For recognising a file.

        Raises:
            PublishedFileError: It is a workbook, but damaged.
        """
        if not (self.is_zip and is_spreadsheet(self.content)):
            return ()
        return self.workbook.sheet_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure came from: one row of the book's ``source`` table."""

    publication: str  # reader's id: "revenue_outturn_ro3", "lait", ...
    title: str
    publisher: str
    licence: str  # "OGL v3", "CC BY 4.0", "MIT", "not stated"
    landing_page: str
    file: str
    sha256: str
    released: date | None = None  # printed release or update date, where the file prints one
    note: str = ""

    @property
    def source_id(self) -> str:
        """Short, stable, unique: publication and the first 8 digits of the hash."""
        return f"{self.publication}:{self.sha256[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one file said: tidy tables keyed by the book's table names.

    Most readers fill ``observation`` and ``item``; some fill ``neighbour``, ``inspection``,
    ``partner_body`` and so on. ``notes`` are things a person should know about the file itself
    (returns missing, imputed lines).
    """

    source: Source
    tables: Mapping[str, pl.DataFrame]
    notes: tuple[str, ...] = field(default=())
