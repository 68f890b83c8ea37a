"""What each council pays its front line: the yardstick of the guard "front line held".

Flow: book -> THIS -> scenarios.gather -> footprints.guards
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.today import todays_authorities
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.plausible import ratio_spread, reported_elsewhere
from totalplace.money.spend import LATEST_YEAR
from totalplace.types import BoolArray, FloatArray

PAY = tuple(f"ro3.{line}.employees" for line in ("safeguarding", "family_support", "looked_after"))
SECTION_251 = ("lait.SafeguardingFinance", "lait.FamilySupportFinance", "lait.TotalLACFinance")
CHILDREN = "population.children_0_17"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontLinePay:
    """Front-line pay of every authority of today's, N in ascending GSS order."""

    area_codes: tuple[str, ...]  # (N,)
    pay: FloatArray  # (N,), pounds a year; nan where not known
    estimated: BoolArray  # (N,), not published, or set aside
    bases: Mapping[str, str]  # area code -> how it was estimated


def front_line_pay(
    book: Book, *, management_share: float, year_start: date = LATEST_YEAR
) -> FrontLinePay:
    """Pay on safeguarding, family support and looked-after children, less management's share.

    Councils whose services are run by a company report next to no pay of their own. Such figures
    are set aside as for any spend, and estimated, like missing ones, at the *low* end of what is
    usual beside their section 251 spend: a yardstick that is too long would guard nothing.

    Args:
        book: A place book.
        management_share: Share of pay that is management, between 0 and 1.
        year_start: First day of the financial year.

    Raises:
        InputError: The share is not between 0 and 1.
    """
    if not 0 <= management_share <= 1:
        raise InputError("Management's share of pay must be between 0 and 1.")
    today = todays_authorities(book)
    figures = read_figures(
        book,
        today,
        (*PAY, *SECTION_251, CHILDREN),
        start=year_start,
        end=financial_year_end(year_start),
    )
    published = np.sum([figures[item].values for item in PAY], axis=0)
    second = np.sum([figures[item].values for item in SECTION_251], axis=0)
    wanting = np.isnan(published) | reported_elsewhere(published, figures[CHILDREN].values, second)
    pay = np.where(wanting, np.nan, published)
    spread = ratio_spread(pay, second)
    if spread is not None:
        pay = np.where(wanting, second * spread.low, pay)
    estimated = wanting & ~np.isnan(pay)
    return FrontLinePay(
        area_codes=today.area_codes,
        pay=pay * (1 - management_share),
        estimated=estimated,
        bases={
            one.area_code: (
                f"front-line pay taken as {spread.low:.0%} of its section 251 spend on "
                "safeguarding, family support and looked-after children, the low end of what is "
                "usual"
            )
            for one, guess in zip(today.authorities, estimated, strict=True)
            if guess and spread is not None
        },
    )
