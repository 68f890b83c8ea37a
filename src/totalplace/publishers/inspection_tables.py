"""The rows of Ofsted's sheets, in each layout, as inspections in one vocabulary.

Flow: rows of a sheet -> THIS -> publishers.inspections
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.workbook import Cell, cell_name, header_row, text

GRADES = ("overall", "leaders", "protection", "in_care", "care_leavers")
_GRADE_WORDS = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement": "requires improvement",
    "requires improvement to be good": "requires improvement",
    "inadequate": "inadequate",
    "": None,
    "inspection_pre_dates_judgement": None,
}
_KINDS = {
    "standard": "standard",
    "short": "short",
    "focused": "focused visit",
    "monitoring": "monitoring visit",
}
_HEADINGS = {
    "local authority area code": "published_code",
    "local authority name": "area_name",
    "inspection date": "inspected",
    "inspection/visit date": "inspected",
    "publication date": "published",
    "inspection type": "kind",
    "inspection/visit type": "kind",
    "overall effectiveness": "overall",
    "the impact of leaders on social work practice with children and families": "leaders",
    "impact of leaders": "leaders",
    "experiences and progress of children who need help and protection": "protection",
    "experiences and progress of children in care": "in_care",
    "experiences and progress of children in care and care leavers": "in_care",
    "experiences and progress of care leavers": "care_leavers",
}
_OVERVIEW = {
    "la_code": "la_number",
    "ltla23cd": "published_code",
    "local_authority": "area_name",
    "inspection_start_date": "inspected",
    "publication_date": "published",
    "inspection_framework": "kind",
    "overall_effectiveness_grade": "overall",
    "impact_of_leaders_grade": "leaders",
    "help_and_protection_grade": "protection",
    "in_care_grade": "in_care",
    "care_leavers_grade": "care_leavers",
}
OVERVIEW_HEADINGS = tuple(_OVERVIEW)
_ORDINALS = ("First ILACS ", "Second ILACS ", "Third ILACS ", "ILACS framework ")
_NOT_YET = "not yet inspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One inspection or visit, as the book's ``inspection`` table has it."""

    published_code: str | None = None
    la_number: str | None = None
    area_name: str
    inspected: dt.date | None = None
    published: dt.date | None = None
    kind: str = "other"
    overall: str | None = None
    leaders: str | None = None
    protection: str | None = None
    in_care: str | None = None
    care_leavers: str | None = None


def read_tidy(
    rows: Sequence[Sequence[Cell]], *, where: str
) -> tuple[list[Inspection], list[Problem]]:
    """One inspection a row, headings as Ofsted prints them. Returns rows and problems."""
    try:
        head = header_row(rows, ["Local authority name", "Overall effectiveness"], where=where)
    except PublishedFileError as error:
        return [], list(error.problems)
    columns = {_field(text(cell)): at for at, cell in enumerate(rows[head])}
    problems = _absent({*_HEADINGS.values()} - {"published_code", "published", "kind"}, columns,
                       found=[text(cell) for cell in rows[head]], where=where)  # fmt: skip
    return _rows(rows, head, columns, problems, where=where)


def read_wide(
    rows: Sequence[Sequence[Cell]], *, where: str
) -> tuple[list[Inspection], list[Problem]]:
    """Several inspections a row ("First ILACS ...", "Second ..."); a second table may follow."""
    found: list[Inspection] = []
    problems: list[Problem] = []
    heads = [i for i, row in enumerate(rows) if "Local authority name" in map(text, row)]
    for head, end in zip(heads, [*heads[1:], len(rows)], strict=True):
        names = [text(cell) for cell in rows[head]]
        for ordinal in _ORDINALS:
            columns = {
                _field(name.removeprefix(ordinal)): at
                for at, name in enumerate(names)
                if name.startswith(ordinal)
            }
            if not columns:
                continue
            columns["area_name"] = names.index("Local authority name")
            wanted = {"published", "kind", "overall", "leaders", "protection", "in_care"}
            problems += _absent(wanted, columns, found=names, where=where)
            some, bad = _rows(rows[:end], head, columns, [], where=where)
            found += [i for i in some if i.published is not None]
            problems += bad
    return found, problems


def read_overview(
    rows: Sequence[Sequence[Cell]], *, where: str
) -> tuple[list[Inspection], list[Problem]]:
    """The scraped overview: the newest inspection of each authority, headings of its own."""
    names = [text(cell) for cell in rows[0]]
    columns = {_OVERVIEW.get(name, ""): at for at, name in enumerate(names)}
    columns.pop("", None)
    missing = [name for name, field in _OVERVIEW.items() if field not in columns]
    if missing:
        return [], [
            Problem(what=f"there is no column {name!r}", where=where, fix=_nearest(name, names))
            for name in missing
        ]
    return _rows(rows, 0, columns, [], where=where)


def _rows(
    rows: Sequence[Sequence[Cell]],
    head: int,
    columns: Mapping[str, int],
    problems: list[Problem],
    *,
    where: str,
) -> tuple[list[Inspection], list[Problem]]:
    found = []
    problems = list(problems)
    for index in range(head + 1, len(rows)):
        row = rows[index]
        here = {field: row[at] if at < len(row) else "" for field, at in columns.items() if field}
        name = text(here["area_name"])
        if not name or text(here.get("inspected")).casefold() == _NOT_YET:
            continue  # spacing, the title of a second table, or nothing to tell yet
        words: dict[str, str | None] = {}
        days: dict[str, dt.date | None] = {}
        for field, cell in here.items():
            if field in ("inspected", "published"):
                days[field], wrong = _day(cell)
            else:
                words[field], wrong = _word(field, text(cell))
            if wrong:
                place = f"{where}, cell {cell_name(index, columns[field])}"
                problems.append(Problem(what=wrong, where=place, example=name))
        found.append(
            Inspection(
                published_code=words.get("published_code"),
                la_number=words.get("la_number"),
                area_name=name,
                inspected=days.get("inspected"),
                published=days.get("published"),
                kind=words.get("kind") or "other",
                overall=words.get("overall"),
                leaders=words.get("leaders"),
                protection=words.get("protection"),
                in_care=words.get("in_care"),
                care_leavers=words.get("care_leavers"),
            )
        )
    return found, problems


def _word(field: str, printed: str) -> tuple[str | None, str]:
    """A printed word in our vocabulary, and what is wrong with it."""
    if field == "kind":
        return next((kind for key, kind in _KINDS.items() if key in printed.casefold()), None), ""
    if field not in GRADES:
        return printed or None, ""
    if printed.casefold() in _GRADE_WORDS:
        return _GRADE_WORDS[printed.casefold()], ""
    return None, f"{printed!r} is not a grade. {_nearest(printed, [*_GRADE_WORDS])}".strip()


def _day(cell: Cell) -> tuple[dt.date | None, str]:
    """A date, or None for an empty cell, and what is wrong with it."""
    if isinstance(cell, dt.datetime):
        return cell.date(), ""
    printed = text(cell)
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", printed)
    if parts:
        day, month, year = map(int, parts.groups())
        try:
            return dt.date(year + 2000 if year < 100 else year, month, day), ""
        except ValueError:
            pass
    return None, f"{printed!r} is not a date" if printed else ""


def _field(heading: str) -> str:
    key = heading.casefold()
    return _HEADINGS.get(key, "") or _HEADINGS.get(key.removeprefix("the "), "")


def _absent(
    wanted: set[str], columns: Mapping[str, int], *, found: Sequence[str], where: str
) -> list[Problem]:
    printed = {field: heading for heading, field in reversed(_HEADINGS.items())}
    return [
        Problem(
            what=f"there is no column like {printed[field]!r}",
            where=where,
            fix=_nearest(printed[field], found),
        )
        for field in sorted(wanted - set(columns))
    ]


def _nearest(word: str, options: Sequence[str]) -> str:
    near = get_close_matches(word.casefold(), {o.casefold() for o in options if o}, n=1, cutoff=0.4)
    return f"The nearest is {near[0]!r}." if near else ""
