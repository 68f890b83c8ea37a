r"""What being smaller costs: the planner's rules for sharing, run the other way.

Flow: scenarios.splitting -> THIS -> scenarios.splitting
In: the size of the whole and of each part, and draws of the assumptions. Out: arrays (P, D) of
pounds a year, for P parts and D draws. Pure.

The formulas, for a whole of volume V, a part of volume v and one draw of the assumptions::

    posts    cost = T(v) - T(V) * v / V,  T(v) = T * (v / median v) ** k
    support  cost = rho_light * S * ((v / V) ** k - v / V)
    scale    cost = B * (v / V) * ((1 + g) ** -log2(V / v) - 1)

A part needs its own team whatever the sharing of teams would have released, so no share of it is
taken off: joining saves less than parting costs.
"""

from __future__ import annotations

import numpy as np

from totalplace.footprints.value import MILLION, AssumptionDraws
from totalplace.types import FloatArray


def posts_cost(
    draws: AssumptionDraws, team: FloatArray, volumes: FloatArray, *, median_volume: float
) -> FloatArray:
    """Each part's own team less its share of the whole's, (P, D), pounds a year.

    Args:
        draws: The assumptions.
        team: A team at an authority of middling size, £m a year, shape (D,).
        volumes: Volume of each part, shape (P,); the whole is their sum.
        median_volume: Volume of the authority of middling size.
    """
    own = team_index(draws, volumes, median_volume)
    whole = team_index(draws, volumes.sum(keepdims=True), median_volume)
    share = (volumes / volumes.sum())[:, None]
    cost: FloatArray = team[None, :] * MILLION * (own - whole * share)
    return cost


def team_index(draws: AssumptionDraws, volumes: FloatArray, median_volume: float) -> FloatArray:
    """Size of each one's team against that of the authority of middling size, (P, D)."""
    index: FloatArray = (volumes / median_volume)[:, None] ** draws["team.exponent"][None, :]
    return index


def support_cost(draws: AssumptionDraws, spend: FloatArray, shares: FloatArray) -> FloatArray:
    """Support functions that are needed twice, (P, D), pounds a year.

    Args:
        draws: The assumptions.
        spend: The whole's support functions, pounds a year, shape (D,).
        shares: Share of the whole of each part, shape (P,), adding up to one.
    """
    k = draws["team.exponent"][None, :]
    cost: FloatArray = draws["rho.light"] * spend * (shares[:, None] ** k - shares[:, None])
    return cost


def scale_cost(
    draws: AssumptionDraws,
    spend: FloatArray,
    shares: FloatArray,
    *,
    effect: FloatArray,
    reached: FloatArray | float = 1.0,
) -> FloatArray:
    """What smaller volumes pay more for the same, (P, D), pounds a year.

    The rule that `value.scale_rule` states for joining, solved for the smaller one's spend: who
    splits and joins again is where they began. Negative where smaller is cheaper.

    Args:
        draws: The assumptions, among them the most doublings an effect is carried over.
        spend: The whole's spend, pounds a year, shape (D,).
        shares: Share of the whole's volume of each part, shape (P,), at least nothing.
        effect: Price change per doubling of volume, shape (D,); -0.05 is 5 % cheaper.
        reached: Share of the spend that size can move.
    """
    with np.errstate(divide="ignore"):  # a part without volume spends nothing: the cap will do
        halvings = -np.log2(shares)[:, None]
    doublings = np.minimum(halvings, draws["scale.doublings_cap"][None, :])
    cost: FloatArray = reached * spend * shares[:, None] * ((1 + effect)[None, :] ** -doublings - 1)
    return cost


def shared_back(
    draws: AssumptionDraws,
    *,
    posts: FloatArray,
    support: FloatArray,
    commissioning: FloatArray,
    parts: int,
) -> FloatArray:
    """What parts get back a year by sharing what they would else have twice, (D,), pounds.

    As the planner prices sharing: the part of duplicated posts that sharing releases, the part of
    planned savings that is realised, less what working together costs each pair.

    Args:
        draws: The assumptions.
        posts: What the shared teams cost more when apart, all parts together, (D,).
        support: Likewise support functions, which `support_cost` already takes lightly.
        commissioning: Likewise commissioning.
        parts: How many they are.
    """
    pairs = parts * (parts - 1) / 2
    back: FloatArray = (
        draws["realised"] * (draws["rho.full"] * posts + support + commissioning)
        - draws["coordination.pair"] * MILLION * pairs
    )
    return back
