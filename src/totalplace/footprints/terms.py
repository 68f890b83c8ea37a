"""The rules of value.py laid out for the compiled loop: one array for each thing it sums.

Flow: value (base, factors, timeline), arrangements -> THIS -> kernel, appraisal
In: a problem, draws, an arrangement. Out: kernel.Terms and kernel.Years. Pure.
"""

from __future__ import annotations

import numpy as np

from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.kernel import COMMISSIONING, PLACEMENTS, Terms, Years
from totalplace.footprints.problem import Problem
from totalplace.footprints.value import (
    MILLION,
    AssumptionDraws,
    base,
    factors,
    team_cost,
    timeline,
)
from totalplace.types import Arrangement, FloatArray, IntArray, Layer


def kernel_terms(
    problem: Problem, draws: AssumptionDraws, arrangement: Arrangement, units: IntArray
) -> Terms:
    """What an arrangement does to each of some authorities, draw by draw.

    Args:
        problem: The service and its authorities.
        draws: The assumptions, D draws.
        arrangement: How the service would be shared.
        units: Positions of the authorities, in the order in which candidates number them.
    """
    sharing, rules = SHARING[arrangement], problem.rules
    ground = base(problem, draws, units)
    zero, nothing = np.zeros(draws.n), np.zeros((len(units), draws.n))
    known = np.where(ground.volume > 0, ground.volume, np.nan)
    log_volume = np.log2(known / ground.median_volume)
    cap = draws["scale.doublings_cap"] + zero
    scaled, effect, reached, layer = [], [], [], []
    if sharing.commissioning:
        scaled.append(ground.commissioning)
        effect.append(draws["scale.commissioning"])
        reached.append(draws["realised"])
        layer.append(COMMISSIONING)
    if sharing.placements and rules.buys_placements:
        scaled.append(ground.placements)
        effect.append(draws["scale.placements"])
        reached.append(draws["take_up"])
        layer.append(PLACEMENTS)
    eta = [np.log2(1 + one) + zero for one in effect]
    spend = {
        Layer.PLACEMENTS: ground.placements,
        Layer.MANAGEMENT: ground.management,
        Layer.COMMISSIONING: ground.commissioning,
        Layer.SUPPORT: ground.support,
    }
    works_together = sharing.coordination != "co-operate"
    tie = f"coordination.{sharing.coordination}" if works_together else "cooperate.cost"
    body = "transition.trust" if rules.safeguarding else "transition.agency"
    light = [ground.management, ground.commissioning] if sharing.light_benefit else []
    released = draws["realised"] * draws["rho.full"] * team_cost(draws, sharing, rules)
    return Terms(
        log_volume=log_volume,
        teams=np.ascontiguousarray(ground.team_index),
        exponent=draws["team.exponent"] + zero,
        post_rate=released * MILLION + zero,
        in_scope=sum((spend[one] for one in sharing.layers), nothing),
        scaled=_stacked(scaled, nothing.shape),
        tilted=_stacked(
            [one * 2.0 ** -np.outer(log_volume, e) for one, e in zip(scaled, eta, strict=True)],
            nothing.shape,
        ),
        least=_stacked(
            [one * 2.0 ** (e * cap) for one, e in zip(scaled, eta, strict=True)], nothing.shape
        ),
        eta=_stacked(eta, zero.shape),
        reached=_stacked([one + zero for one in reached], zero.shape),
        layer=np.array(layer, dtype=np.int64),
        cap=cap,
        support=ground.support if sharing.support else nothing[:0],
        support_rate=draws["realised"] * draws["rho.light"] + zero,
        light=_stacked([draws["cooperate.benefit"] * one for one in light], nothing.shape),
        tie_cost=draws[tie] * MILLION + zero,
        pairwise=sharing.coordination == "pair",
        distance_rate=draws["coordination.distance"] * works_together + zero,
        body_cost=draws["coordination.partner_body"] * MILLION * works_together + zero,
        set_up=draws[body] * MILLION + zero if sharing.set_up else zero,
        joining=draws[sharing.join] * MILLION + zero if sharing.join else zero,
        redundancy=draws["redundancy"] + zero,
    )


def kernel_years(draws: AssumptionDraws, years: float) -> Years:
    """Factors and years of an arrangement that can last ``years``."""
    factor, line = factors(draws, years), timeline(draws, years)
    return Years(
        saving=factor.saving,
        coordination=factor.coordination,
        one_off=factor.one_off,
        exit=factor.exit * draws["exit.share"],
        exit_share=draws["exit.share"] + np.zeros(draws.n),
        ramp=line.ramp,
        part=line.part,
        ramp_so_far=np.cumsum(line.part[:, None] * line.ramp, axis=0),
        part_so_far=np.cumsum(line.part),
        log_survival=np.log1p(-draws["hazard"]) + np.zeros(draws.n),
    )


def _stacked(arrays: list[FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """Arrays of one shape, one above another; of no height if there are none."""
    return np.array(arrays) if arrays else np.zeros((0, *shape))
