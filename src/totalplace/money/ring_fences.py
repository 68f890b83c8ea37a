"""Which money may join a pooled fund, and the law or grant condition that says so.

Flow: ring_fences.csv -> THIS -> money.pool
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources

from totalplace.errors import InputError, Problem


class Rule(StrEnum):
    """Whether money may join a fund."""

    FREE = "free"  # its body may put it in
    PURPOSE = "purpose"  # only in a fund for the same purpose
    OWNER = "owner"  # only each owner (a school, a nursery) can put its own in
    CLOSED = "closed"  # never


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFence:
    """The rule for one line, or for a pattern of lines."""

    line: str
    rule: Rule
    law: str
    reason: str


@cache
def ring_fences() -> tuple[RingFence, ...]:
    """Every row of the table, in its order. Constant, so read once."""
    text = (resources.files(__package__) / "ring_fences.csv").read_text("utf-8")
    return tuple(
        RingFence(line=row["line"], rule=Rule(row["rule"]), law=row["law"], reason=row["reason"])
        for row in csv.DictReader(text.splitlines())
    )


def ring_fence(line: str) -> RingFence:
    """The first row that fits a line.

    Raises:
        InputError: No row speaks of it, so nobody may say that it can be pooled.
    """
    for one in ring_fences():
        if one.line == line or fnmatchcase(line, one.line):
            return one
    raise InputError(
        Problem(
            what="no ring-fence is stated for this line",
            where=line,
            fix="Add a row to the table of ring-fences, with the law.",
        )
    )
