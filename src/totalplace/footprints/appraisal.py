"""Appraise candidates over all draws: in bulk for the search, in full for the ones people read.

Flow: candidates, value -> THIS -> guards, optimiser, plan
In: a Problem, draws, candidates. Out: frozen arrays (Values) or (Detail). Pure.

The interval of a value covers what we do not know about costs and savings. The luck of when an
arrangement ends is averaged within each draw for values, and counted in full in the chances of
paying back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.kernel import appraise_kernel
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Range
from totalplace.footprints.value import (
    AssumptionDraws,
    Flows,
    Timeline,
    all_years_together,
    base,
    factors,
    flows,
    horizon_years,
    kernel_terms,
    present_value,
    timeline,
    years_together,
)
from totalplace.types import Arrangement, FloatArray, Layer

TAIL = 0.2  # the worst fifth of draws
INTERVAL = (0.1, 0.9)  # 80 % for money
CHUNK_CELLS = 1_000_000  # candidates x draws between two words of progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What the search needs of every candidate under one arrangement, shape (C,) each."""

    mean: FloatArray  # mean net present value, pounds
    tail: FloatArray  # mean of the worst fifth of draws
    saving_a_year: FloatArray  # mean settled saving net of coordination, pounds a year
    first_year_cost: FloatArray  # mean net cost in the dearest year before it pays, pounds
    pays_back: FloatArray  # chance of ever paying back within the horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Everything about one partnership, draw by draw; shape (D,) unless said."""

    value: FloatArray
    saving_a_year: FloatArray  # settled, net of coordination
    first_year_cost: FloatArray  # net cost of the first year
    one_off: FloatArray
    exit_cost: FloatArray  # if it ends once settled
    coordination: FloatArray
    payback_years: FloatArray  # nan where it never does, were it to last
    alive_at_payback: FloatArray  # chance of still existing then; 0 where it never pays
    by_layer: dict[Layer, FloatArray]
    cash: FloatArray  # (Y, D), expected net flow each year, survival counted, undiscounted


def money_range(values: FloatArray) -> Range:
    """Mean and 80 % interval over draws."""
    low, high = np.quantile(values, INTERVAL)
    return Range(float(values.mean()), float(low), float(high))


def net_by_year(flow: Flows, line: Timeline) -> FloatArray:
    """Net flow of each year while the arrangement lasts, shape (Y, C, D), undiscounted."""
    part = line.part[:, None, None]
    yearly: FloatArray = part * (
        line.ramp[:, None, :] * flow.saving[None] - flow.coordination[None]
    )
    yearly[0] -= flow.one_off / 2
    yearly[min(1, len(yearly) - 1)] -= flow.one_off / 2
    return yearly


def payback_years(yearly: FloatArray) -> FloatArray:
    """Years until the running total turns positive for good, shape (C, D); nan if it never does.

    Args:
        yearly: Net flow of each year, shape (Y, C, D).
    """
    total = np.cumsum(yearly, axis=0)
    ahead = total >= 0
    lasting = np.logical_and.accumulate(ahead[::-1], axis=0)[::-1]
    ever = lasting.any(axis=0)
    year = lasting.argmax(axis=0)
    before = np.where(year > 0, np.take_along_axis(total, np.maximum(year - 1, 0)[None], 0)[0], 0.0)
    step = np.take_along_axis(yearly, year[None], 0)[0]
    within = np.clip(np.divide(-before, step, out=np.zeros_like(before), where=step > 0), 0.0, 1.0)
    nothing = np.all(yearly == 0, axis=0)
    result: FloatArray = np.where(ever & ~nothing, year + within, np.nan)
    return result


def appraise_all(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    *,
    with_payback: bool = False,
    progress_fn: Callable[[int, int], None] | None = None,
) -> Values:
    """Appraise every candidate under one arrangement, in chunks.

    Args:
        problem: The service and its authorities.
        draws: The assumptions, D draws; the same draws serve every candidate.
        arrangement: How the service would be shared.
        candidates: C sets.
        outline: What is true of them whatever the assumptions.
        with_payback: Also the chance of ever paying back (slower); otherwise nan.
        progress_fn: Called with candidates done and candidates in all.
    """
    count = len(candidates)
    horizon = horizon_years(draws)
    years = all_years_together(problem, candidates, horizon)
    terms = kernel_terms(problem, draws, arrangement)
    found = np.empty((count, 4))
    pays = np.full(count, np.nan)
    step = max(1, CHUNK_CELLS // draws.n)
    done = 0
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for length in np.unique(years):
            factor, line = factors(draws, float(length)), timeline(draws, float(length))
            group = np.flatnonzero(years == length)
            picks = [group[at : at + step] for at in range(0, len(group), step)]
            last = (
                factor.saving,
                factor.coordination,
                factor.one_off,
                factor.exit * draws["exit.share"],
                line.ramp,
                line.part,
                max(1, round(TAIL * draws.n)),
            )
            chunks = threads.map(
                lambda pick, last=last: appraise_kernel(
                    candidates.members[pick],
                    candidates.size[pick],
                    outline.span_km[pick],
                    outline.extra_bodies[pick],
                    *terms,
                    *last,
                ),
                picks,
            )
            for pick, chunk in zip(picks, chunks, strict=True):
                found[pick] = chunk
                if with_payback:
                    pays[pick] = _chance_of_payback(
                        problem, draws, arrangement, candidates.take(pick), outline.take(pick), line
                    )
                done += len(pick)
                if progress_fn is not None:
                    progress_fn(done, count)
    return Values(
        mean=found[:, 0],
        tail=found[:, 1],
        saving_a_year=found[:, 2],
        first_year_cost=found[:, 3],
        pays_back=pays,
    )


def _chance_of_payback(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    line: Timeline,
) -> FloatArray:
    """Chance of paying back while it still exists, shape (C,)."""
    ground = base(problem, draws)
    chance = np.empty(len(candidates))
    step = max(1, CHUNK_CELLS // draws.n // 40)  # ten years are held at once
    for at in range(0, len(candidates), step):
        pick = np.arange(at, min(at + step, len(candidates)))
        flow = flows(problem, draws, ground, arrangement, candidates.take(pick), outline.take(pick))
        back = payback_years(net_by_year(flow, line))
        chance[pick] = _alive_at(back, draws["hazard"]).mean(axis=1)
    return chance


def detail(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
) -> tuple[Detail, ...]:
    """Everything about each of a few candidates, in their order."""
    ground = base(problem, draws)
    horizon = horizon_years(draws)
    found = []
    for c in range(len(candidates)):
        pick = np.array([c])
        years = years_together(problem, candidates.row(c), horizon)
        line = timeline(draws, years)
        flow = flows(problem, draws, ground, arrangement, candidates.take(pick), outline.take(pick))
        value = present_value(flow, factors(draws, years), draws["exit.share"])
        yearly = net_by_year(flow, line)
        back = payback_years(yearly)
        saving = flow.saving[0]
        found.append(
            Detail(
                value=value[0],
                saving_a_year=saving - flow.coordination[0],
                first_year_cost=-yearly[0, 0],
                one_off=flow.one_off[0],
                exit_cost=draws["exit.share"] * np.maximum(saving, 0.0),
                coordination=np.broadcast_to(flow.coordination[0], (draws.n,)),
                payback_years=back[0],
                alive_at_payback=_alive_at(back, draws["hazard"])[0],
                by_layer={layer: array[0] for layer, array in flow.by_layer.items()},
                cash=yearly[:, 0, :] * line.alive,
            )
        )
    return tuple(found)


def _alive_at(back: FloatArray, hazard: FloatArray) -> FloatArray:
    """Chance of still existing at payback, (C, D); 0 where it never pays back."""
    alive: FloatArray = np.where(np.isnan(back), 0.0, (1 - hazard)[None, :] ** np.nan_to_num(back))
    return alive
