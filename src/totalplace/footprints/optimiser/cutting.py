"""Rank-one cuts: weigh a few units, and no set of disjoint columns can hold more than fits.

Flow: a point of the relaxation -> THIS -> search

A cut gives some units weights over a divisor; a column counts the weight it holds, divided and
rounded down, and the chosen columns together at most that of all the units. Of three units with
weight one over two: at most one chosen column may hold two or more of them.

Source: Jepsen, Petersen, Spoorendonk and Pisinger (2008), Operations Research 56(2), for threes;
Pecin, Pessoa, Poggi, Uchoa and Santos (2017), Operations Research Letters 45(3), for the weights
that matter on four and five units.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from totalplace.footprints.optimiser.kernels import grow_kernel, triples_kernel
from totalplace.footprints.optimiser.pool import Cut, Pool
from totalplace.types import FloatArray, IntArray

PATTERNS: tuple[tuple[tuple[int, ...], int], ...] = (
    ((2, 1, 1, 1), 3),
    ((1, 1, 1, 1, 1), 2),
    ((1, 1, 1, 1, 1), 3),
    ((2, 2, 1, 1, 1), 4),
    ((3, 1, 1, 1, 1), 4),
    ((3, 2, 2, 1, 1), 5),
    ((2, 2, 1, 1, 1), 3),
    ((3, 3, 2, 2, 1), 4),
    ((1, 1, 1, 1, 1, 1, 1), 2),
    ((1, 1, 1, 1, 1, 1, 1), 3),
    ((1, 1, 1, 1, 1, 1, 1), 4),
)
"""Weights, largest first, and their divisor; threes are looked through one by one."""

VIOLATED = 1e-3  # how far over its limit the load of three units must be
CLEARLY = 5e-3  # the same for more units
PROMISING = 0.8  # how much three units are together, at least, to start a larger cut from
STARTS = 150  # threes grown into each pattern
NEAR = 24  # units a cut may grow to from one of its own
STEPS = 12  # moves of one unit while a cut grows
PER_UNIT = 10  # cuts of one round that may share a unit


def violated(
    pool: Pool, columns: IntArray, x: FloatArray, *, most: int, known: Collection[Cut]
) -> list[Cut]:
    """Violated cuts on the fractional columns, deepest first, not all on the same units.

    Args:
        pool: The pool.
        columns: Columns of the point that are neither 0 nor 1.
        x: Their values.
        most: How many cuts to return at most.
        known: Cuts there are already.
    """
    if len(columns) == 0:
        return []
    part = pool.take(columns)
    units, position = np.unique(part.members, return_inverse=True)
    owner = np.repeat(np.arange(len(columns)), part.size)
    holds = np.zeros((len(columns), len(units)))
    holds[owner, position] = 1.0
    shared = (holds * x[:, None]).T @ holds  # (U, U), how much two units are together
    np.fill_diagonal(shared, 0.0)
    order = np.argsort(position, kind="stable")
    start = np.searchsorted(position[order], np.arange(len(units) + 1)).astype(np.int64)
    at = owner[order].astype(np.int64)
    triples, load = triples_kernel(shared, start, at, x, PROMISING)
    if len(triples) == 0:
        return []
    depth: dict[Cut, float] = {}
    for found in np.flatnonzero(load > 1 + VIOLATED).tolist():
        named = tuple(units[triples[found]].tolist())
        depth[Cut(named, (1, 1, 1), 2)] = _depth(load[found] - 1, (1, 1, 1), 2)
    starts = triples[np.argsort(-load, kind="stable")[:STARTS]]
    near = np.argsort(-shared, axis=1, kind="stable")[:, :NEAR].astype(np.int64)
    near[np.take_along_axis(shared, near, axis=1) <= 0] = -1
    for weights, over in PATTERNS:
        rows = np.full((len(starts), len(weights)), -1, dtype=np.int64)
        rows[:, :3] = starts
        excess = np.empty(len(starts))
        grow_kernel(
            start, at, x, near, np.array(weights, dtype=np.int64), over, STEPS, rows, excess
        )
        for found in np.flatnonzero((excess > CLEARLY) & (rows >= 0).all(axis=1)).tolist():
            held = sorted(
                zip(weights, units[rows[found]].tolist(), strict=True), key=lambda e: (-e[0], e[1])
            )
            cut = Cut(tuple(u for _, u in held), weights, over)
            depth[cut] = _depth(excess[found], weights, over)
    chosen: list[Cut] = []
    used = np.zeros(pool.n_units, dtype=np.int64)
    for cut in sorted(depth, key=lambda cut: (-depth[cut], cut)):
        rows_of = list(cut.units)
        if cut not in known and (used[rows_of] < PER_UNIT).all():
            used[rows_of] += 1
            chosen.append(cut)
            if len(chosen) >= most:
                break
    return chosen


def _depth(excess: float, weights: tuple[int, ...], over: int) -> float:
    """How far a cut cuts, for its weights."""
    return float(excess) * over / float(np.sqrt(sum(w * w for w in weights)))
