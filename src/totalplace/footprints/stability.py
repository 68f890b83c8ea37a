"""How much of a plan survives the doubt: the best plan of each single draw of the assumptions.

Flow: search, resolve -> THIS (one_draw) -> scenarios.risk
In: a finished Search, its draws, any concurrent.futures.Executor. Out: how often each partnership
and each pair of authorities is in the best plan. The pool of candidates and what the guards
refuse stay as they are; only values change. The pool lies in files that every worker maps into
memory. Draws are solved in tasks of a few that are alike; what a task holds depends on the draws
alone, so the number of workers changes nothing.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from totalplace.errors import InputError
from totalplace.evidence.draws import Draws
from totalplace.footprints.appraisal import detail, money_range, worth_by_draw
from totalplace.footprints.candidates import Shape
from totalplace.footprints.one_draw import Answers, Best, Pair, Task, solve_draws
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.results import Range
from totalplace.footprints.search import Search, usable
from totalplace.types import Arrangement, FloatArray, IntArray

BATCH = 16  # draws solved by one task; fixed, so that tasks are the same for any executor
FIRST = 16  # draws solved first: their plans, and what they had to refuse, the others start from
SAMPLE = 500  # sets by whose worth draws are put in order
STOP_GAP = 1e-3  # of each draw's own best value


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
    best: dict[int, Best] = {}
    refused: set[Pair] = set()
    with tempfile.TemporaryDirectory(prefix="totalplace-pool-") as folder:
        task = Task(
            folder=folder,
            allowed="allowed.npy",
            problem=found.problem,
            order=resolver.order,
            names=_write_pool(Path(folder), found, draws, keep),
            required=resolver.required,
            number=resolver.number,
            worse_off_points=found.ask.limits.worse_off_points if resolver.fair else None,
            stop_gap=stop_gap,
            numbers=(),
        )
        order = _alike(found, draws, resolver, keep, count)
        first = tuple(order[:: -(-count // FIRST)])
        rest = [d for d in order if d not in set(first)]
        batches = [first], [tuple(rest[at : at + BATCH]) for at in range(0, len(rest), BATCH)]
        for at, numbers in enumerate(batches):  # the first few teach the others where to begin
            allowed = resolver.allowed[:, keep]
            if refused:
                allowed[tuple(zip(*[(k, c) for c, k in sorted(refused)], strict=True))] = False
            np.save(Path(folder) / f"allowed-{at}.npy", allowed)
            plans = dict.fromkeys(tuple(c for c, _ in best[d].pairs) for d in sorted(best))
            tasks = [
                replace(task, allowed=f"allowed-{at}.npy", numbers=some, plans=tuple(plans))
                for some in numbers
            ]
            for one, answers in _run(tasks, executor, count, len(best), progress_fn):
                best |= dict(zip(one.numbers, answers.best, strict=True))
                refused |= set(answers.unfair)
    return _counted(
        found, draws, keep, [best[d] for d in range(count)], resolver.order, len(refused)
    )


def _alike(
    found: Search, draws: Draws, resolver: Resolver, keep: IntArray, count: int
) -> list[int]:
    """The draws in an order in which neighbours are alike, by what some of the sets are worth."""
    some = keep[:: max(1, len(keep) // SAMPLE)]
    sets, outline = found.candidates.take(some), found.outline.take(some)
    worth = [
        np.where(
            resolver.allowed[k][some, None],
            worth_by_draw(found.problem, draws, arrangement, sets, outline),
            -np.inf,
        )
        for k, arrangement in enumerate(resolver.order)
    ]
    level = np.max(worth, axis=0).mean(axis=0) if len(some) else np.zeros(draws.n)
    return sorted(range(count), key=lambda d: (level[d], d))


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
    tasks: Sequence[Task],
    executor: Executor | None,
    count: int,
    done: int,
    progress_fn: Callable[[int, int], None] | None,
) -> Iterator[tuple[Task, Answers]]:
    """Every task with its answers."""
    futures = [] if executor is None else [executor.submit(solve_draws, task) for task in tasks]
    try:
        for at, task in enumerate(tasks):
            answers = futures[at].result() if futures else solve_draws(task)
            done += len(task.numbers)
            if progress_fn is not None:
                progress_fn(done, count)
            yield task, answers
    finally:
        for future in futures:
            future.cancel()


def _counted(
    found: Search,
    draws: Draws,
    keep: IntArray,
    best: Sequence[Best],
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
