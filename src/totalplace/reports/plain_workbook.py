"""An accessible workbook of a cover, tables and pictures, for results that are not plans.

Flow: reports.sheets -> THIS -> reports.profile_workbook, reports.money_workbook
In: lines for the cover, frozen sheets, pictures. Out: the bytes of an .xlsx file, the same for the
same input. One table a sheet, marked as a table; one header row; figures unrounded; ``[x]`` where
there is none. Text is never taken for a formula or link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from totalplace.reports.sheets import Column, Sheet
from totalplace.reports.workbook import (
    _COVER_WIDTH,
    _FITS_A4,
    AUTHOR,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture on a sheet of its own."""

    name: str  # of the sheet
    title: str
    note: str  # where the same figures are
    png: bytes
    words: str  # alternative text


def plain_workbook(
    *,
    title: str,
    stamp: str,
    cover: Sequence[str],
    sheets: Sequence[Sheet],
    pictures: Sequence[Picture] = (),
) -> bytes:
    """The workbook's bytes.

    Args:
        title: Of the workbook, first on its cover.
        stamp: What it was made from.
        cover: Lines of the cover under the title; a link to every sheet follows.
        sheets: Tables, in reading order. One of them is called sources.
        pictures: Pictures, after the tables.
    """
    import xlsxwriter  # noqa: PLC0415 (heavy, loaded where used)

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {
            "title": title,
            "author": AUTHOR,
            "company": AUTHOR,
            "comments": stamp,
            "created": EPOCH,
        }
    )
    styles = _styles(book)
    _cover(book, [title, *cover], [*sheets, *pictures], styles)
    for sheet in sheets:
        _table(book, sheet, title, styles)
    for picture in pictures:
        _picture(book, picture, styles)
    book.close()
    return _with_language(stream.getvalue())


def listed(
    name: str,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    empty: str = "There is nothing to list.",
) -> Sheet:
    """A sheet of words; an empty cell reads "none"."""
    return Sheet(
        name=name,
        title=title,
        purpose="One row for each.",
        columns=tuple(Column(head, "text") for head in columns),
        rows=tuple(tuple(cell or "none" for cell in row) for row in rows),
        empty=empty,
    )


def _cover(
    book: Workbook, lines: Sequence[str], linked: Sequence[Sheet | Picture], styles: _Styles
) -> None:
    page = book.add_worksheet("cover")
    wrapped = styles.cell["text"]
    page.set_column(0, 0, _COVER_WIDTH, wrapped)
    page.write_string(0, 0, lines[0], styles.title)
    for row, line in enumerate([*lines[1:], "Sheets:"], start=1):
        page.write_string(row, 0, line, wrapped)
        _set_height(page, row, [line], [_COVER_WIDTH])
    for row, sheet in enumerate(linked, start=len(lines) + 1):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", styles.link, sheet.title)
    _print_on_a4(page)


def _table(book: Workbook, sheet: Sheet, title: str, styles: _Styles) -> None:
    page = book.add_worksheet(sheet.name)
    lines = [sheet.title, f"{title}. {sheet.purpose} Sources are on sheet sources."]
    if not sheet.rows:
        _lines(page, [*lines, sheet.empty], styles)
        page.set_column(0, 0, 40)
        return
    top = _lines(page, [*lines, f"The table below starts in cell A{len(lines) + 2}."], styles)
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
    _print_on_a4(page, repeat=top, fit=sum(widths) <= _FITS_A4)


def _picture(book: Workbook, picture: Picture, styles: _Styles) -> None:
    page = book.add_worksheet(picture.name)
    top = _lines(page, [picture.title, picture.note], styles)
    page.insert_image(
        top,
        0,
        f"{picture.name}.png",
        {
            "image_data": io.BytesIO(picture.png),
            "x_scale": 0.5,
            "y_scale": 0.5,
            "description": picture.words,
            "object_position": 3,
        },
    )
    _print_on_a4(page)
