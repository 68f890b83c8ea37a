"""The rounds of the guard "nobody pays for the others": refuse, solve again, and end in time.

Flow: optimiser, warm -> THIS -> search
Whether a member would pay for the others is only known partnership by partnership, and working it
out for every one that could be formed would take longer than the plan. So the plan is solved,
what is unfair in it is refused, and it is solved again. Only unfair partnerships are ever refused,
so every round's bound holds for the guarded plan too, and a last plan with nothing unfair in it is
the best guarded plan. Between solves the relaxed plan is looked at instead, which is quick: what
it uses and what is nearest to being used is tested, until it uses nothing unfair.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from totalplace.footprints.candidates import Candidates
from totalplace.footprints.optimiser import Solution
from totalplace.footprints.warm import Priced, Warm
from totalplace.types import BoolArray, FloatArray, IntArray

EAGER = 60  # sets nearest to being used that are tested before a solve

Pair = tuple[int, int]  # arrangement and candidate


class Clock:
    """The time one search may take, all its solves together."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.perf_counter() + seconds

    def left(self) -> float | None:
        """Seconds left; None where there is no limit."""
        return None if self._end is None else max(0.0, self._end - time.perf_counter())

    @property
    def late(self) -> bool:
        """Whether the time is up."""
        return self.left() == 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A plan that passes every guard."""

    candidates: IntArray  # (P,), ascending
    kinds: tuple[int, ...]  # (P,), positions in the arrangements asked for
    solution: Solution


class Rounds:
    """What the rounds of one solve have found so far: the best fair plan, and the least bound.

    Args:
        required: Shape (N,), units that may not stay alone. None: all may.
        least: Fewest partnerships.
    """

    def __init__(
        self, candidates: Candidates, required: BoolArray | None, least: int, started: float
    ) -> None:
        self.candidates, self.required = candidates, required
        self.least, self.started = least, started
        self.best: Kept | None = None
        self.bound = np.inf
        self.number = 0

    def offer(
        self, solution: Solution, kinds: tuple[int, ...], gain: FloatArray, fair: BoolArray
    ) -> None:
        """Keep what is fair in one round's plan, if that is the best so far.

        Members of an unfair partnership stay alone. What would then break a limit the user set is
        not kept.

        Args:
            solution: The round's plan.
            kinds: Each chosen candidate's arrangement.
            gain: Shape (C,), what the round's candidates were worth.
            fair: Shape (P,), which of the chosen are fair.
        """
        self.number += 1
        self.bound = min(self.bound, solution.bound)
        chosen = solution.chosen[fair]
        if len(chosen) < self.least or self._leaves_out(chosen):
            return
        value = solution.value if fair.all() else float(gain[chosen].sum())
        before = -np.inf if self.best is None else self.best.solution.value
        proved = bool(fair.all()) and solution.status == "optimal"  # nothing can be worth more
        if value <= before and not proved:
            return
        self.best = Kept(
            candidates=chosen,
            kinds=tuple(k for k, ok in zip(kinds, fair.tolist(), strict=True) if ok),
            solution=replace(
                solution,
                chosen=chosen,
                value=value,
                status=solution.status if fair.all() else "feasible",
            ),
        )

    def _leaves_out(self, chosen: IntArray) -> bool:
        if self.required is None:
            return False
        covered = np.zeros(len(self.required), dtype=bool)
        for c in chosen.tolist():
            covered[list(self.candidates.row(c))] = True
        return bool((self.required & ~covered).any())

    def result(self) -> Kept | None:
        """The best fair plan with the least bound proved in any round; None: there is none."""
        if self.best is None:
            return None
        solution = self.best.solution
        bound = max(self.bound, solution.value)
        return replace(
            self.best,
            solution=replace(
                solution,
                bound=solution.bound if solution.status == "optimal" else bound,
                seconds=time.perf_counter() - self.started,
            ),
        )


class Ahead:
    """Tests what the relaxed plan uses, and what is nearest to it, before the next solve."""

    def __init__(self, candidates: Candidates, n_units: int) -> None:
        self._warm = Warm(candidates.flat(), n_units)

    def refuse(
        self, score: FloatArray, unfair_fn: Callable[[Pair], bool], stop_fn: Callable[[], bool]
    ) -> list[Pair]:
        """Unfair pairs near the relaxed plan; refused in `score`, and returned.

        Args:
            score: Shape (A, C); -inf is written for what is refused.
            unfair_fn: Whether a member of a pair would pay for the others.
            stop_fn: Whether to come to an end.
        """
        refused: list[Pair] = []
        with suppress(KeyboardInterrupt):  # noted elsewhere; what was found so far holds
            while not stop_fn():
                best = score.argmax(axis=0)
                gain = score[best, np.arange(score.shape[1])]
                priced = self._warm.price(gain)
                before = len(refused)
                for c in _nearest(gain, priced).tolist():
                    pair = (int(best[c]), c)
                    if not stop_fn() and unfair_fn(pair):
                        score[pair] = -np.inf
                        refused.append(pair)
                if not any(c in set(priced.columns.tolist()) for _, c in refused[before:]):
                    break
        return refused


def _nearest(gain: FloatArray, priced: Priced) -> IntArray:
    most = min(EAGER, len(gain) - 1)
    if most < 1:
        return priced.columns[gain[priced.columns] > 0]
    near = np.union1d(priced.columns, np.argpartition(-priced.cost, most)[:most])
    found: IntArray = near[gain[near] > 0]
    return found
