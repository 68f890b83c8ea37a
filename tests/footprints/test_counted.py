"""Plans with a number of partnerships asked for, against every partition of a small country."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.footprints.candidates import connected_sets, from_sets
from totalplace.footprints.counted import best_within
from totalplace.footprints.optimiser import best_partition


def every_plan(rows, gain, n, required):
    """Value and number of every choice of disjoint candidates that places what it must."""
    found = []

    def grow(at, taken, worth, number):
        if at == len(rows):
            if required <= taken:
                found.append((worth, number))
            return
        grow(at + 1, taken, worth, number)
        if np.isfinite(gain[at]) and not taken & set(rows[at]):
            grow(at + 1, taken | set(rows[at]), worth + gain[at], number + 1)

    grow(0, frozenset(), 0.0, 0)
    return found


@st.composite
def pools(draw):
    n = draw(st.integers(2, 7))
    every = [s for k in (2, 3, 4) for s in combinations(range(n), k)]
    rows = draw(st.lists(st.sampled_from(every), min_size=1, max_size=13, unique=True))
    # whole numbers make ties; a few refused
    gain = draw(
        st.lists(
            st.one_of(st.integers(-6, 12).map(float), st.just(-np.inf), st.floats(-5, 9)),
            min_size=len(rows),
            max_size=len(rows),
        )
    )
    required = draw(st.sets(st.integers(0, n - 1), max_size=2))
    least = draw(st.integers(0, 4))
    most = draw(st.one_of(st.none(), st.integers(0, 4)))
    return n, rows, gain, frozenset(required), least, most


@given(pools())
@settings(max_examples=200, deadline=None)
def test_a_number_of_partnerships_is_kept_at_the_best_value(pool):
    n, rows, gain, required, least, most = pool
    candidates = from_sets(rows)
    worth = dict(zip(map(tuple, rows), gain, strict=True))
    gains = np.array([worth[candidates.row(c)] for c in range(len(candidates))])
    order = [candidates.row(c) for c in range(len(candidates))]
    flag = np.zeros(n, dtype=bool)
    flag[list(required)] = True
    wanted = [
        value
        for value, number in every_plan(order, gains, n, required)
        if number >= least and (most is None or number <= most)
    ]
    found = best_within(candidates, gains, n, required=flag, least=least, most=most)
    if not wanted:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert found.value == pytest.approx(max(wanted), abs=1e-6)
    assert found.bound >= max(wanted) - 1e-6
    assert least <= len(found.chosen) <= (len(order) if most is None else most)
    assert required <= {m for c in found.chosen for m in order[c]}


@pytest.fixture(scope="module")
def england_sized():
    rng = np.random.default_rng(5)
    grid = [(i, i + 1) for i in range(152) if i % 12 != 11] + [(i, i + 12) for i in range(141)]
    candidates = from_sets(connected_sets(np.array(grid, dtype=np.int32), 153, member_limit=4))
    return candidates, rng.normal(-1.0, 1.0, len(candidates)) * np.sqrt(candidates.size)


def test_every_number_is_worth_no_more_than_no_limit_and_the_best_number_as_much(england_sized):
    candidates, gain = england_sized
    free = best_partition(candidates, gain, 153)
    at_free = best_within(candidates, gain, 153, least=len(free.chosen), most=len(free.chosen))
    assert at_free.value == pytest.approx(free.value)
    few = [best_within(candidates, gain, 153, most=k) for k in (0, 1, 5, 12)]
    assert all(s.status == "optimal" for s in few)
    assert [len(s.chosen) for s in few] == [0, 1, 5, 12]
    values = [s.value for s in few]
    assert values == sorted(values)
    assert values[-1] <= free.value
    assert values[1] == pytest.approx(gain.max())


def test_more_than_pay_are_formed_when_asked(england_sized):
    candidates, gain = england_sized
    free = best_partition(candidates, gain, 153)
    more = best_within(candidates, gain, 153, least=len(free.chosen) + 3)
    assert len(more.chosen) == len(free.chosen) + 3
    assert more.value < free.value
    assert more.status == "optimal"
    assert best_within(candidates, gain, 153, least=77).status == "infeasible"


def test_a_solve_stopped_at_once_says_so(england_sized):
    candidates, gain = england_sized
    found = best_within(candidates, gain, 153, most=5, time_limit=0.0)
    best = best_within(candidates, gain, 153, most=5)
    assert found.status == "feasible"
    assert found.bound >= best.value - 1e-9
    assert len(found.chosen) <= 5
