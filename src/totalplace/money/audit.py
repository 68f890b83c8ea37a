"""What a count holds twice, or has lost: every way a pound can be planted is looked for.

Flow: money.count -> THIS -> tests, reports, anyone who doubts a count
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from totalplace.errors import Problem
from totalplace.money.count import CUTS, Count
from totalplace.money.ledger import Ledger
from totalplace.money.reconciled import ENGLAND
from totalplace.money.rows import Row, Standing
from totalplace.money.themes import Role, lines

WHOLE_LINE = "ro3.looked_after"
"""The one total that may be counted: where a return is missing and its parts are unknown."""


def audit(one: Count, *, ledger: Ledger | None = None) -> list[Problem]:
    """What is counted twice or lost: empty for a sound count.

    A line twice for one authority and year; a total beside its parts; a line that is part of
    another, or another publisher's view of the same money; a row whose layers or range do not
    hold its amount; a sum that is not, to the penny, the published total that it should be;
    transfers that are not what was taken out; a cut that is not the whole.

    Args:
        one: The count.
        ledger: The rows it was made from. Estimates have no published total to be held against,
            so only this finds a pound planted in one.
    """
    return [
        *_twice(one.rows),
        *_roles(one.rows),
        *_amounts(one.rows),
        *_totals(one),
        *_taken_out(one),
        *_cuts(one),
        *([] if ledger is None else _against(one, ledger)),
    ]


def _twice(rows: Iterable[Row]) -> list[Problem]:
    keys = Counter(
        (row.area_code, row.line, row.year, row.title if row.area_code == ENGLAND else "")
        for row in rows
    )
    return [
        Problem(what="the same line is counted twice", where=f"{area}, {line}, {year}", count=n - 1)
        for (area, line, year, _), n in keys.items()
        if n > 1
    ]


def _roles(rows: Iterable[Row]) -> list[Problem]:
    """A line that the table of lines does not count, or a total beside its parts."""
    problems, whole, parts = [], set(), set()
    for row in rows:
        known = lines().get(row.line)
        where = f"{row.area_code}, {row.line}, {row.year}"
        if row.line == WHOLE_LINE:
            whole.add(row.area_code)
        elif known is not None and known.role is not Role.COUNT:
            inside = f" of {known.within}" if known.within else ""
            problems.append(
                Problem(what=f"this is {known.role}{inside} and counted elsewhere", where=where)
            )
        elif known is not None and known.theme == "care" and known.line.startswith("ro3."):
            parts.add(row.area_code)
    return problems + [
        Problem(what="the looked-after total is counted beside its parts", where=area)
        for area in sorted(whole & parts)
    ]


def _amounts(rows: Iterable[Row]) -> list[Problem]:
    problems = []
    for row in rows:
        where = f"{row.area_code}, {row.line}, {row.year}"
        if (row.pence is None) != (row.standing is Standing.UNKNOWN):
            problems.append(Problem(what="its amount and its standing disagree", where=where))
        if row.pence is None:
            continue
        if sum(part for _, part in row.layers) != row.pence:
            problems.append(Problem(what="its layers are not its amount", where=where))
        low, high = row.low, row.high
        if low is None or high is None or not min(low, high) <= row.pence <= max(low, high):
            problems.append(Problem(what="its range does not hold its amount", where=where))
        if row.standing is Standing.PUBLISHED and not low == high == row.pence:
            problems.append(Problem(what="it is published, and has a range", where=where))
    return problems


def _totals(one: Count) -> list[Problem]:
    problems = []
    for check in one.reconciled:
        summed = check.sum_of(one.rows)
        if summed != check.published:
            problems.append(
                Problem(
                    what=f"{check.title}: the count has £{summed / 100:,.2f}, "
                    f"published is £{check.published / 100:,.2f}",
                    where=one.place,
                )
            )
    return problems


def _taken_out(one: Count) -> list[Problem]:
    """Each transfer is taken out of the row that spent it, and nothing else is."""
    table: Counter[tuple[str, str, str]] = Counter()
    for each in one.transfers:
        table[each.area_code, each.spent_in, each.year] += each.pence
    gone = Counter({
        (row.area_code, row.line, row.year): row.eliminated for row in one.rows if row.eliminated
    })  # fmt: skip
    # A theme's count keeps transfers that start in it and end in another theme, or the reverse.
    present = {(row.area_code, row.line, row.year) for row in one.rows}
    return [
        Problem(
            what=f"£{gone[key] / 100:,.2f} is taken out, the table has £{table[key] / 100:,.2f}",
            where=", ".join(key),
        )
        for key in sorted({*table, *gone})
        if gone[key] != table[key] and (key in present or not one.theme)
    ]


def _cuts(one: Count) -> list[Problem]:
    problems = []
    for cut in CUTS:
        summed = sum(part.pence for part in one.by(cut))
        if summed != one.pence:
            problems.append(
                Problem(
                    what=f"cut by {cut} it is £{summed / 100:,.2f}, "
                    f"the whole £{one.pence / 100:,.2f}",
                    where=one.place,
                )
            )
    return problems


def _against(one: Count, ledger: Ledger) -> list[Problem]:
    """Rows that are not those of the ledger, amount for amount."""
    known = {(row.area_code, row.line, row.year): row.pence for row in ledger.rows}
    return [
        Problem(
            what="the ledger has another amount for this line",
            where=f"{row.area_code}, {row.line}, {row.year}",
        )
        for row in one.rows
        if row.area_code != ENGLAND
        and known.get((row.area_code, row.line, row.year), -1) != row.pence
    ]
