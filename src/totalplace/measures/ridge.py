"""Ridge regression whose predictions never use the authority they are for.

Flow: measures.need -> THIS -> measures.expected, measures.contest
In: need (N, K) and levels (N,), all known. Out: predictions out of sample. Pure arithmetic.

Columns are centred and scaled on the authorities fitted. The penalty is the one of a fixed list
with the least leave-one-out error. With no columns the prediction is the mean of the others.

Source: Hoerl and Kennard (1970), Technometrics 12, 55-67; leave-one-out from the hat matrix:
Allen (1974), Technometrics 16, 125-127.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.types import FloatArray

PENALTIES: tuple[float, ...] = tuple(10.0 ** (step / 2) for step in range(-4, 9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ridge:
    """A fitted line through need, with what it says of each authority it was not shown."""

    centre: FloatArray  # (K,)
    scale: FloatArray  # (K,)
    weights: FloatArray  # (K,), per standard deviation of need
    constant: float
    penalty: float
    left_out: FloatArray  # (N,), prediction for each from the others
    spread: FloatArray  # (N,), variance of that prediction per unit of residual variance

    def predict(self, need: FloatArray) -> FloatArray:
        """Predictions for need of shape (M, K)."""
        return np.asarray(self.constant + (need - self.centre) / self.scale @ self.weights)


def fit_ridge(
    need: FloatArray, level: FloatArray, *, penalties: Sequence[float] = PENALTIES
) -> Ridge:
    """Fit by least squares with a penalty on the size of the weights.

    Args:
        need: Shape (N, K), no nan.
        level: Shape (N,), no nan; N at least 3.
        penalties: Penalties to choose from, by leave-one-out error.
    """
    size, columns = need.shape
    centre = need.mean(axis=0) if columns else np.zeros(0)
    scale = need.std(axis=0) if columns else np.ones(0)
    scale = np.where(scale > 0, scale, 1.0)
    left, sizes, right = np.linalg.svd((need - centre) / scale, full_matrices=False)
    constant = float(level.mean())
    turned = left.T @ (level - constant)
    best: tuple[float, float, FloatArray, FloatArray] | None = None
    for penalty in penalties:
        kept = sizes**2 / (sizes**2 + penalty)
        leverage = np.minimum(left**2 @ kept + 1 / size, 1 - 1e-9)
        residual = (level - constant - left @ (kept * turned)) / (1 - leverage)
        error = float(np.mean(residual**2))
        if best is None or error < best[0]:
            best = error, penalty, level - residual, leverage
    assert best is not None  # the list of penalties is not empty
    _, penalty, left_out, leverage = best
    weights = right.T @ (sizes / (sizes**2 + penalty) * turned)
    return Ridge(
        centre=centre,
        scale=scale,
        weights=weights,
        constant=constant,
        penalty=penalty,
        left_out=left_out,
        spread=leverage / (1 - leverage),
    )
