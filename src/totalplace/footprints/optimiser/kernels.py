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
    cut_weight: SmallIntArray,
    over: SmallIntArray,  # (T,)
    cut_dual: FloatArray,  # (T,)
    number_dual: float,  # what every column costs
    least: float,  # columns whose price is below this before cuts are left there: cuts only lower
    cost: FloatArray,  # out, (C,)
) -> None:
    """Gain less the price of the units and cuts each column uses.

    A cut counts one whenever the weight a column holds reaches its divisor again.
    """
    held = np.zeros(len(cut_dual), dtype=np.int32)
    for c in range(len(gain)):
        price = gain[c] - number_dual
        for k in range(offsets[c], offsets[c + 1]):
            price -= dual[members[k]]
        if price >= least:
            for k in range(offsets[c], offsets[c + 1]):
                u = members[k]
                for j in range(cut_start[u], cut_start[u + 1]):
                    t = cut_at[j]
                    now = held[t] + cut_weight[j]
                    if now >= over[t]:
                        now -= over[t]
                        price -= cut_dual[t]
                    held[t] = now
            for k in range(offsets[c], offsets[c + 1]):
                u = members[k]
                for j in range(cut_start[u], cut_start[u + 1]):
                    held[cut_at[j]] = 0
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


def _triples(
    shared: FloatArray,  # (U, U), how much two units are together; 0 on the diagonal
    start: IntArray,  # (U + 1,), where each unit's columns begin in `at`
    at: IntArray,
    x: FloatArray,  # (K,)
    floor: float,  # how much three units are together, in all, to be of interest
) -> tuple[IntArray, FloatArray]:
    """Threes of units, and how much of the point holds two or more of them."""
    count = shared.shape[0]
    held = np.zeros(len(x), dtype=np.int64)
    triples = np.empty((1024, 3), dtype=np.int64)
    load = np.empty(1024)
    found = 0
    for a in range(count):
        for b in range(a + 1, count):
            for c in range(b + 1, count):
                if shared[a, b] + shared[a, c] + shared[b, c] <= floor:
                    continue
                total = 0.0
                for u in (a, b, c):
                    for j in range(start[u], start[u + 1]):
                        held[at[j]] += 1
                        if held[at[j]] == 2:
                            total += x[at[j]]
                for u in (a, b, c):
                    for j in range(start[u], start[u + 1]):
                        held[at[j]] = 0
                if found == len(load):
                    more = np.empty((2 * found, 3), dtype=np.int64)
                    more[:found] = triples
                    triples = more
                    longer = np.empty(2 * found)
                    longer[:found] = load
                    load = longer
                triples[found, 0] = a
                triples[found, 1] = b
                triples[found, 2] = c
                load[found] = total
                found += 1
    return triples[:found], load[:found]


def _grow(  # noqa: PLR0912, one loop: compiled code keeps its state itself
    start: IntArray,  # (U + 1,), where each unit's columns begin in `at`
    at: IntArray,
    x: FloatArray,  # (K,)
    near: IntArray,  # (U, most), units a cut may grow to from each; -1 where there are fewer
    weights: IntArray,  # (m,)
    over: int,
    steps: int,
    rows: IntArray,  # in and out, (S, m), the unit in each place; -1 where there is none yet
    excess: FloatArray,  # out, (S,), load over the limit
) -> None:
    """Improve each cut by the best single change of a unit, until none helps."""
    places = len(weights)
    held = np.zeros(len(x), dtype=np.int64)
    limit = weights.sum() // over
    for s in range(rows.shape[0]):
        held[:] = 0
        for i in range(places):
            if rows[s, i] >= 0:
                for j in range(start[rows[s, i]], start[rows[s, i] + 1]):
                    held[at[j]] += weights[i]
        load = 0.0
        for k in range(len(x)):
            load += x[k] * (held[k] // over)
        for _ in range(steps):
            best, place, unit = 1e-9, -1, -1
            for i in range(places):
                without = 0.0
                if rows[s, i] >= 0:
                    for j in range(start[rows[s, i]], start[rows[s, i] + 1]):
                        k = at[j]
                        without += x[k] * ((held[k] - weights[i]) // over - held[k] // over)
                        held[k] -= weights[i]
                for other in range(places):
                    if other == i or rows[s, other] < 0:
                        continue
                    for b in range(near.shape[1]):
                        u = near[rows[s, other], b]
                        if u < 0:
                            break
                        inside = False
                        for i2 in range(places):
                            inside |= rows[s, i2] == u
                        if inside:
                            continue
                        more = without
                        for j in range(start[u], start[u + 1]):
                            k = at[j]
                            more += x[k] * ((held[k] + weights[i]) // over - held[k] // over)
                        if more > best:
                            best, place, unit = more, i, u
                if rows[s, i] >= 0:
                    for j in range(start[rows[s, i]], start[rows[s, i] + 1]):
                        held[at[j]] += weights[i]
            if place < 0:
                break
            if rows[s, place] >= 0:
                for j in range(start[rows[s, place]], start[rows[s, place] + 1]):
                    held[at[j]] -= weights[place]
            for j in range(start[unit], start[unit + 1]):
                held[at[j]] += weights[place]
            rows[s, place] = unit
            load += best
        excess[s] = load - limit


gather_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_gather)
first_of_equals_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_first_of_equals)
cost_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_cost)
best_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_best)
agrees_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_agrees)
triples_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_triples)
grow_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_grow)
