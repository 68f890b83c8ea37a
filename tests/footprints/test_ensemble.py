"""Random plans are contiguous, within limits, repeatable, and never beat a proved best plan."""

from dataclasses import replace

import numpy as np
import pytest
from country import TEAM, country
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.appraisal import detail
from totalplace.footprints.candidates import from_sets, is_connected, neighbour_masks, shape
from totalplace.footprints.ensemble import random_ensemble, random_groups
from totalplace.footprints.limits import Limits
from totalplace.footprints.search import Ask, search

DRAWS = draw(Registry.load(), n=32, seed=1)
LIMITS = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.02)


def searched(problem, limits=LIMITS):
    return search(problem, DRAWS, Ask(arrangements=TEAM, limits=limits, price_guards=False))


@given(st.integers(2, 30), st.integers(0, 500), st.integers(2, 6), st.integers(0, 20))
@settings(max_examples=60)
def test_groups_are_contiguous_disjoint_and_within_the_limit(n, seed, most, merges):
    rng = np.random.default_rng(seed)
    priced = rng.random(n) < 0.8
    problem = country(n, seed=seed, priced=priced)
    groups = random_groups(problem, rng, member_limit=most, merges=merges)
    masks = neighbour_masks(problem.edges, n)
    members = [m for g in groups for m in g]
    assert len(members) == len(set(members))
    assert all(priced[members])
    assert all(2 <= len(g) <= most and is_connected(g, masks) for g in groups)
    assert sum(len(g) - 1 for g in groups) <= merges


def test_every_plan_of_a_small_country_turns_up():
    problem = country(4, seed=1, edges=np.array([[0, 1], [1, 2], [2, 3]], dtype=np.int32))
    rng = np.random.default_rng(0)
    seen = {random_groups(problem, rng, member_limit=2, merges=1) for _ in range(60)}
    assert seen == {((0, 1),), ((1, 2),), ((2, 3),)}


def test_values_are_those_of_the_plain_formulas_and_seeds_repeat():
    found = searched(country(20, seed=5))
    one = random_ensemble(found, DRAWS, seed=7, plans=3)
    again = random_ensemble(found, DRAWS, seed=7, plans=3)
    other = random_ensemble(found, DRAWS, seed=8, plans=3)
    assert (one.value == again.value).all()
    assert (one.value != other.value).any()
    rng = np.random.default_rng(7)
    merges = int((found.candidates.size[found.choice.candidates] - 1).sum())
    for k in range(3):
        groups = random_groups(found.problem, rng, member_limit=4, merges=merges or 20)
        total = 0.0
        for group in groups:
            sets = from_sets([group])
            outline = shape(found.problem, sets)
            total += max(
                detail(found.problem, DRAWS, kind, sets, outline)[0].value.mean() for kind in TEAM
            )
        assert one.value[k] == pytest.approx(total)
        assert one.partnerships[k] == len(groups)


def test_none_beats_the_best_plan_when_no_guard_is_on():
    limits = replace(LIMITS, off=frozenset(guards.TITLES) - {guards.NOT_TOO_BIG})
    problem = country(30, seed=6)
    found = searched(replace(problem, children=np.ones(30)), limits)
    told = random_ensemble(found, DRAWS, seed=1, plans=50)
    assert told.value.max() <= found.choice.solution.value + 1e-6
    assert told.beaten == 50
    row = told.comparator()
    assert row.value.low <= row.value.mean <= row.value.high < found.choice.solution.value
    assert row.breaks_guards == 0
    assert "50 random contiguous plans" in row.note
