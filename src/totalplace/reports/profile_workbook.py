"""A profile as an Excel workbook anyone can read, sort and reuse.

Flow: scenarios.profile, reports.profile_words -> THIS -> profile_write
In: a frozen Profile. Out: the bytes of an .xlsx file, the same for the same profile. One table a
sheet, marked as a table; one header row; units in the headers or the measure; figures unrounded;
``[x]`` where there is none, with the reason beside it. Text is never taken for a formula or link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from totalplace.reports import profile_words as words
from totalplace.reports.profile_chart import chart_png, chart_words
from totalplace.reports.sheets import ABSENT, Cell, Column, Sheet
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
from totalplace.scenarios.account import Profile

if TYPE_CHECKING:
    from xlsxwriter import Workbook

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a document property: the same on every run)


def profile_workbook(place: Profile) -> bytes:
    """The profile as the bytes of an .xlsx file."""
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
            "title": words.title(place),
            "author": "Total Place",
            "company": "Total Place",
            "comments": words.stamp(place),
            "created": EPOCH,
        }
    )
    styles = _styles(book)
    sheets = profile_sheets(place)
    _cover(book, place, sheets, styles)
    for sheet in sheets:
        _table(book, sheet, place, styles)
    _picture(book, place, styles)
    book.close()
    return _with_language(stream.getvalue())


def profile_sheets(place: Profile) -> list[Sheet]:
    """Every data sheet, in reading order."""
    return [
        _measures(place),
        _series(place),
        _listed(
            "neighbours",
            "Whom the place is compared with",
            ("Area code", "Place", "How close, in the publisher's words"),
            [
                (one.area_code, one.name, one.closeness or "not rated")
                for one in place.compared_with.members
            ],
        ),
        _listed(
            "inspections",
            "Full inspections of children's services, newest first",
            tuple(head.capitalize() for head in words.INSPECTION_HEADS),
            words.inspections(place),
        ),
        _listed(
            "partners",
            "Bodies this place must work with",
            ("Kind", "Body", "Inside it"),
            words.partners(place),
        ),
        _listed(
            "doubts",
            "Doubts about the money",
            ("Doubt",),
            [(text,) for text in words.doubts(place)],
        ),
        _listed(
            "gaps",
            "What is not known, and why",
            ("Measure", "Why"),
            words.gaps(place),
        ),
        _listed(
            "methods",
            "How the figures and intervals were made",
            ("How", "Measures"),
            [*words.methods(place), *words.notes(place)],
        ),
        _listed("sources", "Sources", ("Source",), [(text,) for text in place.sources]),
    ]


def _measures(place: Profile) -> Sheet:
    heads: list[Column] = [
        *(Column(head, "text") for head in ("Group", "Measure and unit", "Better is", "Period")),
        *(
            Column(head, "decimal")
            for head in (
                "Here (unit of the measure)",
                "Low end of 90 % interval",
                "High end of 90 % interval",
                "Expected given need",
                "Low end of the difference that lasts",
                "High end of the difference that lasts",
                "England",
            )
        ),
        Column("Against England", "text"),
        Column("Against what need leads one to expect", "text"),
        *(Column(head, "decimal") for head in ("Neighbours' mean", "Neighbours' median")),
        *(Column(head, "count") for head in ("Neighbours with a figure", "Neighbours")),
        *(
            Column(head, "text")
            for head in (
                "Mean and median disagree",
                "Against neighbours' median",
                "Over five years",
                "Why no figure, or no interval",
                "How it was put together",
                "Item of the place book",
            )
        ),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            words.GROUP_TITLES.get(line.headline.group, line.headline.group),
            line.headline.short,
            line.headline.better or "neither",
            line.rate.period,
            line.rate.value,
            line.rate.low,
            line.rate.high,
            line.expected.value if line.expected else None,
            line.expected.low if line.expected else None,
            line.expected.high if line.expected else None,
            line.england,
            words.judged(line) or "not compared",
            line.expected.words if line.expected else "not worked out for this place",
            line.neighbours.mean,
            line.neighbours.median,
            line.neighbours.used,
            line.neighbours.of,
            "yes" if line.neighbours.disagree else "no",
            line.against_neighbours or "not compared",
            line.trend or "none",
            line.rate.reason or line.rate.no_interval or "none",
            line.rate.note or "as published",
            line.headline.item or "worked out",
        )
        for line in place.lines
    ]
    return Sheet(
        name="measures",
        title="Every headline measure, newest figures",
        purpose="One row for each measure. Figures are in the unit the measure names.",
        columns=tuple(heads),
        rows=tuple(rows),
    )


def _series(place: Profile) -> Sheet:
    return Sheet(
        name="years",
        title="Every headline measure by year",
        purpose="One row for each measure and period with a figure.",
        columns=(
            Column("Measure and unit", "text"),
            Column("Period", "text"),
            Column("Last day of the period", "text"),
            Column("Figure (unit of the measure)", "decimal"),
            Column("Low end of 90 % interval", "decimal"),
            Column("High end of 90 % interval", "decimal"),
            Column("How it was put together", "text"),
        ),
        rows=tuple(
            (
                line.headline.short,
                point.rate.period,
                point.end.isoformat(),
                point.rate.value,
                point.rate.low,
                point.rate.high,
                point.rate.note or "as published",
            )
            for line in place.lines
            for point in line.series
        ),
    )


def _listed(
    name: str, title: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> Sheet:
    return Sheet(
        name=name,
        title=title,
        purpose="One row for each.",
        columns=tuple(Column(head, "text") for head in heads),
        rows=tuple(tuple(cell or "none" for cell in row) for row in rows),
    )


def _cover(book: Workbook, place: Profile, sheets: list[Sheet], styles: _Styles) -> None:
    page = book.add_worksheet("cover")
    wrapped = styles.cell["text"]
    page.set_column(0, 0, _COVER_WIDTH, wrapped)
    lines = [
        words.title(place),
        words.children(place).capitalize(),
        *words.verdict(place),
        *words.standing(place),
        *words.cautions(place),
        words.INTERVAL_LINE,
        f"{ABSENT} stands for a figure that is not available. It is not zero; the reason is beside "
        "it.",
        words.stamp(place),
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


def _table(book: Workbook, sheet: Sheet, place: Profile, styles: _Styles) -> None:
    page = book.add_worksheet(sheet.name)
    lines = [sheet.title, f"{words.title(place)}. {sheet.purpose} Sources are on sheet sources."]
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


def _picture(book: Workbook, place: Profile, styles: _Styles) -> None:
    png = chart_png(place)
    if not png:
        return
    page = book.add_worksheet("picture")
    top = _lines(
        page,
        [
            "The five outcomes beside England",
            "England is 100. The same figures are on sheet measures.",
        ],
        styles,
    )
    page.insert_image(
        top,
        0,
        "outcomes.png",
        {
            "image_data": io.BytesIO(png),
            "x_scale": 0.5,
            "y_scale": 0.5,
            "description": chart_words(place),
            "object_position": 3,
        },
    )
    _print_on_a4(page)
