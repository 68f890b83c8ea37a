"""The optimiser against HiGHS on the whole problem, over many kinds of random pool.

HiGHS is called through SciPy with the set-partition model written out here, so that nothing of
ours stands on both sides. Hundreds of pools every day; thousands in the slow tier.
"""

from __future__ import annotations

import numpy as np
import pytest
from country import neighbours
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from totalplace.footprints.candidates import connected_sets, from_sets
from totalplace.footprints.optimiser import best_partition, search
from totalplace.footprints.optimiser.cases import Case

NEAR = 1e-6
EVERY_DAY, THOUSANDS = 240, 4_000
HARD = (3, 4, 5, 6)  # kinds of gain that leave any search much to do: fewer units


def whole_problem(sets, gain, n, required):
    """The best total gain by integer programming, or None when no plan covers `required`."""
    keep = np.flatnonzero(np.isfinite(gain))
    if not keep.size:
        return None if required.any() else 0.0
    rows = np.concatenate([sets[c] for c in keep])
    columns = np.repeat(np.arange(keep.size), [len(sets[c]) for c in keep])
    matrix = csc_array((np.ones(rows.size), (rows, columns)), shape=(n, keep.size))
    answer = milp(
        -gain[keep],
        integrality=np.ones(keep.size),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, required.astype(float), 1.0),
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else float(gain[keep] @ np.round(answer.x))


# -- pools -------------------------------------------------------------------------------------


def graph(rng, n):
    """Neighbours on a plane, in one piece, in several, or with islands that touch nobody."""
    edges = neighbours(rng.random((n, 2)))
    kind = rng.integers(4)
    if kind == 1:  # cut in two or three
        piece = rng.integers(0, rng.integers(2, 4), n)
        edges = edges[piece[edges[:, 0]] == piece[edges[:, 1]]]
    elif kind == 2:  # islands
        island = rng.random(n) < 0.3
        edges = edges[~island[edges].any(axis=1)]
    elif kind == 3:  # sparse
        edges = edges[rng.random(len(edges)) < 0.6]
    return edges.reshape(-1, 2)


def per_set(sets, of_unit):
    return np.array([of_unit[list(s)].sum() for s in sets])


def gains(rng, sets, n, kind):
    """What sets gain: each kind is hard, or degenerate, in its own way."""
    size = np.array([len(s) for s in sets], dtype=float)
    weight = rng.uniform(0.3, 2.0, n)
    luck = rng.normal(0, 1, len(sets))
    return (
        lambda: luck * rng.uniform(0.1, 10),  # half negative
        lambda: luck - 1.6,  # 95 % negative
        lambda: rng.integers(-3, 6, len(sets)).astype(float),  # ties
        lambda: np.minimum(size - 1, 3),  # nothing but ties
        lambda: per_set(sets, weight) * (1 + 0.01 * luck) - 0.4,  # near-linear
        lambda: per_set(sets, weight**0.3) - per_set(sets, weight) ** 0.3 - 0.03 * size * size,
        lambda: size * np.exp(-((per_set(sets, weight) - 3.0) ** 2)) - 0.3,  # a target
        lambda: -np.abs(luck) - 0.1,  # nothing pays
    )[kind]()


def one_pool(seed):
    """A random pool with the side constraints that are filters: (sets, gain, n, required)."""
    rng = np.random.default_rng(seed)
    kind = int(rng.integers(8))
    n = int(rng.integers(1, 13 if kind in HARD else 26))
    edges = graph(rng, n)
    most = int(rng.integers(2, 6))
    sets = sorted(connected_sets(edges, n, member_limit=most)) if len(edges) else []
    if sets and rng.random() < 0.3:  # named sets that need not touch
        size = min(n, 4)
        sets += [tuple(sorted(rng.choice(n, size, replace=False).tolist())) for _ in range(3)]
        sets = sorted(set(sets))
    if len(sets) > 600:
        sets = [sets[i] for i in sorted(rng.choice(len(sets), 600, replace=False))]
    gain = gains(rng, sets, n, kind) if sets else np.empty(0)
    required = np.zeros(n, dtype=bool)
    constraint = rng.integers(6)
    if sets and n > 3 and constraint:
        gain = filtered(rng, constraint, sets, gain, n, required)
    return sets, gain, n, required


def filtered(rng, constraint, sets, gain, n, required):
    """One side constraint: refused sets get -inf; who may not stay alone is marked."""
    refused = np.zeros(len(sets), dtype=bool)
    if constraint == 1:  # apart
        a, b = rng.choice(n, 2, replace=False)
        refused = np.array([a in s and b in s for s in sets])
    elif constraint == 2:  # together, and so not alone
        group = set(sets[rng.integers(len(sets))])
        refused = np.array([bool(group & set(s)) and not group <= set(s) for s in sets])
        required[list(group)] = True
    elif constraint == 3:  # inside regions
        region = rng.integers(0, 3, n)
        refused = np.array([len(set(region[list(s)])) > 1 for s in sets])
    elif constraint == 4:  # keep an existing partnership as it is
        group = set(sets[rng.integers(len(sets))])
        refused = np.array([bool(group & set(s)) and set(s) != group for s in sets])
        required[list(group)] = True
    else:  # some may not stay alone
        required |= rng.random(n) < 0.2
    return np.where(refused, -np.inf, gain)


# -- properties --------------------------------------------------------------------------------


def as_candidates(sets, gain):
    candidates = from_sets(sets)
    worth = dict(zip(sets, gain, strict=True))
    order = [candidates.row(c) for c in range(len(candidates))]
    return candidates, np.array([worth[row] for row in order]), order


def check(seed):
    """One pool: the optimum, a plan that is a plan, and bounds that hold whenever it stops."""
    sets, gain, n, required = one_pool(seed)
    candidates, gain, order = as_candidates(sets, gain)
    best = whole_problem(order, gain, n, required)
    asked = required if required.any() else None
    found = best_partition(candidates, gain, n, required=asked)
    if best is None:
        assert found.status == "infeasible", seed
        return
    scale = max(1.0, abs(best))
    assert found.status == "optimal", seed
    assert abs(found.value - best) <= NEAR * scale, (seed, found.value, best)
    assert found.value <= found.bound <= best + NEAR * scale, seed
    assert_plan(found, order, gain, n, required, seed)
    loose = best_partition(candidates, gain, n, required=asked, stop_gap=0.05)
    assert loose.bound >= best - NEAR * scale, seed
    assert loose.bound - loose.value <= (0.05 + NEAR) * max(1.0, abs(loose.value)), seed
    assert_plan(loose, order, gain, n, required, seed)
    early = best_partition(candidates, gain, n, required=asked, time_limit=0.0)
    assert early.bound >= best - NEAR * scale, seed
    assert early.status in ("optimal", "feasible"), seed
    if not np.isnan(early.value):
        assert early.value <= best + NEAR * scale, seed
        assert early.value <= early.bound, seed
        assert_plan(early, order, gain, n, required, seed)


def assert_plan(found, order, gain, n, required, seed):
    taken = [m for c in found.chosen for m in order[c]]
    assert len(taken) == len(set(taken)), seed
    assert set(np.flatnonzero(required)) <= set(taken), seed
    assert found.value == pytest.approx(gain[found.chosen].sum()), seed


@pytest.mark.parametrize("batch", range(4))
def test_equals_highs_on_the_whole_problem(batch):
    each = EVERY_DAY // 4
    for seed in range(batch * each, (batch + 1) * each):
        check(seed)


@pytest.mark.parametrize("with_regions", [False, True])
def test_branching_on_the_number_alone_reaches_the_same_optimum(monkeypatch, with_regions):
    """Hardly a state to sweep with, no cuts over few units: the rest has to do it."""
    for name in ("NARROW", "NODE_WIDTH", "WIDEST"):
        monkeypatch.setattr(search, name, 1)
    monkeypatch.setattr(search, "EARLY", 2 if with_regions else 0)
    monkeypatch.setattr(search, "violated", lambda *_given, **_named: [])
    regions, split, seen = search.over_regions, Case.split, {"numbers": 0, "regions": 0}

    def over_regions(*given, **named):
        cuts = regions(*given, **named) if with_regions else []
        seen["regions"] += len(cuts)
        return cuts

    def counted(case, on):
        seen["numbers"] += isinstance(on, int)
        return split(case, on)

    monkeypatch.setattr(search, "over_regions", over_regions)
    monkeypatch.setattr(Case, "split", counted)
    for seed in range(20_000, 20_120):
        check(seed)
    assert seen["numbers"] >= (1 if with_regions else 10), seen
    assert (seen["regions"] >= 10) == with_regions, seen


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(20))
def test_equals_highs_on_thousands_of_whole_problems(batch):
    each = THOUSANDS // 20
    for seed in range(10_000 + batch * each, 10_000 + (batch + 1) * each):
        check(seed)


def test_the_pools_hold_what_they_are_meant_to_hold():
    """Of the pools of every day: enough are constrained, infeasible, empty, losing, large."""
    seen = {"required": 0, "refused": 0, "none": 0, "empty": 0, "nothing pays": 0, "large": 0}
    for seed in range(EVERY_DAY):
        sets, gain, _, required = one_pool(seed)
        seen["required"] += bool(required.any())
        seen["refused"] += bool(np.isinf(gain).any())
        seen["empty"] += not sets
        seen["nothing pays"] += bool(sets) and not (gain > 0).any()
        seen["large"] += len(sets) > 200
        covered = {m for s, g in zip(sets, gain, strict=True) if np.isfinite(g) for m in s}
        seen["none"] += not set(np.flatnonzero(required)) <= covered
    assert min(seen.values()) >= 5, seen


def test_equal_sets_and_any_order_change_nothing():
    for seed in range(500, 540):
        sets, gain, n, required = one_pool(seed)
        if not sets or not np.isfinite(gain).all() or required.any():
            continue
        candidates, gain, order = as_candidates(sets, gain)
        straight = best_partition(candidates, gain, n)
        turn = np.random.default_rng(seed).permutation(len(sets))
        turned = best_partition(candidates.take(turn), gain[turn], n)
        plan = {order[c] for c in straight.chosen}
        assert plan == {order[turn[c]] for c in turned.chosen}, seed
        twice = np.concatenate([np.arange(len(sets)), np.arange(len(sets))])
        worse = np.concatenate([gain - 1.0, gain])
        doubled = best_partition(candidates.take(twice), worse, n)
        assert plan == {order[twice[c]] for c in doubled.chosen}, seed
        assert doubled.value == straight.value, seed
