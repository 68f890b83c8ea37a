"""Shapley values against the definition: the average over every order of joining."""

from itertools import permutations
from math import factorial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from totalplace.footprints.split import shapley_values, sub_group_worth


@given(st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_shapley_is_the_average_over_orders_of_joining(n, seed):
    worth = np.random.default_rng(seed).normal(size=1 << n)
    worth[0] = 0.0
    average = np.zeros(n)
    for order in permutations(range(n)):
        inside = 0
        for i in order:
            average[i] += worth[inside | 1 << i] - worth[inside]
            inside |= 1 << i
    np.testing.assert_allclose(shapley_values(worth, n), average / factorial(n), atol=1e-12)


def test_the_glove_game():
    """One left glove, two right ones: the scarce glove takes two thirds (Shapley 1953)."""
    worth = np.zeros(8)
    for bits in range(8):
        worth[bits] = float(bool(bits & 1) and bool(bits & 6))
    np.testing.assert_allclose(shapley_values(worth, 3), [2 / 3, 1 / 6, 1 / 6])


@given(st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_sub_group_is_worth_its_best_partition_and_never_less_than_nothing(n, seed):
    rng = np.random.default_rng(seed)
    raw = {}

    def connected(members):
        return raw.setdefault(members, float(rng.normal()) if rng.random() < 0.7 else -np.inf)

    whole = float(rng.normal())
    worth = sub_group_worth(n, connected, whole)

    def best(left):
        if not left:
            return 0.0
        first, rest = left[0], left[1:]
        options = [best(rest)]
        for bits in range(1, 1 << len(rest)):
            group = (first, *(rest[k] for k in range(len(rest)) if bits >> k & 1))
            others = tuple(m for m in rest if m not in group)
            options.append(raw.get(group, -np.inf) + best(others))
        return max(options)

    everyone = (1 << n) - 1
    for bits in range(everyone):
        members = tuple(i for i in range(n) if bits >> i & 1)
        assert np.isclose(worth[bits], best(members))
    assert worth[everyone] == whole
