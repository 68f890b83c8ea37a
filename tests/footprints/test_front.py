"""The front against brute force over every plan, and its two ends."""

import numpy as np
import pytest
from country import TEAM, country, rules

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.front import authorities_changed, children_exposed, front
from totalplace.footprints.limits import Limits
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.search import CAUTIOUS, EXPECTED, Ask, search
from totalplace.types import Arrangement

DRAWS = draw(Registry.load(), n=64, seed=1)


def searched(problem, arrangements=TEAM, objective=EXPECTED, off=frozenset()):
    limits = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.02, off=off)
    ask = Ask(arrangements=arrangements, limits=limits, price_guards=False, objective=objective)
    return search(problem, DRAWS, ask)


def every_plan(left, sets):
    if not left:
        yield ()
        return
    first, rest = left[0], left[1:]
    yield from every_plan(rest, sets)
    for group in sets:
        if group[0] == first and set(group) <= set(left):
            for other in every_plan([i for i in rest if i not in group], sets):
                yield (group, *other)


@pytest.mark.parametrize("objective", [EXPECTED, CAUTIOUS])
def test_the_points_are_the_corners_of_all_plans_for_money_and_change(objective):
    n = 9
    problem = country(
        n,
        seed=3,
        rules=rules(member_limit=dict.fromkeys(TEAM, 3)),
        strong_leader=np.ones(n, dtype=bool),
        inadequate=np.zeros(n, dtype=bool),
        unsteady=np.zeros(n, dtype=bool),
    )
    found = searched(problem, off=frozenset({guards.NOBODY_PAYS, guards.FRONT_LINE_HELD}))
    worth = {}
    for kind in TEAM:
        values = found.values[kind]
        score = values.mean if objective == EXPECTED else values.tail
        for c in np.flatnonzero(found.allowed(kind)):
            row = found.candidates.row(int(c))
            worth[row] = max(worth.get(row, -np.inf), float(score[c]))
    plans = list(every_plan(list(range(n)), sorted(worth)))
    most = {}  # authorities changed -> most money
    for plan in plans:
        changed = sum(map(len, plan))
        most[changed] = max(most.get(changed, -np.inf), sum(worth[g] for g in plan))
    corners = set()
    for price in np.linspace(0, 4e6, 4001):
        corners.add(max(most, key=lambda k: (most[k] - price * k, -k)))
    told = front(
        Resolver(found, DRAWS), authorities_changed(found), "", objective=objective, most=50
    )
    assert told.complete
    assert {round(p.burden) for p in told.points} >= corners
    for point in told.points:
        value = point.expected if objective == EXPECTED else point.cautious
        assert value == pytest.approx(most[round(point.burden)])
    assert told.points[-1].burden == 0


@pytest.fixture(scope="module")
def found():
    return searched(country(40, seed=6))


def test_from_the_plan_to_doing_nothing_in_falling_money_and_rising_price(found):
    told = front(Resolver(found, DRAWS), authorities_changed(found), "authorities changed")
    first, last = told.points[0], told.points[-1]
    assert first.expected == pytest.approx(found.choice.solution.value)
    assert (last.burden, last.expected, last.partnerships) == (0, 0, 0)
    assert len(told.points) > 2
    for more, less in zip(told.points, told.points[1:], strict=False):
        assert more.burden > less.burden
        assert more.expected > less.expected
        assert more.best_below == less.best_above
        assert more.best_above <= more.best_below
    assert all(point.gap < 1e-6 for point in told.points)


def test_few_points_say_that_there_may_be_more(found):
    told = front(Resolver(found, DRAWS), authorities_changed(found), "", most=3)
    assert len(told.points) <= 3
    assert not told.complete


def test_co_operating_changes_nobody_and_exposes_no_child():
    both = (Arrangement.CO_OPERATE, Arrangement.SHARED_MANAGEMENT)
    found = searched(country(12, seed=2), arrangements=both)
    changed, exposed = authorities_changed(found), children_exposed(found)
    assert not changed[0].any()
    assert not exposed[0].any()
    assert (changed[1] == found.candidates.size).all()
    weak = np.where(found.problem.inadequate, found.problem.children, 0.0)
    wanted = [weak[list(found.candidates.row(c))].sum() for c in range(len(found.candidates))]
    np.testing.assert_allclose(exposed[1], wanted, rtol=1e-9, atol=1e-6)
