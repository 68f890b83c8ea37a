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

from totalplace.footprints import kernel
from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Range
from totalplace.footprints.terms import kernel_terms, kernel_years
from totalplace.footprints.value import (
    AssumptionDraws,
    Flows,
    Timeline,
    all_years_together,
    base,
    factors,
    flows,
    horizon_years,
    present_value,
    timeline,
    within,
    years_together,
)
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray, Layer

TAIL = 0.2  # the worst fifth of draws
INTERVAL = (0.1, 0.9)  # 80 % for money
CHUNK_CELLS = 1_000_000  # candidates x draws between two words of progress

ProgressFn = Callable[[int, int], None]  # candidates done, candidates in all


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Values):
    """Everything about every candidate under one arrangement, shape (C,) each; means are means."""

    low: FloatArray  # 80 % interval of the net present value
    high: FloatArray
    pays_back_5: FloatArray  # chance of paying back within 5 years, and still existing then
    payback_years: FloatArray  # mean over the draws in which it pays back; nan if there are none
    year_one_cost: FloatArray  # net cost of the first year
    one_off: FloatArray
    exit_cost: FloatArray  # if it ends once settled
    coordination: FloatArray  # a year
    by_layer: dict[Layer, FloatArray]  # settled gross saving a year

    @property
    def never_pays_back(self) -> FloatArray:
        """Chance of never paying back within the horizon, or of ending first."""
        return 1.0 - self.pays_back


def appraise_all(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    *,
    with_payback: bool = False,
    progress_fn: ProgressFn | None = None,
) -> Values:
    """What the search needs of every candidate under one arrangement.

    Args:
        problem: The service and its authorities.
        draws: The assumptions, D draws; the same draws serve every candidate.
        arrangement: How the service would be shared.
        candidates: C sets.
        outline: What is true of them whatever the assumptions.
        with_payback: Also the chance of ever paying back; otherwise nan.
        progress_fn: Called with candidates done and candidates in all.
    """
    depth = 1 if with_payback else 0
    found = _appraised(problem, draws, arrangement, candidates, outline, depth, progress_fn)
    return Values(
        mean=found[:, kernel.MEAN],
        tail=found[:, kernel.TAIL],
        saving_a_year=found[:, kernel.SAVING],
        first_year_cost=found[:, kernel.DEAREST],
        pays_back=found[:, kernel.EVER] if with_payback else np.full(len(found), np.nan),
    )


def appraise_in_full(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    *,
    progress_fn: ProgressFn | None = None,
) -> Figures:
    """Everything about every candidate, without keeping the draws: 17 figures for each.

    Args as `appraise_all`. What it gives for one candidate is what `detail` gives for it.
    """
    found = _appraised(problem, draws, arrangement, candidates, outline, 2, progress_fn)
    return Figures(
        mean=found[:, kernel.MEAN],
        low=found[:, kernel.LOW],
        high=found[:, kernel.HIGH],
        tail=found[:, kernel.TAIL],
        saving_a_year=found[:, kernel.SAVING],
        first_year_cost=found[:, kernel.DEAREST],
        pays_back=found[:, kernel.EVER],
        pays_back_5=found[:, kernel.WITHIN_5],
        payback_years=found[:, kernel.YEARS],
        year_one_cost=found[:, kernel.FIRST_YEAR],
        one_off=found[:, kernel.ONE_OFF],
        exit_cost=found[:, kernel.EXIT],
        coordination=found[:, kernel.COORDINATION],
        by_layer={
            Layer.PLACEMENTS: found[:, kernel.PLACEMENTS],
            Layer.MANAGEMENT: found[:, kernel.MANAGEMENT],
            Layer.COMMISSIONING: found[:, kernel.COMMISSIONING],
            Layer.SUPPORT: found[:, kernel.SUPPORT],
        },
    )


def worth_by_draw(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
) -> FloatArray:
    """Net present value of every candidate in every draw, shape (C, D): for a few draws.

    Args as `appraise_all`.
    """
    out = np.empty((len(candidates), draws.n))
    if len(candidates) == 0:
        return out
    units, local = within(candidates, problem.size)
    terms = kernel_terms(problem, draws, arrangement, units)
    years = all_years_together(problem, candidates, horizon_years(draws))
    for length in np.unique(years):
        kernel.worth_kernel(
            np.flatnonzero(years == length),
            local.members,
            local.size,
            outline.span_km,
            outline.extra_bodies,
            terms,
            kernel_years(draws, float(length)),
            out,
        )
    return out


def _appraised(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    depth: int,
    progress_fn: ProgressFn | None,
) -> FloatArray:
    """The kernel's columns for every candidate, in chunks over this machine's cores."""
    count = len(candidates)
    out = np.empty((count, kernel.WIDTH[depth]))
    if count == 0:
        return out
    units, local = within(candidates, problem.size)
    terms = kernel_terms(problem, draws, arrangement, units)
    years = all_years_together(problem, candidates, horizon_years(draws))
    worst = max(1, round(TAIL * draws.n))
    step = max(1, CHUNK_CELLS // draws.n)

    def chunk(rows: IntArray, ahead: kernel.Years) -> None:
        kernel.appraise_kernel(
            rows,
            local.members,
            local.size,
            outline.span_km,
            outline.extra_bodies,
            terms,
            ahead,
            worst,
            INTERVAL,
            depth,
            out,
        )

    work = []
    for length in np.unique(years):
        ahead = kernel_years(draws, float(length))
        group = np.flatnonzero(years == length)
        work += [(group[at : at + step], ahead) for at in range(0, len(group), step)]
    done = 0
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # starts none before it is given work
        each = threads.map if len(work) > 1 and count > step else map  # little is done here
        for (rows, _), _ in zip(work, each(chunk, *zip(*work, strict=True)), strict=True):
            done += len(rows)
            if progress_fn is not None:
                progress_fn(done, count)
    return out


def appraise_some(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    inside: BoolArray,
    *,
    with_payback: bool,
    progress_fn: Callable[[int, int], None],
) -> Values:
    """Appraise the candidates asked for; the others get -inf and no figure."""
    if inside.all():
        return appraise_all(
            problem,
            draws,
            arrangement,
            candidates,
            outline,
            with_payback=with_payback,
            progress_fn=progress_fn,
        )
    part = np.flatnonzero(inside)
    some = appraise_all(
        problem,
        draws,
        arrangement,
        candidates.take(part),
        outline.take(part),
        with_payback=with_payback,
        progress_fn=progress_fn,
    )

    def spread(array: FloatArray, fill: float) -> FloatArray:
        full = np.full(len(candidates), fill)
        full[part] = array
        return full

    return Values(
        mean=spread(some.mean, -np.inf),
        tail=spread(some.tail, -np.inf),
        saving_a_year=spread(some.saving_a_year, 0.0),
        first_year_cost=spread(some.first_year_cost, np.nan),
        pays_back=spread(some.pays_back, 0.0),
    )


def detail(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
) -> tuple[Detail, ...]:
    """Everything about each of a few candidates, in their order."""
    horizon = horizon_years(draws)
    found = []
    for c in range(len(candidates)):
        pick = np.array([c])
        units, local = within(candidates.take(pick), problem.size)
        ground = base(problem, draws, units)
        years = years_together(problem, candidates.row(c), horizon)
        line = timeline(draws, years)
        flow = flows(problem, draws, ground, arrangement, local, outline.take(pick))
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
