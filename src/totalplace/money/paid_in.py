"""What others paid towards a council's line: the income a return prints beside its spend.

Flow: book -> THIS -> money.ledger, money.overlap, money.pool
The return splits income into fees and *other income*: payments by other public bodies, by other
councils and by anyone else. So other income is the most that other bodies can have paid in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.counted import counted, to_pence
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.spend import LATEST_YEAR
from totalplace.money.themes import SPENT

OTHER = ".other_income"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """How much of some lines others can have paid for: at most, over the councils that print it."""

    most: int | None  # pence of other income; None where no council prints it
    spend: int  # gross pence of the same lines and councils
    councils: int  # that print both
    of: int

    @property
    def share(self) -> float | None:
        """Most over spend, nothing to one; None where it cannot be said."""
        if self.most is None or self.spend <= 0:
            return None
        return min(1.0, max(0.0, self.most / self.spend))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidIn:
    """Other income and gross spend by council and line, where both are printed, in pence."""

    income: Mapping[tuple[str, str], int]
    spend: Mapping[tuple[str, str], int]

    def joint(self, area_codes: Collection[str], lines: Sequence[str]) -> Joint:
        """The income and spend of some lines of some councils, summed where both are printed."""
        keys = [(code, line) for code in sorted(area_codes) for line in lines]
        known = [key for key in keys if key in self.income]
        return Joint(
            most=sum(max(0, self.income[key]) for key in known) if known else None,
            spend=sum(self.spend[key] for key in known),
            councils=len({code for code, _ in known}),
            of=len(set(area_codes)),
        )


def read_paid_in(book: Book, today: Today, *, year_start: date = LATEST_YEAR) -> PaidIn:
    """Read other income of every counted line of the councils' return.

    Args:
        book: A place book.
        today: Its authorities.
        year_start: First day of the financial year.
    """
    names = [one.line for one in counted("ro3.")]
    figures = read_figures(
        book,
        today,
        [name + column for name in names for column in (OTHER, SPENT)],
        start=year_start,
        end=financial_year_end(year_start),
    )
    income: dict[tuple[str, str], int] = {}
    spend: dict[tuple[str, str], int] = {}
    for name in names:
        paid, spent = figures[name + OTHER].values, figures[name + SPENT].values
        for index in np.flatnonzero(~np.isnan(paid + spent)):
            key = (today.area_codes[index], name)
            income[key] = to_pence(float(paid[index]))
            spend[key] = to_pence(float(spent[index]))
    return PaidIn(income=income, spend=spend)
