"""Statistical neighbours: both lists, both formats, and what a bad file is told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from totalplace.errors import PublishedFileError
from totalplace.publishers import neighbours
from totalplace.publishers.base import PublishedFile

NUMBERS = [str(n) for n in range(301, 313)]


def lines(*authorities: str) -> list[list[str]]:
    """One line per authority: ten of the others, words in turn."""
    words = ["Extremely Close", "Very close ", "CLOSE", "Somewhat close", "Not Close"]
    out = []
    for number in authorities:
        others = [n for n in (*NUMBERS, *authorities) if n != number][:10]
        pairs = [cell for i, n in enumerate(others) for cell in (n, words[i % 5])]
        out.append([number, f"Place {number}", *pairs])
    return out


def save_csv(folder: Path, rows: list[list[str]], header=neighbours.CSV_COLUMNS) -> PublishedFile:
    path = folder / "list.csv"
    path.write_text("\n".join(",".join(row) for row in [list(header), *rows]) + "\n", "utf-8-sig")
    return PublishedFile(path, path.name)


def save_xlsx(folder: Path, rows: list[list[str]], old=(), sheet="LA SN Groups") -> PublishedFile:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(["A", "B", "C"])
    head = [name for rank in range(1, 11) for name in (f"SN{rank}", "SNP")]
    page.append(["LA num", "LA Name", "LA number", "GOInd", "GOReg", *head])

    def put(row: list[str]) -> None:
        number = int(row[0])
        pairs = [int(cell) if cell.isdigit() else cell for cell in row[2:]]
        page.append([number, row[1], number, 3, "Somewhere", *pairs])

    for row in rows:
        put(row)
    page.append([None, "Old SNs:"])
    for row in old:
        put(row)
    path = folder / "book.xlsx"
    book.save(path)
    return PublishedFile(path, path.name)


def problems(file: PublishedFile) -> str:
    assert neighbours.recognises(file)
    with pytest.raises(PublishedFileError) as caught:
        neighbours.read(file)
    return str(caught.value)


def test_the_csv_and_the_workbook_give_the_same_list(tmp_path):
    good = lines(*NUMBERS, "942")
    from_csv = neighbours.read(save_csv(tmp_path, good))
    from_book = neighbours.read(save_xlsx(tmp_path, good, old=lines("909")))
    table = from_csv.tables["neighbour"]
    assert table.equals(from_book.tables["neighbour"])
    assert table.height == 13 * 10
    assert table.row(1, named=True) == {
        "list": "2025",
        "la_number": "301",
        "rank": 2,
        "neighbour_la_number": "303",
        "closeness": "Very close",
    }
    assert set(table["closeness"]) == set(neighbours.CLOSENESS)
    assert from_book.notes == ("Lists of ended authorities left out: Place 909.",)


def test_the_list_of_2021_is_known_by_cumbria(tmp_path):
    rows = [*lines(*NUMBERS, "909"), ["942", "Cumberland", *["-"] * 20]]
    table = neighbours.read(save_xlsx(tmp_path, rows)).tables["neighbour"]
    assert set(table["list"]) == {"2021"}
    assert "942" not in set(table["la_number"])


def test_a_list_with_neither_or_both_is_refused(tmp_path):
    for extra in ([], ["909", "942"]):
        told = problems(save_csv(tmp_path, lines(*NUMBERS, *extra)))
        assert "cannot tell whether this is the list of 2021 or of 2025" in told


def test_every_problem_is_told_at_once(tmp_path):
    rows = lines(*NUMBERS, "942")
    rows[0][3] = "Quite close"
    rows[1][2] = "999"
    rows[2][4] = rows[2][2]
    rows[3][2] = rows[3][0]
    rows[4][2] = "-"
    rows[11][0] = "31A"
    rows.append(rows[6])
    told = problems(save_csv(tmp_path, rows))
    assert "'Quite close' in row 2" in told
    assert "'999' in row 3" in told
    assert "repeated, or is the authority itself (2 times)" in told
    assert "305 has 9" in told
    assert "'31A' in row 13" in told
    assert "listed twice; for example 307" in told


def test_a_renamed_column_is_named(tmp_path):
    header = ["Neighbour_1" if name == "SN_1" else name for name in neighbours.CSV_COLUMNS]
    told = problems(save_csv(tmp_path, lines(*NUMBERS, "942"), header))
    assert "column 'SN_1' is missing" in told
    assert "'Neighbour_1'" in told


def test_a_workbook_with_another_sheet_is_not_claimed(tmp_path):
    assert not neighbours.recognises(save_xlsx(tmp_path, lines(*NUMBERS), sheet="Groups"))


def test_a_workbook_without_a_neighbours_heading_is_refused(tmp_path):
    file = save_xlsx(tmp_path, lines(*NUMBERS, "942"))
    book = openpyxl.load_workbook(file.path)
    book.active["F2"] = "First"
    book.save(file.path)
    assert "'SN1'" in problems(PublishedFile(file.path, "edited.xlsx"))


@pytest.mark.published
def test_the_published_lists(open_data):
    wide = neighbours.read(_open(open_data, "dfe-csc/sn_model_2025_wide.csv"))
    book = neighbours.read(_open(open_data, "dfe-lait/sn_may_2025.xlsx"))
    old = neighbours.read(_open(open_data, "dfe-lait/sn_april_2021.xlsx"))
    order = ["la_number", "rank"]
    new = wide.tables["neighbour"].sort(order)
    assert new.equals(book.tables["neighbour"].sort(order))
    assert new.height == 153 * 10
    assert dict(new.group_by("closeness").len().rows()) == {
        "Extremely close": 12,
        "Very close": 820,
        "Close": 513,
        "Somewhat close": 136,
        "Not close": 49,
    }
    assert old.tables["neighbour"].height == 152 * 10
    shared = new.join(old.tables["neighbour"], on=["la_number", "neighbour_la_number"])
    both = set(new["la_number"]) & set(old.tables["neighbour"]["la_number"])
    assert shared.height / len(both) == pytest.approx(5.4, abs=0.05)
    tower_hamlets = new.filter(pl.col("la_number") == "211")["closeness"].to_list()
    assert sorted(set(tower_hamlets)) == ["Not close", "Somewhat close"]


def _open(folder: Path, relative: str) -> PublishedFile:
    return PublishedFile(folder / relative, relative)
