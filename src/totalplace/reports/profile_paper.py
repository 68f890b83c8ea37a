"""A profile as a Word paper for a committee: real headings, captioned tables, a picture with words.

Flow: scenarios.profile, reports.profile_words, reports.profile_chart -> THIS -> profile_write
In: a frozen Profile. Out: the bytes of a .docx file, the same for the same profile.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from totalplace.reports import profile_words as words
from totalplace.reports.profile_chart import TITLE, chart_png, chart_words
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Profile

if TYPE_CHECKING:
    from docx.document import Document

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a document property: the same on every run)
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def profile_paper(place: Profile) -> bytes:
    """The profile as the bytes of a .docx file."""
    import docx  # noqa: PLC0415 (heavy, loaded where used)

    paper = docx.Document()
    _set_up(paper, place)
    paper.add_heading(words.title(place), level=0)
    paper.add_paragraph(words.children(place).capitalize())
    for text in words.verdict(place):
        paper.add_paragraph(text)
    for text in [*words.standing(place), *words.cautions(place)]:
        paper.add_paragraph(text, style="List Bullet")
    _picture(paper, place)
    for name, rows in words.rows(place):
        paper.add_heading(name, level=1)
        _table(paper, f"{name}: newest figures", words.HEADS, [row.cells for row in rows])
    paper.add_paragraph(words.INTERVAL_LINE)
    if place.doubts:
        paper.add_heading("Doubts about the money", level=1)
    for text in words.doubts(place):
        paper.add_paragraph(text, style="List Bullet")
    if place.inspections or place.uninspected:
        paper.add_heading("Inspections", level=1)
        if place.inspections:
            _table(
                paper,
                "Full inspections of children's services, newest first",
                words.INSPECTION_HEADS,
                words.inspections(place),
            )
        for name in place.uninspected:
            paper.add_paragraph(f"{name}: no full inspection in this book.")
    if place.partners:
        paper.add_heading("Partner bodies", level=1)
        _table(
            paper,
            "Bodies this place must work with",
            ("kind", "body", "inside it"),
            words.partners(place),
        )
    if words.gaps(place):
        paper.add_heading("Gaps in the data", level=1)
        _table(paper, "What is not known, and why", ("measure", "why"), words.gaps(place))
    paper.add_heading("How the figures were made", level=1)
    _table(
        paper,
        "Intervals and sums",
        ("how", "measures"),
        [*words.methods(place), *words.notes(place)],
    )
    paper.add_heading("Sources", level=1)
    for source in place.sources:
        paper.add_paragraph(source, style="List Bullet")
    paper.add_paragraph(LICENCE_LINE)
    paper.add_paragraph(words.stamp(place))
    stream = io.BytesIO()
    paper.save(stream)
    return _undated(stream.getvalue())


def _set_up(paper: Document, place: Profile) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt  # noqa: PLC0415

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(18)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "en-GB"})
    normal.element.get_or_add_rPr().append(language)
    for name in ("Title", "Heading 1", "Caption"):
        style = paper.styles[name]
        style.font.name = "Arial"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for which in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(which), None)
    paper.styles["Title"].font.size = Pt(22)
    properties = paper.core_properties
    properties.title = words.title(place)
    properties.author = properties.last_modified_by = "Total Place"
    properties.language = "en-GB"
    properties.comments = words.stamp(place)
    properties.created = properties.modified = EPOCH


def _picture(paper: Document, place: Profile) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    png = chart_png(place)
    if not png:
        return
    paper.add_heading("The five outcomes beside England", level=1)
    shape = paper.add_picture(io.BytesIO(png), width=Mm(170))
    about: Any = shape._inline.docPr
    about.set("descr", chart_words(place))
    about.set("title", TITLE)
    paper.add_paragraph(
        f"Figure 1. {TITLE}: the bar is the 90 % interval, the point the figure, the diamond the "
        "neighbours' median, the dashed line England. The tables below have the figures.",
        style="Caption",
    )


def _table(
    paper: Document, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    title = paper.add_paragraph(caption, style="Caption")
    title.paragraph_format.keep_with_next = True
    table = paper.add_table(rows=1, cols=len(heads), style="Light List Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head if head[:1].isupper() else head[:1].upper() + head[1:]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text or "none"
    for line in table.rows:
        whole = OxmlElement("w:cantSplit")
        line._tr.get_or_add_trPr().append(whole)
        for cell in line.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _undated(content: bytes) -> bytes:
    """The same document with every part dated alike: same profile, same file."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry))
    return stream.getvalue()
