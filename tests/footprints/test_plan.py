"""Whole plans on made-up countries: partition, guards, prices, repeats, refusals."""

from dataclasses import replace

import numpy as np
import pytest
from country import country, rules

from totalplace.errors import NoPlanError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.limits import Border, Limits
from totalplace.footprints.plan import appraise_set, build_plan
from totalplace.footprints.search import Ask, search
from totalplace.types import Arrangement

REGISTRY = Registry.load()
DRAWS = draw(REGISTRY, n=64, seed=1)
TEAM = (Arrangement.SHARED_MANAGEMENT,)


def limits(**changes):
    return Limits(
        **{
            "inadequate_share": 1 / 3,
            "worse_off_points": 0.1,
            "front_line_share": 0.01,
            **changes,
        }
    )


def plan(problem, *, draws=DRAWS, arrangements=TEAM, seed=1, asked=None, **changes):
    ask = Ask(arrangements=arrangements, limits=asked or limits(), **changes)
    return build_plan(search(problem, draws, ask), draws, seed=seed, assumptions_sha256="test")


def test_a_plan_is_a_partition_of_every_priced_authority():
    priced = np.ones(40, dtype=bool)
    priced[[3, 9]] = False
    problem = country(
        40, seed=2, priced=priced, unpriced_reason={"E00000003": "no return", "E00000009": "none"}
    )
    found = plan(problem)
    members = [code for p in found.partnerships for code in p.members]
    assert sorted([*members, *found.alone]) == [
        c for i, c in enumerate(problem.area_codes) if priced[i]
    ]
    assert set(found.unpriced) == {"E00000003", "E00000009"}
    assert found.certificate.status == "optimal"
    assert found.certificate.gap < 1e-6
    assert found.value.mean == pytest.approx(found.certificate.value)
    assert all(p.allowed for p in found.partnerships)


def test_same_seed_same_plan_and_the_order_of_authorities_does_not_matter():
    problem = country(30, seed=4)
    assert _same(plan(problem), plan(problem))
    reordered = _reorder(problem, np.random.default_rng(0).permutation(30))
    first, second = plan(problem), plan(reordered)
    assert {p.members for p in first.partnerships} == {
        tuple(sorted(p.members)) for p in second.partnerships
    }
    assert first.value.mean == pytest.approx(second.value.mean)


def _same(a, b):
    """Equal in everything but how long it took."""
    return replace(a, certificate=replace(a.certificate, seconds=b.certificate.seconds)) == b


def _reorder(problem, order):
    back = np.argsort(order)
    changes = {}
    for name in problem.__dataclass_fields__:
        value = getattr(problem, name)
        if isinstance(value, np.ndarray) and len(value) == problem.size and name != "edges":
            changes[name] = value[order]
        elif isinstance(value, tuple) and len(value) == problem.size:
            changes[name] = tuple(value[i] for i in order)
    changes["edges"] = np.sort(back[problem.edges], axis=1).astype(np.int32)
    changes["footprints"] = {
        kind: tuple(labels[i] for i in order) for kind, labels in problem.footprints.items()
    }
    return replace(problem, **changes)


def test_a_guards_price_is_an_honest_re_solve():
    problem = country(40, seed=6)
    found = plan(problem)
    for report in found.guards:
        if report.price is None:
            continue
        other = plan(problem, asked=limits(off=frozenset({report.guard})), price_guards=False)
        assert report.price == pytest.approx(
            other.certificate.value - found.certificate.value, abs=1.0
        )
        assert report.price >= -1e-6


def test_each_guard_refuses_what_it_should():
    n = 12
    weak = country(n, seed=1, strong_leader=np.zeros(n, dtype=bool))
    assert plan(weak).is_do_nothing
    shaky = country(n, seed=1, unsteady=np.ones(n, dtype=bool))
    assert plan(shaky).is_do_nothing
    far = country(n, seed=1, centre_m=country(n, seed=1).centre_m * 50)
    assert plan(far).is_do_nothing
    poor = country(n, seed=1, front_line_pay=np.full(n, 1e5))
    assert plan(poor).is_do_nothing
    unknown = country(n, seed=1, front_line_pay=np.full(n, np.nan))
    assert plan(unknown).is_do_nothing
    funded = plan(unknown, asked=limits(funding="transformation fund"))
    report = {g.guard: g for g in funded.guards}
    assert not report[guards.FRONT_LINE_HELD].applies


def test_co_operating_is_exempt_from_structural_guards():
    n = 12
    weak = country(
        n, seed=1, strong_leader=np.zeros(n, dtype=bool), unsteady=np.ones(n, dtype=bool)
    )
    rich = REGISTRY.with_values({"cooperate.benefit": 0.015, "cooperate.cost": 0.01})
    found = plan(weak, draws=draw(rich, n=64, seed=1), arrangements=(Arrangement.CO_OPERATE,))
    assert not found.is_do_nothing


def test_a_big_member_lifts_the_limit_on_children_but_not_on_members():
    children = np.full(10, 60_000.0)
    children[0] = 400_000.0
    problem = country(10, seed=2, children=children)
    alone = appraise_set(problem, DRAWS, (0, 1), TEAM[0], limits())
    size = {g.guard: g for g in alone.guards}[guards.NOT_TOO_BIG]
    assert size.passed
    five = appraise_set(problem, DRAWS, (1, 2, 3, 4, 5), TEAM[0], limits())
    assert not {g.guard: g for g in five.guards}[guards.NOT_TOO_BIG].passed


def test_any_set_is_appraised_contiguous_or_not_and_told_why():
    problem = country(30, seed=9, unsteady=np.ones(30, dtype=bool))
    linked = {tuple(e) for e in problem.edges.tolist()}
    apart = next((0, j) for j in range(1, 30) if (0, j) not in linked)
    found = appraise_set(problem, DRAWS, apart, TEAM[0], limits())
    failed = {g.guard: g.reason for g in found.guards if not g.passed}
    assert not found.contiguous
    assert guards.WITHIN_REACH in failed
    assert "do not all touch" in failed[guards.WITHIN_REACH]
    assert "turnover 25 %" in failed[guards.STEADY_HANDS]
    named = appraise_set(problem, DRAWS, apart, TEAM[0], limits(named=(frozenset(apart),)))
    reach = {g.guard: g for g in named.guards}[guards.WITHIN_REACH]
    assert reach.passed == (named.span_km <= 60)


def test_together_is_obeyed_or_refused_with_the_reason():
    problem = country(20, seed=3)
    edge = frozenset(int(i) for i in problem.edges[0])
    codes = {problem.area_codes[i] for i in edge}
    open_to_all = limits(together=(edge,), off=frozenset(guards.TITLES) - {guards.USERS_OWN})
    kept = plan(problem, asked=open_to_all)
    assert any(codes <= set(p.members) for p in kept.partnerships)
    free = plan(problem, asked=limits(off=frozenset(guards.TITLES)))
    assert kept.certificate.value <= free.certificate.value + 1e-6
    shaky = country(20, seed=3, unsteady=np.ones(20, dtype=bool))
    with pytest.raises(NoPlanError, match="steady hands"):
        plan(shaky, asked=limits(together=(edge,)))


def test_apart_and_inside_are_obeyed():
    problem = country(40, seed=6)
    found = plan(problem)
    pair = found.partnerships[0].members
    at = [problem.area_codes.index(code) for code in pair]
    kept = plan(problem, asked=limits(apart=(frozenset(at),)))
    assert not any(set(pair) <= set(p.members) for p in kept.partnerships)
    label = problem.footprints["region"]
    inside = plan(problem, asked=limits(inside=(Border(words="regions", area=tuple(label)),)))
    region = dict(zip(problem.area_codes, label, strict=True))
    assert all(len({region[c] for c in p.members}) == 1 for p in inside.partnerships)


def test_nobody_pays_for_the_others_can_fail_and_is_banned_until_none_is_left():
    problem = country(40, seed=6)
    strict = plan(problem, asked=limits(worse_off_points=-0.02))
    loose = plan(problem, asked=limits(off=frozenset({guards.NOBODY_PAYS})))
    assert strict.certificate.value < loose.certificate.value
    for p in strict.partnerships:
        finding = {g.guard: g for g in p.guards}[guards.NOBODY_PAYS]
        assert finding.passed


def test_the_cautious_plan_is_never_worth_more_on_the_expected_scale():
    problem = country(40, seed=6)
    expected, cautious = plan(problem), plan(problem, objective="cautious")
    assert cautious.value.mean <= expected.value.mean + 1e-6
    assert cautious.certificate.objective == "cautious"


def test_a_floor_on_payback_is_kept():
    found = plan(country(40, seed=6), floor=0.75)
    assert all(1 - p.chance_never_pays_back >= 0.75 - 1e-9 for p in found.partnerships)


def test_comparators_do_no_better_than_the_plan_inside_the_guards():
    off = limits(off=frozenset({guards.NOBODY_PAYS}))  # merging step by step cannot keep that one
    found = plan(country(40, seed=6), asked=off)
    by_name = {c.name: c for c in found.comparators}
    assert by_name["do nothing"].value.mean == 0
    assert by_name["pair by pair"].value.mean <= found.value.mean + 1e-6
    assert {"co-operate only", "today's nine regions"} <= set(by_name)


def test_edge_cases_have_answers():
    one = plan(country(1))
    assert one.is_do_nothing
    assert one.alone == ("E00000000",)
    pieces = country(8, seed=1, edges=np.array([[0, 1], [2, 3]], dtype=np.int32))
    split_up = plan(pieces)
    assert split_up.priced == 8
    island = country(8, seed=1, edges=np.empty((0, 2), dtype=np.int32))
    assert plan(island).is_do_nothing
    nobody = country(5, priced=np.zeros(5, dtype=bool), volume=np.full(5, np.nan))
    assert plan(nobody).priced == 0


def test_every_arrangement_can_be_planned_together():
    homes = rules(
        service="fostering",
        safeguarding=False,
        team="team.lead",
        buys_placements=True,
        arrangements=tuple(Arrangement)[1:],
    )
    found = plan(country(25, seed=3, rules=homes), arrangements=tuple(Arrangement)[1:], widest=4)
    assert found.certificate.status == "optimal"
    assert found.arrangements == tuple(Arrangement)[1:]


def test_a_guard_switched_off_refuses_nothing_and_is_not_held_against_anyone():
    problem = country(12, seed=1, unsteady=np.ones(12, dtype=bool))
    off = frozenset({guards.STEADY_HANDS, guards.FRONT_LINE_HELD, guards.NOBODY_PAYS})
    found = appraise_set(problem, DRAWS, (0, 1), TEAM[0], limits(off=off))
    assert not {g.guard for g in found.guards} & off
