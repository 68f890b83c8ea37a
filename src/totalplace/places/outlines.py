"""Map outlines: a polygon of each authority, drawn from the mosaic.

Flow: places.mosaic -> THIS -> table outline -> places.maps
In: a Mosaic. Out: shapely polygons in National Grid metres, by area code. No files.

Postcodes say where people are, not where the sea is. Land is taken to be the ground between an
authority's own postcodes (its moors are filled, the estuary between two authorities is not),
holes are filled, and shared borders are simplified together so that no gap opens between them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
import shapely
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from totalplace.places.mosaic import NOBODY, SQUARE_M, Mosaic
from totalplace.types import BoolArray, SmallIntArray

SPREAD_M = 6_500.0  # an authority's postcodes are joined across gaps up to twice this
SEAM_M = 2_200.0  # gaps between authorities are closed up to twice this
COAST_M = 700.0  # land reaches this far beyond the outermost postcodes
SCRAP_SQUARES = 12  # 3 sq km
SIMPLIFY_M = 800.0  # triangles of less than this squared are dropped from borders
ROUND_M = 100

_CODE_NAMES = ("areacd", "area_code", "gss_code", "code", "id")


def draw(mosaic: Mosaic, *, islands: Collection[str] = ()) -> dict[str, BaseGeometry]:
    """Polygons of each authority, by code, to whole 100 metres.

    Args:
        mosaic: Squares by authority.
        islands: Authorities with no land border; water is kept around them.
    """
    owner = _land(mosaic)
    for code in islands:
        owner[_shore(owner, mosaic.codes.index(code))] = NOBODY
    rough = [
        _squares(owner[box] == index, mosaic, row=box[0].start, column=box[1].start)
        for index, box in enumerate(ndimage.find_objects(owner + 1))
    ]
    # Vertices at every corner of a square, so that neighbours match vertex for vertex.
    whole = shapely.segmentize(np.array(rough, dtype=object), SQUARE_M)
    return simplified(dict(zip(mosaic.codes, whole, strict=True)))


def simplified(shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """The same shapes with fewer corners, shared borders kept shared, to whole 100 metres."""
    whole = np.array(list(shapes.values()), dtype=object)
    smooth = shapely.coverage_simplify(whole, SIMPLIFY_M)
    return {
        code: _rounded(after if not after.is_empty else before)
        for code, before, after in zip(shapes, whole, smooth, strict=True)
    }


def table(shapes: Mapping[str, BaseGeometry], *, basis: str) -> pl.DataFrame:
    """Table ``outline``, by area code."""
    codes = sorted(shapes)
    return pl.DataFrame(
        {
            "area_code": codes,
            "wkt": [shapely.to_wkt(shapes[code], rounding_precision=0) for code in codes],
            "basis": [basis] * len(codes),
        },
        schema=dict.fromkeys(("area_code", "wkt", "basis"), pl.String),
    )


def _land(mosaic: Mosaic) -> SmallIntArray:
    """Owner of each square of land, NOBODY for sea."""
    land = np.zeros(mosaic.owner.shape, dtype=np.bool_)
    pad = int(SPREAD_M // SQUARE_M) + 2
    for index, box in enumerate(ndimage.find_objects(mosaic.owner + 1)):
        grown = tuple(slice(max(side.start - pad, 0), side.stop + pad) for side in box)
        mine = mosaic.owner[grown] == index
        settled = mine & (mosaic.distance_m[grown] < COAST_M)
        land[grown] |= mine & _closed(settled, SPREAD_M)
    land = ndimage.binary_fill_holes(_closed(land, SEAM_M))
    return _without_scraps(np.where(land, mosaic.owner, NOBODY).astype(np.int32))


def _shore(owner: SmallIntArray, island: int) -> BoolArray:
    """Squares where an island and anyone else would stand side by side."""
    mine, theirs = owner == island, (owner != island) & (owner != NOBODY)
    shore: BoolArray = (ndimage.binary_dilation(mine) & theirs) | (
        ndimage.binary_dilation(theirs) & mine
    )
    return shore


def _without_scraps(owner: SmallIntArray) -> SmallIntArray:
    """Scraps of an authority cut off from its main part go to whoever surrounds them."""
    scraps = np.zeros(owner.shape, dtype=np.bool_)
    for index, box in enumerate(ndimage.find_objects(owner + 1)):
        parts, count = ndimage.label(owner[box] == index)  # joined by sides, not by corners
        sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
        small = 1 + np.flatnonzero((sizes < SCRAP_SQUARES) & (sizes < sizes.max()))
        scraps[box] |= np.isin(parts, small)
    nearest = ndimage.distance_transform_edt(scraps, return_distances=False, return_indices=True)
    kept: SmallIntArray = owner[tuple(nearest)]
    return kept


def _closed(mask: BoolArray, radius_m: float) -> BoolArray:
    """Morphological closing with a disc: gaps narrower than twice the radius are filled."""
    spread = ndimage.distance_transform_edt(~mask, sampling=SQUARE_M) <= radius_m
    closed: BoolArray = ndimage.distance_transform_edt(spread, sampling=SQUARE_M) > radius_m
    return closed | mask


def _squares(mask: BoolArray, mosaic: Mosaic, *, row: int, column: int) -> BaseGeometry:
    """Union of the squares of a mask whose corner is at (row, column), a box per run in a row."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, stops = np.nonzero(edges == -1)
    west = mosaic.west_m + column * SQUARE_M
    south = mosaic.south_m + (row + rows) * SQUARE_M
    return shapely.union_all(
        shapely.box(west + starts * SQUARE_M, south, west + stops * SQUARE_M, south + SQUARE_M)
    )


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    """To whole 100 metres, valid, polygons only."""
    rounded = shapely.transform(geometry, lambda xy: np.round(xy / ROUND_M) * ROUND_M)
    return rounded if rounded.is_valid else shapely.make_valid(rounded, method="structure")
