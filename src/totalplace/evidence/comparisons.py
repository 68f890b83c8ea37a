"""Put each known case side by side: claimed, happened, modelled.

Flow: evidence.cases, evidence.draws, scenarios.backtest (appraisals) -> THIS -> cli.evidence
In: cases, draws, and what the model makes of the cases it can appraise. Out: frozen rows at
2024-25 prices. The model itself stands above this package: its figures are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from totalplace.evidence.cases import Case, Figure, Quantity
from totalplace.evidence.draws import Draws
from totalplace.types import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Modelled:
    """What the model makes of one quantity of one case: mean and 80 % interval."""

    mean: float  # £ million at 2024-25 prices; years for payback
    low: float
    high: float
    note: str = ""  # how it was modelled, in plain words

    @classmethod
    def of(cls, draws: FloatArray, *, note: str = "") -> Modelled:
        """From draws, shape (D,)."""
        low, high = np.quantile(draws, [0.1, 0.9])
        return cls(mean=float(draws.mean()), low=float(low), high=float(high), note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One quantity of one case, three ways, at 2024-25 prices."""

    case: Case
    quantity: Quantity
    claimed: Figure | None
    happened: Figure | None
    modelled: Modelled | None
    verdict: str  # how near the model comes, or why there is nothing to compare


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Every known case beside the model, and what the whole says."""

    comparisons: tuple[Comparison, ...]
    findings: tuple[str, ...]  # sentences to print below, such as the share of pairs that pay
    seed: int
    draws: int
    assumptions_sha256: str
    book_hash: str


def compare(
    cases: Iterable[Case], draws: Draws, modelled: Mapping[tuple[str, Quantity], Modelled]
) -> tuple[Comparison, ...]:
    """Claimed, happened and modelled for every quantity of every case, in the order of the table.

    Args:
        cases: Known cases.
        draws: Draws of the assumptions, for cases held against an assumption directly.
        modelled: What appraisals make of the others, by case id and quantity.
    """
    return tuple(
        _comparison(case, quantity, draws, modelled.get((case.id, quantity)))
        for case in cases
        for quantity in case.quantities
    )


def _comparison(
    case: Case, quantity: Quantity, draws: Draws, modelled: Modelled | None
) -> Comparison:
    if modelled is None and case.compares_with:
        title = draws.registry[case.compares_with].title
        modelled = Modelled.of(draws[case.compares_with], note=f"The assumption: {title}.")
    claimed, happened = case.claimed(quantity), case.happened(quantity)
    return Comparison(
        case=case,
        quantity=quantity,
        claimed=claimed,
        happened=happened,
        modelled=modelled,
        verdict=_verdict(case, happened or claimed, modelled),
    )


def _verdict(case: Case, figure: Figure | None, modelled: Modelled | None) -> str:
    if modelled is None:
        return "Not modelled." if not case.modelled else "The model gives no figure for this."
    if figure is None:
        return "Nothing published to hold it against."
    amount, kind = figure.at_prices_of(), figure.kind.value
    what = "what happened" if kind == "happened" else "what was claimed"
    if modelled.low <= amount <= modelled.high:
        sentence = f"The model's interval holds {what}."
    elif modelled.mean > 0 and amount > 0:
        ratio = amount / modelled.mean
        times = f"{ratio:.1f} times" if ratio >= 1 else f"{ratio:.2f} of"
        sentence = f"{what.capitalize()} is {times} the model's mean, outside its interval."
    else:
        sentence = f"The model's interval does not hold {what}."
    if case.compares_with in case.rests_on:
        sentence += " The assumption was set from this case, so this is no test of it."
    return sentence
