"""Intervals of the figures people see: against statsmodels, and what rounding and gaps do."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from totalplace.measures.headlines import GROUPS, OUTCOMES, Headline, headlines
from totalplace.measures.rates import METHODS, Rate, between, from_counts, from_noise

PERCENT = Headline(id="p", item="p", short="share %", group="need", kind="percent", why="w")
RATE = Headline(id="r", item="r", short="rate", group="need", kind="rate", per=10_000, why="w")
ROUNDED = Headline(id="w", item="w", short="%", group="need", kind="percent", step=1, why="w")


@pytest.mark.parametrize(("count", "total"), [(0, 19), (7, 40), (271, 1000), (19, 19)])
def test_a_percentage_has_wilsons_interval(count, total):
    found = from_counts(PERCENT, count, total)
    low, high = proportion_confint(count, total, alpha=0.10, method="wilson")
    assert found.value == pytest.approx(100 * count / total)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high), abs=1e-9)
    assert found.method in METHODS


@pytest.mark.parametrize("count", [5, 40, 700])
def test_a_rate_comes_close_to_the_exact_interval(count):
    found = from_counts(RATE, count, 50_000)
    exact = stats.chi2.ppf(0.05, 2 * count) / 2, stats.chi2.ppf(0.95, 2 * count + 2) / 2
    assert np.array([found.low, found.high]) * 5 == pytest.approx(np.array(exact), rel=0.02)


@given(st.integers(1, 500), st.floats(0, 1))
def test_rounding_only_ever_widens(total, share):
    count = share * total
    exact = from_counts(ROUNDED, count, total)
    implied = from_counts(ROUNDED, count, total, implied=True)
    assert implied.low <= exact.low <= exact.value <= exact.high <= implied.high


@given(st.integers(1, 300), st.integers(0, 300), st.integers(0, 300))
def test_bounds_hold_whatever_the_withheld_count_was(known, hidden_total, hidden):
    hidden = min(hidden, hidden_total)
    total = 300 + hidden_total
    bounds = between(PERCENT, known, known + hidden_total, total)
    truth = from_counts(PERCENT, known + hidden, total)
    assert isnan(bounds.value)
    assert bounds.low <= truth.low <= truth.high <= bounds.high


def test_a_figure_without_counts_says_how_or_why_not():
    level = Headline(
        id="l", item="l", short="score", group="need", kind="level", why="w", interval="year-noise"
    )
    assert from_noise(level, 10.0, 2.0).method == "year-noise"
    assert from_noise(level, 10.0, 2.0).high == pytest.approx(10 + 1.6448536 * 2)
    assert "no counts" in from_noise(level, 10.0, None).no_interval
    account = Headline(
        id="a", item="a", short="£", group="money", kind="level", why="w", interval="none: as said"
    )
    assert from_noise(account, 10.0, 2.0).no_interval == "as said"


def test_no_clear_difference_is_said_when_the_interval_holds_the_other_figure():
    rate = Rate(value=20, low=18, high=22)
    assert [rate.against(other) for other in (17, 18, 20, 22, 23)] == [
        "above", "no clear difference", "no clear difference", "no clear difference", "below",
    ]  # fmt: skip
    assert rate.against(float("nan")) == ""
    assert Rate(value=20, no_interval="because").against(10) == "no interval, so not compared"
    assert Rate(reason="suppressed").against(10) == ""


def test_every_headline_is_whole_and_says_why_it_is_there():
    rows = headlines()
    assert len({one.id for one in rows}) == len(rows)
    assert {one.group for one in rows} == set(GROUPS)
    assert [one.group for one in rows] == sorted(
        (one.group for one in rows), key=list(GROUPS).index
    )
    for one in rows:
        assert one.why
        assert one.item or one.numerator
        assert (one.kind == "level") == (not one.denominator), one.id
        assert one.kind != "level" or one.interval, (
            f"{one.id}: no way to an interval, and no reason"
        )
        assert one.better if one.group in OUTCOMES else True
        assert not one.better if one.group in ("need", "activity", "money") else True
