"""One row of a place's count: whose money, for what, how much and how well it is known.

Flow: money.ledger -> THIS -> money.transfers, money.count, reports
Money is whole pence throughout, so that every cut adds up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from totalplace.types import Layer


class Standing(StrEnum):
    """How well an amount is known."""

    PUBLISHED = "published"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of one authority (or of England, where it belongs to none)."""

    area_code: str
    line: str
    title: str
    service: str
    theme: str
    outcome: str
    age: str
    stance: str
    payer: str
    year: str  # financial year, "2024-25"
    standing: Standing
    pence: int | None  # gross spend; None exactly when unknown
    low: int | None  # range of an estimate; the amount itself when published
    high: int | None
    layers: tuple[tuple[Layer, int], ...]  # adds up to pence
    basis: str  # how it was estimated, or why it is unknown
    eliminated: int = 0  # paid in from another row, and counted there

    @property
    def net(self) -> int:
        """What the row adds to the count, pence; nothing where it is unknown."""
        return (self.pence or 0) - self.eliminated
