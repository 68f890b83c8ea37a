"""Take outlines from a boundary file of the user's own, such as ONS publishes as GeoJSON.

Flow: a GeoJSON file -> THIS -> table outline
In: a path. Out: a frame in the schema's columns. Districts are joined into their authorities.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from totalplace import reference
from totalplace.errors import Problem, PublishedFileError
from totalplace.places import outlines
from totalplace.places.grid import to_easting_northing
from totalplace.places.register import Register
from totalplace.types import FloatArray

ENGLAND_BOX = (80_000.0, 5_000.0, 660_000.0, 660_000.0)  # National Grid metres
_UPPER_TIER = ("E06", "E08", "E09", "E10")


def outlines_from_geojson(path: Path) -> pl.DataFrame:
    """Outlines of today's authorities from a boundary file.

    The file holds polygons of authorities or of districts, each with its GSS code among its
    properties, in longitude and latitude or in National Grid metres. Areas outside England are
    passed over.

    Returns:
        Table ``outline``, by area code.

    Raises:
        PublishedFileError: Not GeoJSON; not England; authorities that have no shape; all of them.
    """
    where = path.name
    try:
        document = json.loads(path.read_text("utf-8-sig"))
        features = document["features"]
        found = [(_code(one["properties"]), shape(one["geometry"])) for one in features]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ShapelyError) as error:
        raise PublishedFileError(
            Problem(
                what="this is not a GeoJSON file of areas",
                where=where,
                fix='Give a FeatureCollection of polygons, such as the "GeoJSON" download of a '
                "boundary set at geoportal.statistics.gov.uk.",
            )
        ) from error
    parts: dict[str, list[BaseGeometry]] = {}
    register = Register.from_reference()
    upper = dict(reference.table("district").select("district_code", "area_code").iter_rows())
    for code, geometry in found:
        authority = register.find(code) if code.startswith(_UPPER_TIER) else None
        target = authority.area_code if authority else upper.get(code)
        if target is not None:
            parts.setdefault(target, []).append(_metres(geometry))
    problems = _problems(parts, register, where=where)
    if problems:
        raise PublishedFileError(problems)
    shapes = {code: shapely.union_all(parts[code]) for code in sorted(parts)}
    return outlines.table(outlines.simplified(shapes), basis=f"boundary file {where}")


def _code(properties: dict[str, object]) -> str:
    """The GSS code among a feature's properties, "" if there is none."""
    for value in properties.values():
        if isinstance(value, str) and len(value) == len("E06000001") and value[1:].isdigit():
            return value
    return ""


def _metres(geometry: BaseGeometry) -> BaseGeometry:
    """Valid and in National Grid metres, from metres or from degrees."""
    geometry = shapely.make_valid(geometry, method="structure")
    west, south, east, north = geometry.bounds
    if max(abs(west), abs(south), abs(east), abs(north)) > 180:
        return geometry

    def project(at: FloatArray) -> FloatArray:
        return np.column_stack(to_easting_northing(at[:, 1], at[:, 0]))

    return shapely.transform(geometry, project)


def _problems(
    parts: dict[str, list[BaseGeometry]], register: Register, *, where: str
) -> list[Problem]:
    problems = []
    missing = [one.name for one in register.on() if one.area_code not in parts]
    if missing:
        problems.append(
            Problem(
                what="authorities that exist today have no shape in this file",
                where=where,
                count=len(missing),
                example=", ".join(missing[:5]),
                fix="Give boundaries of counties and unitary authorities, or of districts, of "
                "2023 or later.",
            )
        )
    west, south, east, north = ENGLAND_BOX
    outside = [
        register.authorities[code].name
        for code, geometries in sorted(parts.items())
        if not all(
            west <= at[0] and south <= at[1] and at[2] <= east and at[3] <= north
            for at in (geometry.bounds for geometry in geometries)
        )
    ]
    if outside:
        problems.append(
            Problem(
                what="shapes do not lie in England",
                where=where,
                count=len(outside),
                example=", ".join(outside[:5]),
                fix="Use longitude and latitude (WGS 84) or British National Grid metres.",
            )
        )
    return problems
