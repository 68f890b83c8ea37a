"""Sentences to read before the figures: what decides this plan, and what to be wary of.

Flow: plan -> THIS -> plan
Plain English, each from the plan's own figures. A finding about the assumptions is said to be one.
"""

from __future__ import annotations

from dataclasses import replace

from totalplace.footprints import guards
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Plan
from totalplace.footprints.words import percent

LIFTED = "lifted: the cost of change is to be paid from "
DECISIVE = 1.0  # a guard whose price is more than the whole plan decides it
ALMOST_ALL, ALMOST_NONE = 0.9, 0.1  # of neighbouring pairs, beyond which assumptions decide


def plan_findings(plan: Plan, problem: Problem) -> Plan:
    """The same plan with its findings written."""
    found = [
        *_about_the_assumptions(plan),
        *_about_the_limits(plan),
        *_about_funding(plan),
        *_about_ends(plan, problem),
    ]
    if plan.certificate.status != "optimal":
        found.append(
            "The search was stopped early: a better plan may exist. The bound says how much better."
        )
    if plan.estimated:
        found.append(
            f"{len(plan.estimated)} authorities are priced from flagged estimates, not returns."
        )
    return replace(plan, findings=tuple(found))


def _about_the_assumptions(plan: Plan) -> list[str]:
    pairs = plan.share_that_pays.get("pairs")
    if pairs is None:
        return []
    if pairs >= ALMOST_ALL:
        return [
            f"{percent(pairs)} of neighbouring pairs would gain on average. When almost everybody "
            "gains, the assumptions decide, not the places."
        ]
    if pairs <= ALMOST_NONE:
        return [
            f"Only {percent(pairs)} of neighbouring pairs would gain on average. With this "
            "evidence, sharing costs most places more than it saves."
        ]
    triples = plan.share_that_pays.get("triples", 0.0)
    return [
        f"{percent(pairs)} of neighbouring pairs and {percent(triples)} of threes would gain on "
        "average, before any guard."
    ]


def _about_the_limits(plan: Plan) -> list[str]:
    """Say so when one guard, rather than the evidence, decides the plan."""
    priced = [guard for guard in plan.guards if guard.price]
    if not priced:
        return []
    dearest = max(priced, key=lambda guard: guard.price or 0.0)
    if (dearest.price or 0.0) <= DECISIVE * max(plan.certificate.value, 1.0):
        return []
    if dearest.guard == guards.FRONT_LINE_HELD:
        return [
            "What the first years would cost decides this plan: the guard 'front line held' "
            "refuses most partnerships that would gain. Name who would pay for the change "
            "(--funding) to see the plan without that limit."
        ]
    if dearest.guard == guards.NOT_TOO_BIG:
        return ["The limit on members decides this plan, not the evidence."]
    return [f"The guard '{dearest.title}' decides this plan, not the evidence."]


def _about_funding(plan: Plan) -> list[str]:
    """A plan that supposes somebody pays for the change says so before its figures."""
    return [
        f"It supposes that {guard.note.removeprefix(LIFTED)} pays for the change, so the guard "
        f"'{guard.title}' is not applied."
        for guard in plan.guards
        if guard.note.startswith(LIFTED)
    ]


def _about_ends(plan: Plan, problem: Problem) -> list[str]:
    ending = sum(end is not None for end in problem.ends)
    if not ending:
        return []
    return [
        f"{ending} authorit{'y is' if ending == 1 else 'ies are'} expected to be abolished by "
        "reorganisation; no benefit is counted after that date, so most such stay as they are here."
    ]
