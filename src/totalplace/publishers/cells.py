"""Turn the text of published cells into a number or a reason, never both and never neither.

Flow: long frame of printed text -> THIS -> value, missing and symbol

In: a frame with a text column. Out: the same rows with three columns, and a list of problems, one
per column of the file that holds something which is neither a number nor a known symbol.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from totalplace.errors import Problem
from totalplace.types import Missing

# Symbols of DfE's statistics, and of the older files they are made from.
DFE_SYMBOLS: Mapping[str, Missing] = {
    "c": Missing.SUPPRESSED,
    "z": Missing.NOT_APPLICABLE,
    ".": Missing.NOT_APPLICABLE,
    "x": Missing.NOT_AVAILABLE,
    ":": Missing.NOT_AVAILABLE,
    "..": Missing.NOT_AVAILABLE,
    "u": Missing.LOW_RELIABILITY,
    "k": Missing.ROUNDS_TO_ZERO,
    "low": Missing.ROUNDS_TO_ZERO,
}


def number(text: pl.Expr) -> pl.Expr:
    """A plain decimal number, or null. Words that only look like numbers (inf, nan) are null."""
    value = text.cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def months(text: pl.Expr) -> pl.Expr:
    """A duration printed as years:months ("01:10") in months, or null."""
    parts = text.str.extract_groups(r"^(\d{1,2}):(0\d|1[01])$")
    return parts.struct.field("1").cast(pl.Float64) * 12 + parts.struct.field("2").cast(pl.Float64)


def split(
    frame: pl.DataFrame,
    *,
    text: str,
    symbols: Mapping[str, Missing],
    durations: pl.Expr | None = None,
) -> pl.DataFrame:
    """Replace a text column by value, missing and symbol.

    Args:
        frame: Any frame with the text column, trimmed or not.
        text: Name of that column; it stays, trimmed, empty cells as null.
        symbols: What may be printed instead of a number, and why.
        durations: True where the cell is a duration in years:months rather than a number.

    Returns:
        The frame with value, missing and symbol. A row with neither is a bad cell: see `problems`.
    """
    printed = pl.col(text)
    value = number(printed)
    if durations is not None:
        value = pl.when(durations).then(months(printed)).otherwise(value)
    reasons = {symbol: reason.value for symbol, reason in symbols.items()}
    return (
        frame.with_columns(printed.str.strip_chars().replace("", None))
        .with_columns(
            value=value,
            missing=printed.replace_strict(reasons, default=None, return_dtype=pl.String),
        )
        .with_columns(symbol=pl.when(pl.col("missing").is_not_null()).then(printed))
    )


def problems(
    frame: pl.DataFrame,
    *,
    text: str,
    column: str,
    row: str,
    where: str,
    symbols: Mapping[str, Missing],
) -> list[Problem]:
    """List the bad cells that `split` left, one problem per column of the file and kind.

    Args:
        frame: What `split` returned.
        text: The text column.
        column: The column that names the file's own column.
        row: The column that counts rows of the file as a person sees them.
        where: The file, as messages call it.
        symbols: The symbols that were allowed.
    """
    bad = frame.filter(pl.col("value").is_null() & pl.col("missing").is_null())
    found = (
        bad.group_by(column, pl.col(text).is_null().alias("empty"), maintain_order=True)
        .agg(pl.len().alias("count"), pl.col(text).first(), pl.col(row).first())
        .sort(column, "empty")
    )
    allowed = ", ".join(symbols)
    out: list[Problem] = []
    for entry in found.iter_rows(named=True):
        what = (
            f"column {entry[column]!r} has empty cells"
            if entry["empty"]
            else f"column {entry[column]!r} holds something that is neither a number nor a symbol"
        )
        example = "" if entry["empty"] else f"{entry[text]!r} in "
        out.append(
            Problem(
                what=what,
                where=where,
                count=entry["count"],
                example=f"{example}row {entry[row]:,}",
                fix=f"Expected a plain number or one of: {allowed}.",
            )
        )
    return out
