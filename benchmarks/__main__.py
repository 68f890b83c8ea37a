"""Time the cases: `python -m benchmarks [NAME ...] [--repeat N] [--write]`.

Flow: benchmarks.cases -> THIS -> the terminal, and docs/performance.md with --write
Each run is a fresh process. The best of N is shown: it is the least disturbed by other work.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import CASES, Case

BY_HAND = "## The optimiser"  # from here on the page is written by hand and kept
PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The best run of one case."""

    case: Case
    seconds: float
    peak_mb: float


def run_once(case: Case, cache: Path, scratch: Path) -> Timing:
    """Run a case in a fresh process: wall time and the most memory it held."""
    environment = {**os.environ, **case.environment, "TOTALPLACE_CACHE": str(cache)}
    command = [sys.executable, *case.program(scratch)]
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=scratch)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{case.name} failed:\n{said.read().decode(errors='replace')}")
    scale = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes here
    return Timing(case=case, seconds=seconds, peak_mb=usage.ru_maxrss * scale / 2**20)


def measure(case: Case, repeat: int) -> Timing:
    """The best of several runs; each cold run has an empty cache, others share a warm one."""
    with tempfile.TemporaryDirectory(prefix="totalplace-bench-") as name:
        scratch, warm = Path(name) / "scratch", Path(name) / "warm"
        scratch.mkdir()
        if not case.cold:
            run_once(case, warm, scratch)
        runs = [
            run_once(case, Path(name) / f"cold-{number}" if case.cold else warm, scratch)
            for number in range(repeat)
        ]
    return min(runs, key=lambda timing: timing.seconds)


def page(timings: list[Timing], repeat: int) -> str:
    """The measurements as a page of the documentation."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rows = "".join(
        f"| {t.case.what} | {t.seconds:.2f} s | {t.peak_mb:,.0f} MB |\n" for t in timings
    )
    return (
        "# Performance\n\n"
        "<!-- Written by `python -m benchmarks --write`; it informs and never gates. -->\n\n"
        f"Best of {repeat} runs, each in a fresh process, on {machine}.\n\n"
        f"| case | time | most memory held |\n| --- | ---: | ---: |\n{rows}"
    )


def main() -> None:
    """Run the cases asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Time what people wait for."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(c.name for c in CASES))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--write", action="store_true", help=f"write {PAGE.name} of the documentation"
    )
    given = parser.parse_args()
    unknown = set(given.names) - {case.name for case in CASES}
    if unknown:
        parser.error(f"no case called {', '.join(sorted(unknown))}")
    timings = []
    for case in CASES:
        if given.names and case.name not in given.names:
            continue
        if reason := case.cannot():
            print(f"{case.name:12} skipped: {reason}")
            continue
        timing = measure(case, given.repeat)
        timings.append(timing)
        print(
            f"{case.name:12} {timing.seconds:7.2f} s {timing.peak_mb:7,.0f} MB  {case.what}",
            flush=True,
        )
    if given.write:
        before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        _, mark, by_hand = before.partition(BY_HAND)
        text = page(timings, given.repeat)
        PAGE.write_text(f"{text}\n{mark}{by_hand}" if mark else text, encoding="utf-8")


if __name__ == "__main__":
    main()
