"""A profile as a Word paper for a committee: real headings, captioned tables, a picture with words.

Flow: scenarios.profile, reports.profile_words, reports.profile_chart -> THIS -> profile_write
In: a frozen Profile. Out: the bytes of a .docx file, the same for the same profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from totalplace.reports import own_words
from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.paper_parts import after_table, bullets, picture, saved, set_up, table
from totalplace.reports.profile_chart import TITLE, chart_png, chart_words
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Profile

if TYPE_CHECKING:
    from docx.document import Document


def profile_paper(place: Profile) -> bytes:
    """The profile as the bytes of a .docx file."""
    import docx  # noqa: PLC0415 (heavy, loaded where used)

    paper = docx.Document()
    set_up(paper, title=words.title(place), stamp=words.stamp(place))
    _opening(paper, place)
    _picture(paper, place)
    _measures(paper, place)
    _surroundings(paper, place)
    _grounds(paper, place)
    return saved(paper)


def _opening(paper: Document, place: Profile) -> None:
    paper.add_heading(words.title(place), level=0)
    paper.add_paragraph(tables.heading(words.children(place)))
    for text in words.verdict(place):
        paper.add_paragraph(text)
    bullets(paper, words.findings(place))
    if words.standing(place) or words.cautions(place):
        paper.add_heading("Read with care", level=1)
        bullets(paper, [*words.standing(place), *words.cautions(place)])


def _measures(paper: Document, place: Profile) -> None:
    """Every measure, what need leads one to expect, and doubts about the money."""
    for name, rows in tables.rows(place):
        paper.add_heading(name, level=1)
        table(paper, f"{name}: newest figures", tables.HEADS, [row.cells for row in rows])
    after_table(paper, words.INTERVAL_LINE)
    if tables.need_rows(place):
        paper.add_heading(tables.NEED_TITLE, level=1)
        paper.add_paragraph(words.need_line(place))
        table(paper, tables.NEED_CAPTION, tables.NEED_HEADS, tables.need_rows(place))
    if place.costs:
        paper.add_heading("Money per child", level=1)
        table(paper, tables.COSTS_CAPTION, tables.COST_HEADS, tables.cost_rows(place))
        after_table(paper, "What is wrong with each of them:")
        bullets(paper, tables.cost_faults(place))
    if place.doubts:
        paper.add_heading("Doubts about the money", level=1)
        bullets(paper, words.doubts(place))


def _surroundings(paper: Document, place: Profile) -> None:
    """What was inspected, whom it is compared with, whom it must work with."""
    if place.inspections or place.uninspected:
        paper.add_heading("Inspections", level=1)
    if place.inspections:
        heads = tables.INSPECTION_HEADS
        table(paper, tables.INSPECTIONS_CAPTION, heads, tables.inspections(place))
    for name in place.uninspected:
        after_table(paper, f"{name}: no full inspection in this book.")
    if place.compared_with.members:
        paper.add_heading("Neighbours", level=1)
        rows = tables.neighbour_rows(place)
        table(paper, tables.NEIGHBOURS_CAPTION, tables.NEIGHBOUR_HEADS, rows)
    if place.partners:
        paper.add_heading("Partner bodies", level=1)
        table(paper, tables.PARTNERS_CAPTION, tables.PARTNER_HEADS, tables.partners(place))


def _grounds(paper: Document, place: Profile) -> None:
    """What is not known, how figures were made and where they come from."""
    if tables.gaps(place):
        paper.add_heading("Gaps in the data", level=1)
        table(paper, "What is not known, and why", ("measure", "why"), tables.gaps(place))
    paper.add_heading("How the figures were made", level=1)
    made = [*tables.methods(place), *tables.notes(place)]
    table(paper, "Intervals and sums", ("how", "measures"), made)
    if place.own:
        paper.add_heading("Own figures", level=1)
        table(paper, own_words.CAPTION, own_words.HEADS, own_words.rows(place.own))
    paper.add_heading("Sources", level=1)
    bullets(paper, place.sources)
    paper.add_paragraph(LICENCE_LINE)
    paper.add_paragraph(words.stamp(place))


def _picture(paper: Document, place: Profile) -> None:
    png = chart_png(place)
    if not png:
        return
    paper.add_heading("The five outcomes beside England", level=1)
    picture(paper, png, title=TITLE, words=chart_words(place))
    paper.add_paragraph(
        f"Figure 1. {TITLE}: the bar is the 90 % interval, the point the figure, the diamond the "
        "neighbours' median, the dashed line England. The tables below have the figures.",
        style="Caption",
    )
