"""Markdown that does not break: table cells, tables, anchors.

Flow: THIS -> the other modules of this folder
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def cell(text: object) -> str:
    """Text that is safe inside a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def grid(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def anchor(name: str) -> str:
    """A name as a page anchor."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
