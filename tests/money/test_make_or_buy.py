"""Make or buy: tables are the published files, ranges hold every measure, moves scale."""

import csv
import os
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from totalplace.errors import InputError
from totalplace.measures.today import todays_authorities
from totalplace.money.make_or_buy import provision, settings
from totalplace.money.providers import children_mix, homes_mix, spend_mix
from totalplace.scenarios.counting import find_place


@pytest.fixture(scope="module")
def today(england):
    return todays_authorities(england)


def of(england, today, name, **more):
    return provision(england, today, find_place(today, name).area_codes, **more)


def test_what_is_bought_is_a_range_that_own_pay_bounds(england, today):
    for authority in today.authorities[::6]:
        for one in of(england, today, authority.area_code):
            if one.spend is None:
                assert one.bought_low is None
                assert one.unknown_areas == (authority.area_code,)
            else:
                assert 0 <= one.bought_low <= one.bought_high <= 1
                assert one.bought_high == pytest.approx(1 - one.pay / one.spend)


def test_a_merged_council_has_its_predecessors_and_a_split_one_none(england, today):
    merged, split = (find_place(today, name).area_codes for name in ("Bournemouth, Christchurch "
                     "and Poole", "Cumberland"))  # fmt: skip
    assert spend_mix(today, merged, "residential").whole > 0
    assert spend_mix(today, split, "residential") is None
    whole = spend_mix(today, today.area_codes, "residential")
    assert len(whole.unknown_areas) == 5  # four of split counties, and Dorset, which lost a part


def test_more_moved_is_more_of_the_same(england, today):
    none, tenth, fifth = (of(england, today, "Leeds", move=part) for part in (0, 0.1, 0.2))
    for a, b, c in zip(none, tenth, fifth, strict=True):
        assert a.moved is None
        assert c.moved.spend_low == pytest.approx(2 * b.moved.spend_low)
        assert c.moved.change_high == pytest.approx(2 * b.moved.change_high)
        assert b.moved.change_low <= b.moved.change_high
        assert b.moved.places_low * a.spend / b.moved.spend_low > 0
    with pytest.raises(InputError, match="no part of what is bought"):
        of(england, today, "Leeds", move=1.5)


def test_a_missing_return_gives_no_number(england, today):
    slough = of(england, today, "Slough", move=0.1)
    assert all(one.spend is None and one.moved is None for one in slough)
    region = of(england, today, "South East")
    assert all(find_place(today, "Slough").area_codes[0] in one.unknown_areas for one in region)


def test_withheld_is_not_nothing():
    latest = children_mix("residential")[-1]
    assert latest.missing["own"] == "c"
    assert "own" not in latest.parts
    assert latest.bought == pytest.approx((7040 + 490) / 8650)
    assert all(one.source and one.confidence for one in settings())


@pytest.fixture(scope="module")
def folder():
    found = os.environ.get("TOTALPLACE_OPEN_DATA")
    if not found:
        pytest.skip("TOTALPLACE_OPEN_DATA is not set")
    return Path(found)


@pytest.mark.published
def test_homes_are_those_of_the_inspectors_file(folder, today):
    book = CalamineWorkbook.from_path(str(folder / "ofsted" / "provider_at_march_2025.ods"))
    head, *rows = book.get_sheet_by_name("Providers+places_at_31_Mar_2025").to_python()[3:]
    kind, sector, places = (head.index(name) for name in ("Provision type", "Sector", "Places"))
    homes = [row for row in rows if str(row[kind]).casefold() in
             ("children's home", "secure children's home")]  # fmt: skip
    ours = homes_mix(today.area_codes)
    assert sum(homes_mix(today.area_codes, places=False).parts.values()) == len(homes)
    for name, printed in (("private", "Private"), ("voluntary", "Voluntary"),
                          ("own or other council", "Local Authority")):  # fmt: skip
        assert ours.parts[name] == sum(row[places] for row in homes if row[sector] == printed)


@pytest.mark.published
def test_spend_by_provider_is_that_of_the_last_return(folder, today):
    path = folder / "dfe-s251" / "outturn_1314.csv"
    with path.open(encoding="cp1252", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["LineNumber"] == "7"]
    leeds = next(row for row in rows if row["LA Name"] == "Leeds")
    mix = spend_mix(today, find_place(today, "Leeds").area_codes, "fostering")
    assert mix.parts["private"] == pytest.approx(float(leeds["PrivateProvision"]), abs=1)
    assert mix.whole == pytest.approx(float(leeds["TotalExpenditure"]), abs=1)
    children = (
        folder
        / "dfe-csc"
        / ("national_cla_on_31_march_by_placement_provider_placement_type_and_locality.csv")
    )
    with children.open(encoding="utf-8-sig", newline="") as stream:
        private = sum(
            int(row["number"]) for row in csv.DictReader(stream)
            if row["time_period"] == "2024" and row["placement_type"][:2] in ("2a", "3a")
            and row["placement_provider"] == "Private provision"
        )  # fmt: skip
    assert children_mix("fostering")[-1].parts["private"] == private
