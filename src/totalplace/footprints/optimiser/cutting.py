"""Subset-row cuts: of three units, at most one chosen column may hold two or more; of five, two.

Flow: a point of the relaxation -> THIS -> search
Source: Jepsen, Petersen, Spoorendonk and Pisinger (2008), Operations Research 56(2).
"""

from __future__ import annotations

import numpy as np

from totalplace.footprints.optimiser.pool import Pool
from totalplace.types import FloatArray, IntArray

VIOLATED = 1e-3  # how far over its limit the load of a cut must be
TIGHT = 0.9  # load of a triple worth growing to five


def violated(
    pool: Pool, columns: IntArray, x: FloatArray, *, most: int, known: set[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Violated cuts on the fractional columns, most violated first, not all on the same units.

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
    holds = np.zeros((len(columns), len(units)))
    holds[np.repeat(np.arange(len(columns)), part.size), position] = 1.0
    shared = (holds * x[:, None]).T @ holds  # (U, U), how much two units are together
    np.fill_diagonal(shared, 0.0)
    found: dict[tuple[int, int, int], float] = {}
    for a in range(len(units)):
        beside = np.flatnonzero(shared[a] > 1e-6)
        over = shared[a, beside][:, None] + shared[a, beside][None, :]
        over += shared[np.ix_(beside, beside)]
        for b, c in np.argwhere(np.triu(over > TIGHT, 1)).tolist():
            one, two, three = sorted((a, int(beside[b]), int(beside[c])))
            found[one, two, three] = 0.0
    if not found:
        return []
    triples = np.array(sorted(found))
    held = holds[:, triples[:, 0]] + holds[:, triples[:, 1]] + holds[:, triples[:, 2]]
    load = x @ (held >= 2)
    chosen: list[tuple[int, ...]] = []
    used = np.zeros(len(units), dtype=np.int64)
    for at in np.argsort(-load, kind="stable").tolist():
        if load[at] <= 1 + VIOLATED or len(chosen) >= most:
            break
        triple = tuple(units[triples[at]].tolist())
        if triple not in known and (used[triples[at]] < PER_UNIT).all():
            used[triples[at]] += 1
            chosen.append(triple)
    if len(chosen) < most // 2:
        for at in np.argsort(-load, kind="stable")[:TRIED].tolist():
            five = _grown(holds, x, shared, triples[at], float(load[at]))
            if five is not None:
                named = tuple(units[five].tolist())
                if named not in known and named not in chosen:
                    chosen.append(named)
    return chosen[:most]


def _grown(
    holds: FloatArray, x: FloatArray, shared: FloatArray, triple: IntArray, load: float
) -> IntArray | None:
    """The two units that make the most of a triple, if the five then break their rule.

    A column counts half its units among the five, rounded down; all together at most two.
    """
    odd = np.flatnonzero(holds[:, triple].sum(axis=1) % 2 == 1)
    one = (holds[odd] * x[odd, None]).T @ holds[odd]  # counts with either unit, not only with both
    alone = np.diag(one)
    more = alone[:, None] + alone[None, :] + shared - 2 * one
    more[triple], more[:, triple] = -np.inf, -np.inf
    np.fill_diagonal(more, -np.inf)
    at = int(np.argmax(more))
    pair = np.array(divmod(at, len(more)))
    if load + more[pair[0], pair[1]] <= 2 + VIOLATED:
        return None
    five: IntArray = np.sort(np.concatenate([triple, pair]))
    return five


PER_UNIT = 6  # cuts of one round that may share a unit
TRIED = 100  # triples grown to five in one round, when threes run out
