"""What every published line of spend is for: service, layer, theme, outcome, age and stance.

Flow: lines_map.csv -> THIS -> money.ledger, money.count, reports
In: our table, one row per line (``*`` stands for any run of characters). Out: frozen rows by line,
and whatever money of a book no row speaks of: it is named, never dropped.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.catalogue import OUTCOMES
from totalplace.types import Layer

STANCES = ("prevention", "reaction")
SPLIT, BUYS = "split", "buys"
"""Layers that are no layer: pay and running costs are split, or split with running costs buying."""

SPENT = ".total_expenditure"
"""The column of a council's return that is its gross spend."""


class Role(StrEnum):
    """What a line is to the count."""

    COUNT = "count"  # money spent on children, counted here and nowhere else
    PART = "part"  # already inside another line
    TOTAL = "total"  # other lines are its parts
    SECOND = "second"  # another publisher's view of the same money
    ADULTS = "adults"
    ALL_AGES = "all ages"  # no key tells children's part


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a publication, or a pattern of them: a row of lines_map.csv."""

    line: str
    role: Role
    within: str  # the line that already contains it, or ""
    service: str
    layer: str  # a Layer, SPLIT or BUYS; "" where it is not counted
    theme: str
    outcome: str
    age: str
    stance: str
    payer: str
    reason: str


@cache
def lines() -> Mapping[str, Line]:
    """Every row of the table by its line, in the order of the file. Constant, so read once.

    Raises:
        InputError: The table contradicts itself; every fault is listed.
    """
    text = (resources.files(__package__) / "lines_map.csv").read_text("utf-8")
    return read_lines(csv.DictReader(text.splitlines()))


def read_lines(rows: Iterable[Mapping[str, str]]) -> Mapping[str, Line]:
    """Check and freeze the rows of such a table.

    Raises:
        InputError: A line twice, an unknown role, layer, outcome or stance, a counted line without
            one of its keys, a row without its reason; all of them.
    """
    problems: list[Problem] = []
    found: dict[str, Line] = {}
    for row in rows:
        name = row["line"]
        problems += [
            Problem(what=what, where=f"line {name!r} of the table of lines")
            for what in _faults(row)
        ]
        if name in found:
            problems.append(Problem(what=f"line {name!r} stands twice in the table of lines"))
        if row["role"] in set(Role):
            rest = {key: value for key, value in row.items() if key != "role"}
            found[name] = Line(role=Role(row["role"]), **rest)
    if problems:
        raise InputError(problems)
    return MappingProxyType(found)


def _faults(row: Mapping[str, str]) -> list[str]:
    layers = {*Layer, SPLIT, BUYS}
    faults = []
    if row["role"] not in set(Role):
        faults.append(f"role {row['role']!r} is not known")
    if not row["reason"].strip():
        faults.append("there is no reason")
    if row["role"] == Role.COUNT:
        for key, known in (("layer", layers), ("outcome", OUTCOMES), ("stance", STANCES)):
            if row[key] not in known:
                faults.append(f"{key} {row[key]!r} is not known")
        faults += [
            f"there is no {key}" for key in ("service", "theme", "age", "payer") if not row[key]
        ]
    return faults


def themes() -> tuple[str, ...]:
    """Every theme of a counted line, in the order of the table."""
    return tuple(dict.fromkeys(one.theme for one in lines().values() if one.role is Role.COUNT))


def line_of(item: str) -> str:
    """The line an item of the book belongs to: without the column, where it has one."""
    return item.removesuffix(SPENT)


def find_line(line: str, *, table: Mapping[str, Line] | None = None) -> Line | None:
    """What the table says of a line: its own row, else the first pattern that fits; else None."""
    known = lines() if table is None else table
    if line in known:
        return known[line]
    for pattern, row in known.items():
        if "*" in pattern and re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), line):
            return row
    return None


def unmapped(book: Book, *, table: Mapping[str, Line] | None = None) -> tuple[str, ...]:
    """Items of spend in a book that no row of the table speaks of, in order."""
    frame = book.query(
        "SELECT DISTINCT item FROM item WHERE unit = 'pounds' AND ("
        " item LIKE 'ro3.%.total_expenditure' OR item LIKE 'rsx.%.total_expenditure'"
        " OR item LIKE 's251.%.total_expenditure' OR item LIKE 'dsg.%' OR item LIKE 'cra.%'"
        " OR item LIKE 'lait.%') ORDER BY item"
    )
    return tuple(item for item in frame["item"] if find_line(line_of(item), table=table) is None)
