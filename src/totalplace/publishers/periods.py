"""Read the period labels that publishers print: what they cover, and how settled they are.

Flow: a label and its kind of year -> THIS -> period_start, period_end and status

A bare "2025" means different days in different series, so the kind decides: the year to 31 March
2025 for a financial year, 1 September 2024 to 31 August 2025 for an academic one, the day itself
for a count on 31 March. A label in a form never seen is an error, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

# Kinds of period, as in ITEM_SCHEMA["period_kind"].
FINANCIAL = "financial year"
TO_MARCH = "year to 31 March"
AT_MARCH = "31 March"
TO_SEPTEMBER = "year to 30 September"
AT_SEPTEMBER = "30 September"
ACADEMIC = "academic year"
CALENDAR = "calendar year"
MID_YEAR = "mid-year"
JANUARY = "January"
OTHER = "other"
KINDS = (
    FINANCIAL,
    TO_MARCH,
    AT_MARCH,
    TO_SEPTEMBER,
    AT_SEPTEMBER,
    ACADEMIC,
    CALENDAR,
    MID_YEAR,
    JANUARY,
    OTHER,
)

# LAIT prints "0" for a series that has no year at all: every value in it is missing.
NO_PERIOD = "0"

_STATUS = {
    "ot": "unstated",  # outturn: says it is not a budget, not that it is final
    "rev": "revised",
    "revised": "revised",
    "prov": "provisional",
    "provisional": "provisional",
    "final": "final",
}
_SUFFIX = re.compile(r"^(?P<years>\S+)(?: \((?P<word>[A-Za-z]+)\))?$")
_ONE = re.compile(r"^(20\d\d)$")
_PAIR = re.compile(r"^(20\d\d)[-/]?(\d\d)$")  # 2024-25, 2024/25, 202425
_POOLED = re.compile(r"^(20\d\d)/(\d\d)-(\d\d)/(\d\d)$")  # 2013/14-15/16


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a label covers. The days are None where the kind of year is not known."""

    label: str
    start: date | None
    end: date | None
    status: str


def parse(label: str, kind: str) -> Period:
    """Read one label.

    Args:
        label: As printed, trimmed: "202425", "2024-25 (OT)", "2025 (prov)", "2014-16".
        kind: One of `KINDS`. With "other" the label is checked but gets no days.

    Raises:
        ValueError: The label is in no form that this kind of period is printed in.
    """
    if label == NO_PERIOD:
        return Period(label=label, start=None, end=None, status="unstated")
    parts = _SUFFIX.match(label)
    word = parts["word"] if parts else None
    if parts is None or (word is not None and word.lower() not in _STATUS):
        raise ValueError(f"{label!r} is not a period label seen before")
    first, last = _years(parts["years"], label)
    start, end = _days(first, last, kind, label)
    status = _STATUS[word.lower()] if word else "unstated"
    return Period(label=label, start=start, end=end, status=status)


def days_table(pairs: Iterable[tuple[str, str]]) -> tuple[pl.DataFrame, dict[tuple[str, str], str]]:
    """Read many (label, kind) pairs, for joining to a frame.

    Returns:
        A frame of period, period_kind, period_start, period_end and status for the pairs that could
        be read; and the reason for each that could not.
    """
    rows: list[tuple[str, str, date | None, date | None, str]] = []
    bad: dict[tuple[str, str], str] = {}
    for label, kind in pairs:
        try:
            period = parse(label, kind)
        except ValueError as reason:
            bad[label, kind] = str(reason)
        else:
            rows.append((label, kind, period.start, period.end, period.status))
    schema = {
        "period": pl.String,
        "period_kind": pl.String,
        "period_start": pl.Date,
        "period_end": pl.Date,
        "status": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row"), bad


def _years(text: str, label: str) -> tuple[int, int]:
    """First and last year printed; equal for a single year."""
    if one := _ONE.match(text):
        return int(one[1]), int(one[1])
    if pair := _PAIR.match(text):
        first = int(pair[1])
        last = first - first % 100 + int(pair[2])
        if first < last <= first + 2:
            return first, last
    if pooled := _POOLED.match(text):
        first = int(pooled[1])
        a, b, c = (int(pooled[i]) for i in (2, 3, 4))
        if (a, b, c) == ((first + 1) % 100, a + 1, a + 2):
            return first, first - first % 100 + c
    raise ValueError(f"{label!r} is not a period label seen before")


def _days(first: int, last: int, kind: str, label: str) -> tuple[date | None, date | None]:
    """First and last day covered; both None for the kind "other"."""
    span = last - first
    # A single year names the year in which a financial or academic year ends.
    opens = first if span else first - 1
    if kind == OTHER:
        return None, None
    if kind in (FINANCIAL, TO_MARCH) and span in (0, 1, 3):
        return date(opens, 4, 1), date(last, 3, 31)
    if kind == ACADEMIC and span in (0, 1):
        return date(opens, 9, 1), date(last, 8, 31)
    if kind == CALENDAR and span in (0, 2):
        return date(first, 1, 1), date(last, 12, 31)
    if span == 0:
        single = {
            AT_MARCH: (date(last, 3, 31), date(last, 3, 31)),
            AT_SEPTEMBER: (date(last, 9, 30), date(last, 9, 30)),
            TO_SEPTEMBER: (date(last - 1, 10, 1), date(last, 9, 30)),
            MID_YEAR: (date(last, 6, 30), date(last, 6, 30)),
            JANUARY: (date(last, 1, 1), date(last, 1, 31)),
        }
        if kind in single:
            return single[kind]
    raise ValueError(f"{label!r} is not a form in which a {kind} is printed")
