"""Read what all of government spent, by region and function: the country and regional analysis.

Flow: HM Treasury's database -> THIS -> book.build

The database prints £ thousand by department, programme (segment), function and region for five
years. It is added up to subfunction, sector (central, local, public corporations) and current or
capital; programmes of family benefits, the only ones that a count of children can use, are kept
one by one as well. The publisher prints no row for England: it is its nine regions.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)
from totalplace.publishers.dfe_spec import slug
from totalplace.publishers.nearly import nearly
from totalplace.publishers.tidy import tidy
from totalplace.publishers.workbook import Cell, cell_name, missing_headings, text

REGION, FUNCTION, SEGMENT = "NUTS Region", "HMT Subfunction", "CRA Segment Name"
KIND, SECTOR, COUNTRY = "CAP or CUR", "CG, LG, PC, BOE", "Country"
HEADINGS = ("Department Name", SEGMENT, "COFOG Level 1", FUNCTION, KIND, SECTOR, REGION, COUNTRY)
SECTORS = {
    "CG": ("central", "central government"),
    "LG": ("local", "local government"),
    "PC": ("corporations", "public corporations"),
    "BOE": ("bank", "Bank of England"),
}
KINDS = {"CUR": "current", "CAP": "capital"}
REGIONS = {  # as printed after "ENGLAND_", in any case: our name
    "north east": "North East",
    "north west": "North West",
    "yorkshire and the humber": "Yorkshire and The Humber",
    "east midlands": "East Midlands",
    "west midlands": "West Midlands",
    "east": "East of England",
    "london": "London",
    "south east": "South East",
    "south west": "South West",
}
ELSEWHERE = {
    "scotland": "Scotland",
    "wales": "Wales",
    "northern ireland": "Northern Ireland",
    "outside uk": "Outside UK",
    "non-regional": "Not regional",
}
FAMILY = "10.4 Family and children; of which: family benefits"
_YEAR = re.compile(r"^(20\d\d)-(\d\d)$")
_CODE = re.compile(r"^[A-Z]\w{6,7}-")  # programme code before its name


def recognises(file: PublishedFile) -> bool:
    """Whether the file is the database of the analysis, by the headings of one of its sheets."""
    return _sheet(file) is not None


def near(file: PublishedFile) -> str | None:
    """The headings it lacks of the database."""
    if recognises(file):
        return None
    for sheet in file.sheet_names:
        top = file.workbook.top(sheet, rows=1)
        words = (
            nearly([text(c) for c in top[0]], {"the country and regional analysis": HEADINGS})
            if top
            else None
        )
        if words:
            return words
    return None


def read(file: PublishedFile) -> Reading:
    """Read every year of the database.

    Raises:
        PublishedFileError: Missing headings, a region, sector or kind nobody knows, a figure that
            is no number, or a region of England without rows; all of them.
    """
    sheet = _sheet(file) or ""
    rows = file.workbook.rows(sheet)
    where = f"{file.relative}, sheet {sheet!r}"
    heads = [text(cell) for cell in rows[0]]
    years = [(at, head) for at, head in enumerate(heads) if _YEAR.match(head)]
    problems = missing_headings(HEADINGS, heads, where=f"{where}, row 1")
    if not years:
        problems.append(Problem(what="there is no column of a year such as 2017-18", where=where))
    if problems:
        raise PublishedFileError(problems)
    body = [row for row in rows[1:] if any(cell != "" for cell in row)]
    long, problems = _long(body, heads, years, where=where)
    if problems:
        raise PublishedFileError(problems)
    source = Source(
        publication="regional_analysis",
        title=f"Country and regional analysis, {years[0][1]} to {years[-1][1]}",
        publisher="HM Treasury",
        licence="OGL v3",
        landing_page="https://www.gov.uk/government/collections/country-and-regional-analysis",
        file=file.relative,
        sha256=file.sha256,
        note="Spending is put where its benefit falls; some of it is spread over regions by a key.",
    )
    return Reading(
        source=source,
        tables={
            "observation": tidy(_observations(long), OBSERVATION_SCHEMA),
            "item": tidy(
                long.select("item", "title", "unit", "period_kind").unique("item").sort("item"),
                ITEM_SCHEMA,
            ),
        },
        notes=(f"{len(body):,} programmes and regions added up by subfunction and sector.",),
    )


def _sheet(file: PublishedFile) -> str | None:
    for name in file.sheet_names:
        top = file.workbook.top(name, rows=1)
        words = {text(cell) for cell in top[0]} if top else set()
        if {FUNCTION, REGION, SEGMENT} <= words:
            return name
    return None


def _long(
    body: Sequence[Sequence[Cell]],
    heads: Sequence[str],
    years: Sequence[tuple[int, str]],
    *,
    where: str,
) -> tuple[pl.DataFrame, list[Problem]]:
    """One row per programme, region and year with what it is added up by; and what is wrong."""
    at = {heading: heads.index(heading) for heading in HEADINGS}
    printed = pl.DataFrame(
        {name: [text(row[place]) for row in body] for name, place in at.items()}
    ).with_row_index("row", offset=2)
    problems = [
        *_unknown(printed, REGION, _area(pl.col(REGION)), where=where),
        *_unknown(printed, KIND, pl.col(KIND).replace_strict(KINDS, default=None), where=where),
        *_unknown(
            printed,
            SECTOR,
            pl.col(SECTOR).replace_strict({k: v[0] for k, v in SECTORS.items()}, default=None),
            where=where,
        ),
        *_unknown(printed, FUNCTION, pl.col(FUNCTION).replace("", None), where=where),
    ]
    frames = []
    for place, year in years:
        cells = [row[place] for row in body]
        bad = [
            i
            for i, cell in enumerate(cells)
            if isinstance(cell, bool | str) or not isinstance(cell, int | float)
        ]
        if bad:
            problems.append(
                Problem(
                    what=f"column {year} holds something that is no sum of money",
                    where=where,
                    count=len(bad),
                    example=f"{text(cells[bad[0]])!r} in cell {cell_name(bad[0] + 1, place)}",
                )
            )
            continue
        frames.append(
            printed.with_columns(
                pl.lit(year).alias("period"), value=pl.Series(cells, dtype=pl.Float64)
            )
        )
    if problems:
        return printed, problems
    known = pl.concat(frames).with_columns(
        area_name=_area(pl.col(REGION)), value=pl.col("value") * 1000
    )
    missing = sorted(set(REGIONS.values()) - set(known["area_name"]))
    if missing:
        problems.append(Problem(what=f"there are no rows of {', '.join(missing)}", where=where))
    return pl.concat([_by_function(known), _by_programme(known)]), problems


def _unknown(printed: pl.DataFrame, column: str, known: pl.Expr, *, where: str) -> list[Problem]:
    bad = printed.filter(known.is_null())
    if bad.is_empty():
        return []
    return [
        Problem(
            what=f"{column} holds something this publication has not printed before",
            where=where,
            count=bad.height,
            example=f"{bad[column][0]!r} in row {bad['row'][0]:,}",
        )
    ]


def _area(printed: pl.Expr) -> pl.Expr:
    names = {f"england_{key}": name for key, name in REGIONS.items()} | ELSEWHERE
    return printed.str.to_lowercase().replace_strict(names, default=None, return_dtype=pl.String)


def _by_function(known: pl.DataFrame) -> pl.DataFrame:
    sector = {key: value[0] for key, value in SECTORS.items()}
    words = {key: value[1] for key, value in SECTORS.items()}
    summed = known.group_by("area_name", "period", FUNCTION, SECTOR, KIND, maintain_order=True).agg(
        pl.col("value").sum()
    )
    return _described(
        summed.with_columns(
            item=pl.concat_str(
                pl.lit("cra"),
                pl.col(FUNCTION).map_elements(slug, return_dtype=pl.String),
                pl.col(SECTOR).replace(sector),
                pl.col(KIND).replace(KINDS),
                separator=".",
            ),
            title=pl.concat_str(
                pl.col(FUNCTION),
                pl.lit(": "),
                pl.col(SECTOR).replace(words),
                pl.lit(", "),
                pl.col(KIND).replace(KINDS),
            ),
        )
    )


def _by_programme(known: pl.DataFrame) -> pl.DataFrame:
    """Programmes of family benefits; spellings and codes of one programme are one."""
    name = pl.col(SEGMENT).str.replace(_CODE.pattern, "").str.to_lowercase()
    named = (
        known.filter(pl.col(FUNCTION).str.starts_with(FAMILY))
        .with_columns(title=pl.concat_str(pl.lit("Family benefits: "), name))
        .with_columns(
            item=pl.concat_str(
                pl.lit("cra.programme."), name.map_elements(slug, return_dtype=pl.String)
            )
        )
    )
    summed = named.group_by("area_name", "period", "item", maintain_order=True).agg(
        pl.col("value").sum(), pl.col("title").first()
    )
    return _described(summed)


def _described(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "area_name",
        "period",
        pl.col("value").round(2),
        "item",
        "title",
        unit=pl.lit("pounds"),
        period_kind=pl.lit("financial year"),
    )


def _observations(long: pl.DataFrame) -> pl.DataFrame:
    starts = {
        year: dt.date(int(year[:4]), 4, 1) for year in long["period"].unique(maintain_order=True)
    }
    ends = {year: dt.date(day.year + 1, 3, 31) for year, day in starts.items()}
    return long.with_columns(
        level=pl.when(pl.col("area_name").is_in(list(REGIONS.values())))
        .then(pl.lit("region"))
        .otherwise(pl.lit("other")),
        period_start=pl.col("period").replace_strict(starts, return_dtype=pl.Date),
        period_end=pl.col("period").replace_strict(ends, return_dtype=pl.Date),
        status=pl.lit("final"),
    )
