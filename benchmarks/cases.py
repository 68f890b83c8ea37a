"""The named cases: each is a program run from cold, as a person would run it.

Flow: THIS -> benchmarks.__main__
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


def always() -> str:
    """For cases that need nothing."""
    return ""


def open_data() -> str:
    """Why a case that reads published files cannot run here; empty when it can."""
    return "" if os.environ.get("TOTALPLACE_OPEN_DATA") else "TOTALPLACE_OPEN_DATA is not set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One timed run: Python code, or arguments of the command line."""

    name: str
    what: str
    code: str = ""
    arguments: tuple[str, ...] = ()
    cold: bool = False  # run with an empty cache, as on the first day
    cannot: Callable[[], str] = always
    environment: Mapping[str, str] = field(default_factory=dict)

    def program(self, scratch: Path) -> list[str]:
        """Arguments for the interpreter. ``{scratch}`` and ``{open_data}`` are filled in."""
        if self.code:
            return ["-c", self.code]
        filled = [
            part.format(scratch=scratch, open_data=os.environ.get("TOTALPLACE_OPEN_DATA", ""))
            for part in self.arguments
        ]
        return ["-c", "from totalplace.cli.app import main; main()", *filled]


CASES = (
    Case(name="import", what="`import totalplace`", code="import totalplace"),
    Case(name="help", what="`totalplace --help`", arguments=("--help",)),
    Case(
        name="build",
        what="a book from all published files",
        arguments=("book", "build", "--from", "{open_data}", "--book", "{scratch}/book.duckdb"),
        cannot=open_data,
    ),
    Case(
        name="pack",
        what="the embedded pack, first use",
        code="import totalplace; totalplace.england().close()",
        cold=True,
    ),
    Case(
        name="plan-first",
        what="a plan for social work, first use",
        arguments=("plan", "social-work", "--arrangement", "shared-management"),
        cold=True,
    ),
    Case(
        name="plan",
        what="a plan for social work, from then on",
        arguments=("plan", "social-work", "--arrangement", "shared-management"),
    ),
)
