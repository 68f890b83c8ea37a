"""Estimates: size slope, stand-ins, companies, the front line's yardstick, doubts."""

from datetime import date

import numpy as np
import pytest
from small_england import CHILDREN, CODES, END, observation, series

from totalplace.errors import InputError
from totalplace.money.doubts import DoubtKind, find_doubts
from totalplace.money.estimates import tilt
from totalplace.money.front_line import front_line_pay
from totalplace.money.pieces import ShareRange
from totalplace.money.services import service
from totalplace.money.spend import service_spend

SHARES = {"share.commissioning": ShareRange(value=0.03, low=0.02, high=0.04)}
MIDYEAR = {"start": date(2024, 6, 30), "end": date(2024, 6, 30)}
TOTAL = CHILDREN * 100_000  # all children's social care, pounds


def whole(paid=0.3):
    return [
        *series("ro3.total_csc.employees", TOTAL * paid),
        *series("ro3.total_csc.running", TOTAL * (1 - np.asarray(paid))),
        *series("ro3.total_csc.total_expenditure", TOTAL),
        *series("ro3.total_csc.total_income", TOTAL * 0.1),
        *series("population.children_0_17", CHILDREN * 100, **MIDYEAR),
    ]


def old_return(slope, *, zero_at=()):
    """Section 251 of 2012-13 where the part goes as the whole to the power of the slope."""
    span = {"start": date(2012, 4, 1), "end": date(2013, 3, 31)}
    size = service("commissioning").size
    part = np.where(np.isin(np.arange(30), zero_at), 0.0, 50.0 * TOTAL**slope)
    numbers = [{"la_number": str(800 + n)} for n in range(30)]
    rows = series(size.part, part, **span) + series(size.whole, TOTAL, **span)
    return [row | more for row, more in zip(rows, numbers * 2, strict=True)]


def test_the_size_slope_of_an_old_return_is_found_and_tilts_the_share(make_book):
    book = make_book(whole() + old_return(0.8, zero_at=(3, 4)))
    got = service_spend(book, service("commissioning"), shares=SHARES)
    share = got.gross / TOTAL
    assert np.sum(got.gross) == pytest.approx(0.03 * np.sum(TOTAL))  # the level is the registry's
    assert share[0] / share[-1] == pytest.approx((TOTAL[0] / TOTAL[-1]) ** (0.8 - 1))
    assert "rising by 0.80 %" in got.bases[CODES[0]]


def test_without_the_old_return_the_share_is_even(make_book):
    got = service_spend(make_book(whole()), service("commissioning"), shares=SHARES)
    assert got.gross == pytest.approx(0.03 * TOTAL)


def test_a_tilt_of_one_changes_nothing_and_missing_stays_missing():
    spend = np.array([1e6, 5e6, np.nan])
    np.testing.assert_allclose(tilt(spend, 1.0), [1, 1, np.nan])
    bent = tilt(spend, 0.5)
    assert np.nansum(bent * spend) == pytest.approx(6e6)
    assert bent[0] > 1 > bent[1]


def adoption(withheld=(), costless=()):
    rows = series(
        "looked_after.children_looked_after_on_31_march_each_year.children_count",
        CHILDREN,
        start=END,
    )
    for year in (2022, 2023, 2024):
        span = {"start": date(year, 4, 1), "end": date(year + 1, 3, 31)}
        adopted = [None if n in withheld else CHILDREN[n] * 0.04 for n in range(30)]
        weekly = [None if n in costless else 1_000.0 for n in range(30)]
        rows += series("lait.No_of LAC Adopted", adopted, symbol="-", **span)
        rows += series("lait.AdoptionFinance", weekly, symbol="-", **span)
    return rows


def test_withheld_adoptions_are_put_at_the_usual_ratio_when_asked(make_book):
    book = make_book(adoption(withheld=(3,), costless=(5,)))
    plain = service_spend(book, service("adoption"))
    assert set(plain.reasons) == {CODES[3], CODES[5]}
    got = service_spend(book, service("adoption"), missing="estimate")
    assert got.priced.all()
    assert got.volume[3] == pytest.approx(CHILDREN[3] * 0.04)
    assert got.gross[[3, 5]] == pytest.approx(CHILDREN[[3, 5]] * 0.04 * 1_000 * 365 / 7)
    assert "their number is withheld" in got.bases[CODES[3]]
    assert "their number is withheld" not in got.bases[CODES[5]]


def safeguarding(paid):
    rows = [
        *series("ro3.safeguarding.employees", CHILDREN * 10_000 * paid),
        *series("ro3.safeguarding.running", CHILDREN * 10_000 * (1 - paid)),
        *series("ro3.safeguarding.total_income", CHILDREN * 0),
        *series("children_in_need.at31_episodes", CHILDREN * 2, start=END),
    ]
    return rows + whole(np.where(paid < 0.05, 0.01, 0.3))


def test_where_a_company_runs_the_services_pay_is_the_usual_share(make_book):
    paid = np.full(30, 0.6)
    paid[4] = 0.0
    got = service_spend(make_book(safeguarding(paid)), service("social-work"))
    assert got.pay / got.gross == pytest.approx(np.full(30, 0.6))
    assert got.gross == pytest.approx(CHILDREN * 10_000)
    assert set(got.splits) == {CODES[4]}
    assert not got.estimated.any()  # the sum is published; only its split is borrowed


def front_line(change=()):
    pay = np.full(30, 30.0) * (1 + 0.1 * (np.arange(30) % 3))
    rows = [*series("population.children_0_17", CHILDREN * 100, **MIDYEAR)]
    for line, measure in (
        ("safeguarding", "SafeguardingFinance"),
        ("family_support", "FamilySupportFinance"),
        ("looked_after", "TotalLACFinance"),
    ):
        rows += series(f"ro3.{line}.employees", pay * CHILDREN)
        rows += series(f"lait.{measure}", 100.0 * CHILDREN)
    lost = {(code, item) for code, item, _ in change}
    kept = [row for row in rows if (row["area_code"], row["item"]) not in lost]
    return kept + [observation(code, item, value) for code, item, value in change]


def test_the_front_lines_yardstick_is_short_where_it_is_a_guess(make_book):
    gone = [(CODES[1], "ro3.safeguarding.employees", None)]
    gone += [
        (CODES[2], f"ro3.{line}.employees", 0.0)
        for line in ("safeguarding", "family_support", "looked_after")
    ]
    got = front_line_pay(make_book(front_line(gone)), management_share=0.1)
    assert got.area_codes == CODES
    assert got.estimated.nonzero()[0].tolist() == [1, 2]
    np.testing.assert_allclose(got.pay[3], 0.9 * 3 * 30 * CHILDREN[3])
    # the low end of 0.30, 0.33 and 0.36 of section 251 spend
    np.testing.assert_allclose(got.pay[[1, 2]], 0.9 * 3 * 30 * CHILDREN[[1, 2]])
    assert set(got.bases) == {CODES[1], CODES[2]}


def test_the_yardstick_is_unknown_rather_than_invented(make_book):
    assert np.isnan(front_line_pay(make_book([]), management_share=0.1).pay).all()
    with pytest.raises(InputError, match="between 0 and 1"):
        front_line_pay(make_book([]), management_share=1.5)


def test_doubts_say_what_differs_from_what(make_book):
    rows = [
        *series("ro3.total_csc.total_expenditure", TOTAL),
        *series("lait.C&YPExpenditure", np.where(np.arange(30) == 2, TOTAL / 1.2, TOTAL)),
        *series(
            "lait.C&YPExpenditure",
            np.where(np.arange(30) == 5, TOTAL * 2, TOTAL),
            start=date(2023, 4, 1),
            end=date(2024, 3, 31),
        ),
        observation(CODES[7], "ro3.total_csc.total_expenditure", TOTAL[7] / 2, latest=False),
    ]
    lost = (CODES[9], "ro3.total_csc.total_expenditure")
    rows = [row for row in rows if (row["area_code"], row["item"]) != lost]
    rows.append(observation(CODES[9], "ro3.total_csc.total_expenditure", None, symbol="[x]"))
    found = {(one.area_code, one.kind): one.words for one in find_doubts(make_book(rows))}
    totals = {key: words for key, words in found.items() if key[1] is not DoubtKind.ELSEWHERE}
    assert set(totals) == {
        (CODES[2], DoubtKind.DISAGREE),
        (CODES[5], DoubtKind.JUMP),
        (CODES[7], DoubtKind.REVISED),
        (CODES[9], DoubtKind.NO_FIGURE),
    }
    assert totals[CODES[2], DoubtKind.DISAGREE] == (
        "Council 3: all children's social care is £32.0m in the revenue outturn and £26.7m in "
        "section 251 (+20%)"
    )
    assert totals[CODES[9], DoubtKind.NO_FIGURE].endswith("(printed as [x])")


def test_a_book_with_nothing_in_it_raises_no_doubt(make_book):
    assert find_doubts(make_book([])) == ()
