"""The core, least core and nucleolus: textbook games, a second implementation, brute force."""

from itertools import combinations

import numpy as np
import pytest
from country import country
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from totalplace.errors import InputError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.comparators import mean_worths
from totalplace.footprints.core import (
    excess,
    fair_split,
    in_core,
    least_core,
    leavers,
    nucleolus,
)
from totalplace.footprints.split import Split, shapley_values, split
from totalplace.types import Arrangement

games = st.tuples(st.integers(2, 5), st.integers(0, 10_000))


def random_game(n, seed):
    worth = np.round(np.random.default_rng(seed).normal(1, 2, 1 << n), 3)
    worth[0] = 0.0
    return worth


def game(n, worth_fn):
    """A game as an array, from a function of the set of members."""
    return np.array(
        [float(worth_fn({i for i in range(n) if bits >> i & 1})) for bits in range(1 << n)]
    )


def bankruptcy(estate, claims):
    """What is left for a group once all others are paid (O'Neill 1982)."""
    everyone = set(range(len(claims)))
    return game(
        len(claims), lambda group: max(0, estate - sum(claims[i] for i in everyone - group))
    )


# -- textbook answers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, (100 / 3, 100 / 3, 100 / 3)), (200, (50, 75, 75)), (300, (50, 100, 150))],
)
def test_the_talmuds_three_widows(estate, shares):
    """Ketubot 93a, which is the nucleolus: Aumann and Maschler (1985)."""
    np.testing.assert_allclose(nucleolus(bankruptcy(estate, (100, 200, 300)), 3), shares, atol=1e-6)


def test_the_contested_garment():
    np.testing.assert_allclose(nucleolus(bankruptcy(100, (50, 100)), 2), (25, 75), atol=1e-9)


def test_gloves_the_scarce_one_takes_all():
    worth = game(3, lambda group: 0 in group and len(group) > 1)
    np.testing.assert_allclose(nucleolus(worth, 3), (1, 0, 0), atol=1e-9)
    assert in_core(worth, np.array([1.0, 0, 0]))
    assert not in_core(worth, np.array([2 / 3, 1 / 6, 1 / 6]))  # the Shapley value


def test_majority_of_three_has_an_empty_core():
    worth = game(3, lambda group: len(group) >= 2)
    least = least_core(worth, 3)
    assert least.core_is_empty
    assert least.excess == pytest.approx(1 / 3)
    np.testing.assert_allclose(nucleolus(worth, 3), 1 / 3)


def test_an_additive_game_has_one_split_however_many_members():
    alone = np.random.default_rng(1).normal(size=12)
    worth = game(12, lambda group: sum(alone[i] for i in group))
    np.testing.assert_allclose(nucleolus(worth, 12), alone, atol=1e-6)


# -- invariants --------------------------------------------------------------------------------


@given(games, st.integers(0, 1000))
@settings(max_examples=60)
def test_core_check_against_every_sub_group_one_by_one(shape, seed):
    n, game_seed = shape
    worth = random_game(n, game_seed)
    split_ = np.random.default_rng(seed).normal(size=n)
    split_ += (worth[-1] - split_.sum()) / n
    gains = {}
    for size in range(1, n):
        for group in combinations(range(n), size):
            gain = worth[sum(1 << i for i in group)] - sum(split_[i] for i in group)
            if gain > 1e-9:
                gains[group] = gain
    found = leavers(worth, split_)
    assert dict(found) == pytest.approx(gains)
    assert [g for _, g in found] == pytest.approx(sorted(gains.values(), reverse=True))
    assert in_core(worth, split_) == (not gains)
    assert not in_core(worth, split_ + 1.0)  # hands out more than there is


@given(games, st.integers(0, 1000))
@settings(max_examples=40)
def test_no_split_has_a_smaller_largest_excess_than_the_least_core(shape, seed):
    n, game_seed = shape
    worth = random_game(n, game_seed)
    least = least_core(worth, n)
    assert least.allocation.sum() == pytest.approx(worth[-1])
    assert excess(worth, least.allocation)[1:-1].max() == pytest.approx(least.excess, abs=1e-7)
    for other in np.random.default_rng(seed).normal(size=(50, n)):
        moved = least.allocation + 0.3 * (other - other.mean())
        assert excess(worth, moved)[1:-1].max() >= least.excess - 1e-7
    assert in_core(worth, least.allocation) == (not least.core_is_empty)


def weighed_groups(worth, n):
    """The least core's excess from its dual: groups weighed so that all members weigh the same.

    max of sum(w_S v(S)) - m v(N), where sum(w_S) = 1 and every member is in groups weighing m
    together; above 0 where balanced groups are worth more than all (Bondareva 1963, Shapley 1967).
    """
    groups = np.arange(1, (1 << n) - 1)
    inside = (groups[None, :] >> np.arange(n)[:, None] & 1).astype(float)
    equal = np.vstack([np.column_stack([inside, -np.ones(n)]), np.append(np.ones(len(groups)), 0)])
    found = linprog(
        -np.append(worth[groups], -worth[-1]),
        A_eq=equal,
        b_eq=np.append(np.zeros(n), 1.0),
        bounds=[(0, None)] * len(groups) + [(None, None)],
        method="highs-ds",
    )
    return -found.fun


@given(st.integers(2, 7), st.integers(0, 10_000))
@settings(max_examples=60)
def test_the_least_core_equals_its_dual(n, seed):
    worth = random_game(n, seed)
    least = least_core(worth, n)
    weighed = weighed_groups(worth, n)
    assert least.excess == pytest.approx(weighed, abs=1e-7)
    assert least.core_is_empty == (weighed > 1e-7)


@given(games, st.integers(0, 1000))
@settings(max_examples=40)
def test_no_split_has_smaller_excesses_in_order_than_the_nucleolus(shape, seed):
    n, game_seed = shape
    worth = random_game(n, game_seed)
    found = nucleolus(worth, n)
    assert found.sum() == pytest.approx(worth[-1])
    mine = np.sort(excess(worth, found)[1:-1])[::-1]
    for step in (1.0, 0.1, 0.01):
        for other in np.random.default_rng(seed).normal(size=(20, n)):
            moved = found + step * (other - other.mean())
            theirs = np.sort(excess(worth, moved)[1:-1])[::-1]
            first = np.flatnonzero(np.abs(theirs - mine) > 1e-6)
            assert first.size == 0 or theirs[first[0]] > mine[first[0]]


@given(games)
@settings(max_examples=40)
def test_the_nucleolus_treats_equals_alike_and_moves_with_the_game(shape):
    n, seed = shape
    worth = random_game(n, seed)
    sizes = [bin(bits).count("1") for bits in range(1 << n)]
    alike = np.array([worth[(1 << s) - 1] for s in sizes])
    np.testing.assert_allclose(nucleolus(alike, n), alike[-1] / n, atol=1e-6)
    alone = np.arange(n) - 1.5
    more = worth + np.array([sum(alone[i] for i in range(n) if b >> i & 1) for b in range(1 << n)])
    np.testing.assert_allclose(nucleolus(more, n), nucleolus(worth, n) + alone, atol=1e-5)


@given(games, st.integers(0, 1000))
@settings(max_examples=60)
def test_shapley_is_efficient_symmetric_additive_and_gives_a_dummy_its_own(shape, seed):
    n, game_seed = shape
    one, two = random_game(n, game_seed), random_game(n, game_seed + seed + 1)
    value = shapley_values(one, n)
    assert value.sum() == pytest.approx(one[-1])
    np.testing.assert_allclose(
        shapley_values(one + 3 * two, n), value + 3 * shapley_values(two, n), atol=1e-9
    )
    bits = np.arange(1 << n)
    swapped = bits & ~3 | (bits & 1) << 1 | bits >> 1 & 1  # the first two change places
    even = (one + one[swapped]) / 2
    assert shapley_values(even, n)[0] == pytest.approx(shapley_values(even, n)[1])
    np.testing.assert_allclose(shapley_values(one[swapped], n)[:2], value[1::-1])
    dummy = one[bits & ~1] + 0.7 * (bits & 1)  # the first adds 0.7 to every group, and no more
    assert shapley_values(dummy, n)[0] == pytest.approx(0.7)


@given(st.integers(2, 5), st.integers(0, 1000))
@settings(max_examples=30)
def test_where_joining_late_adds_most_the_shapley_split_is_in_the_core(n, seed):
    weight = np.random.default_rng(seed).random(n)
    worth = game(n, lambda group: sum(weight[i] for i in group) ** 2)  # convex: Shapley (1971)
    assert in_core(worth, shapley_values(worth, n))
    assert in_core(worth, nucleolus(worth, n))
    assert not least_core(worth, n).core_is_empty


# -- on a partnership --------------------------------------------------------------------------


def test_a_partnerships_split_names_who_would_leave():
    problem = country(20, seed=5)
    draws = draw(Registry.load(), n=64, seed=1)
    kind = Arrangement.SHARED_MANAGEMENT
    masks = {(int(i), int(j)) for i, j in problem.edges}
    members = next((i, j, k) for i, j in sorted(masks) for k in range(20) if (j, k) in masks)
    shared = split(
        problem, draws, members, kind, lambda groups: mean_worths(problem, draws, kind, groups)
    )
    told = fair_split(problem, shared)
    assert told.members == tuple(problem.area_codes[m] for m in members)
    whole = mean_worths(problem, draws, kind, (members,))[0]
    assert sum(p.shapley.mean for p in told.parts) == pytest.approx(whole)
    assert sum(p.nucleolus.mean for p in told.parts) == pytest.approx(whole)
    assert all(p.shapley.low < p.shapley.mean < p.shapley.high for p in told.parts)
    for leaver in told.leavers:
        mine = sum(p.shapley.mean for p in told.parts if p.area_code in leaver.members)
        worth = shared.worth[sum(1 << told.members.index(c) for c in leaver.members)]
        assert leaver.gains == pytest.approx(worth - mine)
        assert leaver.guards_allow is None
    assert told.core_is_empty == (told.least_excess > 1e-3)


def test_a_group_that_the_guards_would_refuse_is_named_as_such():
    problem = country(3, seed=1)
    worth = game(3, lambda group: {2: 6.0, 3: 5.0}.get(len(group), 0.0))
    shared = Split(
        members=(0, 1, 2),
        own=np.full((3, 4), 5 / 3),
        worth=worth,
        shapley=np.full(3, 5 / 3),
        transfer=np.zeros(3),
        chance_worse_off=np.zeros(3),
        partnership_chance=0.0,
    )
    refused = worth.copy()
    refused[0b011] = 0.0  # the first two may not share
    told = fair_split(problem, shared, guarded=refused)
    assert told.core_is_empty
    assert {one.names: one.guards_allow for one in told.leavers} == {
        ("Place 0", "Place 1"): False,
        ("Place 0", "Place 2"): True,
        ("Place 1", "Place 2"): True,
    }


def test_too_many_members_is_said_and_not_tried():
    with pytest.raises(InputError, match="up to 12 members; this partnership has 13"):
        nucleolus(np.zeros(1 << 13), 13)
    with pytest.raises(InputError, match="up to 16"):
        least_core(np.zeros(2), 17)
