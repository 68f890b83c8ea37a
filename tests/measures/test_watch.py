"""Early warning: planted signals are found, chance and England's own moves are not."""

import json
from datetime import date

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError, UnknownAreaError
from totalplace.measures.steadiness import StretchLimits, steadiness
from totalplace.measures.watch import RUN, SAFEGUARDING, chart, watch, watch_file

PERIODS = tuple(f"2024-{month:02}" for month in range(1, 25))


def steady(rng, size=24):
    return 50 + rng.normal(size=size)


def test_a_planted_jump_and_a_planted_shift_are_found():
    rng = np.random.default_rng(1)
    jump = steady(rng)
    jump[-1] += 12
    assert chart("x", PERIODS, jump).signal == "above its upper limit"
    assert chart("x", PERIODS, -jump).signal == "below its lower limit"
    shift = steady(rng)
    shift[-RUN:] = 51.6 + 0.2 * rng.normal(size=RUN)
    assert chart("x", PERIODS, shift).signal.startswith("a shift")


def test_chance_gives_few_signals():
    rng = np.random.default_rng(2)
    signals = [bool(chart("x", PERIODS, steady(rng)).signal) for _ in range(1500)]
    assert 0.02 < np.mean(signals) < 0.045  # 6,000 charts: 3.1 %


def test_what_england_does_too_is_said():
    rng = np.random.default_rng(3)
    england, own = steady(rng) / 10, steady(rng)
    england[-1] += 12
    own[-1] += 12
    assert chart("x", PERIODS, own, beside=england).signal.endswith("but England moved likewise")
    still = steady(rng) / 10
    assert chart("x", PERIODS, own, beside=still).signal == "above its upper limit"


def test_too_little_and_nothing_are_said():
    short = chart("x", PERIODS[:4], np.ones(4))
    assert short.says.startswith("too few earlier figures")
    assert chart("x", (), np.empty(0)).says == "this book has no figures"
    gone = chart("x", PERIODS[:9], np.array([*range(8), np.nan], dtype=float))
    assert gone.says.startswith("no newest figure")


def test_the_guard_and_the_watch_agree(england):
    """A council that the guard finds in breach has a signal here that England does not explain."""
    day = date(2026, 6, 1)
    limits = StretchLimits(turnover=99, agency=99, vacancy=99, caseload=99, signs=4)
    guard = steadiness(england, as_of=day, limits=limits)
    rows = [*np.flatnonzero(guard.breached.any(axis=1))[:5], 3, 30]
    for row in map(int, rows):
        found = watch(england, guard.area_codes[row], as_of=day)
        told = [one.signal == "above its upper limit" for one in found.charts[:6]]
        assert told == guard.breached[row].tolist(), found.name
    assert len(found.charts) == 6 + len(SAFEGUARDING)


def test_figures_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    values = [10, 11, 10, 12, 11, 10, 11, 30]
    lines = [f"contacts,2026-{month:02},{value}" for month, value in enumerate(values, 1)]
    path.write_text("\n".join(["measure,period,value", *reversed(lines), "visits,2026-01,"]))
    contacts, visits = watch_file(path).charts
    assert contacts.periods[-1] == "2026-08"
    assert contacts.signal == "above its upper limit"
    assert visits.says.startswith("no newest figure")
    assert watch_file(path).to_frame()["signal"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("measure,when\nx,1\n", "no column period and no column value"),
        ("measure,period,value\nx,1,many\nx,2,few\n", "2 values are no numbers"),
    ],
)
def test_bad_files_are_refused_in_words(tmp_path, content, says):
    path = tmp_path / "own.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=says):
        watch_file(path)
    with pytest.raises(InputError, match="cannot be read"):
        watch_file(tmp_path / "absent.csv")


def test_places_that_cannot_be_watched(england):
    with pytest.raises(UnknownAreaError):
        watch(england, "Atlantis")
    with pytest.raises(InputError, match="no council of today's"):
        watch(england, "Cumbria")
    tiny = watch(england, "Isles of Scilly")
    assert any("withheld" in one.says or "too few" in one.says for one in tiny.charts)


def test_on_the_command_line(capsys):
    assert run(["measures", "watch", "Knowsley", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert sum(document["told"].values()) == len(document["charts"])
    assert run(["measures", "watch", "Knowsley", "--as-of", "2026-06-01"]) == 0
    text = capsys.readouterr().out
    assert "agency rate" in text
    assert "nan" not in text
    assert run(["measures", "watch"]) == 2
    assert run(["measures", "watch", "Atlantis"]) == 1
