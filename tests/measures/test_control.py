"""XmR charts: hand-computed limits, gaps, and false alarm rates by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.measures.control import SCALING, latest_point, xmr

FINITE = st.floats(-1e6, 1e6, allow_nan=False)


def test_limits_by_hand():
    # moving ranges 2, 3, 1, 4, 2: mean 2.4; mean of values 72 / 6 = 12
    limits = xmr(np.array([10.0, 12, 15, 14, 10, 12]) - 1 / 6)
    assert limits is not None
    assert limits.moving_range_mean == pytest.approx(2.4)
    assert limits.mean == pytest.approx(12.0)
    assert limits.upper == pytest.approx(12.0 + 6.384)
    assert limits.lower == pytest.approx(12.0 - 6.384)
    assert limits.points == 6


def test_scaling_is_three_sigma_over_the_mean_range_of_two():
    d2 = 2 / np.sqrt(np.pi)  # expected range of two standard normal values
    assert pytest.approx(3 / d2, abs=0.005) == SCALING


def test_a_gap_breaks_the_moving_range():
    # the jump of 50 across the gap is no moving range; 1 is the only size of step within each part
    limits = xmr(np.array([0.0, 1, 0, 1, np.nan, 51, 50, 51]))
    assert limits is not None
    assert limits.moving_range_mean == 1.0
    assert limits.points == 7


@pytest.mark.parametrize(
    "values",
    [[], [1, 2, 3, 4, 5], [1, np.nan, 2, np.nan, 3, np.nan, 4, np.nan, 5, np.nan, 6]],
    ids=["empty", "five", "six-but-no-neighbours"],
)
def test_too_short_a_past_has_no_limits(values):
    assert xmr(np.array(values, dtype=float)) is None


def test_infinity_is_refused():
    with pytest.raises(InputError, match="finite"):
        xmr(np.array([1.0, np.inf]))


def test_the_latest_point_takes_no_part_in_its_own_limits():
    past = np.array([10.0, 12, 15, 14, 10, 12])
    high = latest_point(np.append(past, 40.0))
    higher = latest_point(np.append(past, 4000.0))
    assert high.above
    assert high.judged
    assert high.limits == higher.limits == xmr(past)
    assert latest_point(np.append(past, -40.0)).below
    inside = latest_point(np.append(past, 13.0))
    assert not inside.above
    assert not inside.below


def test_a_missing_latest_point_is_not_judged():
    point = latest_point(np.array([10.0, 12, 15, 14, 10, 12, np.nan]))
    assert not point.judged
    assert not point.above
    assert not point.below


@given(st.lists(FINITE, min_size=6, max_size=20), FINITE, st.floats(0.1, 100))
def test_limits_move_and_stretch_with_the_values(values, shift, stretch):
    base = xmr(np.array(values))
    moved = xmr(np.array(values) * stretch + shift)
    assert base is not None
    assert moved is not None
    size = 1e-9 * (1 + abs(shift) + stretch * np.abs(values).max())
    assert moved.upper == pytest.approx(base.upper * stretch + shift, abs=100 * size)
    assert moved.lower == pytest.approx(base.lower * stretch + shift, abs=100 * size)


@pytest.mark.parametrize(
    ("past", "expected"), [(6, 0.0229), (8, 0.0156), (60, 0.0023)], ids=["six", "eight", "sixty"]
)
def test_false_alarms_are_as_rare_as_stated(past, expected):
    """Rates from 400,000 vectorised series; here 4,000 are run one by one."""
    rng = np.random.default_rng(20)
    runs = 4000
    alarms = sum(latest_point(rng.normal(size=past + 1)).above for _ in range(runs))
    spread = np.sqrt(expected * (1 - expected) / runs)
    assert abs(alarms / runs - expected) < 4 * spread


def test_a_real_shift_is_seen():
    rng = np.random.default_rng(21)
    runs = 500
    seen = sum(latest_point(np.append(rng.normal(size=8), 6.0)).above for _ in range(runs))
    assert seen > 0.85 * runs
