"""What every workbook here has in common: styles, a cover, tables, pictures, how it prints.

Flow: reports.sheets -> THIS -> reports.workbook, reports.plain_workbook
In: an open XlsxWriter book, frozen sheets, lines of words. Out: sheets laid out as government
guidance asks: one table a sheet, marked as a table, from a stated cell; one header row; units in
the headers; no merged cells, frozen panes or blank rows; figures unrounded, ``[x]`` where there is
none. Text is never taken for a formula or link.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

from totalplace.reports.sheets import ABSENT, Column, Sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

AUTHOR = "Total Place"
LANGUAGE = "en-GB"
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a document property: the same on every run)
OPTIONS: Mapping[str, bool] = MappingProxyType(
    {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
)
COVER_WIDTH = 100.0
_FORMATS = {
    "pounds": "#,##0;-#,##0",
    "share": "0.00%",
    "count": "#,##0",
    "decimal": "#,##0.0###",
    "text": "@",
}
_WIDEST = 60
_LINE_POINTS = 15
_FITS_A4 = 260  # characters across that stay readable on one landscape page


@dataclass(frozen=True, slots=True)
class Styles:
    """Formats of one workbook."""

    title: Format
    body: Format
    link: Format
    head: Mapping[str, Format]  # by kind of column
    cell: Mapping[str, Format]


def make_styles(book: Workbook) -> Styles:
    """The formats, added to a workbook."""
    wrap = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 11}
    return Styles(
        title=book.add_format({**wrap, "text_wrap": False, "bold": True, "font_size": 15}),
        body=book.add_format({**wrap, "text_wrap": False}),
        link=book.add_format({**wrap, "font_color": "#0b5577", "underline": 1}),
        head={
            kind: book.add_format({**wrap, "bold": True, "bottom": 1, **_side(kind)})
            for kind in _FORMATS
        },
        cell={
            kind: book.add_format({**wrap, "num_format": pattern, **_side(kind)})
            for kind, pattern in _FORMATS.items()
        },
    )


def write_lines(page: Worksheet, lines: Sequence[str], styles: Styles) -> int:
    """Write a title and lines under it in column A; returns the next free row."""
    _write_title(page, lines[0], styles)
    for row, line in enumerate(lines[1:], start=1):
        page.write_string(row, 0, line, styles.body)
    return len(lines)


def _write_title(page: Worksheet, title: str, styles: Styles) -> None:
    page.set_row(0, 22)
    page.write_string(0, 0, title, styles.title)


def add_cover(
    book: Workbook,
    lines: Sequence[str],
    styles: Styles,
    *,
    links: Sequence[tuple[str, str]] = (),
) -> None:
    """The first sheet: a title, wrapped lines, and a link (sheet, title) to each of the others."""
    page = book.add_worksheet("cover")
    wrapped = styles.cell["text"]
    page.set_column(0, 0, COVER_WIDTH, wrapped)
    _write_title(page, lines[0], styles)
    told = [*lines[1:], *(["Sheets:"] if links else [])]
    for row, line in enumerate(told, start=1):
        page.write_string(row, 0, line, wrapped)
        _set_height(page, row, [line], [COVER_WIDTH])
    for row, (name, title) in enumerate(links, start=len(told) + 1):
        page.write_url(row, 0, f"internal:'{name}'!A1", styles.link, title)
    print_on_a4(page)


def add_table(book: Workbook, sheet: Sheet, lines: Sequence[str], styles: Styles) -> None:
    """One sheet: a title and lines under it, then one table, or what is said where it is empty."""
    page = book.add_worksheet(sheet.name)
    if not sheet.rows:
        write_lines(page, [*lines, sheet.empty], styles)
        page.set_column(0, 0, 40)
        return
    top = write_lines(page, [*lines, f"The table below starts in cell A{len(lines) + 2}."], styles)
    page.add_table(
        top,
        0,
        top + len(sheet.rows),
        len(sheet.columns) - 1,
        {
            "name": sheet.name,
            "autofilter": False,
            "style": None,
            "columns": [
                {"header": column.head, "header_format": styles.head[column.kind]}
                for column in sheet.columns
            ],
        },
    )
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
    print_on_a4(page, repeat=top, fit=sum(widths) <= _FITS_A4)


def insert_picture(
    page: Worksheet, row: int, column: int, *, name: str, png: bytes, words: str
) -> None:
    """A picture drawn at twice its size, with its alternative text."""
    page.insert_image(
        row,
        column,
        f"{name}.png",
        {
            "image_data": io.BytesIO(png),
            "x_scale": 0.5,
            "y_scale": 0.5,
            "description": words,
            "object_position": 3,
        },
    )


def print_on_a4(page: Worksheet, *, repeat: int | None = None, fit: bool = True) -> None:
    """Lay a sheet out for paper, its header row on every page."""
    page.set_paper(9)
    page.set_landscape()
    if fit:
        page.fit_to_pages(1, 0)
    if repeat is not None:
        page.repeat_rows(repeat)


def with_language(content: bytes) -> bytes:
    """The workbook with its language among its properties, which XlsxWriter has no option for."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                closing = b"</cp:coreProperties>"
                language = f"<dc:language>{LANGUAGE}</dc:language>".encode()
                part = part.replace(closing, language + closing)
            new.writestr(entry, part)
    return stream.getvalue()


def _side(kind: str) -> dict[str, object]:
    """Text to the left, a little in from the figures to the right of the column before it."""
    return {"align": "left", "indent": 1} if kind == "text" else {"align": "right"}


def _write(page: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isfinite(value):
            page.write_number(row, column, value, style)
        else:
            page.write_string(row, column, ABSENT, style)
    elif value is None:
        page.write_string(row, column, ABSENT, style)
    else:
        page.write_string(row, column, str(value), style)


def _width(column: Column, cells: Sequence[object]) -> float:
    """Wide enough for the longest text up to a limit, then wrapped."""
    if column.kind != "text":
        return max(14.0, min(len(column.head) * 0.6, 24.0))
    longest = max((len(str(cell)) for cell in cells), default=0)
    return float(min(max(longest + 2, len(column.head) + 2, 12), _WIDEST))


def _set_height(
    page: Worksheet, row: int, cells: Sequence[object], widths: Sequence[float]
) -> None:
    """Room for wrapped text; programs differ in whether they make it themselves."""
    lines = max(
        ceil(len(cell) * 1.15 / width) if isinstance(cell, str) and len(cell) >= width else 1
        for cell, width in zip(cells, widths, strict=True)
    )
    if lines > 1:
        page.set_row(row, _LINE_POINTS * lines)
