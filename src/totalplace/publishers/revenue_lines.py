"""The rows and columns of a revenue outturn table: what each holds, in either style of heading.

Flow: headings of RO3 or RSX -> THIS -> publishers.revenue_outturn

Until 2023-24 RO3 prints two rows of headings, the service only above its first column; from
2024-25, and always in RSX, one row of long headings ("Youth Justice - Employees (C1)").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from totalplace.errors import Problem
from totalplace.publishers.workbook import Cell, cell_name, text

# C1..C7 as the form numbers them: (id in the item, words of the heading)
COLUMNS: dict[str, tuple[str, str]] = {
    "1": ("employees", "Employees"),
    "2": ("running", "Running Expenses"),
    "3": ("total_expenditure", "Total Expenditure"),
    "4": ("fees", "Sales, Fees and Charges"),
    "5": ("other_income", "Other Income"),
    "6": ("total_income", "Total Income"),
    "7": ("net_current", "Net Current Expenditure"),
}
AGENCY = "agency"  # the memorandum item: part of employees, not added to anything

# line id -> (service as printed, cleaned; our plain title)
RO3_LINES: dict[str, tuple[str, str]] = {
    "sure_start": (
        "sure start children's centres and early years",
        "Sure Start children's centres and early years",
    ),
    "looked_after": ("children looked after", "Children looked after"),
    "residential": (
        "children looked after of which residential care",
        "Residential care of looked-after children",
    ),
    "fostering": (
        "children looked after of which fostering services",
        "Fostering of looked-after children",
    ),
    "asylum_looked_after": (
        "children looked after of which asylum seeking children who are looked after",
        "Asylum-seeking children who are looked after",
    ),
    "other_looked_after": (
        "children looked after of which other",
        "Other services for looked-after children",
    ),
    "other_children_families": (
        "other children's and families services",
        "Other children's and families' services",
    ),
    "family_support": ("family support services", "Family support"),
    "youth_justice": ("youth justice", "Youth justice"),
    "safeguarding": ("safeguarding children and young people's services", "Safeguarding"),
    "asylum_seekers": ("asylum seekers", "Asylum seekers (not looked after)"),
    "young_people": ("services for young people", "Services for young people"),
    "total_csc": ("total children social care", "Total children's social care"),
}
RSX_LINES: dict[str, tuple[str, str]] = {
    "education": ("education services", "Education"),
    "highways_transport": ("highways and transport services", "Highways and transport"),
    "children_social_care": ("children social care", "Children's social care"),
    "adult_social_care": ("adult social care", "Adult social care"),
    "public_health": ("public health", "Public health"),
    "housing": ("housing services (gfra only)", "Housing (general fund only)"),
    "cultural": ("cultural and related services", "Cultural and related services"),
    "environmental": ("environmental and regulatory services", "Environmental and regulatory"),
    "planning": ("planning and development services", "Planning and development"),
    "police": ("police services", "Police"),
    "fire": ("fire and rescue services", "Fire and rescue"),
    "central": ("central services", "Central services"),
    "other": ("other services", "Other services"),
    "total": ("total service expenditure", "Total service expenditure"),
}
LINES: dict[str, Mapping[str, tuple[str, str]]] = {"ro3": RO3_LINES, "rsx": RSX_LINES}

# (total, its parts): what the file itself must add up to
SUMS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "ro3": (
        (
            "total_csc",
            (
                "sure_start",
                "looked_after",
                "other_children_families",
                "family_support",
                "youth_justice",
                "safeguarding",
                "asylum_seekers",
                "young_people",
            ),
        ),
        ("looked_after", ("residential", "fostering", "asylum_looked_after", "other_looked_after")),
    ),
    "rsx": (("total", tuple(line for line in RSX_LINES if line != "total")),),
}

_CODE = re.compile(r"\(\s*C([1-7])\b[^)]*\)\s*\d*$")  # the digits tell equal headings apart
_NOTE = re.compile(r"\s*\[[^\]]*\]")
_PREFIX = re.compile(r"^children's social care\s*[:-]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One row of the table: who it is, and its index in the sheet."""

    row: int
    code: str
    name: str
    level: str
    notes: str
    total: bool  # a class total, printed under the authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumn:
    """One column of figures: where it is, which line and which of its columns."""

    index: int
    line: str
    column: str
    title: str
    item: str


def read_headings(
    heads: Sequence[Cell],
    services: Sequence[Cell],
    *,
    first: int,
    form: str,
    row: int,
    where: str,
) -> tuple[list[LineColumn], list[Problem]]:
    """Tell what every column of figures holds.

    Args:
        heads: The row of headings.
        services: The row above it: service names, or something without words.
        first: Index of the first column of figures.
        form: ``"ro3"`` or ``"rsx"``.
        row: Index of the row of headings, for messages.
        where: What messages call the sheet.

    Returns:
        The columns that are known, and a problem for every heading nobody knows, every one that
        appears twice, and every children's (RSX: any) line that is not there.
    """
    problems: list[Problem] = []
    found: list[LineColumn] = []
    service = ""
    for index in range(first, len(heads)):
        above = text(services[index]) if index < len(services) else ""
        if any(letter.isalpha() for letter in above):
            service = above
        heading = text(heads[index])
        if not heading:
            continue
        read = _read_heading(heading)
        if read is None:
            problems.append(_unknown(heading, where=f"{where}, cell {cell_name(row, index)}"))
            continue
        column, own_service = read
        service = own_service or service
        found.append(_line_column(form=form, service=service, column=column, index=index))
    problems += _repeated(found, where=where, row=row)
    problems += _absent(found, form=form, where=where)
    return found, problems


def plain(service: str) -> str:
    """A service as printed, without notes, capitals, odd dashes, quotes and spacing."""
    bare = _NOTE.sub("", service).replace("’", "'").replace("–", "-")
    return _PREFIX.sub("", " ".join(bare.split()).casefold())


def _read_heading(heading: str) -> tuple[str, str] | None:
    """Column id and, where printed, service; None if it is no heading we know."""
    if "agency staff" in heading.casefold():
        return AGENCY, ""  # stands after its service's other columns in every year
    code = _CODE.search(heading)
    if code is None:
        return None
    column, words = COLUMNS[code.group(1)]
    before = heading[: code.start()].rstrip()
    if not before.casefold().endswith(words.casefold()):
        return None
    return column, before[: -len(words)].rstrip(" -")


def _line_column(*, form: str, service: str, column: str, index: int) -> LineColumn:
    bare = plain(service)
    known = {printed: (line, title) for line, (printed, title) in LINES[form].items()}
    slug = re.sub(r"[^a-z0-9]+", "_", bare.replace("'", "")).strip("_")
    line, title = known.get(bare, (slug, bare[:1].upper() + bare[1:]))
    words = {name: heading.lower() for name, heading in COLUMNS.values()}
    return LineColumn(
        index=index,
        line=line,
        column=column,
        title=f"{title}: {words.get(column, 'agency staff (memorandum item)')}",
        item=f"{form}.{line}.{column}",
    )


def _unknown(heading: str, *, where: str) -> Problem:
    known = {f"{words} (C{number})": None for number, (_, words) in COLUMNS.items()}
    tail = heading.rsplit(" - ", 1)[-1]
    near = get_close_matches(tail, known, n=1, cutoff=0.4)
    return Problem(
        what=f"the heading {heading!r} is none of the form's seven columns",
        where=where,
        fix=f"The nearest is {near[0]!r}." if near else "",
    )


def _repeated(found: Sequence[LineColumn], *, where: str, row: int) -> list[Problem]:
    seen: dict[str, LineColumn] = {}
    problems = []
    for column in found:
        if column.item in seen:
            first = cell_name(row, seen[column.item].index)
            problems.append(
                Problem(
                    what=f"the column {column.title!r} appears twice",
                    where=where,
                    example=f"{first} and {cell_name(row, column.index)}",
                )
            )
        seen.setdefault(column.item, column)
    return problems


def _absent(found: Sequence[LineColumn], *, form: str, where: str) -> list[Problem]:
    have = {(column.line, column.column) for column in found}
    lines = {column.line: column.title.rsplit(": ", 1)[0] for column in found}
    problems = []
    for line, (printed, title) in LINES[form].items():
        missing = [name for name, _ in COLUMNS.values() if (line, name) not in have]
        if not missing:
            continue
        if line in lines:
            names = dict(COLUMNS.values())
            what = f"{title!r} has no column {', '.join(names[name] for name in missing)}"
            near = []
        else:
            what = f"there is no line {title!r}"
            strangers = {plain(t): t for key, t in lines.items() if key not in LINES[form]}
            near = [strangers[n] for n in get_close_matches(printed, strangers, n=1, cutoff=0.6)]
        problems.append(
            Problem(what=what, where=where, fix=f"The nearest is {near[0]!r}." if near else "")
        )
    return problems
