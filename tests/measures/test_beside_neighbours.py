"""Neighbours: the published lists as published, mean and median, and what is not close."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError, UnknownAreaError
from totalplace.measures.neighbours import compare, neighbours
from totalplace.measures.territory import find_territory
from totalplace.places.register import Register


@pytest.fixture(scope="module")
def register(england):
    return Register.from_book(england)


def listed(england, register, place, **options):
    return neighbours(england, register, find_territory(register, place), **options)


def test_the_official_list_is_ten_in_the_published_order(england, register):
    found = listed(england, register, "Tower Hamlets")
    rows = england.query(
        "SELECT neighbour_code, closeness FROM neighbour WHERE list = '2025' AND la_number = '211'"
        " ORDER BY rank"
    ).rows()
    assert [(one.area_code, one.closeness) for one in found.members] == rows
    assert len(rows) == 10
    assert found.not_close == 9


def test_both_lists_a_region_and_a_choice(england, register):
    new, old = (listed(england, register, "Leeds", basis=b) for b in ("2025", "2021"))
    assert {one.area_code for one in new.members} != {one.area_code for one in old.members}
    region = listed(england, register, "Leeds", basis="region")
    assert len(region.members) == 14
    own = listed(england, register, "Leeds", choice=["Bradford", "E08000034"])
    assert [one.name for one in own.members] == ["Bradford", "Kirklees"]


def test_a_footprint_has_its_parts_neighbours_and_never_its_parts(england, register):
    found = listed(england, register, "Camden + Islington + Hackney")
    names = [one.name for one in found.members]
    assert names
    assert not {"Camden", "Islington", "Hackney"} & set(names)
    assert len(set(names)) == len(names)
    assert len(listed(england, register, "London").members) == 8
    assert listed(england, register, "England").members == ()
    assert listed(england, register, "Cumbria").members  # what it became has neighbours


def test_wrong_wishes_are_refused(england, register):
    with pytest.raises(InputError, match="2025, 2021, need, region"):
        listed(england, register, "Leeds", basis="2019")
    with pytest.raises(InputError, match="own neighbour"):
        listed(england, register, "Leeds", choice=["Leeds"])
    with pytest.raises(UnknownAreaError):
        listed(england, register, "Leeds", choice=["Bradfrod-on-Sea"])


def test_mean_and_median_can_disagree_and_it_is_said():
    found = compare(12.0, [10, 10, 10, 30, float("nan")])
    assert (found.mean, found.median, found.used, found.of) == (15, 10, 4, 5)
    assert found.disagree
    assert "disagree" in found.words
    assert not compare(40.0, [10, 10, 10, 30]).disagree
    assert compare(1.0, []).used == 0


@given(st.floats(-50, 50), st.lists(st.floats(-50, 50), min_size=1))
def test_disagreement_is_exactly_being_between_the_two(own, others):
    found = compare(own, others)
    between = min(found.mean, found.median) < own < max(found.mean, found.median)
    assert found.disagree == (between and (own - found.mean) * (own - found.median) < 0)
