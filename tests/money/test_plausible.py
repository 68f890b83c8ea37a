"""Two keys must turn before a figure is set aside."""

import numpy as np
import pytest
from scipy import stats

from totalplace.money.plausible import ratio_spread, reported_elsewhere, robust_scores

RNG = np.random.default_rng(7)
VOLUME = np.full(60, 400.0)
SPEND = VOLUME * 40_000 * np.exp(RNG.normal(0, 0.3, 60))


def test_scores_agree_with_scipy():
    logs = np.log(SPEND)
    wanted = (logs - np.median(logs)) / stats.median_abs_deviation(logs, scale="normal")
    np.testing.assert_allclose(robust_scores(SPEND), wanted, rtol=1e-4)


def test_scores_need_a_cross_section_and_skip_what_is_not_positive():
    assert np.isnan(robust_scores(SPEND[:19])).all()
    spend = np.append(SPEND, [0.0, -5.0, np.nan])
    assert np.isnan(robust_scores(spend)).tolist() == [False] * 60 + [True] * 3
    assert (robust_scores(np.full(30, 7.0)) == 0).all()


@pytest.mark.parametrize(
    ("spend", "second", "set_aside"),
    [
        (0.0, 16e6, True),  # nothing, though children are placed
        (0.0, np.nan, True),
        (-3.0, 16e6, True),
        (0.5e6, 16e6, True),  # far outside, and the other publisher sees far more
        (0.5e6, np.nan, True),  # far outside, and nobody bears it out
        (0.5e6, 0.6e6, False),  # far outside, but the other publisher sees the same
        (16e6, 3e6, False),  # within the cross-section: a difference of definition
        (400e6, 16e6, True),  # far too much
        (np.nan, 16e6, False),  # missing is another matter
    ],
)
def test_the_two_keys(spend, second, set_aside):
    verdict = reported_elsewhere(
        np.append(SPEND, spend), np.append(VOLUME, 400.0), np.append(SPEND, second)
    )
    assert not verdict[:-1].any()
    assert bool(verdict[-1]) is set_aside


def test_nothing_spent_on_nobody_is_no_doubt():
    verdict = reported_elsewhere(np.append(SPEND, 0.0), np.append(VOLUME, 0.0), np.append(SPEND, 0))
    assert not verdict.any()


def test_the_usual_ratio_between_publishers_is_allowed_for():
    """The other publisher sees three times as much of everybody: that alone bears nothing out."""
    spend, second = np.append(SPEND, 0.5e6), np.append(SPEND, 0.5e6) * 3
    assert not reported_elsewhere(spend, np.append(VOLUME, 400.0), second).any()


def test_ratio_spread_by_hand():
    spread = ratio_spread(np.arange(1.0, 102.0), np.append(np.full(100, 10.0), np.nan))
    assert spread is not None
    assert spread.count == 100
    assert (spread.low, spread.middle, spread.high) == pytest.approx((1.09, 5.05, 9.01))
    assert ratio_spread(SPEND[:19], SPEND[:19]) is None
