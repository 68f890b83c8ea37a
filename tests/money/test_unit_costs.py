"""Unit costs: the publisher's own arithmetic as oracle, intervals that answer to their causes."""

from datetime import date

import numpy as np
import pytest
from small_england import CHILDREN, CODES, END, series

from totalplace.measures.today import todays_authorities
from totalplace.money.unit_costs import WEEKS, costs_of
from totalplace.scenarios.costing import spend_against_need, unit_costs

COUNT = "looked_after.children_looked_after_on_31_march_each_year.children_count"
BEFORE = date(2024, 3, 31)


def england_figure(book, item):
    frame = book.query(
        "SELECT value FROM observation WHERE latest AND level = 'england' AND item = ?"
        " AND period_end = '2025-03-31'", [item]
    )  # fmt: skip
    return frame["value"].item()


@pytest.mark.parametrize(
    ("spend", "count", "published"),
    [
        ("lait.TotalLACFinance", "lait.LACnum", "lait.LACFinance"),
        ("lait.SafeguardingFinance", "children_in_need.at31_episodes", "lait.SWFinance"),
    ],
)
def test_the_publisher_divides_by_one_day_as_the_fault_says(england, spend, count, published):
    worked_out = england_figure(england, spend) / england_figure(england, count) / WEEKS
    assert worked_out == pytest.approx(england_figure(england, published), abs=5)


def of(book, codes, name="looked-after"):
    found = costs_of(book, todays_authorities(book), codes)
    return next(one for one in found if one.unit.id == name)


def a_book(make_book, *, before=1.0, second=1.0):
    spend = CHILDREN * 100_000
    return make_book(
        series("ro3.looked_after.total_expenditure", spend)
        + series("lait.TotalLACFinance", spend / np.where(np.arange(30) == 3, second, 1.0))
        + series(COUNT, CHILDREN, start=END)
        + series(COUNT, CHILDREN * before, start=BEFORE, end=BEFORE)
    )


def test_a_steady_count_leaves_chance_alone(make_book):
    one = of(a_book(make_book), CODES[:1])
    assert one.value == pytest.approx(100_000 / WEEKS)
    reach = np.log(one.high / one.value)
    assert reach == pytest.approx(1.2816 / np.sqrt(CHILDREN[0]), rel=1e-3)
    assert np.log(one.value / one.low) == pytest.approx(reach)
    assert len(one.faults) == 1


def test_drift_and_disagreement_widen_and_are_told(make_book):
    steady, drifting = of(a_book(make_book), CODES), of(a_book(make_book, before=0.5), CODES)
    assert drifting.value == pytest.approx(steady.value / 0.75)
    assert drifting.one_day == pytest.approx(steady.value)
    assert drifting.high / drifting.value > steady.high / steady.value
    assert any("moves with it" in fault for fault in drifting.faults)
    torn = of(a_book(make_book, second=2.0), CODES[3:4])
    assert any("far from this one's: 2.00 times" in fault for fault in torn.faults)
    assert torn.high / torn.value > 1.2
    assert of(a_book(make_book), CODES[3:4]).high < torn.high


def test_a_place_is_the_ratio_of_its_sums_and_names_who_is_missing(make_book):
    spend = [None, *(CHILDREN[1:] * 100_000)]
    book = make_book(
        series("ro3.looked_after.total_expenditure", spend) + series(COUNT, CHILDREN, start=END)
    )
    one = of(book, CODES[:3])
    assert one.unknown_areas == (CODES[0],)
    assert one.spend == pytest.approx(sum(spend[1:3]))
    nothing = of(book, CODES[:1])
    assert (nothing.value, nothing.low, nothing.children) == (None, None, 0.0)


def test_real_costs_hold_the_known_holes(england):
    slough = {one.unit.id: one for one in unit_costs(england, "Slough").here}
    assert slough["looked-after"].value is None
    assert slough["special-needs"].value > 0
    liverpool = {one.unit.id: one for one in unit_costs(england, "Liverpool").here}
    assert any("other publisher" in fault for fault in liverpool["looked-after"].faults)
    for one in unit_costs(england, "England").here:
        assert one.low < one.value < one.high
        assert len(one.unknown_areas) < 12


def test_shares_of_money_and_need_add_up_to_one(england):
    one = spend_against_need(england, "Leeds", theme="care")
    assert one.among == "Yorkshire and The Humber"
    known = [share for share in one.shares if share.money is not None]
    assert sum(share.money for share in known) == pytest.approx(1)
    for key in ("children", "poor", "deprived"):
        assert sum(share.need[key] for share in known) == pytest.approx(1)
    for share in known:
        ratios = [share.money / need for need in share.need.values()]
        assert share.ratio_low <= min(ratios) <= max(ratios) <= share.ratio_high
    cohorts = one.cohorts.cohorts
    assert sum(each.children_share for each in cohorts) == pytest.approx(1)
    assert sum(each.money_share for each in cohorts) == pytest.approx(1)
    assert all(each.low < each.each < each.high for each in cohorts)
    south = spend_against_need(england, "South East", theme="care")
    slough = next(share for share in south.shares if share.area_code == "E06000039")
    assert slough.money is not None  # its care is estimated, with a range
    assert slough.money_low < slough.money < slough.money_high
