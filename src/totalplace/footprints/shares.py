"""Who would pay for whom in the pairs of one search; what was worked out once is kept.

Flow: candidates, appraisal, split -> THIS -> search
In: a pair, one candidate under one arrangement. Out: its split, and how unlucky a member is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from totalplace.footprints.appraisal import Values, appraise_all
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.problem import Problem
from totalplace.footprints.rounds import Pair
from totalplace.footprints.split import MOST_SPLIT, Split, split
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray


class Shares:
    """Splits over one search's appraised candidates; lives as long as the search."""

    def __init__(
        self,
        problem: Problem,
        draws: AssumptionDraws,
        candidates: Candidates,
        values: Mapping[Arrangement, Values],
        order: tuple[Arrangement, ...],
    ) -> None:
        self.problem, self.draws, self.candidates = problem, draws, candidates
        self.values, self.order = values, order
        self._worth: dict[Arrangement, dict[tuple[int, ...], float]] = {a: {} for a in order}
        self._excess: dict[Pair, float] = {}

    def excess(self, pair: Pair) -> float:
        """How much likelier than the partnership its unluckiest member is to lose.

        -inf for partnerships of more members than are split: nothing is known of them.
        """
        if pair not in self._excess:
            found = self.split(pair[1], self.order[pair[0]])
            self._excess[pair] = -np.inf if found is None else found.excess()
        return self._excess[pair]

    def split(self, candidate: int, arrangement: Arrangement) -> Split | None:
        """How a partnership's value would be shared; None where it has too many members."""
        if self.candidates.size[candidate] > MOST_SPLIT:
            return None
        return split(
            self.problem,
            self.draws,
            self.candidates.row(candidate),
            arrangement,
            lambda groups: self._worths(groups, arrangement),
        )

    def _worths(self, groups: tuple[tuple[int, ...], ...], arrangement: Arrangement) -> FloatArray:
        """Mean value of several sets; those outside the envelope are appraised on the spot."""
        mean, worth = self.values[arrangement].mean, self._worth[arrangement]
        for group in groups:
            at = None if group in worth else self.candidates.find(group)
            if at is not None and np.isfinite(mean[at]):
                worth[group] = float(mean[at])
        beyond = [group for group in groups if group not in worth]
        if beyond:
            extra = from_sets(beyond)
            found = appraise_all(
                self.problem, self.draws, arrangement, extra, shape(self.problem, extra)
            )
            worth |= {extra.row(c): float(found.mean[c]) for c in range(len(extra))}
        return np.array([worth[group] for group in groups])
