"""All candidates by all draws: `python -m benchmarks.appraisal [--candidates N] [--draws D]`.

Flow: the England pack -> THIS -> the terminal, as a Markdown table
Every figure of every set (17 of them) under one arrangement, beside the plain route on a few
hundred of the same sets. Compiled code is warmed up first. The machine may be shared: processor
seconds are shown beside seconds on the clock.
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

from totalplace.book import pack
from totalplace.evidence.draws import Draws
from totalplace.footprints.appraisal import appraise_all, appraise_in_full, detail
from totalplace.footprints.candidates import (
    Candidates,
    FlatSets,
    Shape,
    distances_km,
    from_flat,
    shape,
)
from totalplace.footprints.connected import enumerate_connected
from totalplace.footprints.problem import Problem
from totalplace.footprints.search import Search, usable
from totalplace.scenarios.planning import plan
from totalplace.types import Arrangement, IntArray

PLAIN = 300  # sets appraised by the plain route too
MEMBERS = 8


def priced(service: str, draws: int, **asked: object) -> tuple[Search, Draws]:
    """A plan for a service of the pack, with its draws; without a return, spend is estimated."""
    found: list[tuple[Search, Draws]] = []
    with pack.england() as book:
        plan(
            book,
            service=service,
            draws=draws,
            missing="estimate",
            price_guards=False,
            with_comparators=False,
            found_fn=lambda search, drawn: found.append((search, drawn)),
            **asked,  # type: ignore[arg-type]
        )
    return found[0]


def at_least(problem: Problem, count: int) -> tuple[Candidates, float]:
    """Connected sets of up to 8 within the fewest whole kilometres that give so many sets."""
    can, apart = usable(problem), distances_km(problem.centre_m)
    sets = FlatSets(members=np.empty(0, np.int32), offsets=np.zeros(1, np.int64))
    reach = 40.0
    while len(sets) < count:
        reach += 1.0
        near = (apart <= reach) & can[:, None] & can[None, :]
        sets = enumerate_connected(
            problem.edges, problem.size, member_limit=MEMBERS, reach=near, usable=can
        )
    return from_flat(sets), reach


def main() -> None:
    """Time each arrangement of a service."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.appraisal")
    parser.add_argument("--candidates", type=int, default=485_000)
    parser.add_argument("--draws", type=int, default=1_000, help="rounded up to a power of two")
    parser.add_argument("--service", default="social-work")
    given = parser.parse_args()
    search, draws = priced(given.service, given.draws)
    problem = search.problem
    sets, reach = at_least(problem, given.candidates)
    outline = shape(problem, sets)
    print(f"{len(sets):,} sets of up to {MEMBERS} within {reach:.0f} km, {draws.n:,} draws\n")
    head = (
        "arrangement",
        "figures",
        "seconds",
        "processor",
        "us a set",
        "peak MB",
        "plain us a set",
    )
    print("| " + " | ".join((*head, "largest difference")) + " |\n|" + " --- |" * (len(head) + 1))
    some = np.linspace(0, len(sets) - 1, PLAIN).astype(int)
    for kind in problem.rules.arrangements:
        few = sets.take(some[:5]), outline.take(some[:5])
        appraise_in_full(problem, draws, kind, *few)
        print(row(problem, draws, kind, sets, outline, some), flush=True)


def row(
    problem: Problem,
    draws: Draws,
    kind: Arrangement,
    sets: Candidates,
    outline: Shape,
    some: IntArray,
) -> str:
    """One arrangement, timed."""
    began, used = time.perf_counter(), time.process_time()
    appraise_all(problem, draws, kind, sets, outline)
    light = time.perf_counter() - began, time.process_time() - used
    began, used = time.perf_counter(), time.process_time()
    found = appraise_in_full(problem, draws, kind, sets, outline)
    clock, work = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used = time.process_time()
    plain = detail(problem, draws, kind, sets.take(some), outline.take(some))
    slow = (time.process_time() - used) / PLAIN
    off = np.abs(found.mean[some] - [one.value.mean() for one in plain]).max()
    each = [
        (kind, "the search's 4", *light, light[1] / len(sets)),
        (kind, "all 17", clock, work, work / len(sets)),
    ]
    return "\n".join(
        f"| {name} | {which} | {a:.1f} | {b:.1f} | {c * 1e6:.0f} | {peak:,.0f} "
        f"| {slow * 1e6:,.0f} | £{off:.0e} |"
        for name, which, a, b, c in each
    )


if __name__ == "__main__":
    main()
