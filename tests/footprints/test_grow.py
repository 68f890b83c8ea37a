"""Growing larger sets: planted answers, every answer on small graphs, and the planner's own."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from country import country, neighbours, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.candidates import (
    connected_sets,
    from_sets,
    is_connected,
    neighbour_masks,
)
from totalplace.footprints.grow import grown_sets, prices
from totalplace.footprints.limits import Limits
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.plan import build_plan
from totalplace.footprints.search import Ask, search
from totalplace.types import Arrangement


def grid(rows, columns):
    at = np.arange(rows * columns).reshape(rows, columns)
    pairs = [*pairwise_of(at), *pairwise_of(at.T)]
    return np.array(sorted(pairs), dtype=np.int32)


def pairwise_of(lines):
    return [(int(a), int(b)) for line in lines for a, b in pairwise(line)]


def planted(groups, n):
    """Setting up costs so much that only most of a hidden group together pays."""
    home = np.empty(n, dtype=int)
    for g, members in enumerate(groups):
        home[list(members)] = g

    def score(candidates):
        found = []
        for c in range(len(candidates)):
            row = list(candidates.row(c))
            counts = np.bincount(home[row], minlength=len(groups))
            found.append(float((counts**1.7).sum() - 0.6 * len(row) ** 1.7 - 8.0))
        return np.array(found)

    return score


def test_hidden_groups_far_larger_than_could_be_listed_are_found():
    rows, columns = 4, 9
    edges, n = grid(rows, columns), rows * columns
    at = np.arange(n).reshape(rows, columns)
    groups = [tuple(at[:, c : c + 3].ravel().tolist()) for c in (0, 3, 6)]
    score = planted(groups, n)
    found = grown_sets(edges, n, score, most_members=14)
    for group in groups:
        assert found.find(group) is not None
    plan = best_partition(found, score(found), n)
    assert sorted(found.row(int(c)) for c in plan.chosen) == sorted(groups)
    again = grown_sets(edges, n, score, most_members=14)
    assert [again.row(c) for c in range(len(again))] == [found.row(c) for c in range(len(found))]


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_what_is_grown_is_connected_known_and_hardly_ever_short_of_the_best(seed):
    rng = np.random.default_rng(seed)
    n, most = 9, 7
    edges = neighbours(rng.random((n, 2)))
    every = from_sets(connected_sets(edges, n, member_limit=most))
    taste = rng.normal(0, 1, (n, n))
    taste = np.triu(taste, 1) + np.triu(taste, 1).T

    def score(candidates):
        rows = [list(candidates.row(c)) for c in range(len(candidates))]
        return np.array([taste[np.ix_(row, row)].sum() / 2 - 1.0 for row in rows])

    found = grown_sets(edges, n, score, most_members=most)
    masks = neighbour_masks(edges, n)
    for c in range(len(found)):
        assert is_connected(found.row(c), masks)
        assert 2 <= found.size[c] <= most
    grown = best_partition(found, score(found), n)
    best = best_partition(every, score(every), n)
    assert grown.value <= best.value + 1e-9
    assert grown.value >= 0.9 * best.value - 1e-9


def test_prices_cover_every_set_and_add_up_to_the_relaxation():
    rng = np.random.default_rng(3)
    sets = [s for k in (2, 3) for s in combinations(range(7), k)]
    worth = rng.uniform(0.1, 2.0, len(sets))
    price, part = prices(sets, worth, 7)
    assert all(price[list(s)].sum() >= w - 1e-7 for s, w in zip(sets, worth, strict=True))
    assert price.sum() == pytest.approx(part @ worth)
    assert prices([], np.zeros(0), 4)[0].tolist() == [0.0] * 4


def test_seeds_in_pieces_or_too_large_or_unusable_are_passed_over():
    edges = np.array([(0, 1), (1, 2), (2, 3), (3, 4)], dtype=np.int32)
    usable = np.array([True, True, True, True, False])
    met = []

    def score(candidates):
        met.extend(candidates.row(c) for c in range(len(candidates)))
        return np.ones(len(candidates))

    grown_sets(
        edges, 5, score, most_members=3, usable=usable, seeds=[(0, 2), (0, 1, 2, 3), (2, 3, 4)]
    )
    assert met
    assert all(max(s) - min(s) == len(s) - 1 and 4 not in s and len(s) <= 3 for s in met)


def test_a_plan_grows_bodies_as_good_as_if_every_set_had_been_listed():
    agency = (Arrangement.REGIONAL_AGENCY,)
    problem = country(
        13,
        seed=4,
        rules=rules(
            service="fostering",
            arrangements=agency,
            safeguarding=False,
            team="team.lead",
            buys_placements=True,
            member_limit={},
            span_limit_km={},
            children_limit={},
        ),
        running=np.full(13, 20e6),
    )
    registry = Registry.load().with_values({"scale.placements": -0.03})
    draws = draw(registry, n=16, seed=1)
    limits = Limits(
        inadequate_share=1 / 3,
        worse_off_points=1.0,
        front_line_share=1.0,
        off=frozenset(guards.TITLES),
    )

    def plan(**sizes):
        ask = Ask(arrangements=agency, limits=limits, price_guards=False, **sizes)
        return build_plan(
            search(problem, draws, ask),
            draws,
            seed=1,
            assumptions_sha256="test",
            with_comparators=False,
        )

    small, grown, whole = plan(widest=3), plan(widest=3, grow_to=11), plan(widest=11)
    assert max(len(p.members) for p in whole.partnerships) > 3
    assert small.value.mean < grown.value.mean <= whole.value.mean + 1
    assert grown.value.mean >= 0.99 * whole.value.mean
    assert "grown from good ones by pricing" in grown.certificate.limits
    assert "not every one" in grown.certificate.limits
    assert "grown" not in whole.certificate.limits
    large = [p for p in grown.partnerships if len(p.members) > 10]
    assert all("too many for a fair split" in " ".join(p.notes) for p in large)
