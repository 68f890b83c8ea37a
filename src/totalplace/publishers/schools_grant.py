"""Read the dedicated schools grant: what each authority's schools and early years are allotted.

Flow: DfE's yearly workbook of allocations -> THIS -> book.build

Each of the four blocks is printed twice: before recoupment (the whole grant for children in the
area) and after it (what is paid to the authority, once academies and places that are funded
directly are taken out). Both are kept. Authorities carry three-digit numbers. The publisher's own
totals for England, regions and classes are kept beside them, and what does not add up is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import (
    ITEM_SCHEMA,
    OBSERVATION_SCHEMA,
    PublishedFile,
    Reading,
    Source,
)
from totalplace.publishers.tidy import tidy
from totalplace.publishers.workbook import Cell, cell_name, missing_headings, text

SHEET = "Allocations_summary"
BLOCKS = ("schools", "central", "high_needs", "early_years", "total")
TITLES = {
    "schools": "Schools block",
    "central": "Central school services block",
    "high_needs": "High needs block",
    "early_years": "Early years block",
    "total": "Total dedicated schools grant",
}
HEADINGS = {  # as printed, without "allocation", "(£s)" and spacing
    "schools block": "schools",
    "central school services block": "central",
    "high needs block": "high_needs",
    "early years block": "early_years",
    "total dsg": "total",
}
STAGES = {
    "before_recoupment": "before recoupment",
    "after_recoupment": "paid to the authority, after recoupment and direct funding",
}
ROUNDED_TO = 1.0  # pounds; each cell is printed in whole pounds
_YEAR = re.compile(r"\b(20\d\d) to (20\d\d) DSG allocations\b")
_TITLE = re.compile(r"^Dedicated schools grant\b.*\ballocations local authority summary", re.I)
_WORDS = re.compile(r"\(£s\)|\ballocation\b", re.I)
LANDING_PAGE = "https://www.gov.uk/government/collections/dsg-and-other-school-funding-data"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One area: where it stands, who it is and its figures, before and after, in block order."""

    index: int
    number: str
    name: str
    level: str
    values: tuple[float, ...]


def recognises(file: PublishedFile) -> bool:
    """Whether the file is a workbook of grant allocations, by the title of its summary."""
    top = file.workbook.top(SHEET, rows=1) if SHEET in file.sheet_names else []
    return bool(top) and bool(_TITLE.match(text(top[0][0])))


def near(file: PublishedFile) -> str | None:
    """Whether it is about the grant, but without its summary of allocations."""
    names = file.sheet_names
    blocks = [
        name
        for name in names
        if re.search(r"(schools|high needs|early years).block", name.replace("_", " "), re.I)
    ]
    if recognises(file) or not blocks:
        return None
    return f"the dedicated schools grant, but there is no sheet {SHEET!r} of allocations"


def read(file: PublishedFile) -> Reading:
    """Read one year's allocations.

    Raises:
        PublishedFileError: Missing headings, a figure that is no number, an authority twice, or a
            total that its parts do not make; all of them.
    """
    rows = file.workbook.rows(SHEET)
    where = f"{file.relative}, sheet {SHEET!r}"
    start = _year(rows, where=where)
    columns = _columns(rows, where=where)
    areas, problems = _areas(rows, columns, where=where)
    if not problems:
        problems = _sums(areas, where=where)
    if problems:
        raise PublishedFileError(problems)
    source = Source(
        publication="schools_grant",
        title=f"Dedicated schools grant allocations {start} to {start + 1}",
        publisher="Department for Education",
        licence="OGL v3",
        landing_page=LANDING_PAGE,
        file=file.relative,
        sha256=file.sha256,
        released=_released(file),
        note="The sheets behind each block, which explain its calculation, are not read.",
    )
    tables = {
        "observation": tidy(_observations(areas, start), OBSERVATION_SCHEMA),
        "item": tidy(_items(), ITEM_SCHEMA),
    }
    count = sum(area.level == "authority" for area in areas)
    return Reading(
        source=source,
        tables=tables,
        notes=(f"{count} authorities; City of London and Isles of Scilly are not printed.",),
    )


def _year(rows: Sequence[Sequence[Cell]], *, where: str) -> int:
    titles = " ".join(text(cell) for row in rows[:2] for cell in row)
    found = _YEAR.search(titles)
    if found is None or int(found.group(2)) != int(found.group(1)) + 1:
        raise PublishedFileError(
            Problem(
                what="the title names no year such as 2023 to 2024",
                where=where,
                example=titles[:90],
            )
        )
    return int(found.group(1))


def _columns(rows: Sequence[Sequence[Cell]], *, where: str) -> list[int]:
    """Where each block stands, before recoupment and then after it, in the order of BLOCKS."""
    stages = [text(cell).casefold() for cell in rows[0]]
    heads = [text(cell) for cell in rows[1]] if len(rows) > 1 else []
    found: dict[tuple[str, str], int] = {}
    stage = ""
    for index, heading in enumerate(heads):
        if index < len(stages) and "before recoupment" in stages[index]:
            stage = "before_recoupment"
        elif index < len(stages) and "after deductions" in stages[index]:
            stage = "after_recoupment"
        block = HEADINGS.get(" ".join(_WORDS.sub("", heading).split()).casefold())
        if block and stage:
            found.setdefault((stage, block), index)
    wanted = [(stage, block) for stage in STAGES for block in BLOCKS]
    missing = [
        f"{TITLES[block]}, {STAGES[stage]}"
        for stage, block in wanted
        if (stage, block) not in found
    ]
    if missing:
        raise PublishedFileError(
            missing_headings(missing, [head for head in heads if head], where=f"{where}, row 2")
        )
    return [found[key] for key in wanted]


def _areas(
    rows: Sequence[Sequence[Cell]], columns: Sequence[int], *, where: str
) -> tuple[list[_Row], list[Problem]]:
    areas: list[_Row] = []
    problems: list[Problem] = []
    groups = 0  # blocks of totals below the authorities: classes first, then regions
    before = ""
    for index in range(2, len(rows)):
        row = rows[index]
        first, second = text(row[0]), text(row[1])
        if not first:
            before = ""
            continue
        if first.isdigit():
            number, name, level = first, second, "authority"
        elif first.casefold() == "england":
            number, name, level = "", "ENGLAND", "england"
        else:
            groups += not before
            level = "other" if groups == 1 else "region"
            number, name = "", first if level == "region" else f"{first} (class total)"
        before = "" if level in ("authority", "england") else first
        values = []
        for column in columns:
            cell = row[column]
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                values.append(float(cell))
                continue
            problems.append(
                Problem(
                    what=f"{text(cell)!r} is no sum of money",
                    where=f"{where}, cell {cell_name(index, column)}",
                    example=name or number,
                )
            )
        if level == "authority" and not (re.fullmatch(r"\d{3}", number) and name):
            problems.append(
                Problem(
                    what="an authority without its three-digit number or name",
                    where=f"{where}, row {index + 1}",
                    example=f"{number} {name}".strip(),
                )
            )
        areas.append(_Row(index=index, number=number, name=name, level=level, values=tuple(values)))
    return areas, problems + _repeats(areas, where=where)


def _repeats(areas: Sequence[_Row], *, where: str) -> list[Problem]:
    problems = []
    seen: dict[tuple[str, str], int] = {}
    for area in areas:
        key = area.level, area.number or area.name
        if key in seen:
            problems.append(
                Problem(
                    what=f"{area.name} has two rows",
                    where=where,
                    example=f"rows {seen[key] + 1} and {area.index + 1}",
                )
            )
        seen.setdefault(key, area.index)
    for level, what in (("england", "the row of England's totals"), ("authority", "any authority")):
        if not any(area.level == level for area in areas):
            problems.append(Problem(what=f"{what} is not there", where=where))
    return problems


def _sums(areas: Sequence[_Row], *, where: str) -> list[Problem]:
    """Blocks make the total of each row; authorities make England's; regions make England's."""
    problems = []
    size = len(BLOCKS)
    for area in areas:
        for at, stage in zip((0, size), STAGES.values(), strict=True):
            parts, total = sum(area.values[at : at + size - 1]), area.values[at + size - 1]
            if abs(parts - total) > ROUNDED_TO * size:
                problems.append(
                    Problem(
                        what=f"the blocks {stage} make {parts:,.0f}, the total is {total:,.0f}",
                        where=f"{where}, row {area.index + 1}",
                        example=area.name,
                    )
                )
    england = next(area for area in areas if area.level == "england")
    for level in ("authority", "region"):
        members = [area for area in areas if area.level == level]
        for at, whole in enumerate(england.values):
            summed = sum(area.values[at] for area in members)
            if members and abs(summed - whole) > ROUNDED_TO * len(members):
                stage = list(STAGES.values())[at // size]
                problems.append(
                    Problem(
                        what=f"{TITLES[BLOCKS[at % size]]} {stage}: rows of level {level} make "
                        f"{summed:,.0f}, England's row prints {whole:,.0f}",
                        where=where,
                        fix="The file may have been cut short or edited. Take it again.",
                    )
                )
    return problems


def _observations(areas: Sequence[_Row], start: int) -> pl.DataFrame:
    items = [f"dsg.{block}.{stage}" for stage in STAGES for block in BLOCKS]
    return pl.DataFrame(
        [
            {
                "la_number": area.number or None,
                "area_name": area.name,
                "level": area.level,
                "period": f"{start} to {start + 1}",
                "period_start": dt.date(start, 4, 1),
                "period_end": dt.date(start + 1, 3, 31),
                "status": "unstated",
                "item": item,
                "value": value,
            }
            for area in areas
            for item, value in zip(items, area.values, strict=True)
        ],
        infer_schema_length=None,
    )


def _items() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "item": f"dsg.{block}.{stage}",
                "title": f"{TITLES[block]}: {words}",
                "unit": "pounds",
                "period_kind": "financial year",
            }
            for stage, words in STAGES.items()
            for block in BLOCKS
        ]
    )


def _released(file: PublishedFile) -> dt.date | None:
    for row in file.workbook.top(file.sheet_names[0], rows=40):
        words = [text(cell) for cell in row]
        if any(word.casefold().startswith("publication date") for word in words):
            found = re.search(r"(\d{1,2}) ([A-Z][a-z]{2}), (20\d\d)", " ".join(words))
            if found:
                printed = " ".join(found.groups())
                try:
                    return dt.datetime.strptime(printed, "%d %b %Y").date()  # noqa: DTZ007
                except ValueError:
                    return None
    return None
