"""Tables as CSV and Excel files, in columns named as the Department's open data names them.

Flow: web.pages -> THIS -> web.page
In: plain, unrounded cells; None where there is no figure, with the reason in a column of its own.
Out: bytes. No cell can become a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import xlsxwriter

Cell = str | int | float | date | None
Kind = Literal["text", "number", "whole", "pounds", "percent", "day"]


FORMULA = frozenset("=+-@＝＋－＠")  # the wide ones count in some languages' spreadsheets


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a download.

    ``name`` is its header in CSV, in the words of DfE's open data standard where it has one
    (``time_period``, ``geographic_level``, ``new_la_code``, ``old_la_code``, ``la_name``); ``head``
    its header in Excel, with the unit in it.
    """

    name: str
    head: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a page, whole, as others will want to use it."""

    name: str  # short, no spaces: the sheet's name, and ?table= for CSV
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def csv_file(table: Table) -> bytes:
    """The table as CSV in UTF-8 with a mark, so that Excel reads the letters right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow(["" if cell is None else _plain(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def unformula(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one that could be one gets a leading quote."""
    starts = text.lstrip()[:1] in FORMULA or text[:1] in {"\t", "\r", "\n"}
    return f"'{text}" if starts and len(text) > 1 else text


def _plain(cell: Cell) -> object:
    return unformula(cell) if isinstance(cell, str) else cell


def workbook(
    title: str,
    tables: Sequence[Table],
    *,
    address: str,
    sources: Sequence[str],
    stamp: str,
    note: str = "",
) -> bytes:
    """The tables as one Excel file: a cover with the sources, then a sheet for each table.

    Args:
        title: What the page is called.
        tables: The tables; empty ones say so.
        address: Where the page is, to make it again.
        sources: Where the figures come from.
        stamp: Hashes and versions.
        note: What must be known first, "" for nothing.
    """
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        book.set_properties({"title": title, "comments": stamp})
        bold = book.add_format({"bold": True, "font_size": 14})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        formats = {
            "pounds": book.add_format({"num_format": "£#,##0"}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "day": book.add_format({"num_format": "d mmmm yyyy"}),
        }
        cover = book.add_worksheet("cover")
        cover.set_column(0, 0, 100)
        cover.write_string(0, 0, title, bold)
        lines = [
            note,
            *(f"Sheet {table.name}: {table.title}" for table in tables),
            "An empty cell has no published figure; where a reason is known it stands in the row.",
            f"Made from {address}",
            *(f"Source: {source}" for source in sources),
            stamp,
        ]
        for number, line in enumerate(filter(None, lines), 1):
            cover.write_string(number, 0, line, wrap)
        for table in tables:
            _sheet(book, table, bold, formats)
    return out.getvalue()


def _sheet(book: Any, table: Table, bold: Any, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(table.name[:31])
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.note or "One table; every row below the heads is one record.")
    for place, column in enumerate(table.columns):
        longest = max((len(str(row[place])) for row in table.rows[:200]), default=0)
        sheet.set_column(place, place, min(60, max(len(column.head), longest) + 2))
    last = 2 + max(1, len(table.rows))
    sheet.add_table(
        2,
        0,
        last,
        len(table.columns) - 1,
        {
            "name": "t_" + "".join(c if c.isalnum() else "_" for c in table.name),
            "columns": [{"header": column.head} for column in table.columns],
            "style": "Table Style Light 1",
            "autofilter": False,
        },
    )
    for number, row in enumerate(table.rows, 3):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            shown = formats.get(column.kind)
            if cell is None:
                continue
            if isinstance(cell, str):
                sheet.write_string(number, place, cell)
            elif isinstance(cell, date):
                sheet.write_datetime(number, place, cell, formats["day"])
            else:
                sheet.write_number(number, place, cell, shown)
    if not table.rows:
        sheet.write_string(3, 0, "There is nothing to list.")
