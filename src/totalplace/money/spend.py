"""What each authority spends on one service, and who cannot be priced and why.

Flow: book, money.services -> THIS -> scenarios.gather -> footprints
In: published lines of pay, running costs and income, and a second publisher's view of them.
Out: arrays by authority. A missing figure is never zero: it is left out, or estimated and flagged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Literal

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.estimates import spend_from_share, spend_from_total, spend_from_weekly
from totalplace.money.figures import source_lines
from totalplace.money.lines import spend_from_lines
from totalplace.money.pieces import Question, ServiceSpend, ShareRange, SpendFrom, unpriced
from totalplace.money.services import Pricing, Service
from totalplace.money.volume import Volume, read_volume

MissingPolicy = Literal["leave-out", "estimate"]

LATEST_YEAR = date(2024, 4, 1)
"""First day of the newest year the returns cover."""


def service_spend(
    book: Book,
    service: Service,
    *,
    year_start: date = LATEST_YEAR,
    missing: MissingPolicy = "leave-out",
    shares: Mapping[str, ShareRange] = MappingProxyType({}),
    today: Today | None = None,
    spend_from: SpendFrom = "ro3",
) -> ServiceSpend:
    """What every authority spends on a service.

    Not priced, under ``leave-out``: councils whose return was not received or prints no figure;
    figures set aside as reported elsewhere (:mod:`totalplace.money.plausible`); councils whose
    volume is not published. Under ``estimate`` the first two are priced from the other publisher's
    figure times the usual ratio between the two, with the middle 80 % of that ratio as range; so is
    a withheld volume where another count can stand in for it.
    Services for which the outturn has no line are always estimates.

    Args:
        book: A place book.
        service: One of :func:`totalplace.money.services.services`.
        year_start: First day of the financial year.
        missing: What to do about councils that cannot be priced from published lines.
        shares: Registry shares by id, for services that are a share of all spend.
        today: The book's authorities where they were read before.
        spend_from: Whose figures price lines: "ro3", the revenue outturn, or "s251", section 251
            brought to the outturn's level. What has no line of its own is priced as ever.
    """
    question = Question(
        book=book,
        today=today or todays_authorities(book),
        service=service,
        year_start=year_start,
        spend_from=spend_from,
    )
    fill_in = missing == "estimate"
    volume = read_volume(question, fill_in=fill_in)
    if service.pricing is Pricing.LINES:
        spend = spend_from_lines(question, volume.values, fill_in=fill_in)
    elif service.pricing is Pricing.TOTAL:
        spend = spend_from_total(question)
    elif service.pricing is Pricing.WEEKLY and service.check is not None:
        spend = spend_from_weekly(question, service.check.weekly, volume)
    elif service.pricing is Pricing.SHARE:
        spend = spend_from_share(question, volume.values, shares, fill_in=fill_in)
    else:
        spend = unpriced(question, service.note)
    return _with_volume(question, spend, volume)


def _with_volume(question: Question, spend: ServiceSpend, volume: Volume) -> ServiceSpend:
    """Unprice whoever has no volume, and name the files used."""
    with np.errstate(invalid="ignore"):
        counted = volume.values > 0
    reasons = dict(spend.reasons)
    for index, one in enumerate(question.today.authorities):
        if spend.priced[index] and not counted[index]:
            reasons[one.area_code] = _uncounted(
                question.service, volume.values[index], volume.printed[index]
            )
    priced = spend.priced & counted
    ids = tuple(sorted({*spend.source_ids, *volume.source_ids})) if priced.any() else ()
    return replace(
        spend,
        pay=np.where(priced, spend.pay, np.nan),
        running=np.where(priced, spend.running, np.nan),
        income=np.where(priced, spend.income, np.nan),
        volume=volume.values,
        low=np.where(priced, spend.low, 1.0),
        high=np.where(priced, spend.high, 1.0),
        priced=priced,
        estimated=spend.estimated & priced,
        reasons=MappingProxyType(dict(sorted(reasons.items()))),
        bases=MappingProxyType(
            {code: words for code, words in sorted(spend.bases.items()) if code not in reasons}
        ),
        splits=MappingProxyType(
            {code: words for code, words in sorted(spend.splits.items()) if code not in reasons}
        ),
        source_ids=ids,
        sources=source_lines(question.book, ids),
    )


def _uncounted(service: Service, volume: float, symbol: str) -> str:
    if np.isnan(volume):
        shown = f" (printed as {symbol})" if symbol else ""
        return f"the number of {service.volume.words} is not published{shown}"
    return f"{volume:g} {service.volume.words}, so there is nothing to share"
