"""The best plan of each of 1,000 draws: `python -m benchmarks.stability [--solves N]`.

Flow: the England pack -> THIS -> the terminal, as a Markdown table
Every draw is solved to a gap of 0.1 %, in worker processes that map the pool from files. The
processor seconds are the workers' and ours together, starting them included. The last pools are
all connected sets of up to 8 members, every set allowed, by one arrangement: the figures of the
place book, none of its guards.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np

from benchmarks.appraisal import at_least, priced
from totalplace.evidence.draws import Draws
from totalplace.footprints import guards
from totalplace.footprints.appraisal import appraise_all
from totalplace.footprints.candidates import shape
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.search import Search
from totalplace.footprints.stability import STOP_GAP, stability
from totalplace.types import Arrangement

WIDE = {"arrangement": "shared-service", "without": ["no-weak-leader", "steady-hands"]}
POOLS: dict[str, dict[str, object]] = {
    "default guards": {},
    "cost of change paid for": {"funding": "a grant"},
    "up to 6 members, by three guards only": {"funding": "a grant", "max_members": 6, **WIDE},
    "up to 7 members, by two guards only": {
        "funding": "a grant",
        "max_members": 7,
        "arrangement": "shared-service",
        "without": ["no-weak-leader", "steady-hands", "not-too-big"],
    },
}


EVERY_SET = {
    "every set of up to 8 within 41 km, no guards": 190_000,
    "every set of up to 8 within 67 km, no guards": 485_000,
}


def processor() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in every)


def main() -> None:
    """Time each pool, or one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability")
    parser.add_argument("--solves", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pool", choices=[*POOLS, *EVERY_SET])
    given = parser.parse_args()
    head = "pool", "sets", "that gain", "solves", "seconds", "processor", "worst gap", "refused"
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for name, asked in POOLS.items():
        if given.pool in (None, name):
            pool = priced("social-work", given.solves, **asked)
            print(row(name, *pool, given.solves, given.workers), flush=True)
    for name, count in EVERY_SET.items():
        if given.pool in (None, name):
            pool = every_set(given.solves, count)
            print(row(name, *pool, given.solves, given.workers), flush=True)


def every_set(draws: int, count: int) -> tuple[Search, Draws]:
    """A finished search over at least so many sets, of which none is refused."""
    kind = Arrangement.SHARED_SERVICE
    found, drawn = priced("social-work", draws, arrangement=kind, funding="a grant")
    sets, reach = at_least(found.problem, count)
    print(f"<!-- {len(sets):,} sets, {reach:.0f} km -->", flush=True)
    outline = shape(found.problem, sets)
    values = appraise_all(found.problem, drawn, kind, sets, outline)
    solution = best_partition(sets, values.mean, found.problem.size, stop_gap=STOP_GAP)
    limits = replace(found.ask.limits, off=frozenset(guards.TITLES))
    return (
        replace(
            found,
            ask=replace(found.ask, limits=limits),
            candidates=sets,
            outline=outline,
            values={kind: values},
            verdicts={kind: ()},
            searched={kind: np.ones(len(sets), dtype=bool)},
            choice=replace(
                found.choice,
                candidates=solution.chosen,
                arrangements=(kind,) * len(solution.chosen),
                solution=solution,
                splits=(None,) * len(solution.chosen),
            ),
        ),
        drawn,
    )


def row(name: str, found: Search, draws: Draws, solves: int, workers: int) -> str:
    """One pool, timed, after the workers have compiled what they need."""
    pool = Resolver(found, draws)
    gains = np.where(pool.allowed, pool.score, -np.inf).max(axis=0)
    gains = gains[np.isfinite(gains)]
    used = processor()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
        stability(found, draws, solves=workers, executor=executor)
        began = time.perf_counter()
        told = stability(found, draws, solves=solves, executor=executor)
        clock = time.perf_counter() - began
    return (
        f"| {name} | {len(gains):,} | {(gains > 0).mean():.0%} | {told.draws:,} "
        f"| {clock:.0f} | {processor() - used:.0f} | {told.worst_gap:.3%} | {told.refused:,} |"
    )


if __name__ == "__main__":
    main()
