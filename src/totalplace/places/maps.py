"""Shapes to draw: outlines and hexagons as SVG paths, with a place for each label.

Flow: book (tables outline, hexagon) -> THIS -> reports.map
In: a book and a width. Out: path data (absolute M, L and Z) by area code, y pointing down.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from totalplace.types import FloatArray

if TYPE_CHECKING:
    from totalplace.book.store import Book

MARGIN_PX = 4.0
_ROW = math.sqrt(3) / 2  # rows of hexagons are this far apart, in hexagon widths


def outlines(book: Book) -> dict[str, BaseGeometry]:
    """Outline of each authority of today, National Grid metres, by area code."""
    rows = book.query("SELECT area_code, wkt FROM outline ORDER BY area_code").rows()
    return {code: shapely.from_wkt(wkt) for code, wkt in rows}


def hexagons(book: Book) -> dict[str, BaseGeometry]:
    """Hexagon of each authority of today, one wide, upright, by area code."""
    rows = book.query('SELECT area_code, "column", "row" FROM hexagon ORDER BY area_code').rows()
    return {code: _hexagon(column, row) for code, column, row in rows}


def outline_paths(book: Book, width_px: float) -> dict[str, str]:
    """SVG path data of each outline, the whole country ``width_px`` wide."""
    return paths(outlines(book), width_px)


def hexagon_paths(book: Book, width_px: float) -> dict[str, str]:
    """SVG path data of each hexagon, the whole cartogram ``width_px`` wide."""
    return paths(hexagons(book), width_px)


def paths(shapes: Mapping[str, BaseGeometry], width_px: float) -> dict[str, str]:
    """SVG path data of polygons given with y pointing up, to a tenth of a pixel.

    Rings too small to see are left out, but for the only ring of a shape.
    """
    return {code: _path(shape) for code, shape in _on_page(shapes, width_px).items()}


def label_points(
    shapes: Mapping[str, BaseGeometry], width_px: float
) -> dict[str, tuple[float, float]]:
    """Where a label sits well inside each shape, px: the middle of its largest inscribed circle.

    The same scale as `paths` with the same shapes and width.
    """
    found = {}
    for code, shape in _on_page(shapes, width_px).items():
        largest = max(shapely.get_parts(shape), key=shapely.area)
        radius = shapely.maximum_inscribed_circle(largest, tolerance=0.5)
        (x, y), _ = shapely.get_coordinates(radius)
        found[code] = (round(float(x), 1), round(float(y), 1))
    return found


def _on_page(shapes: Mapping[str, BaseGeometry], width_px: float) -> dict[str, BaseGeometry]:
    """The shapes in pixels, y pointing down, with a margin all round."""
    if not shapes:
        return {}
    west, _, east, north = shapely.total_bounds(list(shapes.values()))
    scale = (width_px - 2 * MARGIN_PX) / (east - west)

    def place(at: FloatArray) -> FloatArray:
        moved: FloatArray = (at - (west, north)) * (scale, -scale) + MARGIN_PX
        return moved

    return {code: shapely.transform(shape, place) for code, shape in shapes.items()}


def _path(shape: BaseGeometry) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    seen = [ring for ring in rings if shapely.area(shapely.polygons(ring)) >= 0.5]
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in seen or rings)


def _ring(at: FloatArray) -> str:
    points = [f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in at[:-1].tolist()]
    before = [points[-1], *points[:-1]]
    kept = [one for one, last in zip(points, before, strict=True) if one != last]
    return "M" + "L".join(kept or points[:1]) + "Z"


def _hexagon(column: int, row: int) -> BaseGeometry:
    turn = np.radians(60 * np.arange(6) + 30)
    middle = (column + 0.5 * (row % 2), row * _ROW)
    corners = np.column_stack([np.cos(turn), np.sin(turn)]) / math.sqrt(3) + middle
    return shapely.polygons(corners)
