"""Which key divides which line of spend among districts, and what ring-fences the line.

Flow: divide_keys.csv -> THIS -> money.divide, scenarios.districts
In: our table, the first row whose line or pattern fits counts. Out: frozen rules. Every line has
one, for the last pattern fits all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "children": "children aged 0 to 17",
        "children_0_4": "children aged 0 to 4",
        "children_10_17": "children aged 10 to 17",
        "poor_children": "children in income-deprived families",
        "looked_after": "looked-after children",
        "in_need": "children in need",
        "patients": "patients weighted by need",
    }
)
"""Every key by name, in the order people read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A named key: what each district weighs, and where that comes from."""

    name: str  # of KEYS
    title: str
    basis: str  # source and period, or how it was estimated
    weights: Mapping[str, float]  # district code -> weight, in any unit
    stated: bool = False  # given by the user, as shares
    estimated: bool = False  # foretold, not counted

    def of_parts(self, parts: Mapping[str, str]) -> dict[str, float]:
        """Weight of each part: its districts together, parts in the order they are first named."""
        total = dict.fromkeys(parts.values(), 0.0)
        for district, part in parts.items():
            total[part] += self.weights[district]
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRule:
    """How one line, or a pattern of lines, is divided."""

    line: str
    key: str
    also: tuple[str, ...]  # keys that could have been used: their answers make the range
    ring_fence: str  # what the money may be used for and by whom; "" where free
    reason: str
    pattern: re.Pattern[str] = field(repr=False)


@cache
def key_rules() -> tuple[KeyRule, ...]:
    """Every row of the table, in its order. Constant, so read once."""
    text = (resources.files(__package__) / "divide_keys.csv").read_text("utf-8")
    return tuple(
        KeyRule(
            line=row["line"],
            key=row["key"],
            also=tuple(row["also"].split()),
            ring_fence=row["ring_fence"],
            reason=row["reason"],
            pattern=re.compile(".*".join(map(re.escape, row["line"].split("*")))),
        )
        for row in csv.DictReader(text.splitlines())
    )


def rule_of(line: str) -> KeyRule:
    """The first rule that fits a line."""
    return next(rule for rule in key_rules() if rule.pattern.fullmatch(line))
