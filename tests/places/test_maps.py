"""What is drawn is what the book holds: scale, direction and places for labels."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
import shapely

from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.places import maps
from totalplace.places.hexagons import touching

CELLS = [("A", 0, 0), ("B", 1, 0), ("C", 0, 1), ("D", 3, 2)]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("maps") / "book.duckdb"
    outline = {
        "area_code": ["N", "S"],
        "wkt": [
            "POLYGON ((0 100000, 100000 100000, 100000 200000, 0 200000, 0 100000),"
            " (40000 140000, 60000 140000, 60000 160000, 40000 160000, 40000 140000))",
            "MULTIPOLYGON (((0 0, 100000 0, 100000 100000, 0 100000, 0 0)),"
            " ((200000 0, 200100 0, 200100 100, 200000 100, 200000 0)))",
        ],
        "basis": ["test", "test"],
    }
    hexagon = pl.DataFrame(CELLS, schema=["area_code", "column", "row"], orient="row")
    tables = {"outline": pl.DataFrame(outline), "hexagon": hexagon}
    write_book(path, tables, {"schema_version": str(load_schema().version)})
    with open_book(path) as opened:
        yield opened


def polygons(path):
    """The rings of a path, read back."""
    rings = []
    for ring in re.findall(r"M([^MZ]*)Z", path):
        points = [tuple(map(float, point.split(" "))) for point in ring.split("L")]
        rings.append(shapely.Polygon(points))
    return rings


def test_north_is_up_and_the_country_is_as_wide_as_asked(book):
    paths = maps.outline_paths(book, 400)
    assert re.fullmatch(r"(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+Z)+", paths["N"])
    north, south = polygons(paths["N"])[0].bounds, polygons(paths["S"])[0].bounds
    assert north[3] == pytest.approx(south[1])  # the north's foot is the south's head
    assert north[1] == pytest.approx(maps.MARGIN_PX)
    shapes = maps.outlines(book)
    west, _, east, _ = shapely.total_bounds(list(shapes.values()))
    drawn = north[2] - north[0]
    assert drawn == pytest.approx((400 - 2 * maps.MARGIN_PX) * 100_000 / (east - west), abs=0.1)


def test_holes_are_drawn_and_specks_are_not(book):
    paths = maps.outline_paths(book, 400)
    assert len(polygons(paths["N"])) == 2
    assert len(polygons(paths["S"])) == 1


def test_labels_sit_inside_and_off_the_hole(book):
    shapes = maps.outlines(book)
    points = maps.label_points(shapes, 400)
    paths = maps.paths(shapes, 400)
    for code, (x, y) in points.items():
        outer, *holes = polygons(paths[code])
        assert outer.contains(shapely.Point(x, y))
        assert not any(hole.contains(shapely.Point(x, y)) for hole in holes)


def test_hexagons_that_share_a_side_are_drawn_so(book):
    shapes = list(maps.hexagons(book).values())
    sides = touching(np.array([cell[1:] for cell in CELLS]))
    for i, one in enumerate(shapes):
        assert one.bounds[2] - one.bounds[0] == pytest.approx(1.0)
        for j in range(i + 1, len(shapes)):
            shared = one.buffer(1e-9).intersection(shapes[j].buffer(1e-9))
            assert (shared.length > 0.5) == ((i, j) in sides), (i, j)
            assert one.intersection(shapes[j]).area < 1e-9
    assert set(maps.hexagon_paths(book, 300)) == {"A", "B", "C", "D"}


def test_nothing_to_draw_is_drawn_as_nothing():
    assert maps.paths({}, 300) == {}
