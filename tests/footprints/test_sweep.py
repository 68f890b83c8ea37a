"""The sweep against brute force, at any prices, in any order, at any width."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_optimiser import partitions, pools

from totalplace.footprints.candidates import from_sets
from totalplace.footprints.optimiser.cutting import PATTERNS, violated
from totalplace.footprints.optimiser.polish import polished
from totalplace.footprints.optimiser.pool import Cut, CutIndex, Pool, Prices
from totalplace.footprints.optimiser.regions import over_regions
from totalplace.footprints.optimiser.sweep import orders, sweep


def never():
    return False


def some_cuts(n, rng, count):
    """Cuts of every pattern, on units taken by chance."""
    found = []
    for weights, over in [((1, 1, 1), 2), *PATTERNS]:
        for _ in range(count):
            if len(weights) <= n:
                units = tuple(int(u) for u in rng.permutation(n)[: len(weights)])
                found.append(Cut(units, weights, over))
    return found


def over_parts(n, seed):
    """Cuts over regions of any size, of every weight and divisor."""
    rng = np.random.default_rng(seed)
    found = []
    for over in range(2, 7):
        for weight in range(1, over):
            units = tuple(sorted(rng.permutation(n)[: rng.integers(1, n + 1)].tolist()))
            found.append(Cut(units, (weight,) * len(units), over))
    return found


def priced(pool, cuts, rng):
    """Any prices, raised so that no column pays; what each column gives up; what they prove."""
    index = CutIndex.of(cuts, pool.n_units)
    prices = Prices(unit=rng.uniform(0, 1, pool.n_units), cut=rng.uniform(-0.5, 0.5, len(cuts)))
    prices = Prices(unit=prices.unit, cut=np.maximum(prices.cut, 0.0))
    cost = pool.reduced_cost(prices, index)
    everything = np.ones(len(pool), dtype=bool)
    _, lift = pool.best_per_unit(cost, 1, floor=0.0, allowed=everything)
    prices = Prices(unit=prices.unit + lift, cut=prices.cut)
    loss = np.maximum(-pool.reduced_cost(prices, index), 0.0)
    return prices, index, loss, float(prices.unit.sum() + prices.cut @ index.right)


@given(pools(), st.integers(0, 10_000), st.sampled_from([1, 2, 5, 1_000]))
@settings(max_examples=300, deadline=None)
def test_sweep_finds_the_best_plan_or_says_how_far_it_may_be(case, seed, width):
    n, sets, gain, _ = case
    rng = np.random.default_rng(seed)
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    pool, scale = Pool.of(candidates.flat(), gains, n, np.zeros(n, dtype=bool))
    best = max(sum(gain[g] for g in plan) for plan in partitions(list(range(n)), sets)) / scale
    prices, index, loss, bound = priced(pool, some_cuts(n, rng, 2), rng)
    assert bound >= best - 1e-9
    found = sweep(
        pool, rng.permutation(n), prices, index, loss,
        bound=bound, floor=-1e-9, width=width, late_fn=never,
    )  # fmt: skip
    assert max(found.bound, found.value) >= best - 1e-9
    assert found.value <= best + 1e-9
    if found.columns is not None:
        held = [u for c in found.columns for u in pool.units(int(c)).tolist()]
        assert len(held) == len(set(held))
        assert found.value == pytest.approx(pool.gain[found.columns].sum())
    if width == 1_000:
        assert found.value == pytest.approx(best, abs=1e-9)
        equal = [
            plan
            for plan in partitions(list(range(n)), [s for s in sets if gain[s] > 0])
            if abs(sum(gain[g] for g in plan) / scale - best) < 1e-10
        ]
        assert found.unique == (len(equal) == 1)


@given(
    pools(),
    st.integers(0, 10_000),
    st.sampled_from([1, 2, 4]),
    st.sampled_from([1, 3, 1_000]),
    st.sampled_from([0, 2]),
)
@settings(max_examples=400, deadline=None)
def test_what_the_other_end_must_give_up_never_hides_the_best_plan(
    case, seed, first, second, of_each
):
    n, sets, gain, _ = case
    rng = np.random.default_rng(seed)
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    pool, scale = Pool.of(candidates.flat(), gains, n, np.zeros(n, dtype=bool))
    best = max(sum(gain[g] for g in plan) for plan in partitions(list(range(n)), sets)) / scale
    prices, index, loss, bound = priced(pool, some_cuts(n, rng, of_each), rng)
    way, ahead = rng.permutation(n), np.zeros(n + 1)
    floor = best * rng.choice([0.0, 0.5, 1.0]) - 1e-9
    for turn, width in enumerate((first, first, second, second)):
        found = sweep(
            pool, way[::-1] if turn % 2 else way, prices, index, loss,
            bound=bound, floor=floor, width=width, ahead=ahead[::-1], late_fn=never,
        )  # fmt: skip
        ahead = found.given_up
        assert (np.diff(ahead) >= 0).all()
        assert ahead[-1] <= bound - best + 1e-9  # no more than the best plan gives up
        assert max(found.bound, found.value) >= best - 1e-9
    if second == 1_000:
        assert found.value == pytest.approx(best, abs=1e-8)


@given(pools(), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_no_plan_breaks_a_cut(case, seed):
    n, sets, _, _ = case
    cuts = some_cuts(n, np.random.default_rng(seed), 3)
    for plan in partitions(list(range(n)), sets):
        for cut in [*cuts, *over_parts(n, seed)]:
            weight = dict(zip(cut.units, cut.weights, strict=True))
            counts = sum(sum(weight.get(u, 0) for u in group) // cut.over for group in plan)
            assert counts <= cut.right


def test_cuts_found_are_broken_by_the_point_they_were_found_at():
    # an odd ring of pairs, all at a half: whole plans hold three of seven pairs
    sets = [(i, (i + 1) % 7) for i in range(7)]
    candidates = from_sets(tuple(sorted(s)) for s in sets)
    pool, _ = Pool.of(candidates.flat(), np.ones(7), 7, np.zeros(7, dtype=bool))
    triples = from_sets(itertools.combinations(range(5), 3))
    dense, _ = Pool.of(triples.flat(), np.ones(10), 5, np.zeros(5, dtype=bool))
    for part, share in ((pool, 0.5), (dense, 1 / 6)):
        columns, x = np.arange(len(part)), np.full(len(part), share)
        for cut in violated(part, columns, x, most=50, known=()):
            weight = dict(zip(cut.units, cut.weights, strict=True))
            load = sum(
                share * (sum(weight.get(int(u), 0) for u in part.units(c)) // cut.over)
                for c in columns
            )
            assert load > cut.right
    # all threes of five at a sixth: two of them can never be chosen together
    found = violated(dense, np.arange(10), np.full(10, 1 / 6), most=50, known=())
    assert any(cut.right == 1 for cut in found)


def test_a_region_that_leaves_a_remainder_is_found():
    # every four of five units at a quarter: one of them fits, and the point holds one and a quarter
    fours = from_sets(itertools.combinations(range(5), 4))
    pool, _ = Pool.of(fours.flat(), np.ones(5), 5, np.zeros(5, dtype=bool))
    found = over_regions(pool, np.arange(5), np.full(5, 0.25), most=50, known=())
    assert Cut((0, 1, 2, 3, 4), (1, 1, 1, 1, 1), 4) in found
    for cut in found:
        weight = dict(zip(cut.units, cut.weights, strict=True))
        load = sum(
            0.25 * (sum(weight.get(int(u), 0) for u in pool.units(c)) // cut.over) for c in range(5)
        )
        assert load > cut.right
    assert over_regions(pool, np.arange(1), np.ones(1), most=50, known=()) == []


@given(pools(), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_polishing_keeps_a_plan_a_plan_and_never_makes_it_worse(case, seed):
    n, sets, gain, _ = case
    rng = np.random.default_rng(seed)
    candidates = from_sets(sets)
    gains = np.array([gain[candidates.row(c)] for c in range(len(candidates))])
    pool, scale = Pool.of(candidates.flat(), gains, n, np.zeros(n, dtype=bool))
    if len(pool) == 0:
        return
    prices, _, loss, _ = priced(pool, [], rng)
    first = np.array([int(rng.integers(len(pool)))])
    plan = polished(pool, first, rng.permutation(n), prices, loss, late_fn=never)
    held = [u for c in plan for u in pool.units(int(c)).tolist()]
    assert len(held) == len(set(held))
    value = float(pool.gain[plan].sum())
    best = max(sum(gain[g] for g in p) for p in partitions(list(range(n)), sets)) / scale
    assert pool.gain[first].sum() - 1e-9 <= value <= best + 1e-9
    if n <= 4:  # one part of the plan with three others is all there is
        assert value == pytest.approx(best, abs=1e-8)


def test_orders_follow_a_chain():
    sets = [(i, i + 1) for i in range(11)]
    candidates = from_sets(sets)
    pool, _ = Pool.of(candidates.flat(), np.ones(11), 12, np.zeros(12, dtype=bool))
    first = orders(pool, np.arange(len(pool)))[0].tolist()
    assert first in (list(range(12)), list(range(11, -1, -1)))
