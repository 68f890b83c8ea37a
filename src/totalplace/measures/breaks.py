"""Where a published series stops being comparable with itself.

Flow: breaks.csv -> THIS -> measures.panel, catalogue, crosswalk
In: nothing. Out: frozen Breaks, one reason a row. `undeclared` looks for more of them in a book.

Effects: ``cut``, what comes before cannot be held against what comes after; ``drop``, the figures
themselves are not what their heading says; ``note``, real, but to be known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

import polars as pl

from totalplace.book.store import Book

Effect = Literal["cut", "drop", "note"]

JUMP = 2.2
"""Times by which the median authority changes from one figure to the next before it is a sign."""

SMALL = 0.5
"""Median below which a jump is only the rounding of a small number."""

FEWEST = 30
"""Authorities that a sign rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One break in one measure."""

    item: str
    level: str  # england or authority
    first: date  # last day of the first period concerned
    last: date | None  # of the last; None where it goes on
    effect: Effect
    reason: str

    @property
    def words(self) -> str:
        """What, when and why."""
        until = "on" if self.last is None else f"to {self.last}" if self.last != self.first else ""
        whose = "England's row" if self.level == "england" else "councils' rows"
        return f"{whose}, {' '.join(filter(None, [f'{self.first}', until]))}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Something in a book that looks like a break."""

    item: str
    level: str
    end: date
    words: str


@cache
def breaks() -> Mapping[str, tuple[Break, ...]]:
    """Every known break, by measure, in the order of the table."""
    content = (resources.files(__package__) / "breaks.csv").read_bytes()
    found: dict[str, tuple[Break, ...]] = {}
    for row in pl.read_csv(content, infer_schema_length=0).fill_null("").iter_rows(named=True):
        one = Break(
            item=row["item"],
            level=row["level"],
            first=date.fromisoformat(row["first"]),
            last=date.fromisoformat(row["last"]) if row["last"] else None,
            effect=row["effect"],
            reason=row["reason"],
        )
        found[one.item] = (*found.get(one.item, ()), one)
    return found


def comparable_from(item: str) -> date:
    """Last day of the first period whose figures of authorities can be held against the newest."""
    cuts = [b.first for b in breaks().get(item, ()) if b.effect == "cut" and b.level == "authority"]
    return max(cuts, default=date.min)


def undeclared(book: Book, items: Sequence[str]) -> tuple[Sign, ...]:
    """Look for breaks that the table does not name.

    A rate of England outside every authority's own, or a median authority that jumps.

    Args:
        book: A place book.
        items: Rates, shares and averages; of a count, England is the sum.
    """
    frame = book.query(
        "WITH o AS (SELECT item, level, period_end, value FROM observation JOIN item USING (item)"
        " WHERE latest AND value IS NOT NULL AND level IN ('england', 'authority')"
        " AND unit LIKE 'per %' AND item IN (SELECT unnest(?))),"
        " a AS (SELECT item, period_end, min(value) AS low, max(value) AS high,"
        " median(value) AS middle, count(*) AS n FROM o WHERE level = 'authority' GROUP BY ALL),"
        " s AS (SELECT *, lag(middle) OVER w AS before, lag(n) OVER w AS n_before FROM a"
        " WINDOW w AS (PARTITION BY item ORDER BY period_end))"
        " SELECT s.item, s.period_end, low, high, middle, before, least(n, n_before) AS both, n,"
        " e.value AS england FROM s LEFT JOIN o e ON e.level = 'england' AND e.item = s.item"
        " AND e.period_end = s.period_end ORDER BY s.item, s.period_end",
        [list(items)],
    )
    found: list[Sign] = []
    for row in frame.iter_rows(named=True):
        low, high, nation = row["low"], row["high"], row["england"]
        if row["n"] >= FEWEST and nation is not None and not low <= nation <= high:
            words = f"England has {nation:g}, its authorities {low:g} to {high:g}"
            found.append(
                Sign(item=row["item"], level="england", end=row["period_end"], words=words)
            )
        before, middle = row["before"], row["middle"]
        if before is None or row["both"] < FEWEST or min(before, middle) <= 0:
            continue
        if max(before, middle) >= SMALL and not 1 / JUMP <= middle / before <= JUMP:
            words = f"the median authority goes from {before:g} to {middle:g}"
            found.append(
                Sign(item=row["item"], level="authority", end=row["period_end"], words=words)
            )
    return tuple(one for one in found if not _declared(one))


def _declared(sign: Sign) -> bool:
    return any(
        one.level == sign.level
        and one.first <= sign.end
        and (one.last is None or sign.end <= one.last)
        for one in breaks().get(sign.item, ())
    )
