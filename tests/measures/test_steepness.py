"""How need rises with poverty: a planted exponent comes back, and too little is refused."""

import numpy as np
import pytest

from totalplace.errors import InputError
from totalplace.measures.steepness import slope


def test_a_planted_exponent_comes_back_with_its_error():
    rng = np.random.default_rng(5)
    children = rng.uniform(1e4, 3e5, 150)
    poor = rng.uniform(0.1, 0.6, 150)
    exact = slope(0.02 * children * poor**0.7, children, poor)
    assert exact.value == pytest.approx(0.7)
    assert exact.error == pytest.approx(0, abs=1e-8)
    noisy = slope(0.02 * children * poor**0.7 * np.exp(rng.normal(0, 0.3, 150)), children, poor)
    assert abs(noisy.value - 0.7) < 3 * noisy.error
    assert noisy.count == 150


def test_gaps_are_left_out_and_too_few_refused():
    rng = np.random.default_rng(6)
    children, poor = rng.uniform(1e4, 3e5, 40), rng.uniform(0.1, 0.6, 40)
    need = 0.02 * children * poor
    need[:5] = np.nan
    assert slope(need, children, poor).count == 35
    with pytest.raises(InputError, match="Only 10 authorities"):
        slope(need[:15], children[:15], poor[:15])
