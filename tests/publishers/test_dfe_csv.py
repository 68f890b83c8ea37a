"""The open-data layout: what a good file gives, and what each kind of bad file is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from totalplace.errors import PublishedFileError
from totalplace.publishers import dfe_csv
from totalplace.publishers.base import ITEM_SCHEMA, LEVELS, OBSERVATION_SCHEMA, PublishedFile
from totalplace.publishers.dfe_spec import publications, slug

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,la_name,new_la_code,population_type,population_estimate,"
    "children_count,rate_per_10000"
)
AT_MARCH = "Children looked after on 31 March each year"
STARTING = "Children starting to be looked after each year"
ENGLAND = "2025,Reporting year,National,E92000001,England,,,,,"
NORTH = "2025,Reporting year,Regional,E92000001,England,E12000001,North East,,,"
LEEDS = (
    "2025,Reporting year,Local authority,E92000001,England,E12000003,"
    "Yorkshire and The Humber,383,Leeds,E08000035"
)
KINGSTON = (
    "2025,Reporting year,Local authority,E92000001,England,E13000002,Outer London,314 / 318,"
    "Kingston upon Thames / Richmond upon Thames,E09000021 / E09000027"
)
GOOD = [
    f"{ENGLAND},{AT_MARCH},12183016,81770,67",
    f"{NORTH},{AT_MARCH},542710,5830,107",
    f"{LEEDS},{AT_MARCH},170000,1420,c",
    f"{LEEDS},{STARTING},170000,x,u",
    f"{KINGSTON},{AT_MARCH},80000,k,low",
]


def save(folder: Path, *lines: str, name: str = "renamed.csv", encoding: str = "utf-8-sig"):
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding) + b"\n")
    return PublishedFile(path, name)


def read(folder: Path, *lines: str, header: str = HEADER):
    return dfe_csv.read(save(folder, header, *lines))


def problems(folder: Path, *lines: str, header: str = HEADER) -> list[str]:
    file = save(folder, header, *lines)
    assert dfe_csv.recognises(file)
    with pytest.raises(PublishedFileError) as caught:
        dfe_csv.read(file)
    assert all(problem.where == "renamed.csv" for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_every_cell_of_every_indicator_becomes_one_row(tmp_path):
    reading = read(tmp_path, *GOOD)
    rows = reading.tables["observation"]
    assert rows.height == len(GOOD) * 3
    assert dict(rows.schema) == dict(OBSERVATION_SCHEMA)
    assert dict(reading.tables["item"].schema) == dict(ITEM_SCHEMA)
    assert (rows["value"].is_null() == rows["missing"].is_not_null()).all()
    assert set(rows["item"]) <= set(reading.tables["item"]["item"])
    assert reading.source.publication == "looked_after"
    assert reading.source.released is None


def test_levels_codes_and_periods(tmp_path):
    rows = read(tmp_path, *GOOD).tables["observation"]
    count = rows.filter(
        pl.col("item") == "looked_after.children_looked_after_on_31_march_each_year.children_count"
    )
    keep = ["level", "published_code", "la_number", "area_name", "period_start", "value"]
    day = date(2025, 3, 31)
    assert count.select(keep).rows() == [
        ("england", "E92000001", None, "England", day, 81770.0),
        ("region", "E12000001", None, "North East", day, 5830.0),
        ("authority", "E08000035", "383", "Leeds", day, 1420.0),
        (
            "joint",
            "E09000021 / E09000027",
            "314 / 318",
            "Kingston upon Thames / Richmond upon Thames",
            day,
            None,
        ),
    ]
    flow = rows.filter(pl.col("item").str.contains("starting")).row(0, named=True)
    assert (flow["period_start"], flow["period_end"]) == (date(2024, 4, 1), day)
    assert set(rows["level"]) <= set(LEVELS)


def test_symbols_are_kept_with_their_reasons(tmp_path):
    rows = read(tmp_path, *GOOD).tables["observation"]
    said = dict(rows.filter(pl.col("missing").is_not_null()).select("symbol", "missing").rows())
    assert said == {
        "c": "suppressed",
        "x": "not available",
        "u": "low reliability",
        "k": "rounds to zero",
        "low": "rounds to zero",
    }
    assert (
        rows.filter(pl.col("value").is_not_null())["symbol"].null_count()
        == rows.filter(pl.col("value").is_not_null()).height
    )


def test_a_renamed_column_is_named_with_its_likely_new_name(tmp_path):
    header = HEADER.replace("children_count", "child_count")
    [told] = problems(tmp_path, *GOOD, header=header)
    assert "column 'children_count' is missing" in told
    assert "'child_count'" in told


def test_every_problem_is_told_at_once(tmp_path):
    told = problems(
        tmp_path,
        f"{ENGLAND},{AT_MARCH},12183016,8l770,67",
        f"{NORTH},{AT_MARCH},,5830,107",
        f"{LEEDS.replace('Local authority', 'Ward')},{AT_MARCH},1,2,3",
        f"{LEEDS.replace('2025', 'soon')},{AT_MARCH},1,2,3",
        f"{LEEDS.replace('E08000035', 'E0800003')},{AT_MARCH},1,2,3",
        f"{LEEDS.replace('383', '')},{STARTING},1,2,3",
        f"{LEEDS},{STARTING},1,2,3",
        f"{LEEDS},{STARTING},1,2,3",
    )
    text = "\n".join(told)
    assert "'8l770' in row 2" in text
    assert "column 'population_estimate' has empty cells" in text
    assert "'Ward' in row 4" in text
    assert "'soon' is not a period label seen before" in text
    assert "'E0800003' in row 6" in text
    assert "three-digit number" in text
    assert "repeat an area, period and breakdown" in text
    assert len(told) == 7


def test_bad_cells_are_counted_with_one_example(tmp_path):
    lines = [f"{LEEDS.replace('383', str(n))},{AT_MARCH},1,?,3" for n in range(300, 340)]
    told = problems(tmp_path, *lines)
    assert any("(40 times); for example '?' in row 2" in problem for problem in told)


@pytest.mark.parametrize("value", ["1,234", "12a", "inf", "nan", "1 2", "£5", "-"])
def test_what_only_looks_like_a_number_is_refused(tmp_path, value):
    told = problems(tmp_path, f'{ENGLAND},{AT_MARCH},12183016,"{value}",67')
    assert "neither a number nor a symbol" in told[0]


def test_another_encoding_is_named_with_the_row(tmp_path):
    file = save(tmp_path, HEADER, *GOOD, GOOD[2].replace("Leeds", "Lêeds"), encoding="cp1252")
    assert dfe_csv.recognises(file)
    with pytest.raises(PublishedFileError, match=r"not UTF-8; for example byte 0xea in row 7"):
        dfe_csv.read(file)


def test_utf16_is_recognised_and_refused(tmp_path):
    file = save(tmp_path, HEADER, *GOOD, encoding="utf-16")
    with pytest.raises(PublishedFileError, match="not UTF-8"):
        dfe_csv.read(file)
    assert dfe_csv.recognises(file)


def test_a_file_cut_short_says_so(tmp_path):
    [told] = problems(tmp_path, *GOOD[:2], GOOD[2][:-7])
    assert "row 4 has 12" in told
    assert "cut short" in told


def test_ragged_rows_are_named(tmp_path):
    [told] = problems(tmp_path, *GOOD[:2], GOOD[2] + ",surplus")
    assert "do not have the 14 cells" in told
    assert "row 4 has 15" in told


def test_a_header_without_rows_is_refused(tmp_path):
    for lines in ((), ("", "," * 13)):
        [told] = problems(tmp_path, *lines)
        assert "no rows" in told


def test_empty_lines_left_by_a_spreadsheet_are_passed_over(tmp_path):
    reading = read(tmp_path, GOOD[0], "", "," * 13, GOOD[1], "", "")
    assert reading.tables["observation"].height == 6


def test_a_row_without_a_year_is_refused(tmp_path):
    told = problems(tmp_path, GOOD[0], GOOD[1].removeprefix("2025"))
    assert told[0].startswith("renamed.csv: '' is not a period label seen before")


def test_a_column_given_twice_is_refused(tmp_path):
    told = problems(tmp_path, GOOD[0] + ",1", header=HEADER + ",children_count")
    assert told == ["renamed.csv: column 'children_count' appears more than once."]


def test_an_unknown_extra_column_is_noted_not_refused(tmp_path):
    reading = read(tmp_path, GOOD[0] + ",9", header=HEADER + ",new_figure")
    assert reading.notes == ("Columns not read: new_figure.",)
    assert reading.tables["observation"].height == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"a,b,c\n1,2,3\n", b"PK\x03\x04junk", b'"unclosed\n', b"\xff\xfe"],
)
def test_strangers_are_not_claimed(tmp_path, content):
    path = tmp_path / "cla_number_and_rate_per_10k_children.csv"
    path.write_bytes(content)
    assert not dfe_csv.recognises(PublishedFile(path, path.name))


def test_another_publication_in_the_layout_is_not_claimed(tmp_path):
    header = HEADER.partition("population_type")[0] + "school_type,pupils,half_days_missed"
    file = save(tmp_path, header, f"{ENGLAND},All,1,2")
    assert not dfe_csv.recognises(file)
    assert "school_type, pupils, half_days_missed" in dfe_csv.near(file)
    assert dfe_csv.near(save(tmp_path, HEADER, *GOOD)) is None


def test_durations_become_months(tmp_path):
    header = (
        "time_period,time_identifier,geographic_level,country_code,country_name,cla_group,"
        "stage_of_adoption_process,age_start_poc,number"
    )
    start = "2025,Reporting year,National,E92000001,England,Age on starting final period of care"
    within = (
        "Children adopted who were placed for adoption within 12 months of the LA decision to "
        "place the child for adoption"
    )
    reading = read(
        tmp_path,
        f"{start},1. Some stage,Aged 1,00:10",
        f"{start},1. Some stage,Aged 2,02:03",
        f"{start},1. Some stage,Aged 3,c",
        f"{start},{within},Aged 1,540",
        header=header,
    )
    rows = reading.tables["observation"].join(reading.tables["item"], on="item")
    assert rows.select("value", "unit").rows() == [
        (10.0, "months"),
        (27.0, "months"),
        (None, "months"),
        (540.0, "children"),
    ]
    told = problems(
        tmp_path,
        f"{start},1. Some stage,Aged 1,00:13",
        f"{start},1. Some stage,Aged 2,14",
        f"{start},{within},Aged 1,00:10",
        header=header,
    )
    assert "(3 times); for example '00:13' in row 2" in told[0]


def test_the_status_column_decides_the_status(tmp_path):
    publication = next(p for p in publications() if p.id == "attainment_ks4")
    start = "202425,Academic year,National,E92000001,England,,,,,,CINO at 31 March"
    header = ",".join(publication.columns)
    assert header.split(",")[10:12] == ["social_care_group", "version"]
    figures = ",1" * len(publication.indicators)
    rows = read(tmp_path, f"{start},Revised{figures}", header=header).tables["observation"]
    assert set(rows["status"]) == {"revised"}
    assert set(rows["period_start"]) == {date(2024, 9, 1)}
    told = problems(tmp_path, f"{start},Perhaps{figures}", header=header)
    assert "'Perhaps' in row 2" in told[0]


def test_both_vintages_of_the_workforce_share_items_only_where_the_meaning_is_shared():
    old, new = (
        {indicator.item for indicator in p.indicators}
        for p in sorted(
            (p for p in publications() if p.id == "workforce"), key=lambda p: -len(p.note)
        )
    )
    assert {"turnover_rate_fte", "agency_rate_fte", "vacancy_rate_fte", "caseload_fte"} <= old & new
    assert old - new == {"leavers_headcount_old_count", "turnover_rate_headcount_old_count"}


def test_no_two_columns_of_a_publication_share_an_item():
    for publication in publications():
        items = [indicator.item for indicator in publication.indicators]
        assert len(items) == len(set(items)), publication.id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Children looked after on 31 March each year",
            "children_looked_after_on_31_march_each_year",
        ),
        ("Carer's request (s47)", "carers_request_s47"),
        ("1.ii 20 miles or less", "1_ii_20_miles_or_less"),
    ],
)
def test_slug(text, expected):
    assert slug(text) == expected
