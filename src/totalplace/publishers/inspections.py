"""Read Ofsted's inspections of local authority children's services, one row per inspection.

Flow: Ofsted's outcome workbooks, the scraped overview -> publishers.inspection_tables -> THIS
-> book.build

Three layouts: outcomes as at 31 March 2025 (three tidy sheets with codes), as at March 2024 (no
codes; a history with first and second inspection side by side), and the overview that Data to
Insight gathers from Ofsted's reports. The same inspection stands in several sheets of one workbook,
now without its dates, now without its kind: such rows are joined, so each inspection counts once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace

import polars as pl

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import PublishedFile, Reading, Source
from totalplace.publishers.inspection_tables import (
    GRADES,
    OVERVIEW_HEADINGS,
    Inspection,
    read_overview,
    read_tidy,
    read_wide,
)
from totalplace.publishers.nearly import nearly
from totalplace.publishers.workbook import text

OUTCOMES = "ofsted_outcomes"
OVERVIEW = "ilacs_overview"
LONGEST_WAIT = dt.timedelta(days=300)  # from an inspection's first day to its report

_OVERVIEW_SIGNS = {"la_code", "local_authority", "inspection_framework", "in_care_grade"}
_SHEETS = {
    "outcomes": r"^inspections[ _](as[ _]at|\d)",
    "in year": r"in[-_ ]year",
    "history": r"^ilacs[ _]inspection",
}


def recognises(file: PublishedFile) -> bool:
    """Whether the file is one of the three: by its cover, its sheets or its headings."""
    names = file.sheet_names
    if not names:
        return False
    if "Cover" in names:
        return "local authority inspection outcomes" in _title(file).casefold()
    if re.match(_SHEETS["history"], names[0], re.IGNORECASE):
        return True
    return len(names) == 1 and set(_first_row(file)) >= _OVERVIEW_SIGNS


def near(file: PublishedFile) -> str | None:
    """The headings a one-sheet workbook lacks of the scraped overview."""
    if len(file.sheet_names) != 1 or recognises(file):
        return None
    return nearly(_first_row(file), {"the overview of ILACS inspections": OVERVIEW_HEADINGS})


def read(file: PublishedFile) -> Reading:
    """Read every inspection in the file.

    Raises:
        PublishedFileError: Every sheet, heading, grade, date and repeated row that is wrong.
    """
    if len(file.sheet_names) == 1:
        return _read_overview(file)
    names = {}
    problems: list[Problem] = []
    for which, pattern in _SHEETS.items():
        try:
            names[which] = file.workbook.sheet_like(pattern)
        except PublishedFileError as error:
            problems += error.problems
    if problems:
        raise PublishedFileError(problems)
    found: list[Inspection] = []
    for which in ("history", "in year", "outcomes"):  # the fullest first: later ones only add
        rows = file.workbook.rows(names[which])
        where = f"{file.relative}, sheet {names[which]!r}"
        wide = any("First ILACS" in text(cell) for row in rows[:10] for cell in row)
        some, bad = (read_wide if wide else read_tidy)(rows, where=where)
        problems += bad
        found = _join(found, some)
    problems += _repeats(found, where=file.relative)
    if problems:
        raise PublishedFileError(problems)
    source = Source(
        publication=OUTCOMES,
        title=_title(file) or "Local authority inspection outcomes",
        publisher="Ofsted",
        licence="OGL v3",
        landing_page="https://www.gov.uk/government/collections/childrens-social-care-statistics",
        file=file.relative,
        sha256=file.sha256,
        released=_released(file),
    )
    notes = []
    undated = [i for i in found if i.inspected is None]
    if undated:
        notes.append(
            f"{len(undated)} inspections have a publication date but no inspection date, "
            "because the history in this layout prints none."
        )
    return Reading(source=source, tables={"inspection": _frame(found)}, notes=tuple(notes))


def _read_overview(file: PublishedFile) -> Reading:
    [name] = file.sheet_names
    where = f"{file.relative}, sheet {name!r}"
    found, problems = read_overview(file.workbook.rows(name), where=where)
    problems += _repeats(found, where=where)
    if problems:
        raise PublishedFileError(problems)
    shared = [c for c, n in Counter(i.published_code for i in found).items() if c and n > 1]
    notes = [
        f"{code} is printed for {', '.join(i.area_name for i in found if i.published_code == code)}"
        "; it is left out and their three-digit numbers are kept."
        for code in shared
    ]
    found = [replace(i, published_code=None) if i.published_code in shared else i for i in found]
    ungraded = [i.area_name for i in found if i.overall is None]
    if ungraded:
        notes.append(
            f"No overall grade is given for {', '.join(ungraded)} "
            "(Ofsted gives none from April 2026)."
        )
    source = Source(
        publication=OVERVIEW,
        title="ILACS inspections overview, gathered from Ofsted's reports",
        publisher="Data to Insight, from Ofsted",
        licence="MIT (compilation); OGL v3 (Ofsted's judgements)",
        landing_page="https://github.com/data-to-insight/ofsted-ilacs-scrape-tool",
        file=file.relative,
        sha256=file.sha256,
        note="Scraped from reports; the newest inspection of each authority only.",
    )
    return Reading(source=source, tables={"inspection": _frame(found)}, notes=tuple(notes))


def _join(known: Sequence[Inspection], more: Iterable[Inspection]) -> list[Inspection]:
    """Add inspections to a list; one already there is completed rather than repeated."""
    joined = list(known)
    places: dict[str, list[int]] = {}
    for index, inspection in enumerate(joined):
        places.setdefault(_who(inspection), []).append(index)
    for inspection in more:
        here = places.setdefault(_who(inspection), [])
        same = next((i for i in here if _same(joined[i], inspection)), None)
        if same is None:
            here.append(len(joined))
            joined.append(inspection)
        else:
            joined[same] = _completed(joined[same], inspection)
    return joined


def _who(inspection: Inspection) -> str:
    """The authority, near enough to match spellings inside one workbook."""
    name = inspection.area_name.casefold().replace("&", "and").replace(",", "")
    return name.removesuffix(" borough")


def _same(one: Inspection, other: Inspection) -> bool:
    if (one.inspected is None or other.inspected is None) and (
        one.published is None or other.published is None
    ):
        first = one.inspected or other.inspected
        last = one.published or other.published
        if first is None or last is None or not dt.timedelta(0) <= last - first <= LONGEST_WAIT:
            return False
    elif one.inspected and other.inspected:
        if one.inspected != other.inspected:
            return False
    elif one.published != other.published:
        return False
    kinds = {one.kind, other.kind} - {"other"}
    return len(kinds) < 2 and all(getattr(one, g) == getattr(other, g) for g in GRADES)


def _completed(one: Inspection, other: Inspection) -> Inspection:
    return replace(
        one,
        published_code=one.published_code or other.published_code,
        inspected=one.inspected or other.inspected,
        published=one.published or other.published,
        kind=other.kind if one.kind == "other" else one.kind,
    )


def _repeats(found: Sequence[Inspection], *, where: str) -> list[Problem]:
    """The same authority, day and kind twice, with grades that differ."""
    days = Counter((_who(i), i.inspected or i.published, i.kind) for i in found)
    return [
        Problem(
            what=f"{who.title()} has {times} rows for one {kind} inspection of {day}",
            where=where,
            fix="Each inspection has one outcome; remove the copy or take the file again.",
        )
        for (who, day, kind), times in days.items()
        if times > 1
    ]


def _title(file: PublishedFile) -> str:
    cover = file.workbook.top("Cover", rows=1)
    return text(cover[0][0]) if cover else ""


def _first_row(file: PublishedFile) -> list[str]:
    top = file.workbook.top(file.sheet_names[0], rows=1)
    return [text(cell) for cell in top[0]] if top else []


def _released(file: PublishedFile) -> dt.date | None:
    for row in file.workbook.top("Cover"):
        if text(row[0]).casefold().startswith("published on") and len(row) > 1:
            day = row[1]
            return day.date() if isinstance(day, dt.datetime) else None
    return None


def _frame(found: Sequence[Inspection]) -> pl.DataFrame:
    dates = {"inspected": pl.Date, "published": pl.Date}
    schema = {f.name: dates.get(f.name, pl.String) for f in fields(Inspection)}
    return pl.DataFrame([asdict(i) for i in found], schema=schema).sort(
        "area_name", "inspected", "published", "kind", nulls_last=True
    )
