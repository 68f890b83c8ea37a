"""Observations as a small readable table, and back: one row per item and period, areas across.

Flow: book.packing -> THIS -> CSV files of a pack -> THIS -> book.pack
In: observations of one file. Out: text cells; a number, a symbol, or nothing where no row was.
Both ways are exact: ``from_wide(to_wide(rows)) == rows`` up to order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from totalplace.publishers.base import OBSERVATION_SCHEMA

AREA = ("area_code", "published_code", "la_number", "area_name", "level")
PERIOD = ("period", "period_start", "period_end", "status")
LEADING = ("item", "period_id", "latest")
OBSERVATION = (*OBSERVATION_SCHEMA, "area_code", "latest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """What a cell holds in place of a number: its mark here, what was printed, and the reason."""

    mark: str
    symbol: str | None
    missing: str


def number_areas(observation: pl.DataFrame) -> pl.DataFrame:
    """Every way an area is printed, with a short id: its code, then code.2, code.3, ...

    Areas without a code are called named, named.2, ...
    """
    areas = observation.select(AREA).unique().sort(AREA, nulls_last=True)
    base = pl.coalesce("area_code", "published_code", "la_number", pl.lit("named"))
    return _numbered(areas, base, "area_id")


def number_periods(observation: pl.DataFrame) -> pl.DataFrame:
    """Every period as printed and dated, with a short id: its label, then label.2, ..."""
    periods = observation.select(PERIOD).unique().sort(PERIOD)
    return _numbered(periods, pl.col("period"), "period_id")


def _numbered(frame: pl.DataFrame, base: pl.Expr, name: str) -> pl.DataFrame:
    nth = pl.int_range(1, pl.len() + 1).over("_base")
    suffix = pl.when(nth > 1).then(pl.format(".{}", nth)).otherwise(pl.lit(""))
    return (
        frame.with_columns(base.alias("_base"))
        .with_columns((pl.col("_base") + suffix).alias(name))
        .drop("_base")
        .select(name, pl.all().exclude(name))
    )


def number_symbols(observation: pl.DataFrame) -> tuple[Symbol, ...]:
    """A mark for every symbol and reason: the symbol itself where it has one meaning."""
    pairs = (
        observation.filter(pl.col("missing").is_not_null())
        .select("symbol", "missing")
        .unique()
        .sort("symbol", "missing", nulls_last=True)
        .rows()
    )
    printed = [symbol for symbol, _ in pairs]
    out = []
    for symbol, missing in pairs:
        plain = symbol and printed.count(symbol) == 1 and not _is_number(symbol)
        mark = symbol if plain else f"{symbol or ''}?{missing}"
        out.append(Symbol(mark=mark, symbol=symbol, missing=missing))
    return tuple(out)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def to_wide(
    observation: pl.DataFrame,
    areas: pl.DataFrame,
    periods: pl.DataFrame,
    symbols: tuple[Symbol, ...],
) -> pl.DataFrame:
    """Spread observations of one source over columns, one per area.

    Args:
        observation: Rows of one source; an item, area and period at most once.
        areas: From :func:`number_areas`.
        periods: From :func:`number_periods`.
        symbols: From :func:`number_symbols`.

    Returns:
        Text columns item, period_id, latest and one per area id, sorted.
    """
    marks = pl.DataFrame(
        [(s.symbol, s.missing, s.mark) for s in symbols],
        schema={"symbol": pl.String, "missing": pl.String, "mark": pl.String},
        orient="row",
    )
    number = pl.col("value").cast(pl.String).str.replace(r"\.0$", "")
    cells = (
        observation.join(areas, on=AREA, nulls_equal=True)
        .join(periods, on=PERIOD, nulls_equal=True)
        .join(marks, on=["symbol", "missing"], how="left", nulls_equal=True)
        .select(
            "item",
            "period_id",
            pl.when("latest").then(pl.lit("1")).otherwise(pl.lit("0")).alias("latest"),
            "area_id",
            pl.coalesce(number, "mark").alias("cell"),
        )
    )
    wide = cells.sort("area_id").pivot("area_id", index=LEADING, values="cell")
    return wide.sort(LEADING)


def from_wide(
    wide: pl.DataFrame,
    areas: pl.DataFrame,
    periods: pl.DataFrame,
    symbols: tuple[Symbol, ...],
) -> pl.DataFrame:
    """The observations that :func:`to_wide` was given, columns of the book but ``source_id``."""
    reasons: Mapping[str, str] = {s.mark: s.missing for s in symbols}
    printed = {s.mark: s.symbol for s in symbols}
    cell = pl.col("cell")
    return (
        wide.unpivot(index=LEADING, variable_name="area_id", value_name="cell")
        .filter(cell.is_not_null())
        .with_columns(
            cell.replace_strict(reasons, default=None, return_dtype=pl.String).alias("missing"),
            cell.replace_strict(printed, default=None, return_dtype=pl.String).alias("symbol"),
            (pl.col("latest") == "1").alias("latest"),
        )
        .with_columns(
            pl.when(pl.col("missing").is_null())
            .then(cell)
            .cast(pl.Float64, strict=True)
            .alias("value")
        )
        .join(areas, on="area_id")
        .join(periods, on="period_id")
        .select(OBSERVATION)
    )
