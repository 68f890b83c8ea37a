"""The template of own figures as a file: CSV, or Excel with a page that says how to fill it in.

Flow: measures.own_template -> THIS -> cli.own, web.figures
"""

from __future__ import annotations

import csv
import io

import polars as pl
import xlsxwriter

from totalplace.measures.own_file import KNOWN, MOST_ROWS
from totalplace.publishers.cells import DFE_SYMBOLS

HOW = (
    "Overwrite the figures of your own in the column value. Leave the others, or take them out: "
    "only what differs from the published figure is kept.",
    f"Where there is no figure, write the symbol with its reason: "
    f"{', '.join(f'{symbol} ({reason})' for symbol, reason in DFE_SYMBOLS.items())}.",
    "Numbers without signs and separators: 1234.5, not £1,234.50 and not 12 %.",
    "A figure stands in place of a published one: keep the code, the measure and the period as "
    "they are. The columns time_identifier, geographic_level, la_name, indicator and unit are for "
    "you; note says where your figure comes from and is shown with it.",
    f"At most {MOST_ROWS:,} rows. No formulas: paste values.",
)
"""How the template is filled in, a sentence or two to a line."""
_WIDTHS = {"indicator": 60, "measure": 44, "la_name": 24, "note": 40, "value": 14}


def template_csv(rows: pl.DataFrame) -> bytes:
    """The template as CSV, marked so that Excel reads its letters right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(KNOWN)
    writer.writerows(rows.select(*KNOWN).iter_rows())
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def template_workbook(rows: pl.DataFrame) -> bytes:
    """The template as an Excel workbook: the figures, and how to fill them in."""
    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(out, plain) as book:
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        words = book.add_format({"num_format": "@"})
        own = book.add_format({"bg_color": "#FFF7BF", "border": 1})
        sheet = book.add_worksheet("figures")
        for place, name in enumerate(KNOWN):
            sheet.set_column(place, place, _WIDTHS.get(name, 16))
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)
        value = KNOWN.index("value")
        for number, row in enumerate(rows.select(*KNOWN).iter_rows(), 1):
            for place, cell in enumerate(row):
                if place != value:
                    sheet.write_string(number, place, cell or "", words)
                elif _is_number(cell):
                    sheet.write_number(number, place, float(cell), own)
                else:
                    sheet.write_string(number, place, cell or "", own)
        how = book.add_worksheet("how to fill it in")
        how.set_column(0, 0, 100)
        for number, line in enumerate(HOW):
            how.write_string(number, 0, line, wrap)
    return out.getvalue()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
