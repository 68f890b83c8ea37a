"""Explanations against the whole search: brute force over every set that holds the authority."""

from dataclasses import replace

import numpy as np
import pytest
from country import TEAM, country, rules

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.explain import explain
from totalplace.footprints.limits import Limits
from totalplace.footprints.plan import appraise_set
from totalplace.footprints.search import Ask, search
from totalplace.types import Arrangement

REGISTRY = Registry.load()
DRAWS = draw(REGISTRY, n=64, seed=1)
KIND = Arrangement.SHARED_MANAGEMENT
LIMITS = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01)


def searched(problem, limits=LIMITS, **changes):
    ask = Ask(arrangements=(KIND,), limits=limits, price_guards=False, **changes)
    return search(problem, DRAWS, ask)


@pytest.fixture(scope="module")
def island():
    return country(14, seed=6, rules=rules(member_limit=dict.fromkeys(TEAM, 2)))


@pytest.fixture(scope="module")
def found(island):
    return searched(island)


def everything(found, area):
    """Every searched set that holds the area, appraised one by one."""
    return [
        appraise_set(found.problem, DRAWS, found.candidates.row(c), KIND, found.ask.limits)
        for c in range(len(found.candidates))
        if area in found.candidates.row(c)
    ]


@pytest.mark.parametrize("area", [0, 7])
def test_best_and_best_allowed_are_the_best_of_everything(found, area):
    every = everything(found, area)
    told = explain(found, DRAWS, REGISTRY, area)
    assert told.considered == len(every)
    assert told.best.appraisal == max(every, key=lambda a: a.value.mean)
    allowed = [a for a in every if a.allowed]
    if not allowed:
        assert told.best_allowed is None
    else:
        assert told.best_allowed.appraisal == max(allowed, key=lambda a: a.value.mean)
        assert told.best_allowed.blocked_by == ()
    failed = [g for g in told.best.appraisal.guards if not g.passed]
    assert list(told.best.blocked_by) == failed
    for guard in failed:
        assert guard.reason


def test_what_the_plan_would_lose_is_an_honest_re_solve(found, island):
    for area in range(island.size):
        told = explain(found, DRAWS, REGISTRY, area)
        option = told.best_allowed
        if option is None:
            continue
        if told.landed is not None and told.landed.members == option.appraisal.members:
            assert option.plan_loses == pytest.approx(0.0, abs=1e-3)
            continue
        members = frozenset(island.area_codes.index(c) for c in option.appraisal.members)
        forced = searched(island, replace(LIMITS, together=(members,)))
        assert option.plan_loses >= -1e-3
        # keeping them together may put them in a larger set, never a worse plan
        lost = found.choice.solution.value - forced.choice.solution.value
        assert option.plan_loses >= lost - 1e-3


def test_neighbours_are_those_it_touches_and_their_gain_is_their_share(found, island):
    told = explain(found, DRAWS, REGISTRY, 5)
    touching = {i if j == 5 else j for i, j in island.edges.tolist() if 5 in (i, j)}
    assert [n.area_code for n in told.neighbours] == [
        island.area_codes[j] for j in sorted(touching)
    ]
    for neighbour in told.neighbours:
        offer = neighbour.together
        assert {neighbour.area_code, told.area_code} <= set(offer.appraisal.members)
        mine = next(
            s.share.mean for s in offer.appraisal.shares if s.area_code == neighbour.area_code
        )
        landed = 0.0
        if neighbour.landed is not None:
            landed = next(
                s.share.mean for s in neighbour.landed.shares if s.area_code == neighbour.area_code
            )
        assert neighbour.gains == pytest.approx(mine - landed)


def test_a_guard_switched_off_blocks_nothing(island):
    off = frozenset(g for g in guards.TITLES if g != guards.NOT_TOO_BIG)
    told = explain(searched(island, replace(LIMITS, off=off)), DRAWS, REGISTRY, 0)
    assert {g.guard for g in told.best.blocked_by} <= {guards.NOT_TOO_BIG}


def test_an_authority_that_could_not_be_priced_says_why():
    priced = np.ones(12, dtype=bool)
    priced[4] = False
    problem = country(12, seed=3, priced=priced, unpriced_reason={"E00000004": "no return"})
    told = explain(searched(problem), DRAWS, REGISTRY, 4)
    assert told.unpriced == "no return"
    assert told.best is None
    others = explain(searched(problem), DRAWS, REGISTRY, 0)
    assert all(n.together is None for n in others.neighbours if n.area_code == "E00000004")


def test_flips_change_the_sign_of_the_option_they_speak_of(found):
    told = explain(found, DRAWS, REGISTRY, 7)
    asked = told.best_allowed or told.best
    members = tuple(found.problem.area_codes.index(c) for c in asked.appraisal.members)
    assert told.flips
    for swing in told.flips:
        assert swing.low <= swing.flips_at <= swing.high
        values = [
            appraise_set(
                found.problem,
                draw(REGISTRY.with_values({swing.id: at}, force=True), n=64, seed=1),
                members,
                KIND,
                LIMITS,
            ).value.mean
            for at in _either_side(swing)
        ]
        assert values[0] * values[1] < 0


def _either_side(swing):
    """Two values of the assumption between which the verdict flips."""
    if swing.id == "horizon.years":  # whole years: the first on the far side is given
        return swing.flips_at, swing.flips_at - np.sign(swing.flips_at - swing.value)
    step = 0.02 * (swing.high - swing.low)
    return swing.flips_at - step, swing.flips_at + step
