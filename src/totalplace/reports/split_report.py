"""A divided county as text, web page, workbook and files.

Flow: reports.split_words, reports.split_document -> THIS -> cli.split, scenarios.split_result
"""

from __future__ import annotations

from pathlib import Path

from totalplace.reports.leaflet import leaflet_text
from totalplace.reports.leaflet_page import leaflet_page
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.reports.split_document import split_to_json
from totalplace.reports.split_words import split_leaflet
from totalplace.reports.write import write_whole
from totalplace.scenarios.split_result import CountySplit


def split_text(one: CountySplit, *, width: int) -> str:
    """Plain text that ends in a newline."""
    return leaflet_text(split_leaflet(one), width=width)


def split_page(one: CountySplit) -> str:
    """A web page that stands alone."""
    return leaflet_page(split_leaflet(one))


def split_workbook(one: CountySplit) -> bytes:
    """The bytes of an .xlsx file."""
    return leaflet_workbook(split_leaflet(one))


def write_split(one: CountySplit, folder: str | Path) -> list[Path]:
    """Write ``split.html``, ``.xlsx`` and ``.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    leaf = split_leaflet(one)
    return write_whole(
        folder,
        {
            "split.html": leaflet_page(leaf).encode("utf-8"),
            "split.xlsx": leaflet_workbook(leaf),
            "split.json": split_to_json(one).encode("utf-8"),
        },
    )
