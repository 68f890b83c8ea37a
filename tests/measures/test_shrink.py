"""Arithmetic done by hand, held against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize
from scipy.special import ndtr

from totalplace.measures import shrink


def coverage(width, reliability, level):
    """Average coverage of the joint interval less the level, as its docstring says it."""
    root = np.sqrt(reliability)
    seen = shrink._NODES / np.sqrt(1 - reliability)
    low = np.minimum(seen - width, reliability * seen - width * root) - reliability * seen
    high = np.maximum(seen + width, reliability * seen + width * root) - reliability * seen
    covered = ndtr(high / root) - ndtr(low / root)
    return float(shrink._WEIGHTS @ covered / shrink._WEIGHTS.sum()) - level


@pytest.mark.parametrize("level", [0.8, 0.9, 0.99])
def test_widths_are_those_a_bracketing_search_finds(level):
    found = shrink._widths(level)
    for width, reliability in zip(found[1:], shrink._RELIABILITIES[1:], strict=True):
        wanted = optimize.brentq(coverage, 0.1, 5.0, args=(reliability, level), xtol=1e-13)
        assert width == pytest.approx(wanted, abs=1e-10)


amounts = st.floats(-100, 100).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(st.floats(0.01, 30).map(lambda x: round(x, 2)), amounts), min_size=3))
def test_least_squares_with_no_weight_below_nothing(rows):
    design = np.array([[1.0, x] for x, _ in rows])
    target = np.array([y for _, y in rows])
    weights, gap = shrink._two_parts(design, target)
    _, wanted = optimize.nnls(design, target)
    assert min(weights) >= 0
    assert gap == pytest.approx(np.linalg.norm(design @ weights - target))
    assert gap == pytest.approx(wanted, rel=1e-6, abs=1e-6)
