"""How steeply a need rises with children's poverty, across England's authorities.

Flow: book -> THIS -> scenarios.districts
In: counts of children with a need, children and the share of them who are poor, by authority. Out:
an exponent with its standard error: where twice the share of children is poor, need per child is
2 ** slope as great. Least squares on logarithms, each authority once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.errors import InputError
from totalplace.types import FloatArray

FEWEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """An exponent and how sure it is."""

    value: float
    error: float  # standard error
    count: int  # authorities it rests on


def slope(need: FloatArray, children: FloatArray, poor: FloatArray) -> Slope:
    """The exponent of need per child on the share of children who are poor.

    Args:
        need: Children with the need, shape (N,); nan where not known.
        children: Children, shape (N,).
        poor: Share of children in income-deprived families, 0 to 1, shape (N,).

    Raises:
        InputError: Fewer than thirty authorities have all three above nothing.
    """
    with np.errstate(invalid="ignore"):
        known = (need > 0) & (children > 0) & (poor > 0)
    if known.sum() < FEWEST:
        raise InputError(
            f"Only {known.sum()} authorities have figures of need, children and poverty: too few "
            "to say how need rises with poverty."
        )
    x, y = np.log(poor[known]), np.log(need[known] / children[known])
    away = x - x.mean()
    value = float(away @ y / (away @ away))
    left = y - y.mean() - value * away
    error = float(np.sqrt(left @ left / (len(x) - 2) / (away @ away)))
    return Slope(value=value, error=error, count=len(x))
