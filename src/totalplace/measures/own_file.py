"""Open a file of own figures: what kind of file it is, its headings, its rows as text.

Flow: bytes somebody sent -> THIS -> measures.own_check
In: bytes of anything. Out: rows of trimmed text with the row number a spreadsheet shows, or every
fault of the file as a whole. Nothing is understood here.
"""

from __future__ import annotations

import csv
import io
import posixpath
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from xml.sax.saxutils import unescape

from totalplace.errors import InputError, Problem, PublishedFileError
from totalplace.publishers.workbook import Workbook, open_workbook, text

NEEDED = ("time_period", "measure", "value")
PLACES = ("new_la_code", "la_name")  # one of them, or both
KNOWN = (
    "time_period",
    "time_identifier",
    "geographic_level",
    *PLACES,
    "indicator",
    "measure",
    "unit",
    "value",
    "note",
)
"""The headings of the template, named as the Department's open data names them."""
MOST_ROWS = 5_000
HEADINGS_WITHIN = 30  # rows from the top
FIX_KIND = "Send the template filled in: a CSV file, or an Excel workbook (.xlsx)."
NOTHING_KEPT = "Nothing was kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the file, cells by heading; a heading the file lacks is absent."""

    number: int  # as a spreadsheet shows it
    cells: dict[str, str]

    def get(self, heading: str) -> str:
        """A cell, "" where it is empty or the file has no such heading."""
        return self.cells.get(heading, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """Rows with something in them, and the cells that are formulas."""

    rows: tuple[Row, ...]
    formulas: frozenset[tuple[int, str]] = field(default=frozenset())  # row number, heading


def read_file(content: bytes) -> OwnFile:
    """The rows of a CSV file or a workbook.

    Raises:
        InputError: It is neither, empty, too long, or its headings are wrong; every fault.
    """
    if not content.strip():
        raise _refused("the file is empty", FIX_KIND)
    if content[:4] == b"PK\x03\x04":
        return _from_workbook(content)
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise _refused("an Excel file of the old kind (.xls)", "Save it as .xlsx and send that.")
    utf_16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if content[:5] == b"%PDF-" or (b"\0" in content[:4000] and not utf_16):
        raise _refused("neither a CSV file nor an Excel workbook", FIX_KIND)
    return _from_csv(_decoded(content, "utf-16" if utf_16 else "utf-8-sig"))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:  # what Excel on Windows writes as plain CSV
        return content.decode("cp1252", errors="replace")


def _from_csv(content: str) -> OwnFile:
    lines = content.splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
    except csv.Error as error:
        raise _refused(f"the rows cannot be read as a table ({error})", FIX_KIND) from error
    at, headings = _headings([[" ".join(cell.split()) for cell in row] for row in table])
    found = _rows(table, at, headings)
    formulas = {
        (row.number, heading)
        for row in found
        for heading, cell in row.cells.items()
        if heading in {*NEEDED, *PLACES} and cell.startswith("=")
    }
    return OwnFile(rows=found, formulas=frozenset(formulas))


def _from_workbook(content: bytes) -> OwnFile:
    try:
        book = open_workbook(content, name="")
        sheet, table = _sheet(book)
    except PublishedFileError as error:
        raise InputError(
            [Problem(what=one.what, example=one.example, fix=FIX_KIND) for one in error.problems],
            after=NOTHING_KEPT,
        ) from error
    at, headings = _headings(table)
    columns = {place: heading for heading, place in headings.items()}
    return OwnFile(
        rows=_rows(table, at, headings),
        formulas=frozenset(
            (row, columns[column])
            for row, column in _formulas(content, sheet)
            if row > at + 1 and column in columns
        ),
    )


def _sheet(book: Workbook) -> tuple[str, list[list[str]]]:
    """The sheet that has most of the headings, as text."""
    best: tuple[int, str] = (-1, "")
    for name in book.sheet_names:
        top = [{text(cell).casefold() for cell in row} for row in book.top(name)]
        hits = max((len(row & set(KNOWN)) for row in top), default=0)
        best = max(best, (hits, name), key=lambda one: one[0])
    return best[1], [[text(cell) for cell in row] for row in book.rows(best[1])]


def _headings(table: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Where the headings stand, and the column of each that is known.

    Raises:
        InputError: Headings are missing, unknown or repeated; all of them.
    """
    top = [[cell.casefold() for cell in row] for row in table[:HEADINGS_WITHIN]]
    hits = [len(set(row) & set(KNOWN)) for row in top]
    if not hits or not max(hits):
        raise _refused(
            f"no row has the headings {', '.join(NEEDED)}", "Use the headings of the template."
        )
    at = hits.index(max(hits))
    row, where = top[at], f"row {at + 1}"
    faults = [
        Problem(what=f"the heading {name!r} stands twice", where=where, fix="Take one out.")
        for name in KNOWN
        if row.count(name) > 1
    ]
    lacking = [name for name in NEEDED if name not in row]
    if not set(PLACES) & set(row):
        lacking.append(PLACES[0])
    strange = [cell for cell in row if cell and cell not in KNOWN]
    for name in lacking:
        near = get_close_matches(name, strange, n=1)
        faults.append(
            Problem(
                what=f"there is no heading {name!r}",
                where=where,
                fix=f"Is it {near[0]!r}? Write {name}." if near else "Use the template's headings.",
            )
        )
        strange = [one for one in strange if one not in near]
    for name in strange:
        near = get_close_matches(name, KNOWN, n=1)
        fix = f"Did you mean {near[0]}?" if near else "Take the column out."
        faults.append(Problem(what=f"the heading {name[:60]!r} is not known", where=where, fix=fix))
    if faults:
        raise InputError(faults, after=NOTHING_KEPT)
    return at, {name: row.index(name) for name in KNOWN if name in row}


def _rows(table: Sequence[Sequence[str]], at: int, headings: dict[str, int]) -> tuple[Row, ...]:
    found = [
        Row(
            number=number,
            cells={
                heading: " ".join(row[place].split()) if place < len(row) else ""
                for heading, place in headings.items()
            },
        )
        for number, row in enumerate(table[at + 1 :], at + 2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        raise _refused("there are headings but no rows", "Fill in the template below its headings.")
    if len(found) > MOST_ROWS:
        raise _refused(
            f"the file has {len(found):,} rows, and at most {MOST_ROWS:,} are taken",
            "Leave out the rows that say what was published: only what differs is kept.",
        )
    return tuple(found)


def _refused(what: str, fix: str) -> InputError:
    return InputError(Problem(what=what, fix=fix), after=NOTHING_KEPT)


# -- formulas: the parser of workbooks gives what they last came to, and does not tell them ----

_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*\bname="([^"]*)"[^>]*\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_FORMULA = re.compile(rb'<c\b[^>]*\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b')


def _formulas(content: bytes, sheet: str) -> list[tuple[int, int]]:
    """Row number and column (from zero) of each formula in a sheet of an .xlsx workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "xl/_rels/workbook.xml.rels" not in names:
            return []
        listed = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
        ids = {unescape(name, {"&quot;": '"'}): ident for name, ident in _SHEET.findall(listed)}
        for relation in _RELATION.findall(relations):
            words = dict(re.findall(r'(\w+)="([^"]*)"', relation))
            if words.get("Id") == ids.get(sheet, ""):
                target = words.get("Target", "")
                path = target.lstrip("/") if target[:1] == "/" else posixpath.join("xl", target)
                if path in names:
                    return [
                        (int(row), _column(letters.decode()))
                        for letters, row in _FORMULA.findall(archive.read(path))
                    ]
    return []


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
