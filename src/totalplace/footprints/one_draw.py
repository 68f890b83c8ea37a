"""The best plan of each of a few draws, over a pool that lies in files. Runs in a worker.

Flow: files that stability wrote -> THIS (warm, fairness, counted) -> stability
In: a frozen Task. Out: the best plan of each of its draws, and the partnerships refused on the
way because a member would pay for the others.

Draws of one task are alike and are solved one after another: the relaxation stays warm, and a
plan of an earlier draw is where the next begins. Prices and a plan together prove of most sets
that no plan worth having holds them; the rest, a few thousand at most, are solved exactly. What
a task finds depends on the task alone, so the number of workers changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from totalplace.footprints.appraisal import worth_by_draw
from totalplace.footprints.candidates import Candidates, FlatSets, Shape
from totalplace.footprints.counted import best_within
from totalplace.footprints.fairness import Fairness
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.problem import Problem
from totalplace.footprints.threads import one_thread
from totalplace.footprints.warm import Priced, Warm, rounded
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray

EAGER = 150  # sets nearest to paying whose fairness is looked into before a solve
KEPT = 24  # plans of earlier draws tried in the next
NEAR = 0.02  # share of the bound within which sets fill up a rounded plan
ROUNDING = 1e-9  # of the bound

Pair = tuple[int, int]  # a candidate of the pool and the place of its arrangement


@dataclass(frozen=True, slots=True)
class SomeDraws:
    """Some draws of the assumptions, as draws of their own."""

    values: dict[str, FloatArray]
    n: int

    def __getitem__(self, parameter: str) -> FloatArray:
        return self.values[parameter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker needs besides the files."""

    folder: str
    allowed: str  # which file says what is allowed
    problem: Problem
    order: tuple[Arrangement, ...]
    names: tuple[str, ...]  # of the assumptions, by row of the draws
    required: BoolArray
    number: tuple[int, int | None]  # of partnerships, at least and at most
    worse_off_points: float | None  # None: nobody asks who pays for the others
    stop_gap: float
    numbers: tuple[int, ...]  # draws to solve, in this order
    plans: tuple[tuple[int, ...], ...] = ()  # of other draws, as candidates of the pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best plan of one draw."""

    pairs: tuple[Pair, ...]
    value: float
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one task found."""

    best: tuple[Best, ...]  # in the order of its draws
    unfair: tuple[Pair, ...]  # refused on the way


def solve_draws(task: Task) -> Answers:
    """Solve some draws over the mapped pool."""
    with one_thread():
        solver = _Solver(task)
        best = [solver.solve(at) for at in range(len(task.numbers))]
    return Answers(best=tuple(best), unfair=tuple(sorted(solver.unfair)))


_KNOWN: dict[str, Fairness] = {}  # of the pool a process worked on last, by its folder


def _fairness(task: Task, table: FloatArray) -> Fairness | None:
    """What is known of who pays for the others, kept from task to task: it hangs on no draw."""
    if task.worse_off_points is None:
        return None
    if task.folder not in _KNOWN:
        every = SomeDraws(
            {name: np.ascontiguousarray(table[:, at]) for at, name in enumerate(task.names)},
            len(table),
        )
        _KNOWN.clear()
        _KNOWN[task.folder] = Fairness(task.problem, every, task.worse_off_points)
    return _KNOWN[task.folder]


class _Solver:
    """The draws of one task, one after another."""

    def __init__(self, task: Task) -> None:
        self.task = task

        def mapped(name: str) -> np.ndarray:
            array: np.ndarray = np.load(Path(task.folder) / name, mmap_mode="r")
            return array

        self.sets = Candidates(members=mapped("members.npy"), size=mapped("size.npy"))
        outline = Shape(**{field.name: mapped(f"{field.name}.npy") for field in fields(Shape)})
        table = mapped("draws.npy")
        self.fairness = _fairness(task, table)
        some = SomeDraws(
            {name: table[list(task.numbers), at] for at, name in enumerate(task.names)},
            len(task.numbers),
        )
        self.gain = np.full((len(self.sets), some.n), -np.inf)
        self.kind = np.zeros((len(self.sets), some.n), dtype=np.int8)
        allowed = mapped(task.allowed)
        self._worth: list[tuple[IntArray, FloatArray]] = []
        for k, arrangement in enumerate(task.order):
            inside = np.flatnonzero(allowed[k])
            part = (
                (self.sets, outline)
                if len(inside) == len(self.sets)
                else (self.sets.take(inside), outline.take(inside))
            )
            worth = worth_by_draw(task.problem, some, arrangement, *part)
            better = worth > self.gain[inside]
            self.gain[inside] = np.where(better, worth, self.gain[inside])
            self.kind[inside] = np.where(better, k, self.kind[inside])
            if len(task.order) > 1:
                self._worth.append((inside, worth))
        self.flat = self.sets.flat()
        self.warm = Warm(self.flat, task.problem.size)
        self.plans = [np.array(plan, dtype=np.int64) for plan in task.plans]
        self.unfair: set[Pair] = set()
        self.plain = not task.required.any() and task.number == (0, None)

    def solve(self, at: int) -> Best:
        """The best plan of one draw in which nobody pays for the others."""
        while True:
            gain = self.gain[:, at]
            chosen, bound = self._fast(at) if self.plain else self._whole(gain)
            if not self._refuse(chosen, at):
                break
        value = float(gain[chosen].sum())
        self.plans = [*self.plans[-KEPT + 1 :], chosen]
        return Best(
            pairs=tuple((int(c), int(self.kind[c, at])) for c in chosen),
            value=value,
            gap=max(0.0, bound - value) / max(1.0, abs(value)),
        )

    def _whole(self, gain: FloatArray) -> tuple[IntArray, float]:
        """Over the whole pool, where a number or a group that must share was asked for."""
        task = self.task
        found = best_within(
            self.sets,
            gain,
            task.problem.size,
            required=task.required if task.required.any() else None,
            least=task.number[0],
            most=task.number[1],
            stop_gap=task.stop_gap,
        )
        return found.chosen, found.bound

    def _fast(self, at: int) -> tuple[IntArray, float]:
        """Prices, a plan to start with, and an exact solve of the sets these leave in doubt."""
        gain = self.gain[:, at]
        priced = self.warm.price(gain)
        while self._refuse(self._nearest(gain, priced), at):
            priced = self.warm.price(gain)
        best, value = self._started(gain, priced)
        if priced.bound - value <= self.task.stop_gap * max(1.0, value):
            return best, priced.bound
        doubt = np.flatnonzero(priced.cost >= value - priced.bound * (1 + ROUNDING))
        doubt = doubt[gain[doubt] > -np.inf]
        found = best_partition(
            _part(self.flat, doubt),
            gain[doubt],
            self.task.problem.size,
            stop_gap=self.task.stop_gap,
        )
        bound = min(priced.bound, max(value, found.bound))
        if found.value >= value - ROUNDING * abs(value):
            best = doubt[found.chosen]
        return best, bound

    def _nearest(self, gain: FloatArray, priced: Priced) -> IntArray:
        """The sets the relaxed plan uses, and those nearest to being used."""
        if self.fairness is None:
            return priced.columns
        most = min(EAGER, len(gain) - 1)
        near = np.argpartition(-priced.cost, most)[:most]
        return np.union1d(priced.columns, near[gain[near] > 0])

    def _started(self, gain: FloatArray, priced: Priced) -> tuple[IntArray, float]:
        """The best plan at hand: of an earlier draw, without what loses here, or a rounded one."""
        near = np.flatnonzero(priced.cost >= -NEAR * priced.bound)
        plans = [plan[gain[plan] > 0] for plan in self.plans]
        plans.append(rounded(self.flat, gain, priced, near))
        worth = [float(gain[plan].sum()) for plan in plans]
        first = int(np.argmax(worth))
        return plans[first], worth[first]

    def _refuse(self, sets: IntArray, at: int) -> bool:
        """Refuse, in every draw of the task, those of some sets in which a member pays."""
        if self.fairness is None:
            return False
        refused = False
        for c in sets.tolist():
            if self.gain[c, at] == -np.inf:
                continue
            pair = (c, int(self.kind[c, at]))
            if self.fairness.unfair(self.sets.row(c), self.task.order[pair[1]]):
                self.unfair.add(pair)
                self._shut(c)
                refused = True
        return refused

    def _shut(self, c: int) -> None:
        """What a set is worth under the arrangements it still may have, in every draw."""
        self.gain[c], self.kind[c] = -np.inf, 0
        for k, (inside, worth) in enumerate(self._worth):
            place = int(np.searchsorted(inside, c))
            if (c, k) in self.unfair or place == len(inside) or inside[place] != c:
                continue
            better = worth[place] > self.gain[c]
            self.gain[c] = np.where(better, worth[place], self.gain[c])
            self.kind[c] = np.where(better, k, self.kind[c])


def _part(sets: FlatSets, keep: IntArray) -> FlatSets:
    """Some of the sets, flat."""
    begins, size = sets.offsets[keep], sets.size[keep]
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(size)])
    at = np.arange(offsets[-1]) + np.repeat(begins - offsets[:-1], size)
    return FlatSets(members=sets.members[at], offsets=offsets)
