"""Spend by authority: what is priced, what is not and why, what is estimated and how."""

from datetime import date

import numpy as np
import pytest
from small_england import CHILDREN, CODES, END, observation, series

from totalplace.money.pieces import ShareRange
from totalplace.money.services import service
from totalplace.money.spend import service_spend

LOOKED_AFTER = "looked_after.children_looked_after_on_31_march_each_year.children_count"
COST = 40_000 * (1 + 0.05 * (np.arange(30) % 5 - 2))  # per looked-after child, 40,000 is usual
SHARES = {"share.support": ShareRange(value=0.1, low=0.08, high=0.15)}


def residential(change=(), *, children=CHILDREN):
    """Residential care at 40,000 a child; section 251 sees 10 % of children at a like price."""
    pay, running = CHILDREN * COST * 0.2, CHILDREN * COST * 0.8
    rows = [
        *series("ro3.residential.employees", pay),
        *series("ro3.residential.running", running),
        *series("ro3.residential.total_income", CHILDREN * 1_000),
        *series(LOOKED_AFTER, children, start=END),
        *series("lait.RescareFinance", np.full(30, 8_000.0)),
        *series("lait.LACnum", CHILDREN, start=END),
        *series("lait.LAC_SecHome_And_ChildHome", np.full(30, 10.0), start=END),
        *series("lait.LAC_Other_Res_Settings", [None] * 30, symbol="-", start=END),
    ]
    for code, item, value, symbol in change:
        rows = [row for row in rows if (row["area_code"], row["item"]) != (code, item)]
        rows.append(observation(code, item, value, symbol=symbol))
    return rows


def zero(code):
    return [(code, f"ro3.residential.{column}", 0.0, None) for column in ("employees", "running")]


def test_published_lines_arrive_as_they_are(make_book):
    got = service_spend(make_book(residential()), service("residential-care"))
    assert got.area_codes == CODES
    np.testing.assert_array_equal(got.pay, CHILDREN * COST * 0.2)
    np.testing.assert_array_equal(got.running, CHILDREN * COST * 0.8)
    np.testing.assert_allclose(got.gross, CHILDREN * COST)
    np.testing.assert_array_equal(got.income, CHILDREN * 1_000)
    np.testing.assert_array_equal(got.volume, CHILDREN)
    assert got.priced.all()
    assert not got.estimated.any()
    assert (got.low == 1).all()
    assert (got.high == 1).all()
    assert got.sources == ("Outturn (M, released 4 December 2025)", "Tool (D)")


def test_who_is_not_priced_and_why(make_book):
    change = [
        *zero(CODES[3]),
        (CODES[5], "ro3.residential.employees", None, "[x]"),
        (CODES[5], "ro3.residential.running", None, "[x]"),
        (CODES[7], "ro3.residential.employees", 0.0, None),
        (CODES[7], "ro3.residential.running", 4_300.0, None),
        (CODES[9], LOOKED_AFTER, None, "c"),
        (CODES[11], "ro3.residential.total_income", None, "[z]"),  # income alone
    ]
    got = service_spend(make_book(residential(change)), service("residential-care"))
    refused = {CODES[3], CODES[5], CODES[7], CODES[9]}
    assert set(got.reasons) == refused
    assert "£0 for residential care beside 330 looked-after children" in got.reasons[CODES[3]]
    assert "(printed as [x])" in got.reasons[CODES[5]]
    assert "£12 each where £40,000 is usual" in got.reasons[CODES[7]]
    assert "not published (printed as c)" in got.reasons[CODES[9]]
    for index, code in enumerate(CODES):
        assert bool(got.priced[index]) is (code not in refused)
        assert np.isnan(got.pay[index]) == np.isnan(got.running[index]) == (code in refused)
    assert np.isnan(got.income[11])
    assert got.priced[11]


def test_estimates_are_flagged_ranged_and_right(make_book):
    """Section 251 sees 8,000 x 365 / 7 x 10 % of children; the outturn's usual ratio is known."""
    change = [*zero(CODES[3]), (CODES[5], "ro3.residential.running", None, "[x]")]
    noise = np.where(np.arange(30) % 2, 1.2, 0.8)
    change += [
        (code, "lait.RescareFinance", 8_000.0 * factor, None)
        for code, factor in zip(CODES, noise, strict=True)
    ]
    got = service_spend(
        make_book(residential(change)), service("residential-care"), missing="estimate"
    )
    assert got.priced.all()
    assert got.estimated.nonzero()[0].tolist() == [3, 5]
    assert got.bases.keys() == {CODES[3], CODES[5]}
    second = 8_000 * noise * 365 / 7 * CHILDREN * 0.10
    kept = np.ones(30, dtype=bool)
    kept[[3, 5]] = False
    low, middle, high = np.quantile((CHILDREN * COST / second)[kept], [0.1, 0.5, 0.9])
    for index in (3, 5):
        assert got.gross[index] == pytest.approx(second[index] * middle)
        assert got.pay[index] / got.gross[index] == pytest.approx(0.2)
        assert got.low[index] == pytest.approx(low / middle)
        assert got.high[index] == pytest.approx(high / middle)
    assert (got.low[kept] == 1).all()


def test_without_a_second_opinion_an_estimate_is_refused(make_book):
    change = [*zero(CODES[3]), (CODES[3], "lait.RescareFinance", None, "-")]
    got = service_spend(
        make_book(residential(change)), service("residential-care"), missing="estimate"
    )
    assert not got.priced[3]
    assert CODES[3] in got.reasons


def test_an_empty_book_prices_nobody_and_says_so(make_book):
    for name in ("residential-care", "adoption", "leaving-care", "social-work"):
        got = service_spend(make_book([]), service(name))
        assert not got.priced.any()
        assert set(got.reasons) == set(CODES)
        assert got.sources == ()


def test_special_school_places_stay_unpriced_for_a_stated_reason(make_book):
    got = service_spend(make_book(residential()), service("special-school-places"))
    assert not got.priced.any()
    assert "high needs block" in got.reasons[CODES[0]]


def test_adoption_averages_three_years_and_needs_two(make_book):
    rows = []
    for year, adopted, weekly in ((2022, 4.0, 1_000.0), (2023, 8.0, 1_200.0), (2024, 6.0, 1_400.0)):
        span = {"start": date(year, 4, 1), "end": date(year + 1, 3, 31)}
        counts = np.full(30, adopted).tolist()
        if year != 2024:
            counts[0] = None
            if year == 2022:
                counts[1] = None
        rows += series("lait.No_of LAC Adopted", counts, symbol="-", **span)
        rows += series("lait.AdoptionFinance", np.full(30, weekly), **span)
    rows += series("ro3.other_looked_after.employees", np.full(30, 2.0))
    rows += series("ro3.other_looked_after.total_expenditure", np.full(30, 10.0))
    got = service_spend(make_book(rows), service("adoption"))
    assert not got.priced[0]
    assert got.priced[1:].all()
    assert got.estimated[1:].all()
    assert got.volume[1] == 7
    assert got.volume[2] == 6
    assert got.gross[2] == pytest.approx(6 * 1_200 * 365 / 7)
    assert got.pay[2] == pytest.approx(0.2 * got.gross[2])
    assert (got.low[2], got.high[2]) == (0.5, 2.0)


def test_a_share_of_all_spend_needs_the_share(make_book):
    rows = [
        *series("ro3.total_csc.employees", np.full(30, 30e6)),
        *series("ro3.total_csc.running", np.full(30, 70e6)),
        *series("ro3.total_csc.total_income", np.full(30, 1e6)),
        *series("population.children_0_17", CHILDREN * 100, start=date(2024, 6, 30),
                end=date(2024, 6, 30)),
    ]  # fmt: skip
    book = make_book(rows)
    without = service_spend(book, service("support"))
    assert not without.priced.any()
    assert "no share.support was given" in without.reasons[CODES[0]]
    got = service_spend(book, service("support"), shares=SHARES)
    assert got.gross == pytest.approx(np.full(30, 10e6))
    assert got.estimated.all()
    assert got.low[0] == pytest.approx(0.8)
    assert got.high[0] == pytest.approx(1.5)


def test_row_order_changes_nothing(make_book):
    rows = residential(zero(CODES[3]))
    one = service_spend(make_book(rows), service("residential-care"), missing="estimate")
    two = service_spend(make_book(rows[::-1]), service("residential-care"), missing="estimate")
    np.testing.assert_array_equal(one.pay, two.pay)
    assert one.reasons == two.reasons
    assert one.source_ids == two.source_ids


def test_older_releases_and_other_levels_are_not_read(make_book):
    rows = residential()
    rows += [
        observation(CODES[0], "ro3.residential.employees", 1.0, latest=False),
        observation(CODES[0], "ro3.residential.employees", 2.0, level="region"),
        observation(CODES[0], "ro3.residential.employees", 3.0, end=date(2024, 3, 31)),
    ]
    got = service_spend(make_book(rows), service("residential-care"))
    assert got.pay[0] == CHILDREN[0] * COST[0] * 0.2
