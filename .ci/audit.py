"""Ask the public list of vulnerabilities about every locked package, or say it cannot be asked.

Flow: requirements/*.txt -> pip-audit -> THIS -> `make audit`, .ci/run
pip-audit alone cannot be the gate: where a registry answers that it knows none of our packages,
it says "No known vulnerabilities found" and ends well. Here, nothing asked is never all clear.

    python .ci/audit.py [--must-ask] PIP-AUDIT PROBE-LOCK LOCK...

The short PROBE-LOCK is asked first, so that a machine without the network knows within seconds.
Ends with 0 when nothing was found or nothing could be asked, 1 when something was found,
2 when the audit itself is broken, 3 when nothing could be asked and ``--must-ask`` was given.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ANSWER_S = 4  # for one answer
PROBE_S = 12  # for all answers about the short lock
WHOLE_S = 300  # for all answers about every lock
NO_WAY = re.compile(
    "connect|timed? ?out|unreachable|resolve|retries|proxy|ssl|ServiceError|HTTPError",
    re.IGNORECASE,
)


class BrokenError(Exception):
    """The audit itself did not work: not the network, and not a finding."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the list said."""

    asked: int  # packages it knows
    unknown: tuple[str, ...]  # packages it does not know
    found: tuple[str, ...]  # what is wrong, a line each


def ask(program: str, locks: list[str], within_s: float) -> Answer | str:
    """The answer about every package of these locks, or why there is none.

    Raises:
        BrokenError: pip-audit ended without an answer, and not for want of the network.
    """
    with tempfile.TemporaryDirectory(prefix="totalplace-audit-") as folder:
        out = Path(folder) / "answer.json"
        words = [program, "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        words += ["--timeout", str(ANSWER_S), "--cache-dir", folder, "--format", "json"]
        words += ["--output", str(out), *(word for lock in locks for word in ("-r", lock))]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=within_s, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no answer within {within_s:.0f} seconds"
        except OSError as error:
            raise BrokenError(f"{program}: {error.strerror}") from error
        if not out.is_file() or not out.stat().st_size:
            last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            if NO_WAY.search(done.stderr):
                return last[0][:300]
            raise BrokenError(f"pip-audit ended with {done.returncode}: {last[0][:300]}")
        answer = understood(json.loads(out.read_text("utf-8")))
    if not answer.asked:
        return f"it knows none of {len(answer.unknown)} packages, so it is no list of them"
    if done.returncode and not answer.found:
        raise BrokenError(f"pip-audit ended with {done.returncode} and found nothing")
    return answer


def understood(told: dict[str, list[dict[str, object]]]) -> Answer:
    """pip-audit's own answer, counted."""
    asked, unknown, found = 0, [], []
    for package in told["dependencies"]:
        if "vulns" not in package:
            unknown.append(str(package["name"]))
            continue
        asked += 1
        for fault in package["vulns"]:  # type: ignore[attr-defined]
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            found.append(
                f"{package['name']} {package['version']}: {fault['id']}, mended in {mended}"
            )
    return Answer(asked, tuple(sorted(set(unknown))), tuple(sorted(set(found))))


def main(words: list[str]) -> int:
    """Ask, and say what came of it; the exit code."""
    must = words[:1] == ["--must-ask"]
    program, probe, *locks = words[must:]
    try:
        answer = ask(program, [probe], PROBE_S)
        if isinstance(answer, Answer):
            answer = ask(program, [probe, *locks], WHOLE_S)
    except BrokenError as error:
        say(f"THE AUDIT IS BROKEN, so nothing is known: {error}")
        return 2
    if isinstance(answer, str):
        say("THE AUDIT COULD NOT BE ASKED: the public list of vulnerabilities was not reached")
        say(f"({answer}). This says nothing about the packages, neither good nor bad.")
        say("Run `make audit` on a machine with access to the network.")
        return 3 if must else 0
    if answer.unknown:
        say(f"The list does not know {len(answer.unknown)}: {', '.join(answer.unknown)}.")
    if answer.found:
        say(f"{len(answer.found)} known vulnerabilities:")
        for one in answer.found:
            say(f"  {one}")
        say("Mend them with `make lock UPGRADE=--upgrade`, then run the tests.")
        return 1
    say(f"No known vulnerability in {answer.asked} locked packages.")
    return 0


def say(line: str) -> None:
    """One line for whoever reads the log."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
