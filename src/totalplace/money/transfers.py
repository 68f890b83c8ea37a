"""Money that one public body pays to another, taken out once so that no pound counts twice.

Flow: money.ledger -> THIS -> money.count

A transfer is seen at both ends: the payer's row, which keeps it, and the receiver's row, which
spends it and is lowered. The table of eliminations shows every one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from totalplace.errors import InputError, Problem
from totalplace.money.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One payment between bodies, as both their accounts show it."""

    area_code: str
    paid_in: str  # line of the payer
    spent_in: str  # line of the receiver
    payer: str
    receiver: str
    year: str
    pence: int
    basis: str  # how it is known


def eliminate(rows: Sequence[Row], transfers: Sequence[Transfer]) -> tuple[Row, ...]:
    """Lower each receiver's row by what it was paid; every other row stays as it is.

    Raises:
        InputError: A transfer given twice, below nothing, without a row at either end, between
            rows of different years, or larger than a row it touches; every one is listed.
    """
    known = {(row.area_code, row.line, row.year): row for row in rows}
    problems = [
        Problem(
            what="the same transfer is given twice",
            where=f"{area}, {paid} to {spent}, {year}",
            count=times - 1,
            fix="Take it out once only.",
        )
        for (area, paid, spent, year), times in Counter(
            (one.area_code, one.paid_in, one.spent_in, one.year) for one in transfers
        ).items()
        if times > 1
    ]
    taken: Counter[tuple[str, str, str]] = Counter()
    for one in transfers:
        where = f"{one.area_code}, {one.paid_in} to {one.spent_in}, {one.year}"
        problems += [
            Problem(what=what, where=where)
            for what in (_end(known, one, one.paid_in), _end(known, one, one.spent_in))
            if what
        ]
        if one.pence < 0:
            problems.append(Problem(what="a transfer below nothing", where=where))
        taken[one.area_code, one.spent_in, one.year] += one.pence
    for key, pence in taken.items():
        gross = known[key].pence if key in known else None
        if gross is not None and pence > gross:
            problems.append(
                Problem(
                    what=f"£{pence / 100:,.2f} is taken out of £{gross / 100:,.2f}",
                    where=", ".join(key),
                    fix="More cannot be paid on than was spent; check both ends.",
                )
            )
    if problems:
        raise InputError(problems, after="Nothing was taken out.")
    out = []
    for row in rows:
        pence = taken.get((row.area_code, row.line, row.year), 0)
        out.append(replace(row, eliminated=pence) if pence else row)
    return tuple(out)


def _end(known: dict[tuple[str, str, str], Row], one: Transfer, line: str) -> str:
    row = known.get((one.area_code, line, one.year))
    if row is None:
        return f"there is no row {line!r} in {one.year} for it"
    if row.pence is None:
        return f"the row {line!r} is unknown, so nothing can be taken out"
    if row.pence < one.pence:
        return f"it is larger than the row {line!r}"
    return ""
