"""A small England for the tests of money: thirty councils with known figures."""

from datetime import date

import numpy as np

YEAR, END = date(2024, 4, 1), date(2025, 3, 31)
CODES = tuple(f"E060000{number:02}" for number in range(1, 31))
CHILDREN = np.arange(300, 600, 10, dtype=float)  # looked after, (30,)


def observation(code, item, value, *, symbol=None, end=END, start=YEAR, **more):
    """One published figure, or the symbol printed instead of it."""
    return {
        "area_code": code,
        "level": "authority",
        "item": item,
        "value": value,
        "missing": None if value is not None else "not available",
        "symbol": symbol,
        "period_start": start,
        "period_end": end,
        "latest": True,
        "source_id": item.split(".")[0],
    } | more


def series(item, values, **more):
    """One figure per council of CODES; None where missing."""
    return [
        observation(code, item, None if value is None else float(value), **more)
        for code, value in zip(CODES, values, strict=True)
    ]
