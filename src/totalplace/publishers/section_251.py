"""Section 52 and Section 251 outturn, 2008-09 to 2013-14: spend by line and kind of provider.

Flow: one CSV per year -> THIS -> observation and item rows, in pounds

Column names, line numbers and wording change every year, and no file says which year it is. So
columns are known by any of the names they have had, and the year by its lines, which are listed in
``section_251_lines.csv`` (Department for Education, Section 251 outturn, OGL v3).

Item ids are ``s251.<line without its number>.<column>``; the printed number is in the title. Totals
are printed as lines among lines, and stay. In 2008-09 own provision and that of other public
bodies are one column, here "public". A blank cell or "NULL" is missing for a reason not stated: the
return did not ask for it on that line, or the authority did not fill it in. Neither is a nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

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
from totalplace.publishers.dfe_spec import slug
from totalplace.publishers.tidy import tidy
from totalplace.types import Missing

LANDING_PAGE = (
    "https://explore-education-statistics.service.gov.uk/find-statistics/la-and-school-expenditure"
)
BLANK = "(blank)"
SYMBOLS: Mapping[str, Missing] = {"NULL": Missing.UNSTATED, BLANK: Missing.UNSTATED}
# Every name a column has had.
PLACES: Mapping[str, tuple[str, ...]] = {
    "la_number": ("LA", "LEA", "LEA Number:"),
    "area_name": ("LA Name", "LEA Name", "LA Name:"),
    "printed_line": ("CYPServiceDescription", "S52 Line Reference", "S52 Line Reference:"),
}
FIGURES: Mapping[str, tuple[str, ...]] = {
    "own": ("OwnProvision", "Own Provision (y)"),
    "private": ("PrivateProvision", "Private (z(i))", "PRIVATE (x)"),
    "public": ("PUBLIC (z)",),
    "other_public": ("OtherPublic", "Other Public (z(ii))"),
    "voluntary": ("Voluntary", "Voluntary (z(iii))", "VOLUNTARY (y)"),
    "total_expenditure": ("TotalExpenditure", "Total Expenditure (k)", "TOTAL EXPENDITURE (k)"),
    "income": ("Income", "Income (l)", "INCOME (l)"),
    "net": ("NetCurrentExpenditure", "NET Current Expenditure (m)"),
}
TITLES = {
    "own": "own provision",
    "private": "private provision",
    "public": "public provision, own and other",
    "other_public": "other public provision",
    "voluntary": "voluntary provision",
    "total_expenditure": "total expenditure",
    "income": "income",
    "net": "net current expenditure",
}
_LINE_NUMBER = ("LineNumber", "Line")
# A file is taken for a year when at least this share of its lines and the year's are the same.
_ENOUGH = 0.8
_LEADING_NUMBER = r"^(\d+)\s*"


@dataclass(frozen=True, slots=True)
class _Columns:
    """The file's own names for our columns."""

    places: Mapping[str, str]
    figures: Mapping[str, str]
    line_number: str | None


def recognises(file: PublishedFile) -> bool:
    """Whether the first line has the authority, the line and most of the figures."""
    present = set(csv_files.header(file))
    line = present.intersection(PLACES["printed_line"])
    figures = sum(not present.isdisjoint(names) for names in FIGURES.values())
    return bool(line) and figures >= 4


def read(file: PublishedFile) -> Reading:
    """Read one year.

    Raises:
        PublishedFileError: Everything in the file that is not as published.
    """
    rows = csv_files.frame(file, encoding=_encoding(file))
    columns = _columns(rows, file.relative)
    rows = _with_lines(rows, columns)
    period, problems = _which_year(rows, file.relative)
    problems += _row_problems(rows, period, file.relative)
    long = _long(rows, columns, period)
    problems += cells.problems(
        long, text="printed", column="column", row=ROW, where=file.relative, symbols=SYMBOLS
    )
    if problems:
        raise PublishedFileError(problems, after="Nothing was read from this file.")
    return Reading(
        source=Source(
            publication="s251",
            title=f"Section 251 outturn, children's and young people's services, {period}",
            publisher="Department for Education",
            licence="OGL v3",
            landing_page=LANDING_PAGE,
            file=file.relative,
            sha256=file.sha256,
            note="Pounds. Totals are among the lines. Schools are not in this table.",
        ),
        tables={
            "observation": tidy(long, OBSERVATION_SCHEMA),
            "item": tidy(long.unique("item", maintain_order=True), ITEM_SCHEMA),
        },
        notes=_notes(rows, columns, long),
    )


def lines() -> pl.DataFrame:
    """The lines of each year: period, number, line (as it stands in item ids)."""
    data = resources.files(__package__).joinpath("section_251_lines.csv").read_bytes()
    return pl.read_csv(data, infer_schema=False)


def _encoding(file: PublishedFile) -> str:
    """UTF-8 where the file is, and otherwise what the publisher used."""
    try:
        file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _columns(rows: pl.DataFrame, where: str) -> _Columns:
    """Find every column under one of its names.

    Raises:
        PublishedFileError: Names each column that is under none of them.
    """
    known = {name for names in (*PLACES.values(), *FIGURES.values()) for name in names}

    def find(wanted: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        return {
            ours: name for ours, names in wanted.items() for name in names if name in rows.columns
        }

    places, figures = find(PLACES), find(FIGURES)
    alike = {"public"} if "public" not in figures else {"own", "other_public"}
    missing = [
        names[0]
        for ours, names in (*PLACES.items(), *FIGURES.items())
        if ours not in {*places, *figures} and ours not in alike
    ]
    if missing:
        strangers = [name for name in rows.columns if name not in known]
        raise PublishedFileError(
            csv_files.column_problems(strangers, missing, where=where, known=[ROW, *_LINE_NUMBER])
        )
    number = next((name for name in _LINE_NUMBER if name in rows.columns), None)
    return _Columns(places, figures, number)


def _with_lines(rows: pl.DataFrame, columns: _Columns) -> pl.DataFrame:
    """Name the columns as we do; add the number, the line and its words without the number."""
    places = {theirs: ours for ours, theirs in columns.places.items()}
    words = pl.col("printed_line").str.replace_all(r"[\s\x{a0}]+", " ").str.strip_chars()
    number = words.str.extract(_LEADING_NUMBER)
    if columns.line_number:
        number = pl.coalesce(pl.col(columns.line_number), number)
    rows = rows.rename(places).with_columns(
        number=number, words=words.str.replace(_LEADING_NUMBER, "")
    )
    ids = {text: slug(text) for text in rows["words"].unique().drop_nulls()}
    return rows.with_columns(
        line=pl.col("words").replace_strict(ids, default=None, return_dtype=pl.String)
    )


def _which_year(rows: pl.DataFrame, where: str) -> tuple[str, list[Problem]]:
    """The year whose lines these are, and how the file's lines differ from it.

    Raises:
        PublishedFileError: They are the lines of no year.
    """
    present = set(rows["line"].drop_nulls())
    years: dict[str, set[str]] = {}
    for period, _, line in lines().iter_rows():
        years.setdefault(period, set()).add(line)
    shares = {
        period: len(present & expected) / len(present | expected)
        for period, expected in years.items()
    }
    period = max(shares, key=lambda label: (shares[label], label))
    if shares[period] < _ENOUGH:
        raise PublishedFileError(
            Problem(
                what=f"the lines are those of no year from {min(years)} to {max(years)}",
                where=where,
                example=f"{shares[period]:.0%} of them are those of {period}, the nearest",
                fix="The reader does not know this year, or lines were renamed or left out.",
            )
        )
    out: list[Problem] = []
    for what, odd in (
        (f"lines that {period} does not have", present - years[period]),
        (f"lines of {period} are missing", years[period] - present),
    ):
        if odd:
            out.append(Problem(what=what, where=where, count=len(odd), example=min(odd)))
    return period, out


def _row_problems(rows: pl.DataFrame, period: str, where: str) -> list[Problem]:
    """Authorities without a number or name, lines given twice or left out, numbers that moved."""
    pair = pl.struct("la_number", "line")
    numbers = lines().filter(pl.col("period") == period).select("line", expected="number")
    counts = rows.group_by("la_number", maintain_order=True).agg(pl.col("line").n_unique())
    per_authority = rows["line"].n_unique()
    short = counts.filter(pl.col("line") < per_authority)
    checks = (
        (
            rows.filter(~pl.col("la_number").str.contains(r"^\d{3}$").fill_null(value=False)),
            "an authority without its three-digit number",
            "la_number",
        ),
        (rows.filter(pl.col("area_name").is_null()), "an authority without a name", "area_name"),
        (rows.filter(pl.col("line").is_null()), "a row without a line", "printed_line"),
        (
            rows.filter(pair.is_duplicated() & ~pair.is_first_distinct()),
            "an authority has the same line twice",
            "words",
        ),
        (
            rows.join(numbers, on="line").filter(pl.col("number").ne_missing(pl.col("expected"))),
            f"a line whose number is not that of {period}",
            "number",
        ),
    )
    out: list[Problem] = []
    for bad, what, column in checks:
        if bad.height:
            value, row = bad.select(column, ROW).row(0)
            shown = "an empty cell" if value is None else repr(value)
            out.append(
                Problem(what=what, where=where, count=bad.height, example=f"{shown} in row {row:,}")
            )
    if short.height:
        number, found = short.row(0)
        out.append(
            Problem(
                what="authorities do not have every line",
                where=where,
                count=short.height,
                example=f"{number} has {found} of {per_authority}",
                fix="The file may have been cut short or filtered. Use it as published.",
            )
        )
    return out


def _long(rows: pl.DataFrame, columns: _Columns, period: str) -> pl.DataFrame:
    """One row per figure, with the columns of observations and items and those messages need."""
    ours = {theirs: name for name, theirs in columns.figures.items()}
    days = periods.parse(period, periods.FINANCIAL)
    long = rows.unpivot(
        on=list(ours),
        index=[ROW, "la_number", "area_name", "number", "line", "words"],
        variable_name="column",
        value_name="printed",
    ).with_columns(
        pl.col("printed").fill_null(BLANK),
        figure=pl.col("column").replace_strict(ours, return_dtype=pl.String),
    )
    return cells.split(long, text="printed", symbols=SYMBOLS).with_columns(
        item=pl.concat_str(pl.lit("s251"), "line", "figure", separator="."),
        title=pl.concat_str(
            pl.lit("Line "),
            "number",
            pl.lit(": "),
            "words",
            pl.lit(", "),
            pl.col("figure").replace_strict(TITLES, return_dtype=pl.String),
        ),
        unit=pl.lit("pounds"),
        period_kind=pl.lit(periods.FINANCIAL),
        level=pl.lit("authority"),
        period=pl.lit(period),
        period_start=pl.lit(days.start),
        period_end=pl.lit(days.end),
        status=pl.lit(days.status),
    )


def _notes(rows: pl.DataFrame, columns: _Columns, long: pl.DataFrame) -> tuple[str, ...]:
    """What was not read, and how much is missing."""
    read_here = {ROW, *PLACES, "number", "words", "line", *columns.figures.values()}
    unread = [c for c in rows.columns if c not in read_here and c != columns.line_number]
    missing = long["missing"].is_not_null().sum()
    notes = [f"{missing:,} of {long.height:,} cells are blank or NULL."] if missing else []
    if unread:
        notes.append(f"Columns not read: {', '.join(unread)}.")
    return tuple(notes)
