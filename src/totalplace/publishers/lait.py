"""The Local Authority Interactive Tool's long data: hundreds of measures by authority and year.

Flow: parquet of text values -> THIS -> observation and item rows

Item ids are ``lait.`` and the short description. The file has three-digit numbers and no GSS codes.
"-" stands for suppressed, not collected, not applicable and did-not-exist alike, so its reason is
"unstated"; ".." likewise.

The file says neither what its years mean ("2025" may end in March, August or December) nor units
nor, for a third of its measures, a title. These stand in ``lait_measures.csv``, taken from the
publisher's data dictionary of April 2026 (Department for Education, Local Authority Interactive
Tool, OGL v3; units in our words). A measure that is not in the table keeps its label and gets no
days, and the reading says so.

The file prints no release date; the book ranks its vintages by the newest period they cover.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import cells, csv_files, periods
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)
from totalplace.publishers.tidy import tidy
from totalplace.types import Missing

COLUMNS = ("Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region")
SYMBOLS: Mapping[str, Missing] = {"-": Missing.UNSTATED, "..": Missing.UNSTATED}
ROW = csv_files.ROW
LANDING_PAGE = "https://www.gov.uk/government/publications/local-authority-interactive-tool-lait"
_MAGIC = b"PAR1"
_ENGLAND = 970
_REGIONS = (980, 990)
_AUTHORITIES = (201, 969)


def recognises(file: PublishedFile) -> bool:
    """Whether this is a parquet file with most of the columns, or one cut short.

    No other publication comes as parquet, so a parquet file without an end is taken for this one
    and refused by `read` with the reason.
    """
    if file.content[:4] != _MAGIC:
        return False
    names = _names(file)
    return names is None or len(names & set(COLUMNS)) >= 4


def read(file: PublishedFile) -> Reading:
    """Read the file.

    Raises:
        PublishedFileError: Everything in the file that is not as published before.
    """
    rows = _open(file)
    rows, notes = _without_repeats(rows)
    days, problems = _days(rows, file.relative)
    long = _observations(rows, days)
    problems += [
        *_area_problems(rows, file.relative),
        *_conflict_problems(rows, file.relative),
        *cells.problems(
            long, text="printed", column="column", row=ROW, where=file.relative, symbols=SYMBOLS
        ),
    ]
    if problems:
        raise PublishedFileError(problems, after="Nothing was read from this file.")
    items = _items(rows)
    return Reading(
        source=Source(
            publication="lait",
            title="Local Authority Interactive Tool: long data",
            publisher="Department for Education",
            licence="OGL v3",
            landing_page=LANDING_PAGE,
            file=file.relative,
            sha256=file.sha256,
        ),
        tables={
            "observation": tidy(long, OBSERVATION_SCHEMA),
            "item": tidy(items, ITEM_SCHEMA),
        },
        notes=(*notes, *_notes(items, long)),
    )


def measures() -> pl.DataFrame:
    """What we know of each measure: item, title, unit, period_kind, polarity; text, empty null."""
    data = resources.files(__package__).joinpath("lait_measures.csv").read_bytes()
    return pl.read_csv(data, infer_schema=False)


def _names(file: PublishedFile) -> set[str] | None:
    """Column names, or None if the file has no readable end."""
    try:
        return set(pq.read_schema(pa.BufferReader(file.content)).names)
    except (pa.ArrowException, OSError):
        return None


def _table(file: PublishedFile) -> pl.DataFrame:
    """The whole file. Read by Arrow, which refuses a damaged file where polars would panic.

    Raises:
        PublishedFileError: It is damaged.
    """
    try:
        table = pl.from_arrow(pq.ParquetFile(pa.BufferReader(file.content)).read(use_threads=False))
    except (pa.ArrowException, OSError):
        table = None
    if not isinstance(table, pl.DataFrame):
        raise PublishedFileError(
            Problem(
                what="the parquet file cannot be read: it may be cut short",
                where=file.relative,
                fix="Download it again.",
            )
        )
    return table


def _open(file: PublishedFile) -> pl.DataFrame:
    """Every row as text, the number of the area as an integer, the kind of year beside it."""
    rows = _table(file)
    missing = csv_files.column_problems(rows.columns, COLUMNS, where=file.relative)
    if missing:
        raise PublishedFileError(missing)
    if rows.is_empty():
        raise PublishedFileError(Problem(what="there are no rows", where=file.relative))
    words = [name for name in COLUMNS if name != "LA Number"]
    number = pl.col("LA Number").cast(pl.Float64, strict=False)
    return (
        rows.select(COLUMNS)
        .with_columns(pl.col(words).cast(pl.String).str.strip_chars().replace("", None))
        .with_columns(
            pl.when(number == number.round())
            .then(number.cast(pl.Int64, strict=False))
            .alias("LA Number")
        )
        .with_row_index(ROW, offset=1)
        .with_columns(item="lait." + pl.col("Short Desc"))
        .join(
            measures().select("item", "period_kind"), on="item", how="left", maintain_order="left"
        )
        .with_columns(pl.col("period_kind").fill_null(periods.OTHER))
    )


def _without_repeats(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Drop rows that say again exactly what an earlier row says, and note how many."""
    kept = rows.unique(
        ["Short Desc", "Years", "LA Number", "Values"], keep="first", maintain_order=True
    )
    dropped = rows.height - kept.height
    return kept, [f"{dropped:,} rows repeat another row exactly; each was read once."] * (
        dropped > 0
    )


def _days(rows: pl.DataFrame, where: str) -> tuple[pl.DataFrame, list[Problem]]:
    """Days and status of each label and kind, and a problem for each label not seen before."""
    pairs = rows.group_by("Years", "period_kind").agg(pl.len().alias("count"), pl.col(ROW).min())
    pairs = pairs.sort("Years", "period_kind")
    days, bad = periods.days_table(
        (label or "", kind) for label, kind in pairs.select("Years", "period_kind").iter_rows()
    )
    out = [
        Problem(
            what=bad[label or "", kind],
            where=where,
            count=count,
            example=f"row {row:,}",
            fix="A new form of label must be taught to the reader before its days can be known.",
        )
        for label, kind, count, row in pairs.iter_rows()
        if (label or "", kind) in bad
    ]
    return days, out


def _observations(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Observation columns, and those that messages need."""
    number = pl.col("LA Number")
    level = (
        pl.when(number == _ENGLAND)
        .then(pl.lit("england"))
        .when(number.is_between(*_REGIONS))
        .then(pl.lit("region"))
        .when(number.is_between(*_AUTHORITIES))
        .then(pl.lit("authority"))
    )
    return cells.split(
        rows.select(
            ROW,
            "period_kind",
            "item",
            level=level,
            la_number=number.cast(pl.String),
            area_name="LA and Regions",
            period="Years",
            printed="Values",
            column=pl.lit("Values"),
        ),
        text="printed",
        symbols=SYMBOLS,
    ).join(days, on=["period", "period_kind"], how="left", maintain_order="left")


def _items(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per measure. The file prints a title only in the rows of a first year, or nowhere."""
    return (
        rows.group_by("item", maintain_order=True)
        .agg(
            printed=pl.col("Data item").drop_nulls().first(),
            short=pl.col("Short Desc").first(),
            period_kind=pl.col("period_kind").first(),
        )
        .join(
            measures().select("item", "title", "unit", "polarity"),
            on="item",
            how="left",
            maintain_order="left",
        )
        .with_columns(title=pl.coalesce("title", "printed", "short"))
    )


def _area_problems(rows: pl.DataFrame, where: str) -> list[Problem]:
    """Areas without a number we know a level for, a name, or with two names; empty measures."""
    number = pl.col("LA Number")
    known = (
        (number == _ENGLAND) | number.is_between(*_REGIONS) | number.is_between(*_AUTHORITIES)
    ).fill_null(value=False)
    names = pl.col("LA and Regions")
    two = (
        rows.group_by("LA Number", maintain_order=True)
        .agg(names.unique(maintain_order=True), pl.col(ROW).first())
        .filter(names.list.len() > 1)
    )
    checks = (
        (rows.filter(~known), "an area whose 'LA Number' is not one of England's", "LA Number"),
        (rows.filter(names.is_null()), "an area without a name", "LA and Regions"),
        (rows.filter(pl.col("Short Desc").is_null()), "a row without a measure", "Short Desc"),
        (two, "an area number with more than one name", "LA and Regions"),
    )
    out: list[Problem] = []
    for bad, what, column in checks:
        if bad.height:
            value, row = bad.select(pl.col(column), pl.col(ROW)).row(0)
            shown = " and ".join(value) if isinstance(value, list) else repr(value)
            out.append(
                Problem(what=what, where=where, count=bad.height, example=f"{shown} in row {row:,}")
            )
    return out


def _conflict_problems(rows: pl.DataFrame, where: str) -> list[Problem]:
    """The same measure, year and area with two different values."""
    key = ["Short Desc", "Years", "LA Number"]
    again = rows.filter(pl.struct(key).is_duplicated())
    if again.is_empty():
        return []
    short, years, number = again.select(key).row(0)
    same = (
        (pl.col("Short Desc") == short)
        & (pl.col("Years") == years)
        & (pl.col("LA Number") == number)
    )
    values = again.filter(same)["Values"].to_list()
    return [
        Problem(
            what="a measure has two different values for the same area and year",
            where=where,
            count=again.select(key).n_unique(),
            example=f"{short}, {years}, area {number}: {' and '.join(map(repr, values))}",
            fix="One of them is wrong, and the file does not say which.",
        )
    ]


def _notes(items: pl.DataFrame, long: pl.DataFrame) -> list[str]:
    """What a person should know about this file."""
    out: list[str] = []
    unknown = items.filter(pl.col("period_kind") == periods.OTHER)["item"].to_list()
    if unknown:
        out.append(
            f"{len(unknown)} measures are not in our table of measures, so their periods have no "
            f"days: {', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}."
        )
    yearless = long.filter(pl.col("period") == periods.NO_PERIOD)["item"].unique().sort().to_list()
    if yearless:
        out.append(f"Printed without any year (label 0): {', '.join(yearless)}.")
    return out
