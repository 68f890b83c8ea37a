"""A leaflet as one web page that needs nothing else: no script, no font, no picture from elsewhere.

Flow: reports.leaflet -> THIS -> reports.split_report, reports.gap_report
In: a frozen Leaflet. Out: HTML text that reads with the keyboard, a screen reader and on paper.
"""

from __future__ import annotations

from totalplace.reports.leaflet import Leaflet
from totalplace.reports.page import template
from totalplace.reports.stamp import LICENCE_LINE


def leaflet_page(leaf: Leaflet) -> str:
    """The leaflet as one HTML page."""
    return template("leaflet.html.j2").render(page=leaf, licence=LICENCE_LINE)
