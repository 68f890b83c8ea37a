"""A proposal, looked at from all sides: worth, guards, other ways, and what one change would do.

Flow: scenarios.question, footprints -> THIS -> reports, web
In: a service gathered once (`question.setting_of`) and a handful of authorities. Out: a frozen
Proposal. It takes a fraction of a second, so that it can be asked again at every change of mind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.footprints import guards
from totalplace.footprints.appraisal import appraise_all, detail, money_range
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.limits import Limits
from totalplace.footprints.plan import appraise_set
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Appraisal, GuardFinding, Range
from totalplace.footprints.search import usable
from totalplace.scenarios.asked import (
    arrangement_faults,
    guard_faults,
    positions,
    registry_limits,
)
from totalplace.scenarios.planning import provenance_of
from totalplace.scenarios.question import Setting
from totalplace.types import Arrangement

MOST_MEMBERS = 12
MOST_TRIED = 8  # better ones looked at for whether every member gains


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """One authority that was picked."""

    area_code: str
    name: str
    unpriced: str  # why it could not be priced, or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A partner body that members must work with."""

    kind: str
    name: str
    members: tuple[str, ...]  # names of those that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one change would do: a neighbour added, or a member left out."""

    adds: bool
    area_code: str
    name: str
    saving_change: Range  # of the saving a year once settled, draw by draw, pounds
    value: Range  # net present value with the change, pounds
    refused_by: tuple[str, ...]  # titles of guards that refuse it then
    why: tuple[str, ...]  # the reason of each, in the same order


@dataclass(frozen=True, slots=True, kw_only=True)
class Better:
    """The nearest partnership that is worth more and that every guard allows."""

    appraisal: Appraisal
    added: tuple[str, ...]  # names
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Some authorities that might share a service, and what it would mean."""

    service: str
    service_title: str
    funding: str
    picked: tuple[Picked, ...]
    appraisal: Appraisal | None  # None with fewer than two that could be priced
    ways: tuple[Appraisal, ...]  # the same authorities under every arrangement, worth most first
    steps: tuple[Step, ...]  # worth most first
    better: Better | None
    bodies: tuple[Body, ...]


def propose(
    book: Book,
    setting: Setting,
    areas: Sequence[str],
    *,
    arrangement: str = "",
    seed: int = 1,
    named: bool = False,
    improvement: bool = False,
    funding: str = "",
    without: Sequence[str] = (),
) -> Proposal:
    """What it would mean for some authorities to share a service.

    Args:
        book: A place book, for the names.
        setting: The service, gathered; the draws made with ``seed``.
        areas: Names or codes. Those that could not be priced are told and left out.
        arrangement: How it would be shared. "": the one worth most among those allowed, or worth
            most if the guards allow none.
        seed: The seed of the draws, for the stamp.
        named: Whether the set is meant although its members do not touch.
        improvement: Whether it is a named, time-limited improvement partnership.
        funding: A named source for the cost of change.
        without: Guards to switch off.

    Raises:
        InputError: An unknown area, arrangement or guard; too many areas. All faults at once.
    """
    wanted = [arrangement] if arrangement else []
    faults = [*arrangement_faults(setting.service, wanted), *guard_faults(without)]
    if faults:
        raise InputError(faults)
    problem = setting.problem
    chosen = sorted(set(positions(book, problem, areas)))
    if len(chosen) > MOST_MEMBERS:
        raise InputError(
            f"{len(chosen)} authorities were picked. A proposal can have at most {MOST_MEMBERS}."
        )
    able = usable(problem)
    picked = tuple(
        Picked(
            area_code=problem.area_codes[m],
            name=problem.names[m],
            unpriced="" if able[m] else _why(problem, m),
        )
        for m in chosen
    )
    members = tuple(m for m in chosen if able[m])
    base = Proposal(
        service=setting.service.id,
        service_title=setting.service.title,
        funding=funding,
        picked=picked,
        appraisal=None,
        ways=(),
        steps=(),
        better=None,
        bodies=_bodies(problem, members),
    )
    if len(members) < 2:
        return base

    def limits(group: tuple[int, ...]) -> Limits:
        return replace(
            registry_limits(setting.registry),
            funding=funding,
            named=(frozenset(group),) if named else (),
            improvement=(frozenset(group),) if improvement else (),
            off=frozenset(without),
        )

    made = provenance_of(setting, seed)
    ways = [
        replace(
            appraise_set(problem, setting.draws, members, way, limits(members)), provenance=made
        )
        for way in setting.service.arrangements
    ]
    ways.sort(key=lambda one: (not _free(one, without), -one.value.mean))
    asked = next((one for one in ways if one.arrangement == arrangement), ways[0])
    near = _Near(setting, members, asked.arrangement, limits(members))
    return replace(
        base,
        appraisal=asked,
        ways=tuple(sorted(ways, key=lambda one: -one.value.mean)),
        steps=near.steps(),
        better=near.better(asked, without),
    )


class _Near:
    """The sets one or two changes away from a proposal, valued under its arrangement."""

    def __init__(
        self, setting: Setting, members: tuple[int, ...], way: Arrangement, limits: Limits
    ) -> None:
        self.setting, self.members, self.way, self.limits = setting, members, way, limits
        problem = setting.problem
        able = usable(problem)
        inside = set(members)
        self.beside = sorted(
            {
                int(b)
                for i, j in problem.edges.tolist()
                for a, b in ((i, j), (j, i))
                if a in inside and b not in inside and able[b]
            }
        )
        sets = [frozenset(inside | {b}) for b in self.beside if len(inside) < MOST_MEMBERS] + [
            frozenset(inside - {m}) for m in members if len(inside) > 2
        ]
        swaps = [frozenset(inside - {m} | {b}) for m, b in product(members, self.beside)]
        self.sets: Candidates = from_sets([*sets, *swaps])
        self.outline = outline = shape(problem, self.sets)
        self.values = appraise_all(problem, setting.draws, way, self.sets, outline)
        judged = guards.verdicts(
            problem, way, self.sets, outline, self.values.first_year_cost, limits
        )
        self.judged = [one for one in judged if one.guard not in limits.off]

    def steps(self) -> tuple[Step, ...]:
        """Every single addition and omission, worth most first."""
        problem, inside, found = self.setting.problem, set(self.members), []
        single = [at for at in range(len(self.sets)) if len(set(self.sets.row(at)) ^ inside) == 1]
        pick = np.array(single, dtype=np.int64)
        now = from_sets([self.members])
        (before,) = detail(problem, self.setting.draws, self.way, now, shape(problem, now))
        after = detail(
            problem, self.setting.draws, self.way, self.sets.take(pick), self.outline.take(pick)
        )
        for at, then in zip(single, after, strict=True):
            group = set(self.sets.row(at))
            (who,) = group ^ inside
            refused = self._refusals(at)
            found.append(
                Step(
                    adds=who in group,
                    area_code=problem.area_codes[who],
                    name=problem.names[who],
                    saving_change=money_range(then.saving_a_year - before.saving_a_year),
                    value=money_range(then.value),
                    refused_by=tuple(one.title for one in refused),
                    why=tuple(one.reason for one in refused),
                )
            )
        return tuple(sorted(found, key=lambda step: -step.value.mean))

    def _refusals(self, at: int) -> list[GuardFinding]:
        """The guards that refuse one set, with their reasons."""
        pick = np.array([at])
        (held,) = guards.findings(
            self.setting.problem,
            self.way,
            self.sets.take(pick),
            self.outline.take(pick),
            self.values.first_year_cost[pick],
            self.limits,
        )
        return [one for one in held if not one.passed]

    def better(self, asked: Appraisal, without: Sequence[str]) -> Better | None:
        """The nearest set that is worth more and is allowed: one change before two."""
        least = max(asked.value.mean, 0.0) if _free(asked, without) else 0.0
        inside = set(self.members)
        allowed = np.logical_and.reduce([one.passes for one in self.judged])
        good = [
            at for at in range(len(self.sets)) if allowed[at] and self.values.mean[at] > least + 1.0
        ]
        changes = {at: len(set(self.sets.row(at)) ^ inside) for at in good}
        good.sort(key=lambda at: (changes[at], -self.values.mean[at]))
        problem = self.setting.problem
        for at in good[:MOST_TRIED]:
            group = self.sets.row(at)
            found = appraise_set(problem, self.setting.draws, group, self.way, self.limits)
            if _free(found, without):  # every member gains too, which only a split can tell
                return Better(
                    appraisal=replace(found, provenance=asked.provenance),
                    added=tuple(problem.names[m] for m in group if m not in inside),
                    left_out=tuple(problem.names[m] for m in self.members if m not in group),
                )
        return None


def _free(appraisal: Appraisal, without: Sequence[str]) -> bool:
    """Whether every guard that is on allows it."""
    return all(one.passed or one.guard in without for one in appraisal.guards)


def _why(problem: Problem, member: int) -> str:
    return problem.unpriced_reason.get(
        problem.area_codes[member], "it has none of this service to share"
    )


def _bodies(problem: Problem, members: Sequence[int]) -> tuple[Body, ...]:
    """Each body that any member faces, in the order of the problem."""
    return tuple(
        Body(
            kind=kind,
            name=name,
            members=tuple(problem.names[m] for m in members if problem.bodies[m, at]),
        )
        for at, (kind, name) in enumerate(zip(problem.body_kinds, problem.body_names, strict=True))
        if any(problem.bodies[m, at] for m in members)
    )
