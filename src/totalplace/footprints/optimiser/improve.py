"""Make a plan better a neighbourhood at a time: the groups around one unit, packed anew.

Flow: a plan, prices -> THIS -> search
Prices say what each column gives up against the bound; a depth-first search looks for a packing
that gives up less than the present one. It only ever offers plans; nothing is proved here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from totalplace.footprints.optimiser.kernels import pack_kernel
from totalplace.footprints.optimiser.pool import Pool
from totalplace.types import FloatArray, IntArray

PROMISING = 20_000  # columns tried, those that give up least
AROUND = (25, 50)  # units packed at once, about
STEPS = 100_000  # columns looked at in one neighbourhood
NEIGHBOURHOODS = 1_000  # in one call, at most
BETTER = 1e-9


def improve(
    pool: Pool,
    plan: IntArray,
    cost: FloatArray,
    price: FloatArray,
    *,
    give_up_fn: Callable[[], bool],
) -> IntArray:
    """A plan at least as good, reached by packing neighbourhoods anew until none gives more.

    Args:
        pool: The pool.
        plan: Disjoint columns, positions in the pool.
        cost: Shape (C,), reduced cost of each column at ``price``; none above 0.
        price: Shape (N,), of each unit.
        give_up_fn: Asked before each neighbourhood.
    """
    promising = np.arange(len(pool))
    if len(pool) > PROMISING:
        promising = np.argpartition(-cost, PROMISING)[:PROMISING]
    promising = np.union1d(promising, plan)
    part = pool.take(promising)
    loss = np.maximum(-cost[promising], 0.0)
    alone = np.where(pool.required, np.inf, price)
    current = np.searchsorted(promising, plan)
    owner = np.repeat(np.arange(len(part)), part.size)
    rank = np.lexsort([loss[owner], part.members])
    start = np.searchsorted(part.members[rank], np.arange(pool.n_units + 1)).astype(np.int64)
    column = owner[rank]
    near = _nearness(part)
    chosen = np.empty(pool.n_units, dtype=np.int64)
    tried = 0
    for around in AROUND:
        waiting = list(range(pool.n_units))
        while waiting and tried < NEIGHBOURHOODS and not give_up_fn():
            tried += 1
            order = _around(part, current, near, waiting.pop(0), around)
            inside = np.zeros(pool.n_units, dtype=bool)
            inside[order] = True
            kept = part.touching(inside)[current]
            covered = np.zeros(pool.n_units, dtype=bool)
            for c in current[kept].tolist():
                covered[part.units(c)] = True
            before = loss[current[kept]].sum() + alone[inside & ~covered].sum()
            found = pack_kernel(
                part.members,
                part.offsets,
                loss,
                alone,
                start,
                column,
                order,
                before - BETTER,
                STEPS,
                chosen,
            )
            if found >= 0:
                current = np.sort(np.concatenate([current[~kept], chosen[:found]]))
                waiting += [u for u in order.tolist() if u not in waiting]
    return promising[current]


def _nearness(part: Pool) -> FloatArray:
    """How many columns hold both of two units, shape (N, N)."""
    near = np.zeros((part.n_units, part.n_units))
    size = part.size
    for members in np.unique(size).tolist():
        rows = np.flatnonzero(size == members)
        held = part.members[part.offsets[rows][:, None] + np.arange(members)]
        for a in range(members):
            for b in range(a + 1, members):
                near += np.bincount(
                    held[:, a].astype(np.int64) * part.n_units + held[:, b],
                    minlength=part.n_units**2,
                ).reshape(near.shape)
    both: FloatArray = near + near.T
    return both


def _around(part: Pool, current: IntArray, near: FloatArray, unit: int, most: int) -> IntArray:
    """Units near one, in the order they were reached, with the whole of every group touched."""
    group = np.full(part.n_units, -1, dtype=np.int64)
    for column in current.tolist():
        group[part.units(column)] = column
    reached: list[int] = []
    inside = np.zeros(part.n_units, dtype=bool)
    while len(reached) < most:
        fresh = part.units(int(group[unit])).tolist() if group[unit] >= 0 else [unit]
        reached += fresh
        inside[fresh] = True
        closeness = np.where(inside, 0.0, near[inside].sum(axis=0))
        unit = int(np.argmax(closeness))
        if closeness[unit] <= 0:
            break
    return np.array(reached, dtype=np.int64)
