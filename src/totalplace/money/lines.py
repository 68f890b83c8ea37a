"""Price a service from lines of the revenue outturn, doubting each figure before using it.

Flow: money.pieces, money.plausible -> THIS -> money.spend
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from totalplace.money.pieces import Question, ServiceSpend, sources_of
from totalplace.money.plausible import (
    FAR_OUTSIDE,
    Spread,
    ratio_spread,
    reported_elsewhere,
    robust_scores,
)
from totalplace.money.services import Check, Service
from totalplace.types import FloatArray

WEEKS = 365 / 7
"""Weeks in a year, as the publisher of weekly unit costs counts them."""

ALL_PAY, ALL_SPEND = "ro3.total_csc.employees", "ro3.total_csc.total_expenditure"

COMPANY = 0.05
"""Pay share of all children's social care below which a company must run it.

In 2024-25 four councils lie below 4 %, three of them served by one company; Sandwell, which returns
nearly everything on one line, is at 10 % and all others lie above 19 %.
"""

COLUMNS = ("employees", "running", "total_income")


def second_opinion(question: Question) -> tuple[FloatArray, tuple[str, ...]]:
    """The same spend as another publisher counts it: (N,) pounds, nan where unknown; its files."""
    check = question.service.check
    if check is None:
        return np.full(question.today.size, np.nan), ()
    figures = question.read(check.items)
    if check.total:
        return figures[check.total].values, sources_of(figures.values())
    percent = np.sum([figures[item].values for item in check.percent], axis=0)
    for item in check.percent_if_given:
        percent = percent + np.nan_to_num(figures[item].values)
    children = figures[check.children].values * percent / 100
    return figures[check.weekly].values * WEEKS * children, sources_of(figures.values())


def spend_from_lines(
    question: Question, volume: FloatArray, *, fill_in: bool = False
) -> ServiceSpend:
    """Pay, running costs and income of the outturn's lines.

    Args:
        question: The service and the year.
        volume: Shape (N,), what the service is for, counted; nan where unknown.
        fill_in: Estimate what is missing or set aside from the second opinion.
    """
    service, today = question.service, question.today
    items = {column: [f"ro3.{line}.{column}" for line in service.lines] for column in COLUMNS}
    wanted = [item for column in COLUMNS for item in items[column]]
    figures = question.read([*wanted, ALL_PAY, ALL_SPEND])
    pay, running, income = (
        np.sum([figures[item].values for item in items[column]], axis=0) for column in COLUMNS
    )
    second, second_sources = second_opinion(question)
    gross = pay + running
    absent = np.isnan(gross)
    elsewhere = reported_elsewhere(gross, volume, second) & ~absent
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(volume > 0, gross / volume, np.nan)
    usual = float(np.median(each[~np.isnan(each)])) if (~np.isnan(each)).any() else np.nan
    reasons = {}
    for index, one in enumerate(today.authorities):
        if absent[index]:
            printed = (figures[item].printed[index] for item in wanted)
            reasons[one.area_code] = _absent(service, next(filter(None, printed), ""))
        elif elsewhere[index]:
            reasons[one.area_code] = _elsewhere(
                service, gross=gross[index], volume=volume[index], usual=usual
            )
    good = ~absent & ~elsewhere
    with np.errstate(invalid="ignore", divide="ignore"):
        company = good & (figures[ALL_PAY].values / figures[ALL_SPEND].values < COMPANY)
    own = good & ~company
    paid = float(np.median(pay[own] / gross[own])) if own.any() else 0.0
    pay = np.where(company, gross * paid, pay)
    spend = ServiceSpend(
        service=service.id,
        year_start=question.year_start,
        area_codes=today.area_codes,
        pay=np.where(good, pay, np.nan),
        running=np.where(good, gross - pay, np.nan),
        income=np.where(good, income, np.nan),
        volume=volume,
        low=np.ones(today.size),
        high=np.ones(today.size),
        priced=good,
        estimated=np.zeros(today.size, dtype=np.bool_),
        reasons=reasons,
        bases={},
        splits={
            one.area_code: f"a company must run its services, so {paid:.0%} of the spend, the "
            "usual share, is taken to be pay"
            for one, run in zip(today.authorities, company, strict=True)
            if run
        },
        second_opinion=second,
        set_aside=tuple(np.array(today.area_codes)[elsewhere].tolist()),
        source_ids=tuple(sorted({*sources_of(figures.values()), *second_sources})),
    )
    if question.spend_from == "s251":
        return _seen_by_second(question, spend)
    return _filled_in(question, spend) if fill_in else spend


def _seen_by_second(question: Question, spend: ServiceSpend) -> ServiceSpend:
    """Every council priced from the second opinion, brought to the outturn's level.

    The level is the usual ratio of the two over all councils, so that what is left of the
    difference is about single councils. Pay keeps the share it has in the outturn.
    """
    second, title = spend.second_opinion, question.service.title.lower()
    spread = ratio_spread(spend.gross, second)
    with np.errstate(invalid="ignore", divide="ignore"):
        believable = np.abs(robust_scores(second / spend.volume)) <= FAR_OUTSIDE
        good = (second > 0) & believable & (spread is not None)
        paid = spend.pay / spend.gross
    gross = second * (spread.middle if spread is not None else 1.0)
    paid = np.where(np.isnan(paid), np.nanmedian(paid), paid)
    reasons = {
        code: f"section 251 has no figure for {title} that can be relied on"
        for code, ok in zip(spend.area_codes, good, strict=True)
        if not ok
    }
    return replace(
        spend,
        pay=np.where(good, gross * paid, np.nan),
        running=np.where(good, gross * (1 - paid), np.nan),
        income=np.where(good, spend.income, np.nan),
        priced=good,
        reasons=reasons,
        splits={code: why for code, why in spend.splits.items() if code not in reasons},
    )


def whole_spend(question: Question, volume: FloatArray, *, fill_in: bool) -> ServiceSpend:
    """All children's social care spend, for services that are a share of it."""
    service = replace(
        question.service,
        title="All children's social care",
        lines=("total_csc",),
        check=Check(total="lait.C&YPExpenditure"),
    )
    return spend_from_lines(replace(question, service=service), volume, fill_in=fill_in)


def _filled_in(question: Question, spend: ServiceSpend) -> ServiceSpend:
    """Price the unpriced from the second opinion times its usual ratio to the lines.

    Only where the second opinion is itself within the cross-section per unit of volume.
    """
    second = spend.second_opinion
    spread = ratio_spread(spend.gross, second)
    if spread is None:
        return spend
    with np.errstate(invalid="ignore", divide="ignore"):
        believable = np.abs(robust_scores(second / spend.volume)) <= FAR_OUTSIDE
        fill = ~spend.priced & (second > 0) & believable
    gross = second * spread.middle
    paid = float(np.nanmedian(spend.pay / spend.gross))
    bases = {
        one.area_code: _filled_in_words(float(second[index]), spread)
        for index, one in enumerate(question.today.authorities)
        if fill[index]
    }
    return replace(
        spend,
        pay=np.where(fill, gross * paid, spend.pay),
        running=np.where(fill, gross * (1 - paid), spend.running),
        low=np.where(fill, spread.low / spread.middle, 1.0),
        high=np.where(fill, spread.high / spread.middle, 1.0),
        priced=spend.priced | fill,
        estimated=fill,
        reasons={code: why for code, why in spend.reasons.items() if code not in bases},
        bases=bases,
    )


def _absent(service: Service, symbol: str) -> str:
    shown = f" (printed as {symbol})" if symbol else ""
    return f"the revenue outturn has no figure for {service.title.lower()}{shown}"


def _elsewhere(service: Service, *, gross: float, volume: float, usual: float) -> str:
    spends = "the revenue outturn shows"
    title, words = service.title.lower(), service.volume.words
    if gross <= 0:
        serves = f"{volume:,.0f} {words}" if volume > 0 else words
        shown = f"-£{-gross:,.0f}" if gross < 0 else "£0"
        return f"{spends} {shown} for {title} beside {serves}: it must be on another line"
    each = gross / volume
    where = "part of it must be on another line" if each < usual else "it must hold other spend"
    return (
        f"{spends} £{gross:,.0f} for {title} beside {volume:,.0f} {words}, "
        f"£{each:,.0f} each where £{usual:,.0f} is usual: {where}"
    )


def _filled_in_words(second: float, spread: Spread) -> str:
    return (
        f"£{second / 1e6:,.1f}m in section 251 times {spread.middle:.2f}, the usual ratio "
        f"of the revenue outturn to it (80 % of {spread.count} councils: {spread.low:.2f} to "
        f"{spread.high:.2f})"
    )
