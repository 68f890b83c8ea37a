"""What is doubtful about the published spend of each council, in words.

Flow: book, money.spend -> THIS -> scenarios, reports
A doubt changes no figure. It says what a person should ask about before relying on one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.figures import Figures, financial_year_end, read_figures
from totalplace.money.services import Pricing, services
from totalplace.money.spend import LATEST_YEAR, service_spend
from totalplace.types import FloatArray

OUTTURN = "ro3.total_csc.total_expenditure"
SECTION_251 = "lait.C&YPExpenditure"

DISAGREE = 0.10
"""Difference between two publishers, or two releases, that is worth saying."""

JUMP = 0.25
"""Change from one year to the next that is worth asking about."""


class DoubtKind(StrEnum):
    """What sort of doubt it is."""

    NO_FIGURE = "no figure"
    ELSEWHERE = "reported elsewhere"
    NEGATIVE = "negative"
    COMPANY = "run by a company"
    DISAGREE = "publishers disagree"
    REVISED = "revised"
    JUMP = "jump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One doubt about one council's spend."""

    area_code: str
    kind: DoubtKind
    service: str  # id of the service, "" for all children's social care
    words: str


def find_doubts(
    book: Book, *, year_start: date = LATEST_YEAR, today: Today | None = None
) -> tuple[Doubt, ...]:
    """Every doubt about one year's spend, by kind and then by council.

    Args:
        book: A place book.
        year_start: First day of the financial year.
        today: The book's authorities of today, where they have been read already.
    """
    today = today or todays_authorities(book)
    end = financial_year_end(year_start)
    last_year = year_start.replace(year=year_start.year - 1)
    now = read_figures(book, today, [OUTTURN, SECTION_251], start=year_start, end=end)
    first = read_figures(book, today, [OUTTURN], start=year_start, end=end, latest=False)
    before = read_figures(
        book, today, [SECTION_251], start=last_year, end=financial_year_end(last_year)
    )
    outturn, section_251 = now[OUTTURN], now[SECTION_251]
    return (
        *_no_figure(today, outturn, "the revenue outturn"),
        *_no_figure(today, section_251, "section 251"),
        *_by_service(book, today, year_start),
        *_changed(
            today, section_251.values, outturn.values, DoubtKind.DISAGREE, DISAGREE,
            "all children's social care is {new} in the revenue outturn and {old} in section 251",
        ),
        *_changed(
            today, first[OUTTURN].values, outturn.values, DoubtKind.REVISED, DISAGREE,
            "the revenue outturn was revised from {old} to {new}",
        ),
        *_changed(
            today, before[SECTION_251].values, section_251.values, DoubtKind.JUMP, JUMP,
            "section 251 spend went from {old} the year before to {new}",
        ),
    )  # fmt: skip


def _no_figure(today: Today, figures: Figures, where: str) -> list[Doubt]:
    if np.isnan(figures.values).all():
        return []  # the book does not hold that return at all
    return [
        Doubt(
            area_code=one.area_code,
            kind=DoubtKind.NO_FIGURE,
            service="",
            words=f"{one.name}: no figure in {where}" + (f" (printed as {mark})" if mark else ""),
        )
        for one, value, mark in zip(today.authorities, figures.values, figures.printed, strict=True)
        if np.isnan(value)
    ]


def _by_service(book: Book, today: Today, year_start: date) -> list[Doubt]:
    """What is set aside or odd in the lines of single services."""
    doubts: list[Doubt] = []
    companies: dict[str, str] = {}
    for service in services().values():
        if service.pricing is not Pricing.LINES:
            continue
        spend = service_spend(book, service, year_start=year_start, today=today)
        found: list[tuple[str, DoubtKind, str]] = []
        for one, pay, running in zip(today.authorities, spend.pay, spend.running, strict=True):
            if one.area_code in spend.set_aside:
                words = f"{one.name}: {spend.reasons[one.area_code]}"
                found.append((one.area_code, DoubtKind.ELSEWHERE, words))
            if min(pay, running) < 0:
                part = "running costs" if running < 0 else "pay"
                found.append(
                    (
                        one.area_code,
                        DoubtKind.NEGATIVE,
                        f"{one.name}: {part} for {service.title.lower()} are below nothing, so "
                        "costs were recharged or corrected there",
                    )
                )
            if one.area_code in spend.splits:
                companies[one.area_code] = (
                    f"{one.name}: next to no pay in the revenue outturn, so a company must run its "
                    "services"
                )
        doubts += [
            Doubt(area_code=code, kind=kind, service=service.id, words=words)
            for code, kind, words in found
        ]
    doubts += [
        Doubt(area_code=code, kind=DoubtKind.COMPANY, service="", words=words)
        for code, words in sorted(companies.items())
    ]
    return doubts


def _changed(
    today: Today,
    old: FloatArray,
    new: FloatArray,
    kind: DoubtKind,
    limit: float,
    sentence: str,
) -> list[Doubt]:
    doubts = []
    for one, was, now in zip(today.authorities, old, new, strict=True):
        if was > 0 and abs(now / was - 1) > limit:
            told = sentence.format(old=f"£{was / 1e6:,.1f}m", new=f"£{now / 1e6:,.1f}m")
            words = f"{one.name}: {told} ({now / was - 1:+.0%})"
            doubts.append(Doubt(area_code=one.area_code, kind=kind, service="", words=words))
    return doubts
