"""Small workbooks written for a test: sheets given as rows, files returned as bytes."""

import io
import zipfile

import xlsxwriter
from odfdo import Document, Row, Table

from totalplace.publishers.base import PublishedFile


def ods(sheets):
    """The bytes of an ods with the given sheets, each a list of rows."""
    document = Document("spreadsheet")
    document.body.clear()
    for name, rows in sheets.items():
        table = Table(name)
        for values in rows:
            row = Row()
            row.set_values(values)
            table.append_row(row)
        document.body.append(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(sheets):
    """The bytes of an xlsx with the given sheets, each a list of rows."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, values in enumerate(rows):
                sheet.write_row(index, 0, values)
    return buffer.getvalue()


def rezip(content, change):
    """The same container with some parts changed, dropped (None) or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts |= change
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return buffer.getvalue()


def saved(folder, name, content):
    """A published file with this content in a folder (usually tmp_path)."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return PublishedFile(path, name)
