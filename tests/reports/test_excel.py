"""The workbook: accessible layout, unrounded figures, text that stays text, equal bytes."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from reports.plans import do_nothing_plan, plans, sample_plan, tiles
from totalplace.evidence.registry import Registry
from totalplace.reports.map import MapShapes
from totalplace.reports.sheets import ABSENT
from totalplace.reports.workbook import plan_workbook

ASSUMPTIONS = Registry.load().to_rows()
WANTED = ["cover", "notes", "contents", "plan", "partnerships", "members", "guards", "comparators"]


def content_of(plan):
    shapes = MapShapes(paths=tiles(plan.names), caption="Outlines")
    return plan_workbook(plan, assumptions=ASSUMPTIONS, maps=[shapes])


@pytest.fixture(scope="module")
def content():
    return content_of(sample_plan())


@pytest.fixture(scope="module")
def book(content):
    return load_workbook(io.BytesIO(content))


def rows_of(sheet):
    """The rows of a sheet's only table, as dicts by header."""
    (table,) = sheet.tables.values()
    head, *rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_sheets_come_in_reading_order(book):
    names = book.sheetnames
    wanted = [*WANTED, "assumptions", "sources", "map"]
    assert [name for name in names if name in wanted] == wanted


def test_each_data_sheet_holds_one_marked_table_with_one_header_and_no_gaps(book):
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        if sheet.title in ("cover", "map"):
            continue
        (table,) = sheet.tables.values()
        cells = list(sheet[table.ref])
        assert all(cell.value not in (None, "") for row in cells for cell in row), sheet.title
        start = re.match(r"[A-Z]+\d+", table.ref).group()
        lines = [sheet.cell(row, 1).value for row in range(1, cells[0][0].row)]
        assert all(lines)
        assert any(f"starts in cell {start}" in line for line in lines)
        heads = [cell.value for cell in cells[0]]
        assert len(heads) == len(set(heads))
        if sheet.title != "contents":
            assert any("As known on 30 June 2026" in line for line in lines)
            assert any("sources" in line.lower() for line in lines)


def test_every_figure_column_names_its_unit(book):
    for sheet in book:
        for table in sheet.tables.values():
            head, *rows = list(sheet[table.ref])
            for i, cell in enumerate(head):
                if any(isinstance(row[i].value, float) for row in rows):
                    assert re.search(r"\(.+\)|Children|number", cell.value), cell.value


def test_figures_are_unrounded_with_their_interval_beside_them(book):
    plan = sample_plan()
    first = rows_of(book["partnerships"])[0]
    saving = plan.partnerships[0].saving_a_year
    assert first["Saving a year once settled: mean (£)"] == saving.mean
    assert first["Saving a year once settled: low end of 80 % interval (£)"] == saving.low
    assert first["Saving a year once settled: high end of 80 % interval (£)"] == saving.high
    assert first["Chance it never pays back (%)"] == 0.09
    assert len(rows_of(book["plan"])) == len(plan.names)
    assert len(rows_of(book["members"])) == sum(len(p.members) for p in plan.partnerships)
    assert {row["Id"] for row in rows_of(book["assumptions"])} == {r["id"] for r in ASSUMPTIONS}
    unpriced = {r["Area code"]: r["Priced, or why not"] for r in rows_of(book["plan"])}
    assert unpriced["E06000039"] == "no return for 2024-25"


def test_a_price_not_worked_out_is_marked_and_never_zero(book):
    last = rows_of(book["guards"])[-1]
    assert last["Worth given up in all, today: mean (£)"] == ABSENT
    assert any(row["Note"] == ABSENT for row in rows_of(book["notes"]))


def test_the_properties_say_who_what_and_in_which_language(book):
    assert book.properties.title.startswith("Social work")
    assert book.properties.creator == "Total Place"
    assert book.properties.language == "en-GB"
    assert "seed 1" in book.properties.description


def test_the_picture_of_the_map_has_words_beside_it(content):
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    assert "Partnership 1: Bracknell Forest, Reading and Wokingham." in drawing


def test_the_same_plan_gives_the_same_bytes(content):
    assert content_of(sample_plan()) == content
    assert (
        str(sample_plan().as_of.year)
        in load_workbook(io.BytesIO(content)).properties.created.isoformat()
    )


def test_a_plan_to_do_nothing_says_so_instead_of_an_empty_table():
    book = load_workbook(io.BytesIO(content_of(do_nothing_plan())))
    lines = [cell.value for cell in book["partnerships"]["A"]]
    assert "The plan is to do nothing: there are no partnerships." in lines


@settings(max_examples=20)
@given(plans())
def test_no_text_becomes_a_formula_or_a_link_whatever_it_begins_with(plan):
    content = plan_workbook(plan)
    for sheet in load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or sheet.title == "contents"
