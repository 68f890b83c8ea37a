"""Early warning: one council's workforce and safeguarding figures on control charts.

Flow: book, measures.control, steadiness -> THIS -> cli.measure_watch
In: a book and an authority, or a council's own figures by month or quarter. Out: a frozen Watch: a
chart a measure, with its limits and what the rules say of the newest value.

Rules. 1: the newest value lies beyond the limits of the values before it. Where England's figure is
known, the distance from it must breach its own limits too, or England moved likewise. 2: the newest
eight values all lie on one side of the mean of those before them. One point within the limits says
nothing, however it looks: that is what limits are for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.control import MIN_POINTS, Limits, latest_point
from totalplace.measures.steadiness import WATCHED, Watched, series
from totalplace.measures.today import todays_authorities
from totalplace.types import FloatArray

RUN = 8
"""Newest values on one side of the mean of the earlier ones that are a shift."""

_AUTUMN = timedelta(days=240)  # 31 March, published by the end of November

SAFEGUARDING: tuple[Watched, ...] = (
    Watched(
        item="lait.CPP_rate", words="protection plans", unit=" per 10,000", published_after=_AUTUMN
    ),
    Watched(
        item="lait.LAC_Start_Rate",
        words="children entering care",
        unit=" per 10,000",
        published_after=_AUTUMN,
    ),
    Watched(
        item="lait.CP_conf_15days",
        words="first conferences in 15 days",
        unit="%",
        published_after=_AUTUMN,
    ),
    Watched(
        item="lait.CPPlans2yrsActive",
        words="plans open two years or more",
        unit="%",
        published_after=_AUTUMN,
    ),
    Watched(
        item="lait.LACStable_2016on",
        words="three placements or more",
        unit="%",
        published_after=_AUTUMN,
    ),
    Watched(
        item="lait.LACDistance",
        words="placed over 20 miles away",
        unit="%",
        published_after=_AUTUMN,
    ),
)
"""Watched besides those of the guard; more may be worse or better, so both limits count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One measure of one council."""

    item: str
    words: str
    unit: str
    periods: tuple[str, ...]  # (T,), oldest first
    values: FloatArray  # (T,), nan where missing
    limits: Limits | None  # of the values before the newest; None if too few
    signal: str  # what the rules say; "" where nothing

    @property
    def low(self) -> float:
        """The lower limit; never below 0 where no value is. nan where there are no limits."""
        if self.limits is None:
            return float("nan")
        return max(self.limits.lower, 0.0) if np.nanmin(self.values) >= 0 else self.limits.lower

    @property
    def says(self) -> str:
        """What the chart says, in words."""
        if not self.periods:
            return "this book has no figures"
        if np.isnan(self.values[-1]):
            return "no newest figure: withheld or not published"
        if self.limits is None:
            return f"too few earlier figures for limits: {MIN_POINTS} are needed"
        return self.signal or "within its limits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Every chart of one council."""

    name: str
    charts: tuple[Chart, ...]

    @property
    def signals(self) -> tuple[Chart, ...]:
        """Charts with a signal."""
        return tuple(one for one in self.charts if one.signal)

    def to_frame(self) -> pl.DataFrame:
        """One row per measure."""
        rows = [
            {
                "item": one.item,
                "words": one.words,
                "unit": one.unit.strip(),
                "period": one.periods[-1] if one.periods else None,
                "value": float(one.values[-1]) if one.periods else None,
                "mean": one.limits.mean if one.limits else None,
                "lower": one.low,
                "upper": one.limits.upper if one.limits else None,
                "points": one.limits.points if one.limits else None,
                "signal": bool(one.signal),
                "says": one.says,
            }
            for one in self.charts
        ]
        return pl.DataFrame(rows, infer_schema_length=None).with_columns(
            pl.selectors.float().fill_nan(None)
        )


def watch(book: Book, area: str, *, as_of: date = date.max) -> Watch:
    """Chart what is published of one of today's authorities.

    Args:
        book: A place book.
        area: Its name or code.
        as_of: Only figures published by this day count; all of the book's if left out.

    Raises:
        UnknownAreaError: There is no such authority.
        InputError: It is no authority of today's.
    """
    today = todays_authorities(book)
    one = today.register.resolve(area)
    if one.area_code not in today.area_codes:
        raise InputError(
            Problem(what=f"{one.name} is no council of today's", fix="Name one that stands today.")
        )
    row = today.area_codes.index(one.area_code)
    charts = []
    for watched in (*WATCHED, *SAFEGUARDING):
        ends, values = series(book, today, watched, as_of=as_of)
        charts.append(
            chart(
                watched.item,
                tuple(f"{end:%Y-%m}" for end in ends),
                values[row],
                words=watched.words,
                unit=watched.unit,
                beside=values[-1],
            )
        )
    return Watch(name=one.name, charts=tuple(charts))


def watch_file(path: Path) -> Watch:
    """Chart a council's own figures, by month, quarter or year.

    Args:
        path: A CSV file with columns measure, period and value; periods sort as they are written
            (2026-03), an empty value is missing.

    Raises:
        InputError: The file cannot be read, lacks a column, or a value is no number; all at once.
    """
    try:
        frame = pl.read_csv(path, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            Problem(what=f"{path.name} cannot be read as CSV ({error})", fix="Give a CSV file.")
        ) from error
    lacking = [name for name in ("measure", "period", "value") if name not in frame.columns]
    if lacking:
        raise InputError(
            Problem(
                what=f"{path.name} has no column {' and no column '.join(lacking)}",
                fix="Name the columns measure, period and value. Nothing was charted.",
            )
        )
    numbers = frame.with_columns(
        pl.col("value").str.strip_chars().cast(pl.Float64, strict=False).alias("number")
    )
    wrong = numbers.filter(
        pl.col("number").is_null() & (pl.col("value").str.strip_chars().fill_null("") != "")
    )
    if wrong.height:
        raise InputError(
            Problem(
                what=f"{path.name}: {wrong.height} values are no numbers",
                example=wrong["value"][0],
                fix="Leave a missing value empty. Nothing was charted.",
            )
        )
    charts = []
    for (measure,), group in numbers.group_by("measure", maintain_order=True):
        ordered = group.sort("period")
        values = ordered["number"].fill_null(float("nan")).to_numpy()
        charts.append(chart(str(measure), tuple(map(str, ordered["period"])), values))
    return Watch(name=path.name, charts=tuple(charts))


def chart(
    item: str,
    periods: Sequence[str],
    values: FloatArray,
    *,
    words: str = "",
    unit: str = "",
    beside: FloatArray | None = None,
) -> Chart:
    """Hold the newest value against the earlier ones.

    Args:
        item: What is measured.
        periods: T periods, oldest first.
        values: Shape (T,), nan where missing.
        words: What it is called; the item if left out.
        unit: Printed after values.
        beside: Shape (T,), England's figures, if a change of England's is not to count.
    """
    if not len(periods):
        return Chart(
            item=item, words=words or item, unit=unit, periods=(), values=values, limits=None,
            signal="",
        )  # fmt: skip
    point = latest_point(values)
    signal = ""
    if point.above or point.below:
        side = "above its upper" if point.above else "below its lower"
        signal = f"{side} limit"
        if beside is not None:
            apart = latest_point(values - beside)
            likewise = apart.judged and not (apart.above if point.above else apart.below)
            signal = f"{side} limit, but England moved likewise" if likewise else signal
    elif _shifted(values):
        signal = f"a shift: its newest {RUN} values lie on one side of the mean before them"
    return Chart(
        item=item,
        words=words or item,
        unit=unit,
        periods=tuple(periods),
        values=values,
        limits=point.limits,
        signal=signal,
    )


def _shifted(values: FloatArray) -> bool:
    """Whether the newest RUN values lie on one side of the mean of those before them.

    Missing values neither add to a run nor end it.
    """
    known = values[~np.isnan(values)]
    before, newest = known[:-RUN], known[-RUN:]
    if before.size < MIN_POINTS:
        return False
    return bool((newest > before.mean()).all() or (newest < before.mean()).all())


def by_signal(found: Watch) -> Mapping[str, int]:
    """How many charts say what: signal, within limits, not told."""
    told = [
        "signal" if one.signal else "within" if one.says == "within its limits" else "not told"
        for one in found.charts
    ]
    return {name: told.count(name) for name in ("signal", "within", "not told")}
