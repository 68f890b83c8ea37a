"""How the cost of a service changes with its volume, estimated from a cross-section.

Flow: evidence.scale_data (the book) -> THIS -> cli.evidence
In: arrays, one entry per authority. Out: a frozen ScaleEstimate. No files, no clock.

Total spend is regressed on volume, never unit cost: a unit cost divides by the volume, so an
error in the volume makes a high volume and a low unit cost go together, and economies appear that
are not there. Child population stands in for volume as its instrument, because it drives the
volume and knows nothing of the error in counting it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from totalplace.errors import InputError, Problem
from totalplace.types import BoolArray, FloatArray

LEAST_AUTHORITIES = 30  # below this a robust standard error is not to be trusted
WEAK_INSTRUMENT = 10.0  # first-stage F below which two-stage estimates mislead


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleEstimate:
    """The effect of size on unit cost, with what it rests on. Intervals are 95 %."""

    elasticity: float  # change in log spend for a change of 1 in log volume; 1: no scale effect
    standard_error: float  # of the elasticity, robust to unequal variance
    per_doubling: float  # g: change in unit cost for each doubling; -0.05 is 5 % cheaper
    low: float  # of per_doubling
    high: float
    ordinary: float  # g without the instrument: what regressing unit cost on volume would say
    first_stage_f: float | None  # strength of the instrument, robust; None: it is the volume itself
    doublings: float  # from the 5th to the 95th percentile of volume: how far the estimate reaches
    used: int  # authorities in the estimate
    left_out: int  # authorities with a figure missing
    controls: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Whether the instrument is too weak for the estimate to be used."""
        return self.first_stage_f is not None and self.first_stage_f < WEAK_INSTRUMENT

    @property
    def shows_an_effect(self) -> bool:
        """Whether the interval leaves out no effect."""
        return not self.weak and not self.low <= 0.0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A two-stage least squares fit."""

    coefficients: FloatArray  # (K,)
    covariance: FloatArray  # (K, K), robust (HC1)


def estimate_scale(
    spend: FloatArray,
    volume: FloatArray,
    children: FloatArray,
    controls: Mapping[str, FloatArray],
) -> ScaleEstimate:
    """Estimate the effect of volume on the cost of a service.

    Log total spend on log volume, instrumented by log child population, with need controls, by
    two-stage least squares with a heteroskedasticity-robust (HC1) covariance.

    Args:
        spend: Total spend, shape (N,), pounds; nan where missing.
        volume: What the service works on, shape (N,); nan where missing.
        children: Children 0-17, shape (N,); nan where missing.
        controls: Need measures by name, each shape (N,); nan where missing. Enter as they are.

    Returns:
        The estimate. Authorities with any figure missing are left out and counted.

    Raises:
        InputError: Shapes disagree, a spend, volume or population is zero or negative (missing
            is nan, never zero), fewer than 30 authorities remain, or a control repeats another.

    Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 5.
    """
    use = _check(spend, volume, children, controls)
    log_spend, log_volume = np.log(spend[use]), np.log(volume[use])
    log_children = np.log(children[use])
    need = np.column_stack([np.ones(use.sum()), *(values[use] for values in controls.values())])
    exogenous = bool(np.allclose(log_volume, log_children, rtol=0.0, atol=1e-12))
    regressors = np.column_stack([log_volume, need])
    fit = two_stage(log_spend, regressors, np.column_stack([log_children, need]))
    ordinary = two_stage(log_spend, regressors, regressors)
    elasticity, error = float(fit.coefficients[0]), float(np.sqrt(fit.covariance[0, 0]))
    freedom = regressors.shape[0] - regressors.shape[1]
    reach = float(stdtrit(freedom, 0.975)) * error
    p5, p95 = np.percentile(volume[use], [5, 95])
    return ScaleEstimate(
        elasticity=elasticity,
        standard_error=error,
        per_doubling=_per_doubling(elasticity),
        low=_per_doubling(elasticity - reach),
        high=_per_doubling(elasticity + reach),
        ordinary=_per_doubling(float(ordinary.coefficients[0])),
        first_stage_f=None if exogenous else _strength(log_volume, log_children, need),
        doublings=float(np.log2(p95 / p5)),
        used=int(use.sum()),
        left_out=int((~use).sum()),
        controls=tuple(controls),
    )


def two_stage(outcome: FloatArray, regressors: FloatArray, instruments: FloatArray) -> Fit:
    """Two-stage least squares with a robust covariance; ordinary where both sets are one.

    Args:
        outcome: Shape (N,).
        regressors: Shape (N, K), the exogenous columns among them.
        instruments: Shape (N, K) or wider, with the same exogenous columns.

    Returns:
        Coefficients in column order and their HC1 sandwich covariance.

    Raises:
        InputError: The columns are not independent of one another.
    """
    n, k = regressors.shape
    fitted = instruments @ np.linalg.lstsq(instruments, regressors, rcond=None)[0]  # first stage
    if np.linalg.matrix_rank(fitted) < k:
        raise InputError(
            "The scale effect cannot be estimated: a control repeats another column, or does not "
            "vary between authorities. Leave one out. Nothing was estimated."
        )
    coefficients = np.asarray(np.linalg.lstsq(fitted, outcome, rcond=None)[0], dtype=np.float64)
    residual = outcome - regressors @ coefficients  # from the actual regressors, not the fitted
    bread = np.linalg.inv(fitted.T @ fitted)
    filling = (fitted * residual[:, None] ** 2).T @ fitted
    covariance = n / (n - k) * bread @ filling @ bread
    return Fit(coefficients=coefficients, covariance=covariance)


def _strength(log_volume: FloatArray, log_children: FloatArray, need: FloatArray) -> float:
    """Robust F of the instrument in the first stage (one instrument: its squared t)."""
    columns = np.column_stack([log_children, need])
    first = two_stage(log_volume, columns, columns)
    return float(first.coefficients[0] ** 2 / first.covariance[0, 0])


def _per_doubling(elasticity: float) -> float:
    """Change in unit cost when volume doubles."""
    return float(2.0 ** (elasticity - 1.0) - 1.0)


def _check(
    spend: FloatArray, volume: FloatArray, children: FloatArray, controls: Mapping[str, FloatArray]
) -> BoolArray:
    """Which authorities can be used, shape (N,); raises InputError listing every problem."""
    given = {"spend": spend, "volume": volume, "children": children, **controls}
    problems = [
        Problem(what=f"has shape {values.shape}, spend has {spend.shape}", where=name)
        for name, values in given.items()
        if values.ndim != 1 or values.shape != spend.shape
    ]
    for name in ("spend", "volume", "children"):
        wrong = given[name] <= 0  # nan compares false
        if wrong.any():
            problems.append(
                Problem(
                    what="is zero or negative",
                    where=name,
                    count=int(wrong.sum()),
                    example=f"{given[name][wrong][0]:g}",
                    fix="Give nan where a figure is missing or reported on another line.",
                )
            )
    if problems:
        raise InputError(problems, after="Nothing was estimated.")
    use: BoolArray = np.logical_and.reduce([np.isfinite(values) for values in given.values()])
    if use.sum() < LEAST_AUTHORITIES:
        raise InputError(
            f"The scale effect needs at least {LEAST_AUTHORITIES} authorities with every figure; "
            f"{use.sum()} of {use.size} have them. Nothing was estimated."
        )
    return use
