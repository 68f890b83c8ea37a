"""Official statistical neighbours: ten per authority, nearest first, with the closeness word.

Flow: DfE workbook or CSV -> THIS -> neighbour rows

Two lists are in use, the model of 2021 and that of 2025. No file names its list in words, so it is
known by who has neighbours: Cumberland (942) exists only in the 2025 list, and Cumbria (909) was
replaced by it. The workbooks also print, under "Old SNs:", lists of authorities that had ended when
the list was made; those come from earlier models and are left out, with a note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers import csv_files, workbook
from totalplace.publishers.base import PublishedFile, Reading, Source
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.lait import LANDING_PAGE

SHEET = "LA SN Groups"
RANKS = range(1, 11)
CLOSENESS = ("Extremely close", "Very close", "Close", "Somewhat close", "Not close")
CSV_COLUMNS = (
    "old_la_code",
    "la_name",
    *(name for rank in RANKS for name in (f"SN_{rank}", f"SN_{rank}P")),
)
NEIGHBOUR_SCHEMA = {
    "list": pl.String,
    "la_number": pl.String,
    "rank": pl.Int32,
    "neighbour_la_number": pl.String,
    "closeness": pl.String,
}
_WORDS = {word.lower(): word for word in CLOSENESS}
_OLD_LISTS = "old sns"
_NONE = ("", "-")  # an authority without neighbours in this list
_NUMBER = re.compile(r"^\d{3}$")
_CUMBERLAND, _CUMBRIA = "942", "909"


@dataclass(frozen=True, slots=True)
class _Line:
    """One authority's line: its number, and ten pairs of a number and a word, as printed."""

    where: str
    la_number: str
    pairs: tuple[tuple[str, str], ...]


def recognises(file: PublishedFile) -> bool:
    """Whether it is the workbook, by its sheet, or the CSV, by most of its columns."""
    if file.is_zip:
        return SHEET in file.sheet_names
    return len(set(CSV_COLUMNS) & set(csv_files.header(file))) >= len(CSV_COLUMNS) // 2


def read(file: PublishedFile) -> Reading:
    """Read one list.

    Raises:
        PublishedFileError: Everything in the file that is not as published before.
    """
    lines, notes = _workbook_lines(file) if file.is_zip else (_csv_lines(file), [])
    chosen = _which_list(lines, file.relative)
    problems = _problems(lines, file.relative)
    if problems:
        raise PublishedFileError(problems, after="Nothing was read from this file.")
    rows = [
        (chosen, line.la_number, rank, number, _WORDS[word.lower()])
        for line in lines
        for rank, (number, word) in zip(RANKS, line.pairs, strict=True)
        if number not in _NONE
    ]
    return Reading(
        source=Source(
            publication="neighbours",
            title=f"Statistical neighbours, {chosen} model",
            publisher="Department for Education",
            licence="OGL v3",
            landing_page=LANDING_PAGE,
            file=file.relative,
            sha256=file.sha256,
        ),
        tables={"neighbour": pl.DataFrame(rows, schema=NEIGHBOUR_SCHEMA, orient="row")},
        notes=tuple(notes),
    )


def _workbook_lines(file: PublishedFile) -> tuple[list[_Line], list[str]]:
    """The lines above "Old SNs:", and notes on those below and those without neighbours."""
    rows = file.workbook.rows(SHEET)
    wanted = ["LA num", "LA Name", "SNP", *(f"SN{rank}" for rank in RANKS)]
    top = workbook.header_row(rows, wanted, where=f"{file.relative}, sheet {SHEET!r}")
    names = [workbook.text(cell) for cell in rows[top]]
    starts = [names.index(f"SN{rank}") for rank in RANKS]
    if any(names[start + 1 : start + 2] != ["SNP"] for start in starts):
        raise PublishedFileError(
            Problem(
                what="a neighbour's column is not followed by its closeness column 'SNP'",
                where=f"{file.relative}, sheet {SHEET!r}, row {top + 1}",
            )
        )
    first, name = names.index("LA num"), names.index("LA Name")
    lines: list[_Line] = []
    left_out: list[str] = []
    old = False
    for index, row in enumerate(rows[top + 1 :], start=top + 2):
        cells = [workbook.text(cell) for cell in row]
        old = old or cells[name].lower().startswith(_OLD_LISTS)
        if not any(cells[start] for start in (first, *starts)):
            continue
        if old:
            left_out.append(cells[name])
            continue
        pairs = tuple((cells[start], cells[start + 1]) for start in starts)
        lines.append(_Line(f"row {index}", cells[first], pairs))
    notes = []
    if left_out:
        notes.append(f"Lists of ended authorities left out: {', '.join(left_out)}.")
    return lines, notes


def _csv_lines(file: PublishedFile) -> list[_Line]:
    """Every line of the CSV."""
    rows = csv_files.frame(file)
    missing = csv_files.column_problems(
        rows.columns, CSV_COLUMNS, where=file.relative, known=("region_ind", "region_name")
    )
    if missing:
        raise PublishedFileError(missing)
    return [
        _Line(
            f"row {row[ROW]}",
            row["old_la_code"] or "",
            tuple((row[f"SN_{rank}"] or "", row[f"SN_{rank}P"] or "") for rank in RANKS),
        )
        for row in rows.iter_rows(named=True)
    ]


def _which_list(lines: Sequence[_Line], where: str) -> str:
    """The list of 2025 where Cumberland has neighbours, of 2021 where Cumbria has.

    Raises:
        PublishedFileError: Neither has, or both have.
    """
    having = {line.la_number for line in lines if line.pairs[0][0] not in _NONE}
    found = {_CUMBERLAND: "2025", _CUMBRIA: "2021"}
    lists = [found[number] for number in found if number in having]
    if len(lists) == 1:
        return lists[0]
    raise PublishedFileError(
        Problem(
            what="cannot tell whether this is the list of 2021 or of 2025",
            where=where,
            example=f"of Cumbria (909) and Cumberland (942), {len(lists)} have neighbours",
            fix="Expected exactly one of them. This may be a list that the reader does not know.",
        )
    )


def _problems(lines: Sequence[_Line], where: str) -> list[Problem]:
    """Every kind of thing wrong with the lines, once each, counted, with the first example."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    known = {line.la_number for line in lines}
    for line in lines:
        numbers = [number for number, _ in line.pairs if number not in _NONE]
        if not _NUMBER.match(line.la_number):
            found.setdefault("an authority without a three-digit number", []).append(
                f"{line.la_number!r} in {line.where}"
            )
        if line.la_number in seen:
            found.setdefault("an authority is listed twice", []).append(
                f"{line.la_number} in {line.where}"
            )
        seen.add(line.la_number)
        if len(numbers) not in (0, len(RANKS)):
            found.setdefault("an authority does not have ten neighbours", []).append(
                f"{line.la_number} has {len(numbers)}"
            )
        if len(set(numbers)) < len(numbers) or line.la_number in numbers:
            found.setdefault("a neighbour is repeated, or is the authority itself", []).append(
                f"{line.la_number} in {line.where}"
            )
        for number, word in line.pairs:
            if number in _NONE:
                continue
            if number not in known:
                found.setdefault("a neighbour that is no authority of this list", []).append(
                    f"{number!r} in {line.where}"
                )
            if word.lower() not in _WORDS:
                found.setdefault(
                    f"a closeness word that is none of {', '.join(CLOSENESS)}", []
                ).append(f"{word!r} in {line.where}")
    return [
        Problem(what=what, where=where, count=len(examples), example=examples[0])
        for what, examples in found.items()
    ]
