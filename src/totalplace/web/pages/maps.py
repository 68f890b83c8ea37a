"""The shapes every map is drawn with, read once in a process.

Flow: places.maps -> THIS -> web.pages
"""

from __future__ import annotations

from totalplace.book.store import Book
from totalplace.places import maps
from totalplace.reports.map import MapShapes
from totalplace.web.library import library

WIDTH_PX = 460


def hexagons() -> MapShapes | None:
    """One hexagon for each authority; None when the book has none."""
    return library().once("map of hexagons", _hexagons)


def outlines() -> MapShapes | None:
    """Outlines of the authorities; None when the book has none."""
    return library().once("map of outlines", _outlines)


def _hexagons(book: Book) -> MapShapes | None:
    shapes = maps.hexagons(book)
    if not shapes:
        return None
    return MapShapes(
        paths=maps.paths(shapes, WIDTH_PX),
        labels=maps.label_points(shapes, WIDTH_PX),
        caption="One hexagon for each authority",
        number_every_area=True,
    )


def _outlines(book: Book) -> MapShapes | None:
    shapes = maps.outlines(book)
    if not shapes:
        return None
    return MapShapes(
        paths=maps.paths(shapes, WIDTH_PX),
        labels=maps.label_points(shapes, WIDTH_PX),
        caption="Outlines",
    )
