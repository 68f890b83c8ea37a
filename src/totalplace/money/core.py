"""Which lines a gap may touch and how far: the statutory core is held whole, as data.

Flow: core.csv -> THIS -> scenarios.closing
How far the others may fall, and how much a pound off each harms, are this project's judgement.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreLine:
    """One line: held whole, or how much of it is a choice."""

    line: str
    core: bool
    most: float  # largest part that may be taken out, 0 to 1
    harm: float  # weight of a pound taken out; a pound that sharing is sure to lose weighs 1
    law: str
    reason: str


@cache
def core_lines() -> Mapping[str, CoreLine]:
    """Every row of the table by line. Constant, so read once."""
    text = (resources.files(__package__) / "core.csv").read_text("utf-8")
    return MappingProxyType(
        {
            row["line"]: CoreLine(
                line=row["line"],
                core=row["core"] == "yes",
                most=float(row["most"]),
                harm=float(row["harm"]),
                law=row["law"],
                reason=row["reason"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )
