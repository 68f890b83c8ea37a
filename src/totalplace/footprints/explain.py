"""Why one authority landed where it did: the best it could have had, and what stood in the way.

Flow: search -> THIS -> scenarios.risk
In: a finished Search, its draws, one authority. Out: a frozen Explanation: partnerships
appraised in full, guards with their reasons, what each neighbour would get, and the assumption
that would change the answer. The sentences are written by reports.explanation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import appraise_all
from totalplace.footprints.plan import appraise_set
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.results import Appraisal, GuardFinding, MemberShare, Swing
from totalplace.footprints.search import EXPECTED, Search, envelope, usable
from totalplace.footprints.tornado import tornado, worth_of
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A partnership an authority could have had."""

    appraisal: Appraisal  # in full, with every guard's reason and every member's share
    score: float  # what the plan judges it by, pounds
    blocked_by: tuple[GuardFinding, ...]  # guards that are on and refuse it
    breaks: tuple[Appraisal, ...]  # partnerships of the plan that hold one of its members
    plan_loses: float | None = None  # what the whole plan would lose with it, where worked out

    @property
    def allowed(self) -> bool:
        """Whether every guard that is on lets it be formed."""
        return not self.blocked_by

    def share_of(self, area_code: str) -> MemberShare | None:
        """What one member would get; None where the partnership is too large to split."""
        return next((s for s in self.appraisal.shares if s.area_code == area_code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A neighbour, where it landed, and the best it could have with the authority."""

    area_code: str
    name: str
    landed: Appraisal | None  # its partnership in the plan; None: alone
    together: Option | None  # the best partnership that holds both; None: it cannot take part

    @property
    def gains(self) -> float | None:
        """Its mean share together less its mean share in the plan; None where not known."""
        offered = self.together.share_of(self.area_code) if self.together else None
        if offered is None:
            return None
        now = 0.0
        if self.landed is not None:
            mine = [s for s in self.landed.shares if s.area_code == self.area_code]
            if not mine:
                return None
            now = mine[0].share.mean
        return offered.share.mean - now


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one authority landed where it did."""

    area_code: str
    name: str
    service_title: str
    objective: str
    unpriced: str  # why it could not take part at all, or ""
    landed: Appraisal | None  # its partnership in the plan; None: alone
    best: Option | None  # guards aside
    best_allowed: Option | None  # that every guard lets it have
    considered: int  # partnerships that hold it, each arrangement counted
    allowed: int  # of them, let through by the guards
    neighbours: tuple[Neighbour, ...]  # those it touches, in order of codes
    flips: tuple[Swing, ...]  # assumptions that alone would change the verdict on `best_allowed`,
    #   or on `best` where none is allowed; largest swing first
    only: str = ""  # "the South West" where the plan is for a part of the country alone


def explain(found: Search, draws: AssumptionDraws, registry: Registry, area: int) -> Explanation:
    """Explain where one authority landed.

    Args:
        found: A finished search.
        draws: The draws it was made with.
        registry: The assumptions drawn from.
        area: Position of the authority.
    """
    problem = found.problem
    code, name = problem.area_codes[area], problem.names[area]
    able = usable(problem)
    teller = _Teller(found, draws)
    if not able[area]:
        reason = problem.unpriced_reason.get(code, "it has none of this service to share")
        return Explanation(
            area_code=code,
            name=name,
            service_title=problem.rules.title,
            objective=found.ask.objective,
            only=problem.part,
            unpriced=reason,
            landed=None,
            best=None,
            best_allowed=None,
            considered=0,
            allowed=0,
            neighbours=(),
            flips=(),
        )
    sets = _holding(found, [area])
    score, free = teller.scores(sets)
    best = teller.best(sets, score)
    best_allowed = teller.best(sets, np.where(free, score, -np.inf), guarded=True)
    asked = best_allowed or best
    flips: tuple[Swing, ...] = ()
    if asked is not None:
        members = tuple(problem.area_codes.index(c) for c in asked.appraisal.members)
        worth = worth_of(
            problem, [(members, asked.appraisal.arrangement)], objective=found.ask.objective
        )
        flips = tuple(s for s in tornado(worth, draws, registry) if s.flips_at is not None)
    touching = sorted({int(j) for e in problem.edges.tolist() if area in e for j in e} - {area})
    return Explanation(
        area_code=code,
        name=name,
        service_title=problem.rules.title,
        objective=found.ask.objective,
        only=problem.part,
        unpriced="",
        landed=teller.landed(area),
        best=best,
        best_allowed=best_allowed,
        considered=int(np.isfinite(score).sum()),
        allowed=int((free & np.isfinite(score)).sum()),
        neighbours=tuple(
            Neighbour(
                area_code=problem.area_codes[j],
                name=problem.names[j],
                landed=teller.landed(j) if able[j] else None,
                together=teller.best(
                    sets,
                    np.where(np.isin(sets, _holding(found, [area, j])), score, -np.inf),
                ),
            )
            for j in touching
        ),
        flips=flips,
    )


def _holding(found: Search, areas: Iterable[int]) -> IntArray:
    """Positions of the candidates that hold all of some authorities."""
    inside = np.ones(len(found.candidates), dtype=bool)
    for area in areas:
        inside &= (found.candidates.members == area).any(axis=1)
    return np.flatnonzero(inside)


class _Teller:
    """Appraises options in full, each once; lives for one explanation."""

    def __init__(self, found: Search, draws: AssumptionDraws) -> None:
        self.found, self.draws = found, draws
        self.resolver = Resolver(found, draws)
        self._appraised: dict[tuple[tuple[int, ...], Arrangement], Appraisal] = {}
        self._options: dict[tuple[int, int], Option] = {}

    def scores(self, sets: IntArray) -> tuple[FloatArray, BoolArray]:
        """What each set is worth under each arrangement, guards aside; and which are allowed.

        Returns:
            Shape (A, S) each; -inf where an arrangement does not reach so far.
        """
        found = self.found
        part, outline = found.candidates.take(sets), found.outline.take(sets)
        score = np.full((len(self.resolver.order), len(sets)), -np.inf)
        for k, arrangement in enumerate(self.resolver.order):
            near = np.flatnonzero(
                (part.size <= envelope(found.problem, arrangement, found.ask))
                | self.resolver.allowed[k][sets]
            )
            if near.size:
                values = appraise_all(
                    found.problem, self.draws, arrangement, part.take(near), outline.take(near)
                )
                score[k, near] = values.mean if found.ask.objective == EXPECTED else values.tail
        return score, self.resolver.allowed[:, sets]

    def best(self, sets: IntArray, score: FloatArray, *, guarded: bool = False) -> Option | None:
        """The most valuable of some sets; if guarded, the first that is fair to all, and its price.

        Args:
            sets: Shape (S,), positions of candidates.
            score: Shape (A, S); -inf for what is not to be had.
            guarded: Skip what the guards refuse, and work out what the whole plan would lose.
        """
        left = score.copy()
        while left.size and np.isfinite(left.max()):
            k, s = (int(at) for at in np.unravel_index(int(left.argmax()), left.shape))
            option = self._option(int(sets[s]), k, float(left[k, s]))
            if not guarded:
                return option
            if option.allowed:
                forced = self.resolver.solve(must=int(sets[s])).solution
                if forced.status == "infeasible":  # not beside what was asked of the whole plan
                    return option
                return replace(
                    option, plan_loses=float(self.found.choice.solution.value - forced.value)
                )
            left[k, s] = -np.inf
        return None

    def landed(self, area: int) -> Appraisal | None:
        """The partnership of the plan that holds an authority."""
        choice = self.found.choice
        for c, arrangement in zip(choice.candidates, choice.arrangements, strict=True):
            members = self.found.candidates.row(int(c))
            if area in members:
                return self._appraise(members, arrangement)
        return None

    def _appraise(self, members: tuple[int, ...], arrangement: Arrangement) -> Appraisal:
        key = (members, arrangement)
        if key not in self._appraised:
            self._appraised[key] = appraise_set(
                self.found.problem, self.draws, members, arrangement, self.found.ask.limits
            )
        return self._appraised[key]

    def _option(self, candidate: int, kind: int, score: float) -> Option:
        key = (candidate, kind)
        if key in self._options:
            return self._options[key]
        members = self.found.candidates.row(candidate)
        appraisal = self._appraise(members, self.resolver.order[kind])
        off = self.found.ask.limits.off
        broken = {landed.members: landed for m in members if (landed := self.landed(m)) is not None}
        self._options[key] = Option(
            appraisal=appraisal,
            score=score,
            blocked_by=tuple(g for g in appraisal.guards if not g.passed and g.guard not in off),
            breaks=tuple(broken.values()),
        )
        return self._options[key]
