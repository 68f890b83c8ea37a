r"""What a partnership is worth: yearly saving, yearly cost, one-off cost, net present value.

Flow: problem, draws of the assumptions, candidates -> THIS -> appraisal, optimiser, split
In: arrays and one value per draw of each assumption. Out: arrays (C, D). Pure.

C candidates, D draws, N authorities, K members at most. Money is pounds at base-year prices.

The formulas, for partnership C with members i and one draw of the assumptions::

    scale    saving_i = take_up * B_i * (1 - (1 + g) ** log2(V / v_i))
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

from totalplace.footprints.arrangements import SHARING, Sharing
from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.problem import Problem, ServiceRules
from totalplace.money.layers import LayerShares, split_layers
from totalplace.types import (
    LAYERS,
    Arrangement,
    BoolArray,
    FloatArray,
    IntArray,
    Layer,
    SmallIntArray,
)

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
    pay_released: FloatArray  # part of the saving that is posts, a year

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


def horizon_years(draws: AssumptionDraws) -> float:
    """Years looked at: a whole number, so that the horizon itself is never read as an end."""
    return float(round(float(draws["horizon.years"][0])))


def timeline(draws: AssumptionDraws, years: float) -> Timeline:
    """Year by year: ramp, part of the year that counts, survival, discounting.

    Args:
        draws: The assumptions.
        years: How long it can last: the horizon, or less where a member is to be abolished.
    """
    horizon = round(horizon_years(draws))
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


def base(problem: Problem, draws: AssumptionDraws, units: IntArray | None = None) -> Base:
    """Split each authority's spend into layers and size its teams, draw by draw.

    An authority that is not priced gets nan everywhere, so it can never look cheap.

    Args:
        problem: The service and its authorities.
        draws: The assumptions.
        units: Positions of the authorities wanted, in the order of the answer. None: all.
    """
    who = slice(None) if units is None else units
    position = 2 * draws["estimate.position"] - 1
    below, above = np.minimum(position, 0.0), np.maximum(position, 0.0)
    multiple = (
        1.0
        + np.outer(1.0 - problem.estimate_low[who], below)
        + np.outer(problem.estimate_high[who] - 1.0, above)
    )
    spend = split_layers(
        (problem.pay[who, None] * multiple).T,
        (problem.running[who, None] * multiple).T,
        LayerShares(
            management=draws["share.management"][:, None],
            commissioning=draws["share.commissioning"][:, None],
            support=draws["share.support"][:, None],
        ),
        buys_placements=problem.rules.buys_placements,
        whole_layer=problem.rules.whole_layer,
    )  # (D, N, L)
    layer = {name: np.ascontiguousarray(spend[:, :, at].T) for at, name in enumerate(LAYERS)}
    return Base(
        volume=problem.volume[who],
        median_volume=problem.median_volume,
        management=layer[Layer.MANAGEMENT],
        commissioning=layer[Layer.COMMISSIONING],
        support=layer[Layer.SUPPORT],
        placements=layer[Layer.PLACEMENTS],
        team_index=(problem.volume[who] / problem.median_volume)[:, None]
        ** draws["team.exponent"][None, :],
    )


def within(candidates: Candidates, n: int) -> tuple[IntArray, Candidates]:
    """The authorities that are in any of some candidates, and the candidates in their numbers.

    Splitting the spend of 153 authorities to look at one pair is most of the work.

    Args:
        candidates: Sets of positions.
        n: Number of authorities.
    """
    present = candidates.members >= 0
    held = np.zeros(n, dtype=bool)
    held[candidates.members[present]] = True
    number = np.cumsum(held, dtype=np.int32) - 1
    members = np.where(present, number[candidates.members], -1).astype(np.int32)
    return np.flatnonzero(held), Candidates(members=members, size=candidates.size)


def years_together(problem: Problem, members: tuple[int, ...] | None, horizon: float) -> float:
    """Years from the start until the first member is to be abolished, at most the horizon."""
    ends = [problem.ends[m] for m in (members or ())]
    known = [(end - problem.start).days / 365.25 for end in ends if end is not None]
    return max(0.0, min([horizon, *known]))


def all_years_together(problem: Problem, candidates: Candidates, horizon: float) -> FloatArray:
    """``years_together`` of every candidate, shape (C,)."""
    single = np.full(problem.size, horizon)
    for i, end in enumerate(problem.ends):
        if end is not None:
            single[i] = years_together(problem, (i,), horizon)
    present = candidates.members >= 0
    years: FloatArray = np.where(
        present, single[np.where(present, candidates.members, 0)], horizon
    ).min(axis=1, initial=horizon)
    return years


def scale_rule(
    draws: AssumptionDraws, spend: FloatArray, ratio: FloatArray, effect: FloatArray
) -> FloatArray:
    """What spend falls by when volume grows, before take-up: B * (1 - ratio ** eta).

    Args:
        draws: For the cap on doublings: no effect is claimed beyond the range it was measured on.
        spend: Shape (M, D), pounds a year.
        ratio: Shape (M,), the partnership's volume over the member's own.
        effect: Shape (D,), price change per doubling of volume; -0.05 is 5 % cheaper.

    Returns:
        Shape (M, D), pounds a year; negative where more volume makes it dearer.
    """
    doublings = np.minimum(np.log2(ratio)[:, None], draws["scale.doublings_cap"][None, :])
    saving: FloatArray = spend * (1 - (1 + effect)[None, :] ** doublings)
    return saving


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """A chunk of candidates with what every rule needs of their members."""

    draws: AssumptionDraws
    present: BoolArray  # (C, K)
    members: SmallIntArray  # (C, K), 0 where absent
    size: FloatArray  # (C, 1)
    volume: FloatArray  # (C,), the members' together

    def zero(self) -> FloatArray:
        return np.zeros((len(self.volume), self.draws.n))

    def total(self, per_member: FloatArray) -> FloatArray:
        """Sum an (N, D) array over each candidate's members: (C, D)."""
        total = self.zero()
        for k in range(self.members.shape[1]):
            here = self.present[:, k]
            total[here] += per_member[self.members[here, k]]
        return total

    def scale_saving(
        self, spend: FloatArray, volume: FloatArray, effect: FloatArray, reached: FloatArray
    ) -> FloatArray:
        """The scale rule, summed over members."""
        total = self.zero()
        for k in range(self.members.shape[1]):
            here = self.present[:, k]
            who = self.members[here, k]
            ratio = self.volume[here] / volume[who]
            total[here] += scale_rule(self.draws, spend[who], ratio, effect)
        return reached[None, :] * total


def team_cost(draws: AssumptionDraws, sharing: Sharing, rules: ServiceRules) -> FloatArray:
    """The teams an arrangement shares, at an authority of median size, £m a year, shape (D,).

    The middle tier is a whole department's; a service has the part of it that its pay is of the
    department's, or every small service would claim the whole of it over again.
    """
    middle = draws["team.middle"] * rules.middle_share
    cost: FloatArray = draws[rules.team] * sharing.top_team + middle * sharing.middle_tier
    return cost


def _posts_released(group: _Group, ground: Base) -> FloatArray:
    """Top teams no longer needed, in teams of the median authority: (C, D)."""
    exponent = group.draws["team.exponent"][None, :]
    together = (group.volume[:, None] / ground.median_volume) ** exponent
    released: FloatArray = group.total(ground.team_index) - together
    return released


def _savings(
    group: _Group, ground: Base, sharing: Sharing, rules: ServiceRules
) -> tuple[dict[Layer, FloatArray], FloatArray]:
    """Settled gross saving a year by layer, and the part of it that is pay released."""
    draws = group.draws
    saving: dict[Layer, FloatArray] = {layer: group.zero() for layer in LAYERS[1:]}
    if sharing.top_team or sharing.middle_tier:
        team = team_cost(draws, sharing, rules)
        released = draws["realised"] * draws["rho.full"] * team * MILLION
        saving[Layer.MANAGEMENT] += released * _posts_released(group, ground)
    if sharing.support:
        spend = group.total(ground.support)
        together = (spend / group.size) * group.size ** draws["team.exponent"][None, :]
        saving[Layer.SUPPORT] += draws["realised"] * draws["rho.light"] * (spend - together)
    pay_released = saving[Layer.MANAGEMENT] + saving[Layer.SUPPORT]
    if sharing.commissioning:
        saving[Layer.COMMISSIONING] += group.scale_saving(
            ground.commissioning, ground.volume, draws["scale.commissioning"], draws["realised"]
        )
    if sharing.placements and rules.buys_placements:
        saving[Layer.PLACEMENTS] += group.scale_saving(
            ground.placements, ground.volume, draws["scale.placements"], draws["take_up"]
        )
    if sharing.light_benefit:
        for layer, spend in (
            (Layer.MANAGEMENT, ground.management),
            (Layer.COMMISSIONING, ground.commissioning),
        ):
            saving[layer] += draws["cooperate.benefit"] * group.total(spend)
    return saving, pay_released


def _coordination(group: _Group, ground: Base, sharing: Sharing, outline: Shape) -> FloatArray:
    """What working together costs every year, (C, D)."""
    draws, n = group.draws, group.size
    if sharing.coordination == "co-operate":
        return draws["cooperate.cost"] * MILLION * n
    ties = n * (n - 1) / 2 if sharing.coordination == "pair" else n
    spend = {
        Layer.PLACEMENTS: ground.placements,
        Layer.MANAGEMENT: ground.management,
        Layer.COMMISSIONING: ground.commissioning,
        Layer.SUPPORT: ground.support,
    }
    in_scope = group.zero()
    for layer in sharing.layers:
        in_scope += group.total(spend[layer])
    cost: FloatArray = (
        draws[f"coordination.{sharing.coordination}"] * MILLION * ties
        + draws["coordination.distance"] * in_scope * outline.span_km[:, None] / 100
        + draws["coordination.partner_body"] * MILLION * outline.extra_bodies[:, None]
    )
    return cost


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
    members = np.where(present, candidates.members, 0)
    group = _Group(
        draws=draws,
        present=present,
        members=members,
        size=candidates.size.astype(np.float64)[:, None],
        volume=np.where(present, ground.volume[members], 0.0).sum(axis=1),
    )
    by_layer, pay_released = _savings(group, ground, sharing, problem.rules)
    one_off = draws["redundancy"] * np.maximum(pay_released, 0.0)
    if sharing.join:
        one_off = one_off + draws[sharing.join] * MILLION * group.size
    if sharing.set_up:
        body = "transition.trust" if problem.rules.safeguarding else "transition.agency"
        one_off = one_off + draws[body] * MILLION
    return Flows(
        by_layer=by_layer,
        coordination=_coordination(group, ground, sharing, outline),
        one_off=one_off,
        pay_released=pay_released,
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
