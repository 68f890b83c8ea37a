"""Better plans from a good one: solve a few neighbouring parts of it exactly, again and again.

Flow: a plan, prices -> THIS (sweep) -> search
Each part of the plan is taken with the three that share most columns with it; the best partition
of their units alone is found by a narrow sweep at the prices in hand. Nothing is proved here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix

from totalplace.footprints.optimiser.pool import CutIndex, Pool, Prices
from totalplace.footprints.optimiser.sweep import sweep
from totalplace.types import BoolArray, FloatArray, IntArray

PARTS = 4  # of the plan, solved together
NEAR = 20_000  # cheapest columns, by which parts are neighbours
WIDTH = 2_000  # states of each sweep
ROUNDS = 3  # through the whole plan, so long as that pays
BETTER = 1e-9


def polished(
    pool: Pool,
    plan: IntArray,
    order: IntArray,
    prices: Prices,
    loss: FloatArray,
    *,
    late_fn: Callable[[], bool],
) -> IntArray:
    """A plan at least as good as the one given.

    Args:
        pool: The pool; no unit of it is required.
        plan: Positions of the chosen columns.
        order: Of the units, as for a sweep.
        prices: Of units, without cuts, at which no column pays.
        loss: Shape (C,), what each column gives up at those prices; inf: not allowed.
        late_fn: Whether to stop now.
    """
    rank = np.empty(pool.n_units, dtype=np.int64)
    rank[order] = np.arange(pool.n_units)
    cheap = np.argsort(loss, kind="stable")[:NEAR]
    for _ in range(ROUNDS):
        before, tried = plan, set[tuple[int, ...]]()
        label, shared = _neighbours(pool, plan, cheap)
        for first in range(pool.n_units):
            inside = np.isin(label, _nearest(shared, int(label[first])))
            units = np.flatnonzero(inside)
            if tuple(units.tolist()) in tried or len(units) < 2:
                continue
            tried.add(tuple(units.tolist()))
            if late_fn():
                return plan
            better = _solved_alone(pool, plan, inside, rank, prices, loss, late_fn)
            if better is not None:
                plan = better
                label, shared = _neighbours(pool, plan, cheap)
        if plan is before:
            break
    return plan


def _solved_alone(
    pool: Pool,
    plan: IntArray,
    inside: BoolArray,
    rank: IntArray,
    prices: Prices,
    loss: FloatArray,
    late_fn: Callable[[], bool],
) -> IntArray | None:
    """The plan with some units arranged afresh among themselves, if that is worth more."""
    units = np.flatnonzero(inside)
    within = np.logical_and.reduceat(inside[pool.members], pool.offsets[:-1])
    columns = np.flatnonzero(within & np.isfinite(loss))
    if len(columns) == 0:
        return None
    number = np.zeros(pool.n_units, dtype=np.int32)
    number[units] = np.arange(len(units))
    part = pool.take(columns)
    part = replace(
        part,
        members=number[part.members],
        n_units=len(units),
        required=np.zeros(len(units), dtype=bool),
    )
    kept = np.array([not inside[pool.units(c)].any() for c in plan.tolist()], dtype=bool)
    now = float(pool.gain[plan[~kept]].sum())
    alone = Prices(unit=prices.unit[units], cut=np.zeros(0))
    found = sweep(
        part, np.argsort(rank[units], kind="stable"), alone, CutIndex.of([], len(units)),
        loss[columns], bound=float(alone.unit.sum()), floor=now + BETTER, width=WIDTH,
        late_fn=late_fn,
    )  # fmt: skip
    if found.columns is None or found.value <= now + BETTER:
        return None
    return np.sort(np.concatenate([plan[kept], columns[found.columns]]))


def _neighbours(pool: Pool, plan: IntArray, cheap: IntArray) -> tuple[IntArray, FloatArray]:
    """Which part of the plan each unit is in, alone or not, and how many columns parts share."""
    label = np.full(pool.n_units, -1, dtype=np.int64)
    for at, column in enumerate(plan.tolist()):
        label[pool.units(column)] = at
    alone = np.flatnonzero(label < 0)
    label[alone] = len(plan) + np.arange(len(alone))
    count = len(plan) + len(alone)
    near = pool.take(cheap)
    touches = csr_matrix(
        (np.ones(len(near.members)), label[near.members], near.offsets), shape=(len(near), count)
    )
    touches.sum_duplicates()
    touches.data[:] = 1.0
    shared: FloatArray = (touches.T @ touches).toarray()
    np.fill_diagonal(shared, 0.0)
    return label, shared


def _nearest(shared: FloatArray, part: int) -> list[int]:
    """A part of the plan and those that share most columns with it and with each other."""
    group, score = [part], shared[part].copy()
    while len(group) < PARTS:
        score[group] = -1.0
        best = int(np.argmax(score))
        if score[best] <= 0:
            break
        group.append(best)
        score = score + shared[best]
    return group
