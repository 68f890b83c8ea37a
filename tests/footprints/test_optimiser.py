"""The optimiser against brute force over all partitions, and what it does at the edges."""

from itertools import combinations

import numpy as np
import pytest
from country import neighbours
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.footprints.candidates import connected_sets, from_sets
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.optimiser.pool import Cut, CutIndex, Pool, Prices
from totalplace.footprints.optimiser.relaxation import Relaxation


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


def preference(plan, n):
    """The stated order among equal plans: fewest changed, then authority by authority."""
    mine = {i: (1, len(group), group) for group in plan for i in group}
    return (sum(map(len, plan)), [mine.get(i, (0,)) for i in range(n)])


@st.composite
def pools(draw):
    n = draw(st.integers(1, 8))
    every = [g for size in range(2, min(n, 5) + 1) for g in combinations(range(n), size)]
    sets = draw(st.lists(st.sampled_from(every), max_size=30, unique=True)) if every else []
    whole = draw(st.booleans())
    number = (
        st.integers(-3, 6).map(float)
        if whole
        else st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 6))
    )
    return n, sorted(sets), {g: draw(number) for g in sorted(sets)}, whole


@given(pools())
@settings(max_examples=200, deadline=None)
def test_equals_brute_force_over_all_partitions(pool):
    n, sets, gain, whole = pool
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    found = best_partition(candidates, gains, n)
    worth = {plan: sum(gain[g] for g in plan) for plan in partitions(list(range(n)), sets)}
    best = max(worth.values())
    assert found.status == "optimal"
    assert np.isclose(found.value, best, atol=1e-7)
    assert found.bound >= best - 1e-7
    assert found.gap < 1e-6
    if whole:  # exact ties happen, and are broken as stated
        equal = [plan for plan, value in worth.items() if value == best]
        wanted = min(equal, key=lambda plan: preference(plan, n))
        assert sorted(candidates.row(int(c)) for c in found.chosen) == sorted(wanted)


@given(pools(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_a_required_authority_is_never_left_alone(pool, seed):
    n, sets, gain, _ = pool
    required = np.random.default_rng(seed).random(n) < 0.3
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    found = best_partition(candidates, gains, n, required=required)
    able = [
        plan
        for plan in partitions(list(range(n)), sets)
        if set(np.flatnonzero(required)) <= {i for g in plan for i in g}
    ]
    if not able:
        assert found.status == "infeasible"
        assert np.isnan(found.value)
    else:
        best = max(sum(gain[g] for g in plan) for plan in able)
        assert found.status == "optimal"
        assert np.isclose(found.value, best, atol=1e-7)


def england_sized(seed, most=4):
    rng = np.random.default_rng(seed)
    edges = neighbours(rng.random((153, 2)))
    candidates = from_sets(connected_sets(edges, 153, member_limit=most))
    worth = rng.normal(0, 1, 153)
    together = np.array([worth[list(candidates.row(c))].sum() for c in range(len(candidates))])
    gain = np.abs(together) ** 0.7 + rng.normal(0, 0.5, len(candidates)) - 0.4 * candidates.size
    return candidates, gain


def test_shuffling_the_candidates_changes_nothing():
    candidates, gain = england_sized(4)
    straight = best_partition(candidates, gain, 153)
    order = np.random.default_rng(0).permutation(len(candidates))
    shuffled = best_partition(candidates.take(order), gain[order], 153)
    assert {candidates.row(int(c)) for c in straight.chosen} == {
        candidates.row(int(order[c])) for c in shuffled.chosen
    }
    assert straight.value == shuffled.value


def test_a_plan_the_size_of_england_is_proved():
    candidates, gain = england_sized(7)
    found = best_partition(candidates, gain, 153)
    taken = [m for c in found.chosen for m in candidates.row(int(c))]
    assert len(taken) == len(set(taken))
    assert found.status == "optimal"
    assert found.gap < 1e-6


def test_stopping_early_is_never_called_optimal_unless_the_bound_closed():
    candidates, gain = england_sized(11)
    found = best_partition(candidates, gain, 153, time_limit=0.0)
    best = best_partition(candidates, gain, 153)
    assert found.value <= best.value + 1e-9
    assert found.bound >= best.value - 1e-6
    assert (found.status == "optimal") == (found.gap < 1e-6)


def test_nothing_pays_means_do_nothing():
    candidates = from_sets([(0, 1), (1, 2)])
    found = best_partition(candidates, np.array([-1.0, -2.0]), 3)
    assert found.status == "optimal"
    assert found.chosen.size == 0
    assert found.value == found.bound == 0.0


def test_one_authority_and_no_candidates():
    found = best_partition(from_sets([]), np.empty(0), 1)
    assert (found.status, found.value, found.bound) == ("optimal", 0.0, 0.0)


def test_the_dearest_of_equal_sets_is_kept_and_refused_sets_never_chosen():
    candidates = from_sets([(0, 1), (2, 3), (1, 2)])
    gain = np.array([1.0, -np.inf, np.nan])
    found = best_partition(candidates, gain, 4)
    assert [candidates.row(int(c)) for c in found.chosen] == [(0, 1)]


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_an_interrupt_leaves_a_plan_with_a_true_gap(monkeypatch, calls):
    candidates, gain = england_sized(11)
    best = best_partition(candidates, gain, 153)
    real, made = Relaxation.solve, []

    def solve(self):
        made.append(1)
        if len(made) == calls:
            raise KeyboardInterrupt
        return real(self)

    monkeypatch.setattr(Relaxation, "solve", solve)
    found = best_partition(candidates, gain, 153)
    taken = [m for c in found.chosen for m in candidates.row(int(c))]
    assert len(taken) == len(set(taken))
    assert found.value == gain[found.chosen].sum()
    assert found.value <= best.value + 1e-9
    assert best.value - 1e-9 <= found.bound < np.inf
    assert (found.status == "optimal") == (found.gap < 1e-6)
    assert len(made) == calls  # nothing is solved after it


@given(pools(), st.lists(st.floats(0, 3), min_size=10, max_size=10))
@settings(max_examples=100, deadline=None)
def test_any_prices_give_a_bound_that_no_plan_exceeds(pool, prices):
    n, sets, gain, _ = pool
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    columns, scale = Pool.of(candidates.flat(), gains, n, np.zeros(n, dtype=bool))
    relaxation = Relaxation(columns)
    cuts = [Cut((0, 1, 2), (1, 1, 1), 2), Cut((1, 0, 2, 3), (2, 1, 1, 1), 3)] if n > 3 else []
    relaxation.cuts, relaxation.index = cuts, CutIndex.of(cuts, n)
    asked = Prices(unit=np.array(prices[:n]), cut=np.array(prices[n : n + len(cuts)]))
    cost = columns.reduced_cost(asked, relaxation.index)
    everything = np.ones(len(columns), dtype=bool)
    _, lift = columns.best_per_unit(cost, 1, floor=0.0, allowed=everything)
    best = max(sum(gain[g] for g in plan) for plan in partitions(list(range(n)), sets))
    assert relaxation.bound(asked, lift) * scale >= best - 1e-9
