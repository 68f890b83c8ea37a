"""Divide the money of a place among new authorities by named keys, to the penny.

Flow: money.count, money.keys -> THIS -> scenarios.splitting
In: the rows of a count, keys by district, and which district goes where. Out: one row for each
line and part. What is unknown of the whole stays unknown of its parts. Pure arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from totalplace.errors import InputError, Problem
from totalplace.money.apportion import apportion, check_key
from totalplace.money.keys import Key, rule_of
from totalplace.money.rows import Row, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """What one part takes of one line of the whole."""

    part: str
    line: str
    title: str
    theme: str
    outcome: str
    payer: str
    year: str
    standing: Standing  # of the whole's line
    key: str  # divided by
    ring_fence: str  # "" where free
    pence: int | None  # net; None exactly where the whole's is unknown
    low: int | None  # over the keys that could have been used, and the line's own range
    high: int | None


def divide(
    rows: Sequence[Row], keys: Mapping[str, Key], parts: Mapping[str, str]
) -> tuple[PartRow, ...]:
    """Divide every row by the key of its line.

    Args:
        rows: The rows of a place's count, eliminations taken out.
        keys: Keys by name; every rule's own must be among them.
        parts: District code -> name of the part it goes to.

    Returns:
        For each row one of each part, parts in the order they are first named. Known amounts add
        up to the row's net amount exactly.

    Raises:
        InputError: A key is missing, leaves a district out, or cannot divide money.
    """
    _check(rows, keys, parts)
    shares = {name: key.of_parts(parts) for name, key in keys.items()}
    named = tuple(dict.fromkeys(parts.values()))
    found: list[PartRow] = []
    for row in rows:
        rule = rule_of(row.line)
        usable = [rule.key, *(name for name in rule.also if name in keys)]
        if keys[rule.key].stated:
            usable = [rule.key]  # who states a key knows: nothing else stands beside it
        exact = (
            dict.fromkeys(named)
            if row.pence is None
            else apportion(row.net, shares[rule.key], name=rule.key)
        )
        found += [
            _part_row(row, part, rule.key, rule.ring_fence, exact[part],
                      [shares[name][part] / sum(shares[name].values()) for name in usable])
            for part in named
        ]  # fmt: skip
    return tuple(found)


def _part_row(
    row: Row, part: str, key: str, ring_fence: str, pence: int | None, shares: Sequence[float]
) -> PartRow:
    low = high = None
    if pence is not None:
        ends = (row.low or 0) - row.eliminated, (row.high or 0) - row.eliminated
        all_ends = [round(share * end) for share in shares for end in ends]
        low, high = min(pence, *all_ends), max(pence, *all_ends)
    return PartRow(
        part=part,
        line=row.line,
        title=row.title,
        theme=row.theme,
        outcome=row.outcome,
        payer=row.payer,
        year=row.year,
        standing=row.standing,
        key=key,
        ring_fence=ring_fence,
        pence=pence,
        low=low,
        high=high,
    )


def _check(rows: Sequence[Row], keys: Mapping[str, Key], parts: Mapping[str, str]) -> None:
    needed = {rule_of(row.line).key: row.title for row in rows}
    problems = [
        Problem(
            what=f"there is no key {name!r} to divide by",
            example=title,
            fix="Use a book that holds it, or state it. Nothing was divided.",
        )
        for name, title in needed.items()
        if name not in keys
    ]
    for name, key in keys.items():
        left_out = [district for district in parts if district not in key.weights]
        if left_out:
            problems.append(
                Problem(
                    what="leaves districts out, so it cannot divide money",
                    where=f"key {name!r}",
                    count=len(left_out),
                    example=left_out[0],
                    fix="Give every district a weight. Nothing was divided.",
                )
            )
            continue
        try:
            check_key(key.of_parts(parts), name=name)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
