"""A leaflet as an accessible Excel workbook.

Flow: reports.leaflet -> THIS -> reports.split_report, reports.gap_report
In: a frozen Leaflet. Out: the bytes of an .xlsx file, the same for the same leaflet.
"""

from __future__ import annotations

from totalplace.reports.leaflet import Leaflet
from totalplace.reports.plain_workbook import listed, plain_workbook
from totalplace.reports.sheets import ABSENT
from totalplace.reports.stamp import LICENCE_LINE


def leaflet_workbook(leaf: Leaflet) -> bytes:
    """The leaflet as the bytes of an .xlsx file."""
    return plain_workbook(
        title=leaf.title,
        stamp=leaf.stamp,
        cover=(
            *leaf.answer,
            *leaf.cautions,
            *leaf.notes,
            f"{ABSENT} stands for a figure that is not available. It is not zero.",
            leaf.stamp,
            LICENCE_LINE,
        ),
        sheets=[
            *(one.sheet for one in leaf.tables),
            listed("sources", "Sources", ("Source",), [(line,) for line in leaf.sources]),
        ],
    )
