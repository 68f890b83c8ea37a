"""Price services for which the revenue outturn has no line. Always flagged, always a range.

Flow: money.pieces, money.lines -> THIS -> money.spend
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from totalplace.money.figures import Figures
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
from totalplace.money.plausible import Spread, ratio_spread
from totalplace.types import FloatArray

ADOPTION_RANGE = (0.5, 2.0)
"""Range of an adoption estimate as multiples of it.

The published unit cost divides by children with a placement order on 31 March, which is not
published by authority; adopted children stand in for them.
"""

YEARS_NEEDED = 2
"""Fewest published years behind a figure that is averaged over several."""


def average(years: Sequence[FloatArray]) -> FloatArray:
    """Mean over the published years, (N,); nan where fewer than YEARS_NEEDED are published."""
    stack = np.stack(years)
    known = (~np.isnan(stack)).sum(axis=0)
    return np.where(
        known >= min(YEARS_NEEDED, len(years)),
        np.nansum(stack, axis=0) / np.maximum(known, 1),
        np.nan,
    )


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


def spend_from_weekly(question: Question, item: str, volume: Figures) -> ServiceSpend:
    """Weekly unit cost times children, both averaged over the years of the volume."""
    years = [
        question.read([item], years_back=back)[item]
        for back in range(question.service.volume.years)
    ]
    paid, _, more = _other_looked_after(question)
    counted = question.service.volume.words
    how = Estimate(
        paid=paid,
        low=ADOPTION_RANGE[0],
        high=ADOPTION_RANGE[1],
        basis=(
            f"weekly unit cost of section 251 times {counted}; the unit cost is per child with a "
            f"placement order, so the truth may be half or double; {_paid_words(paid)}"
        ),
        why_not=f"the unit cost, or the number of {counted}, is withheld in too many years",
        source_ids=tuple(sorted({*sources_of([*years, volume]), *more})),
    )
    gross = average([year.values for year in years]) * WEEKS * volume.values
    return estimated_spend(question, gross, how)


def spend_from_share(
    question: Question, volume: FloatArray, shares: Mapping[str, ShareRange], *, fill_in: bool
) -> ServiceSpend:
    """An assumed share of all children's social care spend."""
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
    return replace(
        whole,
        pay=whole.pay * share.value,
        running=whole.running * share.value,
        income=np.full_like(whole.income, np.nan),
        low=whole.low * (share.low / share.value),
        high=whole.high * (share.high / share.value),
        estimated=whole.priced,
        bases={
            one.area_code: "; ".join(
                filter(None, [f"{one.name}: {basis}", whole.bases.get(one.area_code)])
            )
            for one, ok in zip(question.today.authorities, whole.priced, strict=True)
            if ok
        },
    )


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
