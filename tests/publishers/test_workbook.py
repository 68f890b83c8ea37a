"""Opening workbooks: good ones open, and every kind of bad one is refused in plain words."""

import io
import struct
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from workbooks import ods, rezip, xlsx

from totalplace.errors import PublishedFileError
from totalplace.publishers import workbook
from totalplace.publishers.workbook import (
    cell_name,
    header_row,
    is_spreadsheet,
    open_workbook,
    text,
)

SHEETS = {"Cover": [["A title"]], "Data": [[], ["code", "value"], ["E06000001", 12.5]]}


@pytest.mark.parametrize("write", [ods, xlsx])
def test_rows_count_from_the_first_row_of_the_sheet(write):
    book = open_workbook(write(SHEETS), name="a file")
    assert book.sheet_names == ("Cover", "Data")
    assert book.rows("Data") == [["", ""], ["code", "value"], ["E06000001", 12.5]]


def test_an_ods_without_its_mimetype_entry_opens():
    content = rezip(ods(SHEETS), {"mimetype": None})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "mimetype" not in archive.namelist()
    assert open_workbook(content, name="a file").rows("Data")[2] == ["E06000001", 12.5]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"E06000001,Hartlepool\n", "not a zip"),
        (ods(SHEETS)[:-400], "damaged or cut short"),
        (ods(SHEETS)[:1500], "damaged or cut short"),
        (rezip(ods(SHEETS), {"content.xml": None}), "not an .xlsx or .ods workbook"),
        (rezip(xlsx(SHEETS), {"xl/workbook.xml": b"<not xml"}), "cannot be read"),
    ],
)
def test_what_is_no_healthy_workbook_is_refused_by_name(content, says):
    with pytest.raises(PublishedFileError, match=says) as caught:
        open_workbook(content, name="folder/a file.ods")
    assert "folder/a file.ods" in str(caught.value)


def test_a_flipped_byte_is_found_by_the_checksum():
    content = bytearray(xlsx({"Data": [[f"cell {n}" for n in range(50)]] * 50}))
    middle = bytes(content).index(b"xl/worksheets/sheet1.xml") + 200
    content[middle] ^= 0xFF
    with pytest.raises(PublishedFileError, match="damaged"):
        open_workbook(bytes(content), name="a file")


def test_a_bomb_is_refused_by_its_declared_size(monkeypatch):
    content = rezip(ods(SHEETS), {"extra.xml": b" " * 30_000_000})
    with pytest.raises(PublishedFileError, match="far beyond any published workbook"):
        open_workbook(content, name="a file")
    monkeypatch.setattr(workbook, "RATIO_COUNTS_FROM", 10**12)
    assert open_workbook(content, name="a file").sheet_names == ("Cover", "Data")
    monkeypatch.setattr(workbook, "MOST_BYTES", 25_000_000)
    with pytest.raises(PublishedFileError, match="far beyond"):
        open_workbook(content, name="a file")


def test_a_bomb_that_lies_about_its_size_never_reaches_the_parser():
    size = 30_000_000
    content = bytearray(rezip(ods(SHEETS), {"extra.xml": b" " * size}))
    while (at := bytes(content).find(struct.pack("<L", size))) >= 0:
        content[at : at + 4] = struct.pack("<L", 1000)
    with pytest.raises(PublishedFileError, match="damaged"):
        open_workbook(bytes(content), name="a file")


ROW = b"<table:table-row>"
EMPTY = b'<table:table-cell table:number-columns-repeated="16000"/>'


@pytest.mark.parametrize(
    ("written", "instead", "refused"),
    [
        (ROW, b'<table:table-row table:number-rows-repeated="1000000">' + EMPTY, True),
        (ROW, b'<table:table-row table:number-rows-repeated="1000000"/>' + ROW + EMPTY, True),
        (b"</table:table-row>", b"</table:table-row>" + (ROW + b"</table:table-row>") * 9, False),
        (b"</table:table-row>", EMPTY + b"</table:table-row>", False),  # as every ods ends a row
    ],
)
def test_a_cell_far_out_in_an_ods_is_refused(written, instead, refused):
    document = ods({"Data": [["x"]]})
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        content = archive.read("content.xml")
    changed = content.replace(written, instead)
    assert changed != content
    stretched = rezip(document, {"content.xml": changed})
    if refused:
        with pytest.raises(PublishedFileError, match="would not fit"):
            open_workbook(stretched, name="a file")
    else:
        assert open_workbook(stretched, name="a file").rows("Data")[0][0] == "x"


def test_a_cell_placed_far_out_is_refused():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")
    with pytest.raises(PublishedFileError, match="would not fit"):
        open_workbook(buffer.getvalue(), name="a file")


def test_a_missing_sheet_names_the_nearest():
    book = open_workbook(xlsx(SHEETS), name="a file")
    with pytest.raises(PublishedFileError, match="The nearest is 'Data'"):
        book.rows("Dato")
    with pytest.raises(PublishedFileError, match="no sheet has a name like"):
        book.sheet_like("^RO3")
    assert book.sheet_like("^dat") == "Data"


def test_an_empty_sheet_is_refused():
    book = open_workbook(xlsx({"Data": []}), name="a file")
    with pytest.raises(PublishedFileError, match="sheet 'Data' is empty"):
        book.rows("Data")


def test_the_top_of_a_sheet_is_never_an_error():
    book = open_workbook(xlsx({"Empty": [], "Data": [["a"], ["b"], ["c"]]}), name="a file")
    assert book.top("Empty") == []
    assert book.top("No such sheet") == []
    assert book.top("Data", rows=2) == [["a"], ["b"]]


def test_the_header_is_found_and_each_missing_heading_is_named():
    rows = [["A title", ""], ["Area  code", "Local\nauthority"], ["E06000001", "Hartlepool"]]
    assert header_row(rows, ["area code", "Local authority"], where="sheet 'Data'") == 1
    with pytest.raises(PublishedFileError) as caught:
        header_row(rows, ["Area codes", "Local authorities", "Value"], where="sheet 'Data'")
    assert [p.what for p in caught.value.problems] == [
        "there is no column 'Area codes'",
        "there is no column 'Local authorities'",
        "there is no column 'Value'",
    ]


def test_a_zip_that_holds_no_workbook_is_told_apart():
    assert is_spreadsheet(ods(SHEETS))
    assert not is_spreadsheet(rezip(ods(SHEETS), {"content.xml": None}))
    assert not is_spreadsheet(b"a,b\n1,2\n")
    assert is_spreadsheet(ods(SHEETS)[:-400])  # damaged: opening says so


@given(st.integers(0, 10**6), st.integers(0, 18_000))
def test_cell_names_agree_with_openpyxl(row, column):
    assert cell_name(row, column) == f"{get_column_letter(column + 1)}{row + 1}"


def test_text_of_a_cell():
    assert [text(c) for c in (None, " a \n b", 7.0, 7.5, "")] == ["", "a b", "7", "7.5", ""]
