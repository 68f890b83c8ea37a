"""What one assumption flips: the best plan at each end of its range, as assumed, and at any value.

Flow: scenarios.planning, footprints.tornado -> THIS -> reports.flips_words, web
In: an open book, the id of an assumption, the same questions as `planning.plan`. Out: a frozen
Flips. The plan is looked for afresh at every value, so what comes and goes is what a plan made on
that value would say; between the values the plan as assumed is held and only its worth follows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Unpack

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import NoPlanError
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Parameter, Registry
from totalplace.footprints.results import Plan, Range
from totalplace.footprints.search import Search
from totalplace.footprints.tornado import (
    WHOLE,
    Held,
    WorthFn,
    reads_of,
    switching_value,
    worth_of,
)
from totalplace.scenarios import planning
from totalplace.scenarios.risk import PlanOptions
from totalplace.types import Arrangement

LOW, ASSUMED, CHOSEN, HIGH = "low end", "as assumed", "your value", "high end"
STEPS = 12  # between the ends, for the curve
MOST_SEEN = 40  # partnerships of the other plans looked at where the plan is to do nothing


class _OverError(Exception):
    """The time of one trial is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The best plan with the assumption at one value."""

    name: str  # "low end", "as assumed", "your value", "high end"
    value: float  # in the assumption's unit
    held: bool  # the same in every draw; as assumed, it is drawn from its range
    plan: Plan | None  # None where what was asked cannot all be had
    why: str  # it cannot, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One partnership, and in which of the plans it is."""

    members: tuple[str, ...]
    names: tuple[str, ...]
    arrangement: Arrangement
    saving: tuple[Range | None, ...]  # a year, in each trial; None where it is not in the plan
    pays_from: float | None  # the value at which its worth changes sign; None: not in the range,
    #   or it is not in the plan as assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """What one assumption does to a plan over its range."""

    id: str
    title: str
    unit: str
    low: float
    value: float
    high: float
    trials: tuple[Trial, ...]  # by value
    turns: tuple[Turn, ...]
    of_a_plan: (
        bool  # the curve is of the plan as assumed; else of the best of the others' partnerships
    )
    curve: tuple[tuple[float, float], ...]  # value, mean worth in pounds; empty where not read
    verdict_flips_at: float | None  # between sharing and doing nothing, nearest the value: where
    #   the best partnership of any of the plans stops paying, or starts
    priced: bool  # whether any worth reads it; a limit or a guard decides only what is allowed


def flips(
    book: Book,
    parameter_id: str,
    *,
    at: float | None = None,
    limit_s: float = inf,
    **options: Unpack[PlanOptions],
) -> Flips:
    """What an assumption flips in the plan that was asked for.

    Args:
        book: A place book.
        parameter_id: The assumption.
        at: A value of one's own to try, within the range.
        limit_s: Seconds for all of it; a plan that is not found in its part of them says so.
        options: As `planning.plan`. Guards are not priced and nothing is compared.

    Raises:
        ParameterError: An unknown assumption, or a value outside its range.
        InputError: As `planning.plan`.
    """
    registry = options.get("registry") or Registry.load()
    row = registry[parameter_id]
    if at is not None:
        registry.with_values({row.id: at})  # refused outside its range
    values = [(LOW, row.low), (ASSUMED, row.value), (HIGH, row.high)]
    if at is not None and at not in {row.low, row.high}:
        values.append((CHOSEN, at))
    tell = options.get("progress_fn")
    seen: list[tuple[Search, Draws]] = []
    trials: list[Trial] = []
    order = (ASSUMED, CHOSEN, LOW, HIGH)
    until = time.monotonic() + limit_s
    values.sort(key=lambda one: order.index(one[0]))
    for number, (name, value) in enumerate(values):
        if tell is not None:
            tell("planning as assumed" if name == ASSUMED else f"planning with the {name}")
        held = name != ASSUMED
        now = time.monotonic()
        plan, why = _best(
            book,
            {**options, "registry": registry.with_values({row.id: value}) if held else registry},
            seen if name == ASSUMED else [],
            now + (until - now) / (len(values) - number),
        )
        trials.append(Trial(name=name, value=value, held=held or row.held, plan=plan, why=why))
    if tell is not None:
        tell("finding where it flips")
    return _flips(row, tuple(sorted(trials, key=lambda one: one.value)), seen)


def _best(
    book: Book, options: PlanOptions, seen: list[tuple[Search, Draws]], until: float
) -> tuple[Plan | None, str]:
    """The best plan, or why there is none."""
    tell = options.get("progress_fn")

    def watch(*_: object) -> None:
        if time.monotonic() > until:
            raise _OverError

    def progress(words: str) -> None:
        watch()
        if tell is not None:
            tell(words)

    asked = options.copy()
    asked["progress_fn"] = progress
    try:
        plan = planning.plan(
            book,
            **asked,
            price_guards=False,
            with_comparators=False,
            with_moves=False,
            watch_fn=watch,
            found_fn=lambda search, draws: seen.append((search, draws)),
        )
    except NoPlanError as error:
        return None, str(error)
    except _OverError:
        return None, "not found within the time there was"
    return plan, ""


def _flips(row: Parameter, trials: tuple[Trial, ...], seen: list[tuple[Search, Draws]]) -> Flips:
    curve: tuple[tuple[float, float], ...] = ()
    at: dict[tuple[tuple[str, ...], Arrangement], float | None] = {}
    priced, flips_at, of_a_plan = False, None, False
    if seen:
        search, draws = seen[0]
        place = {code: i for i, code in enumerate(search.problem.area_codes)}
        chosen = [
            (search.candidates.row(int(c)), kind)
            for c, kind in zip(search.choice.candidates, search.choice.arrangements, strict=True)
        ]
        met = [
            (tuple(place[code] for code in one.members), one.arrangement)
            for trial in trials
            if trial.plan
            for one in trial.plan.partnerships[:MOST_SEEN]
        ]
        each = [worth_of(search.problem, [one]) for one in dict.fromkeys(met)]
        of_a_plan = bool(chosen)
        worth = worth_of(search.problem, chosen) if chosen else _best_of(each)
        priced = row.id in reads_of(worth, draws)
        if priced:
            curve = _curve(worth, draws, row)
            flips_at = switching_value(_best_of(each), draws, row)
            codes = search.problem.area_codes
            at = {
                (tuple(codes[m] for m in members), kind): switching_value(
                    worth_of(search.problem, [(members, kind)]), draws, row
                )
                for members, kind in chosen
            }
    return Flips(
        id=row.id,
        title=row.title,
        unit=row.unit,
        low=row.low,
        value=row.value,
        high=row.high,
        trials=trials,
        turns=_turns(trials, at),
        of_a_plan=of_a_plan,
        curve=curve,
        verdict_flips_at=flips_at,
        priced=priced,
    )


def _best_of(each: Sequence[WorthFn]) -> WorthFn:
    """What the most valuable of some partnerships is worth; nothing where there are none."""
    return lambda draws: max((one(draws) for one in each), default=0.0)


def _curve(worth_fn: WorthFn, draws: Draws, row: Parameter) -> tuple[tuple[float, float], ...]:
    """The mean worth over the range, at evenly spaced values."""
    values = np.linspace(row.low, row.high, STEPS + 1)
    if row.id in WHOLE:
        values = np.unique(np.round(values))
    return tuple((float(v), worth_fn(Held(draws, row.id, float(v)))) for v in values)


def _turns(
    trials: tuple[Trial, ...],
    flips_at: dict[tuple[tuple[str, ...], Arrangement], float | None],
) -> tuple[Turn, ...]:
    """Every partnership of any of the plans: those in most plans first, then by name."""
    found = [
        {(one.members, one.arrangement): one for one in trial.plan.partnerships}
        if trial.plan
        else {}
        for trial in trials
    ]
    every = {key: one for each in found for key, one in each.items()}
    turns = [
        Turn(
            members=one.members,
            names=one.names,
            arrangement=one.arrangement,
            saving=tuple(each[key].saving_a_year if key in each else None for each in found),
            pays_from=flips_at.get(key),
        )
        for key, one in every.items()
    ]
    return tuple(
        sorted(turns, key=lambda turn: (-sum(s is not None for s in turn.saving), turn.names))
    )
