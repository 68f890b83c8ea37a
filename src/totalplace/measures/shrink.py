"""Tell what lasts from what comes and goes, and say how sure that is.

Flow: measures.expected -> THIS -> measures.expected, measures.triage
In: residuals by authority and year. Out: the lasting part of each with an interval. Pure.

Residual = lasting effect + noise. The noise of neighbouring years may be alike (first-order
autoregression). Both variances come from the mean products of residuals so many years apart.

Source: Efron and Morris (1973), JASA 68, 117-130, for shrinking; Carter and Rolph (1974), JASA
69, 880-885, for variance components of areas. The interval is our own, see :func:`interval_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf
from statistics import NormalDist

import numpy as np

from totalplace.measures.intervals import LEVEL
from totalplace.types import FloatArray

CARRY = np.arange(0.0, 0.81, 0.05)
"""How much of one year's noise may be left in the next; above 0.8 it looks like a lasting effect
in the few years there are."""

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(81)
_RELIABILITIES = np.concatenate([[0.0], np.linspace(0.02, 0.98, 49), [0.999]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Variance of residuals, by where it comes from."""

    lasting: float  # variance of the effect that stays
    noise: float  # variance of what comes and goes, in one year
    carry: float  # correlation of noise from one year to the next

    @property
    def reliability(self) -> float:
        """Share of one year's differences that lasts."""
        whole = self.lasting + self.noise
        return self.lasting / whole if whole > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """The lasting effect of each authority, (N,); nan where there is no residual."""

    alone: FloatArray  # from its own years alone
    spread: FloatArray  # standard error of that
    point: FloatArray  # shrunken: as one of many
    posterior: FloatArray  # standard deviation of the effect around the point
    low: FloatArray
    high: FloatArray


def variance_parts(residual: FloatArray, *, loose: float = 0.0) -> Parts | None:
    """Split the variance of residuals; None where no authority has two neighbouring years.

    Args:
        residual: Shape (N, T), mean about 0, nan where missing.
        loose: Variance that the expectation itself adds to the lasting part; taken off.
    """
    years = residual.shape[1]
    known = ~np.isnan(residual)
    filled = np.where(known, residual, 0.0)
    lags, products, counts = [], [], []
    for lag in range(min(years, 7)):
        pairs = known[:, : years - lag] & known[:, lag:]
        if pairs.sum() >= 10:
            lags.append(lag)
            products.append((filled[:, : years - lag] * filled[:, lag:])[pairs].mean())
            counts.append(pairs.sum())
    if len(lags) < 2:
        return None
    best: tuple[float, Parts] | None = None
    root = np.sqrt(counts)
    for carry in CARRY if len(lags) > 2 else CARRY[:1]:
        design = np.column_stack([np.ones(len(lags)), carry ** np.array(lags)])
        (lasts, goes), gap = _two_parts(design * root[:, None], np.array(products) * root)
        parts = Parts(lasting=max(lasts - loose, 0.0), noise=goes, carry=float(carry))
        if best is None or gap < best[0] * (1 - 1e-9):
            best = gap, parts
    assert best is not None  # CARRY is not empty
    return best[1]


def noise_scale(residual: FloatArray, children: FloatArray) -> FloatArray:
    """How much noisier each authority is than the average one, by its number of children.

    Rates of small places jump more. An authority's own variance from few years is too rough to use,
    so the variances of all are fitted as a constant plus a part that falls with size.

    Args:
        residual: Shape (N, T), nan where missing.
        children: Shape (N,), nan where not known; such an authority counts as average.

    Returns:
        Shape (N,), mean 1 over those with two years or more.
    """
    known = ~np.isnan(residual)
    count = known.sum(axis=1)
    middle = np.where(known, residual, 0.0).sum(axis=1) / np.maximum(count, 1)
    within = np.where(known, (residual - middle[:, None]) ** 2, 0.0).sum(axis=1)
    usable = (count > 1) & (children > 0)
    if usable.sum() < 10:
        return np.ones(residual.shape[0])
    small = np.nanmedian(children) / np.where(children > 0, children, np.nanmedian(children))
    (constant, slope), _ = _two_parts(
        np.column_stack([np.ones(usable.sum()), small[usable]]),
        within[usable] / (count[usable] - 1),
    )
    fitted = constant + slope * small
    mean = fitted[usable].mean()
    return fitted / mean if mean > 0 and fitted.min() > 0 else np.ones(residual.shape[0])


def lasting_effect(
    residual: FloatArray,
    parts: Parts,
    *,
    loose: FloatArray,
    scale: FloatArray | None = None,
    level: float = LEVEL,
) -> Lasting:
    """Each authority's lasting effect, by itself and as one of many.

    Args:
        residual: Shape (N, T), nan where missing.
        parts: Where the variance comes from.
        loose: Shape (N,), variance of each expectation.
        scale: Shape (N,), how much noisier each is than the average; alike if not given.
        level: Chance of covering the truth, between 0 and 1.
    """
    size, years = residual.shape
    apart = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
    noise = max(parts.noise, 1e-12) * parts.carry**apart
    alone, spread = np.full(size, np.nan), np.full(size, np.nan)
    noisier = np.ones(size) if scale is None else scale
    patterns, which = np.unique(~np.isnan(residual), axis=0, return_inverse=True)
    for index, known in enumerate(patterns):
        rows = which == index
        if known.any():
            weights = np.linalg.solve(noise[np.ix_(known, known)], np.ones(known.sum()))
            alone[rows] = residual[np.ix_(rows, known)] @ weights / weights.sum()
            spread[rows] = np.sqrt(noisier[rows] / weights.sum() + loose[rows])
    reliability = parts.lasting / (parts.lasting + spread**2)
    point = reliability * alone
    posterior = np.sqrt(reliability) * spread
    low, high = interval_of(alone, spread, reliability, level=level)
    return Lasting(alone=alone, spread=spread, point=point, posterior=posterior, low=low, high=high)


def interval_of(
    alone: FloatArray, spread: FloatArray, reliability: FloatArray, *, level: float = LEVEL
) -> tuple[FloatArray, FloatArray]:
    """Ends of an interval that is fair to the many and to the extreme.

    An authority's own years give an interval that is right whatever its effect, but too often
    misses for those that look most extreme. Shrinking gives one that is right for those that look
    extreme, but too often misses those that are. This interval reaches from the lower of the two
    low ends to the higher of the two high ends, each drawn with the one width at which the average
    coverage is the level. It is never better than the level on average, and never far below it at
    either kind of extreme.

    Args:
        alone: Estimates from own years, shape (N,).
        spread: Their standard errors, shape (N,).
        reliability: Lasting variance over lasting variance plus spread squared, shape (N,).
        level: Chance of covering the truth, between 0 and 1.
    """
    widths = _HOUSE_WIDTHS if level == LEVEL else _widths(level)
    width = np.interp(reliability, _RELIABILITIES, widths)
    root = np.sqrt(reliability)
    point = reliability * alone
    low = np.minimum(alone - width * spread, point - width * root * spread)
    high = np.maximum(alone + width * spread, point + width * root * spread)
    return low, high


def _two_parts(design: FloatArray, target: FloatArray) -> tuple[tuple[float, float], float]:
    """Least squares on two columns with no weight below nothing; the weights and what is left."""
    square, cross = design.T @ design, design.T @ target
    first, second = (max(float(cross[i] / square[i, i]), 0.0) for i in (0, 1))
    tries = [(first, 0.0), (0.0, second)]
    if np.linalg.det(square) > 1e-12 * square[0, 0] * square[1, 1]:
        both = np.linalg.solve(square, cross)
        if (both >= 0).all():
            tries = [(float(both[0]), float(both[1]))]
    gaps = [float(np.linalg.norm(design @ np.array(one) - target)) for one in tries]
    least = int(np.argmin(gaps))
    return tries[least], gaps[least]


def _widths(level: float) -> FloatArray:
    """Standard errors either side at which the joint interval covers as stated on average.

    One for each of the reliabilities, by Newton's method within bounds. The places look alike
    either side of the middle, so the average over them of one tail tells that of both.
    """
    start = NormalDist().inv_cdf((1 + level) / 2)
    share = _RELIABILITIES[1:, None]
    root = np.sqrt(share)
    beyond = np.sqrt(1 - share) * _NODES  # how far own years lie above the shrunken point
    weights = _WEIGHTS / _WEIGHTS.sum()
    low, high = np.zeros(share.shape), np.full(share.shape, start)
    width = high
    for _ in range(16):
        end = np.maximum((beyond + width) / root, width)
        over = (_erf(end / np.sqrt(2)).astype(np.float64) @ weights - level)[:, None]
        if np.abs(over).max() < 1e-13:
            break
        slope = np.where(end > width, 1 / root, 1.0) * np.exp(-(end**2) / 2) @ weights
        low, high = np.where(over > 0, low, width), np.where(over > 0, width, high)
        step = width - over / np.maximum(slope * np.sqrt(2 / np.pi), 1e-9)[:, None]
        width = np.where((low <= step) & (step <= high), step, (low + high) / 2)
    return np.concatenate([[start], width[:, 0]])  # nothing lasts: plain intervals, all alike


_erf = np.frompyfunc(erf, 1, 1)
_HOUSE_WIDTHS = _widths(LEVEL)
