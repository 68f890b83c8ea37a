"""Ten draws of the hardest rung in one go: `python -m benchmarks.seeds [--members M] [--span KM]`.

Flow: benchmarks.instances -> THIS -> the terminal, as a Markdown table
Sets of up to six authorities of any span, increasing returns. All seeds are solved one after
another in one process, after one small solve that loads the compiled loops.
"""

from __future__ import annotations

import argparse
import resource
import time

from benchmarks.instances import VALUES, england, sets_of
from totalplace.footprints.optimiser import best_partition


def main() -> None:
    """Solve every seed and print what was proved."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seeds")
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit of each")
    parser.add_argument("--members", type=int, default=6)
    parser.add_argument("--span", type=float, default=0.0, help="km; 0: any")
    parser.add_argument("--values", choices=list(VALUES), default="increasing returns")
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    country = england()
    small = sets_of(country, 2, 60.0)
    best_partition(small, VALUES[given.values](country, small, 0), country.size, time_limit=2.0)
    sets = sets_of(country, given.members, given.span or None)
    print(f"{len(sets):,} sets, {given.values}\n")
    print("| seed | pay | seconds | processor | nodes | value | bound | gap |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for seed in range(1, given.seeds + 1):
        gain = VALUES[given.values](country, sets, seed)
        began, used = time.perf_counter(), time.process_time()
        found = best_partition(sets, gain, country.size, time_limit=given.seconds)
        gap = "proved" if found.status == "optimal" else f"{found.gap:.3%}"
        print(
            f"| {seed} | {(gain > 0).mean():.0%} | {time.perf_counter() - began:.1f} | "
            f"{time.process_time() - used:.1f} | {found.nodes} | {found.value:.6f} | "
            f"{found.bound:.6f} | {gap} |",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nMost memory held: {peak:,.0f} MB.")


if __name__ == "__main__":
    main()
