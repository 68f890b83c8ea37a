"""Cuts over whole regions: how many partnerships of a size fit in one, how many must touch it.

Flow: a point of the relaxation -> THIS -> search
Every unit of the region weighs the same. Weight one over six: no more whole sixes lie inside than
a sixth of its units. Weight five over six: at least a sixth of its units, rounded up, are parts
that touch it. The relaxation breaks both where a region cannot be cut into sixes without a
remainder, and no cut over a few units sees that. A region grows by the columns of the point.

Source: the rounded capacity cuts of vehicle routing, as rank-one cuts (Pecin and others 2017).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from numba import njit

from totalplace.footprints.optimiser.pool import Cut, Pool
from totalplace.types import BoolArray, FloatArray, IntArray

STARTS = 50  # columns a region is grown from
STEPS = 26  # columns a region grows by
CLEARLY = 1e-2  # how far over its limit a region's load must be
MOST_SIZE = 9  # largest divisor
PER_UNIT = 24  # cuts of one round that may share a unit


def over_regions(
    pool: Pool, columns: IntArray, x: FloatArray, *, most: int, known: Collection[Cut]
) -> list[Cut]:
    """Violated cuts over regions, deepest first.

    Args:
        pool: The pool.
        columns: Columns of the point, whole ones too.
        x: Their values.
        most: How many cuts to return at most.
        known: Cuts there are already.
    """
    if len(columns) == 0:
        return []
    part = pool.take(columns)
    units, position = np.unique(part.members, return_inverse=True)
    owner = np.repeat(np.arange(len(columns)), part.size)
    order = np.argsort(position, kind="stable")
    start = np.searchsorted(position[order], np.arange(len(units) + 1)).astype(np.int64)
    at = owner[order].astype(np.int64)
    starts = np.argsort(-np.round(x, 6), kind="stable")[:STARTS].astype(np.int64)
    depth: dict[Cut, float] = {}
    for weight, over in _shapes(min(int(part.size.max()), MOST_SIZE)):
        inside = np.zeros((len(starts), len(units)), dtype=np.bool_)
        excess = np.full(len(starts), -np.inf)
        regions_kernel(
            start, at, part.offsets, position.astype(np.int64), x, weight, over, starts, STEPS,
            inside, excess,
        )  # fmt: skip
        for found in np.flatnonzero(excess > CLEARLY).tolist():
            held = tuple(units[inside[found]].tolist())
            depth[Cut(held, (weight,) * len(held), over)] = (
                excess[found] * over / (weight * np.sqrt(len(held)))
            )
    chosen: list[Cut] = []
    used = np.zeros(pool.n_units, dtype=np.int64)
    for cut in sorted(depth, key=lambda cut: (-round(depth[cut], 9), cut)):
        rows = list(cut.units)
        if cut not in known and (used[rows] < PER_UNIT).all():
            used[rows] += 1
            chosen.append(cut)
            if len(chosen) >= most:
                break
    return chosen


def _shapes(size: int) -> list[tuple[int, int]]:
    """Weights and divisors worth a try: inside and touching for every size, and a few between."""
    inside = [(1, over) for over in range(size, 1, -1)]
    touching = [(over - 1, over) for over in range(size, 2, -1)]
    return [*inside, *touching, *([(2, 5)] if size >= 5 else [])]


def _regions(  # noqa: PLR0912, PLR0915, one loop: compiled code keeps its state itself
    start: IntArray,  # (U + 1,), where each unit's columns begin in `at`
    at: IntArray,
    offsets: IntArray,  # (K + 1,), where each column's units begin in `members`
    members: IntArray,
    x: FloatArray,  # (K,)
    weight: int,  # of every unit of the region
    over: int,  # the divisor
    starts: IntArray,  # (S,), columns to begin with
    steps: int,
    best: BoolArray,  # out, (S, U), the region
    excess: FloatArray,  # out, (S,), its load over the limit
) -> None:
    """Grow a region column by column; at each step try it, and a few units more or fewer."""
    columns, units = len(x), len(start) - 1
    held, less = np.zeros(columns, dtype=np.int64), np.zeros(columns, dtype=np.int64)
    fresh = np.zeros(columns, dtype=np.int64)
    for s in range(len(starts)):
        inside = np.zeros(units, dtype=np.bool_)
        held[:] = 0
        size, load = 0, 0.0
        for step in range(steps):
            take, score = -1, -np.inf
            if step == 0:
                take = starts[s]
            for c in range(columns if step > 0 else 0):
                new = 0
                for k in range(offsets[c], offsets[c + 1]):
                    new += not inside[members[k]]
                if new == 0 or new == offsets[c + 1] - offsets[c]:
                    continue
                rise = -new * weight / over
                for k in range(offsets[c], offsets[c + 1]):
                    if not inside[members[k]]:
                        for j in range(start[members[k]], start[members[k] + 1]):
                            o = at[j]
                            h = held[o] + fresh[o]
                            rise += x[o] * ((h + weight) // over - h // over)
                            fresh[o] += weight
                for k in range(offsets[c], offsets[c + 1]):
                    if not inside[members[k]]:
                        for j in range(start[members[k]], start[members[k] + 1]):
                            fresh[at[j]] = 0
                if rise > score + 1e-9:
                    take, score = c, rise
            if take < 0:
                break
            for k in range(offsets[take], offsets[take + 1]):
                u = members[k]
                if not inside[u]:
                    inside[u] = True
                    size += 1
                    for j in range(start[u], start[u + 1]):
                        o = at[j]
                        load += x[o] * ((held[o] + weight) // over - held[o] // over)
                        held[o] += weight
            if load - weight * size // over > excess[s] + 1e-9:
                excess[s] = load - weight * size // over
                best[s] = inside
            for change in (weight, -weight):
                now = inside.copy()
                less[:] = held
                many, total = size, load
                for _ in range(over - 1):
                    unit, gain = -1, -np.inf
                    for u in range(units):
                        if now[u] == (change > 0):
                            continue
                        rise = 0.0
                        for j in range(start[u], start[u + 1]):
                            h = less[at[j]]
                            rise += x[at[j]] * ((h + change) // over - h // over)
                            if change > 0 and h > 0:
                                rise += 1e-4 * x[at[j]]  # of equals, the one that belongs there
                        if rise > gain + 1e-12:
                            unit, gain = u, rise
                    if unit < 0:
                        break
                    now[unit] = change > 0
                    many += 1 if change > 0 else -1
                    for j in range(start[unit], start[unit + 1]):
                        h = less[at[j]]
                        total += x[at[j]] * ((h + change) // over - h // over)
                        less[at[j]] = h + change
                    if many > 0 and total - weight * many // over > excess[s] + 1e-9:
                        excess[s] = total - weight * many // over
                        best[s] = now


regions_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_regions)
