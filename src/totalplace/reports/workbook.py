"""A plan as an Excel workbook anyone can read, sort and reuse.

Flow: footprints.results, reports.story, reports.map -> THIS -> reports.write
In: a frozen Plan, the assumptions as rows, the map's shapes. Out: the bytes of an .xlsx file, the
same for the same plan. Laid out as :mod:`totalplace.reports.excel` says, with source and date on
every sheet.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from totalplace.footprints.results import Plan
from totalplace.reports import story
from totalplace.reports.excel import (
    AUTHOR,
    OPTIONS,
    Styles,
    add_cover,
    add_table,
    insert_picture,
    make_styles,
    print_on_a4,
    with_language,
    write_lines,
)
from totalplace.reports.map import MapShapes, map_description, plan_map
from totalplace.reports.sheets import ABSENT, Column, Sheet, plan_sheets
from totalplace.reports.stamp import LICENCE_LINE, MONEY_LINE, stamp_line, stamp_of
from totalplace.reports.words import day

if TYPE_CHECKING:
    from xlsxwriter import Workbook


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
    book = xlsxwriter.Workbook(stream, dict(OPTIONS))
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
    styles = make_styles(book)
    sheets = plan_sheets(plan, assumptions)
    _cover(book, plan, styles)
    _notes(book, plan, styles)
    _contents(book, sheets, bool(maps), styles)
    for sheet in sheets:
        _table(book, sheet, plan, styles)
    if maps:
        _map(book, plan, maps, styles)
    book.close()
    return with_language(stream.getvalue())


def _cover(book: Workbook, plan: Plan, styles: Styles) -> None:
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
    add_cover(book, lines, styles)


def _notes(book: Workbook, plan: Plan, styles: Styles) -> None:
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


def _contents(book: Workbook, sheets: Sequence[Sheet], has_map: bool, styles: Styles) -> None:
    sheet = book.add_worksheet("contents")
    rows = [("cover", "The answer in words"), ("notes", "How to read the other sheets")]
    rows += [(each.name, each.title) for each in sheets]
    rows += [("map", "The plan on the map")] if has_map else []
    top = write_lines(sheet, ["Contents", "The table below starts in cell A3."], styles)
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
    print_on_a4(sheet)


def _table(book: Workbook, sheet: Sheet, plan: Plan, styles: Styles) -> None:
    """One sheet: title, what it is, source and date, then one table."""
    lines = [
        sheet.title,
        sheet.purpose,
        f"As known on {day(plan.as_of)}. Sources are on sheet sources; notes on sheet notes.",
    ]
    add_table(book, sheet, lines, styles)


def _map(book: Workbook, plan: Plan, maps: Sequence[MapShapes], styles: Styles) -> None:
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    page = book.add_worksheet("map")
    captions = " and ".join(shapes.caption.lower() for shapes in maps)
    lines = [
        "The plan on the map",
        f"Pictures from left to right: {captions}. Numbers are those on sheet partnerships.",
        f"As known on {day(plan.as_of)}. The same is said in words on sheet plan.",
    ]
    top = write_lines(page, lines, styles)
    column = 0
    for i, shapes in enumerate(maps):
        picture = vl_convert.svg_to_png(plan_map(plan, shapes, ident=f"map{i}"), scale=2.0)
        words = f"{shapes.caption}. {map_description(plan)}"
        insert_picture(page, top, column, name=f"map{i}", png=picture, words=words)
        column += int(shapes.size[0] // 64) + 1
    print_on_a4(page)
