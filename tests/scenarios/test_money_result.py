"""The Python face of money: frozen, adds up, obeys its schema; the named councils told in words."""

import json
from dataclasses import FrozenInstanceError

import jsonschema
import pytest

import totalplace as tp
from totalplace.errors import InputError
from totalplace.money.doubts import find_doubts
from totalplace.reports.json_document import schema
from totalplace.reports.money_text import money_text
from totalplace.scenarios.counting import read_ledger


@pytest.fixture(scope="module")
def book():
    with tp.england() as opened:
        yield opened


@pytest.fixture(scope="module")
def leeds(book):
    return tp.money(book, "Leeds", by="outcome")


def test_every_slice_adds_up_and_nothing_can_be_changed(leeds):
    frame = leeds.to_frame()
    assert frame.columns[0] == "outcome"
    assert round(frame["pounds"].sum() * 100) == leeds.pence
    rows = leeds.to_rows()
    assert round(rows["pounds"].sum() * 100) == leeds.pence
    unknown = rows.filter(rows["standing"] == "unknown")
    assert unknown.height
    assert unknown["pounds"].null_count() == unknown.height  # not known is never nothing
    with pytest.raises(FrozenInstanceError):
        leeds.by = "theme"


def test_the_json_obeys_its_schema(leeds):
    found = json.loads(leeds.to_json())
    jsonschema.validate(found, schema("money"))
    for cut in found["cuts"].values():
        assert sum(one["pounds"] for one in cut) == pytest.approx(found["pounds"], abs=0.01)


def test_a_missing_return_obeys_it_too(book):
    jsonschema.validate(json.loads(tp.money(book, "Birmingham").to_json()), schema("money"))


def test_a_page_and_a_workbook(leeds, tmp_path):
    assert "<h1>" in leeds.to_html()
    assert leeds.to_excel(tmp_path / "leeds.xlsx").stat().st_size > 10_000


def test_a_place_that_crosses_regions_is_counted_and_said(book):
    """Stated treatment: each part keeps its own region's benefits; both regions are named."""
    both = tp.money(book, ["Sheffield", "Derbyshire"])
    one, other = tp.money(book, "Sheffield"), tp.money(book, "Derbyshire")
    assert both.pence == one.pence + other.pence
    assert both.count.regions == ("East Midlands", "Yorkshire and The Humber")
    benefits = [row for row in both.count.rows if row.line.startswith("cra.programme")]
    assert {str(row.standing) for row in benefits if row.pence is not None} == {"estimated"}
    text = money_text(both.count, by="theme", width=100)
    assert "East Midlands" in text
    assert "Yorkshire and The Humber" in text


@pytest.mark.parametrize(
    ("area", "by", "told"),
    [("Atlantis", "theme", "Atlantis"), ("Leeds", "colour", "there is no cut 'colour'")],
)
def test_mistakes_are_told(book, area, by, told):
    with pytest.raises(InputError, match=told):
        tp.money(book, area, by=by)


NAMED = {
    "Birmingham": "no figure in the revenue outturn",
    "Cumberland": "no figure in the revenue outturn",
    "Slough": "no figure in the revenue outturn",
    "Wandsworth": "no figure in section 251",
    "Middlesbrough": "no figure in section 251",
    "Liverpool": "in section 251",
    "Gateshead": "was revised from",
    "Southwark": "was revised from",
}


@pytest.fixture(scope="module")
def everything(book):
    from totalplace.evidence.registry import Registry

    return read_ledger(book, Registry.load()), find_doubts(book)


@pytest.mark.parametrize("name", NAMED)
def test_the_holes_and_doubts_of_eight_councils_are_told_in_words(book, everything, name):
    from totalplace.evidence.registry import Registry
    from totalplace.scenarios.counting import count_place

    ledger, doubts = everything
    one = count_place(book, name, Registry.load(), ledger=ledger, doubts=doubts)
    told = " ".join(each.words for each in one.doubts)
    assert NAMED[name] in told
    assert NAMED[name] in " ".join(money_text(one, by="theme", width=100).split())
    social = [row for row in one.rows if row.line.startswith("ro3.") and row.theme != "health"]
    assert social
    for row in social:
        if row.pence is None:
            assert row.basis, row.title  # unknown, and why
        elif str(row.standing) == "estimated":
            assert row.basis
            assert row.low < row.pence < row.high, row.title
    if "revenue outturn" in NAMED[name]:
        assert not any(str(row.standing) == "published" for row in social)
        care = [row for row in social if row.line == "ro3.looked_after"]
        assert len(care) == 1  # its parts cannot be told apart, so the whole stands for them
        assert care[0].pence is None or care[0].pence > 0
