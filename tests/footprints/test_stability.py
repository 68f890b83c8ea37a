"""Stability against brute force in every draw; the same on threads, processes and a cluster."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from country import TEAM, country, rules

from totalplace.errors import InputError
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.appraisal import detail, worth_by_draw
from totalplace.footprints.limits import Limits
from totalplace.footprints.one_draw import SomeDraws
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.search import Ask, search
from totalplace.footprints.stability import stability

DRAWS = draw(Registry.load(), n=32, seed=1)


def searched(problem, *, off=frozenset()):
    limits = Limits(inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01, off=off)
    return search(problem, DRAWS, Ask(arrangements=TEAM, limits=limits, price_guards=False))


@pytest.fixture(scope="module")
def found():
    return searched(country(30, seed=6))


def partitions(left, sets):
    """Every way to choose disjoint sets from what is left."""
    if not left:
        yield ()
        return
    first, rest = left[0], left[1:]
    yield from partitions(rest, sets)
    for group in sets:
        if group[0] == first and set(group) <= set(left):
            for other in partitions([i for i in rest if i not in group], sets):
                yield (group, *other)


def test_each_draw_has_the_best_of_all_partitions_for_that_draw():
    problem = country(
        9,
        seed=2,
        rules=rules(member_limit=dict.fromkeys(TEAM, 3)),
        strong_leader=np.ones(9, dtype=bool),
        inadequate=np.zeros(9, dtype=bool),
        unsteady=np.zeros(9, dtype=bool),
    )
    found = searched(problem, off=frozenset({guards.NOBODY_PAYS, guards.FRONT_LINE_HELD}))
    worth = {}  # members -> value in each draw under the best allowed arrangement
    for kind in TEAM:
        for c in np.flatnonzero(found.allowed(kind)):
            one = found.candidates.take(np.array([c])), found.outline.take(np.array([c]))
            value = detail(problem, DRAWS, kind, *one)[0].value
            row = found.candidates.row(int(c))
            worth[row] = np.maximum(value, worth.get(row, -np.inf))
    plans = list(partitions(list(range(9)), sorted(worth)))
    assert len(plans) > 50
    best, formed, alone, nobody = [], Counter(), Counter(), 0
    for d in range(16):
        plan = max(plans, key=lambda p: sum(worth[g][d] for g in p))
        best.append(sum(worth[g][d] for g in plan))
        formed.update(plan)
        nobody += not plan
        alone.update(set(range(9)) - {i for g in plan for i in g})
    told = stability(found, DRAWS, solves=16, stop_gap=0.0)
    assert told.hindsight.mean == pytest.approx(np.mean(best))
    seen = {
        tuple(problem.area_codes.index(c) for c in p.members): p.share
        for p in told.partnerships
        if p.share
    }
    assert seen == {g: times / 16 for g, times in formed.items()}
    assert told.alone == {problem.area_codes[i]: alone[i] / 16 for i in range(9)}
    assert told.do_nothing == nobody / 16
    assert told.worst_gap < 1e-6


def test_pairs_are_counted_through_every_partnership_that_holds_them(found):
    told = stability(found, DRAWS)
    by_pair = Counter()
    for partnership in told.partnerships:
        for i, a in enumerate(partnership.members):
            for b in partnership.members[i + 1 :]:
                by_pair[a, b] += partnership.share
    assert {p.members: p.share for p in told.pairs} == pytest.approx(dict(by_pair))
    planned = {found.candidates.row(int(c)) for c in found.choice.candidates}
    assert sum(p.in_plan for p in told.partnerships) == len(planned)


def test_hindsight_beats_the_plan_and_the_worst_gap_is_told(found):
    told = stability(found, DRAWS, stop_gap=1e-3)
    assert told.worst_gap <= 1e-3
    assert told.plan.mean == pytest.approx(found.choice.solution.value)
    assert told.knowing_is_worth >= 0
    assert told.hindsight.mean - told.plan.mean == pytest.approx(told.knowing_is_worth)


def test_nobody_pays_for_the_others_in_any_draw():
    found = searched(country(30, seed=11))
    free = stability(searched(country(30, seed=11), off=frozenset({guards.NOBODY_PAYS})), DRAWS)
    held = stability(found, DRAWS)
    resolver = Resolver(found, DRAWS)
    position = found.candidates.position()
    codes = found.problem.area_codes

    def unfair(told):
        return [
            p.members
            for p in told.partnerships
            if p.share
            and resolver.unfair(
                position[tuple(codes.index(c) for c in p.members)], TEAM.index(p.arrangement)
            )
        ]

    assert unfair(free)
    assert not unfair(held)
    assert held.refused >= 1


def test_the_fast_route_finds_what_an_exact_solve_of_the_whole_pool_finds():
    """Every draw of a country too large to count through, solved again from nothing."""
    found = searched(country(40, seed=3), off=frozenset({guards.FRONT_LINE_HELD}))
    told = stability(found, DRAWS, stop_gap=0.0)
    resolver = Resolver(found, DRAWS)
    best = []
    for d in range(DRAWS.n):
        one = SomeDraws({name: DRAWS[name][[d]] for name in DRAWS.values}, 1)
        score = np.stack(
            [
                worth_by_draw(found.problem, one, kind, found.candidates, found.outline)[:, 0]
                for kind in TEAM
            ]
        )
        best.append(resolver.solve(score).solution.value)
    assert told.refused > 0, "a test of nothing"
    assert told.hindsight.mean == pytest.approx(np.mean(best), abs=1.0)
    assert told.worst_gap < 1e-6


def test_a_number_asked_for_is_kept_to_in_every_draw():
    limits = Limits(
        inadequate_share=1 / 3, worse_off_points=0.1, front_line_share=0.01, most_partnerships=2
    )
    asked = Ask(arrangements=TEAM, limits=limits, price_guards=False)
    found = search(country(20, seed=6), DRAWS, asked)
    told = stability(found, DRAWS, solves=8)
    assert sum(p.share for p in told.partnerships) <= 2


def test_threads_change_nothing(found):
    alone = stability(found, DRAWS)
    for workers in (1, 2, 4):
        with ThreadPoolExecutor(workers) as pool:
            assert stability(found, DRAWS, executor=pool) == alone


def test_more_solves_than_draws_is_refused(found):
    with pytest.raises(InputError, match="1 to 32 draws"):
        stability(found, DRAWS, solves=33)


def processes(workers):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@pytest.mark.slow
def test_processes_change_nothing(found):
    alone = stability(found, DRAWS)
    for workers in (1, 2, 4):
        with processes(workers) as pool:
            assert stability(found, DRAWS, executor=pool) == alone


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_gives_the_answer_of_a_process_pool(found, tmp_path):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        Client(cluster) as client,
        processes(2) as pool,
    ):
        assert len(client.scheduler_info()["workers"]) == 2
        on_cluster = stability(found, DRAWS, executor=client.get_executor())
        assert on_cluster == stability(found, DRAWS, executor=pool)
