"""England as a grid of squares, each given to the authority of the nearest postcode.

Flow: publishers.postcodes -> THIS -> borders (contiguity), outlines
In: postcodes with an authority each. Out: a frozen Mosaic of small integers. No files.

One pass serves both questions: which authorities touch, and what shape each one has. Squares
further than ``REACH_M`` from any postcode belong to nobody: sea, or empty moor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import ndimage
from scipy.spatial import cKDTree

from totalplace.types import BoolArray, FloatArray, SmallIntArray

SQUARE_M = 500  # side of a square
THIN_M = 250  # postcodes of one authority closer than this are taken as one point
REACH_M = 2_500.0  # borders: furthest a square may be from a postcode
MOOR_M = 8_000.0  # shapes: as above, before land is told from sea

NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mosaic:
    """Squares by row (north) and column (east); ``owner`` indexes ``codes`` or is NOBODY."""

    codes: tuple[str, ...]
    owner: SmallIntArray  # (rows, columns), nearest authority within MOOR_M
    distance_m: FloatArray  # (rows, columns), to its nearest postcode, inf beyond MOOR_M
    west_m: float  # edge of column 0
    south_m: float  # edge of row 0


def lay(postcodes: pl.DataFrame) -> Mosaic:
    """Give each square to the authority of its nearest postcode.

    Args:
        postcodes: Columns ``authority`` (GSS), ``easting``, ``northing`` (metres).
    """
    points = (
        postcodes.group_by(
            (pl.col("easting") // THIN_M).cast(pl.Int32).alias("x"),
            (pl.col("northing") // THIN_M).cast(pl.Int32).alias("y"),
            "authority",
        )
        .agg(pl.col("easting").mean(), pl.col("northing").mean())
        .sort("authority", "x", "y")
    )
    codes = tuple(points["authority"].unique().sort().to_list())
    labels = points["authority"].replace_strict(
        {code: index for index, code in enumerate(codes)}, return_dtype=pl.Int32
    )
    where = points.select("easting", "northing").to_numpy()
    west, south = (np.floor((where.min(axis=0) - MOOR_M) / SQUARE_M) * SQUARE_M).tolist()
    columns, rows = (
        np.ceil((where.max(axis=0) + MOOR_M - (west, south)) / SQUARE_M).astype(int).tolist()
    )
    east = west + SQUARE_M * (np.arange(columns) + 0.5)
    north = south + SQUARE_M * (np.arange(rows) + 0.5)
    middles = np.stack(np.meshgrid(east, north), axis=-1)

    near = _near(where, west, south, (rows, columns))
    distance = np.full((rows, columns), np.inf)
    owner = np.full((rows, columns), NOBODY, dtype=np.int32)
    found, index = cKDTree(where).query(middles[near], distance_upper_bound=MOOR_M)
    hit = np.isfinite(found)
    distance[near] = found
    owner[near] = np.where(hit, labels.to_numpy()[np.where(hit, index, 0)], NOBODY)
    return Mosaic(codes=codes, owner=owner, distance_m=distance, west_m=west, south_m=south)


def _near(where: FloatArray, west: float, south: float, shape: tuple[int, int]) -> BoolArray:
    """Squares that could be within MOOR_M of a point: the rest need no search."""
    occupied = np.zeros(shape, dtype=np.bool_)
    columns = ((where[:, 0] - west) // SQUARE_M).astype(int)
    rows = ((where[:, 1] - south) // SQUARE_M).astype(int)
    occupied[rows, columns] = True
    gap: FloatArray = ndimage.distance_transform_edt(~occupied, sampling=SQUARE_M)
    near: BoolArray = gap <= MOOR_M + 2 * SQUARE_M
    return near


def touching(mosaic: Mosaic) -> frozenset[tuple[str, str]]:
    """Pairs (lower code, higher code) with squares side by side, near enough to postcodes."""
    owner = np.where(mosaic.distance_m < REACH_M, mosaic.owner, NOBODY)
    pairs: set[tuple[str, str]] = set()
    for one, other in ((owner[:-1], owner[1:]), (owner[:, :-1], owner[:, 1:])):
        border = (one != other) & (one != NOBODY) & (other != NOBODY)
        found = np.unique(np.sort(np.stack([one[border], other[border]]), axis=0), axis=1)
        pairs |= {(mosaic.codes[i], mosaic.codes[j]) for i, j in found.T.tolist()}
    return frozenset(pairs)
