"""Numbers and lists as people read them. Formatting only: nothing here computes a result.

Flow: footprints.results -> THIS -> reports.story, reports.text, reports.page
In: figures in pounds, shares between 0 and 1, kilometres. Out: short plain strings.
A figure that is not a finite number reads "not available"; nothing ever reads "nan" or "-£0".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from totalplace.footprints.results import Range

ABSENT = "not available"
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Scale:
    """The unit a group of money figures is shown in, so that a column reads evenly."""

    divisor: float
    suffix: str
    decimals: int


POUNDS = Scale(1.0, "", 0)
THOUSANDS = Scale(1e3, "k", 0)
TENTHS_OF_A_MILLION = Scale(1e6, "m", 1)
MILLIONS = Scale(1e6, "m", 0)


def scale_for(ranges: Iterable[Range | None], *, column: bool = False) -> Scale:
    """The unit that suits the largest figure: £, £k, £0.1m or £m.

    Args:
        ranges: The figures to be shown together.
        column: Many rows are shown together, so small rows must stay readable beside large ones.
    """
    ends = (end for r in ranges if r is not None for end in (r.mean, r.low, r.high))
    largest = max((abs(end) for end in ends if isfinite(end)), default=0.0)
    if largest >= 9.95e6 and not column:
        return MILLIONS
    if largest >= 4.995e5:
        return TENTHS_OF_A_MILLION
    return THOUSANDS if largest >= 999.5 else POUNDS


def pounds(value: float | None, scale: Scale | None = None) -> str:
    """One amount: ``£0.7m``, ``-£31m``, ``£450k``. Zero has no sign."""
    if value is None or not isfinite(value):
        return ABSENT
    scale = scale or scale_for([Range(value, value, value)])
    digits = f"{abs(value) / scale.divisor:,.{scale.decimals}f}"
    sign = "-" if value < 0 and any(digit in "123456789" for digit in digits) else ""
    return f"{sign}£{digits}{scale.suffix}"


def interval(amount: Range, scale: Scale) -> str:
    """The interval alone: ``£0.2m to £1.3m``."""
    return f"{pounds(amount.low, scale)} to {pounds(amount.high, scale)}"


def money(amount: Range | None, scale: Scale | None = None) -> str:
    """An amount with its interval, for a sentence: ``£0.7m (80 % interval £0.2m to £1.3m)``."""
    if amount is None or not _whole(amount):
        return ABSENT
    scale = scale or scale_for([amount])
    if amount.low == amount.mean == amount.high:
        return _fixed(amount.mean, scale)
    return f"{pounds(amount.mean, scale)} (80 % interval {interval(amount, scale)})"


def money_cell(amount: Range | None, scale: Scale) -> str:
    """An amount with its interval, for a table: ``£0.7m ±0.5`` or ``£0.7m (£0.2m to £1.3m)``."""
    if amount is None or not _whole(amount):
        return ABSENT
    if amount.low == amount.mean == amount.high:
        return _fixed(amount.mean, scale)
    below = f"{(amount.mean - amount.low) / scale.divisor:,.{scale.decimals}f}"
    above = f"{(amount.high - amount.mean) / scale.divisor:,.{scale.decimals}f}"
    if below == above and any(digit in "123456789" for digit in above):
        return f"{pounds(amount.mean, scale)} ±{above}"
    return f"{pounds(amount.mean, scale)} ({interval(amount, scale)})"


def years(span: Range | None, *, short: bool = False) -> str:
    """Years with their interval: ``3.1 years (2.4 to 6.0)``; ``never`` when nothing pays back."""
    if span is None:
        return "never"
    if not _whole(span):
        return ABSENT
    unit = "yrs" if short else "years"
    return f"{span.mean:.1f} {unit} ({span.low:.1f} to {span.high:.1f})"


def chance(probability: float) -> str:
    """A probability from a finite number of draws: never a flat 0 % or 100 % short of it."""
    if not isfinite(probability):
        return ABSENT
    if probability < 0.005:
        return "under 1 %"
    if probability > 0.995:
        return "over 99 %"
    return f"{probability * 100:.0f} %"


def share(proportion: float) -> str:
    """A counted proportion as a whole percentage."""
    return f"{proportion * 100:.0f} %" if isfinite(proportion) else ABSENT


def number(value: float, *, decimals: int = 0) -> str:
    """A count or measure with thousands separated."""
    if not isfinite(value):
        return ABSENT
    text = f"{value:,.{decimals}f}"
    return text if any(digit in "123456789" for digit in text) else text.lstrip("-")


def count(how_many: int, singular: str, plural: str | None = None) -> str:
    """``1 partnership``, ``17 partnerships``, ``2,581 authorities``."""
    noun = singular if how_many == 1 else (plural or f"{singular}s")
    return f"{how_many:,} {noun}"


def counted(how_many: int, singular: str, plural: str | None = None) -> str:
    """As `count`, with small numbers in words: ``five councils``."""
    if how_many < len(_SMALL):
        noun = singular if how_many == 1 else (plural or f"{singular}s")
        return f"{_SMALL[how_many]} {noun}"
    return count(how_many, singular, plural)


def and_list(items: Sequence[str], *, most: int | None = None) -> str:
    """``A, B and C``; with ``most``, ``A, B and 4 more``."""
    if most is not None and len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most:,} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def members(names: Sequence[str]) -> str:
    """The members of a partnership: ``Bexley + Bromley``."""
    return " + ".join(names)


def day(when: date) -> str:
    """``1 April 2026``."""
    return f"{when.day} {when:%B %Y}"


def short_hash(digest: str) -> str:
    """The first six characters of a hash, enough to tell two runs apart."""
    return digest[:6]


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _fixed(value: float, scale: Scale) -> str:
    """An amount that is the same in every draw: no change at all, or a fixed sum."""
    return "£0" if value == 0 else f"{pounds(value, scale)} (fixed)"


def _whole(amount: Range) -> bool:
    return isfinite(amount.mean) and isfinite(amount.low) and isfinite(amount.high)
