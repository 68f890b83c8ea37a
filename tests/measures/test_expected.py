"""Expected values: planted truth, England's real figures, and what cannot be said."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.baseline import baseline
from totalplace.measures.catalogue import measures
from totalplace.measures.contest import contest, to_frame
from totalplace.measures.expected import expected, expected_of
from totalplace.measures.need import read_need
from totalplace.measures.panel import Panel, centre_years, level_of, read_panels
from totalplace.measures.ridge import fit_ridge
from totalplace.measures.shrink import interval_of
from totalplace.measures.today import todays_authorities
from totalplace.measures.trial import SETTINGS, Setting, cover, planted

SCORE = stats.norm.ppf(0.95)


@pytest.mark.parametrize("setting", [SETTINGS[0], SETTINGS[1], SETTINGS[3]])
def test_intervals_cover_on_average_and_at_the_extremes(setting):
    found = cover(setting, runs=15)
    assert 0.87 <= found.ours.all <= 0.93
    assert found.ours.extreme >= 0.85
    assert found.ours.looks >= 0.85
    assert found.shrunken.extreme < found.ours.extreme - 0.1
    assert found.alone.looks < found.ours.looks
    assert 0.86 <= found.ranks <= 0.95


def test_variance_is_split_as_planted():
    found = []
    for seed in range(12):
        values, need, _ = planted(np.random.default_rng(seed), Setting(1.0, 1.5, 0.5, 8))
        parts = baseline(values, need).parts
        found.append((parts.lasting, parts.noise, parts.carry))
    lasting, noise, carry = np.mean(found, axis=0)
    assert lasting == pytest.approx(1.0, abs=0.3)
    assert noise == pytest.approx(2.25, abs=0.3)
    assert carry == pytest.approx(0.5, abs=0.15)


def test_noise_alone_gives_few_verdicts():
    assert cover(Setting(0.0, 1.0, 0.0, 5), runs=12).flagged < 0.13


def test_the_interval_holds_both_readings_and_narrows_to_one():
    alone, spread = np.array([3.0, 3.0, -3.0]), np.ones(3)
    low, high = interval_of(alone, spread, np.array([0.5, 0.999, 0.5]))
    assert low[0] < 1.5  # as one of many
    assert high[0] > 3.0  # by itself
    assert (low[2], high[2]) == pytest.approx((-high[0], -low[0]))
    assert high[1] - low[1] == pytest.approx(2 * SCORE, rel=0.01)


def test_left_out_predictions_are_what_leaving_out_gives():
    rng = np.random.default_rng(0)
    need, level = rng.normal(size=(40, 3)), rng.normal(size=40)
    whole = fit_ridge(need, level, penalties=[0.0])
    for row in (0, 17):
        others = np.arange(40) != row
        centre = need[others].mean(axis=0)
        slope, *_ = np.linalg.lstsq(need[others] - centre, level[others] - level[others].mean())
        plain = level[others].mean() + (need[row] - centre) @ slope
        assert whole.left_out[row] == pytest.approx(plain)
    assert fit_ridge(need[:, :0], level).left_out[3] == pytest.approx(np.delete(level, 3).mean())


def test_years_are_taken_out_fairly_where_some_are_missing():
    values = np.add.outer(np.array([1.0, 5.0, 9.0]), np.array([0.0, 2.0, 4.0]))
    values[2, 0] = values[0, 2] = np.nan
    centred, years = centre_years(values)
    assert np.diff(years) == pytest.approx([2.0, 2.0])
    assert level_of(centred) == pytest.approx([-4.0, 0.0, 4.0])


def test_england_at_sixteen(england):
    found = expected(england, "AVG_Attain8_Score")
    frame = found.to_frame()
    assert frame.height == 153
    assert found.explained > 0.3
    assert sum(found.shares) == pytest.approx(1.0)
    known = ~np.isnan(found.expected)
    assert known.sum() >= 149
    assert np.all(found.low[known] <= found.lasting[known])
    assert np.all(found.lasting[known] <= found.high[known])
    assert np.nanmean(found.difference) == pytest.approx(0.0, abs=0.5)
    assert 2 ** (len(found.needs) + 1) == len(found.choices.needs) == found.choices.errors.size
    assert set(found.verdicts) >= {"better than expected", "no clear difference from expected"}
    assert expected(england, "AVG_Attain8_Score").to_frame().equals(frame)


def test_activity_gets_no_verdict(england):
    found = expected(england, "lait.CPP_rate")
    assert not any("better" in words or "worse" in words for words in found.verdicts)
    assert any(words == "more than expected" for words in found.verdicts)
    assert any("no verdict" in finding for finding in found.findings)


def test_places_with_almost_no_children_have_no_expectation(england):
    found = expected(england, "lait.LAC")
    for name in ("City of London", "Isles of Scilly"):
        row = found.names.index(name)
        assert np.isnan(found.expected[row])
        assert np.isnan(found.adjusted_rank.point[row])
        assert found.verdicts[row].startswith("no expectation")


def test_where_need_explains_nothing_it_is_said(england):
    today, need = todays_authorities(england), read_need(england, todays_authorities(england))
    values = np.random.default_rng(5).normal(size=(today.size, 5))
    found = expected_of(
        Panel(item="made.up", years=(1, 2, 3, 4, 5), values=values),
        need,
        measure=replace(measures(england).resolve("AVG_Attain8_Score"), item="made.up"),
        today=today,
        children=np.exp(need.values[:, -1]),
    )
    assert any("explains nothing" in finding for finding in found.findings)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.empty((153, 0)), "Nothing is published"),
        (np.where(np.arange(153) < 12, 5.0, np.nan)[:, None], "12 authorities"),
        (np.linspace(0, 1, 153)[:, None], "One year alone"),
    ],
)
def test_too_little_is_said_in_words(england, values, says):
    today = todays_authorities(england)
    found = expected_of(
        Panel(item="made.up", years=tuple(range(values.shape[1])), values=values),
        read_need(england, today),
        measure=measures(england).resolve("AVG_Attain8_Score"),
        today=today,
        children=np.full(153, 5e4),
    )
    assert any(says in finding for finding in found.findings)
    assert np.isnan(found.low).all()
    assert found.to_frame().height == 153
    assert all(words.startswith("no ") for words in found.verdicts)


def test_a_joint_return_stands_for_every_member(england):
    today = todays_authorities(england)
    panel = read_panels(england, today, ["workforce.turnover_rate_fte"])[
        "workforce.turnover_rate_fte"
    ]
    names = [one.name for one in today.authorities]
    kingston, richmond = (
        panel.values[names.index(name)] for name in ("Kingston upon Thames", "Richmond upon Thames")
    )
    assert np.isfinite(kingston).any()
    np.testing.assert_array_equal(kingston[1:], richmond[1:])  # apart in 2017, together since


def test_mistakes_are_named(england):
    with pytest.raises(InputError, match="at least one year"):
        expected(england, "lait.LAC", years=0)
    with pytest.raises(InputError, match="no measure"):
        expected(england, "happiness")


def test_the_contest_is_paired_and_leaves_regions_out(england):
    rows = contest(england, ["lait.AVG_Attain8_Score"])
    assert [row.left_out for row in rows] == ["authority", "region"]
    for row in rows:
        assert row.over_neighbours[1] <= row.over_neighbours[0] <= row.over_neighbours[2]
        assert row.need - row.neighbours == pytest.approx(row.over_neighbours[0])
    assert rows[1].need > rows[0].need
    assert to_frame(rows).height == 2


def test_on_the_command_line(capsys):
    assert run(["measures", "expected", "lait.LAC", "--area", "Camden", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (camden,) = document["authorities"]
    assert camden["name"] == "Camden"
    assert camden["low"] < camden["high"]
    assert run(["measures", "expected", "AVG_Attain8_Score", "--area", "Tower Hamlets"]) == 0
    text = capsys.readouterr().out
    assert "Tower Hamlets" in text
    assert "comes and goes" in " ".join(text.split())
    assert run(["measures", "expected", "LAC", "--area", "Nowhere at all"]) == 1
