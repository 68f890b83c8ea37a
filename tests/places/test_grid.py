"""National Grid against the Ordnance Survey's worked example, and there and back again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.places import grid


def degrees(whole, minutes, seconds):
    return np.radians(np.array([whole + minutes / 60 + seconds / 3600]))


def test_projection_matches_the_ordnance_survey_worked_example():
    # A guide to coordinate systems in Great Britain, annexe C: Caister water tower, OSGB36.
    lat, lon = degrees(52, 39, 27.2531), degrees(1, 43, 4.5177)
    east, north = grid._project(lat, lon)
    assert east[0] == pytest.approx(651409.903, abs=0.001)
    assert north[0] == pytest.approx(313177.270, abs=0.001)
    back_lat, back_lon = grid._unproject(east, north)
    assert np.degrees(back_lat) == pytest.approx(np.degrees(lat), abs=1e-8)
    assert np.degrees(back_lon) == pytest.approx(np.degrees(lon), abs=1e-8)


def test_a_known_place_in_wgs84():
    # The Airy transit circle at Greenwich: 538886, 177330 on the Grid; 5.31 seconds west of 0.
    latitude, longitude = grid.to_latitude_longitude(np.array([538886.0]), np.array([177330.0]))
    assert latitude[0] == pytest.approx(51.47781, abs=1e-4)
    assert longitude[0] == pytest.approx(-5.31 / 3600, abs=1e-4)


@given(east=st.floats(80_000, 660_000), north=st.floats(5_000, 660_000))
def test_there_and_back_is_within_a_centimetre(east, north):
    latitude, longitude = grid.to_latitude_longitude(np.array([east]), np.array([north]))
    again_east, again_north = grid.to_easting_northing(latitude, longitude)
    assert again_east[0] == pytest.approx(east, abs=0.02)
    assert again_north[0] == pytest.approx(north, abs=0.02)
