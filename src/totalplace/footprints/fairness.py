"""Whether a member of a partnership would pay for the others, asked of many partnerships.

Flow: split, appraisal -> THIS -> resolve, one_draw
What is worked out once is kept: partnerships that overlap have sub-groups in common.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from totalplace.footprints.comparators import mean_worths
from totalplace.footprints.problem import Problem
from totalplace.footprints.split import MOST_SPLIT, split
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray


class Fairness:
    """The guard "nobody pays for the others", over one problem and one set of draws."""

    def __init__(self, problem: Problem, draws: AssumptionDraws, most_points: float) -> None:
        self.problem, self.draws, self.most = problem, draws, most_points + 1e-9
        self._excess: dict[tuple[tuple[int, ...], Arrangement], float] = {}
        self._worth: dict[tuple[tuple[int, ...], Arrangement], float] = {}

    def unfair(self, members: tuple[int, ...], kind: Arrangement) -> bool:
        """Whether a member is likelier to lose than the partnership by more than the limit.

        Those of more members than are split pass: nothing is known of them.
        """
        if len(members) > MOST_SPLIT:
            return False
        key = (members, kind)
        if key not in self._excess:
            self._excess[key] = split(
                self.problem, self.draws, members, kind, lambda groups: self._worths(groups, kind)
            ).excess()
        return self._excess[key] > self.most

    def _worths(self, groups: Sequence[tuple[int, ...]], kind: Arrangement) -> FloatArray:
        fresh = tuple(group for group in groups if (group, kind) not in self._worth)
        if fresh:
            found = mean_worths(self.problem, self.draws, kind, fresh)
            for group, worth in zip(fresh, found.tolist(), strict=True):
                self._worth[group, kind] = worth
        return np.array([self._worth[group, kind] for group in groups])
