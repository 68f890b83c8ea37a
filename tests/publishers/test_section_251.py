"""Section 251 outturn: six years of changing columns and lines, and what a bad file is told."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from totalplace.errors import PublishedFileError
from totalplace.publishers import section_251
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile

# The header of each year, as printed.
HEADERS = {
    "2008-09": [
        "LEA Number:",
        "LA Name:",
        "S52 Line Reference:",
        "PRIVATE (x)",
        "VOLUNTARY (y)",
        "PUBLIC (z)",
        "TOTAL EXPENDITURE (k)",
        "INCOME (l)",
        "NET Current Expenditure (m)",
    ],
    "2009-10": [
        "LEA",
        "LEA Name",
        "Line",
        "S52 Line Reference",
        "Own Provision (y)",
        "Private (z(i))",
        "Other Public (z(ii))",
        "Voluntary (z(iii))",
        "Total Expenditure (k)",
        "Income (l)",
        "NET Current Expenditure (m)",
    ],
    "2013-14": [
        "LA",
        "LA Name",
        "LineNumber",
        "CYPServiceDescription",
        "ReportGroup",
        "OwnProvision",
        "PrivateProvision",
        "OtherPublic",
        "Voluntary",
        "TotalExpenditure",
        "Income",
        "NetCurrentExpenditure",
    ],
}
PLACES = 5  # authorities in a synthetic file


def rows(period: str) -> list[dict[str, str]]:
    """A whole synthetic year: every line of the year for a few authorities."""
    header = HEADERS[period]
    text = next(name for name in header if name in section_251.PLACES["printed_line"])
    numbered = "Line" in header
    out = []
    for place in range(PLACES):
        for _, number, line in section_251.lines().filter(pl.col("period") == period).iter_rows():
            row = dict.fromkeys(header, str(100 * place + int(number)))
            row[header[0]], row[header[1]] = str(301 + place), f"Place {place}  "
            words = line.replace("_", " ")
            row[text] = words if numbered else f"{number} {words}"
            for name in ("Line", "LineNumber"):
                if name in row:
                    row[name] = number
            out.append(row)
    return out


def save(folder: Path, entries: list[dict[str, str]], encoding: str = "cp1252") -> PublishedFile:
    path = folder / "anything.csv"
    with path.open("w", newline="", encoding=encoding) as stream:
        writer = csv.DictWriter(stream, list(entries[0]))
        writer.writeheader()
        writer.writerows(entries)
    return PublishedFile(path, path.name)


def problems(folder: Path, entries: list[dict[str, str]]) -> str:
    file = save(folder, entries)
    assert section_251.recognises(file)
    with pytest.raises(PublishedFileError) as caught:
        section_251.read(file)
    return str(caught.value)


@pytest.mark.parametrize("period", HEADERS)
def test_the_year_is_known_by_its_lines_and_the_columns_by_any_name(tmp_path, period):
    entries = rows(period)
    reading = section_251.read(save(tmp_path, entries))
    table = reading.tables["observation"]
    assert dict(table.schema) == dict(OBSERVATION_SCHEMA)
    assert dict(reading.tables["item"].schema) == dict(ITEM_SCHEMA)
    first = int(period[:4])
    assert set(table["period"]) == {period}
    assert set(table["period_start"]) == {date(first, 4, 1)}
    assert set(table["period_end"]) == {date(first + 1, 3, 31)}
    columns = 6 if period == "2008-09" else 7
    assert table.height == len(entries) * columns
    number = section_251.lines().filter(
        (pl.col("period") == period) & (pl.col("line") == "fostering_services")
    )["number"][0]
    fostering = table.filter(
        (pl.col("item") == "s251.fostering_services.private") & (pl.col("la_number") == "303")
    ).row(0, named=True)
    assert fostering["value"] == 200 + int(number)
    assert fostering["area_name"] == "Place 2"
    titles = dict(reading.tables["item"].select("item", "title").iter_rows())
    assert titles["s251.fostering_services.private"] == (
        f"Line {number}: fostering services, private provision"
    )


def test_own_and_other_public_provision_are_one_column_only_in_2008(tmp_path):
    def columns(period: str) -> set[str]:
        items = section_251.read(save(tmp_path, rows(period))).tables["item"]["item"]
        return {item.rpartition(".")[2] for item in items}

    assert columns("2009-10") - columns("2008-09") == {"own", "other_public"}
    assert columns("2008-09") - columns("2009-10") == {"public"}


def test_blank_and_null_are_missing_and_never_nought(tmp_path):
    entries = rows("2009-10")
    entries[0]["Own Provision (y)"] = ""
    entries[1]["Own Provision (y)"] = "NULL"
    entries[2]["Own Provision (y)"] = "0"
    entries[3]["Own Provision (y)"] = "-1234.5"
    reading = section_251.read(save(tmp_path, entries))
    own = reading.tables["observation"].filter(pl.col("item").str.ends_with(".own"))
    assert own.select("value", "missing", "symbol").head(4).rows() == [
        (None, "unstated", "(blank)"),
        (None, "unstated", "NULL"),
        (0.0, None, None),
        (-1234.5, None, None),
    ]
    assert reading.notes[0] == f"2 of {len(entries) * 7:,} cells are blank or NULL."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_the_curly_apostrophe_reads_in_every_encoding_the_file_has_had(tmp_path, encoding):
    entries = rows("2013-14")
    for entry in entries:
        said = entry["CYPServiceDescription"]
        entry["CYPServiceDescription"] = said.replace("childrens", "children’s")
    table = section_251.read(save(tmp_path, entries, encoding)).tables["observation"]
    assert table.filter(pl.col("item").str.contains("childrens_centres")).height


def test_every_problem_is_told_at_once(tmp_path):
    entries = rows("2013-14")
    entries[0]["OwnProvision"] = "12E"
    entries[1]["LA"] = "30X"
    entries[2]["LA Name"] = ""
    entries[3]["CYPServiceDescription"] = "4 Something new"
    entries[40]["LineNumber"] = "39"
    entries.append(entries[50])
    told = problems(tmp_path, entries)
    assert "'12E' in row 2" in told
    assert "'30X' in row 3" in told
    assert "without a name; for example an empty cell in row 4" in told
    assert "lines that 2013-14 does not have; for example something_new" in told
    assert "number is not that of 2013-14; for example '39' in row 42" in told
    assert "the same line twice" in told
    assert "do not have every line" in told


def test_a_renamed_column_is_named(tmp_path):
    entries = [
        {("VoluntarySector" if k == "Voluntary" else k): v for k, v in entry.items()}
        for entry in rows("2013-14")
    ]
    told = problems(tmp_path, entries)
    assert "column 'Voluntary' is missing" in told
    assert "'VoluntarySector'" in told


def test_lines_of_an_unknown_year_are_refused(tmp_path):
    entries = rows("2013-14")
    for entry in entries:
        entry["CYPServiceDescription"] += " and more"
    assert "those of no year from 2008-09 to 2013-14" in problems(tmp_path, entries)


def test_a_file_cut_short_is_refused(tmp_path):
    file = save(tmp_path, rows("2013-14"))
    file.path.write_bytes(file.path.read_bytes()[:-40])
    with pytest.raises(PublishedFileError, match="cut short"):
        section_251.read(PublishedFile(file.path, "cut.csv"))
    told = problems(tmp_path, rows("2013-14")[:-3])
    assert "305 has 33 of 36" in told


@pytest.mark.parametrize("content", [b"", b"LA,LA Name,Total\n1,2,3\n", b"PK\x03\x04"])
def test_strangers_are_not_claimed(tmp_path, content):
    path = tmp_path / "outturn_1314.csv"
    path.write_bytes(content)
    assert not section_251.recognises(PublishedFile(path, path.name))


@pytest.mark.published
@pytest.mark.parametrize(
    ("name", "period", "places", "children_looked_after"),
    [
        ("0809", "2008-09", 150, range(5, 14)),
        ("0910", "2009-10", 152, range(5, 17)),
        ("1011", "2010-11", 152, range(9, 19)),
        ("1112", "2011-12", 152, range(4, 12)),
        ("1213", "2012-13", 152, range(5, 15)),
        ("1314", "2013-14", 152, range(6, 16)),
    ],
)
def test_the_published_years_reconcile(open_data, name, period, places, children_looked_after):
    relative = f"dfe-s251/outturn_{name}.csv"
    reading = section_251.read(PublishedFile(open_data / relative, relative))
    table = reading.tables["observation"]
    assert set(table["period"]) == {period}
    assert table["la_number"].n_unique() == places
    assert (table["value"].is_null() == table["missing"].is_not_null()).all()
    assert not table.select("item", "la_number").is_duplicated().any()
    parts = table.select(
        "la_number",
        "value",
        pl.col("item").str.extract(r"^s251\.(.*)\.").alias("line"),
        pl.col("item").str.extract(r"([^.]+)$").alias("figure"),
    )
    wide = parts.pivot(on="figure", index=["la_number", "line"], values="value")
    providers = sorted(
        {"own", "private", "public", "other_public", "voluntary"} & set(wide.columns)
    )
    whole = wide.drop_nulls([*providers, "total_expenditure"])
    assert whole.height > 0.8 * wide.height
    gap = whole.select(pl.sum_horizontal(providers) - pl.col("total_expenditure")).to_series()
    assert gap.abs().max() < 2  # pounds: the publisher's own rounding
    numbers = section_251.lines().filter(pl.col("period") == period).select("line", "number")
    lines = wide.join(numbers, on="line").with_columns(pl.col("number").cast(pl.Int64))
    england = lines.group_by("number").agg(pl.col("total_expenditure").sum())
    added = england.filter(pl.col("number").is_in(list(children_looked_after)))
    printed = england.filter(pl.col("number") == children_looked_after.stop)
    assert added["total_expenditure"].sum() == pytest.approx(
        printed["total_expenditure"].item(), rel=1e-3
    )
