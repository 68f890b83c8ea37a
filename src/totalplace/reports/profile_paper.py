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

from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.profile_chart import TITLE, chart_png, chart_words
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Profile

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 (a document property: the same on every run)
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
ACCENT, INK, RULE = "0B5577", "1D2A33", "B8C0C6"  # the first two above 7 to 1 against white
WIDTH_MM = 174
LONGEST = 60  # characters a column asks for at most
BOLD_MM, PLAIN_MM, PADDING_MM = 1.95, 1.65, 4.2  # of a character at 9 points, and of a cell


def profile_paper(place: Profile) -> bytes:
    """The profile as the bytes of a .docx file."""
    import docx  # noqa: PLC0415 (heavy, loaded where used)

    paper = docx.Document()
    _set_up(paper, place)
    _opening(paper, place)
    _picture(paper, place)
    _measures(paper, place)
    _surroundings(paper, place)
    _grounds(paper, place)
    stream = io.BytesIO()
    paper.save(stream)
    return _undated(stream.getvalue())


def _opening(paper: Document, place: Profile) -> None:
    paper.add_heading(words.title(place), level=0)
    paper.add_paragraph(tables.heading(words.children(place)))
    for text in words.verdict(place):
        paper.add_paragraph(text)
    _bullets(paper, words.findings(place))
    if words.standing(place) or words.cautions(place):
        paper.add_heading("Read with care", level=1)
        _bullets(paper, [*words.standing(place), *words.cautions(place)])


def _measures(paper: Document, place: Profile) -> None:
    """Every measure, what need leads one to expect, and doubts about the money."""
    for name, rows in tables.rows(place):
        paper.add_heading(name, level=1)
        _table(paper, f"{name}: newest figures", tables.HEADS, [row.cells for row in rows])
    _after_table(paper, words.INTERVAL_LINE)
    if tables.need_rows(place):
        paper.add_heading(tables.NEED_TITLE, level=1)
        paper.add_paragraph(words.need_line(place))
        _table(paper, tables.NEED_CAPTION, tables.NEED_HEADS, tables.need_rows(place))
    if place.costs:
        paper.add_heading("Money per child", level=1)
        _table(paper, tables.COSTS_CAPTION, tables.COST_HEADS, tables.cost_rows(place))
        _after_table(paper, "What is wrong with each of them:")
        _bullets(paper, tables.cost_faults(place))
    if place.doubts:
        paper.add_heading("Doubts about the money", level=1)
        _bullets(paper, words.doubts(place))


def _surroundings(paper: Document, place: Profile) -> None:
    """What was inspected, whom it is compared with, whom it must work with."""
    if place.inspections or place.uninspected:
        paper.add_heading("Inspections", level=1)
    if place.inspections:
        heads = tables.INSPECTION_HEADS
        _table(paper, tables.INSPECTIONS_CAPTION, heads, tables.inspections(place))
    for name in place.uninspected:
        _after_table(paper, f"{name}: no full inspection in this book.")
    if place.compared_with.members:
        paper.add_heading("Neighbours", level=1)
        rows = tables.neighbour_rows(place)
        _table(paper, tables.NEIGHBOURS_CAPTION, tables.NEIGHBOUR_HEADS, rows)
    if place.partners:
        paper.add_heading("Partner bodies", level=1)
        _table(paper, tables.PARTNERS_CAPTION, tables.PARTNER_HEADS, tables.partners(place))


def _grounds(paper: Document, place: Profile) -> None:
    """What is not known, how figures were made and where they come from."""
    if tables.gaps(place):
        paper.add_heading("Gaps in the data", level=1)
        _table(paper, "What is not known, and why", ("measure", "why"), tables.gaps(place))
    paper.add_heading("How the figures were made", level=1)
    made = [*tables.methods(place), *tables.notes(place)]
    _table(paper, "Intervals and sums", ("how", "measures"), made)
    paper.add_heading("Sources", level=1)
    _bullets(paper, place.sources)
    paper.add_paragraph(LICENCE_LINE)
    paper.add_paragraph(words.stamp(place))


def _set_up(paper: Document, place: Profile) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - WIDTH_MM) / 2)
    section.top_margin = section.bottom_margin = Mm(18)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "en-GB"})
    normal.element.get_or_add_rPr().append(language)
    for name, colour in (("Title", ACCENT), ("Heading 1", ACCENT), ("Caption", INK)):
        style = paper.styles[name]
        style.font.name = "Arial"
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for which in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(which), None)
    paper.styles["Title"].font.size = Pt(22)
    paper.styles["Heading 1"].font.size = Pt(15)
    paper.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    properties = paper.core_properties
    properties.title = words.title(place)
    properties.author = properties.last_modified_by = "Total Place"
    properties.language = "en-GB"
    properties.comments = words.stamp(place)
    properties.created = properties.modified = EPOCH
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{words.title(place)} · page ").font.size = Pt(9)
    _page_number(footer)


def _page_number(footer: Paragraph) -> None:
    """The number of the page, which the reader's program fills in."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    run = footer.add_run()
    run.font.size = Pt(9)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _after_table(paper: Document, text: str) -> None:
    from docx.shared import Pt  # noqa: PLC0415

    paper.add_paragraph(text).paragraph_format.space_before = Pt(6)


def _bullets(paper: Document, texts: Sequence[str]) -> None:
    for text in texts:
        paper.add_paragraph(text, style="List Bullet")


def _picture(paper: Document, place: Profile) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    png = chart_png(place)
    if not png:
        return
    paper.add_heading("The five outcomes beside England", level=1)
    shape = paper.add_picture(io.BytesIO(png), width=Mm(160))
    paper.paragraphs[-1].paragraph_format.keep_with_next = True
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
    """A captioned table: header row marked and repeated, rows whole, widths to suit the words."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415

    def element(name: str, **attributes: str) -> BaseOxmlElement:
        made: BaseOxmlElement = OxmlElement(f"w:{name}")
        for key, value in attributes.items():
            made.set(qn(f"w:{key}"), value)
        return made

    title = paper.add_paragraph(caption, style="Caption")
    title.paragraph_format.keep_with_next = True
    title.paragraph_format.space_before = Pt(6)
    cells = [
        [tables.heading(head) for head in heads],
        *([text or "none" for text in row] for row in rows),
    ]
    table = paper.add_table(rows=len(cells), cols=len(heads))
    table.autofit = False
    about = table._tbl.tblPr
    borders = element("tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(element(side, val="single", sz="4", color=RULE))
    about.append(borders)
    about.append(element("tblLook", val="00A0", firstRow="1", firstColumn="1", noVBand="1"))
    about.append(element("tblCaption", val=caption))
    for column, width in zip(table.columns, _widths(cells), strict=True):
        column.width = Mm(width)
    for number, (line, texts) in enumerate(zip(table.rows, cells, strict=True)):
        line._tr.get_or_add_trPr().append(element("cantSplit"))
        if number == 0:
            line._tr.get_or_add_trPr().append(element("tblHeader", val="true"))
        for cell, text, column in zip(line.cells, texts, table.columns, strict=True):
            cell.width = column.width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.keep_with_next = number == 0
            run = paragraph.add_run(text.replace(" %", "\u00a0%"))  # a unit stays by its figure
            run.font.size = Pt(9)
            if number == 0:
                run.font.bold = True
                run.font.color.rgb = RGBColor(255, 255, 255)
                cell._tc.get_or_add_tcPr().append(element("shd", val="clear", fill=ACCENT))


def _widths(cells: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres for each column: room for its longest word, and the rest as its words need."""
    columns = list(zip(*cells, strict=True))
    least = [
        max(len(word) for cell in column for word in cell.split()) * BOLD_MM + PADDING_MM
        for column in columns
    ]
    wanted = [
        max(low, min(max(map(len, column)), LONGEST) * PLAIN_MM + PADDING_MM)
        for low, column in zip(least, columns, strict=True)
    ]
    spare = [more - low for more, low in zip(wanted, least, strict=True)]
    share = min((WIDTH_MM - sum(least)) / max(sum(spare), 1e-9), 1.0)
    fitted = [low + share * more for low, more in zip(least, spare, strict=True)]
    return [WIDTH_MM * one / sum(fitted) for one in fitted]


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
