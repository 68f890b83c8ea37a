"""Value: hand arithmetic, invariants, and effects that must not appear out of nothing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from country import country, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import appraise_all, detail, payback_years
from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import connected_sets, from_sets, shape
from totalplace.footprints.split import member_results, split
from totalplace.footprints.value import (
    base,
    factors,
    flows,
    horizon_years,
    present_value,
    years_together,
)
from totalplace.types import LAYERS, Arrangement, Layer

REGISTRY = Registry.load()


class Held(dict):
    """Assumptions held at given values, one draw."""

    n = 1

    def __getitem__(self, key):
        return np.array([float(super().__getitem__(key))])


def held(**changes):
    values = dict(REGISTRY.central)
    values.update({k.replace("__", "."): v for k, v in changes.items()})
    return Held(values)


def appraised(problem, draws, arrangement, groups):
    sets = from_sets(groups)
    return sets, appraise_all(problem, draws, arrangement, sets, shape(problem, sets))


def test_shared_management_of_a_pair_by_hand():
    """Two equal authorities, worked out on paper from the formulas in the planning model."""
    n = 2
    problem = country(
        n,
        volume=np.full(n, 1000.0),
        pay=np.full(n, 14e6),
        running=np.full(n, 9e6),
        centre_m=np.array([[0.0, 0.0], [10_000.0, 0.0]]),
        bodies=np.eye(2, dtype=bool),
    )
    draws = held(hazard=0.0)
    sets = from_sets([(0, 1)])
    outline = shape(problem, sets)
    flow = flows(problem, draws, base(problem, draws), Arrangement.SHARED_MANAGEMENT, sets, outline)
    c = REGISTRY.central
    posts = c["realised"] * c["rho.full"] * c["team.director"] * 1e6 * (2 - 2 ** c["team.exponent"])
    buying = c["realised"] * c["share.commissioning"] * 46e6 * -c["scale.commissioning"]
    scope = 28e6 * c["share.management"] + 46e6 * c["share.commissioning"]
    together = (
        c["coordination.pair"] * 1e6
        + c["coordination.distance"] * scope * 0.1
        + c["coordination.partner_body"] * 1e6
    )
    one_off = 2 * c["transition.member"] * 1e6 + c["redundancy"] * posts
    assert flow.by_layer[Layer.MANAGEMENT][0, 0] == pytest.approx(posts)
    assert flow.by_layer[Layer.COMMISSIONING][0, 0] == pytest.approx(buying)
    assert flow.coordination[0, 0] == pytest.approx(together)
    assert flow.one_off[0, 0] == pytest.approx(one_off)
    value = 0.0
    for year in range(10):
        ramp = min(1.0, year / (c["ramp.months"] / 12))
        value += (ramp * (posts + buying) - together) / 1.035**year
    value -= one_off / 2 * (1 + 1 / 1.035)
    got = present_value(flow, factors(draws, 10.0), draws["exit.share"])
    assert got[0, 0] == pytest.approx(value)


def test_an_end_costs_the_exit_and_stops_the_saving():
    with_end, without = factors(held(hazard=0.05), 10.0), factors(held(hazard=0.0), 10.0)
    assert (with_end.saving < without.saving).all()
    assert (with_end.exit > 0).all()
    assert (without.exit == 0).all()
    certain = factors(held(hazard=0.0), 2.5)
    line = [min(1.0, t / 3) * min(1.0, max(0.0, 2.5 - t)) / 1.035**t for t in range(10)]
    assert certain.saving[0] == pytest.approx(sum(line))
    assert certain.exit[0] == pytest.approx((2 / 3) / 1.035**2.5)


def test_no_benefit_is_counted_after_a_member_is_abolished():
    ends = (date(2028, 4, 1), None, None)
    problem = country(3, ends=ends, ends_words=("expected to end in 2028", "", ""))
    draws = draw(REGISTRY, n=64, seed=1)
    _, with_end = appraised(problem, draws, Arrangement.SHARED_MANAGEMENT, [(0, 1)])
    _, without = appraised(
        replace(problem, ends=(None,) * 3), draws, Arrangement.SHARED_MANAGEMENT, [(0, 1)]
    )
    assert years_together(problem, (0, 1), 10.0) == pytest.approx(1.0, abs=0.01)
    assert with_end.mean[0] < 0
    assert with_end.mean[0] < without.mean[0]


@given(st.integers(0, 400), st.sampled_from(list(SHARING)))
@settings(max_examples=40, deadline=None)
def test_members_results_sum_to_the_partnership(seed, arrangement):
    problem = country(7, seed=seed, rules=rules(buys_placements=seed % 2 == 0))
    draws = draw(REGISTRY, n=32, seed=seed)
    members = tuple(sorted(np.random.default_rng(seed).choice(7, 4, replace=False).tolist()))
    own = member_results(problem, draws, members, arrangement)
    sets = from_sets([members])
    outline = shape(problem, sets)
    whole = detail(problem, draws, arrangement, sets, outline)[0]
    np.testing.assert_allclose(own.sum(axis=0), whole.value, rtol=1e-9, atol=1e-3)


@given(st.integers(0, 300), st.sampled_from(list(SHARING)))
@settings(max_examples=40, deadline=None)
def test_appraisal_in_bulk_equals_one_by_one(seed, arrangement):
    problem = country(9, seed=seed, rules=rules(buys_placements=True))
    draws = draw(REGISTRY, n=32, seed=seed)
    sets = from_sets(connected_sets(problem.edges, 9, member_limit=4))
    outline = shape(problem, sets)
    bulk = appraise_all(problem, draws, arrangement, sets, outline, with_payback=True)
    pick = np.random.default_rng(seed).choice(len(sets), 5)
    for c, one in zip(
        pick, detail(problem, draws, arrangement, sets.take(pick), outline.take(pick)), strict=True
    ):
        assert bulk.mean[c] == pytest.approx(one.value.mean(), abs=1e-3)
        worst = np.sort(one.value)[: round(0.2 * 32)].mean()
        assert bulk.tail[c] == pytest.approx(worst, abs=1e-3)
        assert bulk.pays_back[c] == pytest.approx(one.alive_at_payback.mean())


def test_front_line_is_never_a_source_of_savings():
    assert all(Layer.FRONT_LINE not in sharing.layers for sharing in SHARING.values())
    problem, draws = country(4), draw(REGISTRY, n=16, seed=1)
    sets = from_sets([(0, 1), (1, 2, 3)])
    for arrangement in SHARING:
        flow = flows(problem, draws, base(problem, draws), arrangement, sets, shape(problem, sets))
        assert set(flow.by_layer) == set(LAYERS) - {Layer.FRONT_LINE}


def test_joint_buying_promises_nothing_for_any_seed():
    """A price effect whose mean is zero must not become a saving (planted: no true effect)."""
    homes = rules(
        service="residential-care",
        safeguarding=False,
        team="team.lead",
        buys_placements=True,
        arrangements=(Arrangement.JOINT_BUYING,),
    )
    problem = country(30, seed=5, rules=homes)
    sets = from_sets(connected_sets(problem.edges, 30, member_limit=3))
    outline = shape(problem, sets)
    for seed in range(50):
        values = appraise_all(
            problem, draw(REGISTRY, n=256, seed=seed), Arrangement.JOINT_BUYING, sets, outline
        )
        assert (values.mean < 0).all(), seed


def test_an_unpriced_authority_never_looks_cheap():
    problem = country(4, pay=np.array([np.nan, 1e7, 1e7, 1e7]))
    draws = draw(REGISTRY, n=16, seed=1)
    _, values = appraised(problem, draws, Arrangement.SHARED_MANAGEMENT, [(0, 1), (1, 2)])
    assert np.isnan(values.mean[0])
    assert np.isfinite(values.mean[1])


def test_doublings_are_capped():
    """A very small authority cannot claim an effect nobody measured."""
    problem = country(2, volume=np.array([1.0, 1e6]), pay=np.full(2, 1e7), running=np.full(2, 1e7))
    draws = held()
    sets = from_sets([(0, 1)])
    flow = flows(
        problem,
        draws,
        base(problem, draws),
        Arrangement.SHARED_MANAGEMENT,
        sets,
        shape(problem, sets),
    )
    c = REGISTRY.central
    most = 1 - (1 + c["scale.commissioning"]) ** c["scale.doublings_cap"]
    spend = 2e7 * c["share.commissioning"]
    assert flow.by_layer[Layer.COMMISSIONING][0, 0] <= c["realised"] * 2 * spend * most


def test_payback_is_the_year_the_total_turns_positive_for_good():
    def years(*net):
        return payback_years(np.array(net, dtype=float)[:, None, None])[0, 0]

    assert years(-1, 0, 2) == pytest.approx(2.5)
    assert years(-1, 2, -2, 3) == pytest.approx(3 + 1 / 3)
    assert np.isnan(years(-1, 0.5, 0.4))
    assert np.isnan(years(0, 0, 0))


def test_a_fair_split_shares_the_mean_and_moves_no_money_overall():
    problem, draws = country(6, seed=8), draw(REGISTRY, n=64, seed=2)

    def worth(groups):
        sets, values = appraised(problem, draws, Arrangement.SHARED_MANAGEMENT, groups)
        table = {sets.row(c): values.mean[c] for c in range(len(sets))}
        return np.array([table[g] for g in groups])

    sets = connected_sets(problem.edges, 6, member_limit=4)
    members = next(s for s in sorted(sets) if len(s) == 4)
    shared = split(problem, draws, members, Arrangement.SHARED_MANAGEMENT, worth)
    assert shared.transfer.sum() == pytest.approx(0, abs=1e-3)
    assert shared.shapley.sum() == pytest.approx(shared.own.sum(axis=0).mean())
    np.testing.assert_allclose(shared.result.mean(axis=1), shared.shapley, atol=1e-3)


def test_a_horizon_between_two_years_is_taken_as_the_nearer():
    """The horizon itself must never be read as a known end, which would charge for leaving."""
    whole, between = held(horizon__years=10), held(horizon__years=9.6)
    assert horizon_years(between) == 10
    problem = country(2)
    sets = from_sets([(0, 1)])
    outline = shape(problem, sets)
    first = appraise_all(problem, whole, Arrangement.SHARED_MANAGEMENT, sets, outline)
    second = appraise_all(problem, between, Arrangement.SHARED_MANAGEMENT, sets, outline)
    assert first.mean[0] == second.mean[0]
