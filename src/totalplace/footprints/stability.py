"""How much of a plan survives the doubt: the best plan of each single draw of the assumptions.

Flow: search, resolve -> THIS -> scenarios.risk
In: a finished Search, its draws, any concurrent.futures.Executor. Out: how often each partnership
and each pair of authorities is in the best plan. The pool of candidates and what the guards
refuse stay as they are; only values change. The pool lies in files that every worker maps into
memory; a draw is solved by itself, so the number of workers changes nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path

import numpy as np

from totalplace.errors import InputError
from totalplace.evidence.draws import Draws
from totalplace.footprints.appraisal import detail, money_range, worth_by_draw
from totalplace.footprints.candidates import Candidates, Shape
from totalplace.footprints.counted import best_within
from totalplace.footprints.problem import Problem
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.results import Range
from totalplace.footprints.search import Search, usable
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray

BATCH = 8  # draws solved by one task; fixed, so that tasks are the same for any executor
FIRST, GROWTH = (
    16,
    8,
)  # draws solved first, to learn which pairs are unfair; then so many times more
STOP_GAP = 1e-3  # of each draw's own best value

Pair = tuple[int, int]  # a candidate of the pool and the place of its arrangement


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A partnership, or a pair of authorities, and how often it is in the best plan."""

    members: tuple[str, ...]  # area codes, ascending
    names: tuple[str, ...]
    arrangement: Arrangement  # the one it most often has
    share: float  # of draws
    in_plan: bool  # whether the plan has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """The best plan of each draw, counted."""

    draws: int  # draws solved
    worst_gap: float  # largest proven gap of any of them
    hindsight: Range  # worth of the best plan of each draw, known in that draw
    plan: Range  # worth of the plan in the same draws
    knowing_is_worth: float  # mean of the first less mean of the second, pounds
    partnerships: tuple[Recurring, ...]  # most frequent first
    pairs: tuple[Recurring, ...]  # authorities in the same partnership, most frequent first
    do_nothing: float  # share of draws in which nobody shares
    alone: dict[str, float]  # area code -> share of draws in which it shares with nobody
    refused: int  # pairs refused on the way because a member would pay for the others


@dataclass(frozen=True, slots=True)
class SomeDraws:
    """Some draws of the assumptions, as draws of their own."""

    values: dict[str, FloatArray]
    n: int

    def __getitem__(self, parameter: str) -> FloatArray:
        return self.values[parameter]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What a worker needs besides the files."""

    folder: str
    allowed: str  # which file says what is allowed in this round
    problem: Problem
    order: tuple[Arrangement, ...]
    names: tuple[str, ...]  # of the assumptions, by row of the draws
    required: BoolArray
    number: tuple[int, int | None]  # of partnerships, at least and at most
    stop_gap: float
    numbers: tuple[int, ...]  # draws to solve


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    """The best plan of one draw."""

    pairs: tuple[Pair, ...]
    value: float
    gap: float


def stability(
    found: Search,
    draws: Draws,
    *,
    solves: int | None = None,
    executor: Executor | None = None,
    stop_gap: float = STOP_GAP,
    progress_fn: Callable[[int, int], None] | None = None,
) -> Stability:
    """Solve for each draw by itself and count what is in the best plans.

    Args:
        found: A finished search.
        draws: The draws it was made with.
        solves: How many of them, from the first; a power of two keeps them balanced. None: all.
        executor: Where to solve: a process pool, a cluster's executor. None: here, one by one.
            Workers must see this machine's temporary files.
        stop_gap: A draw's search stops once its gap is proved no larger.
        progress_fn: Called with draws done and draws in all.

    Raises:
        InputError: More solves than there are draws, or fewer than one.
    """
    count = draws.n if solves is None else solves
    if not 1 <= count <= draws.n:
        raise InputError(f"Solve for 1 to {draws.n:,} draws, not {count:,}: take more draws first.")
    resolver = Resolver(found, draws)
    keep = np.flatnonzero(resolver.allowed.any(axis=0))
    best: dict[int, _Best] = {}
    refused = 0
    with tempfile.TemporaryDirectory(prefix="totalplace-pool-") as folder:
        names = _write_pool(Path(folder), found, draws, keep)
        waiting, rounds = tuple(range(min(FIRST, count))), 0
        while waiting:
            file = f"allowed-{rounds}.npy"
            np.save(Path(folder) / file, resolver.allowed[:, keep])
            tasks = [
                _Task(
                    folder=folder,
                    allowed=file,
                    problem=found.problem,
                    order=resolver.order,
                    names=names,
                    required=resolver.required,
                    number=resolver.number,
                    stop_gap=stop_gap,
                    numbers=waiting[at : at + BATCH],
                )
                for at in range(0, len(waiting), BATCH)
            ]
            begun = len(best.keys() | set(waiting))
            best |= _run(tasks, executor, count, begun - len(waiting), progress_fn)
            met = sorted({pair for one in best.values() for pair in one.pairs})
            unfair = {(c, k) for c, k in met if resolver.ban_unfair([(int(keep[c]), k)])}
            refused += len(unfair)
            waiting = tuple(d for d in range(begun) if unfair & set(best[d].pairs))
            if not waiting:  # the next draws meet few that are still to be refused
                waiting = tuple(range(begun, min(begun * GROWTH, count)))
            rounds += 1
    return _counted(found, draws, keep, [best[d] for d in range(count)], resolver.order, refused)


def _write_pool(folder: Path, found: Search, draws: Draws, keep: IntArray) -> tuple[str, ...]:
    """Write the pool and the draws as plain arrays; returns the assumptions' names, in order."""
    np.save(folder / "members.npy", found.candidates.members[keep])
    np.save(folder / "size.npy", found.candidates.size[keep])
    for field in fields(Shape):
        np.save(folder / f"{field.name}.npy", getattr(found.outline, field.name)[keep])
    names = tuple(sorted(draws.values))
    np.save(folder / "draws.npy", np.stack([draws.values[name] for name in names], axis=1))
    return names


def _run(
    tasks: Sequence[_Task],
    executor: Executor | None,
    count: int,
    done: int,
    progress_fn: Callable[[int, int], None] | None,
) -> dict[int, _Best]:
    """Every task's answers, by draw."""
    found: dict[int, _Best] = {}
    futures = [] if executor is None else [executor.submit(_solve, task) for task in tasks]
    try:
        for at, task in enumerate(tasks):
            answers = futures[at].result() if futures else _solve(task)
            found |= dict(zip(task.numbers, answers, strict=True))
            if progress_fn is not None:
                progress_fn(done + len(found), count)
    finally:
        for future in futures:
            future.cancel()
    return found


def _solve(task: _Task) -> list[_Best]:
    """Solve some draws over the mapped pool. Runs in a worker."""

    def mapped(name: str) -> np.ndarray:
        array: np.ndarray = np.load(Path(task.folder) / name, mmap_mode="r")
        return array

    candidates = Candidates(members=mapped("members.npy"), size=mapped("size.npy"))
    outline = Shape(**{field.name: mapped(f"{field.name}.npy") for field in fields(Shape)})
    allowed, table = mapped(task.allowed), mapped("draws.npy")
    inside = [np.flatnonzero(row) for row in allowed]
    parts = [(candidates.take(pick), outline.take(pick)) for pick in inside]
    some = SomeDraws(
        {name: table[list(task.numbers), at] for at, name in enumerate(task.names)},
        len(task.numbers),
    )
    worth = [
        worth_by_draw(task.problem, some, arrangement, *parts[k])
        for k, arrangement in enumerate(task.order)
    ]
    answers = []
    for at in range(some.n):
        value = np.full(allowed.shape, -np.inf)
        for k, pick in enumerate(inside):
            value[k, pick] = worth[k][:, at]
        kind = value.argmax(axis=0)
        solution = best_within(
            candidates,
            value.max(axis=0),
            task.problem.size,
            required=task.required if task.required.any() else None,
            least=task.number[0],
            most=task.number[1],
            stop_gap=task.stop_gap,
        )
        answers.append(
            _Best(
                pairs=tuple((int(c), int(kind[c])) for c in solution.chosen),
                value=solution.value,
                gap=solution.gap,
            )
        )
    return answers


def _counted(
    found: Search,
    draws: Draws,
    keep: IntArray,
    best: Sequence[_Best],
    order: tuple[Arrangement, ...],
    refused: int,
) -> Stability:
    problem, count = found.problem, len(best)
    formed: Counter[tuple[int, ...]] = Counter()
    paired: Counter[tuple[int, ...]] = Counter()
    kinds: dict[tuple[int, ...], Counter[int]] = {}
    shares: Counter[int] = Counter()
    for one in best:
        for c, k in one.pairs:
            members = found.candidates.row(int(keep[c]))
            formed[members] += 1
            kinds.setdefault(members, Counter())[k] += 1
            shares.update(members)
            for pair in combinations(members, 2):
                paired[pair] += 1
                kinds.setdefault(pair, Counter())
                if pair != members:
                    kinds[pair][k] += 1
    planned = {found.candidates.row(int(c)) for c in found.choice.candidates}
    together: set[tuple[int, ...]] = {
        pair for members in planned for pair in combinations(members, 2)
    }

    def rows(
        counted: Counter[tuple[int, ...]], chosen: set[tuple[int, ...]]
    ) -> tuple[Recurring, ...]:
        for members in chosen:
            counted.setdefault(members, 0)
        return tuple(
            Recurring(
                members=tuple(problem.area_codes[m] for m in members),
                names=tuple(problem.names[m] for m in members),
                arrangement=order[min(kinds[members], key=lambda k: (-kinds[members][k], k))]
                if kinds.get(members)
                else _planned_kind(found, members),
                share=times / count,
                in_plan=members in chosen,
            )
            for members, times in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        )

    hindsight = np.array([one.value for one in best])
    kept = plan_by_draw(found, draws)[:count]
    able = usable(problem)
    return Stability(
        draws=count,
        worst_gap=max(one.gap for one in best),
        hindsight=money_range(hindsight),
        plan=money_range(kept),
        knowing_is_worth=float(hindsight.mean() - kept.mean()),
        partnerships=rows(formed, planned),
        pairs=rows(paired, together),
        do_nothing=sum(not one.pairs for one in best) / count,
        alone={code: 1 - shares[i] / count for i, code in enumerate(problem.area_codes) if able[i]},
        refused=refused,
    )


def _planned_kind(found: Search, members: tuple[int, ...]) -> Arrangement:
    """The arrangement the plan has for a partnership, or for the one that holds a pair."""
    return next(
        kind
        for c, kind in zip(found.choice.candidates, found.choice.arrangements, strict=True)
        if set(members) <= set(found.candidates.row(int(c)))
    )


def plan_by_draw(found: Search, draws: Draws) -> FloatArray:
    """What the plan is worth in each draw, shape (D,)."""
    worth = np.zeros(draws.n)
    for c, kind in zip(found.choice.candidates, found.choice.arrangements, strict=True):
        pick = np.array([c])
        one = found.candidates.take(pick), found.outline.take(pick)
        worth += detail(found.problem, draws, kind, *one)[0].value
    return worth
