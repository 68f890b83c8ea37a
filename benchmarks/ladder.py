"""The optimiser on ever larger pools: `python -m benchmarks.ladder [--seconds S]`.

Flow: benchmarks.instances -> THIS -> the terminal, as a Markdown table
Each rung is a fresh process, so that memory is its own; compiled code is warmed up first. The
machine may be shared: processor seconds are shown beside seconds on the clock.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

from benchmarks.instances import VALUES, england, increasing_returns, sets_of
from totalplace.footprints.optimiser import best_partition

RUNGS = (  # members, span in km, kind of values
    (5, 60.0, "increasing returns"),
    (6, 60.0, "increasing returns"),
    (8, 60.0, "increasing returns"),
    (8, 150.0, "increasing returns"),
    (9, 130.0, "increasing returns"),
    (6, 0.0, "increasing returns"),
    (8, 60.0, "size to the power 1.2"),
    (8, 60.0, "top teams alone"),
    (8, 60.0, "top teams and talking"),
    (8, 60.0, "a hair of luck"),
    (8, 60.0, "a little luck"),
    (8, 60.0, "some luck"),
    (4, 60.0, "no distance"),
    (8, 60.0, "no distance"),
    (8, 60.0, "95 % negative"),
    (6, 0.0, "95 % negative"),
    (8, 60.0, "luck"),
    (8, 60.0, "near-linear"),
    (8, 60.0, "population target"),
    (8, 60.0, "ties"),
)


def climb(most: int, span_km: float, kind: str, seconds: float, seed: int) -> dict[str, object]:
    """Solve one rung in this process."""
    country = england()
    warm = sets_of(country, 2, span_km or None)
    best_partition(warm, increasing_returns(country, warm, 0), country.size, time_limit=2.0)
    sets = sets_of(country, most, span_km or None)
    gain = VALUES[kind](country, sets, seed)
    began, used = time.perf_counter(), time.process_time()
    found = best_partition(sets, gain, country.size, time_limit=seconds)
    return {
        "sets": f"up to {most}, {f'{span_km:.0f} km' if span_km else 'any span'}",
        "values": kind,
        "candidates": f"{len(sets):,}",
        "seconds": f"{time.perf_counter() - began:.1f}",
        "processor": f"{time.process_time() - used:.1f}",
        "peak MB": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}",
        "rounds": found.rounds,
        "nodes": found.nodes,
        "cuts": found.cuts,
        "columns": found.columns,
        "left": f"{found.kept:,}",
        "value": f"{found.value:.4f}",
        "gap": "proved" if found.status == "optimal" else f"{found.gap:.2%}",
    }


def main() -> None:
    """Climb every rung, or one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ladder")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each rung")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rung", type=int, help="one rung, as JSON")
    given = parser.parse_args()
    if given.rung is not None:
        print(json.dumps(climb(*RUNGS[given.rung], given.seconds, given.seed)))
        return
    for at in range(len(RUNGS)):
        words = ["--rung", str(at), "--seconds", str(given.seconds), "--seed", str(given.seed)]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ladder", *words],
            capture_output=True,
            text=True,
            check=True,
        )
        row = json.loads(done.stdout)
        if at == 0:
            print("| " + " | ".join(row) + " |\n|" + " --- |" * len(row))
        print("| " + " | ".join(map(str, row.values())) + " |", flush=True)


if __name__ == "__main__":
    main()
