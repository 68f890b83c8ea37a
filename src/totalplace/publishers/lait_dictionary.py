"""The data dictionary of the Local Authority Interactive Tool: what each measure means.

Flow: dictionary CSV -> THIS -> measure rows

The dictionary lists a measure once for each topic it appears under. Here it is one row with its
topics joined by "; ", and a repeated measure whose polarity or year differs is a problem. "NA" and
"-" are the dictionary's words for nothing. Update dates are spreadsheet day numbers: the newest
"Last Update" is taken as the day the dictionary was released.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import csv_files, lait, periods
from totalplace.publishers.base import PublishedFile, Reading, Source
from totalplace.publishers.csv_files import ROW

OWNER = "Data Owner (DO) /Supplier and Contact Details"
COLUMNS = (
    "Topic",
    "Chart_title",
    "Measure_short",
    "Polarity",
    "y_axis_name",
    "Description",
    "Last Update",
    "Methodology",
    "Year_Type",
    OWNER,
)
# Columns that exist and carry nothing the book keeps.
OTHERS = (
    "Measure_code",
    "Measure",
    "state_funded_flag",
    "Table_status",
    "Next Update",
    "Hyperlink(s)",
    "dps",
    "No_Quartile",
)
POLARITIES = {"High": "high", "Low": "low", "-": "", "NA": ""}
YEAR_KINDS = {
    "Academic Year": periods.ACADEMIC,
    "Financial Year": periods.FINANCIAL,
    "Calendar Year": periods.CALENDAR,
    "Annual": periods.AT_MARCH,
    "Annual - January": periods.JANUARY,
    "Annual (end of Sept)": periods.AT_SEPTEMBER,
}
_FIRST_DAY = date(1899, 12, 30)  # day 0 of spreadsheet day numbers


def recognises(file: PublishedFile) -> bool:
    """Whether most of the dictionary's columns are in the first line."""
    return len({*COLUMNS, *OTHERS} & set(csv_files.header(file))) >= 10


def read(file: PublishedFile) -> Reading:
    """Read the dictionary.

    Raises:
        PublishedFileError: Everything in the file that is not as published before.
    """
    rows = csv_files.frame(file)
    missing = csv_files.column_problems(rows.columns, COLUMNS, where=file.relative, known=OTHERS)
    if missing:
        raise PublishedFileError(missing)
    problems = _problems(rows, file.relative)
    if problems:
        raise PublishedFileError(problems, after="Nothing was read from this file.")
    measures = _measures(rows)
    repeated = rows.height - measures.height
    note = f"{repeated} measures are listed under two topics; each is one row, with both topics."
    return Reading(
        source=Source(
            publication="lait_dictionary",
            title="Local Authority Interactive Tool: data dictionary",
            publisher="Department for Education",
            licence="OGL v3",
            landing_page=lait.LANDING_PAGE,
            file=file.relative,
            sha256=file.sha256,
            released=_newest_update(rows),
            note="The newest update of any measure stands for the release date.",
        ),
        tables={"measure": measures},
        notes=(note,) if repeated else (),
    )


def unit(axis: str, title: str) -> str:
    """Our word for a unit, from the dictionary's axis label and title."""
    if axis.startswith("%") or "(%)" in title:
        return "per cent"
    if rate := re.match(r"Rate per ([\d,]+)", axis):
        return f"per {int(rate[1].replace(',', '')):,}"
    if axis.startswith("Number") or axis == "Total cases":
        return "count"
    if "FTE" in axis or axis == "Social Workers":
        return "FTE"
    if "score" in axis.lower() or axis == "Average":
        return "score"
    named = {"Spend": "pounds", "Unit Cost": "pounds a week", "Case Load": "cases per FTE"}
    return named.get(axis, axis)


def _measures(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per measure, in the columns of the book's table, order of the dictionary."""

    def said(column: str) -> pl.Expr:
        """The text of the first row, or null for the dictionary's words for nothing."""
        first = pl.col(column).drop_nulls().first()
        return pl.when(~first.is_in(["NA", "-"])).then(first)

    return (
        rows.group_by("Measure_short", maintain_order=True)
        .agg(
            item="lait." + pl.col("Measure_short").first(),
            topic=pl.col("Topic").unique(maintain_order=True).str.join("; "),
            title=said("Chart_title"),
            description=said("Description"),
            methodology=said("Methodology"),
            polarity=pl.col("Polarity").first().replace_strict(POLARITIES).replace("", None),
            unit=said("y_axis_name"),
            period_kind=pl.col("Year_Type").first().replace_strict(YEAR_KINDS),
            owner=said(OWNER),
        )
        .drop("Measure_short")
    )


def _problems(rows: pl.DataFrame, where: str) -> list[Problem]:
    """Cells that are empty or say a new word, and measures that contradict themselves."""
    out: list[Problem] = []
    checks = (
        ("Measure_short", None, "column 'Measure_short' has empty cells"),
        ("Polarity", POLARITIES, "a polarity not seen before"),
        ("Year_Type", YEAR_KINDS, "a kind of year not seen before"),
    )
    for column, words, what in checks:
        wrong = pl.col(column).is_null()
        if words is not None:
            wrong = wrong | ~pl.col(column).is_in(list(words))
        bad = rows.filter(wrong)
        if bad.height:
            value, row = bad.select(column, ROW).row(0)
            shown = "an empty cell" if value is None else repr(value)
            out.append(
                Problem(
                    what=what,
                    where=where,
                    count=bad.height,
                    example=f"{shown} in row {row:,}",
                    fix=f"Expected one of: {', '.join(words)}." if words else "",
                )
            )
    torn = (
        rows.group_by("Measure_short", maintain_order=True)
        .agg(pl.col("Polarity", "Year_Type").n_unique())
        .filter(pl.max_horizontal("Polarity", "Year_Type") > 1)["Measure_short"]
        .to_list()
    )
    if torn:
        out.append(
            Problem(
                what="a measure is listed twice with another polarity or kind of year",
                where=where,
                count=len(torn),
                example=str(torn[0]),
            )
        )
    return out


def _newest_update(rows: pl.DataFrame) -> date | None:
    """The newest "Last Update", from spreadsheet day numbers; None if no cell holds one."""
    newest = rows["Last Update"].cast(pl.Int64, strict=False).max()
    return _FIRST_DAY + timedelta(days=newest) if isinstance(newest, int) else None
