"""The known cases of joint working: what was claimed, what happened, and who said so.

Flow: cases.toml, claims.toml -> THIS -> scenarios.backtest, cli.evidence, the reference page
In: our own tables. Out: frozen rows. Money is £ million at the prices of each figure's year.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Any

from totalplace.evidence.prices import BASE_YEAR, to_price_year
from totalplace.evidence.registry import Confidence
from totalplace.types import Arrangement


class Quantity(StrEnum):
    """What a figure about a case is a figure of, and what of ours it can be held against."""

    SAVING_A_YEAR = "saving_a_year"  # Appraisal.saving_a_year of the members
    SAVING_LOST_A_YEAR = "saving_lost_a_year"  # that of all members less that of the remaining
    ONE_OFF_COST = "one_off_cost"  # Appraisal.one_off_cost, or the assumption it compares with
    EXIT_COST = "exit_cost"  # Appraisal.exit_cost
    PAYBACK_YEARS = "payback_years"  # Appraisal.pays_back_years


class Kind(StrEnum):
    """Whether a figure was given beforehand (or by the owners of the claim) or afterwards."""

    CLAIMED = "claimed"
    HAPPENED = "happened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure about a case, as published."""

    quantity: Quantity
    kind: Kind
    amount: float  # £ million; years for PAYBACK_YEARS
    said_by: str
    said_when: str
    source: str
    confidence: Confidence
    low: float | None = None  # where the source gives a range, or sources differ
    high: float | None = None
    price_year: str = ""  # empty for years of payback
    note: str = ""

    def at_prices_of(self, year: str = BASE_YEAR) -> float:
        """The amount at the prices of another year; years of payback as they are.

        Raises:
            ParameterError: There is no deflator for a year.
        """
        return to_price_year(self.amount, self.price_year, year) if self.price_year else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMember:
    """One member as it was at the time."""

    area_code: str
    name: str
    children: float  # aged 0 to 17, in the case's children_year
    spend: float | None = None  # £ million, gross children's services in spend_year; None: not held


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, with what it takes to model it at its own date and size."""

    id: str
    title: str
    service: str  # planner's service; "" for whole councils
    arrangement: Arrangement | None
    modelled: bool  # whether its members can be appraised as one of our arrangements
    compares_with: str  # id of the assumption to hold figures against; "" if none
    rests_on: tuple[str, ...]  # assumptions set from this case: agreement is no test of them
    members: tuple[CaseMember, ...]
    remaining: tuple[str, ...]  # area codes that went on sharing; empty: none, or it goes on
    start: date | None
    end: date | None
    children_year: str
    spend_year: str
    sizes_source: str
    figures: tuple[Figure, ...]
    happened_missing: str  # why there is no figure of what happened; "" if there is one for each
    note: str

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What there are figures of, in the order of the table."""
        return tuple(dict.fromkeys(figure.quantity for figure in self.figures))

    def claimed(self, quantity: Quantity) -> Figure | None:
        """What was claimed of a quantity, if anything."""
        return self._figure(quantity, Kind.CLAIMED)

    def happened(self, quantity: Quantity) -> Figure | None:
        """What came of a quantity, if anyone published it."""
        return self._figure(quantity, Kind.HAPPENED)

    def _figure(self, quantity: Quantity, kind: Kind) -> Figure | None:
        for figure in self.figures:
            if figure.quantity is quantity and figure.kind is kind:
                return figure
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody says about size and cost, and who paid for it to be said."""

    who: str
    commissioned_by: str
    year: str
    says: str
    direction: str  # "bigger is cheaper", "no link", "mixed" or "no figure"
    source: str
    confidence: Confidence
    note: str = ""


def load_cases() -> tuple[Case, ...]:
    """Every known case, in the order of the table."""
    return tuple(_case(row) for row in _read("cases.toml")["case"])


def load_claims() -> tuple[Claim, ...]:
    """What others claim about scale, in the order of the table."""
    return tuple(
        Claim(**{**row, "confidence": Confidence(row["confidence"])})
        for row in _read("claims.toml")["claim"]
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / name).read_text("utf-8"))


def _case(row: Mapping[str, Any]) -> Case:
    arrangement = row.get("arrangement")
    return Case(
        id=row["id"],
        title=row["title"],
        service=row.get("service", ""),
        arrangement=Arrangement(arrangement) if arrangement else None,
        modelled=row["modelled"],
        compares_with=row.get("compares_with", ""),
        rests_on=tuple(row.get("rests_on", ())),
        members=tuple(CaseMember(**member) for member in row.get("member", ())),
        remaining=tuple(row.get("remaining", ())),
        start=row.get("start"),
        end=row.get("end"),
        children_year=row.get("children_year", ""),
        spend_year=row.get("spend_year", ""),
        sizes_source=row.get("sizes_source", ""),
        figures=tuple(
            Figure(
                **{
                    **figure,
                    "quantity": Quantity(figure["quantity"]),
                    "kind": Kind(figure["kind"]),
                    "confidence": Confidence(figure["confidence"]),
                }
            )
            for figure in row.get("figure", ())
        ),
        happened_missing=row.get("happened_missing", ""),
        note=row.get("note", ""),
    )
