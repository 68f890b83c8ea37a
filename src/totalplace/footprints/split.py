"""A fair split of a partnership's value, and whether anybody pays for the others.

Flow: appraisal of sub-partnerships -> THIS -> plan (the guard "nobody pays for the others")
In: mean value of every sub-group, each member's own result draw by draw. Out: transfers, chances.

A member's result in a draw is its own saving and cost plus a transfer fixed at signing: its
Shapley share of the mean value less its own mean. Source: Shapley (1953).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from totalplace.errors import InputError
from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import Candidates, neighbour_masks, pieces, shape
from totalplace.footprints.problem import Problem
from totalplace.footprints.value import (
    AssumptionDraws,
    Flows,
    base,
    factors,
    flows,
    horizon_years,
    scale_rule,
    within,
    years_together,
)
from totalplace.types import Arrangement, FloatArray, IntArray, Layer

MOST_MEMBERS = 16  # exact Shapley values up to here: 65,536 sub-groups
MOST_SPLIT = 10  # members up to which every partnership of a plan is split; beyond, on request


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One partnership's split. n members in ascending position order."""

    members: tuple[int, ...]
    own: FloatArray  # (n, D), each member's own net present value
    worth: FloatArray  # (2**n,), mean value of every sub-group by the bits of its members
    shapley: FloatArray  # (n,), share of the mean value; sums to it
    transfer: FloatArray  # (n,), shapley less own mean; sums to nothing
    chance_worse_off: FloatArray  # (n,), of its own result plus transfer being negative
    partnership_chance: float  # of the partnership's value being negative

    @property
    def result(self) -> FloatArray:
        """Each member's result in each draw, (n, D)."""
        return self.own + self.transfer[:, None]

    def excess(self) -> float:
        """How much likelier than the partnership its unluckiest member is to lose."""
        return float(self.chance_worse_off.max() - self.partnership_chance)


def shapley_values(worth: FloatArray, n: int) -> FloatArray:
    """Exact Shapley values.

    Args:
        worth: Shape (2**n,), the worth of each sub-group by the bits of its members; the empty
            one is 0.
        n: Members, at most 16.

    Returns:
        Shape (n,), summing to the worth of all.
    """
    index = np.arange(1 << n, dtype=np.int64)
    size = np.zeros(1 << n, dtype=np.int64)
    for i in range(n):
        size += (index >> i) & 1
    weight = np.array(
        [factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)], dtype=np.float64
    )
    value = np.empty(n)
    for i in range(n):
        without: IntArray = index[(index >> i) & 1 == 0]
        value[i] = (weight[size[without]] * (worth[without | (1 << i)] - worth[without])).sum()
    return value


def sub_group_worth(
    n: int, connected_worth: Callable[[tuple[int, ...]], float], whole: float
) -> FloatArray:
    """Worth of every sub-group: its best partition, at least nothing; all together, as they are.

    Args:
        n: Members.
        connected_worth: Mean value of a sub-group of two or more as one partnership; -inf when it
            cannot be one.
        whole: Mean value of all members together.

    Returns:
        Shape (2**n,).
    """
    worth = np.zeros(1 << n)
    for bits in range(1, 1 << n):
        members = tuple(i for i in range(n) if bits >> i & 1)
        if len(members) < 2:
            continue
        if bits == (1 << n) - 1:
            worth[bits] = whole
            continue
        best = max(0.0, connected_worth(members))
        low = bits & -bits
        part = (bits - 1) & bits
        while part:
            if part & low and part != bits:
                best = max(best, worth[part] + worth[bits ^ part])
            part = (part - 1) & bits
        worth[bits] = best
    return worth


def member_flows(
    problem: Problem, draws: AssumptionDraws, members: tuple[int, ...], arrangement: Arrangement
) -> Flows:
    """Each member's own flows, (n, D) each; they sum to the partnership's.

    Scale savings fall where the spend is. Released posts are shared in proportion to the teams
    given up, support savings to support spend, joining costs and coordination equally, redundancy
    as the posts.
    """
    sharing = SHARING[arrangement]
    n = len(members)
    chosen = Candidates(members=np.array([members], dtype=np.int32), size=np.array([n]))
    units, local = within(chosen, problem.size)
    ground = base(problem, draws, units)
    whole = flows(problem, draws, ground, arrangement, local, shape(problem, chosen))
    teams = ground.team_index
    management = whole.by_layer[Layer.MANAGEMENT][0] * teams / teams.sum(axis=0)
    if sharing.light_benefit:
        management = draws["cooperate.benefit"] * ground.management
    spend = ground.support
    together = spend.sum(axis=0)
    share = np.divide(spend, together, out=np.full_like(spend, 1 / n), where=together > 0)
    support = whole.by_layer[Layer.SUPPORT][0] * share
    ratio = ground.volume.sum() / ground.volume
    commissioning = np.zeros((n, draws.n))
    if sharing.light_benefit:
        commissioning = draws["cooperate.benefit"] * ground.commissioning
    if sharing.commissioning:
        commissioning = draws["realised"] * scale_rule(
            draws, ground.commissioning, ratio, draws["scale.commissioning"]
        )
    placements = np.zeros((n, draws.n))
    if sharing.placements and problem.rules.buys_placements:
        placements = draws["take_up"] * scale_rule(
            draws, ground.placements, ratio, draws["scale.placements"]
        )
    pay = np.zeros((n, draws.n)) if sharing.light_benefit else management + support
    released = whole.pay_released[0]
    leaving = draws["redundancy"] * np.maximum(released, 0.0)
    pay_share = np.divide(pay, released, out=np.full_like(pay, 1 / n), where=released > 0)
    joining = (whole.one_off[0] - leaving) / n
    return Flows(
        by_layer={
            Layer.PLACEMENTS: placements,
            Layer.MANAGEMENT: management,
            Layer.COMMISSIONING: commissioning,
            Layer.SUPPORT: support,
        },
        coordination=np.broadcast_to(whole.coordination[0] / n, (n, draws.n)),
        one_off=joining + leaving * pay_share,
        pay_released=pay,
    )


def member_results(
    problem: Problem, draws: AssumptionDraws, members: tuple[int, ...], arrangement: Arrangement
) -> FloatArray:
    """Each member's own net present value in each draw, (n, D); they sum to the partnership's."""
    flow = member_flows(problem, draws, members, arrangement)
    horizon = horizon_years(draws)
    factor = factors(draws, years_together(problem, members, horizon))
    saving = flow.saving
    # exit falls on the partnership only when it saves; members bear it as they saved
    leave = draws["exit.share"] * saving * (saving.sum(axis=0) > 0)
    own: FloatArray = (
        factor.saving * saving
        - factor.coordination * flow.coordination
        - factor.one_off * flow.one_off
        - factor.exit * leave
    )
    return own


def split(
    problem: Problem,
    draws: AssumptionDraws,
    members: tuple[int, ...],
    arrangement: Arrangement,
    worth_fn: Callable[[tuple[tuple[int, ...], ...]], FloatArray],
) -> Split:
    """Split one partnership's value fairly and find each member's chance of losing.

    Args:
        problem: The service.
        draws: The assumptions.
        members: Positions, ascending; at most 16.
        arrangement: How the service is shared.
        worth_fn: Mean value of each of several sets of positions as partnerships.
    """
    n = len(members)
    if n > MOST_MEMBERS:
        raise InputError(
            f"A split is exact up to {MOST_MEMBERS} members; this partnership has {n}."
        )
    masks = neighbour_masks(problem.edges, problem.size)
    groups = [
        group
        for size in range(2, n)
        for group in combinations(members, size)
        if len(pieces(group, masks)) == 1
    ]
    worth = worth_fn((*groups, members))
    value = dict(zip((*groups, members), worth.tolist(), strict=True))
    order = dict(enumerate(members))
    table = sub_group_worth(
        n,
        lambda local: value.get(tuple(order[i] for i in local), -np.inf),
        value[members],
    )
    own = member_results(problem, draws, members, arrangement)
    shapley = shapley_values(table, n)
    transfer = shapley - own.mean(axis=1)
    return Split(
        members=members,
        own=own,
        worth=table,
        shapley=shapley,
        transfer=transfer,
        chance_worse_off=(own + transfer[:, None] < 0).mean(axis=1),
        partnership_chance=float((own.sum(axis=0) < 0).mean()),
    )
