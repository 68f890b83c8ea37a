"""Intervals against statsmodels and scipy, and ranks against hand counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from totalplace.errors import InputError
from totalplace.measures.intervals import byar, rank_interval, wilson

PAIRS = st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.998])


@given(st.lists(PAIRS, min_size=1, max_size=8), LEVELS)
def test_wilson_is_statsmodels(pairs, level):
    counts, totals = np.array(pairs, dtype=float).T
    low, high = proportion_confint(counts, totals, alpha=1 - level, method="wilson")
    got = wilson(counts, totals, level=level)
    np.testing.assert_allclose(got.low, low, atol=1e-12)
    np.testing.assert_allclose(got.high, high, atol=1e-12)
    assert (got.low <= got.point).all()
    assert (got.point <= got.high).all()


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_byar_is_near_the_exact_poisson_interval(level):
    counts = np.arange(0.0, 500)
    tail = (1 - level) / 2
    exact_low = stats.chi2.ppf(tail, 2 * counts) / 2
    exact_high = stats.chi2.ppf(1 - tail, 2 * counts + 2) / 2
    got = byar(counts, np.full(500, 50_000.0), per=50_000, level=level)
    np.testing.assert_allclose(got.high[1:], exact_high[1:], rtol=0.005)
    np.testing.assert_allclose(got.low[5:], exact_low[5:], rtol=0.01)
    assert got.low[0] == 0
    np.testing.assert_array_equal(got.point, counts)


def test_missing_in_missing_out():
    counts, totals = np.array([np.nan, 5.0, 5.0]), np.array([10.0, np.nan, 0.0])
    for made in (wilson, byar):
        got = made(np.minimum(counts, totals), totals)
        for part in (got.point, got.low, got.high):
            assert np.isnan(part).all()


@pytest.mark.parametrize(
    ("counts", "totals", "level"), [(5, 4, 0.9), (-1, 4, 0.9), (1, -4, 0.9), (1, 4, 1.0)]
)
def test_nonsense_is_refused(counts, totals, level):
    with pytest.raises(InputError):
        wilson(np.array([counts]), np.array([totals]), level=level)


def test_ranks_by_hand():
    # three draws: first two agree, in the third the outer two change places; the last is missing
    samples = np.array([[1.0, 2, 3, np.nan], [1.1, 2, 3, np.nan], [3.0, 2, 1, np.nan]])
    got = rank_interval(samples, low_is_first=True, level=0.9)
    np.testing.assert_array_equal(got.point, [1, 2, 3, np.nan])
    np.testing.assert_array_equal(got.low, [1, 2, 1, np.nan])
    np.testing.assert_array_equal(got.high, [3, 2, 3, np.nan])
    turned = rank_interval(samples, low_is_first=False, level=0.9)
    np.testing.assert_array_equal(turned.point, [3, 2, 1, np.nan])


def test_ties_share_the_lowest_rank():
    got = rank_interval(np.array([[5.0, 5.0, 9.0]]), low_is_first=True)
    np.testing.assert_array_equal(got.point, [1, 1, 3])


@given(st.integers(2, 30), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_ranks_stay_in_range_and_in_order(size, draws, seed):
    samples = np.random.default_rng(seed).normal(size=(draws, size))
    got = rank_interval(samples, low_is_first=True)
    assert ((got.low >= 1) & (got.high <= size)).all()
    assert ((got.low <= got.point) & (got.point <= got.high)).all()


def test_two_authorities_change_places_as_often_as_the_normal_law_says():
    """The better of two has rank 1 with probability Phi(1): the 90 % interval must hold both."""
    rng = np.random.default_rng(5)
    samples = rng.normal([0.0, np.sqrt(2)], 1.0, size=(20_000, 2))
    share_first = (samples[:, 0] < samples[:, 1]).mean()
    assert share_first == pytest.approx(stats.norm.cdf(1), abs=0.01)
    got = rank_interval(samples, low_is_first=True, level=0.9)
    np.testing.assert_array_equal(got.low, [1, 1])
    np.testing.assert_array_equal(got.high, [2, 2])
    narrow = rank_interval(samples, low_is_first=True, level=0.5)
    np.testing.assert_array_equal(narrow.high, [1, 2])
