"""What a user asks of a plan, against every plan of a small country that keeps to it."""

import numpy as np
import pytest
from country import country, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import NoPlanError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.limits import Border, Limits
from totalplace.footprints.plan import build_plan
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.search import Ask, search
from totalplace.footprints.stability import stability
from totalplace.types import Arrangement

DRAWS = draw(Registry.load(), n=16, seed=1)
OFF = frozenset(guards.TITLES) - {guards.USERS_OWN, guards.NOT_TOO_BIG}
TEAM = (Arrangement.SHARED_MANAGEMENT,)
SIZE = 8
SMALL = rules(member_limit=dict.fromkeys(TEAM, 3), children_limit={})


def limits(**asked):
    return Limits(
        inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=1.0, off=OFF, **asked
    )


def find(problem, asked, arrangements=TEAM):
    return search(problem, DRAWS, Ask(arrangements=arrangements, limits=asked, price_guards=False))


def every_plan(found):
    """Every choice of disjoint sets that may be formed: groups and value."""
    score = found.score(TEAM[0])
    free = Ask(arrangements=TEAM, limits=limits(), price_guards=False)
    inside = found.candidates.size <= found.problem.rules.member_limit[TEAM[0]]
    rows = [(found.candidates.row(c), score[c]) for c in np.flatnonzero(inside)]
    assert free.limits.own is False
    plans = []

    def grow(at, groups, taken, worth):
        plans.append((groups, worth))
        for k in range(at, len(rows)):
            members, value = rows[k]
            if not taken & set(members):
                grow(k + 1, (*groups, members), taken | set(members), worth + value)

    grow(0, (), frozenset(), 0.0)
    return plans


def keeps(groups, asked):
    """The limits again, one plan at a time, from their meaning."""
    where = {m: set(g) for g in groups for m in g}
    sets = [set(g) for g in groups]
    bodies = [
        sum(m in body for body in {*asked.sits_on, *(frozenset(g) for g in groups)})
        for m in range(SIZE)
    ]
    joined = [m for g in groups for m in g]
    return (
        all(all(set(t) <= where.get(m, {m}) for m in t) for t in asked.together)
        and all(len(s & a) < 2 for s in sets for a in asked.apart)
        and all(not (s & k) for s in sets for _, k in asked.kept)
        and all(len({b.area[m] for m in s}) == 1 for s in sets for b in asked.inside)
        and all(len(s) >= asked.fewest_members for s in sets)
        and len(groups) >= asked.least_partnerships
        and (asked.most_partnerships is None or len(groups) <= asked.most_partnerships)
        and (asked.most_bodies is None or all(bodies[m] <= asked.most_bodies for m in joined))
    )


def some(draw_fn, most, least=2):
    members = st.frozensets(st.integers(0, SIZE - 1), min_size=least, max_size=most)
    return draw_fn(members)


@st.composite
def asks(draw_fn):
    chosen = draw_fn(st.sets(st.integers(0, 6), min_size=1, max_size=3))
    asked = {}
    if 0 in chosen:
        asked["together"] = (some(draw_fn, 3),)
    if 1 in chosen:
        asked["apart"] = (some(draw_fn, 4), some(draw_fn, 3))
    if 2 in chosen:
        asked["kept"] = (("a partnership", some(draw_fn, 3)),)
    if 3 in chosen:
        area = draw_fn(st.lists(st.sampled_from("xy"), min_size=SIZE, max_size=SIZE))
        asked["inside"] = (Border(words="a border", area=tuple(area)),)
    if 4 in chosen:
        asked["fewest_members"] = 3
    if 5 in chosen:
        asked["sits_on"] = (some(draw_fn, 3), some(draw_fn, 3))
        asked["most_bodies"] = draw_fn(st.integers(0, 2))
    if 6 in chosen:
        asked["least_partnerships"] = draw_fn(st.integers(0, 2))
        asked["most_partnerships"] = draw_fn(st.integers(0, 3))
    return asked


@given(asks(), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_the_best_plan_that_keeps_to_every_limit_is_found_or_refused(given_limits, seed):
    problem = country(SIZE, seed=seed, rules=SMALL)
    asked = limits(**given_limits)
    free = find(problem, limits(**{k: v for k, v in given_limits.items() if k == "together"}))
    wanted = [worth for groups, worth in every_plan(free) if keeps(groups, asked)]
    try:
        found = find(problem, asked)
    except NoPlanError:
        assert not wanted
        return
    best = max(wanted)
    assert found.choice.solution.value == pytest.approx(best, abs=1.0)
    assert found.choice.solution.bound >= best - 1.0
    again = Resolver(found, DRAWS).solve()
    assert again.solution.value == pytest.approx(best, abs=1.0)


def test_what_cannot_all_be_had_is_named():
    problem = country(12, seed=3)
    pair = frozenset(problem.edges[0].tolist())
    area = tuple("x" if i in sorted(pair)[:1] else "y" for i in range(12))
    cases = {
        "keep .* apart": {"together": (pair,), "apart": (pair,)},
        "border of a region: x, y": {
            "together": (pair,),
            "inside": (Border(words="the border of a region", area=area),),
        },
        "keep the Trust as it is": {"together": (pair,), "kept": (("the Trust", pair),)},
        "5 members or more: the limit is 4": {"fewest_members": 5},
        "exactly 7 partnerships": {"least_partnerships": 7, "most_partnerships": 7},
        "No plan with exactly 0": {
            "together": (pair,),
            "least_partnerships": 0,
            "most_partnerships": 0,
        },
    }
    for said, asked in cases.items():
        with pytest.raises(NoPlanError, match=said):
            find(problem, limits(**asked))


def test_the_limits_are_said_and_priced():
    problem = country(30, seed=6)
    free = search(problem, DRAWS, Ask(arrangements=TEAM, limits=limits()))
    plan = build_plan(
        search(problem, DRAWS, Ask(arrangements=TEAM, limits=limits(most_partnerships=2))),
        DRAWS,
        seed=1,
        assumptions_sha256="test",
        with_comparators=False,
    )
    assert len(plan.partnerships) == 2
    assert "your own limits: 2 partnerships at most" in plan.certificate.limits
    own = next(g for g in plan.guards if g.guard == guards.USERS_OWN)
    assert own.applies
    assert own.price == pytest.approx(free.choice.solution.value - plan.certificate.value)


def test_those_who_only_co_operate_sit_on_no_body():
    problem = country(SIZE, seed=1)
    asked = limits(most_bodies=0)
    kinds = (Arrangement.CO_OPERATE, *TEAM)
    found = find(problem, asked, kinds)
    assert not found.allowed(TEAM[0]).any()
    assert found.allowed(Arrangement.CO_OPERATE).any()


def test_every_single_draw_keeps_to_the_number_too():
    problem = country(14, seed=6)
    found = find(problem, limits(most_partnerships=1))
    assert len(found.choice.candidates) == 1
    told = stability(found, DRAWS, solves=8)
    formed = sum(one.share for one in told.partnerships)
    assert formed + told.do_nothing == pytest.approx(1.0)
    assert told.worst_gap < 0.01
