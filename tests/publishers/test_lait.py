"""LAIT's long data: titles, years, levels and missing values; and what a bad file is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from totalplace.errors import PublishedFileError
from totalplace.publishers import lait
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile

Row = tuple[str | None, str | None, str | None, str | None, str | None, float | None, str | None]
GOOD: list[Row] = [
    ("LAC", "Looked after, as printed", "2025", "Leeds", "84", 383.0, "Yorkshire"),
    ("LAC", None, "2025", "Dorset (Pre LG)", "-", 835.0, "South West"),
    ("LAC", None, "2025", "England", "67", 970.0, "NA"),
    ("LAC", None, "2025", "North East", "..", 980.0, "NA"),
    ("RTA", None, "2014-16", "Leeds", "1.146E-2", 383.0, "Yorkshire"),
    ("C&YPExpenditure", "x", "2024-25 (OT)", "Leeds", "231000000", 383.0, "Yorkshire"),
    ("CINPermExclusion", None, "0", "Leeds", "-", 383.0, "Yorkshire"),
    ("Brand new", "A new measure", "2025", "Leeds", "1", 383.0, "Yorkshire"),
]


def save(folder: Path, rows: list[Row], **renamed: str) -> PublishedFile:
    path = folder / "any-name.bin"
    frame = pl.DataFrame(
        rows,
        schema={name: pl.Float64 if name == "LA Number" else pl.String for name in lait.COLUMNS},
        orient="row",
    )
    frame.rename(renamed).write_parquet(path)
    return PublishedFile(path, "folder/any-name.bin")


def problems(folder: Path, rows: list[Row], **renamed: str) -> list[str]:
    file = save(folder, rows, **renamed)
    assert lait.recognises(file)
    with pytest.raises(PublishedFileError) as caught:
        lait.read(file)
    return [str(problem) for problem in caught.value.problems]


def test_rows_levels_years_and_values(tmp_path):
    file = save(tmp_path, GOOD)
    assert lait.recognises(file)
    reading = lait.read(file)
    rows = reading.tables["observation"]
    assert dict(rows.schema) == dict(OBSERVATION_SCHEMA)
    assert dict(reading.tables["item"].schema) == dict(ITEM_SCHEMA)
    assert rows["published_code"].null_count() == rows.height
    keep = ["item", "la_number", "level", "value", "missing", "symbol", "period_start"]
    assert rows.select(keep).rows() == [
        ("lait.LAC", "383", "authority", 84.0, None, None, date(2025, 3, 31)),
        ("lait.LAC", "835", "authority", None, "unstated", "-", date(2025, 3, 31)),
        ("lait.LAC", "970", "england", 67.0, None, None, date(2025, 3, 31)),
        ("lait.LAC", "980", "region", None, "unstated", "..", date(2025, 3, 31)),
        ("lait.RTA", "383", "authority", 0.01146, None, None, date(2014, 1, 1)),
        ("lait.C&YPExpenditure", "383", "authority", 231e6, None, None, date(2024, 4, 1)),
        ("lait.CINPermExclusion", "383", "authority", None, "unstated", "-", None),
        ("lait.Brand new", "383", "authority", 1.0, None, None, None),
    ]


def test_titles_units_and_polarity_come_from_our_table_and_else_from_the_file(tmp_path):
    items = {row["item"]: row for row in lait.read(save(tmp_path, GOOD)).tables["item"].to_dicts()}
    assert items["lait.LAC"]["title"] == "Children looked after rate per 10,000"
    assert items["lait.C&YPExpenditure"]["unit"] == "pounds"
    assert items["lait.Brand new"] == {
        "item": "lait.Brand new",
        "title": "A new measure",
        "unit": None,
        "period_kind": "other",
        "polarity": None,
    }


def test_what_is_odd_but_readable_is_noted(tmp_path):
    notes = lait.read(save(tmp_path, [*GOOD, GOOD[0]])).notes
    assert notes[0] == "1 rows repeat another row exactly; each was read once."
    assert "lait.Brand new" in notes[1]
    assert notes[2] == "Printed without any year (label 0): lait.CINPermExclusion."


def test_every_problem_is_told_at_once(tmp_path):
    def leeds(years: str, value: str | None, number: float | None = 383.0) -> Row:
        return ("LAC", None, years, "Leeds", value, number, "Yorkshire")

    told = problems(
        tmp_path,
        [
            *GOOD,
            leeds("2023", "8O"),
            leeds("2022", None),
            leeds("2021", "1"),
            leeds("2021", "2"),
            leeds("Spring 2025", "1"),
            leeds("Spring 2025", "1", 384.0),
            leeds("2020", "1", 1000.0),
            leeds("2019", "1", 383.5),
            ("LAC", None, "2018", "Leedz", "1", 383.0, "Yorkshire"),
        ],
    )
    text = "\n".join(told)
    assert "'Spring 2025' is not a period label seen before (2 times); for example row 13" in text
    assert "'8O' in row 9" in text
    assert "column 'Values' has empty cells; for example row 10" in text
    assert "two different values" in text
    assert "LAC, 2021, area 383: '1' and '2'" in text
    assert "not one of England's (2 times); for example 1000 in row 15" in text
    assert "Leeds and Leedz" in text
    assert len(told) == 6


def test_a_renamed_column_is_named(tmp_path):
    [told] = problems(tmp_path, GOOD, **{"Values": "Value"})
    assert "column 'Values' is missing" in told
    assert "'Value'" in told


def test_no_rows_are_refused(tmp_path):
    assert "there are no rows" in problems(tmp_path, [])[0]


def test_a_parquet_cut_short_is_refused_in_plain_words(tmp_path):
    file = save(tmp_path, GOOD)
    file.path.write_bytes(file.path.read_bytes()[:-200])
    cut = PublishedFile(file.path, "cut.parquet")
    assert lait.recognises(cut)
    with pytest.raises(PublishedFileError, match="may be cut short"):
        lait.read(cut)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"Short Desc,Years\n"])
def test_strangers_are_not_claimed(tmp_path, content):
    path = tmp_path / "bds_long_0.parquet"
    path.write_bytes(content)
    assert not lait.recognises(PublishedFile(path, path.name))


def test_another_parquet_file_is_not_claimed(tmp_path):
    path = tmp_path / "bds_long_0.parquet"
    pl.DataFrame({"Years": ["2025"], "price": [1.0]}).write_parquet(path)
    assert not lait.recognises(PublishedFile(path, path.name))
