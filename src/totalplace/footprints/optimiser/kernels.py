"""What has to look at every column, compiled: small loops over flat arrays.

Flow: pool -> THIS -> pool
C columns, N units, T cuts. `offsets` (C + 1,) says where each column's members begin. Nothing is
allocated that grows with columns times cuts: a column's cuts are counted as they are met.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray


def _gather(
    members: SmallIntArray,
    offsets: IntArray,
    keep: IntArray,  # columns wanted, in the order wanted
    fresh: SmallIntArray,  # out: their members, ascending in each
    fresh_offsets: IntArray,  # out
    code: IntArray,  # out: one number for each column that depends on its members alone
) -> None:
    """Copy columns, sort their members, and number them whatever order they came in."""
    at = 0
    for row in range(len(keep)):
        c = keep[row]
        first = at
        for k in range(offsets[c], offsets[c + 1]):
            u = members[k]
            to = at
            while to > first and fresh[to - 1] > u:
                fresh[to] = fresh[to - 1]
                to -= 1
            fresh[to] = u
            at += 1
        fresh_offsets[row + 1] = at
        mixed = np.int64(at - first)
        for k in range(first, at):
            mixed = (mixed ^ fresh[k]) * np.int64(0x2545F4914F6CDD1D)
            mixed ^= mixed >> np.int64(29)
        code[row] = mixed


def _first_of_equals(
    members: SmallIntArray,
    offsets: IntArray,
    gain: FloatArray,
    order: IntArray,  # columns in order of code
    code: IntArray,
    keep: BoolArray,  # out
) -> None:
    """Of columns with the same members keep the best, and of those the first."""
    start = 0
    for at in range(len(order)):
        c = order[at]
        if code[c] != code[order[start]]:
            start = at
        keep[c] = True
        for other in range(start, at):
            d = order[other]
            size = offsets[c + 1] - offsets[c]
            if not keep[d] or offsets[d + 1] - offsets[d] != size:
                continue
            same = True
            for k in range(size):
                if members[offsets[c] + k] != members[offsets[d] + k]:
                    same = False
                    break
            if same:
                if gain[c] > gain[d]:
                    keep[d] = False
                else:
                    keep[c] = False
                break


def _cost(
    members: SmallIntArray,
    offsets: IntArray,
    gain: FloatArray,
    dual: FloatArray,  # (N,)
    cut_start: IntArray,  # (N + 1,), where each unit's cuts begin in cut_at
    cut_at: SmallIntArray,
    cut_dual: FloatArray,  # (T,)
    least: float,  # columns whose price is below this before cuts are left there: cuts only lower
    cost: FloatArray,  # out, (C,)
) -> None:
    """Gain less the price of the units and cuts each column uses.

    A cut counts one for every second of its units that a column holds.
    """
    odd = np.zeros(len(cut_dual), dtype=np.bool_)
    for c in range(len(gain)):
        price = gain[c]
        for k in range(offsets[c], offsets[c + 1]):
            price -= dual[members[k]]
        if price >= least:
            for k in range(offsets[c], offsets[c + 1]):
                u = members[k]
                for j in range(cut_start[u], cut_start[u + 1]):
                    t = cut_at[j]
                    if odd[t]:
                        price -= cut_dual[t]
                    odd[t] = not odd[t]
            for k in range(offsets[c], offsets[c + 1]):
                u = members[k]
                for j in range(cut_start[u], cut_start[u + 1]):
                    odd[cut_at[j]] = False
        cost[c] = price


def _best(
    members: SmallIntArray,
    offsets: IntArray,
    cost: FloatArray,
    allowed: BoolArray,
    floor: float,  # only columns that cost more than this are taken
    top: IntArray,  # out, (N, each), columns; -1 where there are fewer
    top_cost: FloatArray,  # out, (N, each), falling
    lift: FloatArray,  # out, (N,), what each unit's price must rise by so that no column pays
) -> None:
    """Each unit's best columns, and how far prices fall short."""
    each = top.shape[1]
    for c in range(len(cost)):
        if not allowed[c] or cost[c] <= floor:
            continue
        share = cost[c] / (offsets[c + 1] - offsets[c])
        for k in range(offsets[c], offsets[c + 1]):
            u = members[k]
            lift[u] = max(lift[u], share)
            if cost[c] > top_cost[u, each - 1]:
                at = each - 1
                while at > 0 and cost[c] > top_cost[u, at - 1]:
                    top_cost[u, at] = top_cost[u, at - 1]
                    top[u, at] = top[u, at - 1]
                    at -= 1
                top_cost[u, at] = cost[c]
                top[u, at] = c


def _agrees(
    members: SmallIntArray,
    offsets: IntArray,
    first: IntArray,
    second: IntArray,
    together: BoolArray,
    allowed: BoolArray,  # out
) -> None:
    """Columns that respect every decision: two units together, or apart."""
    for c in range(len(allowed)):
        fits = True
        for p in range(len(first)):
            one = two = False
            for k in range(offsets[c], offsets[c + 1]):
                one |= members[k] == first[p]
                two |= members[k] == second[p]
            if (one != two) if together[p] else (one and two):
                fits = False
                break
        allowed[c] = fits


def _pack(  # noqa: PLR0912, PLR0915, one loop: compiled code keeps its stack itself
    members: SmallIntArray,
    offsets: IntArray,
    loss: FloatArray,  # (C,), at least 0: what choosing the column gives up against the bound
    alone: FloatArray,  # (N,), what leaving the unit alone gives up; inf if it may not be
    start: IntArray,  # (N + 1,), where each unit's columns begin in `column`
    column: IntArray,  # by unit, least loss first
    order: IntArray,  # the units to place, each placed before those after it
    limit: float,  # only packings that lose less than this are of interest
    steps: int,  # how many columns to look at before giving up
    chosen: IntArray,  # out
) -> int:
    """The packing of some units that loses least, by depth-first search; -1 if none is found."""
    count = len(order)
    free = np.zeros(len(alone), dtype=np.bool_)
    for k in range(count):
        free[order[k]] = True
    at = np.zeros(count + 1, dtype=np.int64)  # which unit of the order each level places
    option = np.zeros(count + 1, dtype=np.int64)  # which option it tries next
    taken = np.full(count + 1, -1, dtype=np.int64)  # the column it chose; -1 alone
    lost = np.zeros(count + 1)
    found = -1
    level = 0
    option[0] = start[order[0]]
    while level >= 0 and steps > 0:
        u = order[at[level]]
        if taken[level] >= 0:  # come back from below: free what was chosen
            for k in range(offsets[taken[level]], offsets[taken[level] + 1]):
                free[members[k]] = True
            taken[level] = -1
        after = limit
        while option[level] < start[u + 1]:
            c = column[option[level]]
            option[level] += 1
            steps -= 1
            if lost[level] + loss[c] >= limit:
                option[level] = start[u + 1]
                break
            fits = True
            for k in range(offsets[c], offsets[c + 1]):
                if not free[members[k]]:
                    fits = False
                    break
            if fits:
                taken[level] = c
                after = lost[level] + loss[c]
                for k in range(offsets[c], offsets[c + 1]):
                    free[members[k]] = False
                break
        if taken[level] < 0:
            if option[level] > start[u + 1]:  # alone was tried too
                free[u] = True
                level -= 1
                continue
            option[level] += 1
            after = lost[level] + alone[u]
            if after >= limit:
                level -= 1
                continue
            free[u] = False
        below = at[level] + 1
        while below < count and not free[order[below]]:
            below += 1
        if below == count:
            limit = after
            found = 0
            for k in range(level + 1):
                if taken[k] >= 0:
                    chosen[found] = taken[k]
                    found += 1
            continue
        level += 1
        at[level] = below
        option[level] = start[order[below]]
        taken[level] = -1
        lost[level] = after
    return found


gather_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_gather)
first_of_equals_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_first_of_equals)
cost_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_cost)
best_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_best)
agrees_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_agrees)
pack_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_pack)
