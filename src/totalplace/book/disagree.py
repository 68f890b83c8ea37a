"""Where two publishers differ about the same thing, what a later release changed, who is missing.

Flow: a book -> THIS -> book.check
In: an open book and pairs of items. Out: lists of authorities with both figures.
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.book.store import Book

_BOTH = """
WITH one AS (SELECT * FROM observation WHERE item = ? AND latest AND level = 'authority'),
     other AS (SELECT * FROM observation WHERE item = ? AND latest AND level = 'authority'),
     newest AS (SELECT max(period_end) AS day FROM one SEMI JOIN other USING (period_end))
SELECT a.area_code, a.name, one.value AS one, other.value AS other, one.missing AS one_missing,
       other.missing AS other_missing, newest.day, one.period
FROM authority a
CROSS JOIN newest
LEFT JOIN one ON one.area_code = a.area_code AND one.period_end = newest.day
LEFT JOIN other ON other.area_code = a.area_code AND other.period_end = newest.day
WHERE coalesce(a.starts, DATE '1900-01-01') <= newest.day
  AND coalesce(a.ends, DATE '9999-12-31') >= newest.day
ORDER BY a.name, a.area_code
"""
_REVISED = """
WITH figure AS (
  SELECT o.*, coalesce(a.name, o.area_name) AS name, s.released
  FROM observation o JOIN source s USING (source_id) LEFT JOIN authority a USING (area_code)
  WHERE o.item = ? AND o.level = 'authority' AND o.value IS NOT NULL
)
SELECT old.area_code, old.name, new.period, old.value AS one, new.value AS other,
       old.source_id AS old_source, new.source_id AS new_source
FROM figure old JOIN figure new
  ON new.area_code = old.area_code AND new.period_start = old.period_start
 AND new.period_end = old.period_end AND new.latest AND NOT old.latest
WHERE old.value <> new.value
ORDER BY old.name, new.period, old.source_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two items that measure the same thing, and the relative difference worth telling."""

    title: str
    one: str
    one_name: str
    other: str
    other_name: str
    beyond: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two figures for one authority. ``ratio`` is one over the other."""

    area_code: str
    name: str
    period: str
    one: float
    other: float

    @property
    def ratio(self) -> float | None:
        """One over the other; None where the other is zero."""
        return self.one / self.other if self.other else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A pair in its newest common period."""

    pair: Pair
    period: str
    compared: int
    median_ratio: float | None
    beyond: tuple[Difference, ...]
    only_in_one: tuple[str, ...]  # authorities that only the first has a figure for
    only_in_other: tuple[str, ...]
    in_neither: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One authority's figure before (``one``) and after (``other``) a later release."""

    item: str
    beyond: float
    changed: int
    largest: tuple[Difference, ...]


def compare(book: Book, pair: Pair) -> Disagreement | None:
    """Compare a pair in the newest period both cover; None where they share none."""
    rows = book.query(_BOTH, [pair.one, pair.other]).rows(named=True)
    if not rows:
        return None
    period = next((row["period"] for row in rows if row["period"]), "")
    both = [
        Difference(
            area_code=row["area_code"],
            name=row["name"],
            period=period,
            one=row["one"],
            other=row["other"],
        )
        for row in rows
        if row["one"] is not None and row["other"] is not None
    ]
    ratios = sorted(d.ratio for d in both if d.ratio is not None)
    return Disagreement(
        pair=pair,
        period=period,
        compared=len(both),
        median_ratio=_median(ratios),
        beyond=tuple(
            sorted(
                (d for d in both if differs(d, pair.beyond)),
                key=lambda d: (-abs(d.one - d.other), d.area_code),
            )
        ),
        only_in_one=_names(rows, one=True, other=False),
        only_in_other=_names(rows, one=False, other=True),
        in_neither=_names(rows, one=False, other=False),
    )


def revisions(book: Book, item: str, *, beyond: float) -> Revision:
    """What later releases changed about an item, largest relative change first."""
    changed = [
        Difference(
            area_code=row["area_code"],
            name=row["name"],
            period=row["period"],
            one=row["one"],
            other=row["other"],
        )
        for row in book.query(_REVISED, [item]).iter_rows(named=True)
    ]
    large = [d for d in changed if differs(d, beyond, of_first=True)]
    large.sort(key=lambda d: (-abs(d.other - d.one) / abs(d.one) if d.one else 0.0, d.area_code))
    return Revision(item=item, beyond=beyond, changed=len(changed), largest=tuple(large))


def differs(pair: Difference, beyond: float, *, of_first: bool = False) -> bool:
    """Whether two figures differ by more than a share of the second (or of the first)."""
    base = pair.one if of_first else pair.other
    return abs(pair.one - pair.other) > beyond * abs(base)


def _names(rows: list[dict[str, object]], *, one: bool, other: bool) -> tuple[str, ...]:
    return tuple(
        str(row["name"])
        for row in rows
        if (row["one"] is not None) is one and (row["other"] is not None) is other
    )


def _median(values: list[float]) -> float | None:
    if not values:
        return None
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2
