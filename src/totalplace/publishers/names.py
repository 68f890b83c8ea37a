"""Read the spellings of authorities' names that mySociety keeps.

Flow: mySociety's tables of authorities -> THIS -> authority_code in book.build

Its main table prints a GSS code beside each authority's official, plain and alternative names and
its former codes. Its two lookups (name, GSS code) print mySociety's own three-letter code alone,
which is no GSS code: they are recognised, but give no rows.
"""

from __future__ import annotations

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import csv_files
from totalplace.publishers.base import PublishedFile, Reading, Source
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.nearly import nearly

SOURCE = "mySociety, CC BY 4.0"
PAGE = "https://pages.mysociety.org/uk_local_authority_names_and_codes/"
KEY = "local-authority-code"
UPPER_TIER = {"CTY", "UA", "LBO", "MD", "CC"}
_NAMES = ("official-name", "nice-name", "alt-names")
_MAIN = (KEY, *_NAMES, "gss-code", "nation", "local-authority-type", "former-gss-codes")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "area_code": pl.String,
    "alias": pl.String,
    "alias_kind": pl.String,
    "source": pl.String,
}


def recognises(file: PublishedFile) -> bool:
    """Whether the file is one of mySociety's three tables, by its columns."""
    names = set(csv_files.header(file))
    return KEY in names and bool(names & {"official-name", "la-name", "gss-code"})


def near(file: PublishedFile) -> str | None:
    """The columns the file lacks of mySociety's main table."""
    layouts = {"mySociety's table of authorities": _MAIN}
    return None if recognises(file) else nearly(csv_files.header(file), layouts)


def read(file: PublishedFile) -> Reading:
    """Read names and former codes of English upper-tier authorities, past and present.

    Raises:
        PublishedFileError: Missing columns, no English authority, or bad codes; all of them.
    """
    names = csv_files.header(file)
    if {"la-name", "gss-code"} & set(names) and len(names) == 2:
        rows = csv_files.frame(file)
        note = (
            f"{rows.height:,} rows, which print mySociety's own codes alone; "
            "its main table has the same names beside GSS codes."
        )
        table = pl.DataFrame(schema=_SCHEMA)
        return _reading(file, table, title="Authority lookup", notes=(note,))
    problems = csv_files.column_problems(names, _MAIN, where=file.relative)
    if problems:
        raise PublishedFileError(problems)
    rows = csv_files.frame(file)
    english = rows.filter(
        pl.col("nation") == "England", pl.col("local-authority-type").is_in(sorted(UPPER_TIER))
    )
    if english.is_empty():
        raise PublishedFileError(
            Problem(what="there is no English upper-tier authority", where=file.relative)
        )
    coded = english.filter(pl.col("gss-code").is_not_null())
    bad = coded.filter(~pl.col("gss-code").str.contains(r"^E\d{8}$"))
    if not bad.is_empty():
        raise PublishedFileError(
            Problem(
                what="column 'gss-code' holds something that is no English GSS code",
                where=file.relative,
                count=bad.height,
                example=f"{bad['gss-code'][0]!r} in row {bad[ROW][0]:,}",
            )
        )
    without = english.height - coded.height
    notes = (f"{without} English authorities have no GSS code; left out.",) if without else ()
    table = pl.concat(
        [
            *(_aliases(coded, column, kind="name") for column in _NAMES),
            _aliases(coded, "former-gss-codes", kind="gss"),
        ]
    ).unique(["area_code", "alias"], keep="first", maintain_order=True)
    return _reading(
        file, table, title="UK local authorities, past, present and future", notes=notes
    )


def _aliases(rows: pl.DataFrame, column: str, *, kind: str) -> pl.DataFrame:
    """One row per spelling. Lists have a comma without a space; names may have one with."""
    several = column in ("alt-names", "former-gss-codes")
    alias = pl.col(column).str.replace_all(r",(\S)", "\n$1").str.split("\n") if several else column
    frame = rows.select(area_code="gss-code", alias=alias)
    if several:
        frame = frame.explode("alias")
    return (
        frame.with_columns(pl.col("alias").str.strip_chars(), alias_kind=pl.lit(kind))
        .filter(pl.col("alias").fill_null("") != "")
        .with_columns(source=pl.lit(SOURCE))
        .select(*_SCHEMA)
    )


def _reading(
    file: PublishedFile, table: pl.DataFrame, *, title: str, notes: tuple[str, ...]
) -> Reading:
    source = Source(
        publication="authority_names",
        title=title,
        publisher="mySociety",
        licence="CC BY 4.0",
        landing_page=PAGE,
        file=file.relative,
        sha256=file.sha256,
    )
    return Reading(source=source, tables={"authority_code": table}, notes=notes)
