"""A relaxation kept warm from draw to draw: its bound against every plan, its answer against one
made from nothing; and a task's fast route against an exact solve of the whole pool."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from totalplace.footprints.candidates import Candidates, from_sets
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.warm import Warm, rounded

SEEDS = st.integers(0, 10_000)


def pool(rng: np.random.Generator, n: int, count: int) -> Candidates:
    return from_sets(
        rng.choice(n, size=rng.integers(2, min(n, 5) + 1), replace=False).tolist()
        for _ in range(count)
    )


def gains(rng: np.random.Generator, sets: Candidates) -> np.ndarray:
    """A draw: some sets lose, some may not be chosen, some are worth the same."""
    gain = np.round(rng.normal(0.3, 1.0, len(sets)), 1) * 1e6
    gain[rng.random(len(sets)) < 0.1] = -np.inf
    return gain


def relaxed(sets: Candidates, gain: np.ndarray, n: int) -> float:
    """The relaxation's value by another solver, from nothing."""
    open_ = np.flatnonzero(np.isfinite(gain))
    if not len(open_):
        return 0.0
    rows = np.zeros((n, len(open_)))
    for at, c in enumerate(open_):
        rows[list(sets.row(int(c))), at] = 1.0
    return -float(linprog(-gain[open_], A_ub=rows, b_ub=np.ones(n)).fun)


@settings(max_examples=40)
@given(seed=SEEDS)
def test_the_bound_of_every_draw_is_the_relaxations_whatever_came_before(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 12))
    sets = pool(rng, n, int(rng.integers(1, 60)))
    warm = Warm(sets.flat(), n)
    for _ in range(5):
        gain = gains(rng, sets)
        priced = warm.price(gain)
        exact = relaxed(sets, gain, n)
        assert priced.bound >= exact - 1e-6 * max(1.0, abs(exact))
        assert priced.bound <= exact * (1 + 2e-4) + 1.0
        assert (priced.cost[np.isfinite(gain)] <= 1e-3).all()


@settings(max_examples=40)
@given(seed=SEEDS)
def test_a_rounded_plan_is_a_plan(seed):
    rng = np.random.default_rng(seed)
    sets = pool(rng, 10, 40)
    gain = gains(rng, sets)
    priced = Warm(sets.flat(), 10).price(gain)
    plan = rounded(sets.flat(), gain, priced, np.arange(len(sets)))
    members = [m for c in plan for m in sets.row(int(c))]
    assert len(members) == len(set(members))
    assert (gain[plan] > 0).all()
    assert gain[plan].sum() <= priced.bound + 1e-3


@settings(max_examples=30)
@given(seed=SEEDS)
def test_what_the_prices_rule_out_is_in_no_better_plan(seed):
    """Sets that give up more than the gap between the bound and a plan: the best has none."""
    rng = np.random.default_rng(seed)
    sets = pool(rng, 12, 80)
    gain = gains(rng, sets)
    priced = Warm(sets.flat(), 12).price(gain)
    plan = rounded(sets.flat(), gain, priced, np.arange(len(sets)))
    ruled_out = priced.cost < gain[plan].sum() - priced.bound - 1e-3
    best = best_partition(sets, gain, 12)
    assert not ruled_out[best.chosen].any() or best.value == pytest.approx(gain[plan].sum())
