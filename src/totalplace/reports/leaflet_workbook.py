"""A leaflet as an Excel workbook anyone can read, sort and reuse.

Flow: reports.leaflet -> THIS -> reports.split_report, reports.gap_report
In: a frozen Leaflet. Out: the bytes of an .xlsx file, the same for the same leaflet. One table a
sheet, marked as a table; one header row with units; figures unrounded; ``[x]`` where there is none.
Text is never taken for a formula or link.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from totalplace.reports.leaflet import Leaflet
from totalplace.reports.sheets import ABSENT, Column, Sheet
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.reports.workbook import (
    _COVER_WIDTH,
    _FITS_A4,
    _lines,
    _print_on_a4,
    _set_height,
    _Styles,
    _styles,
    _width,
    _with_language,
    _write,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a document property: the same on every run)
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def leaflet_workbook(leaf: Leaflet) -> bytes:
    """The leaflet as the bytes of an .xlsx file."""
    import xlsxwriter  # noqa: PLC0415 (heavy, loaded where used)

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties(
        {
            "title": leaf.title,
            "author": "Total Place",
            "company": "Total Place",
            "comments": leaf.stamp,
            "created": EPOCH,
        }
    )
    styles = _styles(book)
    sheets = [*(one.sheet for one in leaf.tables), _listed("sources", "Sources", leaf.sources)]
    _cover(book, leaf, sheets, styles)
    for sheet in sheets:
        _table(book, sheet, leaf, styles)
    book.close()
    return _with_language(stream.getvalue())


def _listed(name: str, title: str, lines: tuple[str, ...]) -> Sheet:
    return Sheet(
        name=name,
        title=title,
        purpose="One row for each.",
        columns=(Column(title, "text"),),
        rows=tuple((line,) for line in lines),
    )


def _cover(book: Workbook, leaf: Leaflet, sheets: list[Sheet], styles: _Styles) -> None:
    page = book.add_worksheet("cover")
    wrapped = styles.cell["text"]
    page.set_column(0, 0, _COVER_WIDTH, wrapped)
    lines = [
        leaf.title,
        *leaf.answer,
        *leaf.cautions,
        *leaf.notes,
        f"{ABSENT} stands for a figure that is not available. It is not zero.",
        leaf.stamp,
        LICENCE_LINE,
        "Sheets:",
    ]
    page.write_string(0, 0, lines[0], styles.title)
    for row, line in enumerate(lines[1:], start=1):
        page.write_string(row, 0, line, wrapped)
        _set_height(page, row, [line], [_COVER_WIDTH])
    for row, sheet in enumerate(sheets, start=len(lines)):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", styles.link, sheet.title)
    _print_on_a4(page)


def _table(book: Workbook, sheet: Sheet, leaf: Leaflet, styles: _Styles) -> None:
    page = book.add_worksheet(sheet.name)
    purpose = f"{sheet.purpose} " if sheet.purpose else ""
    lines = [sheet.title, f"{leaf.title}. {purpose}Sources are on sheet sources."]
    if not sheet.rows:
        _lines(page, [*lines, sheet.empty], styles)
        page.set_column(0, 0, 40)
        return
    top = _lines(page, [*lines, f"The table below starts in cell A{len(lines) + 2}."], styles)
    heads = [
        {"header": column.head, "header_format": styles.head[column.kind]}
        for column in sheet.columns
    ]
    options = {"name": sheet.name, "autofilter": False, "style": None, "columns": heads}
    page.add_table(top, 0, top + len(sheet.rows), len(sheet.columns) - 1, options)
    widths = [
        _width(column, [row[i] for row in sheet.rows]) for i, column in enumerate(sheet.columns)
    ]
    _set_height(page, top, [column.head for column in sheet.columns], widths)
    for i, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        page.set_column(i, i, width)
        for row, cells in enumerate(sheet.rows, start=top + 1):
            _write(page, row, i, cells[i], styles.cell[column.kind])
    for row, cells in enumerate(sheet.rows, start=top + 1):
        _set_height(page, row, cells, widths)
    _print_on_a4(page, repeat=top, fit=sum(widths) <= _FITS_A4)
