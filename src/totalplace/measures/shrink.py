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

import numpy as np
from scipy import optimize
from scipy.special import ndtr

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
        found, gap = optimize.nnls(design * root[:, None], np.array(products) * root)
        parts = Parts(
            lasting=max(float(found[0]) - loose, 0.0), noise=float(found[1]), carry=float(carry)
        )
        if best is None or gap < best[0] * (1 - 1e-9):
            best = float(gap), parts
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
    found, _ = optimize.nnls(
        np.column_stack([np.ones(usable.sum()), small[usable]]),
        within[usable] / (count[usable] - 1),
    )
    fitted = found[0] + found[1] * small
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
    for row in range(size):
        known = ~np.isnan(residual[row])
        if known.any():
            own = noise[np.ix_(known, known)] * (1.0 if scale is None else scale[row])
            weights = np.linalg.solve(own, np.ones(known.sum()))
            alone[row] = weights @ residual[row, known] / weights.sum()
            spread[row] = np.sqrt(1 / weights.sum() + loose[row])
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
    widths = np.array([_width(share, level) for share in _RELIABILITIES])
    width = np.interp(reliability, _RELIABILITIES, widths)
    root = np.sqrt(reliability)
    point = reliability * alone
    low = np.minimum(alone - width * spread, point - width * root * spread)
    high = np.maximum(alone + width * spread, point + width * root * spread)
    return low, high


def _width(reliability: float, level: float) -> float:
    """Standard errors either side at which the joint interval covers as stated on average."""
    root = np.sqrt(reliability)
    seen = _NODES / np.sqrt(1 - reliability)  # estimates per standard error, over places
    weights = _WEIGHTS / _WEIGHTS.sum()

    def short(width: float) -> float:
        if root == 0:
            return float(ndtr(width) - ndtr(-width)) - level
        low = np.minimum(seen - width, reliability * seen - width * root) - reliability * seen
        high = np.maximum(seen + width, reliability * seen + width * root) - reliability * seen
        covered = ndtr(high / root) - ndtr(low / root)
        return float(weights @ covered) - level

    return float(optimize.brentq(short, 0.1, 5.0))
