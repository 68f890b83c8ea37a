"""What closes a gap as text, web page, workbook and files.

Flow: reports.gap_words, reports.gap_document -> THIS -> cli.gap, scenarios.gap_result
"""

from __future__ import annotations

from pathlib import Path

from totalplace.reports.gap_document import gap_to_json
from totalplace.reports.gap_words import gap_leaflet
from totalplace.reports.leaflet import leaflet_text
from totalplace.reports.leaflet_page import leaflet_page
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.reports.write import write_whole
from totalplace.scenarios.gap_result import Closing


def gap_text(one: Closing, *, width: int) -> str:
    """Plain text that ends in a newline."""
    return leaflet_text(gap_leaflet(one), width=width)


def gap_page(one: Closing) -> str:
    """A web page that stands alone."""
    return leaflet_page(gap_leaflet(one))


def gap_workbook(one: Closing) -> bytes:
    """The bytes of an .xlsx file."""
    return leaflet_workbook(gap_leaflet(one))


def write_gap(one: Closing, folder: str | Path) -> list[Path]:
    """Write ``gap.html``, ``.xlsx`` and ``.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    leaf = gap_leaflet(one)
    return write_whole(
        folder,
        {
            "gap.html": leaflet_page(leaf).encode("utf-8"),
            "gap.xlsx": leaflet_workbook(leaf),
            "gap.json": gap_to_json(one).encode("utf-8"),
        },
    )
