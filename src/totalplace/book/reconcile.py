"""Show England's published totals as the sum of named parts.

Flow: a book -> THIS -> book.check
In: observations of one item and period. Out: the parts, and what is left that no part explains.

A remainder is named only for a reason that can be seen in the figures: returns the publisher lists
as missing and estimates in its totals, authorities it suppresses, or its own rounding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from totalplace.types import Missing

CLASS_OF_PREFIX = {
    "E06": "Unitary Authorities",
    "E07": "Shire Districts",
    "E08": "Metropolitan Districts",
    "E09": "London Boroughs",
    "E10": "Shire Counties",
}
TOTAL_SUFFIX = " (class total)"
PENNY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a total: what it is, how much, from how many rows, and whose."""

    what: str
    value: float
    rows: int = 0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A published total beside its parts. ``difference`` is what no part explains."""

    item: str
    title: str
    unit: str
    period: str
    published: float
    parts: tuple[Part, ...]
    difference: float
    headline: bool

    @property
    def holds(self) -> bool:
        """Whether the parts explain the total to the last printed digit."""
        return self.difference == 0


def reconcile(
    rows: pl.DataFrame,
    *,
    item: str,
    title: str,
    unit: str,
    period: str,
    rounded_to: float = 0,
    printed_to: float = 0,
    headline: bool = False,
) -> Reconciliation:
    """Reconcile one item in one period.

    Args:
        rows: The latest observations of the item and period: published_code, area_name, level,
            value, missing.
        item: Its id.
        title: Its title.
        unit: Its unit.
        period: Label of the period.
        rounded_to: What the publisher rounds England to; 0 where it does not.
        printed_to: What each row may be rounded to; used only where every row is a multiple of it.
        headline: Whether the report opens with it.
    """
    england = rows.filter(level="england")["value"].item()
    totals = rows.filter(pl.col("area_name").str.ends_with(TOTAL_SUFFIX))
    bodies = rows.filter(
        ~pl.col("area_name").str.ends_with(TOTAL_SUFFIX), pl.col("level") != "england"
    )
    parts = [
        *_level(bodies, "authority", "authorities"),
        *_level(bodies, "joint", "joint returns of several authorities"),
        *_level(bodies, "district", "districts"),
        *_others(bodies),
    ]
    if totals.height:
        parts += _estimates(bodies, totals)
    left = england - sum(part.value for part in parts)
    if abs(left) <= PENNY * (totals.height + 1):  # every total is kept to the penny
        left = 0.0
    else:
        named = (
            _not_printed(bodies, left, rounded_to)
            or _rounding(england, left, rounded_to)
            or _row_rounding(bodies, left, printed_to)
            if not totals.height
            else _row_rounding(bodies, left, printed_to)
        )
        if named:
            parts.append(named)
            left = 0.0
    return Reconciliation(
        item=item,
        title=title,
        unit=unit,
        period=period,
        published=england,
        parts=tuple(parts),
        difference=round(left, 2),
        headline=headline,
    )


def _level(bodies: pl.DataFrame, level: str, what: str) -> list[Part]:
    given = bodies.filter(pl.col("level") == level, pl.col("value").is_not_null())
    if not (given["value"] != 0).any() and level != "authority":
        return []
    return [Part(what=what, value=_sum(given), rows=given.height)]


def _others(bodies: pl.DataFrame) -> list[Part]:
    """Bodies that are no council but spend on the line: the Greater London Authority, say."""
    given = bodies.filter(pl.col("level").is_in(["other", "partner"]), pl.col("value") != 0)
    return [
        Part(what=name, value=value, rows=1)
        for name, value in given.select("area_name", "value").sort("area_name").iter_rows()
    ]


def _sum(frame: pl.DataFrame) -> float:
    return round(float(frame["value"].sum()), 2)


def _estimates(bodies: pl.DataFrame, totals: pl.DataFrame) -> list[Part]:
    """What each class total holds beyond the returns in it, where returns are missing."""
    prefix = pl.col("published_code").str.head(3)
    classed = bodies.with_columns(
        prefix.replace_strict(CLASS_OF_PREFIX, default=None, return_dtype=pl.String).alias("class")
    )
    out = []
    for name, total in totals.select("area_name", "value").sort("area_name").iter_rows():
        kind = name.removesuffix(TOTAL_SUFFIX)
        members = classed.filter(pl.col("class") == kind)
        missing = members.filter(pl.col("missing").is_not_null())
        if total is None or missing.is_empty():
            continue  # anything left over is rounding or a difference, and shows as one
        estimate = round(total - _sum(members), 2)
        if abs(estimate) <= PENNY:
            continue
        names = tuple(missing["area_name"].sort())
        out.append(
            Part(
                what=f"publisher's estimates for missing returns, {kind.lower()}",
                value=estimate,
                rows=len(names),
                names=names,
            )
        )
    return out


def _not_printed(bodies: pl.DataFrame, left: float, rounded_to: float) -> Part | None:
    """Authorities that exist and print no number, if they could hold what is left."""
    silent = bodies.filter(
        pl.col("level").is_in(["authority", "joint"]),
        pl.col("missing").is_not_null(),
        pl.col("missing") != Missing.NOT_APPLICABLE.value,
    )
    largest = bodies.filter(level="authority")["value"].max()
    if silent.is_empty() or not isinstance(largest, float):
        return None
    slack = rounded_to / 2
    if not -slack <= left <= silent.height * largest + slack:
        return None
    names = silent.sort("area_name").select(pl.format("{} ({})", "area_name", "missing"))
    what = "not printed by authority"
    if rounded_to:
        what += f", and England rounded to the nearest {rounded_to:g}"
    return Part(what=what, value=round(left, 2), rows=silent.height, names=tuple(names.to_series()))


def _rounding(england: float, left: float, rounded_to: float) -> Part | None:
    """The publisher's rounding of England, if it is a round number and little is left."""
    if not rounded_to or england % rounded_to or abs(left) > rounded_to / 2:
        return None
    what = f"rounding: England is printed to the nearest {rounded_to:g}"
    return Part(what=what, value=round(left, 2))


def _row_rounding(bodies: pl.DataFrame, left: float, printed_to: float) -> Part | None:
    """The publisher's rounding of each row, if all rows are round and chance explains the rest.

    The sum of n rounding errors, each uniform within half a unit, has a standard deviation of
    unit x sqrt(n / 12); four of them are allowed.
    """
    values = bodies["value"].drop_nulls()
    if not printed_to:
        return None
    steps = values / printed_to
    if not ((steps - steps.round()).abs() < 1e-6).all():
        return None
    if abs(left) > 4 * printed_to * math.sqrt((values.len() + 1) / 12):
        return None
    what = f"rounding: rows are printed to the nearest {printed_to:,g}"
    return Part(what=what, value=round(left, 2), rows=values.len())
