"""The appraisal's inner loop, compiled: one candidate at a time, all draws together, none kept.

Flow: value (per-authority arrays) -> THIS -> appraisal
The formulas are those of value.py, which the tests hold this against. D draws, N authorities,
C candidates, K members at most, Y years, S spends under a scale rule.

The inner loops run over draws, which lie next to each other, so that the compiler can take
several at once. A price effect of V / v is split into a power of V, once for each set, and a
power of v, once for each authority.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit

from totalplace.types import FloatArray, IntArray, SmallIntArray

# columns of the answer: those every search needs, then paying back, then all there is
MEAN, TAIL, SAVING, DEAREST = range(4)
EVER, WITHIN_5, YEARS = range(4, 7)
LOW, HIGH, FIRST_YEAR, ONE_OFF, EXIT, COORDINATION = range(7, 13)
MANAGEMENT, SUPPORT, COMMISSIONING, PLACEMENTS = range(13, 17)
WIDTH = {0: 4, 1: 7, 2: 17}  # columns by depth: value, with paying back, everything
SOON = 5.0  # years


class Terms(NamedTuple):
    """What an arrangement does to each authority, draw by draw; pounds a year."""

    log_volume: FloatArray  # (N,), log2 of volume over the median authority's
    teams: FloatArray  # (N, D), the authority's own team in median teams
    exponent: FloatArray  # (D,), how a team grows with volume
    post_rate: FloatArray  # (D,), for each median team released
    in_scope: FloatArray  # (N, D), spend the arrangement touches
    scaled: FloatArray  # (S, N, D), spend under a scale rule
    tilted: FloatArray  # (S, N, D), the same times (v / median) ** -eta
    least: FloatArray  # (S, N, D), what it falls to at the most doublings
    eta: FloatArray  # (S, D), log2(1 + effect)
    reached: FloatArray  # (S, D), take-up
    layer: IntArray  # (S,), its column of the answer
    cap: FloatArray  # (D,), most doublings
    support: FloatArray  # (N, D), support spend; (0, D) if untouched
    support_rate: FloatArray  # (D,)
    light: FloatArray  # (2, N, D), management and commissioning; (0, N, D) if not co-operating
    tie_cost: FloatArray  # (D,), for each tie
    pairwise: bool  # whether ties are pairs or members
    distance_rate: FloatArray  # (D,), share of in-scope spend for each 100 km
    body_cost: FloatArray  # (D,)
    set_up: FloatArray  # (D,)
    joining: FloatArray  # (D,), each member
    redundancy: FloatArray  # (D,)


class Years(NamedTuple):
    """Present-value factors and the years they sum, for one length of life."""

    saving: FloatArray  # (D,)
    coordination: FloatArray  # (D,)
    one_off: FloatArray  # (D,)
    exit: FloatArray  # (D,), times the exit share
    exit_share: FloatArray  # (D,)
    ramp: FloatArray  # (Y, D)
    part: FloatArray  # (Y,)
    ramp_so_far: FloatArray  # (Y, D), ramp times part, summed to the end of each year
    part_so_far: FloatArray  # (Y,)
    log_survival: FloatArray  # (D,), log of the chance of lasting a year


@njit(nogil=True, cache=True, error_model="numpy")
def _select(a: FloatArray, low: int, high: int, k: int) -> None:
    """Reorder a[low:high + 1] so that a[k] is in its sorted place. Hoare (1961), median of 3."""
    while low < high:
        middle = (low + high) // 2
        x, y, z = a[low], a[middle], a[high]
        pivot = max(min(x, y), min(max(x, y), z))
        i, j = low, high
        while i <= j:
            while a[i] < pivot:
                i += 1
            while pivot < a[j]:
                j -= 1
            if i <= j:
                a[i], a[j] = a[j], a[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            return


@njit(nogil=True, cache=True, error_model="numpy")
def _quantile(a: FloatArray, split: int, share: float) -> float:
    """A linear quantile of values already parted at ``split``: lower ones come first."""
    at = share * (len(a) - 1)
    k = int(at)
    first, last = (0, split - 1) if k < split else (split, len(a) - 1)
    _select(a, first, last, k)
    here = a[k]
    if k + 1 == len(a):
        return float(here)
    end = last + 1 if k < last else len(a)
    above = a[k + 1]
    for i in range(k + 2, end):
        above = min(above, a[i])
    return float(here + (above - here) * (at - k))


@njit(nogil=True, cache=True, error_model="numpy")
def _sum(who: SmallIntArray, table: FloatArray, into: FloatArray) -> None:
    """Add up the members' rows of a table, shape (N, D), in the order of the members."""
    into[:] = 0.0
    for m in who:
        row = table[m]
        for d in range(len(into)):
            into[d] += row[d]


@njit(nogil=True, cache=True, error_model="numpy")
def _scale(
    who: SmallIntArray,
    log2_volume: float,
    t: Terms,
    s: int,
    rest: FloatArray,  # (D,), used
    gained: FloatArray,  # (D,), zeros; filled
) -> None:
    """What one spend under a scale rule falls by, after take-up."""
    draws = len(gained)
    for d in range(draws):
        rest[d] = 2.0 ** (t.eta[s, d] * log2_volume)
    for m in who:
        doublings = log2_volume - t.log_volume[m]
        full, tilted, least = t.scaled[s, m], t.tilted[s, m], t.least[s, m]
        for d in range(draws):
            free = tilted[d] * rest[d]
            gained[d] += full[d] - (free if doublings < t.cap[d] else least[d])
    for d in range(draws):
        gained[d] *= t.reached[s, d]


@njit(nogil=True, cache=True, error_model="numpy")
def _flows(
    who: SmallIntArray,  # (n,)
    span_km: float,
    extra_bodies: float,
    t: Terms,
    saving: FloatArray,  # (D,), filled
    coordination: FloatArray,  # (D,), filled
    one_off: FloatArray,  # (D,), filled
    layers: FloatArray,  # (4, D), filled: management, support, commissioning, placements
    rest: FloatArray,  # (D,), used
) -> None:
    """One candidate's yearly saving, yearly cost and one-off cost in every draw."""
    n, draws = len(who), len(saving)
    together = 0.0
    for m in who:
        together += 2.0 ** t.log_volume[m]
    log2_ratio = np.log2(together)
    log_ratio = np.log(together)
    ties = n * (n - 1) / 2.0 if t.pairwise else float(n)
    management, support = layers[0], layers[1]
    _sum(who, t.teams, management)
    _sum(who, t.in_scope, coordination)
    far = span_km / 100.0
    for d in range(draws):
        grown = np.exp(t.exponent[d] * log_ratio)
        management[d] = t.post_rate[d] * (management[d] - grown)
        coordination[d] = (
            t.tie_cost[d] * ties
            + t.distance_rate[d] * far * coordination[d]
            + t.body_cost[d] * extra_bodies
        )
    layers[1:] = 0.0
    if len(t.support):
        _sum(who, t.support, support)
        log_n = np.log(float(n))
        for d in range(draws):
            fewer = 1.0 - np.exp((t.exponent[d] - 1.0) * log_n)
            support[d] *= t.support_rate[d] * fewer
    for d in range(draws):
        released = management[d] + support[d]
        one_off[d] = t.set_up[d] + t.joining[d] * n + t.redundancy[d] * max(released, 0.0)
        saving[d] = released
    for s in range(len(t.layer)):
        _scale(who, log2_ratio, t, s, rest, layers[t.layer[s] - MANAGEMENT])
        for d in range(draws):
            saving[d] += layers[t.layer[s] - MANAGEMENT, d]
    for at in range(len(t.light)):
        _sum(who, t.light[at], rest)
        into = layers[0] if at == 0 else layers[2]
        for d in range(draws):
            into[d] += rest[d]
            saving[d] += rest[d]


@njit(nogil=True, cache=True, error_model="numpy")
def _paying_back(
    saving: FloatArray,
    coordination: FloatArray,
    one_off: FloatArray,
    y: Years,
    last: FloatArray,  # (D,), used
    out: FloatArray,  # (WIDTH,)
) -> None:
    """Chance of paying back at all and soon while it lasts, and the years that takes."""
    years, draws = len(y.part), len(saving)
    last[:] = 0.0
    for year in range(years):
        spent = 0.5 if year == 0 and years > 1 else 1.0
        running = y.part_so_far[year]
        ramped = y.ramp_so_far[year]
        for d in range(draws):
            total = ramped[d] * saving[d] - running * coordination[d] - spent * one_off[d]
            last[d] = year + 1.0 if total < 0.0 else last[d]
    ever = soon = waited = 0.0
    paying = 0
    for d in range(draws):
        year = int(last[d])
        if year == years or (saving[d] == 0.0 and coordination[d] == 0.0 and one_off[d] == 0.0):
            continue
        back = float(year)
        if year > 0:
            spent = 0.5 if year == 1 and years > 1 else 1.0
            before = (
                y.ramp_so_far[year - 1, d] * saving[d]
                - y.part_so_far[year - 1] * coordination[d]
                - spent * one_off[d]
            )
            step = y.part[year] * (y.ramp[year, d] * saving[d] - coordination[d])
            if year == 1:
                step -= one_off[d] / 2.0
            if step > 0.0:
                back += min(max(-before / step, 0.0), 1.0)
        alive = np.exp(y.log_survival[d] * back)
        ever += alive
        if back <= SOON:
            soon += alive
        waited += back
        paying += 1
    out[EVER] = ever / draws
    out[WITHIN_5] = soon / draws
    out[YEARS] = waited / paying if paying else np.nan


def _appraise(
    rows: IntArray,  # (R,), candidates to appraise
    members: SmallIntArray,  # (C, K)
    size: IntArray,  # (C,)
    span_km: FloatArray,  # (C,)
    extra_bodies: FloatArray,  # (C,)
    t: Terms,
    y: Years,
    worst: int,  # how many draws the tail holds
    interval: tuple[float, float],
    depth: int,  # 0 value, 1 with paying back, 2 everything
    out: FloatArray,  # (C, WIDTH[depth]), rows filled
) -> None:
    """Appraise some candidates over all draws."""
    draws, years = len(t.exponent), len(y.part)
    saving, coordination, one_off = np.empty(draws), np.empty(draws), np.empty(draws)
    value, layers = np.empty(draws), np.empty((4, draws))
    for c in rows:
        who = members[c, : size[c]]
        _flows(who, span_km[c], extra_bodies[c], t, saving, coordination, one_off, layers, value)
        row = out[c]
        total_value = total_saving = total_coordination = total_one_off = total_exit = 0.0
        for d in range(draws):
            kept = max(saving[d], 0.0)
            value[d] = (
                y.saving[d] * saving[d]
                - y.coordination[d] * coordination[d]
                - y.one_off[d] * one_off[d]
                - y.exit[d] * kept
            )
            total_value += value[d]
            total_saving += saving[d]
            total_coordination += coordination[d]
            total_one_off += one_off[d]
            total_exit += y.exit_share[d] * kept
        if np.isnan(total_value):
            row[:] = np.nan
            continue
        mean_coordination, mean_one_off = total_coordination / draws, total_one_off / draws
        dearest = running = 0.0
        for year in range(years):
            ramped = 0.0
            for d in range(draws):
                ramped += y.ramp[year, d] * saving[d]
            net = y.part[year] * (ramped / draws - mean_coordination)
            if year < 2:
                net -= mean_one_off / 2.0
            dearest = max(dearest, -net)
            running += net
            if running > 0:
                break
        row[MEAN] = total_value / draws
        row[SAVING] = total_saving / draws - mean_coordination
        row[DEAREST] = dearest
        _select(value, 0, draws - 1, worst - 1)
        row[TAIL] = value[:worst].mean()
        if depth > 1:
            row[LOW] = _quantile(value, worst, interval[0])
            row[HIGH] = _quantile(value, worst, interval[1])
            ramped = 0.0
            for d in range(draws):
                ramped += y.ramp[0, d] * saving[d]
            row[FIRST_YEAR] = mean_one_off * (0.5 if years > 1 else 1.0) - y.part[0] * (
                ramped / draws - mean_coordination
            )
            row[ONE_OFF] = mean_one_off
            row[EXIT] = total_exit / draws
            row[COORDINATION] = mean_coordination
            for at in range(4):
                row[MANAGEMENT + at] = layers[at].mean()
        if depth > 0:
            _paying_back(saving, coordination, one_off, y, value, row)


def _worth(
    rows: IntArray,
    members: SmallIntArray,
    size: IntArray,
    span_km: FloatArray,
    extra_bodies: FloatArray,
    t: Terms,
    y: Years,
    out: FloatArray,  # (C, D), rows filled
) -> None:
    """Net present value of some candidates in each draw."""
    draws = len(t.exponent)
    saving, coordination, one_off = np.empty(draws), np.empty(draws), np.empty(draws)
    rest, layers = np.empty(draws), np.empty((4, draws))
    for c in rows:
        who = members[c, : size[c]]
        _flows(who, span_km[c], extra_bodies[c], t, saving, coordination, one_off, layers, rest)
        for d in range(draws):
            out[c, d] = (
                y.saving[d] * saving[d]
                - y.coordination[d] * coordination[d]
                - y.one_off[d] * one_off[d]
                - y.exit[d] * max(saving[d], 0.0)
            )


# Threads are the caller's: it is compiled once for one thread and lets go of the interpreter lock,
# which compiles several times faster than numba's own threads and gives the same numbers.
_compile = njit(nogil=True, cache=True, error_model="numpy")
appraise_kernel: Callable[..., None] = _compile(_appraise)
worth_kernel: Callable[..., None] = _compile(_worth)
