"""One figure a person sees: a value with its interval, or the reason there is none.

Flow: counts, published figures -> THIS -> measures.rebase -> scenarios, reports
In: counts where they are published. Out: a frozen Rate. Percentages get Wilson's interval, rates
Byar's, both at the house level. A numerator worked back from a rounded figure widens the interval
by what the rounding hides; a suppressed part widens it by everything the part could be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite, nan, sqrt
from statistics import NormalDist
from types import MappingProxyType

import numpy as np

from totalplace.measures.headlines import Headline
from totalplace.measures.intervals import LEVEL, Interval, byar, wilson

Z = NormalDist().inv_cdf((1 + LEVEL) / 2)

METHODS: Mapping[str, str] = MappingProxyType(
    {
        "wilson": "Wilson's interval of a proportion, from the published counts",
        "wilson-implied": "Wilson's interval of a proportion, the count worked back from the "
        "rounded percentage and widened by the rounding",
        "byar": "Byar's interval of a rate, from the published counts",
        "byar-implied": "Byar's interval of a rate, the count worked back from the rounded rate "
        "and widened by the rounding",
        "bounds": "the least and the most that the withheld parts allow, each with its interval",
        "parts": "no value of its own: several places together lie between the figures of their "
        "parts, each with its interval",
        "year-noise": "how far the figure moves from year to year in councils of this size, "
        "England's own change taken out",
    }
)
"""How an interval was made, in words, by the name a Rate carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One figure of one place. ``value`` is nan exactly when ``reason`` is set."""

    value: float = nan
    low: float = nan  # 90 %; nan where no_interval says why
    high: float = nan
    method: str = ""  # one of METHODS
    no_interval: str = ""
    reason: str = ""  # why there is no value, with the published symbol
    note: str = ""  # what to know about the value: worked out, joint return, split county
    period: str = ""
    numerator: float = nan
    denominator: float = nan

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return isfinite(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of an interval are known."""
        return isfinite(self.low) and isfinite(self.high)

    def against(self, other: float) -> str:
        """``above``, ``below`` or ``no clear difference`` from another figure; "" if unknown."""
        if not isfinite(other) or not (self.known or self.has_interval):
            return ""
        if not self.has_interval:
            return "no interval, so not compared"
        if self.low > other:
            return "above"
        return "below" if self.high < other else "no clear difference"


def from_counts(
    headline: Headline,
    numerator: float,
    denominator: float,
    *,
    published: float = nan,
    implied: bool = False,
) -> Rate:
    """A figure out of its counts.

    Args:
        headline: What it is.
        numerator: The count, or the sum that is divided.
        denominator: What it is divided by.
        published: The publisher's own figure, shown in place of ours where it is given.
        implied: The numerator was worked back from ``published``.
    """
    if not denominator > 0:
        return Rate(reason="nobody to count: the number it is divided by is nothing")
    value = numerator / denominator * headline.scale
    found = Rate(
        value=published if isfinite(published) else value,
        numerator=numerator,
        denominator=denominator,
    )
    if headline.no_interval:
        return replace(found, no_interval=headline.no_interval)
    half = headline.step / 2 / headline.scale * denominator if implied else 0.0
    low = _interval(headline, max(numerator - half, 0.0), denominator)
    high = _interval(headline, numerator + half, denominator)
    method = "wilson" if headline.kind == "percent" else "byar"
    return replace(
        found,
        low=max(min(float(low.low[0]), found.value), 0.0),
        high=max(float(high.high[0]), found.value),
        method=f"{method}-implied" if implied else method,
    )


def between(headline: Headline, least: float, most: float, denominator: float) -> Rate:
    """Bounds where part of the numerator is withheld: no value, but an interval all the same."""
    if headline.kind == "level" or headline.no_interval or not denominator > 0:
        return Rate()
    return Rate(
        low=float(_interval(headline, least, denominator).low[0]),
        high=float(_interval(headline, most, denominator).high[0]),
        denominator=denominator,
        method="bounds",
    )


def from_noise(headline: Headline, value: float, noise: float | None) -> Rate:
    """A published figure without counts: its interval from year-to-year noise, or why not."""
    if headline.no_interval:
        return Rate(value=value, no_interval=headline.no_interval)
    if noise is None:
        return Rate(
            value=value,
            no_interval="no counts are published beside it, and too few years to judge how far it "
            "moves by chance",
        )
    reach = Z * sqrt(noise**2 + (headline.step / 2) ** 2 / 3)
    top = 100.0 if headline.short.endswith("%") else float("inf")
    return Rate(
        value=value, low=max(value - reach, 0.0), high=min(value + reach, top), method="year-noise"
    )


def _interval(headline: Headline, numerator: float, denominator: float) -> Interval:
    count, total = np.array([numerator]), np.array([denominator])
    if headline.kind == "percent":
        share = wilson(np.minimum(count, total), total)
        return Interval(point=share.point * 100, low=share.low * 100, high=share.high * 100)
    return byar(count, total, per=headline.scale)
