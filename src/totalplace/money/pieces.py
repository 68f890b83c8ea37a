"""One service's spend by authority: the arrays, and the question they answer.

Flow: money.figures -> THIS -> money.lines, money.estimates, money.spend -> scenarios
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.figures import Figures, financial_year_end, read_figures
from totalplace.money.services import Service
from totalplace.types import BoolArray, FloatArray

SpendFrom = Literal["ro3", "s251"]
"""Whose figures price a service: the revenue outturn (MHCLG) or section 251 (DfE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRange:
    """An assumed share with its range: a row of the registry, handed in from above."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which service, in which year, from which book."""

    book: Book
    today: Today
    service: Service
    year_start: date  # first day of the financial year
    spend_from: SpendFrom = "ro3"  # whose figures price it

    def read(self, items: Iterable[str], *, years_back: int = 0) -> Mapping[str, Figures]:
        """Figures of the financial year, or of one so many years before it."""
        start = self.year_start.replace(year=self.year_start.year - years_back)
        return read_figures(
            self.book, self.today, items, start=start, end=financial_year_end(start)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpend:
    """One service's spend in one year, N authorities in ascending GSS order, pounds."""

    service: str
    year_start: date
    area_codes: tuple[str, ...]  # (N,)
    pay: FloatArray  # (N,), employees; nan if not priced
    running: FloatArray  # (N,), running costs; nan if not priced
    income: FloatArray  # (N,), nan if not priced or not known
    volume: FloatArray  # (N,), nan if not known
    low: FloatArray  # (N,), 1.0 when published; else low end as a multiple of the estimate
    high: FloatArray  # (N,), 1.0 when published; else high end as a multiple
    priced: BoolArray  # (N,)
    estimated: BoolArray  # (N,), priced from an estimate
    reasons: Mapping[str, str]  # area code -> why not priced
    bases: Mapping[str, str]  # area code -> how it was estimated
    splits: Mapping[str, str]  # area code -> why its pay is a usual share, not the published one
    second_opinion: FloatArray  # (N,), another publisher's figure; nan where none
    source_ids: tuple[str, ...]  # files used
    set_aside: tuple[str, ...] = ()  # area codes whose published figure is not the whole spend
    sources: tuple[str, ...] = ()  # one line per file used

    @property
    def gross(self) -> FloatArray:
        """Pay plus running costs, (N,); nan if not priced."""
        return self.pay + self.running


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How a whole service is estimated: one basis and one range for every authority."""

    paid: float  # share of it that is pay
    low: float  # low end as a multiple
    high: float  # high end as a multiple
    basis: str  # how it was made, in words
    why_not: str  # what is missing where it could not be made
    source_ids: tuple[str, ...] = ()


def estimated_spend(question: Question, gross: FloatArray, how: Estimate) -> ServiceSpend:
    """A service priced wholly from an estimate; not priced where ``gross`` is nan or nothing."""
    authorities = question.today.authorities
    unknown = np.full(len(authorities), np.nan)
    with np.errstate(invalid="ignore"):
        known = gross > 0
    return ServiceSpend(
        service=question.service.id,
        year_start=question.year_start,
        area_codes=question.today.area_codes,
        pay=np.where(known, gross * how.paid, np.nan),
        running=np.where(known, gross * (1 - how.paid), np.nan),
        income=unknown,
        volume=unknown,
        low=np.where(known, how.low, 1.0),
        high=np.where(known, how.high, 1.0),
        priced=known,
        estimated=known,
        reasons={
            one.area_code: how.why_not for one, ok in zip(authorities, known, strict=True) if not ok
        },
        bases={one.area_code: how.basis for one, ok in zip(authorities, known, strict=True) if ok},
        splits={},
        second_opinion=unknown,
        source_ids=how.source_ids,
    )


def unpriced(question: Question, why: str) -> ServiceSpend:
    """No authority priced, all for the same reason."""
    nothing = np.full(question.today.size, np.nan)
    return estimated_spend(
        question, nothing, Estimate(paid=0.0, low=1.0, high=1.0, basis="", why_not=why)
    )


def sources_of(figures: Iterable[Figures]) -> tuple[str, ...]:
    """The files behind some figures, each once, in order."""
    return tuple(sorted({source for one in figures for source in one.source_ids}))
