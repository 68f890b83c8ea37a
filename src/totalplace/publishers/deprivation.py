"""Read the income deprivation affecting children index (IDACI) of each district and authority.

Flow: Indices of Deprivation 2025 (CSV), 2019 (workbook), upper-tier estimates (CSV) -> THIS
-> book.build

The score is the share of children in income-deprived families, 0 to 1. The 2025 index is published
by district; where an upper-tier authority has several, a table of estimates gives it one.
"""

from __future__ import annotations

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import csv_files
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.nearly import nearly
from totalplace.publishers.tidy import tidy
from totalplace.publishers.workbook import header_row, text
from totalplace.types import Missing

PUBLISHER = "Ministry of Housing, Communities and Local Government"
PAGE = "https://www.gov.uk/government/statistics/english-indices-of-deprivation-{year}"
DOMAIN = "Income Deprivation Affecting Children"
_DISTRICTS = ("area_code", "area_name", "area_type", "index_domain", "average_score")
_UPPER = ("utla23_code", "utla23_name", "idaci_2025_average_score", "method")
_PUBLISHED_2019 = "idaci_2019_average_score_published"
_SHEET = "IDACI"
_HEADS = (
    "Upper Tier Local Authority District code (2019)",
    "Upper Tier Local Authority District name (2019)",
    "IDACI - Average score",
)


def recognises(file: PublishedFile) -> bool:
    """Whether the file is one of the three, by its columns or its sheets."""
    if file.is_zip:
        names = set(file.sheet_names)
        return {"IMD", "Income", "Employment", "Crime"} <= names
    names = set(csv_files.header(file))
    return {"index_domain", "deprivation_data_year"} <= names or {"utla23_code", _UPPER[2]} <= names


def near(file: PublishedFile) -> str | None:
    """Which of the two CSVs the file comes nearest to, and the columns it lacks."""
    layouts = {
        "Indices of Deprivation 2025 by district": (*_DISTRICTS, "deprivation_data_year"),
        "IDACI by upper tier": _UPPER,
    }
    return None if recognises(file) else nearly(csv_files.header(file), layouts)


def read(file: PublishedFile) -> Reading:
    """Read the average score of every area.

    Raises:
        PublishedFileError: Missing sheet or columns, bad codes, repeated areas, and scores that are
            no share; all of them.
    """
    if file.is_zip:
        return _read_2019(file)
    names = csv_files.header(file)
    districts = "index_domain" in names
    wanted = _DISTRICTS if districts else _UPPER
    problems = csv_files.column_problems(names, wanted, where=file.relative)
    if problems:
        raise PublishedFileError(problems)
    rows = csv_files.frame(file)
    return _read_districts(file, rows) if districts else _read_upper(file, rows)


def _read_districts(file: PublishedFile, rows: pl.DataFrame) -> Reading:
    of_children = rows.filter(index_domain=DOMAIN)
    if of_children.is_empty():
        found = ", ".join(sorted(rows["index_domain"].drop_nulls().unique()))
        raise PublishedFileError(
            Problem(
                what=f"there are no rows of {DOMAIN!r}",
                where=file.relative,
                example=f"index_domain has {found}",
            )
        )
    scores = of_children.select(
        ROW, published_code="area_code", area_name="area_name", printed="average_score"
    ).with_columns(year=2025)
    return _reading(
        file,
        scores,
        publication="deprivation_2025",
        title="Indices of Deprivation 2025, district summaries",
        year=2025,
    )


def _read_upper(file: PublishedFile, rows: pl.DataFrame) -> Reading:
    parts = {2025: _UPPER[2]}
    if _PUBLISHED_2019 in rows.columns:
        parts[2019] = _PUBLISHED_2019
    scores = pl.concat(
        rows.select(
            ROW, published_code="utla23_code", area_name="utla23_name", printed=column
        ).with_columns(year=year)
        for year, column in parts.items()
    )
    estimated = rows.filter(pl.col("method").str.contains("estimate"))
    notes = []
    if not estimated.is_empty():
        notes.append(
            f"The 2025 scores of {estimated.height} authorities are estimates, weighted by the "
            f"children of their districts: {', '.join(estimated['utla23_name'])}."
        )
    return _reading(
        file,
        scores,
        publication="deprivation_upper_tier",
        title="IDACI 2025 by upper tier, estimated from districts, with IDACI 2019",
        year=2025,
        notes=notes,
    )


def _read_2019(file: PublishedFile) -> Reading:
    rows = file.workbook.rows(_SHEET)
    where = f"{file.relative}, sheet {_SHEET!r}"
    head = header_row(rows, _HEADS, where=where)
    at = [[text(cell) for cell in rows[head]].index(name) for name in _HEADS]
    cells = [
        (number, *(text(row[place]) for place in at))
        for number, row in enumerate(rows[head + 1 :], start=head + 2)
        if text(row[at[0]])
    ]
    scores = pl.DataFrame(
        cells, schema=[ROW, "published_code", "area_name", "printed"], orient="row"
    ).with_columns(pl.col("printed").replace("", None), year=2019)
    return _reading(
        file,
        scores,
        publication="deprivation_2019",
        title="Indices of Deprivation 2019, upper-tier summaries",
        year=2019,
    )


def _reading(
    file: PublishedFile,
    scores: pl.DataFrame,
    *,
    publication: str,
    title: str,
    year: int,
    notes: list[str] | None = None,
) -> Reading:
    """Observations from columns row, published_code, area_name, printed and year."""
    scores = scores.with_columns(value=pl.col("printed").cast(pl.Float64, strict=False))
    problems = [
        *_problems(
            scores.filter(pl.col("printed").is_not_null() & ~_is_share()),
            "a score that is no share between 0 and 1",
            "printed",
            where=file.relative,
        ),
        *_problems(
            scores.filter(~pl.col("published_code").fill_null("").str.contains(r"^E\d{8}$")),
            "an area without an English GSS code",
            "published_code",
            where=file.relative,
        ),
        *_problems(
            scores.filter(pl.struct("published_code", "year").is_duplicated()),
            "an area that stands in several rows",
            "published_code",
            where=file.relative,
        ),
    ]
    if problems:
        raise PublishedFileError(problems)
    absent = pl.col("value").is_null()
    observation = scores.with_columns(
        level=pl.when(pl.col("published_code").str.starts_with("E07"))
        .then(pl.lit("district"))
        .otherwise(pl.lit("authority")),
        period=pl.col("year").cast(pl.String),
        period_start=pl.date("year", 1, 1),
        period_end=pl.date("year", 12, 31),
        status=pl.lit("final" if publication != "deprivation_upper_tier" else "unstated"),
        item=pl.format("deprivation.idaci_{}_average_score", "year"),
        missing=pl.when(absent).then(pl.lit(Missing.NOT_AVAILABLE.value)),
        symbol=pl.when(absent).then(pl.lit("")),
    )
    years = sorted(set(scores["year"]))
    items = pl.DataFrame(
        {
            "item": [f"deprivation.idaci_{y}_average_score" for y in years],
            "title": [f"Income deprivation affecting children {y}, average score" for y in years],
            "unit": "share of children",
            "period_kind": "other",
        }
    )
    source = Source(
        publication=publication,
        title=title,
        publisher=PUBLISHER,
        licence="OGL v3",
        landing_page=PAGE.format(year=year),
        file=file.relative,
        sha256=file.sha256,
    )
    return Reading(
        source=source,
        tables={
            "observation": tidy(observation, OBSERVATION_SCHEMA),
            "item": tidy(items, ITEM_SCHEMA),
        },
        notes=tuple(notes or ()),
    )


def _is_share() -> pl.Expr:
    return pl.col("value").is_between(0, 1).fill_null(value=False)


def _problems(bad: pl.DataFrame, what: str, column: str, *, where: str) -> list[Problem]:
    if bad.is_empty():
        return []
    row = bad.row(0, named=True)
    return [
        Problem(
            what=what,
            where=where,
            count=bad.height,
            example=f"{row[column]!r} ({row['area_name']}) in row {row[ROW]:,}",
        )
    ]
