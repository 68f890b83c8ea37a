"""Price services for which the revenue outturn has no line. Always flagged, always a range.

Flow: money.pieces, money.lines -> THIS -> money.spend
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from totalplace.money.lines import WEEKS, second_opinion, whole_spend
from totalplace.money.pieces import (
    Estimate,
    Question,
    ServiceSpend,
    ShareRange,
    estimated_spend,
    sources_of,
    unpriced,
)
from totalplace.money.plausible import CROSS_SECTION, Spread, ratio_spread
from totalplace.money.volume import Volume, average
from totalplace.types import FloatArray

ADOPTION_RANGE = (0.5, 2.0)
"""Range of an adoption estimate as multiples of it.

The published unit cost divides by children with a placement order on 31 March, which is not
published by authority; adopted children stand in for them.
"""


def spend_from_total(question: Question) -> ServiceSpend:
    """One total of section 251, brought to the outturn's level; its pay share is borrowed."""
    second, sources = second_opinion(question)
    paid, spread, more = _other_looked_after(question)
    usual = spread or Spread(middle=1.0, low=1.0, high=1.0, count=0)
    title = question.service.title.lower()
    how = Estimate(
        paid=paid,
        low=usual.low / usual.middle,
        high=usual.high / usual.middle,
        basis=(
            f"section 251 outturn for {title} times {usual.middle:.2f}, the usual ratio of the "
            f"revenue outturn to it for looked-after children; {_paid_words(paid)}"
        ),
        why_not=f"section 251 prints no spend on {title}",
        source_ids=tuple(sorted({*sources, *more})),
    )
    return estimated_spend(question, second * usual.middle, how)


def spend_from_weekly(question: Question, item: str, volume: Volume) -> ServiceSpend:
    """Weekly unit cost times children, both averaged over the years of the volume.

    Where the volume was estimated, a withheld unit cost is put at the middle one.
    """
    years = [
        question.read([item], years_back=back)[item]
        for back in range(question.service.volume.years)
    ]
    weekly = average([year.values for year in years])
    filling = volume.spread is not None and not np.isnan(weekly).all()
    if filling:
        weekly = np.where(np.isnan(weekly), np.nanmedian(weekly), weekly)
    paid, _, more = _other_looked_after(question)
    counted = question.service.volume.words
    how = Estimate(
        paid=paid,
        low=ADOPTION_RANGE[0],
        high=ADOPTION_RANGE[1],
        basis=(
            f"weekly unit cost of section 251{', or the middle one,' if filling else ''} times "
            f"{counted}; the unit cost is per child with a placement order, so the truth may be "
            f"half or double; {_paid_words(paid)}"
        ),
        why_not=f"the unit cost, or the number of {counted}, is withheld in too many years",
        source_ids=tuple(sorted({*sources_of(years), *volume.source_ids, *more})),
    )
    spend = estimated_spend(question, weekly * WEEKS * volume.values, how)
    if volume.spread is None:
        return spend
    guessed = volume.estimated & spend.priced
    ratio = volume.spread
    return replace(
        spend,
        low=np.where(guessed, spend.low * ratio.low / ratio.middle, spend.low),
        high=np.where(guessed, spend.high * ratio.high / ratio.middle, spend.high),
        bases={
            code: f"{words}; their number is withheld, and put at {ratio.middle:.1%} of "
            "looked-after children"
            if guessed[question.today.area_codes.index(code)]
            else words
            for code, words in spend.bases.items()
        },
    )


def spend_from_share(
    question: Question, volume: FloatArray, shares: Mapping[str, ShareRange], *, fill_in: bool
) -> ServiceSpend:
    """An assumed share of all children's social care spend, by size where that is measured."""
    service = question.service
    share = shares.get(service.share)
    if share is None:
        return unpriced(
            question, f"it is priced as a share of all spend, and no {service.share} was given"
        )
    whole = whole_spend(question, volume, fill_in=fill_in)
    basis = (
        f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%}) of all children's social care "
        "spend, as no return shows it"
    )
    part = np.full(question.today.size, share.value)
    slope = size_slope(question)
    if slope is not None:
        part *= tilt(whole.gross, slope)
        basis += f"; rising by {slope:.2f} % where all spend rises by 1 %, as in 2012-14"
    return replace(
        whole,
        pay=whole.pay * part,
        running=whole.running * part,
        income=np.full_like(whole.income, np.nan),
        low=whole.low * (share.low / share.value),
        high=whole.high * (share.high / share.value),
        estimated=whole.priced,
        bases={
            one.area_code: "; ".join(filter(None, [basis, whole.bases.get(one.area_code)]))
            for one, ok in zip(question.today.authorities, whole.priced, strict=True)
            if ok
        },
    )


def tilt(whole: FloatArray, slope: float) -> FloatArray:
    """Factors on an even share, (N,): how it changes with size while the sum stays the same.

    Args:
        whole: Shape (N,), all spend, nan where not priced.
        slope: Rise of the part, in per cent, where the whole rises by one per cent.
    """
    bent = whole**slope
    factors: FloatArray = bent / whole * (np.nansum(whole) / np.nansum(bent))
    return factors


def size_slope(question: Question) -> float | None:
    """How a part of spend rose with the whole in an old return: slope of log on log, by authority.

    Each authority's years are added up first; those that put nothing on the line are left out. None
    where the service names no such return, or the book has fewer than CROSS_SECTION authorities.
    """
    size = question.service.size
    if size is None:
        return None
    frame = question.book.query(
        "SELECT la_number, sum(value) FILTER (item = ?) AS part,"
        " sum(value) FILTER (item = ?) AS whole FROM observation"
        " WHERE latest AND level = 'authority' AND item IN (?, ?)"
        " AND period_start >= ? AND period_end <= ?"
        " GROUP BY la_number HAVING part > 0 AND whole > 0 ORDER BY la_number",
        [size.part, size.whole, size.part, size.whole, size.first, size.last],
    )
    if frame.height < CROSS_SECTION:
        return None
    logs = np.log(frame.select("whole", "part").to_numpy())
    return float(np.polyfit(logs[:, 0], logs[:, 1], 1)[0])


def _other_looked_after(question: Question) -> tuple[float, Spread | None, tuple[str, ...]]:
    """England's pay share of the outturn's other looked-after line, and its ratio to section 251.

    Adoption and leaving care are parts of that line.
    """
    pay = "ro3.other_looked_after.employees"
    gross = "ro3.other_looked_after.total_expenditure"
    outturn = "ro3.looked_after.total_expenditure"
    section_251 = "lait.TotalLACFinance"
    figures = question.read([pay, gross, outturn, section_251])
    both = ~np.isnan(figures[pay].values + figures[gross].values)
    spent = figures[gross].values[both].sum()
    return (
        float(figures[pay].values[both].sum() / spent) if spent > 0 else 0.0,
        ratio_spread(figures[outturn].values, figures[section_251].values),
        sources_of(figures.values()),
    )


def _paid_words(paid: float) -> str:
    return f"pay is taken as {paid:.0%} of it, England's share in other looked-after spend"
