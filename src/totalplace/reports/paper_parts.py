"""What every Word paper is made of: the page, headings, captioned tables, pictures with words.

Flow: python-docx -> THIS -> reports.profile_paper, reports.paper_options
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from totalplace.reports.profile_tables import heading

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


def set_up(paper: Document, *, title: str, stamp: str) -> None:
    """A4, Arial, headings of our own, the title and the page in the footer."""
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
    properties.title = title
    properties.author = properties.last_modified_by = "Total Place"
    properties.language = "en-GB"
    properties.comments = stamp
    properties.created = properties.modified = EPOCH
    footer = section.footer.paragraphs[0]
    footer.add_run(f"{title} · page ").font.size = Pt(9)
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


def after_table(paper: Document, text: str) -> None:
    """A paragraph with room above it."""
    from docx.shared import Pt  # noqa: PLC0415

    paper.add_paragraph(text).paragraph_format.space_before = Pt(6)


def bullets(paper: Document, texts: Sequence[str]) -> None:
    """A list of sentences."""
    for text in texts:
        paper.add_paragraph(text, style="List Bullet")


def table(
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
        [heading(head) for head in heads],
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


def saved(paper: Document) -> bytes:
    """The document's bytes with every part dated alike: same content, same file."""
    raw, stream = io.BytesIO(), io.BytesIO()
    paper.save(raw)
    with (
        zipfile.ZipFile(raw) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry))
    return stream.getvalue()


def picture(paper: Document, png: bytes, *, title: str, words: str, width_mm: float = 160) -> None:
    """A picture with its alternative text, kept with the caption that follows it."""
    from docx.shared import Mm  # noqa: PLC0415

    shape = paper.add_picture(io.BytesIO(png), width=Mm(width_mm))
    paper.paragraphs[-1].paragraph_format.keep_with_next = True
    about: Any = shape._inline.docPr
    about.set("descr", words)
    about.set("title", title)
