"""What is strange in own figures but possible: told, and kept all the same.

Flow: measures.own_check -> THIS -> whoever sent the figures
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from totalplace.book.own import OwnFigure
from totalplace.errors import Problem
from totalplace.measures.headlines import headlines

MOST_NAMED = 6  # rows named in one problem
UNLIKE = 10.0  # times as much, or as little, as was published: most often a slip of the unit


def warnings(figures: Sequence[tuple[int, OwnFigure]]) -> Iterable[Problem]:
    """What is strange but possible, of figures with the row each stands in."""
    for number, one in figures:
        if not one.value or not one.published:
            continue
        times = one.value / one.published
        if times < 0 or not 1 / UNLIKE < times < UNLIKE:
            yield Problem(
                what=f"{one.title}, {one.area_name}: {one.shown} is unlike the "
                f"{one.published_shown} that was published",
                where=f"row {number:,}, value",
                fix=f"Is it in {one.unit}?" if one.unit else "Look at it again.",
            )
    given = {(one.item, one.area_code, one.period_end) for _, one in figures}
    for headline in headlines():
        counts = {*headline.numerator, *headline.denominator} - {headline.item}
        alone = [
            (number, one)
            for number, one in figures
            if headline.item
            and one.item in counts
            and (headline.item, one.area_code, one.period_end) not in given
        ]
        if alone:
            first = alone[0][1]
            yield Problem(
                what=f"{first.title} was given, and {headline.short} ({headline.item}), which is "
                "worked out from it, was not",
                where=f"{rows_words([number for number, _ in alone])}, measure",
                count=len(alone),
                fix="The published one stays on the pages. Give it too if it is no longer right.",
            )


def rows_words(rows: Sequence[int]) -> str:
    """``row 7``; ``rows 7, 9 and 12``; ``rows 7, 9, 12 and 40 more``."""
    if len(rows) == 1:
        return f"row {rows[0]:,}"
    named = [f"{number:,}" for number in rows[:MOST_NAMED]]
    more = len(rows) - len(named)
    last = f"{more:,} more" if more else named.pop()
    return f"rows {', '.join(named)} and {last}"
