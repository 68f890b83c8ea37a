"""A profile as text for a terminal: the place on one page.

Flow: scenarios.profile, reports.profile_words -> THIS -> cli
In: a frozen Profile. Out: one string, the same for the same profile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.columns import columns, paragraph
from totalplace.scenarios.account import Profile

MARK = "\0"  # where a group's title goes, in a row of its own
EmphasisFn = Callable[[str], str]


def plain(text: str) -> str:
    """No emphasis: for pipes, files and terminals without colour."""
    return text


def profile_text(place: Profile, *, width: int = 100, emphasis_fn: EmphasisFn = plain) -> str:
    """The profile as text.

    Args:
        place: The profile.
        width: Longest line, characters.
        emphasis_fn: What to wrap the verdict and the heads in, on a terminal.
    """
    lines = _heading(place, width, emphasis_fn)
    lines.append("")
    lines += [emphasis_fn(line) for line in paragraph(" ".join(words.verdict(place)), width=width)]
    for text in [*words.findings(place), *words.standing(place), *words.cautions(place)]:
        lines += paragraph(text, width=width, indent=2, hang=2)
    lines += ["", *_measures(place, width, emphasis_fn)]
    lines += paragraph(words.INTERVAL_LINE, width=width, indent=2, hang=2)
    lines += paragraph(words.neighbour_words(place), width=width, indent=2, hang=2)
    if tables.need_rows(place):
        lines += ["", emphasis_fn(tables.NEED_TITLE)]
        lines += _table(tables.NEED_HEADS, tables.need_rows(place), width, emphasis_fn)
        lines += paragraph(words.need_line(place), width=width, indent=2, hang=2)
    if place.costs:
        lines += ["", emphasis_fn(tables.COSTS_CAPTION)]
        lines += _table(tables.COST_HEADS, tables.cost_rows(place), width, emphasis_fn)
    for text in tables.cost_faults(place):
        lines += paragraph(text, width=width, indent=2, hang=2)
    for text in words.doubts(place):
        lines += paragraph(f"Doubt: {text}", width=width, indent=2, hang=2)
    if place.inspections or place.uninspected:
        lines += ["", *_inspections(place, width, emphasis_fn)]
    if place.partners:
        head = ("partner bodies", "", "inside it")
        lines += ["", *_table(head, [*tables.partners(place)], width, emphasis_fn)]
    if tables.gaps(place):
        lines += ["", emphasis_fn("Gaps in the data")]
    for what, why in tables.gaps(place):
        lines += paragraph(f"{what}: {why}", width=width, indent=2, hang=2)
    for note, what in tables.notes(place):
        lines += paragraph(f"{note} ({what})", width=width, indent=2, hang=2)
    lines += [
        "",
        *paragraph(f"Sources: {'; '.join(place.sources)}.", width=width, indent=2, hang=2),
    ]
    lines += paragraph(words.stamp(place), width=width, indent=2, hang=2)
    return "\n".join(lines) + "\n"


def _heading(place: Profile, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    left, right = words.title(place), words.children(place)
    gap = width - len(left) - len(right)
    if gap < 2:
        return [emphasis_fn(left), right]
    return [f"{emphasis_fn(left)}{' ' * gap}{right}"]


def _measures(place: Profile, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    head = tables.HEADS
    table: list[tuple[str, ...]] = []
    titles: list[str] = []
    for name, rows in tables.rows(place):
        titles.append(name)
        table.append((MARK, *("" for _ in head[1:])))
        table += [(*row.cells[:-1], _direction(row.trend)) for row in rows]
    lines = columns(head, table, width=width, indent=2)
    left = iter(titles)
    return [
        emphasis_fn(f" {next(left)}") if line.strip() == MARK else line
        for line in [emphasis_fn(lines[0]), *lines[1:]]
    ]


def _direction(trend: str) -> str:
    """``up``, ``down`` or ``no clear change``; files have the figure it is held against."""
    return trend.split(" from", maxsplit=1)[0] if trend.startswith(("up", "down", "no")) else ""


def _inspections(place: Profile, width: int, emphasis_fn: EmphasisFn) -> list[str]:
    rows = tables.inspections(place)
    lines = _table(tables.INSPECTION_HEADS, rows, width, emphasis_fn) if rows else []
    for name in place.uninspected:
        lines.append(f"  {name}: no full inspection in this book")
    return lines


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], width: int, emphasis_fn: EmphasisFn
) -> list[str]:
    first, *rest = columns(head, rows, width=width)
    return [emphasis_fn(first), *rest]
