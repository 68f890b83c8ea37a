"""Read what councils spent: revenue outturn RO3 (social care) and RSX (every service).

Flow: MHCLG's workbooks, or the sheet saved as CSV -> THIS -> book.build

Figures are printed in thousands of pounds and kept in pounds, to the penny. Authorities, districts,
partner bodies (police, fire, parks, waste, combined authorities), the Greater London Authority,
the publisher's totals by class and England are all kept and told apart by ``level``; a class total
has "(class total)" after its name. What does not add up in the file itself is noted, not refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
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
from totalplace.publishers.revenue_checks import note_returns, note_sums
from totalplace.publishers.revenue_lines import Area, LineColumn, read_headings
from totalplace.publishers.workbook import Cell, cell_name, header_row, text
from totalplace.types import Missing

LANDING_PAGE = (
    "https://www.gov.uk/government/collections/local-authority-revenue-expenditure-and-financing"
)
PUBLISHER = "Ministry of Housing, Communities and Local Government"
SYMBOLS: dict[str, Missing] = {
    "[x]": Missing.NOT_AVAILABLE,  # return not received in time
    "...": Missing.NOT_AVAILABLE,  # the same, until 2021-22
    "m": Missing.NOT_AVAILABLE,
    "[z]": Missing.NOT_COLLECTED,
    "category discontinued": Missing.NOT_COLLECTED,
    "[n]": Missing.NO_ESTIMATE,
    "[y]": Missing.NOT_APPLICABLE,
    ">": Missing.NOT_AVAILABLE,  # one stray mark in 2022-23
    "": Missing.NOT_AVAILABLE,
}
_NOTE = re.compile(r"\[note \d+\]", re.IGNORECASE)  # printed in place of a figure: see the notes
_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_FORM = re.compile(r"\b(RO3|RSX)\b")
_YEAR = re.compile(r"\b(20\d\d)-(\d\d)\b")
_MONTHS = "January February March April May June July August September October November December"
_DATED = re.compile(
    r"(?:published on|updated)(?: on)?:?\s+(\d{1,2})(?:st|nd|rd|th)?\s+"
    rf"({_MONTHS.replace(' ', '|')})\s+(\d{{4}})",
    re.IGNORECASE,
)
_HEADINGS = ("E-code", "ONS Code", "Local authority", "Notes", "Class", "Detailed Class")
_LEVELS = {"UA": "authority", "MD": "authority", "LB": "authority", "SC": "authority"} | {
    "SD": "district",
    "ENG": "england",
}
_PARTNERS = {"P", "POLICE", "FR", "FIRE", "NPA", "PARK", "WA", "WASTE", "CA", "COMBINED AUTHORITY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The sheet of figures and what the rest of the file says about it."""

    form: str  # ro3 or rsx
    where: str
    rows: list[list[Cell]]
    front: str  # all text in which a release date or status may stand
    notes: Mapping[str, str]  # "[note 4]" -> its text


def recognises(file: PublishedFile) -> bool:
    """Whether the file is RO3 or RSX by authority: its sheet, its front page or its CSV title."""
    if file.is_zip:
        names = file.sheet_names
        if any(_data_sheet(name) for name in names):
            return True
        return "Front_Page" in names and bool(_form_of_title(_cells(file, "Front_Page")[:1]))
    first = file.head.partition("\n")[0]
    return "Revenue Outturn" in first and bool(_FORM.search(first))


def near(file: PublishedFile) -> str | None:
    """Whether it is another of the publisher's forms about revenue."""
    if file.is_zip:
        names = file.sheet_names
        title = " ".join(_cells(file, names[0])[:1]) if names else ""
    else:
        title = " ".join(file.head.split("\n")[:6])
    if recognises(file) or not re.search(r"\bRevenue (Account|Outturn|Budget)\b", title, re.I):
        return None
    return (
        "a form about councils' revenue, but only outturn forms RO3 and RSX by authority are read"
    )


def read(file: PublishedFile) -> Reading:
    """Read one RO3 or RSX file.

    Raises:
        PublishedFileError: Every heading, class, number and row that cannot be read.
    """
    sheet = _open(file)
    head = header_row(sheet.rows, _HEADINGS, where=sheet.where)
    places = {text(cell).casefold(): at for at, cell in reversed([*enumerate(sheet.rows[head])])}
    at = {heading: places[heading.casefold()] for heading in _HEADINGS}
    first = 1 + max([*at.values(), *(places.get(c, 0) for c in ("certified", "certification"))])
    columns, problems = read_headings(
        sheet.rows[head],
        sheet.rows[head - 1] if head else (),
        first=first,
        form=sheet.form,
        row=head,
        where=sheet.where,
    )
    areas, bad_rows = _areas(sheet, head=head, at=at)
    values, symbols, bad_cells = _figures(sheet, areas, columns)
    year = _year(sheet, problems)
    problems += [*bad_rows, *bad_cells]
    if problems:
        raise PublishedFileError(problems)
    status = _status(sheet.front)
    form = sheet.form.upper()
    source = Source(
        publication=f"revenue_outturn_{sheet.form}",
        title=f"Revenue outturn {form} {year} by authority ({_release(sheet.front)})",
        publisher=PUBLISHER,
        licence="OGL v3",
        landing_page=LANDING_PAGE,
        file=file.relative,
        sha256=file.sha256,
        released=_released(sheet.front),
    )
    tables = {
        "observation": _observations(areas, columns, values, symbols, year=year, status=status),
        "item": _items(columns),
    }
    notes = (
        *note_returns(areas, symbols),
        *_published_notes(sheet, areas, symbols, head=head),
        *note_sums(areas, columns, values, form=sheet.form),
    )
    return Reading(source=source, tables=tables, notes=notes)


def _data_sheet(name: str) -> re.Match[str] | None:
    return re.match(r"(RO3|RSX)[_ ]LA[_ ]Data", name)


def _cells(file: PublishedFile, sheet: str) -> list[str]:
    return [text(cell) for row in file.workbook.top(sheet) for cell in row if cell != ""]


def _form_of_title(titles: Sequence[str]) -> str:
    found = _FORM.search(" ".join(titles))
    return found.group(1).lower() if found else ""


def _open(file: PublishedFile) -> _Sheet:
    if not file.is_zip:
        rows = _csv_rows(file)
        title = [" ".join(map(text, row)).strip() for row in rows[:6]]
        return _Sheet(
            form=_form_of_title(title[:1]),
            where=file.relative,
            rows=rows,
            front=" ".join(title),
            notes={},
        )
    name = file.workbook.sheet_like("^(RO3|RSX)[_ ]LA[_ ]Data")
    rows = file.workbook.rows(name)
    front = [text(cell) for row in rows[:6] for cell in row if cell != ""]
    notes: dict[str, str] = {}
    front = [*_cells(file, "Front_Page"), *front]
    for row in file.workbook.top("Notes"):
        notes |= {text(row[0]).casefold(): text(row[1])} if len(row) > 1 else {}
    return _Sheet(
        form=name[:3].lower(),
        where=f"{file.relative}, sheet {name!r}",
        rows=rows,
        front=" ".join(front),
        notes=notes,
    )


def _csv_rows(file: PublishedFile) -> list[list[Cell]]:
    return [list(row) for row in csv.reader(io.StringIO(csv_files.text(file), newline=""))]


def _areas(sheet: _Sheet, *, head: int, at: Mapping[str, int]) -> tuple[list[Area], list[Problem]]:
    areas: list[Area] = []
    problems: list[Problem] = []
    totals = False
    for index in range(head + 1, len(sheet.rows)):
        row = sheet.rows[index]
        here = {
            heading: text(row[place]) if place < len(row) else "" for heading, place in at.items()
        }
        code, name = here["ONS Code"], here["Local authority"]
        if here["E-code"].casefold() == "e-code":
            totals = True  # the headings again: totals by class follow
            continue
        if not code and not name:
            continue  # spacing, or the hidden row of codes at the foot
        place = f"{sheet.where}, row {index + 1}"
        if len(row) != len(sheet.rows[head]):
            problems.append(
                Problem(
                    what=f"the row has {len(row)} cells, the headings have {len(sheet.rows[head])}",
                    where=place,
                    example=name or code,
                    fix="The file may have been cut short or edited. Take it again.",
                )
            )
        level = "other" if totals else _level(here["Class"], here["Detailed Class"])
        if not level:
            problems.append(
                Problem(
                    what=f"unknown class {here['Class']!r}, {here['Detailed Class']!r}",
                    where=place,
                    example=name,
                )
            )
        if not code or not name:
            problems.append(
                Problem(what=f"a row without {'a name' if code else 'an ONS code'}", where=place)
            )
        areas.append(
            Area(
                row=index,
                code=code,
                name=name,
                level=level,
                notes=here["Notes"],
                total=totals,
            )
        )
    return areas, problems + _row_problems(areas, where=sheet.where)


def _level(group: str, detail: str) -> str:
    if group.upper() == "O":
        return "partner" if detail.upper() in _PARTNERS else "other" if detail == "GLA" else ""
    return _LEVELS.get(group.upper(), "")


def _row_problems(areas: Sequence[Area], *, where: str) -> list[Problem]:
    problems = []
    for code, times in Counter(a.code for a in areas if a.code and not a.total).items():
        if times > 1:
            rows = [f"{a.name} in row {a.row + 1}" for a in areas if a.code == code and not a.total]
            problems.append(
                Problem(
                    what=f"{code} has {times} rows",
                    where=where,
                    example=" and ".join(rows),
                    fix="Each authority has one; remove the copy or take the file again.",
                )
            )
    for level, what in (("england", "the row of England's totals"), ("authority", "any council")):
        if not any(area.level == level for area in areas):
            problems.append(Problem(what=f"{what} is not there", where=where))
    return problems


def _figures(
    sheet: _Sheet, areas: Sequence[Area], columns: Sequence[LineColumn]
) -> tuple[np.ndarray, dict[tuple[int, int], str], list[Problem]]:
    """Values in pounds (areas by columns, nan where missing), symbols by place, problems."""
    values = np.full((len(areas), len(columns)), np.nan)
    symbols: dict[tuple[int, int], str] = {}
    problems = []
    for i, area in enumerate(areas):
        row = sheet.rows[area.row]
        for j, column in enumerate(columns):
            cell = row[column.index] if column.index < len(row) else ""
            if isinstance(cell, float):
                values[i, j] = cell
                continue
            printed = text(cell)
            if _NUMBER.fullmatch(printed):
                values[i, j] = float(printed.replace(",", ""))
            elif printed.casefold() in SYMBOLS or _NOTE.fullmatch(printed):
                symbols[i, j] = printed
            else:
                problems.append(
                    Problem(
                        what=f"{printed!r} is neither a number nor a symbol of this publication",
                        where=f"{sheet.where}, cell {cell_name(area.row, column.index)}",
                        example=f"{area.name}, {column.title}",
                    )
                )
    return np.round(values * 1000, 2), symbols, problems


def _observations(
    areas: Sequence[Area],
    columns: Sequence[LineColumn],
    values: np.ndarray,
    symbols: Mapping[tuple[int, int], str],
    *,
    year: str,
    status: str,
) -> pl.DataFrame:
    start = int(year[:4])
    who = pl.DataFrame(
        {
            "published_code": [area.code for area in areas],
            "area_name": [a.name + (" (class total)" if a.total else "") for a in areas],
            "level": [area.level for area in areas],
        }
    )
    printed: list[str | None] = [None] * values.size
    why: list[str | None] = [None] * values.size
    for (i, j), symbol in symbols.items():
        printed[j * len(areas) + i] = symbol
        why[j * len(areas) + i] = SYMBOLS.get(symbol.casefold(), Missing.NOT_AVAILABLE).value
    long = who.select(pl.all().gather(list(range(len(areas))) * len(columns)))
    return long.with_columns(
        la_number=pl.lit(None, pl.String),
        period=pl.lit(year),
        period_start=dt.date(start, 4, 1),
        period_end=dt.date(start + 1, 3, 31),
        status=pl.lit(status),
        item=pl.Series([column.item for column in columns for _ in areas]),
        value=pl.Series(values.T.ravel()).fill_nan(None),
        missing=pl.Series(why, dtype=pl.String),
        symbol=pl.Series(printed, dtype=pl.String),
    ).select(*OBSERVATION_SCHEMA)


def _items(columns: Sequence[LineColumn]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "item": column.item,
                "title": column.title,
                "unit": "pounds",
                "period_kind": "financial year",
                "polarity": None,
            }
            for column in columns
        ],
        schema=ITEM_SCHEMA,
    )


def _year(sheet: _Sheet, problems: list[Problem]) -> str:
    """The financial year in the sheet's title; where there is none, a problem is added."""
    titles = " ".join(text(cell) for row in sheet.rows[:6] for cell in row)
    found = _YEAR.search(titles)
    if found is None or (int(found.group(1)) + 1) % 100 != int(found.group(2)):
        problems.append(
            Problem(
                what="the sheet's title names no financial year such as 2024-25",
                where=sheet.where,
                example=titles[:90],
            )
        )
    return found.group(0) if found else ""


def _release(front: str) -> str:
    found = re.search(r"(first|second|third|final) release|\bFinal\b", front, re.IGNORECASE)
    return found.group(0).lower() if found else "release not stated"


def _status(front: str) -> str:
    """A first release is provisional (estimates stand in for late returns); later ones revise."""
    words = {"first release": "provisional", "second release": "revised"}
    words |= {"third release": "revised", "final": "final", "final release": "final"}
    return words.get(_release(front), "unstated")


def _released(front: str) -> dt.date | None:
    dates = [
        dt.datetime.strptime(" ".join(found), "%d %B %Y").date()  # noqa: DTZ007 (a date, no time)
        for found in _DATED.findall(front)
    ]
    return max(dates, default=None)


def _published_notes(
    sheet: _Sheet,
    areas: Sequence[Area],
    symbols: Mapping[tuple[int, int], str],
    *,
    head: int,
) -> list[str]:
    """The publisher's numbered notes that touch a row, a figure or a heading here."""
    instead: dict[str, dict[str, int]] = {}
    for (i, _), symbol in symbols.items():
        if _NOTE.fullmatch(symbol):
            who = instead.setdefault(symbol.casefold(), {})
            who[areas[i].name] = who.get(areas[i].name, 0) + 1
    heads = " ".join(text(c) for row in sheet.rows[max(0, head - 1) : head + 1] for c in row)
    blanks = [areas[i].name for (i, _), symbol in symbols.items() if not symbol]
    named = ", ".join(dict.fromkeys(blanks[:5]))
    notes = [f"{len(blanks)} figures are blank and kept as missing ({named})."] if blanks else []
    for key, said in sheet.notes.items():
        if not _NOTE.fullmatch(key):
            continue
        who = instead.get(key, {})
        rows = dict.fromkeys(area.name for area in areas if key in area.notes.casefold())
        if who:
            cells = ", ".join(f"{name} ({count} figures)" for name, count in who.items())
            notes.append(f"{key} stands in place of figures of {cells}: {said}")
        elif rows:
            notes.append(f"{key}, {', '.join(rows)}: {said}")
        elif key in heads.casefold():
            notes.append(f"{key}: {said}")
    return notes
