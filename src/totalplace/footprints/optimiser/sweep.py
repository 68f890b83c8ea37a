"""Sweep across the country: exact dynamic programming over what is still uncovered.

Flow: pool, prices, cuts -> THIS -> search

Units are taken in an order that runs across the map. At each, a state is the set of units still
uncovered; of all ways to reach it only the best is kept. A state is thrown away when the prices
of the relaxation prove that no plan through it beats the one in hand. Partnerships reach only so
far, so few units beyond the front are covered and states stay few: what happens in Cornwall is
settled before what happens in Kent, where branching would have to try both together.

When there are more states than fit, the least promising are dropped and the bound says so.

Source: Held and Karp (1962) for the recursion; Bergman, Cire, van Hoeve and Hooker (2016),
Decision Diagrams for Optimization, for bounded width; the pruning by dual prices is reduced-cost
fixing, one step deeper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, reverse_cuthill_mckee

from totalplace.footprints.optimiser.pool import CutIndex, Pool, Prices
from totalplace.footprints.optimiser.sweep_kernels import BITS, effects_kernel, step_kernel
from totalplace.types import FloatArray, IntArray, SmallIntArray

MOST_UNITS = 1_500  # beyond which orders cost too much to find
SLOTS = 96  # cuts followed at once; the dearest, where more are open
PART = 20_000  # states settled between two looks at the clock
ANGLES = 8  # directions across the map looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep found."""

    columns: IntArray | None  # the best plan through the states kept; None if there was none
    value: float  # its gain; -inf
    bound: float  # no plan is worth more than this and the plan in hand
    widest: int  # most states at any level
    unique: bool  # no other plan through the states kept is as good
    # (N + 1,), what any better plan gives up, at least, in units settled. The slack of cuts is
    # left out, which would otherwise be counted from both ends.
    given_up: FloatArray


def orders(pool: Pool, near: IntArray) -> list[IntArray]:
    """Orders of the units in which those that share columns come close, the closest first.

    Args:
        pool: The pool.
        near: Positions of the columns that matter.
    """
    n = pool.n_units
    part = pool.take(near)
    if n > MOST_UNITS:
        order = reverse_cuthill_mckee(_together(part), symmetric_mode=True)
        return [order.astype(np.int64)]
    together = _together(part).toarray()
    pieces, piece = connected_components(csr_matrix(together > 0), directed=False)
    first, second = np.zeros(n), np.zeros(n)
    for p in range(pieces):
        inside = np.flatnonzero(piece == p)
        if len(inside) < 3:
            continue
        weight = together[np.ix_(inside, inside)]
        vector, value = _spectrum(weight)
        first[inside], second[inside] = vector[:, 0], vector[:, 1] * value
    found = list[tuple[float, int, IntArray]]()
    for turn in np.arange(ANGLES) * np.pi / ANGLES:
        along = np.cos(turn) * first + np.sin(turn) * second
        order = np.lexsort([np.arange(n), np.round(along, 9), piece])
        rank = np.empty(n, dtype=np.int64)
        rank[order] = np.arange(n)
        found.append((_load(part, rank), len(found), order))
    return [order for _, _, order in sorted(found, key=lambda e: e[:2])]


def sweep(
    pool: Pool,
    order: IntArray,
    prices: Prices,
    cuts: CutIndex,
    loss: FloatArray,
    *,
    bound: float,
    floor: float,
    width: int,
    dear: float = np.inf,
    ahead: FloatArray | None = None,
    late_fn: Callable[[], bool],
) -> Swept:
    """The best plan worth more than ``floor``, if the states stay within ``width``.

    Args:
        pool: The pool.
        order: Units in the order to settle them, shape (N,).
        prices: At which no column pays.
        cuts: The cuts they price.
        loss: Shape (C,), what each column gives up at those prices, at least 0; inf: not allowed.
        bound: What the prices prove no plan exceeds.
        floor: Only plans worth more than this are looked for.
        width: States kept at each level.
        dear: Columns that give up more than this are left out, and the bound allows for them.
        ahead: Shape (N + 1,), what every better plan gives up, at least, in the units from each
            place of the order on: `given_up` of a sweep the other way, turned round.
        late_fn: Whether to stop now; nothing is then proved.
    """
    n = pool.n_units
    given_up, beyond = np.zeros(n + 1), np.zeros(n + 1)
    if ahead is not None:
        beyond = np.ascontiguousarray(ahead)
    nothing = Swept(
        columns=None, value=-np.inf, bound=bound, widest=0, unique=False, given_up=given_up
    )
    budget = bound - floor
    keep = np.flatnonzero((loss <= budget) & (loss < dear))
    levels = _levels(pool.take(keep), loss[keep], order, prices, cuts)
    words = _words(pool.n_units)
    state = np.zeros((1, words), dtype=np.int64)
    for at in range(pool.n_units):
        state[0, at // BITS] |= np.int64(1) << np.int64(at % BITS)
    room = 2 * width + 1_000
    table = np.empty(1 << int(np.ceil(np.log2(2.5 * room))), dtype=np.int32)
    slots = levels.slots
    now: tuple[Any, ...] = (
        state,
        np.zeros(1),
        np.zeros(1),
        np.zeros(1),
        np.zeros((1, slots), np.int16),
        np.zeros((1, slots), np.int16),
        np.zeros(1, bool),
    )
    spare = [_room(room, words, slots) for _ in range(2)]
    trail: list[tuple[SmallIntArray, SmallIntArray]] = []
    dropped = least_dropped = dear if dear < budget else np.inf
    widest = 1
    right, over, price = (
        np.zeros(slots, np.int32),
        np.ones(slots, np.int32),
        np.zeros(slots),
    )
    for at in range(pool.n_units):
        for slot, cut in levels.opens[at]:
            right[slot], over[slot] = int(cuts.right[cut]), cuts.over[cut]
            price[slot] = prices.cut[cut]
            now[4][:, slot], now[5][:, slot] = 0, levels.total[cut]
        out = spare[at % 2]
        count, due, lost = 0, np.inf, np.inf
        for begin in range(0, len(now[1]), PART):
            if late_fn():
                return nothing
            count, due, lost = step_kernel(
                begin, min(begin + PART, len(now[1])), count, due, lost,
                *now, at // BITS, at % BITS, *levels.options[at], right, over, price, beyond,
                budget, width, table, *out,
            )  # fmt: skip
        pick = np.arange(count)
        if count > width:
            part = np.argpartition(out[4][:count], width)
            due = min(due, float(out[4][part[width:]].min()))
            lost = min(lost, float(out[3][part[width:]].min()))
            pick = np.sort(part[:width])
        dropped, least_dropped = min(dropped, due), min(least_dropped, lost)
        reached = float(out[3][pick].min()) if count else budget
        given_up[at + 1 :] = max(given_up[at], min(reached, least_dropped, budget))
        if count == 0:
            return replace(nothing, bound=bound - min(dropped, budget), widest=widest)
        pick = pick[np.argsort(out[2][pick], kind="stable")]
        widest = max(widest, count)
        now = tuple(out[which][pick] for which in (0, 1, 2, 3, 5, 6, 7))
        trail.append((out[8][pick], out[9][pick]))
        for slot in levels.closes[at]:
            price[slot] = 0.0
    best = int(np.argmax(now[1]))
    return Swept(
        columns=keep[_traced(trail, levels, best)],
        value=float(now[1][best]),
        bound=bound - min(dropped, budget),
        widest=widest,
        unique=not now[6][best],
        given_up=given_up,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Levels:
    options: list[tuple[Any, ...]]  # of each level: arrays for the step
    columns: list[IntArray]  # of each level: the column of each option; -1 alone
    opens: list[list[tuple[int, int]]]  # of each level: (slot, cut) that open there
    closes: list[list[int]]  # of each level: slots that are done with
    total: IntArray  # (T,), weight of all units of each cut
    slots: int


def _traced(
    trail: list[tuple[SmallIntArray, SmallIntArray]], levels: _Levels, last: int
) -> IntArray:
    """The columns on the way to a state of the last level, as positions in what was swept."""
    chosen = []
    for at in range(len(trail) - 1, -1, -1):
        came, option = trail[at]
        column = -1 if option[last] < 0 else int(levels.columns[at][option[last]])
        if column >= 0:
            chosen.append(column)
        last = int(came[last])
    return np.sort(np.array(chosen, dtype=np.int64))


def _levels(
    part: Pool, loss: FloatArray, order: IntArray, prices: Prices, cuts: CutIndex
) -> _Levels:
    """Everything the steps need, level by level. Staying alone is one more column per unit."""
    n, count = part.n_units, len(part)
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    members = np.concatenate([part.members.astype(np.int64), np.arange(n)])
    offsets = np.concatenate([part.offsets, part.offsets[-1] + 1 + np.arange(n)])
    size = np.diff(offsets)
    lost = np.concatenate([loss, np.where(part.required, np.inf, prices.unit)])
    first = np.minimum.reduceat(rank[members], offsets[:-1])
    cheap = np.lexsort([np.arange(len(size)), lost, first])
    begins = np.searchsorted(first[cheap], np.arange(n + 1))
    size = size[cheap]
    ends = np.cumsum(size)
    owner = np.repeat(np.arange(len(size)), size)
    members = members[np.repeat(offsets[:-1][cheap] - (ends - size), size) + np.arange(ends[-1])]
    last = np.maximum.reduceat(rank[members], ends - size)
    bits = np.zeros((len(size), _words(n)), dtype=np.int64)
    place = rank[members]
    np.bitwise_or.at(bits, (owner, place // BITS), np.int64(1) << (place % BITS))
    slot_of, slots, opens, closes = _slots(rank, first[cheap][owner], place, prices, cuts)
    kept = cuts.only(slot_of >= 0)
    room = int((kept.start[members + 1] - kept.start[members]).sum())
    entry = np.zeros(len(size) + 1, dtype=np.int64)
    slot = np.empty(room, dtype=np.int64)
    counts, held = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    effects_kernel(
        members, np.concatenate([[0], ends]), kept.start, kept.at, kept.weight, kept.over,
        slot_of, entry, slot, counts, held,
    )  # fmt: skip
    gain = np.concatenate([part.gain, np.zeros(n)])[cheap]
    lost = lost[cheap]
    options = []
    for level in range(n):
        low, high = begins[level], begins[level + 1]
        what = slice(entry[low], entry[high])
        options.append(
            (
                bits[low:high],
                gain[low:high],
                lost[low:high],
                last[low:high],
                entry[low : high + 1] - entry[low],
                slot[what],
                counts[what],
                held[what],
            )
        )
    return _Levels(
        options=options,
        columns=[
            np.where(cheap[begins[k] : begins[k + 1]] < count, cheap[begins[k] : begins[k + 1]], -1)
            for k in range(n)
        ],
        opens=opens,
        closes=closes,
        total=np.bincount(cuts.at, weights=cuts.weight, minlength=len(cuts.right)).astype(np.int64),
        slots=slots,
    )


def _words(n: int) -> int:
    return (n + BITS - 1) // BITS


def _slots(
    rank: IntArray, touched: IntArray, place: IntArray, prices: Prices, cuts: CutIndex
) -> tuple[IntArray, int, list[list[tuple[int, int]]], list[list[int]]]:
    """Which slot follows which cut, from the first column that can touch it to its last unit."""
    n = len(rank)
    earliest = np.arange(n)
    np.minimum.at(earliest, place, touched)
    unit = np.repeat(np.arange(n), np.diff(cuts.start))
    begin = np.full(len(cuts.right), n)
    end = np.full(len(cuts.right), -1)
    np.minimum.at(begin, cuts.at, earliest[rank[unit]])
    np.maximum.at(end, cuts.at, rank[unit])
    slot_of = np.full(len(cuts.right), -1, dtype=np.int64)
    busy: list[int] = []  # last level of each slot
    opens: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    closes: list[list[int]] = [[] for _ in range(n)]
    for cut in np.argsort(-prices.cut, kind="stable").tolist():
        if prices.cut[cut] <= 0:
            break
        slot_of[cut] = 0  # wanted
    for cut in np.lexsort([np.arange(len(begin)), begin]).tolist():
        if slot_of[cut] < 0:
            continue
        free = next((s for s, until in enumerate(busy) if until < begin[cut]), None)
        if free is None:
            if len(busy) == SLOTS:
                slot_of[cut] = -1
                continue
            free = len(busy)
            busy.append(-1)
        busy[free] = int(end[cut])
        slot_of[cut] = free
        opens[int(begin[cut])].append((free, cut))
        closes[int(end[cut])].append(free)
    return slot_of, max(1, len(busy)), opens, closes


def _room(room: int, words: int, slots: int) -> tuple[Any, ...]:
    return (
        np.empty((room, words), dtype=np.int64),
        np.empty(room),
        np.empty(room),
        np.empty(room),
        np.empty(room),
        np.empty((room, slots), dtype=np.int16),
        np.empty((room, slots), dtype=np.int16),
        np.empty(room, dtype=np.bool_),
        np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
    )


def _together(part: Pool) -> csr_matrix:
    """How many columns hold both of two units, (N, N)."""
    holds = csr_matrix(
        (np.ones(len(part.members)), part.members, part.offsets), shape=(len(part), part.n_units)
    )
    found = (holds.T @ holds).tolil()
    found.setdiag(0.0)
    return found.tocsr()


def _spectrum(weight: FloatArray) -> tuple[FloatArray, float]:
    """The two smoothest ways to lay connected units on a line, and how much rougher the second."""
    weight = np.log1p(weight)
    value, vector = np.linalg.eigh(np.diag(weight.sum(axis=1)) - weight)
    two = vector[:, 1:3]
    peak = two[np.abs(two).argmax(axis=0), [0, 1]]
    return two * np.sign(peak), float(np.sqrt(value[1] / max(value[2], 1e-12)))


def _load(part: Pool, rank: IntArray) -> float:
    """How many columns lie across each step of an order, squared and added up."""
    place = rank[part.members]
    begins = part.offsets[:-1]
    across = np.bincount(np.minimum.reduceat(place, begins), minlength=part.n_units)
    across -= np.bincount(np.maximum.reduceat(place, begins), minlength=part.n_units)
    return float((np.cumsum(across).astype(np.float64) ** 2).sum())
