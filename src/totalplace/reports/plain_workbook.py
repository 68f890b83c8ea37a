"""An accessible workbook of a cover, tables and pictures, for results that are not plans.

Flow: reports.sheets, reports.excel -> THIS -> profile_workbook, money_workbook, leaflet
In: lines for the cover, frozen sheets, pictures. Out: the bytes of an .xlsx file, the same for the
same input, laid out as :mod:`totalplace.reports.excel` says.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from totalplace.reports.excel import (
    AUTHOR,
    EPOCH,
    OPTIONS,
    add_cover,
    add_table,
    insert_picture,
    make_styles,
    print_on_a4,
    with_language,
    write_lines,
)
from totalplace.reports.sheets import Column, Sheet


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
    book = xlsxwriter.Workbook(stream, dict(OPTIONS))
    book.set_properties(
        {
            "title": title,
            "author": AUTHOR,
            "company": AUTHOR,
            "comments": stamp,
            "created": EPOCH,
        }
    )
    styles = make_styles(book)
    links = [(one.name, one.title) for one in sheets]
    links += [(one.name, one.title) for one in pictures]
    add_cover(book, [title, *cover], styles, links=links)
    for sheet in sheets:
        told = " ".join(
            part for part in (f"{title}.", sheet.purpose, "Sources are on sheet sources.") if part
        )
        add_table(book, sheet, [sheet.title, told], styles)
    for picture in pictures:
        page = book.add_worksheet(picture.name)
        top = write_lines(page, [picture.title, picture.note], styles)
        insert_picture(page, top, 0, name=picture.name, png=picture.png, words=picture.words)
        print_on_a4(page)
    book.close()
    return with_language(stream.getvalue())


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
