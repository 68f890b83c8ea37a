"""A short report that reads alike as text, as a web page and as a workbook.

Flow: reports.split_words, reports.gap_words -> THIS -> leaflet_page, leaflet_workbook, cli
In: sentences, and tables whose figures stand twice: as people read them and as they are. Out: a
frozen Leaflet, and its plain text. No arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.reports.columns import columns, paragraph
from totalplace.reports.sheets import Cell, Column, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: short heads and shown cells to read, columns and bare cells to reckon with."""

    name: str  # of the sheet, and the anchor on the page: lower case, no spaces
    title: str
    note: str  # what to know before reading it
    heads: tuple[str, ...]
    shown: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Cell, ...], ...]
    in_text: bool = True  # also in the plain text; the page and the workbook have all
    empty: str = "There is nothing to list."

    @property
    def sheet(self) -> Sheet:
        """The table as a sheet of a workbook."""
        return Sheet(
            name=self.name,
            title=self.title,
            purpose=self.note,
            columns=self.columns,
            rows=self.cells,
            empty=self.empty,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaflet:
    """A report: the answer, what to be careful of, tables, notes, sources, stamp."""

    title: str
    answer: tuple[str, ...]
    cautions: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    stamp: str


def table(
    name: str,
    title: str,
    heads: tuple[str, ...],
    rows: list[tuple[str, ...]],
    *,
    note: str = "",
    in_text: bool = True,
    empty: str = "There is nothing to list.",
) -> Table:
    """A table of words alone: what is shown is what there is."""
    return Table(
        name=name,
        title=title,
        note=note,
        heads=heads,
        shown=tuple(rows),
        columns=tuple(Column(head.capitalize(), "text") for head in heads),
        cells=tuple(rows),
        in_text=in_text,
        empty=empty,
    )


def leaflet_text(leaf: Leaflet, *, width: int) -> str:
    """The report as plain text that ends in a newline; sources are left to the files."""
    lines = [leaf.title]
    for sentence in leaf.answer:
        lines += paragraph(sentence, width=width)
    for one in leaf.tables:
        if not one.in_text:
            continue
        lines += ["", *paragraph(one.title, width=width)]
        if one.note:
            lines += paragraph(one.note, width=width, indent=2)
        if one.shown:
            lines += columns(one.heads, one.shown, width=width)
        else:
            lines += paragraph(one.empty, width=width, indent=2)
    if leaf.cautions:
        lines.append("")
        for sentence in leaf.cautions:
            lines += paragraph(f"- {sentence}", width=width, hang=2)
    lines.append("")
    for sentence in leaf.notes:
        lines += paragraph(sentence, width=width)
    return "\n".join([*lines, *paragraph(leaf.stamp, width=width)]) + "\n"
