"""Functions that several public bodies pay for, with what each pays and how that is known.

Flow: overlap.toml -> THIS -> money.overlap, reports
In: our table. Out: frozen functions and shares; a table that contradicts itself is refused whole.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from totalplace.errors import InputError, Problem
from totalplace.measures.catalogue import OUTCOMES
from totalplace.money.themes import Role, lines

WHOLE, SOME = "whole", "some"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of a line is a function: a range, and where it comes from."""

    id: str
    title: str
    low: float  # 0 to 1
    high: float
    publisher: str
    source: str
    period: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One body's payment for a function: a part of a published line, or an unknown amount."""

    body: str  # a payer of the count
    line: str  # "" where nobody prints it
    part: Part | None  # None without a line
    why: str
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What several bodies do for the same children."""

    id: str
    title: str
    cohort: str
    age: str
    outcome: str
    claims: tuple[Claim, ...]

    @property
    def bodies(self) -> tuple[str, ...]:
        """Who pays, in the order of the table."""
        return tuple(dict.fromkeys(claim.body for claim in self.claims))


FIXED = {
    WHOLE: Part(
        id=WHOLE, title="The whole line", low=1.0, high=1.0, publisher="", source="", period="",
        licence="",
    ),
    SOME: Part(
        id=SOME, title="An unknown part of the line", low=0.0,
        high=1.0, publisher="", source="", period="", licence="",
    ),
}  # fmt: skip


@cache
def functions() -> tuple[Function, ...]:
    """Every function of the table, in its order. Constant, so read once."""
    text = (resources.files(__package__) / "overlap.toml").read_text("utf-8")
    return read_functions(tomllib.loads(text))


def read_functions(document: Mapping[str, Any]) -> tuple[Function, ...]:
    """Check and freeze such a table.

    Raises:
        InputError: A share outside 0 to 1 or without its source, a line that the count does not
            count, a part that is no share, a line claimed twice by one function, a function that
            only one body pays for, an unknown outcome; every one is listed.
    """
    problems: list[Problem] = []
    parts = dict(FIXED)
    for row in document.get("share", ()):
        part = Part(**row)
        parts[part.id] = part
        if not 0 <= part.low <= part.high <= 1:
            problems.append(_fault(f"share {part.id!r}", "its ends are not in order from 0 to 1"))
        if not (part.source and part.publisher and part.period and part.licence):
            problems.append(_fault(f"share {part.id!r}", "it does not say where it comes from"))
    found = []
    for row in document.get("function", ()):
        one = Function(
            **{key: value for key, value in row.items() if key != "claim"},
            claims=tuple(_claim(claim, parts, problems) for claim in row.get("claim", ())),
        )
        found.append(one)
        where = f"function {one.id!r}"
        if len(one.bodies) < 2:
            problems.append(_fault(where, "fewer than two bodies pay for it"))
        if one.outcome not in OUTCOMES:
            problems.append(_fault(where, f"outcome {one.outcome!r} is not known"))
        problems += [
            _fault(where, f"it claims the line {line!r} more than once")
            for line, times in Counter(claim.line for claim in one.claims if claim.line).items()
            if times > 1
        ]
    if problems:
        raise InputError(problems)
    return tuple(found)


def _claim(row: Mapping[str, str], parts: Mapping[str, Part], problems: list[Problem]) -> Claim:
    line, named = row.get("line", ""), row.get("part", "")
    where = f"claim of {row['body']!r} on {line or 'no line'!r}"
    if line:
        known = lines().get(line)
        if known is None or known.role is not Role.COUNT:
            problems.append(_fault(where, "the count does not count that line"))
        elif known.payer != row["body"]:
            problems.append(_fault(where, f"that line is paid by {known.payer!r}"))
        if named not in parts:
            problems.append(_fault(where, f"there is no share {named!r}"))
    return Claim(
        body=row["body"],
        line=line,
        part=parts.get(named) if line else None,
        why=row["why"],
        law=row["law"],
    )


def _fault(where: str, what: str) -> Problem:
    return Problem(what=what, where=f"{where} of the table of overlaps")
