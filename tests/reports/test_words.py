"""Numbers and lists as people read them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.footprints.results import Range
from totalplace.reports import words

NAN = float("nan")
ANY = st.floats(-1e12, 1e12, allow_nan=False)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Range(7e5, 2e5, 1.3e6), "£0.7m (80 % interval £0.2m to £1.3m)"),
        (Range(9e6, -2e6, 21e6), "£9m (80 % interval -£2m to £21m)"),
        (Range(450.4, 400, 520), "£450 (80 % interval £400 to £520)"),
        (Range(12_300, 9_000, 15_000), "£12k (80 % interval £9k to £15k)"),
        (Range(-1e3, -7e5, 1e3), "£0.0m (80 % interval -£0.7m to £0.0m)"),
        (Range(0.0, 0.0, 0.0), "£0"),
        (Range(5e5, 5e5, 5e5), "£0.5m (fixed)"),
        (Range(NAN, 0.0, 1.0), "not available"),
        (None, "not available"),
    ],
)
def test_money_in_a_sentence(amount, said):
    assert words.money(amount) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Range(7e5, 2e5, 1.2e6), "£0.7m ±0.5"),
        (Range(7e5, 2e5, 1.9e6), "£0.7m (£0.2m to £1.9m)"),
        (Range(-7e5, -1.2e6, -2e5), "-£0.7m ±0.5"),
        (Range(7e5, 6.9e5, 7.1e5), "£0.7m (£0.7m to £0.7m)"),
    ],
)
def test_money_in_a_table_uses_plus_or_minus_where_it_is_even(amount, said):
    assert words.money_cell(amount, words.TENTHS_OF_A_MILLION) == said


@given(ANY)
def test_zero_never_has_a_sign_and_a_figure_reads_back(value):
    said = words.pounds(value)
    assert not re.fullmatch(r"-£[0,.]*[km]?", said)
    sign, digits, suffix = re.fullmatch(r"(-?)£([\d,.]+)([km]?)", said).groups()
    scale = words.scale_for([Range(value, value, value)])
    read = float(f"{sign}{digits.replace(',', '')}") * {"": 1, "k": 1e3, "m": 1e6}[suffix]
    assert read == pytest.approx(value, abs=0.5001 * scale.divisor * 10**-scale.decimals)


def test_chances_from_draws_are_never_flat():
    assert [words.chance(p) for p in (0.0, 0.004, 0.18, 0.996, 1.0, NAN)] == [
        "under 1 %",
        "under 1 %",
        "18 %",
        "over 99 %",
        "over 99 %",
        "not available",
    ]


def test_lists_counts_days_and_years():
    assert words.and_list(["A"]) == "A"
    assert words.and_list(["A", "B", "C"]) == "A, B and C"
    assert words.and_list(list("ABCDE"), most=2) == "A, B and 3 more"
    assert words.count(2_581, "partnership") == "2,581 partnerships"
    assert words.counted(1, "council") == "one council"
    assert words.counted(0, "body", "bodies") == "no bodies"
    assert words.counted(12, "council") == "12 councils"
    assert words.day(date(2026, 4, 1)) == "1 April 2026"
    assert words.years(None) == "never"
    assert words.years(Range(3.14, 2.2, 6.0)) == "3.1 years (2.2 to 6.0)"
    assert words.number(-0.2) == "0"
    assert words.sentence("what decides this plan") == "What decides this plan."
