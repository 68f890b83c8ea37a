"""The user's own limits: which candidates they refuse, why, and which cannot all be had.

Flow: limits, candidates -> THIS -> guards, search, plan
In: arrays and what was asked. Out: a boolean for each candidate, and plain sentences. The number
of partnerships is no matter of one candidate: the solve itself keeps to it (counted.py).
"""

from __future__ import annotations

import numpy as np

from totalplace.footprints.arrangements import SHARING
from totalplace.footprints.candidates import Candidates
from totalplace.footprints.limits import Border, Limits
from totalplace.footprints.part import OUTSIDE
from totalplace.footprints.problem import Problem
from totalplace.types import Arrangement, BoolArray, IntArray


def keeps_to(
    problem: Problem, arrangement: Arrangement, candidates: Candidates, limits: Limits
) -> BoolArray:
    """Candidates that keep to every limit the user set, shape (C,)."""
    passes = np.ones(len(candidates), dtype=bool)

    def held(group: frozenset[int]) -> IntArray:
        flag = np.zeros(problem.size, dtype=bool)
        flag[list(group)] = True
        return candidates.count_of(flag)

    for group in limits.together:
        inside = held(group)
        passes &= (inside == 0) | (inside == len(group))
    for group in limits.apart:
        passes &= held(group) < 2
    for _, group in limits.kept:
        passes &= held(group) == 0
    for border in limits.inside:
        passes &= ~_crosses(border, candidates)
    if limits.fewest_members > 2:
        passes &= candidates.size >= limits.fewest_members
    if limits.most_bodies is not None and _is_body(arrangement):
        full = sits_on(problem, limits) >= limits.most_bodies
        passes &= (candidates.count_of(full) == 0) | candidates.among(set(limits.sits_on))
    return passes


def sits_on(problem: Problem, limits: Limits) -> IntArray:
    """How many bodies of other plans each authority sits on, shape (N,). Equal ones are one."""
    count = np.zeros(problem.size, dtype=np.int64)
    for group in set(limits.sits_on):
        count[[m for m in group if m != OUTSIDE]] += 1
    return count


def _is_body(arrangement: Arrangement) -> bool:
    """Whether members sit on something together; those who only co-operate do not."""
    return SHARING[arrangement].coordination != "co-operate"


def _crosses(border: Border, candidates: Candidates) -> BoolArray:
    code = np.unique(border.area, return_inverse=True)[1]
    present = candidates.members >= 0
    of_member = code[np.where(present, candidates.members, candidates.members[:, :1])]
    crossed: BoolArray = (of_member != of_member[:, :1]).any(axis=1)
    return crossed


def words(
    problem: Problem, arrangement: Arrangement, members: tuple[int, ...], limits: Limits
) -> str:
    """Which of the user's limits one partnership breaks."""
    row, names, broken = frozenset(members), problem.names, []
    for group in limits.together:
        if row & group and not group <= row:
            left = ", ".join(names[m] for m in sorted(group - row))
            broken.append(f"leaves out {left}, which you asked to keep together with it")
    for group in limits.apart:
        if len(row & group) >= 2:
            both = " and ".join(names[m] for m in sorted(row & group))
            broken.append(f"joins {both}, which you asked to keep apart")
    for title, group in limits.kept:
        if row & group:
            taken = " and ".join(names[m] for m in sorted(row & group))
            broken.append(f"takes {taken} from {title}, which you asked to keep as it is")
    for border in limits.inside:
        areas = sorted({border.area[m] or "none" for m in row})
        if len(areas) > 1:
            broken.append(f"crosses {border.words}: {', '.join(areas)}")
    if len(row) < limits.fewest_members:
        broken.append(f"has {len(row)} members, fewer than the {limits.fewest_members} you asked")
    if limits.most_bodies is not None and _is_body(arrangement) and row not in limits.sits_on:
        already = sits_on(problem, limits)
        full = [names[m] for m in members if already[m] >= limits.most_bodies]
        if full:
            broken.append(
                f"one body too many for {' and '.join(full)}: the limit is "
                f"{limits.most_bodies} across services"
            )
    return "; ".join(broken) or "keeps to the limits you set"


def in_words(problem: Problem, limits: Limits) -> tuple[str, ...]:
    """Each limit the user set, in a few words, for the certificate."""
    said = [f"{_named(problem, group)} together" for group in limits.together]
    said += [f"{_named(problem, group)} apart" for group in limits.apart]
    said += [f"{title} kept as it is" for title, _ in limits.kept]
    said += [f"within {border.words}" for border in limits.inside]
    if limits.fewest_members > 2:
        said.append(f"{limits.fewest_members} members or more")
    if limits.counts:
        said.append(number_in_words(limits))
    if limits.most_bodies is not None:
        said.append(f"{limits.most_bodies} bodies at most for each authority, across services")
    return tuple(said)


def number_in_words(limits: Limits) -> str:
    """How many partnerships were asked for."""
    least, most = limits.least_partnerships, limits.most_partnerships
    if least == most:
        return f"exactly {least} partnership{'s' if least != 1 else ''}"
    if most is None:
        return f"{least} partnerships or more"
    return f"{most} partnerships at most" + (f" and {least} at least" if least else "")


def _named(problem: Problem, group: frozenset[int]) -> str:
    return " + ".join(problem.names[m] for m in sorted(group))


def clashes(problem: Problem, limits: Limits, most_members: int) -> tuple[str, ...]:
    """What was asked for and cannot all be had, whatever the evidence says.

    Args:
        problem: The service.
        limits: What was asked.
        most_members: The most members that any arrangement asked for may have.
    """
    found = []
    for group in limits.together:
        title = f"{_named(problem, group)} cannot be kept together"
        for pair in limits.apart:
            if len(pair & group) >= 2:
                both = _named(problem, pair & group)
                found.append(f"{title}: you also asked to keep {both} apart.")
        for other, kept in limits.kept:
            if kept & group:
                found.append(f"{title}: you also asked to keep {other} as it is.")
        for border in limits.inside:
            areas = sorted({border.area[m] or "none" for m in group})
            if len(areas) > 1:
                found.append(f"{title} within {border.words}: {', '.join(areas)}.")
    if limits.fewest_members > most_members:
        found.append(
            f"No partnership can have {limits.fewest_members} members or more: the limit is "
            f"{most_members}. Lower the least number of members, or raise the most."
        )
    most = limits.most_partnerships
    if most is not None and limits.least_partnerships > most:
        found.append(
            f"A plan cannot have {limits.least_partnerships} partnerships or more and "
            f"{most} at most."
        )
    return tuple(found)
