"""`totalplace gap` for a borough, a county and a northern district: the core is held whole."""

import io
import json
import time
from zipfile import ZipFile

import jsonschema
import pytest

import totalplace as tp
from totalplace.cli import app
from totalplace.money.core import core_lines
from totalplace.reports.gap_document import gap_document
from totalplace.reports.gap_report import gap_page, gap_workbook
from totalplace.reports.json_document import schema

CORE = {one.line for one in core_lines().values() if one.core}


def in_order(found):
    """What must hold of any answer."""
    jsonschema.validate(found, schema("gap"))
    for mix in found["mixes"]:
        saved = sum(one["pounds"] for one in (*mix["sharing"], *mix["doing_less"]))
        assert mix["saved"] == pytest.approx(saved)
        assert mix["closed"] == (mix["left"] == 0)
        assert saved + mix["left"] >= mix["gap"] - 1
        if not mix["closed"]:
            assert saved + mix["left"] == pytest.approx(mix["gap"], abs=1)
        assert not {one["line"] for one in mix["doing_less"]} & CORE
        for one in mix["doing_less"]:
            assert one["pounds"] <= one["most"] * one["spend"] + 0.01
        assert found["core"] + sum(one["pounds"] for one in mix["doing_less"]) <= found["spend"]
    taken = sum(one["pounds"] for one in found["mixes"][-1]["doing_less"])
    for by in ("theme", "outcome"):
        each = [one["pounds"] for one in found["bearers"] if one["by"] == by]
        assert sum(each) == pytest.approx(taken, abs=0.01)
    untouched = [one for one in found["bearers"] if one["name"] in ("care", "protection")]
    assert untouched
    assert all(one["pounds"] == 0 for one in untouched)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["Camden", "Kent", "Oldham"])
def test_a_gap_closes_or_says_what_is_left(capsys, place):
    left = []
    for cut in ("10%", "20%", "35%"):
        start = time.process_time()
        assert app.run(["gap", place, "--cut", cut, "--json"]) == 0
        assert time.process_time() - start < 10
        found = json.loads(capsys.readouterr().out)
        in_order(found)
        left.append(found["mixes"][-1]["left"])
    assert left[2] > 0
    assert left == sorted(left)


@pytest.fixture(scope="module")
def kent():
    with tp.england() as book:
        return tp.gap(book, "Kent", cut=[0.02, 0.10])


def test_a_county_year_by_year(kent):
    found = gap_document(kent)
    in_order(found)
    assert [mix["year"] for mix in found["mixes"]] == ["2027-28", "2028-29", "2036-37"]
    assert [mix["cut"] for mix in found["mixes"]] == [0.02, 0.10, 0.10]
    assert found["mixes"][0]["closed"]
    assert not found["mixes"][1]["closed"]
    assert "abolished" in found["ends"]
    bands = [one for one in found["bearers"] if one["name"].endswith("third of districts")]
    taken = sum(one["pounds"] for one in found["mixes"][-1]["doing_less"])
    assert sum(one["pounds"] for one in bands) == pytest.approx(taken)
    assert sum(one["children_0_17"] for one in bands) > 300_000


def test_the_reports_tell_the_same(kent):
    page = gap_page(kent)
    assert page.count("<h1>") == 1
    assert "It cannot be closed in every year" in page
    with ZipFile(io.BytesIO(gap_workbook(kent))) as book:
        assert len([name for name in book.namelist() if "worksheets/sheet" in name]) == 7
    frame = kent.to_frame()
    assert frame.filter(kind="doing less")["pounds"].sum() == pytest.approx(
        sum(cut for mix in kent.mixes for _, cut in mix.choices)
    )


def test_a_council_without_a_return_is_answered_and_says_what_is_not_known(capsys):
    assert app.run(["gap", "Birmingham", "--cut", "20%"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Part of the spend is an estimate." in said
    assert "By sharing: not known." in said
    assert "Not known, so not in it:" in said
    assert "no figure in the revenue outturn" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Leeds", "--cut", "60%"), "cannot be answered"),
        (("Leeds", "--cut", "10%,40%,0%"), "a cut of 0% cannot be answered"),
        (("London", "--cut", "10%"), "is 33 councils"),
        (("Leeds", "--cut", "deep"), "no part such as"),
        (("Leeds", "--cut", "5%", "--set", "gap.most.young_people=0.9"), "outside the range"),
    ],
)
def test_a_mistake_is_told_without_a_trace(capsys, words, told):
    assert app.run(["gap", *words]) in (1, 2)
    said = capsys.readouterr()
    assert told in said.err
    assert "Traceback" not in said.err


def test_who_judges_otherwise_may_say_so(capsys):
    words = ["gap", "Kent", "--cut", "5%", "--set", "gap.most.family_support=0", "--json"]
    assert app.run(words) == 0
    found = json.loads(capsys.readouterr().out)
    lowered = {one["line"] for one in found["mixes"][0]["doing_less"]}
    assert "ro3.family_support" not in lowered
    assert lowered
