"""The sheets of a report's workbook as tables to download.

Flow: reports.sheets -> THIS -> web.pages
"""

from __future__ import annotations

from collections.abc import Iterable

from totalplace.reports.sheets import Sheet
from totalplace.web.downloads import Column, Kind, Table

KINDS: dict[str, Kind] = {
    "text": "text",
    "pounds": "pounds",
    "share": "percent",
    "count": "whole",
    "decimal": "number",
}
OPEN_DATA = {  # heads that have a name in the Department's open data standard
    "Area code": "new_la_code",
    "Authority": "la_name",
    "Council": "la_name",
    "Region": "region_name",
    "Period": "time_period",
}


def tables_of(sheets: Iterable[Sheet]) -> tuple[Table, ...]:
    """The same tables, their columns named as open data names them where it does."""
    return tuple(
        Table(
            name=sheet.name,
            title=sheet.title,
            columns=tuple(
                Column(column_name(column.head), column.head, KINDS[column.kind])
                for column in sheet.columns
            ),
            rows=sheet.rows,
            note=sheet.purpose,
        )
        for sheet in sheets
    )


def column_name(head: str) -> str:
    """A header as a column name: small letters, figures and underscores."""
    if head in OPEN_DATA:
        return OPEN_DATA[head]
    return "_".join("".join(c if c.isalnum() else " " for c in head.casefold()).split())
