"""Read how many children of which age live in each district, from ONS's mid-year estimates.

Flow: ONS's detailed workbook for England and Wales -> THIS -> book.build, places (weights)

DfE's own file has authorities only. The districts here weight the centre of a county by where its
children live. Welsh areas are left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
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
from totalplace.publishers.tidy import tidy
from totalplace.publishers.workbook import Cell, cell_name, header_row, text

AGES = tuple(str(age) for age in range(18))
BANDS = {"population.children_0_17": (0, 17), "population.children_0_4": (0, 4),
         "population.children_10_17": (10, 17)}  # fmt: skip
WHOLE = next(iter(BANDS))
LEVELS = {
    "Country": "england",
    "Region": "region",
    "County": "authority",
    "Unitary Authority": "authority",
    "Metropolitan District": "authority",
    "London Borough": "authority",
    "Non-metropolitan District": "district",
    "Metropolitan County": "other",
}
_PERSONS = r"^MYE2.*Persons"
_PUBLISHED = re.compile(r"published.{0,40}?(\d{1,2} [A-Z][a-z]+ \d{4})")


def recognises(file: PublishedFile) -> bool:
    """Whether the file is ONS's mid-year workbook, by its sheets."""
    names = file.sheet_names
    return sum(name.startswith("MYE") for name in names) >= 2


def read(file: PublishedFile) -> Reading:
    """Sum single ages of persons, from 0 to 17 and in two bands inside them.

    Raises:
        PublishedFileError: Missing sheet or column, a kind of area nobody knows, a figure that is
            no count, a repeated area; all of them.
    """
    sheet = file.workbook.sheet_like(_PERSONS)
    rows = file.workbook.rows(sheet)
    where = f"{file.relative}, sheet {sheet!r}"
    head = header_row(rows, ("Code", "Name", "Geography", *AGES), where=where)
    names = [text(cell) for cell in rows[head]]
    at = {name: names.index(name) for name in ("Code", "Name", "Geography", *AGES)}
    year = _year(rows, where=where)
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    for index in range(head + 1, len(rows)):
        row = rows[index]
        code = text(row[at["Code"]])
        if not code.startswith("E"):
            continue  # Wales, and England and Wales together
        kind = text(row[at["Geography"]])
        if kind not in LEVELS:
            place = f"{where}, cell {cell_name(index, at['Geography'])}"
            problems.append(Problem(what=f"unknown kind of area {kind!r}", where=place))
        ages = [row[at[age]] for age in AGES]
        bad = [i for i, cell in enumerate(ages) if not _is_count(cell)]
        problems += [
            Problem(
                what=f"{text(ages[i])!r} is no count of people",
                where=f"{where}, cell {cell_name(index, at[AGES[i]])}",
                example=f"{text(row[at['Name']])}, aged {AGES[i]}",
            )
            for i in bad
        ]
        if not bad:
            found += [
                {
                    "published_code": code,
                    "area_name": text(row[at["Name"]]),
                    "level": LEVELS.get(kind),
                    "item": item,
                    "value": sum(
                        float(cell)
                        for cell in ages[first : last + 1]
                        if isinstance(cell, int | float)
                    ),
                }
                for item, (first, last) in BANDS.items()
            ]
    problems += [
        Problem(what=f"{code} stands in {times} rows", where=where)
        for (code, item), times in Counter(
            (str(row["published_code"]), row["item"]) for row in found
        ).items()
        if times > 1 and item == WHOLE
    ]
    if not problems and not found:
        problems.append(Problem(what="there are no English areas", where=where))
    if problems:
        raise PublishedFileError(problems)
    day = dt.date(year, 6, 30)
    observation = pl.DataFrame(found).with_columns(
        period=pl.lit(f"mid-{year}"),
        period_start=day,
        period_end=day,
        status=pl.lit("final"),
    )
    item = {
        "item": list(BANDS),
        "title": [
            f"Children aged {first} to {last}, sum of single years of age"
            for first, last in BANDS.values()
        ],
        "unit": ["children"] * len(BANDS),
        "period_kind": ["mid-year"] * len(BANDS),
    }
    source = Source(
        publication="population_mye",
        title=f"Mid-year population estimates, England and Wales, mid-{year}",
        publisher="Office for National Statistics",
        licence="OGL v3",
        landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/"
        "populationandmigration/populationestimates",
        file=file.relative,
        sha256=file.sha256,
        released=_released(file),
    )
    return Reading(
        source=source,
        tables={
            "observation": tidy(observation, OBSERVATION_SCHEMA),
            "item": tidy(pl.DataFrame(item), ITEM_SCHEMA),
        },
    )


def _is_count(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell >= 0 and float(cell).is_integer()


def _year(rows: Sequence[Sequence[Cell]], *, where: str) -> int:
    title = text(rows[0][0])
    found = re.search(r"\bmid-(20\d\d)\b", title)
    if found is None:
        raise PublishedFileError(
            Problem(what="the title names no year such as mid-2023", where=where, example=title)
        )
    return int(found.group(1))


def _released(file: PublishedFile) -> dt.date | None:
    first = file.sheet_names[0]
    for row in file.workbook.top(first):
        found = _PUBLISHED.search(text(row[0]))
        if found:
            try:
                return dt.datetime.strptime(found.group(1), "%d %B %Y").date()  # noqa: DTZ007
            except ValueError:
                return None
    return None
