"""The rounds of "nobody pays for the others": the best guarded plan, and an honest end in time."""

from __future__ import annotations

import numpy as np
import pytest
from country import TEAM, country

from totalplace.errors import NoPlanError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards, rounds
from totalplace.footprints import search as searching
from totalplace.footprints.fairness import Fairness
from totalplace.footprints.limits import Limits
from totalplace.footprints.plan import build_plan
from totalplace.footprints.search import Ask, allowed_pairs, search

DRAWS = draw(Registry.load(), n=32, seed=1)


def limits(points, **changes):
    return Limits(inadequate_share=1 / 3, worse_off_points=points, front_line_share=0.01, **changes)


def planned(problem, points, **changes):
    prices = changes.pop("price_guards", False)
    return search(
        problem,
        DRAWS,
        Ask(arrangements=TEAM, limits=limits(points), price_guards=prices, **changes),
    )


def by_brute_force(problem, found, points):
    """The best plan by going through every set of units, each set's fairness tested beforehand."""
    fairness = Fairness(problem, DRAWS, points)
    worth = {}
    for kind in TEAM:
        allowed = allowed_pairs(found.searched[kind], found.verdicts[kind], found.ask.limits)
        score = found.score(kind)
        for c in np.flatnonzero(allowed & (score > 0)).tolist():
            members = found.candidates.row(c)
            if not fairness.unfair(members, kind):
                bits = sum(1 << m for m in members)
                worth[bits] = max(worth.get(bits, 0.0), float(score[c]))
    best = np.zeros(1 << problem.size)
    by_lowest = [[] for _ in range(problem.size)]
    for bits, value in worth.items():
        by_lowest[(bits & -bits).bit_length() - 1].append((bits, value))
    for bits in range(1, 1 << problem.size):
        low = (bits & -bits).bit_length() - 1
        best[bits] = best[bits & (bits - 1)]
        for one, value in by_lowest[low]:
            if one & bits == one:
                best[bits] = max(best[bits], best[bits ^ one] + value)
    return best[-1]


@pytest.mark.parametrize("points", [-0.03, -0.01, 0.0, 0.1])
@pytest.mark.parametrize("seed", [1, 6])
def test_the_plan_is_the_best_of_all_plans_of_fair_partnerships(seed, points):
    problem = country(10, seed=seed)
    found = planned(problem, points)
    assert found.choice.solution.status == "optimal"
    assert found.choice.solution.value == pytest.approx(
        by_brute_force(problem, found, points), rel=1e-9, abs=1e-3
    )


def fair(found, points):
    return all(s is None or s.excess() <= points + 1e-9 for s in found.choice.splits)


def ends_after(monkeypatch, number):
    """The time is up when so many plans have been solved."""
    real, made = searching.best_within, []

    def solve(*args, **changes):
        made.append(1)
        return real(*args, **{**changes, "time_limit": None})

    monkeypatch.setattr(searching, "best_within", solve)
    monkeypatch.setattr(rounds.Clock, "left", lambda self: 0.0 if len(made) >= number else 9.0)
    return made


@pytest.mark.parametrize("number", [1, 2])
def test_a_plan_out_of_time_is_fair_and_its_bound_holds(monkeypatch, number):
    points, problem = -0.02, country(40, seed=6)
    whole = planned(problem, points)
    free = planned(problem, 1.0)
    assert whole.choice.banned > 0
    monkeypatch.setattr(rounds.Ahead, "refuse", lambda *_: [])
    made = ends_after(monkeypatch, number)
    found = planned(problem, points, price_guards=True, time_limit=5.0)
    assert len(made) == number
    solution, best = found.choice.solution, whole.choice.solution.value
    assert solution.status == "feasible"
    assert fair(found, points)
    assert solution.value <= best + 1e-6
    assert best - 1e-6 <= solution.bound <= free.choice.solution.value + 1e-6
    assert solution.gap == pytest.approx(
        (solution.bound - solution.value) / max(1.0, solution.value)
    )
    chosen = zip(found.choice.candidates, found.choice.arrangements, strict=True)
    assert solution.value == pytest.approx(sum(found.score(kind)[c] for c, kind in chosen))
    assert not found.without
    plan = build_plan(found, DRAWS, seed=1, assumptions_sha256="0" * 64, with_comparators=False)
    assert plan.certificate.status == "feasible"
    for report in plan.guards:
        if report.guard in found.unpriced:
            assert report.price is None
            assert "time for the search was up" in report.note
    assert found.unpriced


def test_no_time_and_a_set_that_must_be_formed_is_refused_in_words(monkeypatch):
    problem = country(20, seed=3)
    edge = frozenset(int(i) for i in problem.edges[0])
    kept = {guards.NOBODY_PAYS, guards.USERS_OWN}
    ask = Ask(
        arrangements=TEAM,
        limits=limits(-1.0, together=(edge,), off=frozenset(guards.TITLES) - kept),
        price_guards=False,
        time_limit=5.0,
    )
    monkeypatch.setattr(rounds.Ahead, "refuse", lambda *_: [])
    ends_after(monkeypatch, 1)
    with pytest.raises(NoPlanError, match="time ran out"):
        search(problem, DRAWS, ask)


def test_looking_ahead_changes_no_plan_and_saves_solves(monkeypatch):
    points, problem = -0.02, country(40, seed=6)
    real, made = searching.best_within, []
    monkeypatch.setattr(searching, "best_within", lambda *a, **k: made.append(1) or real(*a, **k))
    ahead = planned(problem, points)
    few = len(made)
    monkeypatch.setattr(rounds.Ahead, "refuse", lambda *_: [])
    one_by_one = planned(problem, points)
    assert len(made) - few > few
    assert ahead.choice.solution.value == pytest.approx(one_by_one.choice.solution.value)
