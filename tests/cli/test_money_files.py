"""The files of the money questions: whole, self-contained, the same figures as the JSON."""

import json

import openpyxl
import pytest

from totalplace.cli import app

QUESTIONS = {
    "overlap": ("Slough",),
    "pool": ("Bexley + Bromley", "--theme", "care"),
    "make-or-buy": ("Leeds", "--in-house", "10%"),
    "unit-costs": ("Slough",),
    "need": ("Leeds", "--theme", "care"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("files")
    for name, words in QUESTIONS.items():
        assert app.run((name, *words, "--out", str(made))) == 0
    return made


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_page_needs_nothing_else(folder, name):
    text = (folder / f"{name}.html").read_text("utf-8")
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert '<th scope="col"></th>' not in text
    assert text.count("<h1>") == 1


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_workbook_opens_with_its_sources(folder, name):
    book = openpyxl.load_workbook(folder / f"{name}.xlsx")
    assert book.sheetnames[0] == "cover"
    assert len(rows(book, "sources")) >= 1


def rows(book, name):
    sheet = book[name]
    table = next(iter(sheet.tables.values()))
    head, *cells = [[cell.value for cell in row] for row in sheet[table.ref]]
    return [dict(zip(head, row, strict=True)) for row in cells]


def test_workbook_and_json_agree_on_what_is_unknown(folder):
    found = json.loads((folder / "overlap.json").read_text("utf-8"))["functions"]
    table = rows(openpyxl.load_workbook(folder / "overlap.xlsx"), "functions")
    assert len(found) == len(table)
    for each, row in zip(found, table, strict=True):
        low = row["Measured, low end (£)"]
        assert (low == "[x]") is (each["measured"] is None)
        if each["measured"] is not None:
            assert low == pytest.approx(each["measured"]["low"])


def test_workbook_and_json_agree_on_a_fund(folder):
    found = json.loads((folder / "pool.json").read_text("utf-8"))
    table = rows(openpyxl.load_workbook(folder / "pool.xlsx"), "contributions")
    high = sum(row["Up to, high end (£)"] for row in table)
    assert high == pytest.approx(sum(part["high"] for part in found["could_hold"].values()))
    councils = rows(openpyxl.load_workbook(folder / "pool.xlsx"), "councils")
    assert [row["Council"] for row in councils] == ["Bexley", "Bromley"]


def test_a_cost_that_is_not_known_is_no_number(folder):
    table = rows(openpyxl.load_workbook(folder / "unit-costs.xlsx"), "unit_costs")
    first = next(row for row in table if row["Per child"] == "A looked-after child")
    assert first["Here (£)"] == "[x]"
    assert first["England (£)"] > 1_500
