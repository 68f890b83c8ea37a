"""Joint draws: the right margins, independence, one seed, common random numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from totalplace.errors import InputError, ParameterError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Distribution, Registry

REGISTRY = Registry.load()
VARYING = [row.id for row in REGISTRY if row.varies]


def outside_distribution(row):
    """The same distribution as scipy writes it, in terms of low, mode and high."""
    width = row.high - row.low
    if row.distribution is Distribution.NORMAL:
        return stats.norm(row.value, row.sd)
    if row.distribution is Distribution.UNIFORM:
        return stats.uniform(row.low, width)
    mode = (6 * row.value - row.low - row.high) / 4  # the classic PERT: mean = (a + 4m + b) / 6
    return stats.beta(
        1 + 4 * (mode - row.low) / width, 1 + 4 * (row.high - mode) / width, row.low, width
    )


@pytest.mark.parametrize("parameter_id", VARYING)
def test_margins_follow_the_stated_distribution(parameter_id):
    row, draws = REGISTRY[parameter_id], draw(REGISTRY, seed=1)[parameter_id]
    outside = outside_distribution(row)
    assert outside.mean() == pytest.approx(row.value, abs=1e-12)
    assert stats.kstest(draws, outside.cdf).statistic < 0.6 / 512  # half a stratum, exactly
    assert draws.mean() == pytest.approx(row.value, abs=0.002 * outside.std())
    assert draws.std() == pytest.approx(outside.std(), rel=0.01)


def test_a_uniform_margin_too():
    rows = [{**row_as_toml("take_up"), "distribution": "uniform", "value": 0.35}]
    registry = Registry.from_rows(rows)
    outside = outside_distribution(registry["take_up"])
    assert stats.kstest(draw(registry, seed=2)["take_up"], outside.cdf).statistic < 0.6 / 512


def row_as_toml(parameter_id):
    row = next(row for row in REGISTRY.to_rows() if row["id"] == parameter_id)
    return {key: value for key, value in row.items() if key != "held" and value is not None}


def test_the_price_effect_of_placements_averages_nothing_for_any_seed():
    for seed in range(50):
        assert abs(draw(REGISTRY, seed=seed)["scale.placements"].mean()) < 1e-3 * 0.02


def test_what_is_fixed_does_not_vary():
    draws = draw(REGISTRY, seed=3)
    for row in REGISTRY:
        if not row.varies:
            assert set(draws[row.id]) == {row.value}


@settings(max_examples=25)
@given(st.integers(1, 600), st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_draws_and_n_is_a_power_of_two(n, seed):
    one, two = draw(REGISTRY, n=n, seed=seed), draw(REGISTRY, n=n, seed=seed)
    assert n <= one.n < 2 * n
    assert one.n & (one.n - 1) == 0
    for name in VARYING:
        np.testing.assert_array_equal(one[name], two[name])
        assert one[name].shape == (one.n,)


def test_another_seed_pairs_the_assumptions_differently():
    one, two = draw(REGISTRY, seed=0), draw(REGISTRY, seed=1)
    assert not np.array_equal(one["hazard"], two["hazard"])
    np.testing.assert_allclose(np.sort(one["hazard"]), np.sort(two["hazard"]))  # same margin


def test_assumptions_are_independent_of_one_another():
    for seed in range(10):
        draws = draw(REGISTRY, seed=seed)
        between = np.corrcoef([stats.rankdata(draws[name]) for name in VARYING])
        np.fill_diagonal(between, 0.0)
        assert np.abs(between).max() < 0.13  # independent pairs would reach 0.14 at 512 draws


def test_holding_one_assumption_leaves_the_others_as_they_were():
    before = draw(REGISTRY, seed=5)
    after = draw(REGISTRY.with_values({"take_up": 0.5}), seed=5)
    assert set(after["take_up"]) == {0.5}
    for name in VARYING:
        if name != "take_up":
            np.testing.assert_array_equal(before[name], after[name])
    assert before.registry_sha256 != after.registry_sha256


def test_draws_name_what_they_came_from_and_cannot_be_changed():
    draws = draw(REGISTRY, n=8, seed=5)
    assert (draws.n, draws.seed, draws.registry_sha256) == (8, 5, REGISTRY.sha256)
    assert draws.central()["team.director"] == 0.8
    with pytest.raises(ValueError, match="read-only"):
        draws["hazard"][0] = 0.0
    with pytest.raises(ParameterError, match="Did you mean hazard"):
        draws["hazzard"]


@pytest.mark.parametrize(("n", "seed"), [(0, 1), (2**20 + 1, 1), (8, -1)])
def test_impossible_numbers_of_draws_are_refused(n, seed):
    with pytest.raises(InputError):
        draw(REGISTRY, n=n, seed=seed)
