"""Own figures: every kind of mistake told at once, and what is right kept to the last digit."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.measures.own_check import read_own
from totalplace.measures.own_file import KNOWN, MOST_ROWS, NOTHING_KEPT
from totalplace.measures.own_template import template_rows
from totalplace.reports.own_template import template_csv, template_workbook

CAMDEN, ISLINGTON = "E09000007", "E09000019"
COUNT = "looked_after.children_looked_after_on_31_march_each_year.children_count"
RATE = "workforce.agency_rate_fte"
HEAD = "time_period,new_la_code,la_name,measure,value,note"


def read(book, *rows, head=HEAD, **options):
    content = "\r\n".join([head, *rows]).encode()
    return read_own(book, content, file_name="june.csv", title="June", **options)


def faults(book, *rows, **options):
    with pytest.raises(InputError) as caught:
        read(book, *rows, **options)
    assert caught.value.after == NOTHING_KEPT
    return caught.value.problems


def published(book, item, code, period):
    return book.query(
        "SELECT value FROM observation WHERE latest AND item = ? AND area_code = ? AND period = ?"
        " AND level = 'authority'",
        [item, code, period],
    )["value"][0]


@pytest.mark.parametrize(
    ("row", "where", "what", "fix"),
    [
        (f"2025,E09000999,,{COUNT},210,", "row 2, new_la_code", "no authority we know", ""),
        (f"2025,,Camdn,{COUNT},210,", "row 2, la_name", "'Camdn' is no authority", "Camden"),
        (f"2025,,,{COUNT},210,", "row 2, new_la_code", "no authority is named", "E09000007"),
        (f"2025,{CAMDEN},Islington,{COUNT},210,", "row 2, new_la_code", "is Camden", "Mend"),
        (f"2025,{CAMDEN},,,210,", "row 2, measure", "no measure is named", "id"),
        (f"2025,{CAMDEN},,agency rate,210,", "row 2, measure", "no measure", "agency_fte"),
        (f",{CAMDEN},,{COUNT},210,", "row 2, time_period", "no period", ""),
        (f"2031,{CAMDEN},,{COUNT},210,", "row 2, time_period", "(31 March)", "2025, 2024"),
        (f"June,{CAMDEN},,{COUNT},210,", "row 2, time_period", "'June'", "2025"),
        (f"2025,{CAMDEN},,{COUNT},,", "row 2, value", "there is no value", "a symbol (c, z"),
        (f"2025,{CAMDEN},,{COUNT},many,", "row 2, value", "'many' is not a number", "symbol"),
        (f'2025,{CAMDEN},,{COUNT},"2,104",', "row 2, value", "'2,104'", "separators: 2104"),
        (f"2025,{CAMDEN},,{RATE},12.5%,", "row 2, value", "'12.5%'", "12.5"),
        (f"2025,{CAMDEN},,{COUNT},nan,", "row 2, value", "'nan' is not a number", ""),
        (f"2025,{CAMDEN},,{COUNT},-3,", "row 2, value", "less than nothing", "as it was counted"),
        (f"2025,{CAMDEN},,{RATE},101,", "row 2, value", "more than a hundred per cent", "count"),
        (f"2025,{CAMDEN},,{COUNT},=1+1,", "row 2, value", "a formula", "Paste"),
        (f"2025,E06000061,,{RATE},12,", "row 2, new_la_code", "joint return", "take the row out"),
        (f"2022,Corby,,{COUNT},12,", "row 2, new_la_code", "no authority we know", ""),
        (f"2022,E10000021,,{COUNT},12,", "row 2, new_la_code", "abolished on", "North North"),
    ],
)
def test_each_mistake_says_where_what_and_how_to_mend_it(england, row, where, what, fix):
    (found,) = faults(england, row)
    assert found.where == where
    assert what in found.what
    assert fix in found.fix


def test_all_mistakes_are_told_at_once_in_the_order_of_the_rows(england):
    found = faults(
        england,
        f"2025,{CAMDEN},,{COUNT},many,",
        f"2031,{CAMDEN},,{RATE},150,",
        f"2025,{ISLINGTON},,{COUNT},300,",
        f"2025,{ISLINGTON},,{COUNT},310,",
        "2025,Camdn,,lookd after,1,",
    )
    assert [one.where for one in found] == [
        "row 2, value",
        "row 3, time_period",
        "row 3, value",
        "row 5, measure",
        "row 6, new_la_code",
        "row 6, measure",
    ]
    assert "row 4 already" in found[3].what


def test_the_same_mistake_in_many_rows_is_told_once_with_its_rows(england):
    rows = [f"2025,{CAMDEN},,no such thing,{n}," for n in range(9)]
    (found,) = faults(england, *rows)
    assert found.count == 9
    assert found.where == "rows 2, 3, 4, 5, 6, 7 and 3 more, measure"


def test_figures_of_other_councils_are_refused(england):
    (found,) = faults(england, f"2025,{ISLINGTON},,{COUNT},300,", only=[CAMDEN], owner="Exampleton")
    assert found.what == "Islington is not among the councils of Exampleton"
    assert "Camden" in found.fix


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b"  \r\n ", "the file is empty"),
        (b"%PDF-1.7 something", "neither a CSV file nor an Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "old kind"),
        (b"PK\x03\x04broken", "damaged"),
        (b"a,b\r\n1,2", "no row has the headings"),
        (HEAD.encode(), "headings but no rows"),
        (f"{HEAD}\r\n,,,,,\r\n".encode(), "headings but no rows"),
        (b"\x00\x01\x02\x03" * 50, "neither a CSV file nor an Excel workbook"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused_in_words(england, content, what):
    with pytest.raises(InputError) as caught:
        read_own(england, content, file_name="x", title="x")
    (found,) = caught.value.problems
    assert what in found.what
    assert found.fix
    assert "publisher" not in str(caught.value)


def test_wrong_headings_are_all_named_with_the_nearest(england):
    found = faults(england, "2025,x,y,z,1", head="time_perod,new_la_code,measure,valu,colour")
    assert [(one.what, one.fix) for one in found] == [
        ("there is no heading 'time_period'", "Is it 'time_perod'? Write time_period."),
        ("there is no heading 'value'", "Is it 'valu'? Write value."),
        ("the heading 'colour' is not known", "Take the column out."),
    ]
    twice = faults(england, "2025,x,y,1,1", head="time_period,la_name,measure,value,value")
    assert "stands twice" in twice[0].what


def test_too_many_rows_are_refused(england):
    (found,) = faults(england, *[f"2025,{CAMDEN},,{COUNT},210,"] * (MOST_ROWS + 1))
    assert f"{MOST_ROWS:,}" in found.what


def test_what_is_right_is_kept_beside_what_was_published(england):
    own = read(
        england,
        f"2025,{CAMDEN},Camden,{COUNT},231,from the June census",
        f"2024,,Islington,{RATE},c,",
        owner="Exampleton",
    )
    count, rate = own.figures
    assert (count.value, count.area_name, count.period_end) == (231, "Camden", date(2025, 3, 31))
    assert count.published == published(england, COUNT, CAMDEN, "2025")
    assert count.difference == 231 - count.published
    assert count.note == "from the June census"
    assert (rate.value, rate.missing, rate.symbol) == (None, "suppressed", "c")
    assert rate.published == published(england, RATE, ISLINGTON, "2024")
    assert own.owner == count.owner == "Exampleton"
    assert own.to_frame().height == 2
    assert len(own.sha256) == 64


@pytest.mark.parametrize("words", ["202425", "2024-25", "2024/25", "2025"])
def test_a_period_may_be_written_in_any_way_it_is_published_elsewhere(england, words):
    own = read(england, f"{words},{CAMDEN},,ro3.total_csc.employees,1000000,")
    assert own.figures[0].period == "2024-25"


def test_a_figure_where_none_was_published_says_so(england):
    cells = england.query(
        "SELECT o.area_code, o.period FROM observation o WHERE latest AND item = ?"
        " AND level = 'authority' AND value IS NULL AND area_code IN"
        " (SELECT area_code FROM authority WHERE ends IS NULL) ORDER BY ALL DESC",
        [RATE],
    )
    code, period = cells.row(0)
    own = read(england, f"{period},{code},,{RATE},20,")
    assert own.figures[0].published is None
    assert own.figures[0].published_missing


def test_what_is_strange_but_possible_is_a_warning(england):
    before = published(england, COUNT, CAMDEN, "2025")
    own = read(england, f"2025,{CAMDEN},,{COUNT},{before * 10},", f"2025,,Islington,{RATE},22,")
    assert [one.where for one in own.warnings] == ["row 2, value"]
    assert "unlike" in own.warnings[0].what
    children = read(england, f"2024,{CAMDEN},,population.children_0_17,40000,")
    assert any("worked out from it" in one.what for one in children.warnings)


def test_the_template_unchanged_says_nothing_new_and_changed_says_only_that(england):
    rows = template_rows(england, [CAMDEN, ISLINGTON], periods=2)
    assert set(rows["new_la_code"]) == {CAMDEN, ISLINGTON}
    assert tuple(rows.columns) == KNOWN
    for make in (template_csv, template_workbook):
        with pytest.raises(InputError, match="nothing to keep"):
            read_own(england, make(rows), file_name="x", title="x")
        changed = rows.with_columns(
            value=pl.when(pl.col("measure") == RATE).then(pl.lit("33.3")).otherwise("value")
        )
        own = read_own(england, make(changed), file_name="x", title="x")
        assert {one.item for one in own.figures} == {RATE}
        assert len(own.figures) == 4
        assert own.same == rows.height - 4


def test_formulas_of_a_workbook_are_found_where_they_stand(england):
    workbook = openpyxl.Workbook()
    workbook.active.title = "notes & more"
    sheet = workbook.create_sheet("figures <1>")
    sheet.append(["Our figures"])
    sheet.append(HEAD.split(","))
    sheet.append([2025, CAMDEN, "Camden", COUNT, "=200+31", ""])
    sheet.append([2025, ISLINGTON, "Islington", COUNT, 300, '="a"&"b"'])
    out = io.BytesIO()
    workbook.save(out)
    with pytest.raises(InputError) as caught:
        read_own(england, out.getvalue(), file_name="x.xlsx", title="x")
    assert [one.where for one in caught.value.problems] == ["row 3, value", "row 4, note"]


def test_a_semicolon_file_in_the_letters_of_windows_is_read(england):
    text = f"{HEAD}\n2025,{CAMDEN},Camden,{COUNT},231,Société £".replace(",", ";")
    own = read_own(england, text.encode("cp1252"), file_name="x.csv", title="x")
    assert own.figures[0].note == "Société £"
    assert own.owner == "Camden"


@given(st.binary(max_size=300))
def test_no_file_whatever_ends_in_anything_but_words(england, content):
    with pytest.raises(InputError):
        read_own(england, content, file_name="x", title="x")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2025", "2031", "", "x", "2024-25"]),
            st.sampled_from([CAMDEN, "", "Camdn", "=1", "E06000061"]),
            st.sampled_from([COUNT, RATE, "", "rate", "\x07"]),
            st.text(max_size=8),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_row_whatever_ends_in_anything_but_words_or_figures(england, rows):
    frame = pl.DataFrame(
        rows, schema=["time_period", "new_la_code", "measure", "value"], orient="row"
    )
    told = ()
    try:
        own = read_own(england, frame.write_csv().encode(), file_name="x", title="x")
    except InputError as error:
        told = error.problems
    else:
        assert own.figures
    assert all(one.what and one.fix for one in told)
