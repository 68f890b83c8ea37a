"""Enumerate connected sets by the million: compiled, into flat arrays, within a memory budget.

Flow: edges, reach -> THIS -> candidates, optimiser
In: arrays. Out: flat members and offsets. The rule is that of candidates.connected_sets, which
the tests hold this against: a set is rooted at its lowest member and grown only by
higher-numbered neighbours not refused earlier on the same path (Wernicke 2006).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from totalplace.errors import InputError
from totalplace.footprints.candidates import FlatSets
from totalplace.types import BoolArray, IntArray, SmallIntArray


def enumerate_connected(
    edges: SmallIntArray,
    n: int,
    *,
    member_limit: int,
    reach: BoolArray | None = None,
    usable: BoolArray | None = None,
    memory_mb: float = 1_000.0,
    beside: int = 0,
) -> FlatSets:
    """Every connected set of 2 to ``member_limit`` units, each once, rooted lowest first.

    Args:
        edges: Contiguous pairs, shape (E, 2).
        n: Number of units.
        member_limit: Largest set.
        reach: Shape (n, n), symmetric; a set is kept only if all its pairs are in reach. None: any.
        usable: Shape (n,), units that may take part. None: all.
        memory_mb: The most memory the sets may take. They are counted before any is stored.
        beside: Bytes the caller will hold beside each set; counted in.

    Raises:
        InputError: The sets would not fit in ``memory_mb``.
    """
    start, neighbour = _neighbours(edges, n)
    near = np.ones((n, n), dtype=np.bool_) if reach is None else np.ascontiguousarray(reach)
    able = np.ones(n, dtype=np.bool_) if usable is None else usable
    nothing, nowhere = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
    most_members = int(memory_mb * 2**20 / 4)
    sets, members = _grow_all(
        start, neighbour, near, able, member_limit, most_members, nothing, nowhere
    )
    needed = (4 * members + (8 + beside) * sets) / 2**20
    if needed > memory_mb or members >= most_members:
        more = "more than " if members >= most_members else ""
        raise InputError(
            f"There are {more}{sets:,} connected sets of up to {member_limit}; they "
            f"need more than the {memory_mb:,.0f} MB allowed. Lower the number of members or the "
            "span, or allow more memory. Nothing was enumerated."
        )
    flat = np.empty(members, dtype=np.int32)
    offsets = np.zeros(sets + 1, dtype=np.int64)
    _grow_all(start, neighbour, near, able, member_limit, most_members, flat, offsets)
    return FlatSets(members=flat, offsets=offsets)


def _neighbours(edges: SmallIntArray, n: int) -> tuple[IntArray, SmallIntArray]:
    """Each unit's neighbours, ascending, as offsets and a flat list."""
    both = np.concatenate([edges, edges[:, ::-1]]) if len(edges) else edges.reshape(-1, 2)
    both = np.unique(both, axis=0)
    both = both[both[:, 0] != both[:, 1]]
    start = np.searchsorted(both[:, 0], np.arange(n + 1))
    return start.astype(np.int64), np.ascontiguousarray(both[:, 1]).astype(np.int32)


def _grow_every(  # noqa: PLR0912, PLR0915, one loop: compiled code keeps its stack itself
    start: IntArray,  # (N + 1,)
    neighbour: SmallIntArray,
    near: BoolArray,  # (N, N)
    usable: BoolArray,  # (N,)
    limit: int,
    most_members: int,  # counting stops here
    flat: SmallIntArray,  # filled if offsets has room, else sets are only counted
    offsets: IntArray,
) -> tuple[int, int]:
    """Count the sets and their members; write them down when there is room."""
    n = len(usable)
    write = len(offsets) > 0
    seen = np.zeros(n, dtype=np.int64)  # how many members of the path border it
    chosen = np.empty(limit + 1, dtype=np.int32)
    ahead = np.empty((limit + 1, n), dtype=np.int32)  # what may still be added, at each depth
    left = np.zeros(limit + 1, dtype=np.int64)
    sets = members = 0
    for root in range(n):
        if not usable[root] or limit < 2:
            continue
        depth = 1
        chosen[0] = root
        left[1] = 0
        seen[root] += 1
        for e in range(start[root], start[root + 1]):
            v = neighbour[e]
            seen[v] += 1
            if v > root and usable[v] and near[root, v]:
                ahead[1, left[1]] = v
                left[1] += 1
        while depth >= 1:
            if left[depth] == 0:
                u = chosen[depth - 1]
                for e in range(start[u], start[u + 1]):
                    seen[neighbour[e]] -= 1
                depth -= 1
                continue
            left[depth] -= 1
            added = ahead[depth, left[depth]]
            chosen[depth] = added
            size = depth + 1
            if write:
                for k in range(size):
                    u = chosen[k]
                    at = members + k
                    while at > members and flat[at - 1] > u:
                        flat[at] = flat[at - 1]
                        at -= 1
                    flat[at] = u
                offsets[sets + 1] = members + size
            sets += 1
            members += size
            if members >= most_members:
                return sets, members
            if size == limit:
                continue
            fresh = 0
            for k in range(left[depth]):
                v = ahead[depth, k]
                if near[added, v]:
                    ahead[size, fresh] = v
                    fresh += 1
            for e in range(start[added], start[added + 1]):
                v = neighbour[e]
                if seen[v] == 0 and v > root and usable[v]:
                    within = True
                    for k in range(size):
                        if not near[chosen[k], v]:
                            within = False
                            break
                    if within:
                        ahead[size, fresh] = v
                        fresh += 1
                seen[v] += 1
            left[size] = fresh
            depth = size
        seen[root] -= 1
    return sets, members


_grow_all: Callable[..., Any] = njit(nogil=True, cache=True)(_grow_every)
