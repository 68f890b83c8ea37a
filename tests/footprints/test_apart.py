"""What being smaller costs: by hand, and the sharing rules undone exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.apart import posts_cost, scale_cost, shared_back, support_cost
from totalplace.footprints.value import scale_rule

DRAWS = draw(Registry.load(), n=16, seed=3)


def held(**values):
    """One draw with these assumptions."""
    names = {"team_exponent": "team.exponent", "cap": "scale.doublings_cap", "light": "rho.light"}
    return {names[name]: np.array([value]) for name, value in values.items()}


def test_two_equal_halves_of_a_team_by_hand():
    cost = posts_cost(
        held(team_exponent=0.5), np.array([1.0]), np.array([8.0, 8.0]), median_volume=4.0
    )
    # T(8) = sqrt 2, T(16) = 2: each half pays 1.414 where its share was 1
    assert cost[:, 0] == pytest.approx([0.41421356e6, 0.41421356e6])


def test_support_by_hand():
    cost = support_cost(
        held(team_exponent=0.5, light=0.1), np.array([100.0]), np.array([0.25, 0.75])
    )
    assert cost[:, 0] == pytest.approx([0.1 * 100 * (0.5 - 0.25), 0.1 * 100 * (0.75**0.5 - 0.75)])


shares = st.floats(0.02, 0.98).map(lambda one: np.array([one, 1 - one]))


@settings(max_examples=50)
@given(shares, st.floats(1e3, 1e6))
def test_joining_again_saves_exactly_what_parting_cost(part, whole):
    """The planner's scale rule on the parts' dearer spend is the loss, with no cap in the way."""
    spend = np.full(DRAWS.n, 1e8)
    effect = DRAWS["scale.commissioning"]
    uncapped = {"scale.doublings_cap": np.full(DRAWS.n, 99.0)}
    cost = scale_cost(uncapped, spend, part, effect=effect)
    dearer = spend[None, :] * part[:, None] + cost
    saved = scale_rule(uncapped, dearer, 1 / part, effect)
    np.testing.assert_allclose(saved, cost, rtol=1e-9, atol=1e-3)
    assert whole > 0


@settings(max_examples=50)
@given(st.lists(st.floats(1.0, 1e5), min_size=2, max_size=6))
def test_parting_never_saves_a_post_and_one_part_alone_loses_nothing(volumes):
    sizes = np.array(volumes)
    cost = posts_cost(DRAWS, DRAWS["team.director"], sizes, median_volume=500.0)
    assert (cost >= -1e-6).all()
    alone = posts_cost(DRAWS, DRAWS["team.director"], sizes[:1], median_volume=500.0)
    assert np.abs(alone).max() < 1e-6


def test_no_effect_is_carried_beyond_the_range_it_was_measured_on():
    small = np.array([1 / 1024, 1023 / 1024])
    capped = scale_cost(held(cap=3.0), np.array([1024.0]), small, effect=np.array([-0.1]))
    assert capped[0, 0] == pytest.approx(0.9**-3 - 1)


def test_what_sharing_gives_back_by_hand():
    one = {"realised": 0.5, "rho.full": 0.6, "coordination.pair": 0.1}
    draws = {name: np.array([value]) for name, value in one.items()}
    amounts = {"posts": 2e6, "support": 1e6, "commissioning": 4e5}
    back = shared_back(draws, parts=3, **{k: np.array([v]) for k, v in amounts.items()})
    assert back[0] == pytest.approx(0.5 * (0.6 * 2e6 + 1e6 + 4e5) - 3 * 0.1e6)


def test_joining_never_saves_what_parting_costs():
    """Posts: the planner's saving from joining the parts again is a share of the loss."""
    sizes = np.array([300.0, 900.0])
    lost = posts_cost(DRAWS, DRAWS["team.director"], sizes, median_volume=500.0).sum(axis=0)
    none = np.zeros(DRAWS.n)
    back = shared_back(DRAWS, posts=lost, support=none, commissioning=none, parts=2)
    assert (back < lost).all()
