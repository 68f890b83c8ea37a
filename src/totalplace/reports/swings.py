"""What moves a plan most, and where its verdict flips, in words.

Flow: footprints.results -> THIS -> reports.story, reports.explanation, reports.risk
"""

from __future__ import annotations

from collections.abc import Sequence

from totalplace.footprints.results import Range, Swing
from totalplace.reports.words import and_list, pounds, scale_for

MOST_FLIPS = 3


def moves_words(swings: Sequence[Swing], *, do_nothing: bool) -> list[str]:
    """What moves the worth most, and what alone would change the verdict.

    Args:
        swings: Largest first, at least one.
        do_nothing: Whether they are of the best partnership allowed, no plan being made.
    """
    what = "the best partnership allowed" if do_nothing else "the plan"
    top = swings[0]
    scale = scale_for([Range(top.worth, top.worth_at_low, top.worth_at_high)])
    ends = f"{pounds(top.worth_at_low, scale)} to {pounds(top.worth_at_high, scale)}"
    title = short_title(top)
    first = f"What moves {what} most: {title[0].lower()}{title[1:]}, from {ends} over its range."
    now = "is worth something" if top.worth > 0 else "is worth nothing"
    flips = [flip_words(swing) for swing in swings if swing.flips_at is not None]
    if not flips:
        return [first, f"No single assumption, anywhere in its range, changes that {what} {now}."]
    return [first, f"That {what} {now} would change with {and_list(flips[:MOST_FLIPS])}."]


def flip_words(swing: Swing) -> str:
    """Where a verdict flips: ``director's top team above £0.92m a year (now £0.8m a year)``."""
    if swing.flips_at is None:
        return f"{swing.title}: not within its range"
    side = "above" if swing.flips_at > swing.value else "below"
    title = short_title(swing)
    at, now = (amount(value, swing.unit) for value in (swing.flips_at, swing.value))
    return f"{title[0].lower()}{title[1:]} {side} {at} (now {now})"


def short_title(swing: Swing) -> str:
    """What an assumption is called in a table: its title up to the first comma."""
    return swing.title.partition(",")[0]


def amount(value: float, unit: str) -> str:
    """An assumption's value with its unit: ``£0.85m a year``, ``70 %``, ``36 months``."""
    if unit.startswith("£m"):
        return f"£{value:.3g}m{unit.removeprefix('£m')}"
    if unit.startswith(("share", "chance")):
        rest = unit.removeprefix("share").removeprefix("chance")
        return f"{value * 100:.3g} %{rest}"
    return f"{value:.3g} {'' if unit == 'exponent' else unit}".rstrip()
