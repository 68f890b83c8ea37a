"""Services for all ages: shared whole, never in the count, unknown where no body's return is."""

import pytest

from totalplace.evidence.registry import Registry
from totalplace.money.all_ages import all_ages
from totalplace.money.audit import audit
from totalplace.scenarios.counting import count_place, find_place, read_ledger


@pytest.fixture(scope="module")
def ledger(england):
    return read_ledger(england, Registry.load())


def of(ledger, name):
    found = all_ages(ledger.services, find_place(ledger.today, name).area_codes)
    return {one.body: one for one in found}


def published(book, item, level):
    frame = book.query(
        "SELECT sum(value) AS v FROM observation WHERE latest AND item LIKE ? AND level = ?"
        " AND period_start = (SELECT max(period_start) FROM observation WHERE item LIKE ?"
        " AND level = ?)", [item, level, item, level]
    )  # fmt: skip
    return round(frame["v"].item() * 100)


def test_england_is_the_published_whole(england, ledger):
    whole = of(ledger, "England")
    assert whole["NHS"].pence == published(england, "cra.7_a_medical_services.%.current", "region")
    assert whole["police"].pence == published(england, "rsx.police.total_expenditure", "partner")
    assert whole["fire"].pence == published(england, "rsx.fire.total_expenditure", "partner")
    assert len(whole["police"].unknown_areas) == 33  # London
    assert all(one.low == one.pence == one.high for one in whole.values())


def test_parts_of_a_region_and_a_force_add_up(ledger):
    members = ("Bradford", "Calderdale", "Kirklees", "Leeds", "Wakefield")
    parts = [of(ledger, name) for name in members]
    west = of(ledger, " + ".join(members))
    for body in ("police", "fire"):
        assert abs(sum(one[body].pence for one in parts) - west[body].pence) <= 5
        assert west[body].pence == west[body].whole
    region = of(ledger, "Yorkshire and The Humber")
    assert region["NHS"].pence == region["NHS"].whole
    for one in parts:
        assert one["NHS"].low <= one["NHS"].pence <= one["NHS"].high


def test_what_no_return_holds_is_unknown(ledger):
    camden, norfolk = of(ledger, "Camden"), of(ledger, "Norfolk")
    assert (camden["police"].pence, camden["fire"].pence) == (None, None)
    assert "London" in camden["police"].basis
    assert norfolk["fire"].pence is None
    assert norfolk["police"].pence == norfolk["police"].whole
    assert of(ledger, "Cumberland")["NHS"].pence > 0  # districts of before 2023 are followed


def test_it_is_beside_the_count_and_never_in_it(england, ledger):
    one = count_place(england, "Leeds", Registry.load(), ledger=ledger, doubts=())
    assert {each.body for each in one.around} == {"NHS", "police", "fire"}
    assert not {"NHS", "police", "fire"} & {row.payer for row in one.rows if row.pence is not None}
    assert audit(one, ledger=ledger) == []
    assert 0 < one.joint.share < 0.3
    assert one.joint.spend < one.pence
