"""Money of one financial year at the prices of another.

Flow: deflators.toml -> THIS -> evidence.cases, scenarios.backtest
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from totalplace.errors import ParameterError, Problem

BASE_YEAR = "2024-25"


def to_price_year(amount: float, from_: str, to: str = BASE_YEAR) -> float:
    """An amount at the prices of another financial year, by the GDP deflator.

    Args:
        amount: Money at the prices of ``from_``, in any unit.
        from_: Financial year, as "2011-12".
        to: Financial year wanted.

    Returns:
        The same amount at the prices of ``to``, in the same unit.

    Raises:
        ParameterError: A year is not in the table.
    """
    index = deflators()
    problems = [
        Problem(
            what="there is no deflator for this year",
            where=year,
            fix=f"Give a financial year from {min(index)} to {max(index)}, as '2011-12'.",
        )
        for year in dict.fromkeys((from_, to))
        if year not in index
    ]
    if problems:
        raise ParameterError(problems)
    return amount * index[to] / index[from_]


@cache
def deflators() -> Mapping[str, float]:
    """The index by financial year, 2024-25 = 100. Constant, so it is read once."""
    text = (resources.files(__package__) / "deflators.toml").read_text("utf-8")
    return MappingProxyType(tomllib.loads(text)["index"])
