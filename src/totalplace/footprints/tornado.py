"""Which assumption moves a result most, and the value of each at which the verdict flips.

Flow: search (what was chosen), evidence.registry, draws -> THIS -> explain, scenarios.risk
In: partnerships held as they are, the assumptions and their draws. Out: one Swing for each
assumption that is read, largest first. One is held at an end of its range; all others stay at
their draws, so the rest of the doubt is still in every figure. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from totalplace.evidence.registry import Parameter, Registry
from totalplace.footprints.appraisal import Values, appraise_all
from totalplace.footprints.candidates import Candidates, Shape, from_sets, shape
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Swing
from totalplace.footprints.search import EXPECTED, Search
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray

FINEST = 1e-4  # a switching value is found to this share of the assumption's range
NEAREST = 200  # partnerships looked at when the plan is to do nothing: those nearest to paying
WHOLE = frozenset({"horizon.years"})  # assumptions that are counts: only whole numbers mean much

WorthFn = Callable[[AssumptionDraws], float]
Chosen = Sequence[tuple[tuple[int, ...], Arrangement]]


class Held:
    """Draws in which one assumption has one value and all others vary as before."""

    def __init__(self, draws: AssumptionDraws, parameter_id: str, value: float) -> None:
        self._draws, self._id = draws, parameter_id
        self._value = np.full(draws.n, value)

    @property
    def n(self) -> int:
        """Number of draws."""
        return self._draws.n

    def __getitem__(self, parameter: str) -> FloatArray:
        return self._value if parameter == self._id else self._draws[parameter]


class _Watched:
    """Draws that remember which assumptions were read."""

    def __init__(self, draws: AssumptionDraws) -> None:
        self._draws = draws
        self.read: set[str] = set()

    @property
    def n(self) -> int:
        return self._draws.n

    def __getitem__(self, parameter: str) -> FloatArray:
        self.read.add(parameter)
        return self._draws[parameter]


def worth_of(problem: Problem, chosen: Chosen, *, objective: str = EXPECTED) -> WorthFn:
    """What some partnerships are worth together, as a function of the draws.

    Args:
        problem: The service.
        chosen: Members (positions) and arrangement of each.
        objective: "expected": mean value; "cautious": each one's mean over its worst fifth.
    """
    kinds = dict.fromkeys(arrangement for _, arrangement in chosen)
    pools = [
        (kind, sets, shape(problem, sets))
        for kind in kinds
        for sets in [from_sets([group for group, a in chosen if a is kind])]
    ]

    def worth(draws: AssumptionDraws) -> float:
        return float(
            sum(
                _score(appraise_all(problem, draws, kind, sets, outline), objective).sum()
                for kind, sets, outline in pools
            )
        )

    return worth


def swings(
    found: Search,
    draws: AssumptionDraws,
    registry: Registry,
    *,
    nearest: int = NEAREST,
    flips: int | None = None,
) -> tuple[Swing, ...]:
    """The tornado of a plan; of the best partnership allowed, where the plan is to do nothing.

    Args:
        found: A finished search.
        draws: The draws it was made with.
        registry: The assumptions drawn from.
        nearest: As `best_worth`.
        flips: As `tornado`.
    """
    choice = found.choice
    chosen = [
        (found.candidates.row(int(c)), kind)
        for c, kind in zip(choice.candidates, choice.arrangements, strict=True)
    ]
    worth = (
        worth_of(found.problem, chosen, objective=found.ask.objective)
        if chosen
        else best_worth(found, nearest=nearest)
    )
    return tornado(worth, draws, registry, flips=flips)


def best_worth(found: Search, *, nearest: int = NEAREST) -> WorthFn:
    """What the most valuable allowed partnership is worth, of those nearest to paying.

    Args:
        found: A finished search.
        nearest: How many to look at under each arrangement.
    """
    pools: list[tuple[Arrangement, Candidates, Shape]] = []
    for arrangement in found.ask.arrangements:
        score = np.where(found.allowed(arrangement), found.score(arrangement), -np.inf)
        near = np.argsort(-score, kind="stable")[:nearest]
        near = np.sort(near[np.isfinite(score[near])])
        if near.size:
            pools.append((arrangement, found.candidates.take(near), found.outline.take(near)))

    def worth(draws: AssumptionDraws) -> float:
        return max(
            float(
                _score(
                    appraise_all(found.problem, draws, kind, sets, outline), found.ask.objective
                ).max()
            )
            for kind, sets, outline in pools
        )

    return worth if pools else lambda _: float("nan")


def tornado(
    worth_fn: WorthFn, draws: AssumptionDraws, registry: Registry, *, flips: int | None = None
) -> tuple[Swing, ...]:
    """Every assumption the result reads, held at each end of its range, largest swing first.

    Those in doubt come before choices of method that are never drawn.

    Args:
        worth_fn: The result, in pounds, under given draws.
        draws: The joint draws of all assumptions.
        registry: Their ranges.
        flips: For how many, from the largest swing, the value at which the verdict flips is
            looked for. None: for every one.
    """
    watched = _Watched(draws)
    middle = worth_fn(watched)
    moved: list[Swing] = []
    for row in registry:
        if row.id not in watched.read or row.held:
            continue
        low, high = (worth_fn(Held(draws, row.id, end)) for end in (row.low, row.high))
        if low == high == middle:
            continue
        moved.append(
            Swing(
                in_doubt=row.varies,
                id=row.id,
                title=row.title,
                unit=row.unit,
                low=row.low,
                value=row.value,
                high=row.high,
                worth_at_low=low,
                worth=middle,
                worth_at_high=high,
                flips_at=None,
            )
        )
    moved.sort(key=lambda s: (not s.in_doubt, -s.swing, s.id))
    sought = len(moved) if flips is None else flips
    for k, one in enumerate(moved[:sought]):
        at = _flips_at(
            lambda value, held=one.id: worth_fn(Held(draws, held, value)),  # type: ignore[misc]
            (one.low, one.value, one.high),
            (one.worth_at_low, one.worth_at_high),
            whole=one.id in WHOLE,
        )
        moved[k] = replace(one, flips_at=at)
    return tuple(moved)


def switching_value(worth_fn: WorthFn, draws: AssumptionDraws, row: Parameter) -> float | None:
    """The value of one assumption nearest its own at which a result changes sign; None if none.

    Args:
        worth_fn: The result, in pounds, under given draws.
        draws: The joint draws of all assumptions.
        row: The assumption.
    """

    def at(value: float) -> float:
        return worth_fn(Held(draws, row.id, value))

    span = (row.low, row.value, row.high)
    return _flips_at(at, span, (at(row.low), at(row.high)), whole=row.id in WHOLE)


def reads_of(worth_fn: WorthFn, draws: AssumptionDraws) -> frozenset[str]:
    """The ids of the assumptions that a result reads from the draws."""
    watched = _Watched(draws)
    worth_fn(watched)
    return frozenset(watched.read)


def _flips_at(
    at_fn: Callable[[float], float],
    span: tuple[float, float, float],
    ends: tuple[float, float],
    *,
    whole: bool,
) -> float | None:
    """Where the result changes sign, nearest the central value; None if it does not."""
    low, value, high = span
    middle = at_fn(value)
    found = []
    for end, worth in ((low, ends[0]), (high, ends[1])):
        if end == value or worth * middle >= 0:
            continue
        if whole:
            steps = np.arange(value, end, np.sign(end - value))[1:]
            found.append(next((float(x) for x in steps if at_fn(x) * middle < 0), end))
        else:
            found.append(
                float(brentq(at_fn, min(value, end), max(value, end), xtol=FINEST * (high - low)))
            )
    return min(found, key=lambda x: abs(x - value), default=None)


def _score(values: Values, objective: str) -> FloatArray:
    return values.mean if objective == EXPECTED else values.tail
