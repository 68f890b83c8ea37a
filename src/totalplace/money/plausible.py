"""Is a spend figure believable? Two keys must turn before one is set aside. Pure arithmetic.

Flow: money.spend -> THIS -> money.spend, money.doubts

A council may book a line's spend on another line. Alone, an odd cost per child may be an odd
council; alone, a difference between two publishers may be one of definition. A figure is set aside
as *reported elsewhere* when it is nothing although there are children to serve, or when it lies far
outside the cross-section per child and the other publisher's figure does not bear it out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.types import BoolArray, FloatArray

FAR_OUTSIDE = 3.5
"""Robust standard deviations. Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers."""

BORNE_OUT = 2.0
"""A second figure within this factor, either way, bears the first one out."""

CROSS_SECTION = 20
"""Fewest figures that make a cross-section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How one set of figures stands to another across authorities: an 80 % range of ratios."""

    middle: float
    low: float
    high: float
    count: int


def robust_scores(values: FloatArray) -> FloatArray:
    """Distance from the median of the logs in robust standard deviations.

    Args:
        values: Shape (N,); only positive ones are scored.

    Returns:
        Shape (N,); nan where not positive, or everywhere when fewer than CROSS_SECTION are. 0
        throughout when more than half of the values are equal.
    """
    scores = np.full(values.shape, np.nan)
    with np.errstate(invalid="ignore"):
        positive = values > 0
    if positive.sum() < CROSS_SECTION:
        return scores
    logs = np.log(values[positive])
    away = logs - np.median(logs)
    scale = 1.4826 * np.median(np.abs(away))
    scores[positive] = away / scale if scale > 0 else 0.0
    return scores


def ratio_spread(figures: FloatArray, second: FloatArray) -> Spread | None:
    """Middle ratio of two sets of figures and the range that holds the middle 80 % of them.

    None when fewer than CROSS_SECTION authorities have both.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        both = (figures > 0) & (second > 0)
    if both.sum() < CROSS_SECTION:
        return None
    low, middle, high = np.quantile(figures[both] / second[both], [0.1, 0.5, 0.9])
    return Spread(middle=float(middle), low=float(low), high=float(high), count=int(both.sum()))


def reported_elsewhere(spend: FloatArray, volume: FloatArray, second: FloatArray) -> BoolArray:
    """Which spend figures are not this service's whole spend.

    Args:
        spend: Shape (N,), pounds a year; nan where missing.
        volume: Shape (N,), what the service is for, counted; nan where unknown.
        second: Shape (N,), another publisher's figure of the same spend; nan where none.

    Returns:
        Shape (N,); False where spend is missing.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = robust_scores(np.where(volume > 0, spend / volume, np.nan))
        spread = ratio_spread(spend, second)
        usual = spread.middle if spread is not None else 1.0
        away = np.abs(np.log(spend / (second * usual)))
        borne_out = away <= np.log(BORNE_OUT)
        nothing = (spend <= 0) & ~(volume == 0)
        far = np.abs(scores) > FAR_OUTSIDE
    verdict: BoolArray = nothing | (far & ~borne_out)
    return verdict
