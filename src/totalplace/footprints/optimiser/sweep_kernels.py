"""The compiled step of the sweep: every state of one level to every state of the next.

Flow: arrays -> THIS -> sweep
A state says which units are still uncovered, as bits; of all ways to get there only the best is
kept, since what can follow is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray

EMPTY = -1
BITS = 63  # of a word that hold units
EQUAL = 1e-9  # gains this close, in units of the largest gain, are equal


def _slot(table: SmallIntArray, states: IntArray, bits: IntArray) -> int:
    """Where in the table this state is, or the free place where it belongs."""
    mixed = np.int64(0)
    for w in range(len(bits)):
        mixed = (mixed ^ bits[w]) * np.int64(0x2545F4914F6CDD1D)
        mixed ^= (mixed >> np.int64(29)) & np.int64(0x7FFFFFFFF)
    place = mixed & (len(table) - 1)
    while table[place] != EMPTY:
        same = True
        for w in range(len(bits)):
            if states[table[place], w] != bits[w]:
                same = False
                break
        if same:
            break
        place = (place + 1) & (len(table) - 1)
    return int(place)


def _step(  # noqa: PLR0912, PLR0915, one loop: compiled code keeps its state itself
    begin: int,  # the states to take now: a level is done in parts, to look at the clock between
    end: int,
    count: int,  # what the part before returned
    limit: float,  # on what may be due, once states had to be dropped
    least: float,
    states: IntArray,  # (S, W), uncovered units as bits
    gain: FloatArray,  # (S,)
    lost: FloatArray,  # (S,), what is given up against the bound so far, slack of cuts included
    firm: FloatArray,  # (S,), the same without the slack of cuts
    used: SmallIntArray,  # (S, Q), what each open cut has counted
    left: SmallIntArray,  # (S, Q), weight of its uncovered units
    tied: BoolArray,  # (S,), whether another way here is as good
    word: int,  # the unit this level settles: which word of a state,
    bit: int,  # and which bit in it
    bits: IntArray,  # (M, W), options for it as bits, cheapest first
    worth: FloatArray,  # (M,), gain of each
    loss: FloatArray,  # (M,), what each gives up
    last: IntArray,  # (M,), level of its last unit
    start: IntArray,  # (M + 1,), where each option's cuts begin in the next three
    slot: IntArray,
    counts: SmallIntArray,  # how often it counts in the cut
    weight: SmallIntArray,  # weight of its units in the cut
    right: SmallIntArray,  # (Q,), most a cut may count
    over: SmallIntArray,  # (Q,), its divisor
    price: FloatArray,  # (Q,), its price; 0 if the slot is free
    ahead: FloatArray,  # (N + 1,), what must still be given up beyond each level, none covered yet
    budget: float,  # only states that give up less than this are of interest
    width: int,  # how many states to keep
    table: SmallIntArray,  # scratch, a power of two, at least twice the room
    out_states: IntArray,  # out, (R, W)
    out_gain: FloatArray,  # out, (R,)
    out_lost: FloatArray,
    out_firm: FloatArray,
    out_due: FloatArray,  # out, (R,), lost, and what must still be given up beyond its reach
    out_used: SmallIntArray,  # out, (R, Q)
    out_left: SmallIntArray,
    out_tied: BoolArray,  # out, (R,)
    out_from: SmallIntArray,  # out, (R,), the state it came from
    out_option: SmallIntArray,  # out, (R,), the option taken; -1 if the unit was covered before
) -> tuple[int, float, float]:
    """How many states the next level has, and the least due and firmly given up by any dropped."""
    room, words, cuts = len(out_gain), states.shape[1], used.shape[1]
    if begin == 0:
        table[:] = EMPTY
    fresh = np.empty(words, dtype=np.int64)
    units = len(ahead) - 1
    for s in range(begin, end):
        reach = units  # every unit from this level on is uncovered
        while reach > 0 and (states[s, (reach - 1) // BITS] >> ((reach - 1) % BITS)) & 1:
            reach -= 1
        open_ = (states[s, word] >> bit) & 1
        for m in range(len(worth) if open_ else 1):
            option = m if open_ else -1
            after, total, sure = lost[s], gain[s], firm[s]
            if open_:
                after += loss[m]
                sure += loss[m]
                total += worth[m]
                if after > budget:
                    break
                if after >= limit:
                    least = min(least, sure)
                    break
                fits = True
                for w in range(words):
                    fresh[w] = states[s, w] & ~bits[m, w]
                    if bits[m, w] & ~states[s, w]:
                        fits = False
                        break
                if not fits:
                    continue
                for e in range(start[m], start[m + 1]):
                    q = slot[e]
                    if price[q] > 0:
                        before = right[q] - used[s, q] - left[s, q] // over[q]
                        now = (
                            right[q] - used[s, q] - counts[e] - (left[s, q] - weight[e]) // over[q]
                        )
                        after += price[q] * (max(now, 0) - max(before, 0))
            else:
                for w in range(words):
                    fresh[w] = states[s, w]
            due = after + ahead[max(reach, last[m] + 1) if open_ else reach]
            if due > budget:
                continue
            if due >= limit:
                least = min(least, sure)
                continue
            place = slot_kernel(table, out_states, fresh)
            at = table[place]
            if at != EMPTY:
                sure = min(sure, out_firm[at])  # the least of all ways here
                if out_gain[at] >= total - EQUAL:
                    out_firm[at] = sure
                    out_tied[at] |= out_gain[at] <= total + EQUAL
                    continue
            else:
                if count == room:  # keep the cheapest so far and go on below what they give up
                    limit = min(limit, np.partition(out_due[:count], width)[width])
                    kept = 0
                    for k in range(count):
                        if out_due[k] >= limit:
                            least = min(least, out_firm[k])
                        else:
                            if kept != k:
                                out_states[kept] = out_states[k]
                                out_gain[kept] = out_gain[k]
                                out_lost[kept] = out_lost[k]
                                out_firm[kept] = out_firm[k]
                                out_due[kept] = out_due[k]
                                out_used[kept] = out_used[k]
                                out_left[kept] = out_left[k]
                                out_tied[kept] = out_tied[k]
                                out_from[kept] = out_from[k]
                                out_option[kept] = out_option[k]
                            kept += 1
                    count = kept
                    table[:] = EMPTY
                    for k in range(count):
                        table[slot_kernel(table, out_states, out_states[k])] = k
                    if due >= limit:
                        least = min(least, sure)
                        continue
                    place = slot_kernel(table, out_states, fresh)
                at = count
                count += 1
                table[place] = at
                out_states[at] = fresh
            out_gain[at] = total
            out_lost[at] = after
            out_firm[at] = sure
            out_due[at] = due
            out_tied[at] = tied[s]
            out_from[at] = s
            out_option[at] = option
            for q in range(cuts):
                out_used[at, q] = used[s, q]
                out_left[at, q] = left[s, q]
            if open_:
                for e in range(start[m], start[m + 1]):
                    out_used[at, slot[e]] += counts[e]
                    out_left[at, slot[e]] -= weight[e]
    return count, limit, least


def _effects(
    members: IntArray,  # flat
    offsets: IntArray,  # (C + 1,)
    cut_start: IntArray,  # (N + 1,), where each unit's cuts begin in cut_at
    cut_at: SmallIntArray,
    cut_weight: SmallIntArray,
    over: SmallIntArray,  # (T,)
    slot_of: IntArray,  # (T,), the slot that follows each cut
    start: IntArray,  # out, (C + 1,), where each column's entries begin in the next three
    slot: IntArray,  # out, flat, with room for every unit's cuts
    counts: SmallIntArray,  # out
    weight: SmallIntArray,  # out
) -> None:
    """What each column does to each cut one of its units is in: how often it counts, its weight."""
    held = np.zeros(len(over), dtype=np.int32)
    filled = 0
    for c in range(len(offsets) - 1):
        begin = filled
        for k in range(offsets[c], offsets[c + 1]):
            u = members[k]
            for j in range(cut_start[u], cut_start[u + 1]):
                t = cut_at[j]
                if held[t] == 0:
                    slot[filled] = t
                    filled += 1
                held[t] += cut_weight[j]
        for e in range(begin, filled):
            t = slot[e]
            weight[e] = held[t]
            counts[e] = held[t] // over[t]
            slot[e] = slot_of[t]
            held[t] = 0
        start[c + 1] = filled


effects_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_effects)
slot_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_slot)
step_kernel: Callable[..., Any] = njit(nogil=True, cache=True)(_step)
