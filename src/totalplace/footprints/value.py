r"""What a partnership is worth: yearly saving, yearly cost, one-off cost, net present value.

Flow: problem, draws of the assumptions, candidates -> THIS -> appraisal, optimiser, split
In: arrays and one value per draw of each assumption. Out: arrays (C, D). Pure.

C candidates, D draws, N authorities, K members at most. Money is pounds at base-year prices.

The formulas, for partnership C with members i and one draw of the assumptions::

    scale    saving_i = take_up * B_i * (1 - (V / v_i) ** eta),  eta = log2(1 + g)
    posts    saving   = realised * rho * (sum_i T(v_i) - T(V)),  T(v) = T * (v / median v) ** k
    support  saving   = realised * rho_light * (sum_i S_i - mean(S) * (V / mean(v)) ** k)
    NPV      = A1 * saving - A2 * coordination - A3 * one_off - A4 * exit * saving

The A factors hold the ramp, discounting, the hazard that the arrangement ends, and known ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.problem import Problem
from totalplace.types import Arrangement, FloatArray, Layer

MILLION = 1e6


class AssumptionDraws(Protocol):
    """One array of D values per assumption; constant where the assumption is fixed."""

    @property
    def n(self) -> int:
        """Number of draws D."""

    def __getitem__(self, parameter: str) -> FloatArray:
        """The draws of one assumption, shape (D,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Yearly and one-off flows of C candidates under one arrangement, each (C, D), pounds."""

    by_layer: Mapping[Layer, FloatArray]  # settled gross saving a year
    coordination: FloatArray  # a year
    one_off: FloatArray  # transition: set-up, joining, redundancy

    @property
    def saving(self) -> FloatArray:
        """Settled gross saving a year."""
        total: FloatArray = np.sum(list(self.by_layer.values()), axis=0)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """What turns flows into present value, one value per draw, shape (D,)."""

    saving: FloatArray  # A1: years of full saving, ramped, discounted, surviving
    coordination: FloatArray  # A2: years of running cost
    one_off: FloatArray  # A3: half in the first year, half in the second
    exit: FloatArray  # A4: present value of one pound falling due when it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The years of one arrangement's life, for one number of years it may last."""

    ramp: FloatArray  # (Y, D), share of the full saving reached
    part: FloatArray  # (Y,), part of each year before a known end
    alive: FloatArray  # (Y, D), chance that it has not ended by the start of the year
    discount: FloatArray  # (Y, D)


def timeline(draws: AssumptionDraws, years: float) -> Timeline:
    """Year by year: ramp, part of the year that counts, survival, discounting.

    Args:
        draws: The assumptions.
        years: How long it can last: the horizon, or less where a member is to be abolished.
    """
    horizon = round(float(draws["horizon.years"][0]))
    t = np.arange(horizon, dtype=np.float64)[:, None]
    return Timeline(
        ramp=np.minimum(1.0, t / (draws["ramp.months"] / 12)[None, :]),
        part=np.clip(years - t[:, 0], 0.0, 1.0),
        alive=(1 - draws["hazard"])[None, :] ** t,
        discount=(1 + draws["discount"])[None, :] ** -t,
    )


def factors(draws: AssumptionDraws, years: float) -> Factors:
    """Present-value factors for an arrangement that can last ``years``.

    Exit falls due in the year after the arrangement ends by itself, and at a known end. The
    horizon itself is not an end.
    """
    line = timeline(draws, years)
    horizon = len(line.part)
    counts = line.part[:, None] * line.alive * line.discount
    hazard = draws["hazard"]
    started = (line.part > 0).astype(np.float64)
    leave = np.zeros(draws.n)
    for t in range(1, horizon):
        leave += started[t] * hazard * line.alive[t - 1] * line.ramp[t - 1] * line.discount[t]
    if years < horizon:
        last = max(int(np.ceil(years)) - 1, 0)
        due = (1 + draws["discount"]) ** -years
        leave += line.alive[last] * line.ramp[last] * due * (years > 0)
    second = line.discount[1] if horizon > 1 else np.ones(draws.n)
    return Factors(
        saving=(counts * line.ramp).sum(axis=0),
        coordination=counts.sum(axis=0),
        one_off=0.5 + 0.5 * second,
        exit=leave,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What each authority brings, per draw: layer spend as pay and running shares, team sizes."""

    volume: FloatArray  # (N,)
    median_volume: float
    management: FloatArray  # (N, D)
    commissioning: FloatArray  # (N, D)
    support: FloatArray  # (N, D)
    placements: FloatArray  # (N, D)
    team_index: FloatArray  # (N, D), (v / median v) ** exponent


def base(problem: Problem, draws: AssumptionDraws) -> Base:
    """Split each authority's spend into layers and size its teams, draw by draw.

    An authority that is not priced gets nan everywhere, so it can never look cheap.
    """
    position = 2 * draws["estimate.position"] - 1
    below, above = np.minimum(position, 0.0), np.maximum(position, 0.0)
    multiple = (
        1.0
        + np.outer(1.0 - problem.estimate_low, below)
        + np.outer(problem.estimate_high - 1.0, above)
    )
    pay = problem.pay[:, None] * multiple
    running = problem.running[:, None] * multiple
    gross = pay + running
    nothing = np.where(np.isnan(gross), np.nan, 0.0)
    whole = problem.rules.whole_layer
    commissioning = gross if whole is Layer.COMMISSIONING else gross * draws["share.commissioning"]
    support = gross if whole is Layer.SUPPORT else gross * draws["share.support"]
    management = pay * draws["share.management"]
    if whole is not None:
        management = nothing
        commissioning = commissioning if whole is Layer.COMMISSIONING else nothing
        support = support if whole is Layer.SUPPORT else nothing
    placements = nothing
    if problem.rules.buys_placements:
        placements = np.maximum(running - (commissioning + support) * (running / gross), 0.0)
    known = problem.volume[problem.priced & (problem.volume > 0)]
    median = float(np.median(known)) if known.size else float("nan")
    return Base(
        volume=problem.volume,
        median_volume=median,
        management=management,
        commissioning=commissioning,
        support=support,
        placements=placements,
        team_index=(problem.volume[:, None] / median) ** draws["team.exponent"][None, :],
    )


def years_together(problem: Problem, members: tuple[int, ...] | None, horizon: float) -> float:
    """Years from the start until the first member is to be abolished, at most the horizon."""
    ends = [problem.ends[m] for m in (members or ())]
    known = [(end - problem.start).days / 365.25 for end in ends if end is not None]
    return max(0.0, min([horizon, *known]))


def all_years_together(problem: Problem, candidates: Candidates, horizon: float) -> FloatArray:
    """``years_together`` of every candidate, shape (C,)."""
    single = np.array([years_together(problem, (i,), horizon) for i in range(problem.size)])
    present = candidates.members >= 0
    years: FloatArray = np.where(
        present, single[np.where(present, candidates.members, 0)], horizon
    ).min(axis=1, initial=horizon)
    return years


def flows(
    problem: Problem,
    draws: AssumptionDraws,
    ground: Base,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
) -> Flows:
    """Savings by layer, coordination and one-off cost of every candidate, draw by draw."""
    sharing = SHARING[arrangement]
    present = candidates.members >= 0
    safe = np.where(present, candidates.members, 0)
    n = candidates.size.astype(np.float64)[:, None]
    total_v = np.where(present, ground.volume[safe], 0.0).sum(axis=1)
    exponent = draws["team.exponent"][None, :]

    def over_members(per_member: FloatArray) -> FloatArray:
        total = np.zeros((len(candidates), draws.n))
        for k in range(safe.shape[1]):
            here = present[:, k]
            total[here] += per_member[safe[here, k]]
        return total

    def scale_saving(spend: FloatArray, effect: FloatArray, reached: FloatArray) -> FloatArray:
        eta = np.log2(1 + effect)[None, :]
        cap = draws["scale.doublings_cap"][None, :]
        total = np.zeros((len(candidates), draws.n))
        for k in range(safe.shape[1]):
            here = present[:, k]
            who = safe[here, k]
            doublings = np.log2(total_v[here] / ground.volume[who])[:, None]
            cheaper = 1 - np.exp2(eta * np.minimum(doublings, cap))
            total[here] += spend[who] * cheaper
        return reached[None, :] * total

    released = draws["realised"] * draws["rho.full"]
    teams = None
    if sharing.top_team or sharing.middle_tier:
        together = (total_v[:, None] / ground.median_volume) ** exponent
        teams = over_members(ground.team_index) - together
    zero = np.zeros((len(candidates), draws.n))
    management = zero.copy()
    if sharing.top_team and teams is not None:
        management += released * draws[problem.rules.team] * MILLION * teams
    if sharing.middle_tier and teams is not None:
        management += released * draws["team.middle"] * MILLION * teams
    posts = management.copy()
    commissioning = zero.copy()
    if sharing.commissioning:
        commissioning += scale_saving(
            ground.commissioning, draws["scale.commissioning"], draws["realised"]
        )
    support = zero.copy()
    if sharing.support:
        spend = over_members(ground.support)
        together = (spend / n) * (n**exponent)
        support += draws["realised"] * draws["rho.light"] * (spend - together)
        posts += support
    placements = zero.copy()
    if sharing.placements and problem.rules.buys_placements:
        placements += scale_saving(ground.placements, draws["scale.placements"], draws["take_up"])
    if sharing.light_benefit:
        management += draws["cooperate.benefit"] * over_members(ground.management)
        commissioning += draws["cooperate.benefit"] * over_members(ground.commissioning)

    in_scope = zero.copy()
    spend_by_layer = {
        Layer.PLACEMENTS: ground.placements,
        Layer.MANAGEMENT: ground.management,
        Layer.COMMISSIONING: ground.commissioning,
        Layer.SUPPORT: ground.support,
    }
    for layer in sharing.layers:
        in_scope += over_members(spend_by_layer[layer])
    coordination = {
        "pair": lambda: draws["coordination.pair"] * n * (n - 1) / 2,
        "body": lambda: draws["coordination.body"] * n,
        "framework": lambda: draws["coordination.framework"] * n,
        "co-operate": lambda: draws["cooperate.cost"] * n,
    }[sharing.coordination]() * MILLION
    if sharing.coordination != "co-operate":
        coordination = (
            coordination
            + draws["coordination.distance"] * in_scope * outline.span_km[:, None] / 100
            + draws["coordination.partner_body"] * MILLION * outline.extra_bodies[:, None]
        )
    one_off = zero.copy()
    if sharing.join:
        one_off += draws[sharing.join] * MILLION * n
    if sharing.set_up:
        body = "transition.trust" if problem.rules.safeguarding else "transition.agency"
        one_off += draws[body] * MILLION
    one_off += draws["redundancy"] * np.maximum(posts, 0.0)
    return Flows(
        by_layer={
            Layer.PLACEMENTS: placements,
            Layer.MANAGEMENT: management,
            Layer.COMMISSIONING: commissioning,
            Layer.SUPPORT: support,
        },
        coordination=coordination,
        one_off=one_off,
    )


def present_value(flow: Flows, factor: Factors, exit_share: FloatArray) -> FloatArray:
    """Net present value of each candidate in each draw, shape (C, D), pounds."""
    saving = flow.saving
    value: FloatArray = (
        factor.saving * saving
        - factor.coordination * flow.coordination
        - factor.one_off * flow.one_off
        - factor.exit * exit_share * np.maximum(saving, 0.0)
    )
    return value
