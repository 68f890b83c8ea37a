"""Any footprint, past or proposed: planted counts on a small country, and England itself."""

from __future__ import annotations

import pytest
from small_country import (
    BCP,
    CAMDEN,
    HACKNEY,
    ISLINGTON,
    JOINT,
    LEVEL,
    NEW,
    NORTH,
    NORTHANTS,
    OLD,
    SHARE,
    WEST,
    country,
)  # fmt: skip

from totalplace.errors import InputError, UnknownAreaError
from totalplace.measures.cells import year_noise
from totalplace.measures.rebase import rebased
from totalplace.measures.territory import find_territory


def figure(cells, place, end=NEW, headline=SHARE, **options):
    return rebased(cells, headline, find_territory(cells.register, place), end, **options)


def test_several_councils_are_added_up_and_never_averaged():
    cells = country({CAMDEN: {NEW: (10, 100)}, ISLINGTON: {NEW: (90, 300)}})
    found = figure(cells, "Camden + Islington")
    assert found.value == pytest.approx(25.0)  # the average of 10 % and 30 % is 20 %
    assert found.low < 25 < found.high
    assert "2 councils" in found.note


def test_one_council_named_twice_is_that_council():
    cells = country({CAMDEN: {NEW: (10, 100)}})
    assert figure(cells, "Camden") == figure(cells, "Camden + 202")


def test_before_a_split_both_halves_are_the_county_and_one_half_is_a_stated_share():
    cells = country({NORTHANTS: {OLD: (200, 1000)}})
    whole = figure(cells, "North Northamptonshire + West Northamptonshire", OLD)
    assert (whole.numerator, whole.denominator) == (200, 1000)
    half = figure(cells, "North Northamptonshire", OLD)
    assert half.value == pytest.approx(20.0)
    assert half.numerator == pytest.approx(0.4624 * 200)
    assert "46.2% of Northamptonshire's counts" in half.note


def test_an_abolished_county_lives_on_in_what_it_became():
    cells = country(
        {
            NORTH: {NEW: (30, 100)},
            WEST: {NEW: (10, 100)},
            NORTHANTS: {OLD: (50, 400), NEW: (0, 1)},  # some publishers print nothings afterwards
        }
    )
    assert figure(cells, "Northamptonshire", OLD).value == pytest.approx(12.5)
    after = figure(cells, "Northamptonshire")
    assert after.value == pytest.approx(20.0)
    assert "North Northamptonshire + West Northamptonshire" in after.note


def test_a_part_swallowed_by_a_merger_cannot_be_had_and_says_why():
    found = figure(country({BCP: {NEW: (5, 100)}}), "Poole")
    assert not found.known
    assert "took other areas in too" in found.reason


def test_a_joint_return_counts_once_and_cannot_be_parted():
    cells = country({JOINT: {NEW: (20, 100)}, CAMDEN: {NEW: (0, 100)}}, joint=(JOINT,))
    assert figure(cells, "Kingston upon Thames").value == pytest.approx(20.0)
    assert "joint return" in figure(cells, "Kingston upon Thames").note
    both = figure(cells, "Kingston upon Thames + Richmond upon Thames + Camden")
    assert both.value == pytest.approx(10.0)
    one = figure(cells, "Kingston upon Thames + Camden")
    assert not one.known
    assert "Richmond" in one.reason


def test_a_withheld_part_leaves_bounds_and_the_reason():
    cells = country({CAMDEN: {NEW: (50, 100)}, HACKNEY: {NEW: (None, 10)}})
    found = figure(cells, "Camden + Hackney")
    assert not found.known
    assert found.reason == "Hackney: suppressed (printed as c)"
    for hidden in (0, 10):
        truth = figure(
            country({CAMDEN: {NEW: (50, 100)}, HACKNEY: {NEW: (hidden, 10)}}), "Camden + Hackney"
        )
        assert found.low <= truth.low <= truth.high <= found.high


def test_what_has_no_counts_lies_between_its_parts_and_is_never_averaged():
    cells = country({}, levels={CAMDEN: {NEW: 40.0}, ISLINGTON: {NEW: 50.0}})
    found = figure(cells, "Camden + Islington", headline=LEVEL, noise={CAMDEN: 1.0, ISLINGTON: 1.0})
    assert not found.known
    assert found.low < 40
    assert found.high > 50
    assert "never averaged" in found.reason


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("camden", "authority"), ("E09000007", "authority"), ("Cumbria", "past authority"),
     ("ENGLAND", "england"), ("the East of England", "region"), ("E12000007", "region"),
     ("Camden+Hackney", "footprint")],
)  # fmt: skip
def test_places_are_found_as_people_write_them(asked, kind):
    assert find_territory(country({}).register, asked).kind == kind


def test_unknown_and_overlapping_places_are_refused_in_words():
    register = country({}).register
    with pytest.raises(UnknownAreaError, match="Camden"):
        find_territory(register, "Camdn + Hackney")
    with pytest.raises(InputError, match="twice"):
        find_territory(register, "Northamptonshire + North Northamptonshire")
    with pytest.raises(InputError, match="Name a place"):
        find_territory(register, " + ")


def test_noise_is_found_again_when_it_is_planted():
    import numpy as np

    from totalplace.measures.cells import ENGLAND, Cell

    rng = np.random.default_rng(4)
    from datetime import date

    ends = [date(year, 3, 31) for year in range(2010, 2025)]
    codes = [one.area_code for one in country({}).register.on()]
    drift = np.cumsum(rng.normal(size=len(ends)))
    series = {
        code: {
            end: Cell(50 + drift[i] + 2.0 * rng.normal(), "", "", "", "", "s")
            for i, end in enumerate(ends)
        }
        for code in codes
    }
    series[ENGLAND] = {end: Cell(50 + drift[i], "", "", "", "", "s") for i, end in enumerate(ends)}
    cells = country({})
    cells = type(cells)(
        register=cells.register,
        cells={"x.level": series},
        joint_of={},
        children=dict.fromkeys(codes, 50_000.0),
    )
    found = np.array(list(year_noise(cells, "x.level").values()))
    assert found.mean() == pytest.approx(2.0, rel=0.1)  # England's drift is no noise
