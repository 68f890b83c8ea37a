"""Dedicated schools grant: planted allotments come back; what does not add up is refused."""

import polars as pl
import pytest
from workbooks import ods, saved

from totalplace.errors import PublishedFileError
from totalplace.publishers import schools_grant
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile

BLOCKS = ["Schools block (£s)", "Central school services block (£s)", "High needs block (£s)"]
BLOCKS += ["Early years block (£s)", "Total DSG allocation (£s)"]


def row(number, name, scale=1.0):
    before = [100.0 * scale, 1.0 * scale, 30.0 * scale, 9.0 * scale]
    after = [40.0 * scale, 1.0 * scale, 25.0 * scale, 9.0 * scale]
    return [number, name, *before, sum(before), *after, sum(after)]


def summary():
    stage = "2023 to 2024 DSG allocations, {} recoupment and deductions"
    title = "Dedicated schools grant: 2023 to 2024 allocations local authority summary"
    top = [title, "", stage.format("before"), *[""] * 4]
    top += ["2023 to 2024 DSG allocations, after deductions for academies recoupment", *[""] * 4]
    return [
        top,
        ["", "", *BLOCKS, *BLOCKS],
        ["", "", *(f"[{letter}]" for letter in "ABCDEFGHIJ")],
        row("ENGLAND", "", 3.0),
        row("202", "Camden"),
        row("301", "Barking and Dagenham", 2.0),
        [""] * 12,
        row("LONDON", "", 3.0),
        [""] * 12,
        row("LONDON", "", 3.0),
        [""] * 12,
    ]


def book(rows):
    information = [["", "Publication date:", "Thursday, 20 Jul, 2023"]]
    return ods({"Information_2023_to_2024": information, "Allocations_summary": rows})


def reading(tmp_path, rows):
    file = saved(tmp_path, "grant.ods", book(rows))
    assert schools_grant.recognises(file)
    return schools_grant.read(file)


def problems(tmp_path, rows):
    with pytest.raises(PublishedFileError) as caught:
        reading(tmp_path, rows)
    return [str(problem) for problem in caught.value.problems]


def test_blocks_come_back_before_and_after_with_their_levels_and_year(tmp_path):
    got = reading(tmp_path, summary())
    seen = got.tables["observation"]
    assert dict(seen.schema) == OBSERVATION_SCHEMA
    assert dict(got.tables["item"].schema) == ITEM_SCHEMA

    def value(name, item):
        return seen.filter(area_name=name, item=item)["value"].item()

    assert value("Camden", "dsg.schools.before_recoupment") == 100.0
    assert value("Camden", "dsg.schools.after_recoupment") == 40.0
    assert value("ENGLAND", "dsg.total.before_recoupment") == 420.0
    levels = dict(seen.select("area_name", "level").unique().iter_rows())
    assert levels == {
        "ENGLAND": "england",
        "Camden": "authority",
        "Barking and Dagenham": "authority",
        "LONDON (class total)": "other",
        "LONDON": "region",
    }
    assert seen["period"].unique().to_list() == ["2023 to 2024"]
    assert str(seen["period_start"][0]) == "2023-04-01"
    assert str(got.source.released) == "2023-07-20"


def test_everything_wrong_is_told_at_once(tmp_path):
    rows = summary()
    rows[4][2] = "[x]"
    rows[5][0] = "202"
    said = problems(tmp_path, rows)
    assert any("'[x]' is no sum of money" in one and "C5" in one for one in said)
    assert any("two rows" in one for one in said)


@pytest.mark.parametrize(("line", "words"), [(4, "the blocks"), (3, "rows of level authority")])
def test_a_pound_out_of_place_is_found(tmp_path, line, words):
    rows = summary()
    rows[line][2] += 50
    if line == 3:
        rows[line][6] += 50
    assert any(words in one for one in problems(tmp_path, rows))


def test_a_cut_file_and_a_renamed_block_are_refused(tmp_path):
    rows = summary()
    del rows[5]
    assert any("cut short" in one for one in problems(tmp_path, rows))
    rows = summary()
    rows[1][4] = "Inclusion block (£s)"
    assert "High needs block" in problems(tmp_path, rows)[0]


def test_a_stranger_is_not_claimed_and_a_relation_is_named(tmp_path):
    other = saved(tmp_path, "a.ods", ods({"High_needs_block": [["x"]]}))
    assert not schools_grant.recognises(other)
    assert "Allocations_summary" in schools_grant.near(other)


@pytest.mark.published
def test_published_years_add_up_and_cover_every_authority(open_data):
    totals = {}
    for path in sorted((open_data / "dfe-dsg").glob("*.ods")):
        seen = schools_grant.read(PublishedFile(path, path.name)).tables["observation"]
        england = seen.filter(level="england", item="dsg.total.before_recoupment")
        totals[england["period"].item()] = england["value"].item()
        assert seen.filter(pl.col("level") == "authority")["la_number"].n_unique() >= 149
    assert totals["2023 to 2024"] == 57_135_884_056
    assert totals["2020 to 2021"] == 47_398_128_853
