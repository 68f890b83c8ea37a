"""A plan as an Excel workbook anyone can read, sort and reuse.

Flow: footprints.results, reports.story, reports.map -> THIS -> reports.write
In: a frozen Plan, the assumptions as rows, the map's shapes. Out: the bytes of an .xlsx file, the
same for the same plan. Laid out as government guidance asks: one table a sheet, marked as a table,
from a stated cell; one header row; units in the headers; no merged cells, frozen panes or blank
rows; figures unrounded; source and date on every sheet. Text is never taken for a formula or link.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from math import ceil, isfinite
from typing import TYPE_CHECKING

from totalplace.footprints.results import Plan
from totalplace.reports import story
from totalplace.reports.map import MapShapes, map_description, plan_map
from totalplace.reports.sheets import ABSENT, Column, Sheet, plan_sheets
from totalplace.reports.stamp import LICENCE_LINE, MONEY_LINE, stamp_line, stamp_of
from totalplace.reports.words import day

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

AUTHOR = "Total Place"
LANGUAGE = "en-GB"
_FORMATS = {
    "pounds": "#,##0;-#,##0",
    "share": "0.00%",
    "count": "#,##0",
    "decimal": "#,##0.0###",
    "text": "@",
}
_WIDEST = 60
_COVER_WIDTH = 100.0
_LINE_POINTS = 15
_FITS_A4 = 260  # characters across that stay readable on one landscape page


@dataclass(frozen=True, slots=True)
class _Styles:
    title: Format
    body: Format
    link: Format
    head: dict[str, Format]
    cell: dict[str, Format]


def plan_workbook(
    plan: Plan,
    *,
    assumptions: Sequence[Mapping[str, object]] = (),
    maps: Sequence[MapShapes] = (),
) -> bytes:
    """The plan as the bytes of an .xlsx file.

    Args:
        plan: The plan.
        assumptions: Rows of the registry: id, title, value, low, high, unit, source,
            commissioned_by, confidence.
        maps: Ways to draw the country; each becomes a picture with alternative text.
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
            "title": story.plan_title(plan),
            "subject": plan.service_title,
            "author": AUTHOR,
            "company": AUTHOR,
            "comments": stamp_line(stamp_of(plan)),
            "created": datetime.combine(plan.as_of, time()),
        }
    )
    styles = _styles(book)
    sheets = plan_sheets(plan, assumptions)
    _cover(book, plan, styles)
    _notes(book, plan, styles)
    _contents(book, sheets, bool(maps), styles)
    for sheet in sheets:
        _table(book, sheet, plan, styles)
    if maps:
        _map(book, plan, maps, styles)
    book.close()
    return _with_language(stream.getvalue())


def _with_language(content: bytes) -> bytes:
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


def _styles(book: Workbook) -> _Styles:
    wrap = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 11}
    return _Styles(
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


def _side(kind: str) -> dict[str, object]:
    """Text to the left, a little in from the figures to the right of the column before it."""
    return {"align": "left", "indent": 1} if kind == "text" else {"align": "right"}


def _lines(sheet: Worksheet, lines: Sequence[str], styles: _Styles) -> int:
    """Write a title and lines under it in column A; returns the next free row."""
    sheet.write_string(0, 0, lines[0], styles.title)
    for row, line in enumerate(lines[1:], start=1):
        sheet.write_string(row, 0, line, styles.body)
    return len(lines)


def _cover(book: Workbook, plan: Plan, styles: _Styles) -> None:
    sheet = book.add_worksheet("cover")
    wrapped = styles.cell["text"]
    sheet.set_column(0, 0, _COVER_WIDTH, wrapped)
    stamp = stamp_of(plan)
    lines = [
        story.plan_title(plan),
        *story.plan_verdict(plan),
        *story.plan_findings(plan),
        *story.plan_certainty(plan),
        *story.plan_refusals(plan),
        MONEY_LINE,
        stamp_line(stamp),
        f"Assumptions (SHA-256): {stamp.assumptions_sha256}",
        f"Book: {stamp.book_hash}",
        LICENCE_LINE,
    ]
    sheet.write_string(0, 0, lines[0], styles.title)
    for row, line in enumerate(lines[1:], start=1):
        sheet.write_string(row, 0, line, wrapped)
        _set_height(sheet, row, [line], [_COVER_WIDTH])
    _print_on_a4(sheet)


def _notes(book: Workbook, plan: Plan, styles: _Styles) -> None:
    notes = [
        ("money", MONEY_LINE),
        ("saving", "Savings are net of the cost of working together; below zero is a cost."),
        ("value", "Worth in all, today: net present value over the horizon in the assumptions."),
        (ABSENT, "Not available: the figure could not be worked out. It is not zero."),
        ("transfer", "Fixed at signing, so it has no interval. Above zero is received."),
        ("estimate", "Authorities priced from an estimate, not a return, say so on sheet plan."),
        ("proof", story.proof(plan.certificate)),
    ]
    _table(
        book,
        Sheet(
            name="notes",
            title="Notes",
            purpose="How to read the other sheets.",
            columns=(Column("Note", "text"), Column("What it means", "text")),
            rows=tuple(notes),
        ),
        plan,
        styles,
    )


def _contents(book: Workbook, sheets: Sequence[Sheet], has_map: bool, styles: _Styles) -> None:
    sheet = book.add_worksheet("contents")
    rows = [("cover", "The answer in words"), ("notes", "How to read the other sheets")]
    rows += [(each.name, each.title) for each in sheets]
    rows += [("map", "The plan on the map")] if has_map else []
    top = _lines(sheet, ["Contents", "The table below starts in cell A3."], styles)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 60)
    sheet.add_table(
        top,
        0,
        top + len(rows),
        1,
        {
            "name": "contents",
            "autofilter": False,
            "style": None,
            "columns": [
                {"header": "Sheet", "header_format": styles.head["text"]},
                {"header": "What it holds", "header_format": styles.head["text"]},
            ],
        },
    )
    for row, (name, title) in enumerate(rows, start=top + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", styles.link, name)
        sheet.write_string(row, 1, title, styles.cell["text"])
    _print_on_a4(sheet)


def _table(book: Workbook, sheet: Sheet, plan: Plan, styles: _Styles) -> None:
    """One sheet: title, what it is, source and date, then one table."""
    page = book.add_worksheet(sheet.name)
    lines = [
        sheet.title,
        sheet.purpose,
        f"As known on {day(plan.as_of)}. Sources are on sheet sources; notes on sheet notes.",
    ]
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


def _print_on_a4(page: Worksheet, *, repeat: int | None = None, fit: bool = True) -> None:
    page.set_paper(9)
    page.set_landscape()
    if fit:
        page.fit_to_pages(1, 0)
    if repeat is not None:
        page.repeat_rows(repeat)


def _map(book: Workbook, plan: Plan, maps: Sequence[MapShapes], styles: _Styles) -> None:
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    page = book.add_worksheet("map")
    captions = " and ".join(shapes.caption.lower() for shapes in maps)
    lines = [
        "The plan on the map",
        f"Pictures from left to right: {captions}. Numbers are those on sheet partnerships.",
        f"As known on {day(plan.as_of)}. The same is said in words on sheet plan.",
    ]
    top = _lines(page, lines, styles)
    column = 0
    for i, shapes in enumerate(maps):
        picture = vl_convert.svg_to_png(plan_map(plan, shapes, ident=f"map{i}"), scale=2.0)
        page.insert_image(
            top,
            column,
            f"map{i}.png",
            {
                "image_data": io.BytesIO(picture),
                "x_scale": 0.5,
                "y_scale": 0.5,
                "description": f"{shapes.caption}. {map_description(plan)}",
                "object_position": 3,
            },
        )
        column += int(shapes.size[0] // 64) + 1
    _print_on_a4(page)
