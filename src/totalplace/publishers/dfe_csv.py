"""Statistics in the Department for Education's open-data layout: one reader, many publications.

Flow: CSV (time, place, filters, indicators in columns) -> THIS -> observation and item rows

Which publications, and what their columns mean, stands in ``dfe_publications.toml``. Every cell of
an indicator column becomes one row. Item ids are ``publication[.filter value ...].indicator``.

The layout prints no release date; the book ranks two releases of a series by the newest period
they cover.
"""

from __future__ import annotations

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import cells, csv_files, periods
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.dfe_spec import AREAS, COUNTRY, TIME, Indicator, Publication, match
from totalplace.publishers.tidy import tidy

LEVELS = {"National": "england", "Regional": "region", "Local authority": "authority"}
# What the codes of each level look like; a joint return prints two or more with " / " between.
_CODE = {
    "england": r"^E92000001$",
    "region": r"^E1[23]\d{6}$",
    "authority": r"^E(06|07|08|09|10)\d{6}$",
    "joint": r"^E(06|07|08|09|10)\d{6}( / E(06|07|08|09|10)\d{6})+$",
}
_LA_NUMBER = r"^\d{3}( / \d{3})*$"
_STATUS = {"Final": "final", "Revised": "revised", "Provisional": "provisional"}


def recognises(file: PublishedFile) -> bool:
    """Whether the file is one of the publications, judged by its columns and words."""
    return match(file, csv_files.header(file)) is not None


def near(file: PublishedFile) -> str | None:
    """What a file in the layout lacks, when it is none of the publications."""
    header = csv_files.header(file)
    if not {*TIME, "geographic_level"} <= set(header) or recognises(file):
        return None
    own = [name for name in header if name not in {*TIME, *COUNTRY, *AREAS}]
    return f"DfE's open-data layout, but no publication we know has columns {', '.join(own)}"


def read(file: PublishedFile) -> Reading:
    """Read the file.

    Raises:
        PublishedFileError: Everything in the file that is not as the publication has it.
    """
    publication = match(file, csv_files.header(file))
    if publication is None:
        raise PublishedFileError(
            Problem(what="this is none of the DfE publications we know", where=file.relative)
        )
    rows = csv_files.frame(file)
    missing = csv_files.column_problems(
        rows.columns, publication.columns, where=file.relative, known=[ROW, *AREAS]
    )
    if missing:
        raise PublishedFileError(missing)
    found = _placed(rows, publication)
    problems = [
        *_constant_problems(found, publication, file.relative),
        *_area_problems(found, file.relative),
        *_repeat_problems(found, publication, file.relative),
    ]
    items = _items(found, publication)
    days, bad_labels = periods.days_table(
        found.select("time_period")
        .unique()
        .join(items.select("period_kind").unique(), how="cross")
        .sort("time_period", "period_kind")
        .iter_rows()
    )
    problems += _label_problems(found, bad_labels, file.relative)
    long = _long(found, publication, items, days)
    problems += cells.problems(
        long,
        text="printed",
        column="column",
        row=ROW,
        where=file.relative,
        symbols=cells.DFE_SYMBOLS,
    )
    if problems:
        raise PublishedFileError(problems, after="Nothing was read from this file.")
    return Reading(
        source=_source(file, publication),
        tables={
            "observation": tidy(long, OBSERVATION_SCHEMA),
            "item": tidy(items, ITEM_SCHEMA),
        },
        notes=_notes(rows, publication),
    )


def _placed(rows: pl.DataFrame, publication: Publication) -> pl.DataFrame:
    """Add level, published_code, la_number, area_name and status to each row."""
    if publication.country_only:
        rows = rows.with_columns([pl.lit(None, dtype=pl.String).alias(c) for c in AREAS])
    level = pl.col("geographic_level").replace_strict(LEVELS, default=None)
    joint = (level == "authority") & pl.col("new_la_code").str.contains("/", literal=True)
    rows = rows.with_columns(level=pl.when(joint).then(pl.lit("joint")).otherwise(level))

    def pick(country: str, region: str, authority: str) -> pl.Expr:
        at = pl.col("level")
        return (
            pl.when(at == "england")
            .then(pl.col(country))
            .when(at == "region")
            .then(pl.col(region))
            .otherwise(pl.col(authority))
        )

    local = pl.col("level").is_in(["authority", "joint"])
    status = pl.lit("unstated")
    if publication.status_column:
        status = pl.col(publication.status_column).replace_strict(_STATUS, default=None)
    return rows.with_columns(
        pl.col("time_period").fill_null(""),
        published_code=pick("country_code", "region_code", "new_la_code"),
        area_name=pick("country_name", "region_name", "la_name"),
        la_number=pl.when(local).then(pl.col("old_la_code")),
        row_status=status,
    )


def _items(rows: pl.DataFrame, publication: Publication) -> pl.DataFrame:
    """One row per combination of filters and indicator: item id, title, unit, period kind."""
    filters = list(publication.filters)
    combos = (
        rows.select(filters).drop_nulls().unique(maintain_order=True).rows() if filters else [()]
    )
    entries = [
        _item(publication, indicator, values)
        for values in combos
        for indicator in publication.indicators
    ]
    return pl.DataFrame(
        entries, schema={**dict.fromkeys(filters, pl.String), "column": pl.String, **ITEM_SCHEMA}
    )


def _item(
    publication: Publication, indicator: Indicator, values: tuple[str, ...]
) -> dict[str, str | None]:
    """One row of `_items`."""
    printed = dict(zip(publication.filters, values, strict=True))
    title, unit, kind = indicator.title, indicator.unit, indicator.period_kind
    for case in publication.when:
        if printed.get(case.column) == case.value:
            title, unit = case.title or title, case.unit or unit
            kind = case.period_kind or kind
    return {
        **printed,
        "column": indicator.column,
        "item": publication.item(indicator, values),
        "title": f"{'; '.join(values)}: {title}" if values else title,
        "unit": unit,
        "period_kind": kind,
        "polarity": None,
    }


def _long(
    rows: pl.DataFrame, publication: Publication, items: pl.DataFrame, days: pl.DataFrame
) -> pl.DataFrame:
    """One row per cell of an indicator column, in the order of the file."""
    keep = [ROW, "time_period", "level", "published_code", "la_number", "area_name", "row_status"]
    filters = list(publication.filters)
    long = rows.unpivot(
        on=[indicator.column for indicator in publication.indicators],
        index=[*keep, *filters],
        variable_name="column",
        value_name="printed",
    )
    return (
        cells.split(
            long.join(items, on=[*filters, "column"], how="left", maintain_order="left"),
            text="printed",
            symbols=cells.DFE_SYMBOLS,
            durations=pl.col("unit") == "months",
        )
        .join(
            days.rename({"period": "time_period"}),
            on=["time_period", "period_kind"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            period=pl.col("time_period"),
            status=pl.when(pl.col("row_status") == "unstated")
            .then(pl.col("status"))
            .otherwise(pl.col("row_status")),
        )
    )


def _unexpected(
    rows: pl.DataFrame, column: str, *, what: str, where: str, fix: str
) -> list[Problem]:
    """A problem for these rows, if there are any, with the first as the example."""
    if rows.is_empty():
        return []
    first = rows.row(0, named=True)
    shown = "an empty cell" if first[column] is None else repr(first[column])
    return [
        Problem(
            what=what,
            where=where,
            count=rows.height,
            example=f"{shown} in row {first[ROW]:,}",
            fix=fix,
        )
    ]


def _constant_problems(rows: pl.DataFrame, publication: Publication, where: str) -> list[Problem]:
    """Columns that should say one thing, filters that are empty, levels and statuses unknown."""
    expected = {"time_identifier": publication.time_identifier, **publication.constant}
    out: list[Problem] = []
    for column, value in expected.items():
        out += _unexpected(
            rows.filter(pl.col(column).ne_missing(value)),
            column,
            what=f"column {column!r} does not say {value!r}",
            where=where,
            fix="This may be another publication, or another breakdown of this one.",
        )
    for column in publication.filters:
        out += _unexpected(
            rows.filter(pl.col(column).is_null()),
            column,
            what=f"column {column!r} has empty cells",
            where=where,
            fix="Every row must say which breakdown it belongs to.",
        )
    if publication.status_column:
        out += _unexpected(
            rows.filter(pl.col("row_status").is_null()),
            publication.status_column,
            what=f"column {publication.status_column!r} holds a word not seen before",
            where=where,
            fix=f"Expected one of: {', '.join(_STATUS)}.",
        )
    return out + _unexpected(
        rows.filter(pl.col("level").is_null()),
        "geographic_level",
        what="a geographic level not seen before",
        where=where,
        fix=f"Expected one of: {', '.join(LEVELS)}.",
    )


def _area_problems(rows: pl.DataFrame, where: str) -> list[Problem]:
    """Codes, numbers and names that are not in the form their level is printed in."""
    out: list[Problem] = []
    for level, pattern in _CODE.items():
        out += _unexpected(
            rows.filter(
                (pl.col("level") == level)
                & ~pl.col("published_code").str.contains(pattern).fill_null(value=False)
            ),
            "published_code",
            what=f"an area code that is no code of {'an' if level[0] in 'ae' else 'a'} {level}",
            where=where,
            fix="Expected a nine-character code such as E09000030, as the publisher prints it.",
        )
    out += _unexpected(
        rows.filter(
            pl.col("level").is_in(["authority", "joint"])
            & ~pl.col("la_number").str.contains(_LA_NUMBER).fill_null(value=False)
        ),
        "la_number",
        what="an authority without its three-digit number in 'old_la_code'",
        where=where,
        fix="Expected a number such as 301.",
    )
    return out + _unexpected(
        rows.filter(pl.col("level").is_not_null() & pl.col("area_name").is_null()),
        "area_name",
        what="an area without a name",
        where=where,
        fix="Expected the name beside the code.",
    )


def _repeat_problems(rows: pl.DataFrame, publication: Publication, where: str) -> list[Problem]:
    """The same area, period and breakdown more than once."""
    key = ["time_period", "level", "published_code", *publication.filters]
    again = rows.filter(pl.struct(key).is_duplicated() & ~pl.struct(key).is_first_distinct())
    return _unexpected(
        again,
        "area_name",
        what="rows repeat an area, period and breakdown that the file already has",
        where=where,
        fix="Two files may have been pasted together. Use the file as published.",
    )


def _label_problems(
    rows: pl.DataFrame, bad: dict[tuple[str, str], str], where: str
) -> list[Problem]:
    """Period labels that could not be read, once per label."""
    out: list[Problem] = []
    reasons = dict(sorted({label: reason for (label, _), reason in bad.items()}.items()))
    for label, reason in reasons.items():
        out += _unexpected(
            rows.filter(pl.col("time_period") == label),
            "time_period",
            what=reason,
            where=where,
            fix="Expected a year such as 2025, or 202425.",
        )
    return out


def _source(file: PublishedFile, publication: Publication) -> Source:
    """Where the figures came from."""
    return Source(
        publication=publication.id,
        title=publication.title,
        publisher=publication.publisher,
        licence=publication.licence,
        landing_page=publication.landing_page,
        file=file.relative,
        sha256=file.sha256,
        note=publication.note,
    )


def _notes(rows: pl.DataFrame, publication: Publication) -> tuple[str, ...]:
    """Columns that the file has and nobody reads."""
    known = {ROW, *TIME, *COUNTRY, *AREAS, *publication.own_columns}
    extra = [column for column in rows.columns if column not in known]
    return (f"Columns not read: {', '.join(extra)}.",) if extra else ()
