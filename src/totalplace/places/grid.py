"""British National Grid to latitude and longitude and back, to about five metres.

Flow: places.derive, a user's boundary file -> THIS -> centres and outlines
In: arrays of coordinates. Out: arrays of coordinates. No files.

Transverse Mercator on the Airy 1830 ellipsoid and the seven-parameter Helmert shift, as the
Ordnance Survey's *A guide to coordinate systems in Great Britain* gives them (sections 6.6, C).
"""

from __future__ import annotations

import numpy as np

from totalplace.types import FloatArray

_AIRY = (6377563.396, 6356256.909)  # semi-axes a, b, metres
_WGS84 = (6378137.0, 6356752.314245)
_SCALE = 0.9996012717  # on the central meridian
_ORIGIN_LAT, _ORIGIN_LON = np.radians(49.0), np.radians(-2.0)
_ORIGIN_E, _ORIGIN_N = 400_000.0, -100_000.0
# OSGB36 -> WGS84: shifts in metres, scale in parts per million, rotations in seconds.
_HELMERT = (446.448, -125.157, 542.060, -20.4894, 0.1502, 0.2470, 0.8421)


def _meridian_arc(lat: FloatArray) -> FloatArray:
    """Distance along the central meridian from the origin of the grid, metres."""
    a, b = _AIRY
    n = (a - b) / (a + b)
    minus, plus = lat - _ORIGIN_LAT, lat + _ORIGIN_LAT
    series = (
        (1 + n + 1.25 * n**2 + 1.25 * n**3) * minus
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(minus) * np.cos(plus)
        + 15 / 8 * (n**2 + n**3) * np.sin(2 * minus) * np.cos(2 * plus)
        - 35 / 24 * n**3 * np.sin(3 * minus) * np.cos(3 * plus)
    )
    arc: FloatArray = b * _SCALE * series
    return arc


def _curvature(lat: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Scaled radii of curvature (transverse, meridional) and eta squared."""
    a, b = _AIRY
    e2 = 1 - (b / a) ** 2
    bend = 1 - e2 * np.sin(lat) ** 2
    nu = a * _SCALE / np.sqrt(bend)
    rho = a * _SCALE * (1 - e2) / bend**1.5
    return nu, rho, nu / rho - 1


def _project(lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Latitude and longitude on Airy 1830, radians, to easting and northing."""
    nu, rho, eta2 = _curvature(lat)
    sin, cos, tan2 = np.sin(lat), np.cos(lat), np.tan(lat) ** 2
    d = lon - _ORIGIN_LON
    northing = (
        _meridian_arc(lat)
        + _ORIGIN_N
        + nu / 2 * sin * cos * d**2
        + nu / 24 * sin * cos**3 * (5 - tan2 + 9 * eta2) * d**4
        + nu / 720 * sin * cos**5 * (61 - 58 * tan2 + tan2**2) * d**6
    )
    easting = (
        _ORIGIN_E
        + nu * cos * d
        + nu / 6 * cos**3 * (nu / rho - tan2) * d**3
        + nu / 120 * cos**5 * (5 - 18 * tan2 + tan2**2 + 14 * eta2 - 58 * tan2 * eta2) * d**5
    )
    return easting, northing


def _unproject(easting: FloatArray, northing: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Easting and northing to latitude and longitude on Airy 1830, radians."""
    a = _AIRY[0] * _SCALE
    lat = (northing - _ORIGIN_N) / a + _ORIGIN_LAT
    for _ in range(6):  # converges to under 0.01 mm
        lat = lat + (northing - _ORIGIN_N - _meridian_arc(lat)) / a
    nu, rho, eta2 = _curvature(lat)
    tan = np.tan(lat)
    tan2, sec = tan**2, 1 / np.cos(lat)
    d = easting - _ORIGIN_E
    out_lat = (
        lat
        - tan / (2 * rho * nu) * d**2
        + tan / (24 * rho * nu**3) * (5 + 3 * tan2 + eta2 - 9 * tan2 * eta2) * d**4
        - tan / (720 * rho * nu**5) * (61 + 90 * tan2 + 45 * tan2**2) * d**6
    )
    out_lon = (
        _ORIGIN_LON
        + sec / nu * d
        - sec / (6 * nu**3) * (nu / rho + 2 * tan2) * d**3
        + sec / (120 * nu**5) * (5 + 28 * tan2 + 24 * tan2**2) * d**5
        - sec / (5040 * nu**7) * (61 + 662 * tan2 + 1320 * tan2**2 + 720 * tan2**3) * d**7
    )
    return out_lat, out_lon


def _shift(
    lat: FloatArray,
    lon: FloatArray,
    *,
    source: tuple[float, float],
    target: tuple[float, float],
    sign: float,
) -> tuple[FloatArray, FloatArray]:
    """Move latitude and longitude from one ellipsoid to the other by the Helmert shift."""
    tx, ty, tz, ppm, rx, ry, rz = (sign * value for value in _HELMERT)
    rx, ry, rz = (np.radians(value / 3600) for value in (rx, ry, rz))
    scale = 1 + ppm * 1e-6
    a, b = source
    e2 = 1 - (b / a) ** 2
    nu = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    x, y = nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon)
    z = (1 - e2) * nu * np.sin(lat)
    x, y, z = (
        tx + scale * x - rz * y + ry * z,
        ty + rz * x + scale * y - rx * z,
        tz - ry * x + rx * y + scale * z,
    )
    a, b = target
    e2 = 1 - (b / a) ** 2
    p = np.hypot(x, y)
    out = np.arctan2(z, p * (1 - e2))
    for _ in range(6):
        nu = a / np.sqrt(1 - e2 * np.sin(out) ** 2)
        out = np.arctan2(z + e2 * nu * np.sin(out), p)
    return out, np.arctan2(y, x)


def to_latitude_longitude(
    easting: FloatArray, northing: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """National Grid metres to WGS84 degrees, as (latitude, longitude), same shape."""
    lat, lon = _unproject(np.asarray(easting, float), np.asarray(northing, float))
    lat, lon = _shift(lat, lon, source=_AIRY, target=_WGS84, sign=1.0)
    return np.degrees(lat), np.degrees(lon)


def to_easting_northing(
    latitude: FloatArray, longitude: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """WGS84 degrees to National Grid metres, as (easting, northing), same shape."""
    lat, lon = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(longitude, float))
    lat, lon = _shift(lat, lon, source=_WGS84, target=_AIRY, sign=-1.0)
    return _project(lat, lon)
