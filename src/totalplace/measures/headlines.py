"""The headline measures a place's profile shows, and how each is worked out: rows of a table.

Flow: headlines.toml -> THIS -> measures.rebase, scenarios.profile
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Literal

Kind = Literal["percent", "rate", "ratio", "level"]
Better = Literal["high", "low", ""]

OUTCOMES = (
    "Be healthy",
    "Stay safe",
    "Enjoy and achieve",
    "Make a positive contribution",
    "Achieve economic well-being",
)
"""The five outcomes, in the order of section 10(2) of the Children Act 2004."""

GROUPS = ("need", "activity", *OUTCOMES, "workforce", "money")
"""The order in which a profile shows its measures."""

YEAR_NOISE = "year-noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One row of ``headlines.toml``; what its fields mean is said there."""

    id: str
    item: str  # the published figure; "" where there is none and it is worked out
    short: str
    group: str
    kind: Kind
    why: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    per: float = 1.0
    better: Better = ""
    step: float = 0.0  # what the publisher rounds to; 0 where it does not
    total_step: float = 0.0  # what it rounds counts of regions and England to before dividing
    decimals: int = 1
    interval: str = ""  # how a figure without counts gets one, or "none: why"

    @property
    def items(self) -> tuple[str, ...]:
        """Every item of the book it reads."""
        return tuple(dict.fromkeys(i for i in (self.item, *self.numerator, *self.denominator) if i))

    @property
    def scale(self) -> float:
        """What a share of the denominator is multiplied by to give the figure shown."""
        return 100.0 if self.kind == "percent" else self.per

    @property
    def no_interval(self) -> str:
        """Why it never has an interval; "" where it has one."""
        kind, _, why = self.interval.partition(": ")
        return why if kind == "none" else ""


def headlines() -> tuple[Headline, ...]:
    """Every headline measure, in the order shown."""
    text = resources.files(__package__).joinpath("headlines.toml").read_text("utf-8")
    rows = tomllib.loads(text)["measure"]
    return tuple(
        Headline(
            **{
                **row,
                "numerator": tuple(row.get("numerator", ())),
                "denominator": tuple(row.get("denominator", ())),
            }
        )
        for row in rows
    )
