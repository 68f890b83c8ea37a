"""Solve again over a finished search: with other scores, or with a set that must be formed.

Flow: search, split, optimiser -> THIS -> explain, front, stability
In: a finished Search and the draws it used. Out: the best plan under other scores. The guards
hold as they did: refused pairs stay refused, and a partnership in which a member pays for the
others is banned when it is met, and the plan solved again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.footprints import guards
from totalplace.footprints.counted import best_within
from totalplace.footprints.fairness import Fairness
from totalplace.footprints.optimiser import Solution
from totalplace.footprints.search import Search, must_share
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One plan: which candidates, each under which arrangement."""

    candidates: IntArray  # (P,), positions in Search.candidates, ascending
    arrangements: tuple[Arrangement, ...]  # (P,)
    solution: Solution


class Resolver:
    """The guarded pool of one search, solved as often as asked. Bans it learns are kept."""

    def __init__(self, found: Search, draws: AssumptionDraws) -> None:
        self.found, self.draws = found, draws
        self.order = found.ask.arrangements
        self.score = np.stack([found.score(a) for a in self.order])  # (A, C)
        self.allowed: BoolArray = np.stack([found.allowed(a) for a in self.order])
        self.allowed &= np.isfinite(self.score)
        self.fair = guards.NOBODY_PAYS not in found.ask.limits.off
        limits = found.ask.limits
        asked = guards.USERS_OWN not in limits.off
        required = must_share(found.problem, limits) if asked else None
        self.number = (
            (limits.least_partnerships, limits.most_partnerships) if asked else (0, None)
        )  # of partnerships, at least and at most
        self.required = np.zeros(found.problem.size, bool) if required is None else required
        self._fairness = Fairness(found.problem, draws, limits.worse_off_points)

    def unfair(self, candidate: int, kind: int) -> bool:
        """Whether a member would pay for the others."""
        if not self.fair:
            return False
        return self._fairness.unfair(self.found.candidates.row(candidate), self.order[kind])

    def ban_unfair(self, pairs: Sequence[tuple[int, int]]) -> int:
        """Refuse those of some pairs in which a member pays for the others; returns how many."""
        unfair = [(c, k) for c, k in pairs if self.unfair(c, k)]
        for c, k in unfair:
            self.allowed[k, c] = False
        return len(unfair)

    def solve(
        self,
        score: FloatArray | None = None,
        *,
        must: int | None = None,
        time_limit: float | None = None,
    ) -> Pick:
        """The best plan under some scores.

        Args:
            score: Shape (A, C), what each allowed pair is worth; None: as the search had it.
            must: A candidate that has to be formed, under whichever arrangement is best.
            time_limit: Seconds for each solve.
        """
        scores = self.score if score is None else score
        candidates, required = self.found.candidates, self.required.copy()
        shut: BoolArray = np.zeros(len(candidates), dtype=bool)
        if must is not None:
            members = candidates.row(must)
            required[list(members)] = True
            shut = np.asarray(np.isin(candidates.members, members).any(axis=1), dtype=bool)
            shut[must] = False
        while True:
            open_scores = np.where(self.allowed & ~shut, scores, -np.inf)
            best = open_scores.argmax(axis=0)
            solution = best_within(
                candidates,
                open_scores.max(axis=0),
                self.found.problem.size,
                required=required if required.any() else None,
                least=self.number[0],
                most=self.number[1],
                time_limit=time_limit,
            )
            pairs = [(int(c), int(best[c])) for c in solution.chosen]
            if not self.ban_unfair(pairs):
                return Pick(
                    candidates=solution.chosen,
                    arrangements=tuple(self.order[k] for _, k in pairs),
                    solution=solution,
                )
