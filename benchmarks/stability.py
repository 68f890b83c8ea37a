"""The best plan of each of 1,000 draws: `python -m benchmarks.stability [--solves N]`.

Flow: the England pack -> THIS -> the terminal, as a Markdown table
Every draw is solved to a gap of 0.1 %, in worker processes that map the pool from files. The
processor seconds are the workers' and ours together, starting them included.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.appraisal import priced
from totalplace.footprints.resolve import Resolver
from totalplace.footprints.stability import stability

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


def processor() -> float:
    """Processor seconds of this process and of the workers that have ended."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in every)


def main() -> None:
    """Time each pool, or one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stability")
    parser.add_argument("--solves", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pool", choices=list(POOLS))
    given = parser.parse_args()
    head = "pool", "sets", "that gain", "solves", "seconds", "processor", "worst gap", "refused"
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    for name, asked in POOLS.items():
        if given.pool in (None, name):
            print(row(name, asked, given.solves, given.workers), flush=True)


def row(name: str, asked: dict[str, object], solves: int, workers: int) -> str:
    """One pool, timed, after the workers have compiled what they need."""
    found, draws = priced("social-work", solves, **asked)
    pool = Resolver(found, draws)
    gains = np.where(pool.allowed, pool.score, -np.inf).max(axis=0)
    used = processor()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
        stability(found, draws, solves=workers, executor=executor)
        began = time.perf_counter()
        told = stability(found, draws, solves=solves, executor=executor)
        clock = time.perf_counter() - began
    return (
        f"| {name} | {np.isfinite(gains).sum():,} | {(gains > 0).mean():.0%} | {told.draws:,} "
        f"| {clock:.0f} | {processor() - used:.0f} | {told.worst_gap:.3%} | {told.refused:,} |"
    )


if __name__ == "__main__":
    main()
