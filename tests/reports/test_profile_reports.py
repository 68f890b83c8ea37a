"""What a profile looks like to people and programs, on the England pack."""

from __future__ import annotations

import json
import re

import docx
import jsonschema
import openpyxl
import pytest

from totalplace.cli.app import run
from totalplace.reports.json_document import schema
from totalplace.reports.profile_json import profile_document, profile_to_json
from totalplace.reports.profile_text import profile_text
from totalplace.reports.profile_write import write_profile
from totalplace.scenarios.profile import profile, read

PLACES = ("Leeds", "Camden + Islington + Hackney", "Isles of Scilly", "Cumbria", "England")


@pytest.fixture(scope="module")
def places(england):
    reader = read(england)
    return {name: profile(reader, name) for name in PLACES}


@pytest.mark.parametrize("name", PLACES)
def test_json_keeps_its_schema_and_a_reason_for_every_null(places, name):
    text = profile_to_json(places[name])
    document = json.loads(text)
    jsonschema.validate(document, schema("profile"))
    assert "NaN" not in text
    for row in document["measures"]:
        assert (row["value"] is None) == (row["missing"] is not None)
        assert (row["low"] is None) == (row["high"] is None)
        if row["value"] is not None:
            assert (row["low"] is None) == (row["no_interval"] is not None)


@pytest.mark.parametrize("name", PLACES)
def test_text_fits_its_width_and_never_prints_a_nan(places, name):
    text = profile_text(places[name], width=100)
    assert max(map(len, text.splitlines())) <= 100
    assert "nan" not in text.replace("Financial", "").lower().split()
    assert text.startswith(places[name].name)


def test_text_says_the_same_as_the_frame(places):
    place = places["Leeds"]
    flat = " ".join(profile_text(place).split())
    for line in place.lines:
        if line.rate.known and line.headline.group != "money":
            assert f"{line.rate.value:,.{line.headline.decimals}f} (" in flat or not (
                line.rate.has_interval
            ), line.headline.id


def test_reasons_and_doubts_reach_the_page(places):
    tiny = profile_text(places["Isles of Scilly"])
    assert "printed as" in tiny
    footprint = " ".join(profile_text(places["Camden + Islington + Hackney"]).split())
    assert "never averaged" in footprint
    assert "not close" in footprint
    past = " ".join(profile_text(places["Cumbria"]).split())
    assert "abolished on 31 March 2023" in past


def test_the_command_prints_text_json_and_plain_errors(england, tmp_path, capsys):
    book = ["--book", str(england.path)]
    assert run(["profile", "Leeds", *book, "--with", "Bradford", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "your own choice of 1" in out
    written = json.loads((tmp_path / "profile.json").read_text("utf-8"))
    assert run(["profile", "Leeds", *book, "--with", "Bradford", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == written
    assert run(["profile", "Leedz", *book]) == 1
    assert "Did you mean Leeds" in capsys.readouterr().err
    assert written == profile_document(profile(england, "Leeds", compare_with=["Bradford"]))


@pytest.fixture(scope="module")
def folders(places, tmp_path_factory):
    found = {}
    for name in ("Leeds", "Isles of Scilly", "England"):
        folder = tmp_path_factory.mktemp("profile")
        write_profile(places[name], folder)
        found[name] = folder
    return found


@pytest.mark.parametrize("name", ["Leeds", "Isles of Scilly", "England"])
def test_the_page_stands_alone_and_can_be_read_without_eyes(folders, name):
    page = (folders[name] / "profile.html").read_text("utf-8")
    assert 'lang="en-GB"' in page
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert page.count("<h1") == 1
    assert page.count("<caption") == page.count("<table")
    idents = re.findall(r'\bid="([^"]+)"', page)
    assert len(idents) == len(set(idents))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(idents)
    for picture in re.findall(r"<svg[^>]*>", page):
        assert 'role="img"' in picture
    assert ">nan<" not in page


@pytest.mark.parametrize("name", ["Leeds", "Isles of Scilly"])
def test_the_workbook_has_every_measure_unrounded_and_one_table_a_sheet(places, folders, name):
    book = openpyxl.load_workbook(folders[name] / "profile.xlsx")
    assert book.sheetnames[0] == "cover"
    sheet = book["measures"]
    (table,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[table.ref]]
    assert len(rows) == 1 + len(places[name].lines)
    place = rows[0].index("Here (unit of the measure)")
    why = rows[0].index("Why no figure, or no interval")
    for row, line in zip(rows[1:], places[name].lines, strict=True):
        if line.rate.known:
            assert row[place] == pytest.approx(line.rate.value, rel=1e-12)
        else:
            assert row[place] == "[x]"
            assert row[why] == line.rate.reason
    for each in book.worksheets:
        assert not each.merged_cells.ranges
        assert each.freeze_panes is None


@pytest.mark.parametrize("name", ["Leeds", "Isles of Scilly", "England"])
def test_the_paper_has_headings_captions_and_a_described_picture(places, folders, name):
    paper = docx.Document(str(folders[name] / "profile.docx"))
    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") >= 5
    figures = len(paper.inline_shapes)
    assert styles.count("Caption") == len(paper.tables) + figures
    assert figures == (name != "England")
    for shape in paper.inline_shapes:
        assert "90 % interval" in shape._inline.docPr.get("descr")
    for table in paper.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert all(cell.text for row in table.rows for cell in row.cells)
    told = "\n".join(cell.text for table in paper.tables for cell in table._cells)
    told = told.replace("\u00a0", " ")
    for line in places[name].lines:
        assert line.headline.short in told


def test_the_same_profile_gives_the_same_files(places, folders, tmp_path):
    for path in write_profile(places["Leeds"], tmp_path):
        assert path.read_bytes() == (folders["Leeds"] / path.name).read_bytes(), path.name
