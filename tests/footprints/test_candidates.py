"""Candidates: each connected set once, against brute force over all subsets."""

from itertools import combinations

import numpy as np
import pytest
from country import country
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.footprints.candidates import (
    are_connected,
    connected_sets,
    distances_km,
    from_sets,
    is_connected,
    joined,
    neighbour_masks,
    pieces,
    shape,
    within_km,
)
from totalplace.footprints.connected import enumerate_connected


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 9))
    pairs = list(combinations(range(n), 2))
    chosen = [p for p in pairs if draw(st.booleans())]
    return n, np.array(chosen, dtype=np.int32).reshape(-1, 2)


@given(graphs(), st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_every_connected_set_within_reach_is_found_once(graph, most, seed):
    n, edges = graph
    rng = np.random.default_rng(seed)
    centre = rng.random((n, 2)) * 100_000
    usable = rng.random(n) < 0.9
    near = within_km(centre, 70)
    masks = neighbour_masks(edges, n)
    found = connected_sets(edges, n, member_limit=most, near=near, usable=usable)
    wanted = {
        group
        for size in range(2, most + 1)
        for group in combinations(range(n), size)
        if usable[list(group)].all()
        and is_connected(group, masks)
        and all(near[a] >> b & 1 for a in group for b in group)
    }
    assert len(found) == len(set(found))
    assert set(found) == wanted


@given(graphs())
@settings(max_examples=100, deadline=None)
def test_pieces_are_connected_disjoint_and_complete(graph):
    n, edges = graph
    masks = neighbour_masks(edges, n)
    found = pieces(range(n), masks)
    assert sorted(m for piece in found for m in piece) == list(range(n))
    assert all(is_connected(piece, masks) for piece in found)
    for a, b in combinations(found, 2):
        assert not any(masks[i] >> j & 1 for i in a for j in b)


def test_shape_of_a_set_is_what_a_loop_says():
    problem = country(12, seed=3)
    sets = from_sets([(0, 5, 7), (1, 2), (3, 4, 8, 9)])
    outline = shape(problem, sets)
    for c in range(len(sets)):
        row = list(sets.row(c))
        gaps = [
            np.hypot(*(problem.centre_m[a] - problem.centre_m[b])) / 1000
            for a, b in combinations(row, 2)
        ]
        assert np.isclose(outline.span_km[c], max(gaps))
        assert np.isclose(outline.children[c], problem.children[row].sum())
        faced = problem.bodies[row].any(axis=0).sum()
        assert outline.extra_bodies[c] == faced - problem.bodies[row].sum(axis=1).min()


@given(graphs(), st.integers(0, 10_000))
@settings(max_examples=100, deadline=None)
def test_touching_is_told_of_any_sets_at_once(graph, seed):
    n, edges = graph
    rng = np.random.default_rng(seed)
    sets = from_sets(np.flatnonzero(rng.random(n) < 0.6).tolist() for _ in range(12))
    masks = neighbour_masks(edges, n)
    wanted = [is_connected(sets.row(c), masks) for c in range(len(sets))]
    assert are_connected(sets, edges, n).tolist() == wanted


def test_touching_is_told_of_sets_too_large_for_one_integer():
    n = 80
    edges = np.array([(i, i + 1) for i in range(n - 1)], dtype=np.int32)
    sets = from_sets([range(70), [*range(40), *range(41, 80)], (0, 1)])
    assert are_connected(sets, edges, n).tolist() == [True, True, False]


@given(st.lists(st.frozensets(st.integers(0, 8), min_size=2, max_size=5), max_size=20))
@settings(max_examples=100, deadline=None)
def test_sets_are_found_joined_and_counted(groups):
    half = from_sets(groups[::2])
    sets = joined(half, from_sets(groups))
    whole = from_sets(groups)
    assert [sets.row(c) for c in range(len(sets))] == [whole.row(c) for c in range(len(whole))]
    for c in range(len(sets)):
        assert sets.find(sets.row(c)) == c
    assert sets.find((0, 1, 2, 3, 4, 5)) is None
    assert sets.among(groups[:3]).sum() == len(set(groups[:3]))
    marked = np.arange(9) % 2 == 0
    assert sets.count_of(marked).tolist() == [
        sum(m % 2 == 0 for m in sets.row(c)) for c in range(len(sets))
    ]


def test_sets_are_merged_and_ordered():
    sets = from_sets([(3, 1), (1, 3), (2, 1, 0), (5,), (0, 4)])
    assert [sets.row(c) for c in range(len(sets))] == [(0, 4), (1, 3), (0, 1, 2)]


@given(graphs(), st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_the_compiled_enumeration_finds_the_same_sets(graph, most, seed):
    n, edges = graph
    rng = np.random.default_rng(seed)
    centre = rng.random((n, 2)) * 100_000
    usable = rng.random(n) < 0.9
    found = enumerate_connected(
        edges, n, member_limit=most, reach=distances_km(centre) <= 70, usable=usable
    )
    wanted = connected_sets(edges, n, member_limit=most, near=within_km(centre, 70), usable=usable)
    if most == 1:
        wanted = []
    assert sorted(found.row(c) for c in range(len(found))) == sorted(wanted)
    assert found.offsets[-1] == len(found.members)


def test_sets_that_would_not_fit_are_counted_and_refused_before_any_is_stored():
    edges = np.array(list(combinations(range(20), 2)), dtype=np.int32)
    with pytest.raises(InputError, match=r"more than the 1 MB allowed.*Nothing was enumerated"):
        enumerate_connected(edges, 20, member_limit=20, memory_mb=1)


def test_flat_sets_are_the_padded_ones():
    sets = from_sets([(0, 5, 7), (1, 2), (3, 4, 8, 9)])
    flat = sets.flat()
    assert [flat.row(c) for c in range(len(flat))] == [sets.row(c) for c in range(len(sets))]
    assert flat.size.tolist() == sets.size.tolist()
