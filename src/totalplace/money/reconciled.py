"""Published totals beside the sums of rows that should make them: each family of money has one.

Flow: book, money.ledger -> THIS -> money.count, money.audit
A total is read again from the book, apart from the reading that made the rows. What an authority
has of a region's benefits is held against the region, with the rest of the region beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from totalplace.book.store import Book
from totalplace.money.benefits import PROGRAMME
from totalplace.money.counted import counted, to_pence
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.ledger import EDUCATION, Ledger
from totalplace.money.rows import Row
from totalplace.money.themes import SPENT

ENGLAND = "E92000001"
TOTAL = "ro3.total_csc"
GRANT_TOTAL = "dsg.total.before_recoupment"
PASSED_TOTAL = "dsg.total.after_recoupment"


class Family(StrEnum):
    """Which money a published total is of."""

    SOCIAL = "children's social care"
    HEALTH = "public health for children"
    GRANT = "schools grant"
    EDUCATION = "education spend of councils"
    PASSED_ON = "schools grant that councils were paid"
    BENEFITS = "benefits for families"


def _ro3(row: Row) -> bool:
    return row.line.startswith("ro3.")


_AMOUNT: Mapping[Family, Callable[[Row], int]] = MappingProxyType(
    {
        Family.SOCIAL: lambda row: (row.pence or 0) * (_ro3(row) and row.theme != "health"),
        Family.HEALTH: lambda row: (row.pence or 0) * (_ro3(row) and row.theme == "health"),
        Family.GRANT: lambda row: (row.pence or 0) * row.line.startswith("dsg."),
        Family.EDUCATION: lambda row: (row.pence or 0) * (row.line == EDUCATION),
        Family.PASSED_ON: lambda row: row.eliminated,
        Family.BENEFITS: lambda row: (row.pence or 0) * row.line.startswith(PROGRAMME),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """A published total beside the sum that should make it."""

    title: str
    family: Family
    published: int  # pence
    summed: int
    area_codes: frozenset[str]  # whose rows make it
    elsewhere: int = 0  # of it, in rows outside the place, pence

    def sum_of(self, rows: Sequence[Row]) -> int:
        """What these rows make of it, pence."""
        amount = _AMOUNT[self.family]
        return self.elsewhere + sum(amount(row) for row in rows if row.area_code in self.area_codes)

    @property
    def difference(self) -> int:
        """Sum less published, pence."""
        return self.summed - self.published


def reconcile(
    book: Book, ledger: Ledger, rows: Sequence[Row], area_codes: Sequence[str], *, year_start: date
) -> tuple[Reconciled, ...]:
    """Printed totals of some authorities beside the sums of their rows.

    Args:
        book: A place book.
        ledger: Every authority's rows, for the rest of a region.
        rows: The rows counted.
        area_codes: Whose they are.
        year_start: First day of the financial year of councils' spend.
    """
    wanted = tuple(sorted(area_codes))
    social = _printed(book, ledger, [TOTAL + SPENT], year_start, wanted)
    found = [
        ("Children's social care of councils that sent a return", Family.SOCIAL, social),
        ("Public health for children", Family.HEALTH,
         _printed(book, ledger, _health(), year_start, wanted)),
        *_schools(book, ledger, wanted),
    ]  # fmt: skip
    checks = [
        _check(title, family, sum(known.values()), frozenset(known), rows)
        for title, family, known in found
        if known
    ]
    return (*checks, *_benefits(book, ledger, rows, wanted))


def reconcile_england(
    book: Book, ledger: Ledger, rows: Sequence[Row], *, year_start: date
) -> tuple[Reconciled, ...]:
    """England's printed totals beside the rows counted for England."""
    everyone = frozenset({ENGLAND, *ledger.today.area_codes})
    wanted = (
        ("England's children's social care (RO3)", Family.SOCIAL, [TOTAL + SPENT], year_start),
        ("England's public health for children (RO3)", Family.HEALTH, _health(), year_start),
        ("England's schools grant", Family.GRANT, [GRANT_TOTAL], _school_year(ledger)),
    )
    checks = []
    for title, family, items, start in wanted:
        frame = book.query(
            "SELECT value FROM observation WHERE latest AND item IN (SELECT unnest(?))"
            " AND level = 'england' AND period_start = ? AND value IS NOT NULL",
            [items, start],
        )
        if frame.height == len(items):
            published = sum(to_pence(value) for value in frame["value"])
            checks.append(_check(title, family, published, everyone, rows))
    authorities = reconcile(book, ledger, rows, ledger.today.area_codes, year_start=year_start)
    own = (Family.EDUCATION, Family.PASSED_ON, Family.BENEFITS)
    return (*checks, *(one for one in authorities if one.family in own))


def _health() -> list[str]:
    return [one.line + SPENT for one in counted("ro3.") if one.theme == "health"]


def _school_year(ledger: Ledger) -> date | None:
    year = ledger.years["schools"]
    return date(int(year[:4]), 4, 1) if year[:4].isdigit() else None


def _schools(
    book: Book, ledger: Ledger, wanted: Sequence[str]
) -> list[tuple[str, Family, dict[str, int]]]:
    """The grant, education spend, and what of the grant was paid to councils with such spend."""
    start = _school_year(ledger)
    if start is None:
        return []
    grant = _printed(book, ledger, [GRANT_TOTAL], start, wanted)
    spent = _printed(book, ledger, [EDUCATION + SPENT], start, wanted)
    passed = _printed(book, ledger, [PASSED_TOTAL], start, wanted)
    return [
        ("Dedicated schools grant", Family.GRANT, grant),
        ("Education spend of councils, grant included", Family.EDUCATION, spent),
        ("Grant paid to councils, taken out of their spend", Family.PASSED_ON,
         {code: pence for code, pence in passed.items() if code in spent}),
    ]  # fmt: skip


def _printed(
    book: Book, ledger: Ledger, items: Sequence[str], start: date, wanted: Collection[str]
) -> dict[str, int]:
    """What is printed of some items together, pence, for every authority that prints any."""
    figures = read_figures(book, ledger.today, items, start=start, end=financial_year_end(start))
    place = {code: index for index, code in enumerate(ledger.today.area_codes)}
    found: dict[str, int] = {}
    for code in wanted:
        values = [float(figures[item].values[place[code]]) for item in items]
        known = [to_pence(value) for value in values if not np.isnan(value)]
        if known:
            found[code] = sum(known)
    return found


def _benefits(
    book: Book, ledger: Ledger, rows: Sequence[Row], wanted: Sequence[str]
) -> list[Reconciled]:
    """Whole regions' published benefits beside the place's rows and the rest of the regions'."""
    regions = {one.region_code for one in ledger.today.authorities if one.area_code in set(wanted)}
    members = {one.area_code for one in ledger.today.authorities if one.region_code in regions}
    shared = [
        row for row in ledger.rows if row.line.startswith(PROGRAMME) and row.area_code in members
    ]
    if not shared or any(row.pence is None for row in shared):
        return []  # not in this book, or a key is missing and nothing was shared
    start = date(int(shared[0].year[:4]), 4, 1)
    frame = book.query(
        "SELECT value FROM observation WHERE latest AND level = 'region' AND period_start = ?"
        " AND value IS NOT NULL AND area_code IN (SELECT unnest(?))"
        " AND item IN (SELECT unnest(?))",
        [start, sorted(regions), [one.line for one in counted(PROGRAMME)]],
    )
    published = sum(to_pence(value) for value in frame["value"])
    elsewhere = sum(row.pence or 0 for row in shared if row.area_code not in set(wanted))
    title = "Benefits for families, whole regions"
    check = _check(title, Family.BENEFITS, published, frozenset(wanted), rows)
    whole = replace(check, elsewhere=elsewhere)
    return [replace(whole, summed=whole.sum_of(rows))]


def _check(
    title: str, family: Family, published: int, area_codes: frozenset[str], rows: Sequence[Row]
) -> Reconciled:
    check = Reconciled(
        title=title, family=family, published=published, summed=0, area_codes=area_codes
    )
    return replace(check, summed=check.sum_of(rows))
