"""The rules that protect children: which candidates each refuses, how near the limit, and why.

Flow: problem, shape, values -> THIS -> optimiser (what may be chosen), plan (what to say)
In: arrays. Out: boolean arrays (C,) and findings in plain English. Limits are registry rows.

The guard "nobody pays for the others" needs a split, so it is checked on chosen partnerships
only (split.py); the plan bans violators and solves again until none is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.footprints import own
from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.limits import Limits
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import GuardFinding
from totalplace.footprints.words import percent
from totalplace.types import Arrangement, BoolArray, FloatArray

NO_WEAK_LEADER = "no-weak-leader"
STEADY_HANDS = "steady-hands"
WITHIN_REACH = "within-reach"
NOT_TOO_BIG = "not-too-big"
NOBODY_PAYS = "nobody-pays"
FRONT_LINE_HELD = "front-line-held"
USERS_OWN = "users-own"

TITLES: dict[str, str] = {
    NO_WEAK_LEADER: "no weak leader",
    STEADY_HANDS: "steady hands",
    WITHIN_REACH: "within reach",
    NOT_TOO_BIG: "not too big to know",
    NOBODY_PAYS: "nobody pays for the others",
    FRONT_LINE_HELD: "front line held",
    USERS_OWN: "your own limits",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One guard over all candidates of one arrangement."""

    guard: str
    applies: bool
    passes: BoolArray  # (C,)
    margin: FloatArray  # (C,), share of the limit left; negative where refused


def verdicts_before_pricing(
    problem: Problem,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    limits: Limits,
) -> tuple[Verdict, ...]:
    """Every guard that needs no money figures, in the order people read them."""
    return (
        _no_weak_leader(problem, arrangement, candidates, limits),
        _steady_hands(problem, arrangement, candidates),
        _within_reach(problem, arrangement, candidates, outline, limits),
        _not_too_big(problem, arrangement, candidates, outline),
        _users_own(problem, arrangement, candidates, limits),
    )


def verdicts(
    problem: Problem,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    first_year_cost: FloatArray,
    limits: Limits,
) -> tuple[Verdict, ...]:
    """Every guard that can be judged on a candidate alone."""
    before = verdicts_before_pricing(problem, arrangement, candidates, outline, limits)
    held = front_line_held(problem, arrangement, candidates, first_year_cost, limits)
    return (*before, held)


def _members_any(candidates: Candidates, flag: BoolArray) -> BoolArray:
    present = candidates.members >= 0
    inside = flag[np.where(present, candidates.members, 0)] & present
    return np.asarray(inside.any(axis=1), dtype=bool)


def _members_sum(candidates: Candidates, amount: FloatArray) -> FloatArray:
    present = candidates.members >= 0
    total: FloatArray = np.where(
        present, amount[np.where(present, candidates.members, 0)], 0.0
    ).sum(axis=1)
    return total


def _all_pass(guard: str, count: int) -> Verdict:
    return Verdict(
        guard=guard, applies=False, passes=np.ones(count, dtype=bool), margin=np.full(count, np.inf)
    )


def _protects(problem: Problem, arrangement: Arrangement) -> bool:
    """Whether who leads social work or safeguarding would change."""
    return problem.rules.safeguarding and SHARING[arrangement].structural


def inadequate_share(problem: Problem, candidates: Candidates) -> FloatArray:
    """Share of each candidate's children in authorities judged inadequate or not cleared."""
    weak = _members_sum(candidates, np.where(problem.inadequate, problem.children, 0.0))
    share: FloatArray = weak / np.maximum(_members_sum(candidates, problem.children), 1.0)
    return share


def _no_weak_leader(
    problem: Problem, arrangement: Arrangement, candidates: Candidates, limits: Limits
) -> Verdict:
    if not _protects(problem, arrangement):
        return _all_pass(NO_WEAK_LEADER, len(candidates))
    strong = _members_any(candidates, problem.strong_leader)
    share = inadequate_share(problem, candidates)
    passes = strong & (share <= limits.inadequate_share + 1e-12)
    if limits.improvement:
        both = problem.strong_leader & problem.strong_protection
        passes |= candidates.among(limits.improvement) & (candidates.count_of(both) > 0)
    margin = np.where(strong, 1 - share / limits.inadequate_share, -1.0)
    return Verdict(guard=NO_WEAK_LEADER, applies=True, passes=passes, margin=margin)


def _steady_hands(problem: Problem, arrangement: Arrangement, candidates: Candidates) -> Verdict:
    if not _protects(problem, arrangement):
        return _all_pass(STEADY_HANDS, len(candidates))
    unsteady = _members_any(candidates, problem.unsteady)
    return Verdict(
        guard=STEADY_HANDS,
        applies=True,
        passes=~unsteady,
        margin=np.where(unsteady, -1.0, 1.0),
    )


def _within_reach(
    problem: Problem,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    limits: Limits,
) -> Verdict:
    limit = problem.rules.span_limit_km.get(arrangement)
    joined = outline.contiguous | candidates.among(limits.named)
    if limit is None:
        return Verdict(
            guard=WITHIN_REACH,
            applies=True,
            passes=joined,
            margin=np.where(joined, 1.0, -1.0),
        )
    return Verdict(
        guard=WITHIN_REACH,
        applies=True,
        passes=joined & (outline.span_km <= limit),
        margin=np.where(joined, 1 - outline.span_km / limit, -1.0),
    )


def _not_too_big(
    problem: Problem, arrangement: Arrangement, candidates: Candidates, outline: Shape
) -> Verdict:
    most = problem.rules.member_limit.get(arrangement)
    children = problem.rules.children_limit.get(arrangement)
    if most is None and children is None:
        return _all_pass(NOT_TOO_BIG, len(candidates))
    passes = np.ones(len(candidates), dtype=bool)
    margin = np.full(len(candidates), np.inf)
    if most is not None:
        passes &= candidates.size <= most
        margin = np.minimum(margin, np.where(candidates.size <= most, 1.0, -1.0))
    if children is not None:
        already = outline.largest_children > children
        passes &= already | (outline.children <= children)
        margin = np.minimum(margin, np.where(already, 0.0, 1 - outline.children / children))
    return Verdict(guard=NOT_TOO_BIG, applies=True, passes=passes, margin=margin)


def front_line_pay(problem: Problem, candidates: Candidates) -> FloatArray:
    """Members' front-line pay, pounds a year; nan when any member's is unknown."""
    return _members_sum(candidates, problem.front_line_pay)


def front_line_held(
    problem: Problem,
    arrangement: Arrangement,
    candidates: Candidates,
    first_year_cost: FloatArray,
    limits: Limits,
) -> Verdict:
    """In any year before payback, net cost at most a share of front-line pay.

    A set that was not appraised (nan cost) is not judged: it passes here and its margin is nan.
    """
    if limits.funding or not SHARING[arrangement].structural:
        return _all_pass(FRONT_LINE_HELD, len(candidates))
    allowed = limits.front_line_share * front_line_pay(problem, candidates)
    known = ~np.isnan(allowed)
    room = np.where(known, 1 - first_year_cost / np.where(known, allowed, 1.0), -1.0)
    passes = (room >= 0) | (known & np.isnan(first_year_cost))
    return Verdict(guard=FRONT_LINE_HELD, applies=True, passes=passes, margin=room)


def _users_own(
    problem: Problem, arrangement: Arrangement, candidates: Candidates, limits: Limits
) -> Verdict:
    if not limits.own:
        return _all_pass(USERS_OWN, len(candidates))
    passes = own.keeps_to(problem, arrangement, candidates, limits)
    return Verdict(guard=USERS_OWN, applies=True, passes=passes, margin=np.where(passes, 1.0, -1.0))


def findings(
    problem: Problem,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    first_year_cost: FloatArray,
    limits: Limits,
) -> tuple[tuple[GuardFinding, ...], ...]:
    """Each candidate held against each guard, in words. For the few that people read."""
    judged = verdicts(problem, arrangement, candidates, outline, first_year_cost, limits)
    share = inadequate_share(problem, candidates)
    pay = front_line_pay(problem, candidates)
    rows = []
    for c in range(len(candidates)):
        members = candidates.row(c)
        words = {
            NO_WEAK_LEADER: _leader_words(problem, members, float(share[c]), limits),
            STEADY_HANDS: _steady_words(problem, members),
            WITHIN_REACH: _reach_words(problem, arrangement, outline, c),
            NOT_TOO_BIG: _size_words(problem, arrangement, members, outline, c),
            FRONT_LINE_HELD: _front_line_words(float(first_year_cost[c]), float(pay[c]), limits),
            USERS_OWN: own.words(problem, arrangement, members, limits),
        }
        rows.append(
            tuple(
                GuardFinding(
                    guard=verdict.guard,
                    title=TITLES[verdict.guard],
                    passed=bool(verdict.passes[c]),
                    reason=words[verdict.guard],
                    margin=float(verdict.margin[c]),
                )
                for verdict in judged
                if verdict.applies and verdict.guard not in limits.off
            )
        )
    return tuple(rows)


def _leader_words(problem: Problem, members: tuple[int, ...], share: float, limits: Limits) -> str:
    lead = [m for m in members if problem.strong_leader[m]]
    weak = [m for m in members if problem.inadequate[m]]
    parts = []
    if lead:
        parts.append(f"{problem.names[lead[0]]} can lead: {problem.grade_words[lead[0]]}")
    else:
        parts.append(
            "no member is judged good or better for leaders: "
            + "; ".join(f"{problem.names[m]}, {problem.grade_words[m]}" for m in members)
        )
    if weak:
        parts.append(
            f"{percent(share)} of the children live where a grade is inadequate or not cleared "
            f"(limit {percent(limits.inadequate_share)}): "
            + "; ".join(f"{problem.names[m]}, {problem.grade_words[m]}" for m in weak)
        )
    return ". ".join(parts)


def _steady_words(problem: Problem, members: tuple[int, ...]) -> str:
    shaky = [m for m in members if problem.unsteady[m]]
    if not shaky:
        return "no member's workforce is outside its own limits or stretched"
    return "; ".join(f"{problem.names[m]}: {problem.unsteady_words[m]}" for m in shaky)


def _reach_words(problem: Problem, arrangement: Arrangement, outline: Shape, c: int) -> str:
    limit = problem.rules.span_limit_km.get(arrangement)
    span = f"members' centres are at most {outline.span_km[c]:.0f} km apart"
    span += f" (limit {limit:.0f} km)" if limit is not None else " (no limit for this arrangement)"
    if not outline.contiguous[c]:
        span += "; the members do not all touch, and the set was not named as wanted"
    return span


def _size_words(
    problem: Problem, arrangement: Arrangement, members: tuple[int, ...], outline: Shape, c: int
) -> str:
    most = problem.rules.member_limit.get(arrangement)
    children = problem.rules.children_limit.get(arrangement)
    words = f"{len(members)} members" + (f" (limit {most})" if most is not None else "")
    words += f", {outline.children[c]:,.0f} children"
    if children is not None:
        words += f" (limit {children:,.0f}"
        if outline.largest_children[c] > children:
            words += ", but one member has more than that alone"
        words += ")"
    return words


def _front_line_words(cost: float, pay: float, limits: Limits) -> str:
    if np.isnan(pay):
        return "a member's front-line pay is not known, so this cannot be cleared"
    return (
        f"the dearest year before it pays back costs £{cost / 1e6:.2f}m net, "
        f"{percent(cost / pay, 2)} of members' front-line pay of £{pay / 1e6:.0f}m "
        f"(limit {percent(limits.front_line_share, 1)}, or name a funding source)"
    )
