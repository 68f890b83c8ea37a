"""Fill the book's tables about places: the register, and all that postcodes can tell.

Flow: tables read, postcodes, reference tables -> THIS -> book.build
In: frames. Out: frames by the book's table names. Reads the installed postcode package when no
postcodes are given, and a boundary file when one is named; writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from totalplace import reference
from totalplace.errors import InputError, Problem
from totalplace.places import borders, centres, hexagons, mosaic, outlines
from totalplace.places.boundary_file import outlines_from_geojson
from totalplace.places.register import Register, spelling_key
from totalplace.publishers.postcodes import read_postcodes

_DATES = {
    "authority": ("starts", "ends"),
    "authority_change": ("effective",),
    "authority_end": ("expected",),
}


def derive(
    tables: Mapping[str, pl.DataFrame],
    *,
    postcodes: pl.DataFrame | None = None,
    boundaries: Path | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables of the register, and contiguity, centre, outline and hexagon.

    Args:
        tables: What the readers found, by table name; used are the children of districts in
            ``observation`` and the further spellings in ``authority_code``.
        postcodes: Columns ``area_code`` (district), ``easting``, ``northing``; the installed
            ONS Postcode Directory when None.
        boundaries: A boundary file (GeoJSON) to take the outlines from instead.

    Raises:
        InputError: The postcodes name districts that our tables do not know.
        PublishedFileError: The boundary file is not what it should be.
    """
    placed = _placed(read_postcodes() if postcodes is None else postcodes)
    derived = register_tables(tables.get("authority_code"))
    derived |= from_postcodes(placed, tables.get("observation"))
    if boundaries is not None:
        derived["outline"] = outlines_from_geojson(boundaries)
    return derived


def register_tables(further: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """Our four tables of authorities, typed as in the schema.

    Args:
        further: More spellings, columns ``area_code``, ``alias``, ``alias_kind``, ``source``. One
            that already means another authority is passed over: ours were checked.
    """
    frames = {
        name: reference.table(name).with_columns(pl.col(dates).str.to_date())
        for name, dates in _DATES.items()
    }
    frames["authority_change"] = frames["authority_change"].with_columns(
        pl.col("share").cast(pl.Float64)
    )
    codes = reference.table("authority_code")
    if further is not None:
        register = Register.from_reference()
        fresh = {
            (found.area_code, alias, kind, source)
            for code, alias, kind, source in further.select(codes.columns).iter_rows()
            if spelling_key(alias) not in register.aliases and (found := register.find(code))
        }
        codes = pl.concat([codes, pl.DataFrame(sorted(fresh), schema=codes.schema, orient="row")])
    return {**frames, "authority_code": codes}


def from_postcodes(
    placed: pl.DataFrame, observation: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """Tables contiguity, centre, outline and hexagon.

    Args:
        placed: Columns ``district``, ``authority``, ``easting``, ``northing``.
        observation: Figures as read, for the children of districts.
    """
    squares = mosaic.lay(placed)
    corrections = reference.table("contiguity_correction")
    contiguity = borders.corrected(mosaic.touching(squares), corrections, squares.codes)
    by_land = contiguity.filter(pl.col("kind") == borders.LAND)
    joined = {*by_land["area_code"], *by_land["other_code"]}
    shapes = outlines.draw(squares, islands=[code for code in squares.codes if code not in joined])
    children, period = centres.district_children(observation)
    centre = centres.weighted(placed, children, period=period)
    return {
        "contiguity": contiguity,
        "centre": centre,
        "outline": outlines.table(shapes, basis="postcodes"),
        "hexagon": _hexagons(centre, contiguity, shapely.area(list(shapes.values())).sum()),
    }


def _placed(postcodes: pl.DataFrame) -> pl.DataFrame:
    """Postcodes with the authority of their district."""
    register = Register.from_reference()
    upper = dict(reference.table("district").select("district_code", "area_code").iter_rows())
    seen = postcodes["area_code"].unique().sort().to_list()
    for code in seen:  # an old code of an authority that is its own district
        found = register.find(code)
        if code not in upper and found is not None:
            upper[code] = found.area_code
    unknown = [code for code in seen if code not in upper]
    if unknown:
        raise InputError(
            Problem(
                what="postcodes lie in districts that this version does not know",
                count=len(unknown),
                example=", ".join(unknown[:5]),
                fix="Install the version of the postcode package named in the requirements.",
            )
        )
    return postcodes.select(
        pl.col("area_code").alias("district"),
        pl.col("area_code").replace_strict(upper, return_dtype=pl.String).alias("authority"),
        "easting",
        "northing",
    )


def _hexagons(centre: pl.DataFrame, contiguity: pl.DataFrame, area_m2: float) -> pl.DataFrame:
    codes = centre["area_code"].to_list()
    position = {code: index for index, code in enumerate(codes)}
    edges = np.array(
        [
            (position[one], position[other])
            for one, other in contiguity.select("area_code", "other_code").iter_rows()
        ],
        dtype=np.int32,
    ).reshape(-1, 2)
    register = Register.from_reference()
    regions = [register.authorities[code].region_code for code in codes]
    numbers = {region: number for number, region in enumerate(sorted(set(regions)))}
    cells = hexagons.cartogram(
        centre.select("easting", "northing").to_numpy(),
        edges,
        area_m2=area_m2,
        region=np.array([numbers[region] for region in regions], dtype=np.int64),
    )
    return pl.DataFrame(
        {
            "area_code": codes,
            "column": pl.Series(cells[:, 0], dtype=pl.Int32),
            "row": pl.Series(cells[:, 1], dtype=pl.Int32),
        }
    )
