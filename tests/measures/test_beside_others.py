"""Our own distance, the national floor, and one figure beside every set of places."""

import json
from dataclasses import replace

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.beside import BASES, beside
from totalplace.measures.contest import neighbour_means
from totalplace.measures.expected import expected
from totalplace.measures.floor import floor_of
from totalplace.measures.likeness import FAR, distances, nearest
from totalplace.measures.need import read_need
from totalplace.measures.neighbours import BY_NEED, neighbours
from totalplace.measures.territory import find_territory
from totalplace.measures.today import todays_authorities

CHILDREN = np.full(153, 50_000.0)


@pytest.fixture(scope="module")
def today(england):
    return todays_authorities(england)


@pytest.fixture(scope="module")
def need(england, today):
    return read_need(england, today)


def near(england, today, place):
    return neighbours(england, today.register, find_territory(today.register, place), basis=BY_NEED)


def test_the_distance_is_a_distance(need):
    known = np.flatnonzero(~np.isnan(need.values).any(axis=1))
    one, two, three = known[[0, 40, 90]]
    apart = {row: distances(need, [row], CHILDREN) for row in (one, two, three)}
    assert apart[one][one] == pytest.approx(0)
    assert apart[one][two] == pytest.approx(apart[two][one])
    assert apart[one][three] <= apart[one][two] + apart[two][three]
    assert np.isnan(apart[one]).sum() == 153 - known.size
    scaled = replace(need, values=need.values * 7 + 3)  # neither unit nor zero matters, except size
    scaled.values[:, -1] = need.values[:, -1]
    np.testing.assert_allclose(distances(scaled, [one], CHILDREN), apart[one])


def test_a_planted_twin_is_nearest(need):
    values = need.values.copy()
    values[10] = values[77] + 1e-6
    twin = replace(need, values=values)
    (first, distance), *others = nearest(twin, [77], CHILDREN)
    assert first == 10
    assert distance < 1e-3
    assert [far for _, far in others] == sorted(far for _, far in others)
    assert len(others) == 9


def test_neighbours_by_need(england, today):
    found = near(england, today, "Tower Hamlets")
    assert len(found.members) == 10
    assert all((one.distance > FAR) == (one.closeness == "Not close") for one in found.members)
    both = near(england, today, "Camden + Islington")
    assert not {"Camden", "Islington"} & {one.name for one in both.members}
    assert near(england, today, "Isles of Scilly").members == ()
    assert near(england, today, "Cumbria").members  # what it became


def test_every_set_is_shown_and_disagreement_said(england):
    found = beside(england, "AVG_Attain8_Score", "Tower Hamlets", choice=["Newham", "Hackney"])
    assert [one.neighbours.basis for one in found.sets] == [*BASES, "own choice"]
    medians = [one.comparison.median for one in found.sets]
    assert found.agree == (len({median < found.actual for median in medians}) == 1)
    assert found.to_frame().height == 5
    official = found.sets[0].comparison
    assert official.used == official.of == 10
    row = todays_authorities(england).area_codes.index("E09000030")
    assert neighbour_means(england, "lait.AVG_Attain8_Score")[row] == pytest.approx(official.mean)


def test_the_floor_excuses_no_one_and_blames_few(england):
    found = expected(england, "AVG_Attain8_Score")
    ground = floor_of(found)
    assert ground.level < np.nanmin(found.expected)
    assert 1 <= len(ground.below) <= 10
    for code in ground.below:
        row = found.area_codes.index(code)
        assert found.expected[row] + found.high[row] < ground.level
    names = dict(zip(found.area_codes, found.names, strict=True))
    assert "Knowsley" in ground.words(names, unit="points")
    assert set(floor_of(found, level=60.0).below) > set(ground.below)
    assert floor_of(found, level=0.0).below == ()


def test_low_is_better_turns_the_floor_round(england):
    found = expected(england, "lait.ReReferral")
    ground = floor_of(found)
    assert found.measure.better == "low"
    assert ground.level > np.nanmax(found.expected)
    for code in ground.below:
        row = found.area_codes.index(code)
        assert found.expected[row] + found.low[row] > ground.level


def test_activity_has_no_floor(england):
    ground = floor_of(expected(england, "lait.LAC"))
    assert np.isnan(ground.level)
    assert ground.words({}, unit="") == "No national floor: neither more nor less is better."


def test_on_the_command_line(capsys):
    wanted = ["measures", "expected", "lait.ReReferral", "--area", "Leeds", "--with", "Bradford"]
    assert run([*wanted, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["basis"] for one in document["beside"][0]["sets"]] == [*BASES, "own choice"]
    assert len(document["choices"]) == 2 ** (len(document["needs"]) + 1)
    assert document["choices"][0]["ranks"].keys() == {"E08000035"}
    assert [row["left_out"] for row in document["contest"]] == ["authority", "region"]
    assert document["floor"]["level"] is not None
    assert document["authorities"][0]["neighbours"] is not None
    assert run([*wanted, "--choices", "--floor", "20"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Leeds beside other places" in text
    assert "set by you" in text
    assert "Every choice of need measures" in text
    assert run(["measures", "expected", "lait.LAC", "--with", "Leeds"]) == 2
    assert run(["measures", "expected", "lait.LAC", "--area", "Leeds", "--with", "Leeds"]) == 1


def test_an_own_choice_cannot_hold_the_place_itself(england):
    with pytest.raises(InputError, match="own neighbour"):
        beside(england, "lait.LAC", "Leeds", choice=["Leeds"])
