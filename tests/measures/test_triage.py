"""Triage: planted duplicates and noise, the greedy guarantee, and England's own list."""

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import totalplace as tp
from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.catalogue import OUTCOMES, measures
from totalplace.measures.movement import movement
from totalplace.measures.panel import Panel
from totalplace.measures.shortlist import REACHED, choose
from totalplace.measures.signal import signal_of
from totalplace.measures.triage import MOVES, triage, weigh

SIZE = 150


def made_up(england, item, outcomes, **changes):
    """A measure that exists in no book."""
    real = measures(england).resolve("AVG_Attain8_Score")
    return replace(real, item=item, title=item, outcomes=outcomes, **changes)


def panel(item, level, noise, rng):
    values = np.atleast_2d(level.T).T + noise * rng.normal(size=(SIZE, 5))
    return Panel(item=item, years=(2021, 2022, 2023, 2024, 2025), values=values)


@pytest.fixture
def planted(england):
    """Five stories, three of them told twice, one measure of pure noise, one half empty."""
    rng = np.random.default_rng(3)
    levels = rng.normal(size=(5, SIZE, 1)) + np.cumsum(0.2 * rng.normal(size=(5, SIZE, 5)), axis=2)
    told, panels = [], []
    for story, outcome in enumerate(OUTCOMES):
        for copy in range(2 if story < 3 else 1):
            item = f"story{story}.{copy}"
            told.append(made_up(england, item, (outcome,)))
            panels.append(panel(item, levels[story], 0.3, rng))
    told.append(made_up(england, "noise", ("stay safe",)))
    panels.append(panel("noise", np.zeros(SIZE), 1.0, rng))
    told.append(made_up(england, "gaps", ("stay safe",)))
    gaps = panel("gaps", rng.normal(size=SIZE), 0.1, rng)
    gaps.values[::2] = np.nan
    panels.append(gaps)
    told.append(made_up(england, "activity", ("stay safe",), better=""))
    panels.append(panel("activity", rng.normal(size=SIZE), 0.1, rng))
    return told, panels


def test_duplicates_noise_and_gaps_are_found(planted):
    told, panels = planted
    need = np.random.default_rng(0).normal(size=(SIZE, 2))
    found = weigh(told, panels, need=need, length=5, resamples=10)
    rows = {row.measure.item: row for row in found.rows}
    assert {row.measure.item.split(".")[0] for row in found.short_list} == {
        f"story{story}" for story in range(5)
    }
    for story in range(3):
        first, second = rows[f"story{story}.0"], rows[f"story{story}.1"]
        assert first.cluster == second.cluster
        assert (first.place is None) != (second.place is None)
        dropped, kept = (first, second) if first.place is None else (second, first)
        assert dropped.stand_in == kept.measure.item
        assert dropped.reason.startswith("Tells the same story")
        assert kept.stood_for == 1.0
    assert len({row.cluster for row in found.rows}) == len(told) - 3
    assert rows["noise"].reason.startswith("Mostly noise")
    assert rows["gaps"].reason.startswith("Only 50 %")
    assert rows["activity"].reason.startswith("Neither more nor less is better")
    assert all(row.reason for row in found.rows)


def test_shuffled_measures_have_no_duplicates(planted):
    told, panels = planted
    rng = np.random.default_rng(9)
    shuffled = [
        Panel(item=one.item, years=one.years, values=rng.permutation(one.values)) for one in panels
    ]
    found = weigh(told, shuffled, need=np.zeros((SIZE, 0)), length=5, resamples=0)
    assert len({row.cluster for row in found.rows}) == len(told)
    assert not any("same story" in row.reason for row in found.rows)


def test_what_places_cannot_move_is_left_out(england):
    """A level that lasts, with noise each year and no movement, against one that wanders."""
    rng = np.random.default_rng(11)
    still, wanders = rng.normal(size=(2, SIZE, 1))
    noise = 0.3 * rng.normal(size=(2, SIZE, 8))
    path = wanders + np.cumsum(0.35 * rng.normal(size=(SIZE, 8)), axis=1)
    years = tuple(range(2018, 2026))
    panels = [
        Panel(item="still", years=years, values=still + noise[0]),
        Panel(item="wanders", years=years, values=path + noise[1]),
    ]
    held = movement(panels[0].values, years)
    assert held.typical < held.most < MOVES
    real = np.sqrt(4) * 0.35 / path.std()
    moved = movement(panels[1].values, years)
    assert moved.typical == pytest.approx(real, rel=0.15)
    assert moved.typical < moved.most < 1.3 * real
    told = [made_up(england, one.item, ("stay safe",)) for one in panels]
    found = weigh(told, panels, need=np.zeros((SIZE, 0)), length=2, resamples=0)
    assert [row.measure.item for row in found.short_list] == ["wanders"]
    rows = {row.measure.item: row for row in found.rows}
    assert rows["still"].reason.startswith("Hardly moves")
    assert np.isnan(movement(panels[0].values[:, :4], years[:4]).most)  # too few years: not known


def test_reliability_is_the_share_that_lasts():
    rng = np.random.default_rng(1)
    lasting = rng.normal(size=(2000, 1))
    for share in (0.2, 0.5, 0.9):
        noise = np.sqrt(1 / share - 1)
        cube = (lasting + noise * rng.normal(size=(2000, 5)))[None]
        assert signal_of(cube).reliability[0] == pytest.approx(share, abs=0.05)


def test_greedy_keeps_its_promise():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        stands_for = rng.uniform(size=(9, 9)) ** 3
        weights = rng.dirichlet(np.ones(9))
        outcomes = rng.uniform(size=(9, 5)) < 0.3
        found = choose(stands_for, weights, outcomes, np.ones(9, dtype=bool), length=3)

        def worth(rows, stands_for=stands_for, weights=weights, outcomes=outcomes):
            rows = list(rows)
            reached = outcomes[rows].any(axis=0).sum() * REACHED / 5
            return weights @ stands_for[:, rows].max(axis=1) + reached

        best = max(worth(rows) for rows in combinations(range(9), 3))
        assert found.value == pytest.approx(worth(found.chosen))
        assert (1 - 1 / np.e) * best <= found.value <= best + 1e-12
        assert best <= found.bound + 1e-12
        assert list(found.gains) == sorted(found.gains, reverse=True)


def test_only_eligible_measures_are_chosen_and_no_more_than_there_are():
    found = choose(
        np.eye(3),
        np.full(3, 1 / 3),
        np.eye(3, 5, dtype=bool),
        np.array([True, False, True]),
        length=9,
    )
    assert found.chosen == (0, 2)


def test_england(england):
    found = tp.triage(england, length=10, resamples=5)
    assert len(found.short_list) == 10
    assert {name for row in found.short_list for name in row.measure.outcomes} == set(OUTCOMES)
    assert all(row.measure.judged for row in found.short_list)
    assert all(row.reason for row in found.rows)
    assert all(row.stand_in for row in found.rows)
    dropped = [row for row in found.rows if row.place is None]
    assert all(row.stand_in in {one.measure.item for one in found.short_list} for row in dropped)
    assert all("correlation" in row.reason for row in dropped)
    assert np.isfinite([row.moves for row in found.short_list]).mean() > 0.7
    rows = {row.measure.item: row for row in found.rows}
    assert rows["lait.CPP_rate"].place is None
    assert found.value <= found.bound
    assert 0.3 < found.overlap <= 1
    frame = triage(england, length=10, resamples=5).to_frame()
    assert frame.equals(found.to_frame())


def test_mistakes_are_named(england, make_book):
    with pytest.raises(InputError, match="at least one"):
        triage(england, length=0)
    area = {"area_code": "E06000001", "la_number": "805", "name": "Hartlepool", "kind": "unitary"}
    with pytest.raises(InputError, match="no measure"):
        triage(make_book(authority=[area]))


def test_on_the_command_line(capsys):
    assert run(["measures", "--key", "6", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["place"] for row in document["measures"][:6]] == [1, 2, 3, 4, 5, 6]
    assert run(["measures", "--key", "6"]) == 0
    text = capsys.readouterr().out
    assert "Left out, and why" in text
    assert "Nearest on the list" in text
    assert run(["measures", "--key", "6", "--kind", "money"]) == 2
