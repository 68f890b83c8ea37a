"""What the inspectorate last said about each authority, as known on a given day.

Flow: book (inspection) -> THIS -> footprints.guards ("no weak leader")
In: inspections from several files, the same one often twice. Out: arrays by authority.

The four area grades are what counts; the overall grade is historical from April 2026. A grade is
*cleared* while it is no older than a limit at ``as_of``. What is not cleared, old or missing,
supplies no strong leader and counts as inadequate. A judgement on an abolished predecessor says
nothing about its successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from totalplace.book.store import Book
from totalplace.errors import BookError, InputError
from totalplace.measures.today import Today, todays_authorities
from totalplace.types import BoolArray, FloatArray

AREAS = {
    "leaders": "leaders",
    "protection": "help and protection",
    "in_care": "children in care",
    "care_leavers": "care leavers",
}
"""The four graded areas: column of the book, and words."""

GRADES = ("outstanding", "good", "requires improvement", "inadequate")
"""Best first."""

CARE_LEAVERS_FROM = date(2023, 1, 1)
"""Care leavers have been graded apart in inspections since this day; earlier grades are errors."""

SAME_INSPECTION = timedelta(days=120)
"""Records of one authority this close are one inspection; full ones are a year or more apart."""

REPORT_DELAY = timedelta(days=60)
"""When only one date is printed: typical days from the first day on site to the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One full inspection: dates and the four grades, None where not given."""

    inspected: date | None
    published: date
    grades: tuple[str | None, ...]  # in the order of AREAS
    disputed: tuple[str, ...] = field(default=())  # areas the files grade differently

    def grade(self, area: str) -> str | None:
        """The grade for one of AREAS."""
        return self.grades[list(AREAS).index(area)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """Latest judgements of today's authorities on ``as_of``, N in ascending GSS order."""

    area_codes: tuple[str, ...]  # (N,)
    as_of: date
    grade_years: float
    latest: tuple[Judgement | None, ...]  # (N,), None where there is none
    age_years: FloatArray  # (N,), since publication; nan where there is none
    cleared: BoolArray  # (N,), there is one and it is young enough
    strong_leader: BoolArray  # (N,), cleared, and leaders good or outstanding
    strong_protection: BoolArray  # (N,), cleared, and help and protection good or outstanding
    inadequate: BoolArray  # (N,), an area inadequate, or not cleared
    words: tuple[str, ...]  # (N,), plain English
    source_ids: tuple[str, ...]  # files of inspections in the book


def _estimate_inspected(inspected: date | None, published: date | None) -> date | None:
    if inspected is not None:
        return inspected
    return None if published is None else published - REPORT_DELAY


def _merge(records: Sequence[dict[str, object]]) -> Judgement:
    """One inspection out of the records of it; where they disagree, the worse grade."""
    inspected = [day for row in records if isinstance(day := row["inspected"], date)]
    published = [day for row in records if isinstance(day := row["published"], date)]
    began = min(inspected) if inspected else min(published) - REPORT_DELAY
    grades: list[str | None] = []
    disputed: list[str] = []
    for area, words in AREAS.items():
        if area == "care_leavers" and began < CARE_LEAVERS_FROM:
            grades.append(None)
            continue
        given = sorted({str(row[area]) for row in records if row[area]}, key=GRADES.index)
        grades.append(given[-1] if given else None)
        if len(given) > 1:
            disputed.append(words)
    return Judgement(
        inspected=min(inspected, default=None),
        published=min(published) if published else min(inspected) + REPORT_DELAY,
        grades=tuple(grades),
        disputed=tuple(disputed),
    )


def merge_records(records: pl.DataFrame) -> tuple[Judgement, ...]:
    """Turn one authority's inspection records into its full judgements, oldest first.

    Records with no area grade (focused and monitoring visits) are not judgements. The same
    inspection appears in several files, with one date or two and now and then a day apart: records
    within :data:`SAME_INSPECTION` of the first are one inspection.

    Args:
        records: Columns inspected, published and the four of AREAS.
    """
    rows = [row for row in records.iter_rows(named=True) if any(row[area] for area in AREAS)]
    dated = sorted(
        (
            (day, index)
            for index, row in enumerate(rows)
            if (day := _estimate_inspected(row["inspected"], row["published"])) is not None
        ),
    )
    groups: list[tuple[date, list[dict[str, object]]]] = []
    for day, index in dated:
        if groups and day - groups[-1][0] <= SAME_INSPECTION:
            groups[-1][1].append(rows[index])
        else:
            groups.append((day, [rows[index]]))
    return tuple(_merge(group) for _, group in groups)


def _years_before(day: date, years: float) -> date:
    """The day a number of years earlier; whole years by the calendar, parts by 365.25 days."""
    whole = int(years)
    try:
        shifted = day.replace(year=day.year - whole)
    except ValueError:  # 29 February
        shifted = day.replace(year=day.year - whole, day=28)
    return shifted - timedelta(days=round((years - whole) * 365.25))


def _words(
    judgement: Judgement | None, *, cleared: bool, starts: date | None, as_of: date, years: float
) -> str:
    if judgement is None:
        began = f" since the council began on {_day(starts)}" if starts else ""
        return f"not cleared: no judgement{began} known on {_day(as_of)}"
    leaders = judgement.grade("leaders") or "not graded"
    dated = f"published {judgement.published:%B %Y}"
    worst = [
        words
        for area, words in AREAS.items()
        if judgement.grade(area) == "inadequate" and area != "leaders"
    ]
    says = f"leaders {leaders}"
    if worst:
        says += f", inadequate for {' and '.join(worst)}"
    text = f"{says} ({dated})"
    if not cleared:
        text = f"not cleared: over {years:g} years old on {_day(as_of)}: {text}"
    if judgement.disputed:
        text += (
            f"; the published files disagree on {' and '.join(judgement.disputed)},"
            " the worse grade is used"
        )
    return text


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def judgements(book: Book, *, as_of: date, grade_years: float) -> Judgements:
    """Latest full judgement of every authority of today's, as known on ``as_of``.

    An inspection made before the authority began counts only when its publisher prints it against
    today's code (a county that became a unitary council without a break).

    Args:
        book: A place book; tables authority, authority_code and inspection are read.
        as_of: Only reports published on or before this day are known.
        grade_years: Oldest age at which a grade is still cleared, years since publication.

    Raises:
        InputError: ``grade_years`` is not positive.
        BookError: The book holds a grade that is none of GRADES.
    """
    if not grade_years > 0:
        raise InputError("The oldest age of a grade must be a positive number of years.")
    today = todays_authorities(book)
    latest = _latest(book, today, as_of)
    oldest = _years_before(as_of, grade_years)
    cleared = np.array([item is not None and item.published >= oldest for item in latest])
    strong = {
        area: np.array([item is not None and item.grade(area) in GRADES[:2] for item in latest])
        for area in ("leaders", "protection")
    }
    bad = np.array([item is not None and "inadequate" in item.grades for item in latest])
    age = np.array(
        [np.nan if item is None else (as_of - item.published).days / 365.25 for item in latest]
    )
    return Judgements(
        area_codes=today.area_codes,
        as_of=as_of,
        grade_years=grade_years,
        latest=latest,
        age_years=age,
        cleared=cleared,
        strong_leader=cleared & strong["leaders"],
        strong_protection=cleared & strong["protection"],
        inadequate=bad | ~cleared,
        words=tuple(
            _words(item, cleared=bool(ok), starts=starts, as_of=as_of, years=grade_years)
            for item, ok, starts in zip(
                latest, cleared, (one.starts for one in today.authorities), strict=True
            )
        ),
        source_ids=tuple(
            book.query(
                "SELECT DISTINCT source_id FROM inspection WHERE source_id IS NOT NULL ORDER BY ALL"
            )["source_id"]
        ),
    )


def _latest(book: Book, today: Today, as_of: date) -> tuple[Judgement | None, ...]:
    records = book.query(
        "SELECT area_code, published_code, inspected, published, leaders, protection, in_care,"
        " care_leavers FROM inspection"
        " WHERE area_code IS NOT NULL ORDER BY ALL"
    )
    given = pl.concat([records[area] for area in AREAS]).drop_nulls()
    unknown = sorted(set(given) - set(GRADES))
    if unknown:
        raise BookError(f"{book.path}: unknown inspection grade {unknown[0]!r}. Build it again.")
    starts = pl.DataFrame(
        {
            "area_code": today.area_codes,
            "starts": [one.starts for one in today.authorities],
        },
        schema={"area_code": pl.String, "starts": pl.Date},
    )
    own = records.join(starts, on="area_code").filter(
        pl.col("starts").is_null()
        | (pl.coalesce("inspected", "published") >= pl.col("starts"))
        | (pl.col("published_code") == pl.col("area_code"))
    )
    by_area = {str(key[0]): frame for key, frame in own.group_by("area_code")}
    latest: list[Judgement | None] = []
    for code in today.area_codes:
        frame = by_area.get(code)
        known = () if frame is None else merge_records(frame)
        known = tuple(item for item in known if item.published <= as_of)
        latest.append(known[-1] if known else None)
    return tuple(latest)
