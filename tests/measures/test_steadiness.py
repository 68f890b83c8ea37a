"""Steady hands: breaches, stretch, joint returns, what was known when, and what is missing."""

from datetime import date

import numpy as np
import pytest

from totalplace.errors import InputError
from totalplace.measures.steadiness import WATCHED, StretchLimits, steadiness

ADA, BEE, CEE = "E06000001", "E06000002", "E06000003"
AUTHORITIES = [
    {"area_code": code, "la_number": str(800 + n), "name": code}
    for n, code in enumerate((BEE, ADA, CEE))
]
LIMITS = StretchLimits(turnover=20, agency=25, vacancy=25, caseload=20, signs=2)
TURNOVER, AGENCY, VACANCY, CASELOAD = (one.item for one in WATCHED[:4])
CALM = {TURNOVER: 12.0, AGENCY: 10.0, VACANCY: 14.0, CASELOAD: 15.0}


def figure(code, item, year, value, *, joint=False, latest=True):
    month = (9, 30) if item.startswith("workforce") else (3, 31)
    return {
        "area_code": None if joint else code,
        "published_code": code,
        "level": "joint" if joint else "authority",
        "item": item,
        "value": value,
        "missing": None if value is not None else "not available",
        "period_start": date(year, *month),
        "period_end": date(year, *month),
        "latest": latest,
    }


def calm_years(code, *, until=2025, start=2017, change=None, joint=False):
    """Nine quiet years, every figure moving by one from year to year; then the last one changed."""
    rows = []
    for item, level in CALM.items():
        values = [level + year % 2 for year in range(start, until + 1)]
        if change and item in change:
            values[-1] = change[item]
        rows += [
            figure(code, item, start + step, value, joint=joint)
            for step, value in enumerate(values)
        ]
    return rows


def look(make_book, rows, *, as_of=date(2026, 6, 1), limits=LIMITS):
    book = make_book(authority=AUTHORITIES, observation=rows)
    return steadiness(book, as_of=as_of, limits=limits)


def everyone(**change):
    return [row for code in (ADA, BEE, CEE) for row in calm_years(code, change=change.get(code))]


def test_quiet_councils_are_steady(make_book):
    found = look(make_book, everyone())
    assert found.area_codes == (ADA, BEE, CEE)
    assert not found.unsteady.any()
    assert found.words == ("", "", "")
    assert found.periods == (date(2025, 9, 30),) * 4 + (None, None)
    # eight earlier values 13, 12, 13, ...: mean 12.5, moving range 1
    assert found.upper[:, 0] == pytest.approx([12.5 + 2.66] * 3)


def test_a_breach_of_ones_own_history(make_book):
    found = look(make_book, everyone(**{BEE: {TURNOVER: 15.2}}))
    assert found.unsteady.tolist() == [False, True, False]
    assert found.words[1] == "turnover 15.20% is above its own upper control limit of 15.16%"
    assert not found.stretched.any()
    assert not look(make_book, everyone(**{BEE: {TURNOVER: 15.1}})).unsteady.any()


def test_stretched_on_two_counts_on_one_does_not(make_book):
    long_ago = [{TURNOVER: 21.0, AGENCY: 26.0}, {TURNOVER: 21.0}]
    rows = []
    for code, high in zip((ADA, BEE), long_ago, strict=True):
        # always as high, so no breach of its own history
        for item, level in (CALM | high).items():
            rows += [figure(code, item, year, level + year % 2) for year in range(2017, 2026)]
    rows += calm_years(CEE)
    found = look(make_book, rows)
    assert not found.breached.any()
    assert found.unsteady.tolist() == [True, False, False]
    assert found.words[0] == "stretched on turnover 22% (limit 20) and agency rate 27% (limit 25)"
    one_sign = StretchLimits(turnover=20, agency=25, vacancy=25, caseload=20, signs=1)
    assert look(make_book, rows, limits=one_sign).unsteady.tolist() == [True, True, False]


def test_a_joint_return_stands_for_both_members(make_book):
    rows = calm_years(f"{ADA} / {CEE}", change={CASELOAD: 30.0}, joint=True) + calm_years(BEE)
    found = look(make_book, rows)
    assert found.unsteady.tolist() == [True, False, True]
    np.testing.assert_array_equal(found.latest[0], found.latest[2])
    assert "caseload 30.0 is above" in found.words[2]


def test_figures_count_once_they_are_published(make_book):
    rows = everyone(**{BEE: {TURNOVER: 40.0}})
    assert not look(make_book, rows, as_of=date(2026, 2, 26)).unsteady.any()
    assert look(make_book, rows, as_of=date(2026, 2, 27)).unsteady[1]


def test_too_few_figures_to_show_steadiness_is_not_cleared(make_book):
    rows = everyone()
    lost = {(ADA, TURNOVER), (BEE, TURNOVER), (BEE, AGENCY)}
    rows = [
        row | {"value": None, "missing": "not available"}
        if (row["area_code"], row["item"]) in lost and row["period_end"].year == 2025
        else row
        for row in rows
    ]
    found = look(make_book, rows)
    assert found.not_known.tolist() == [False, True, False]  # one missing sign cannot be two
    assert found.unsteady.tolist() == [False, True, False]
    assert found.words[1].startswith("not known, so not cleared: no published turnover or agency")


def test_a_young_council_is_judged_on_stretch_alone(make_book):
    young = calm_years(BEE, start=2023, change={TURNOVER: 19.0})
    found = look(make_book, calm_years(ADA) + young + calm_years(CEE))
    assert np.isnan(found.upper[1]).all()
    assert not found.unsteady.any()


def test_an_empty_book_clears_nobody(make_book):
    found = look(make_book, [])
    assert found.unsteady.all()
    assert found.not_known.all()


def test_outcomes_are_watched_too(make_book):
    item = WATCHED[4].item
    quiet = [figure(ADA, item, year, 20.0 + year % 2) for year in range(2013, 2025)]
    rows = [*everyone(), *quiet, figure(ADA, item, 2025, 30.0)]
    found = look(make_book, rows)
    assert found.unsteady.tolist() == [True, False, False]
    assert found.words[0].startswith("re-referrals 30.0% is above its own upper control limit")


def test_a_rise_that_england_shares_is_not_this_councils(make_book):
    """Repeat plans rose by one a year everywhere: the past alone would stop everybody."""
    item = WATCHED[5].item
    rows = everyone()
    wobble = {ADA: (0.5, 0.0), BEE: (0.0, 0.5), CEE: (0.3, 0.1)}
    for code, even_odd in wobble.items():
        rows += [
            figure(code, item, y, 10.0 + y - 2013 + even_odd[y % 2]) for y in range(2013, 2025)
        ]
    rows += [figure(ADA, item, 2025, 24.0), figure(BEE, item, 2025, 24.0)]
    rows.append(figure(CEE, item, 2025, 30.0))
    alone = look(make_book, rows)
    assert alone.breached[:, 5].all()  # without England's figures its own past is all there is
    england = [figure("E92000001", item, y, 10.0 + y - 2013) for y in range(2013, 2025)]
    england.append(figure("E92000001", item, 2025, 23.5))
    found = look(make_book, rows + [row | {"level": "england"} for row in england])
    assert found.breached[:, 5].tolist() == [False, False, True]
    assert found.unsteady.tolist() == [False, False, True]


def test_older_releases_and_row_order_change_nothing(make_book):
    rows = everyone(**{BEE: {TURNOVER: 40.0}})
    more = [figure(CEE, TURNOVER, 2025, 99.0, latest=False), *rows[::-1]]
    assert look(make_book, rows).words == look(make_book, more).words


def test_signs_must_be_possible(make_book):
    bad = StretchLimits(turnover=20, agency=25, vacancy=25, caseload=20, signs=5)
    with pytest.raises(InputError, match="from 1 to 4"):
        look(make_book, [], limits=bad)
