"""The appraisal's inner loop, compiled: one candidate and one draw at a time, nothing stored.

Flow: value (per-authority arrays) -> THIS -> appraisal
The formulas are those of value.py, which the tests hold this against. D draws, N authorities,
C candidates, K members at most, Y years.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from totalplace.types import FloatArray, IntArray, SmallIntArray


def _appraise(
    members: SmallIntArray,  # (C, K)
    size: IntArray,  # (C,)
    span_km: FloatArray,  # (C,)
    extra_bodies: FloatArray,  # (C,)
    volume: FloatArray,  # (N,)
    median_volume: float,
    team_index: FloatArray,  # (N, D)
    in_scope: FloatArray,  # (N, D), spend the arrangement touches
    scaled: FloatArray,  # (S, N, D), spend under a scale rule; S of them
    eta: FloatArray,  # (S, D), log2(1 + effect)
    reached: FloatArray,  # (S, D), take-up
    cap: FloatArray,  # (D,), most doublings
    exponent: FloatArray,  # (D,)
    post_rate: FloatArray,  # (D,), pounds a year for each median team released
    support: FloatArray,  # (N, D), support spend; zeros if untouched
    support_rate: FloatArray,  # (D,)
    light: FloatArray,  # (N, D), saving of co-operating; zeros if none
    tie_cost: FloatArray,  # (D,), pounds a year for each tie
    pairwise: bool,  # whether ties are pairs or members
    distance_rate: FloatArray,  # (D,), share of in-scope spend for each 100 km
    body_cost: FloatArray,  # (D,)
    set_up: FloatArray,  # (D,)
    joining: FloatArray,  # (D,), each member
    redundancy: FloatArray,  # (D,)
    a_saving: FloatArray,  # (D,), present-value factors
    a_coordination: FloatArray,
    a_one_off: FloatArray,
    a_exit: FloatArray,  # exit factor times exit share
    ramp: FloatArray,  # (Y, D)
    part: FloatArray,  # (Y,)
    worst: int,  # how many draws the tail holds
) -> FloatArray:
    """Mean value, tail mean, settled saving and dearest year of each candidate, (C, 4)."""
    count, draws, years = members.shape[0], exponent.shape[0], part.shape[0]
    rules = scaled.shape[0]
    out = np.empty((count, 4))
    for c in range(count):
        n = size[c]
        together = 0.0
        for k in range(n):
            together += volume[members[c, k]]
        log_ratio = np.log(together / median_volume)
        doublings = np.empty(n)
        for k in range(n):
            doublings[k] = np.log2(together / volume[members[c, k]])
        ties = n * (n - 1) / 2.0 if pairwise else float(n)
        value = np.empty(draws)
        ramped = np.zeros(years)
        total_saving = total_coordination = total_one_off = 0.0
        for d in range(draws):
            teams = scope = help_spend = saving = 0.0
            for k in range(n):
                m = members[c, k]
                teams += team_index[m, d]
                scope += in_scope[m, d]
                help_spend += support[m, d]
                saving += light[m, d]
            posts = post_rate[d] * (teams - np.exp(exponent[d] * log_ratio))
            posts += support_rate[d] * help_spend * (1.0 - float(n) ** (exponent[d] - 1.0))
            saving += posts
            for s in range(rules):
                gained = 0.0
                for k in range(n):
                    steps = min(doublings[k], cap[d])
                    gained += scaled[s, members[c, k], d] * (1.0 - 2.0 ** (eta[s, d] * steps))
                saving += reached[s, d] * gained
            coordination = (
                tie_cost[d] * ties
                + distance_rate[d] * scope * span_km[c] / 100.0
                + body_cost[d] * extra_bodies[c]
            )
            one_off = set_up[d] + joining[d] * n + redundancy[d] * max(posts, 0.0)
            value[d] = (
                a_saving[d] * saving
                - a_coordination[d] * coordination
                - a_one_off[d] * one_off
                - a_exit[d] * max(saving, 0.0)
            )
            total_saving += saving
            total_coordination += coordination
            total_one_off += one_off
            for y in range(years):
                ramped[y] += ramp[y, d] * saving
        mean_coordination = total_coordination / draws
        dearest = running = 0.0
        for y in range(years):
            net = part[y] * (ramped[y] / draws - mean_coordination)
            if y < 2:
                net -= total_one_off / draws / 2.0
            dearest = max(dearest, -net)
            running += net
            if running > 0:
                break
        out[c, 0] = value.mean()
        out[c, 1] = np.sort(value)[:worst].mean()
        out[c, 2] = total_saving / draws - mean_coordination
        out[c, 3] = dearest
    return out


# Threads are the caller's: it is compiled once for one thread and lets go of the interpreter lock,
# which compiles several times faster than numba's own threads and gives the same numbers.
appraise_kernel: Callable[..., FloatArray] = njit(nogil=True, cache=True, error_model="numpy")(
    _appraise
)
