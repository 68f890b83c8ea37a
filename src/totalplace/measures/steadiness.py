"""Steady hands: is a council's social work steady enough to be reorganised?

Flow: book, measures.control -> THIS -> footprints.guards ("steady hands")
In: yearly workforce and outcome measures as known on a day. Out: arrays and words by authority.

A council is unsteady when a measure's latest value lies above the upper control limit of that
council's own earlier values, and still does once England's change is taken out: a rise that every
council shares (repeat plans, since 2013) is not this council's. So it is when stretched on several
of turnover, agency work, vacancies and caseload at once. Missing workforce figures do not show
steadiness: a council is *not cleared* when the figures it lacks could make it stretched. A past too
short for a chart is no breach.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.control import MIN_POINTS, latest_point
from totalplace.measures.today import Today, todays_authorities
from totalplace.types import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One measure watched: more is worse in all of them."""

    item: str
    words: str
    unit: str  # printed after the value
    published_after: timedelta  # usual days from the end of the period to publication
    stretch: str = ""  # which of StretchLimits it is held against, if any


_WORKFORCE = timedelta(days=150)  # 30 September, published late February
_SOCIAL_CARE = timedelta(days=215)  # 31 March, published by early November

WATCHED: tuple[Watched, ...] = (
    Watched(
        item="workforce.turnover_rate_fte",
        words="turnover",
        unit="%",
        published_after=_WORKFORCE,
        stretch="turnover",
    ),
    Watched(
        item="workforce.agency_rate_fte",
        words="agency rate",
        unit="%",
        published_after=_WORKFORCE,
        stretch="agency",
    ),
    Watched(
        item="workforce.vacancy_rate_fte",
        words="vacancy rate",
        unit="%",
        published_after=_WORKFORCE,
        stretch="vacancy",
    ),
    Watched(
        item="workforce.caseload_fte",
        words="caseload",
        unit="",
        published_after=_WORKFORCE,
        stretch="caseload",
    ),
    Watched(
        item="referrals.rereferral_percent",
        words="re-referrals",
        unit="%",
        published_after=_SOCIAL_CARE,
    ),
    Watched(
        item="repeat_plans.cpp_subsequent_percent",
        words="repeat child protection plans",
        unit="%",
        published_after=_SOCIAL_CARE,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchLimits:
    """Values above which a workforce counts as stretched: rows of the registry."""

    turnover: float  # per cent
    agency: float  # per cent
    vacancy: float  # per cent
    caseload: float  # cases per social worker
    signs: int  # how many at once make it unsteady


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Who is steady on ``as_of``, N authorities in ascending GSS order, M measures of WATCHED."""

    area_codes: tuple[str, ...]  # (N,)
    as_of: date
    latest: FloatArray  # (N, M), newest known value; nan where missing
    periods: tuple[date | None, ...]  # (M,), last day of the newest period known; None if none is
    upper: FloatArray  # (N, M), upper control limit of the earlier values; nan if too few
    breached: BoolArray  # (N, M), latest above upper, with and without England's change
    stretched: BoolArray  # (N, M), latest above its stretch limit
    not_known: BoolArray  # (N,), unsteady only because workforce figures are missing
    unsteady: BoolArray  # (N,), fails the guard
    words: tuple[str, ...]  # (N,), why, or ""
    source_ids: tuple[str, ...]  # files the newest releases came from


def series(
    book: Book, today: Today, watched: Watched, *, as_of: date
) -> tuple[tuple[date, ...], FloatArray]:
    """Every yearly value of one measure known on ``as_of``, by authority.

    Returns:
        Last days of the periods, (T,), ascending, one a year with none skipped; and the values,
        (N + 1, T), nan where missing, England last. A joint return's value stands for every member.
    """
    frame = book.query(
        "SELECT area_code, published_code, period_end, value, level FROM observation"
        " WHERE latest AND item = ? AND level IN ('authority', 'joint', 'england')"
        " AND period_end <= ?"
        " ORDER BY period_end, source_id, area_code, published_code, value",
        [watched.item, as_of - watched.published_after],
    )
    if frame.is_empty():
        return (), np.full((today.size + 1, 0), np.nan)
    ends: list[date] = frame["period_end"].unique().sort().to_list()
    years = range(ends[0].year, ends[-1].year + 1)
    place = {code: index for index, code in enumerate(today.area_codes)}
    values = np.full((today.size + 1, len(years)), np.nan)
    for area, printed, end, value, level in frame.iter_rows():
        rows = [place[member] for member in today.members(area, printed)]
        for row in rows if level != "england" else [today.size]:
            values[row, end.year - years[0]] = np.nan if value is None else value
    return tuple(ends[-1].replace(year=year) for year in years), values


def steadiness(
    book: Book, *, as_of: date, limits: StretchLimits, min_points: int = MIN_POINTS
) -> Steadiness:
    """Hold every authority of today's against its own past and against fixed limits.

    Args:
        book: A place book; tables authority, authority_code and observation are read.
        as_of: Figures count once they are published: the end of their period plus the usual wait.
        limits: Where a workforce is stretched, and on how many signs at once.
        min_points: Fewest earlier values that a control chart may rest on.

    Raises:
        InputError: The number of signs is not between 1 and the number of limits.
    """
    signs = [one.stretch for one in WATCHED if one.stretch]
    if not 1 <= limits.signs <= len(signs):
        raise InputError(f"Stretched on how many signs: give a number from 1 to {len(signs)}.")
    today = todays_authorities(book)
    shape = (today.size, len(WATCHED))
    latest, upper, limit = (np.full(shape, np.nan) for _ in range(3))
    breached = np.zeros(shape, dtype=np.bool_)
    periods: list[date | None] = []
    for column, one in enumerate(WATCHED):
        ends, values = series(book, today, one, as_of=as_of)
        periods.append(ends[-1] if ends else None)
        limit[:, column] = getattr(limits, one.stretch) if one.stretch else np.inf
        for row in range(today.size) if ends else ():
            point = latest_point(values[row], min_points=min_points)
            latest[row, column] = point.value
            upper[row, column] = np.nan if point.limits is None else point.limits.upper
            beside = latest_point(values[row] - values[-1], min_points=min_points)
            breached[row, column] = point.above and (beside.above or not beside.judged)
    with np.errstate(invalid="ignore"):
        stretched = latest > limit
    unknown = np.isnan(latest) & np.isfinite(limit)
    certain = breached.any(axis=1) | (stretched.sum(axis=1) >= limits.signs)
    not_known = ~certain & ((stretched | unknown).sum(axis=1) >= limits.signs)
    found = Steadiness(
        area_codes=today.area_codes,
        as_of=as_of,
        latest=latest,
        periods=tuple(periods),
        upper=upper,
        breached=breached,
        stretched=stretched,
        not_known=not_known,
        unsteady=certain | not_known,
        words=(),
        source_ids=tuple(
            book.query(
                "SELECT DISTINCT source_id FROM observation WHERE latest AND source_id IS NOT NULL"
                " AND item IN (SELECT unnest(?)) ORDER BY ALL",
                [[one.item for one in WATCHED]],
            )["source_id"]
        ),
    )
    return replace(
        found, words=tuple(_words(found, row, limit[row], limits.signs) for row in range(shape[0]))
    )


def _breach_words(watched: Watched, value: float, upper: float) -> str:
    digits = 2 if f"{value:.1f}" == f"{upper:.1f}" else 1
    return (
        f"{watched.words} {value:.{digits}f}{watched.unit} is above its own upper control limit of "
        f"{upper:.{digits}f}{watched.unit}"
    )


def _words(found: Steadiness, row: int, limit: FloatArray, signs: int) -> str:
    """Why a council is not steady, every reason; empty when it is."""
    if not found.unsteady[row]:
        return ""
    reasons = [
        _breach_words(one, found.latest[row, column], found.upper[row, column])
        for column, one in enumerate(WATCHED)
        if found.breached[row, column]
    ]
    over = [
        f"{one.words} {found.latest[row, column]:.3g}{one.unit} (limit {limit[column]:g})"
        for column, one in enumerate(WATCHED)
        if found.stretched[row, column]
    ]
    if len(over) >= signs:
        reasons.append(f"stretched on {' and '.join(over)}")
    if found.not_known[row]:
        lacking = [
            one.words
            for column, one in enumerate(WATCHED)
            if one.stretch and np.isnan(found.latest[row, column])
        ]
        reasons.append(
            f"not known, so not cleared: no published {' or '.join(lacking)} to show it is steady"
        )
    return "; ".join(reasons)
