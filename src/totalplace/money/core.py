"""Which lines a gap may touch and how far: the statutory core is held whole, as data.

Flow: core.csv -> THIS -> scenarios.closing
How far the others may fall, and how much a pound off each harms, are rows of the registry: this
project's judgement, to be changed by whoever judges otherwise.
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
    choice: str  # what the registry calls it; "" where held whole
    law: str
    reason: str
    also_bears: str  # other bodies that feel it when there is less; "" where none is named

    @property
    def most_id(self) -> str:
        """Row of the registry: the largest part that may be taken out, 0 to 1."""
        return f"gap.most.{self.choice}"

    @property
    def harm_id(self) -> str:
        """Row of the registry: weight of a pound taken out; one sure to be lost by sharing is 1."""
        return f"gap.harm.{self.choice}"


@cache
def core_lines() -> Mapping[str, CoreLine]:
    """Every row of the table by line. Constant, so read once."""
    text = (resources.files(__package__) / "core.csv").read_text("utf-8")
    return MappingProxyType(
        {
            row["line"]: CoreLine(
                line=row["line"],
                core=row["core"] == "yes",
                choice=row["choice"],
                law=row["law"],
                reason=row["reason"],
                also_bears=row["also_bears"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )
