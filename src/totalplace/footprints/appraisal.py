"""Appraise candidates over all draws: in bulk for the search, in full for the ones people read.

Flow: candidates, value -> THIS -> guards, optimiser, plan
In: a Problem, draws, candidates. Out: frozen arrays (Values) or (Detail). Pure.

The interval of a value covers what we do not know about costs and savings. The luck of when an
arrangement ends is averaged within each draw for values, and counted in full in the chances of
paying back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from totalplace.footprints.candidates import Candidates, Shape
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
    present_value,
    timeline,
    years_together,
)
from totalplace.types import Arrangement, FloatArray, IntArray, Layer

TAIL = 0.2  # the worst fifth of draws
INTERVAL = (0.1, 0.9)  # 80 % for money
CHUNK_CELLS = 4_000_000  # candidates x draws worked on at once: about 30 MB an array


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
    ground = base(problem, draws)
    horizon = float(draws["horizon.years"][0])
    years = all_years_together(problem, candidates, horizon)
    mean, tail, saving = np.empty(count), np.empty(count), np.empty(count)
    first, pays = np.empty(count), np.full(count, np.nan)
    worst = max(1, round(TAIL * draws.n))
    step = max(1, CHUNK_CELLS // draws.n)
    if with_payback:
        step = max(1, step // 10)
    done = 0
    for length in np.unique(years):
        factor, line = factors(draws, float(length)), timeline(draws, float(length))
        group = np.flatnonzero(years == length)
        for at in range(0, len(group), step):
            part: IntArray = group[at : at + step]
            chosen = candidates.take(part)
            flow = flows(problem, draws, ground, arrangement, chosen, outline.take(part))
            value = present_value(flow, factor, draws["exit.share"])
            mean[part] = value.mean(axis=1)
            tail[part] = np.partition(value, worst - 1, axis=1)[:, :worst].mean(axis=1)
            saving[part] = (flow.saving - flow.coordination).mean(axis=1)
            first[part] = dearest_year(flow, line)
            if with_payback:
                back = payback_years(net_by_year(flow, line))
                pays[part] = _alive_at(back, draws["hazard"]).mean(axis=1)
            done += len(part)
            if progress_fn is not None:
                progress_fn(done, count)
    return Values(mean=mean, tail=tail, saving_a_year=saving, first_year_cost=first, pays_back=pays)


def dearest_year(flow: Flows, line: Timeline) -> FloatArray:
    """Largest mean net cost in any single year before payback, shape (C,), pounds; 0 if none."""
    saving, coordination = flow.saving, flow.coordination.mean(axis=1)
    one_off = flow.one_off.mean(axis=1)
    total = np.zeros(len(coordination))
    dearest = np.zeros(len(coordination))
    paid = np.zeros(len(coordination), dtype=bool)
    for year, part in enumerate(line.part):
        net = part * ((line.ramp[year] * saving).mean(axis=1) - coordination)
        if year < 2:
            net = net - one_off / 2
        dearest = np.where(paid, dearest, np.maximum(dearest, -net))
        total += net
        paid |= total > 0
    return dearest


def detail(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
) -> tuple[Detail, ...]:
    """Everything about each of a few candidates, in their order."""
    ground = base(problem, draws)
    horizon = float(draws["horizon.years"][0])
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
