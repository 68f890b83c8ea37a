"""Open an xlsx or ods workbook safely, and read its sheets as plain rows.

Flow: bytes of a published file -> THIS -> every reader of a workbook

In: the bytes of a zip container and the name to call it in messages. Out: a `Workbook`: sheet
names, and rows of Python values counted from the first row of the sheet. Nothing is cached here.

A damaged container, one that would unpack to far more than a statistical workbook holds, or a
cell repeated over the whole grid is refused before the parser sees it. Each part is unpacked
once, checked against its own checksum and handed to the parser in a plain container, so what was
checked is what is parsed. An ODS whose ``mimetype`` entry is missing gets it here.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import python_calamine as calamine

from totalplace.errors import Problem, PublishedFileError

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta

MOST_BYTES = 300_000_000  # unpacked; the largest workbook of the field is 76 MB
MOST_RATIO = 150  # unpacked to packed; the field's workbooks stay under 40
RATIO_COUNTS_FROM = 20_000_000  # small parts may compress as well as they like
MOST_CELLS = 20_000_000  # of the rectangle a sheet spans

_ODS_MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_KEPT = (".xml", ".rels", ".bin", "mimetype")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Workbook:
    """An opened workbook.

    ``name`` is what messages call the file; ``sheet_names`` are in the file's own order.
    """

    name: str
    _parsed: calamine.CalamineWorkbook

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Names of the sheets, in order."""
        return tuple(self._parsed.sheet_names)

    def rows(self, sheet: str) -> list[list[Cell]]:
        """Every row of a sheet from its first; empty cells are empty strings.

        Raises:
            PublishedFileError: There is no such sheet, or it is empty.
        """
        if sheet not in self.sheet_names:
            raise PublishedFileError(
                Problem(
                    what=f"there is no sheet {sheet!r}",
                    where=self.name,
                    example=f"it has {', '.join(map(repr, self.sheet_names))}",
                    fix=_did_you_mean(sheet, self.sheet_names),
                )
            )
        try:
            rows = self._parsed.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except calamine.CalamineError as error:
            raise PublishedFileError(
                Problem(what=f"sheet {sheet!r} cannot be read ({error})", where=self.name)
            ) from error
        if not any(cell != "" for row in rows for cell in row):
            raise PublishedFileError(
                Problem(
                    what=f"sheet {sheet!r} is empty",
                    where=self.name,
                    fix="Take the file from its publisher again.",
                )
            )
        return rows

    def top(self, sheet: str, *, rows: int = 30) -> list[list[Cell]]:
        """The first rows of a sheet, to recognise a file by; none where there is nothing to read.

        Unlike `rows`, never an error: what is wrong matters only to a reader that wants the file.
        """
        if sheet not in self.sheet_names:
            return []
        try:
            found = self._parsed.get_sheet_by_name(sheet).to_python(
                skip_empty_area=False, nrows=rows
            )
        except (calamine.CalamineError, ValueError):  # a sheet that is a chart
            return []
        return [row for row in found if row]

    def sheet_like(self, pattern: str) -> str:
        """The one sheet whose name matches a pattern (case ignored).

        Raises:
            PublishedFileError: None matches, or several do.
        """
        found = [s for s in self.sheet_names if re.search(pattern, s, re.IGNORECASE)]
        if len(found) == 1:
            return found[0]
        what = "no sheet has" if not found else f"{len(found)} sheets have"
        raise PublishedFileError(
            Problem(
                what=f"{what} a name like {pattern!r}",
                where=self.name,
                example=f"it has {', '.join(map(repr, self.sheet_names))}",
            )
        )


def open_workbook(content: bytes, *, name: str) -> Workbook:
    """Check a container and open it.

    Args:
        content: The whole file.
        name: What messages call it.

    Raises:
        PublishedFileError: Not a zip, damaged, unreasonably large, or no workbook.
    """
    parts = _unpack(content, name=name)
    _refuse_stretched_cells(parts, name=name)
    if not _is_spreadsheet(parts):
        raise PublishedFileError(
            Problem(
                what="a zip file, but not an .xlsx or .ods workbook",
                where=name,
                fix="Unpack it, or take the workbook itself from the publisher.",
            )
        )
    if "xl/workbook.xml" not in parts:
        parts["mimetype"] = _ODS_MIMETYPE
    try:
        parsed = calamine.CalamineWorkbook.from_filelike(io.BytesIO(_pack(parts)))
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise PublishedFileError(
            Problem(
                what=f"the workbook cannot be read ({error})",
                where=name,
                fix="Download it again; if it was saved by hand, save it as .xlsx or .ods.",
            )
        ) from error
    return Workbook(name, parsed)


def is_spreadsheet(content: bytes) -> bool:
    """Whether a healthy zip container holds a workbook at all; False when it is no zip.

    A damaged container is answered True, so that opening it says what is wrong.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _is_spreadsheet(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return content[:4] == b"PK\x03\x04"


def text(cell: Cell | None) -> str:
    """A cell as trimmed text, its line breaks and runs of spaces made single spaces."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def cell_name(row: int, column: int) -> str:
    """The spreadsheet's own name for a cell given from zero: (0, 0) is A1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def header_row(
    rows: Sequence[Sequence[Cell]], wanted: Collection[str], *, where: str, within: int = 30
) -> int:
    """Index of the first row that holds every wanted heading (case and spacing ignored).

    Args:
        rows: The sheet.
        wanted: Headings that must all be there.
        where: What messages call the sheet.
        within: How many rows to look through.

    Raises:
        PublishedFileError: No row has them all; names each missing heading and the nearest found.
    """
    keys = {heading.casefold() for heading in wanted}
    best, best_hits = 0, -1
    for index, row in enumerate(rows[:within]):
        hits = len(keys & {text(cell).casefold() for cell in row})
        if hits == len(keys):
            return index
        if hits > best_hits:
            best, best_hits = index, hits
    found = [text(cell) for cell in rows[best] if text(cell)] if rows else []
    raise PublishedFileError(missing_headings(wanted, found, where=f"{where}, row {best + 1}"))


def missing_headings(
    wanted: Collection[str], found: Collection[str], *, where: str
) -> list[Problem]:
    """One problem for each wanted heading that is not among those found."""
    have = {heading.casefold() for heading in found}
    return [
        Problem(
            what=f"there is no column {heading!r}",
            where=where,
            fix=_did_you_mean(heading, found),
        )
        for heading in wanted
        if heading.casefold() not in have
    ]


def _did_you_mean(word: str, options: Collection[str]) -> str:
    lower = {option.casefold(): option for option in options}
    near = get_close_matches(word.casefold(), lower, n=1, cutoff=0.5)
    return f"The nearest is {lower[near[0]]!r}." if near else ""


def _is_spreadsheet(parts: Collection[str]) -> bool:
    return "xl/workbook.xml" in parts or "content.xml" in parts


def _unpack(content: bytes, *, name: str) -> dict[str, bytes]:
    """Every part that the parser may need, unpacked within limits and checked by its checksum."""
    if content[:4] != b"PK\x03\x04":
        what = "the file is empty" if not content else "not an .xlsx or .ods workbook (not a zip)"
        raise PublishedFileError(
            Problem(what=what, where=name, fix="Take the file from its publisher again.")
        )
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [e for e in archive.infolist() if e.filename.endswith(_KEPT)]
            _refuse_bomb(sum(e.file_size for e in entries), len(content), name=name)
            total = 0
            for entry in entries:
                pieces = []
                with archive.open(entry) as part:
                    while piece := part.read(_CHUNK):
                        pieces.append(piece)
                        total += len(piece)
                        _refuse_bomb(total, len(content), name=name)
                parts[entry.filename] = b"".join(pieces)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise PublishedFileError(
            Problem(
                what=f"the file is damaged or cut short ({str(error) or type(error).__name__})",
                where=name,
                fix="Download it again.",
            )
        ) from error
    except (NotImplementedError, RuntimeError) as error:  # unknown compression, or a password
        raise PublishedFileError(
            Problem(
                what=f"the workbook cannot be unpacked ({error})",
                where=name,
                fix="Save it again without a password.",
            )
        ) from error
    return parts


def _refuse_bomb(unpacked: int, packed: int, *, name: str) -> None:
    too_dense = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * packed
    if unpacked > MOST_BYTES or too_dense:
        raise PublishedFileError(
            Problem(
                what=f"the file would unpack from {packed:,} to {unpacked:,} bytes or more, "
                f"far beyond any published workbook",
                where=name,
                fix="It was not unpacked. Take the file from its publisher again.",
            )
        )


_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>")
_ODS_ROWS = re.compile(rb'number-rows-repeated="(\d{1,9})')
_ODS_COLUMNS = re.compile(rb'number-columns-repeated="(\d{1,9})')
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b")
_XLSX_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})')
_XLSX_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d+)')


def _refuse_stretched_cells(parts: dict[str, bytes], *, name: str) -> None:
    """Refuse a few bytes that stand for millions of cells: the grid is held dense in memory."""
    sheets = parts.get("content.xml", b"").split(b"<table:table ")[1:]
    cells = [_ods_cells(sheet) for sheet in sheets]
    cells += [_xlsx_cells(part) for path, part in parts.items() if path.startswith("xl/worksheets")]
    if max(cells, default=0) > MOST_CELLS:
        raise PublishedFileError(
            Problem(
                what="a cell is repeated, or placed, so far out that the sheet would not fit "
                "in memory",
                where=name,
                fix="It was not read. Take the file from its publisher again.",
            )
        )


def _ods_cells(sheet: bytes) -> int:
    """Cells of the rectangle from the first cell to the last with a value."""
    rows = columns = empty = 0
    starts = [*_ODS_ROW.finditer(sheet)]
    ends = [*(match.start() for match in starts[1:]), len(sheet)]
    for match, end in zip(starts, ends, strict=True):
        repeated = _ODS_ROWS.search(match.group(1))
        empty += int(repeated.group(1)) if repeated else 1
        last = sheet.rfind(b"office:value-type", match.end(), end)
        if last < 0:
            continue
        rows, empty = rows + empty, 0
        upto = sheet[match.end() : sheet.find(b">", last)]
        repeats = sum(int(times) - 1 for times in _ODS_COLUMNS.findall(upto))
        columns = max(columns, len(_ODS_CELL.findall(upto)) + repeats)
    return rows * columns


def _xlsx_cells(sheet: bytes) -> int:
    """Cells of the rectangle from A1 to the outermost cell."""
    columns = max(map(_column_number, set(_XLSX_COLUMN.findall(sheet))), default=0)
    return columns * max(map(int, set(_XLSX_ROW.findall(sheet))), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _pack(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        if "mimetype" in parts:  # ODF asks for it first
            archive.writestr("mimetype", parts["mimetype"])
        for path, part in parts.items():
            if path != "mimetype":
                archive.writestr(path, part)
    return buffer.getvalue()
