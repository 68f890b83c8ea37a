"""Read how many patients each place has once their need is weighed: the NHS's allocation tool.

Flow: NHS England's table of GP practices -> THIS -> book.build

The table has no money. It says how a board's money is thought to be needed by place, for each part
of the service; practices are added up to the district that they stand in, which need not be where
their patients live. Weighted patients are scaled to add up to patients in England.
"""

from __future__ import annotations

import datetime as dt
import re

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
from totalplace.publishers.cells import number
from totalplace.publishers.csv_files import ROW
from totalplace.publishers.nearly import nearly
from totalplace.publishers.tidy import tidy

PRACTICE, CODE, NAME = "Practice_Code", "LAD21", "LTLA21"
WEIGHTS = {
    "G&A WP": ("general_and_acute", "general and acute hospital care"),
    "CS WP": ("community", "community services"),
    "MH WP": ("mental_health", "mental health services"),
    "Mat WP": ("maternity", "maternity services"),
    "Health Ineq WP": ("health_inequalities", "health inequalities"),
    "Prescr WP": ("prescribing", "prescribing"),
    "Final WP": ("all_core", "all core services of a board"),
    "Primary Medical Care WP": ("primary_medical", "primary medical care"),
    "Final PMC WP": ("all_primary_medical", "primary medical care, as allotted"),
}
TOGETHER = 0.001  # weighted patients of England may differ from patients by this part of them
_PATIENTS = re.compile(r"^pop (20\d\d)/(\d\d)$")


def recognises(file: PublishedFile) -> bool:
    """Whether the file is the table of practices with their weighted patients, by its columns."""
    names = set(csv_files.header(file))
    return PRACTICE in names and len(names & set(WEIGHTS)) >= 3


def near(file: PublishedFile) -> str | None:
    """The columns the file lacks of the table."""
    layout = {"the NHS allocation tool": (PRACTICE, CODE, NAME, *WEIGHTS)}
    return None if recognises(file) else nearly(csv_files.header(file), layout)


def read(file: PublishedFile) -> Reading:
    """Add practices up to districts.

    Raises:
        PublishedFileError: Missing columns, a practice twice, a place without an English code, a
            figure that is no count, or weights that do not add up to patients; all of them.
    """
    names = csv_files.header(file)
    patients = [name for name in names if _PATIENTS.match(name)]
    problems = csv_files.column_problems(names, (CODE, NAME, *WEIGHTS), where=file.relative)
    if not patients:
        problems.append(
            Problem(
                what="there is no column of patients such as 'pop 2022/23'", where=file.relative
            )
        )
    if problems:
        raise PublishedFileError(problems)
    rows = csv_files.frame(file)
    columns = {patients[0]: ("patients", "registered patients"), **WEIGHTS}
    problems = _row_problems(rows, list(columns), where=file.relative)
    if problems:
        raise PublishedFileError(problems)
    summed = (
        rows.group_by(CODE)
        .agg(pl.col(NAME).first(), pl.col(list(columns)).cast(pl.Float64).sum())
        .sort(CODE)
    )
    problems = _together(summed, patients[0], where=file.relative)
    if problems:
        raise PublishedFileError(problems)
    start = int(patients[0][4:8])
    ids = {column: f"nhs_place.{key}" for column, (key, _) in columns.items()}
    observation = summed.unpivot(
        on=list(columns), index=[CODE, NAME], variable_name="column"
    ).with_columns(
        published_code=CODE,
        area_name=NAME,
        level=pl.when(pl.col(CODE).str.starts_with("E07"))
        .then(pl.lit("district"))
        .otherwise(pl.lit("authority")),
        period=pl.lit(patients[0][4:]),
        period_start=dt.date(start, 4, 1),
        period_end=dt.date(start + 1, 3, 31),
        status=pl.lit("final"),
        item=pl.col("column").replace_strict(ids),
        value=pl.col("value").round(3),
    )
    items = pl.DataFrame(
        [
            {
                "item": ids[column],
                "title": words[:1].upper() + words[1:]
                if column == patients[0]
                else f"Patients weighted by their need of {words}",
                "unit": "patients",
                "period_kind": "financial year",
            }
            for column, (_, words) in columns.items()
        ]
    )
    source = Source(
        publication="health_places",
        title="Allocation tool for places: patients of GP practices, weighted by need",
        publisher="NHS England",
        licence="OGL v3",
        landing_page="https://www.england.nhs.uk/allocations/",
        file=file.relative,
        sha256=file.sha256,
        note="Places are the districts of 2021 in which practices stand. All ages.",
    )
    return Reading(
        source=source,
        tables={
            "observation": tidy(observation, OBSERVATION_SCHEMA),
            "item": tidy(items, ITEM_SCHEMA),
        },
        notes=(f"{rows.height:,} practices in {summed.height} districts.",),
    )


def _row_problems(rows: pl.DataFrame, columns: list[str], *, where: str) -> list[Problem]:
    checks = [
        (
            rows.filter(pl.col(PRACTICE).is_duplicated()),
            "a practice stands in more than one row",
            PRACTICE,
        ),
        (
            rows.filter(~pl.col(CODE).str.contains(r"^E\d{8}$").fill_null(value=False)),
            f"column {CODE!r} holds something that is no English code",
            CODE,
        ),
        (
            rows.filter(pl.col(NAME).is_null()),
            "a practice without the name of its district",
            PRACTICE,
        ),
    ]
    for column in columns:
        value = number(pl.col(column))
        bad = rows.filter(value.is_null() | (value < 0))
        checks.append((bad, f"column {column!r} holds something that is no count", column))
    return [
        Problem(
            what=what,
            where=where,
            count=bad.height,
            example=f"{bad[column][0]!r} in row {bad[ROW][0]:,}",
        )
        for bad, what, column in checks
        if not bad.is_empty()
    ]


def _together(summed: pl.DataFrame, patients: str, *, where: str) -> list[Problem]:
    whole = float(summed[patients].sum())
    return [
        Problem(
            what=f"{column!r} adds up to {summed[column].sum():,.0f}, patients to {whole:,.0f}",
            where=where,
            fix="Weights are scaled to patients in England: the table may have been cut short.",
        )
        for column in WEIGHTS
        if abs(float(summed[column].sum()) - whole) > TOGETHER * whole
    ]
