"""Open a published CSV: its encoding, its header and its rows as text.

Flow: bytes of a file -> THIS -> a frame of text and the problems of its header

Nothing is converted here. Every cell stays text, so that a symbol in a column of numbers survives.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import PublishedFile

ROW = "row"  # added column: row of the file as a spreadsheet shows it, header = 1


def header(file: PublishedFile) -> tuple[str, ...]:
    """Column names in the first line, trimmed; empty if the file is not a CSV at all."""
    if file.is_zip or not file.content:
        return ()
    head = file.head
    if file.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = file.content[:4000].decode("utf-16", errors="replace")
    first = head.partition("\n")[0].rstrip("\r")
    try:
        return tuple(name.strip() for name in next(csv.reader([first]), []))
    except csv.Error:
        return ()


def text(file: PublishedFile, *, encoding: str = "utf-8-sig") -> str:
    """The whole file as text.

    Raises:
        PublishedFileError: The bytes are not in that encoding.
    """
    try:
        return file.content.decode(encoding)
    except UnicodeDecodeError as error:
        row = file.content.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if encoding.startswith("utf-8") else encoding
        raise PublishedFileError(
            Problem(
                what=f"the text is not {name}",
                where=file.relative,
                example=f"byte 0x{file.content[error.start]:02x} in row {row:,}",
                fix="Use the file as the publisher gives it, or save it as CSV UTF-8.",
            )
        ) from None


def frame(file: PublishedFile, *, encoding: str = "utf-8-sig") -> pl.DataFrame:
    """Every row as trimmed text, empty cells as null, with the row number in `ROW`.

    Lines with nothing in any cell, which spreadsheets leave behind, are dropped.

    Raises:
        PublishedFileError: Wrong encoding, no rows, repeated column names or ragged rows.
    """
    content = text(file, encoding=encoding)
    names = header(file)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise PublishedFileError(
            Problem(what=f"column {repeated[0]!r} appears more than once", where=file.relative)
        )
    try:
        rows = pl.read_csv(content.encode(), infer_schema=False)
    except pl.exceptions.PolarsError:
        rows = None
    if rows is None or len(rows.columns) != len(names):
        raise PublishedFileError(
            _ragged(content, len(names), file.relative) or _unreadable(file.relative)
        )
    rows = rows.rename(dict(zip(rows.columns, names, strict=True)))
    # The parser fills a short row with nulls, so a short row always ends in one.
    if rows[names[-1]].null_count() and (short := _ragged(content, len(names), file.relative)):
        raise PublishedFileError(short)
    rows = (
        rows.with_columns(pl.all().str.strip_chars().replace("", None))
        .with_row_index(ROW, offset=2)
        .filter(~pl.all_horizontal(pl.col(names).is_null()))
    )
    if rows.is_empty():
        raise PublishedFileError(Problem(what="there is a header but no rows", where=file.relative))
    return rows


def column_problems(
    present: Sequence[str], wanted: Iterable[str], *, where: str, known: Iterable[str] = ()
) -> list[Problem]:
    """Name each wanted column that is missing, and what may be it under another name.

    Args:
        present: Columns of the file.
        wanted: Columns that the publication has.
        where: The file, as messages call it.
        known: Other columns that the publication may have, never suggested as a renaming.
    """
    wanted = list(wanted)
    strangers = [name for name in present if name not in wanted and name not in set(known)]
    out: list[Problem] = []
    for name in wanted:
        if name in present:
            continue
        near = get_close_matches(name.lower(), [s.lower() for s in strangers], n=1, cutoff=0.6)
        guess = [s for s in strangers if near and s.lower() == near[0]] or (
            strangers if len(strangers) <= 3 else []
        )
        found = f" It may now be called {' or '.join(map(repr, guess))}." if guess else ""
        out.append(
            Problem(
                what=f"column {name!r} is missing",
                where=where,
                fix="The publisher may have renamed or dropped it." + found,
            )
        )
    return out


def _ragged(content: str, width: int, where: str) -> Problem | None:
    """Say which rows do not have as many cells as the header, if any."""
    bad: list[tuple[int, int]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(content, newline="")), start=1):
            if cells and len(cells) != width:
                bad.append((number, len(cells)))
    except csv.Error:
        return _unreadable(where)
    if not bad:
        return None
    return Problem(
        what=f"rows do not have the {width} cells that the header has",
        where=where,
        count=len(bad),
        example=f"row {bad[0][0]:,} has {bad[0][1]}",
        fix="The file may have been cut short or edited. Download it again.",
    )


def _unreadable(where: str) -> Problem:
    return Problem(
        what="the rows cannot be read as a table", where=where, fix="Download the file again."
    )
