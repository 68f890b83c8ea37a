"""Plain text laid out for a terminal or a pipe: wrapped paragraphs and aligned columns.

Flow: THIS -> reports.text
In: strings. Out: lines no wider than asked, where the words allow it. No colour, no figures.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

GAP = 3
HANG = 2
_NARROWEST = 18
_NO_BREAK = "\u00a0"


def paragraph(text: str, *, width: int, indent: int = 0, hang: int = 0) -> list[str]:
    """One paragraph, wrapped between words."""
    return textwrap.wrap(
        text,
        width=max(width, _NARROWEST + indent),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, width: int, indent: int = 2
) -> list[str]:
    """Rows under one header row, wrapped within their columns when the line would be too long.

    Columns whose every cell is empty are left out. Nothing is ever cut short: where even the
    longest words do not fit, the lines are longer than asked.
    """
    kept = [i for i in range(len(head)) if i == 0 or any(row[i] for row in rows)]
    table = [[line[i] for i in kept] for line in [head, *rows]]
    widths = _widths(table, width - indent - GAP * (len(kept) - 1))
    lines: list[str] = []
    for line in table:
        cells = [
            _wrap(cell, w, hang=i == 0)
            for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        ]
        for parts in zip_longest(*cells, fillvalue=""):
            padded = [part.ljust(w) for part, w in zip(parts, widths, strict=True)]
            lines.append(f"{' ' * indent}{(' ' * GAP).join(padded)}".rstrip())
    return lines


def _widths(table: Sequence[Sequence[str]], room: int) -> list[int]:
    """Column widths within ``room``: the first gives way first, then the widest."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    least = [
        max(len(word) for cell in column for word in (_glued(cell).split(" ") or [""]))
        for column in zip(*table, strict=True)
    ]
    least[0] = min(widths[0], least[0] + HANG)
    comfortable = [max(least[0], min(widths[0], _NARROWEST)), *widths[1:]]
    for floor in (comfortable, least):
        while sum(widths) > room:
            spare = [w - f for w, f in zip(widths, floor, strict=True)]
            widest = max(range(len(widths)), key=lambda i: (spare[i] > 0, widths[i]))
            if spare[widest] <= 0:
                break
            widths[widest] -= 1
    return widths


def _wrap(cell: str, width: int, *, hang: bool) -> list[str]:
    lines = textwrap.wrap(
        _glued(cell),
        width,
        subsequent_indent=" " * HANG if hang else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_NO_BREAK, " ") for line in lines] or [""]


def _glued(cell: str) -> str:
    """A unit at the end of a cell stays with the word before it."""
    return f"{cell[:-2]}{_NO_BREAK}{cell[-1]}" if cell[-2:] in (" %", " £") else cell
