"""`totalplace solve`: what it prints and how it ends."""

from __future__ import annotations

import json

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.footprints import partition_file

DOCUMENT = {
    "units": ["a", "b", "c", "d"],
    "candidates": [
        {"members": [0, 1], "value": 3.0},
        {"members": [1, 2], "value": 5.5},
        {"members": [2, 3], "value": 3.0},
    ],
}


@pytest.fixture
def file(tmp_path):
    def write(document=DOCUMENT):
        path = tmp_path / "problem.json"
        path.write_text(json.dumps(document), "utf-8")
        return str(path)

    return write


def test_json_holds_the_answer_and_its_proof(file, capsys):
    assert run(["solve", file(), "--json"]) == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert answer.pop("seconds") >= 0
    assert answer.pop("nodes") >= 0
    assert answer == {
        "status": "optimal",
        "value": 6.0,
        "bound": 6.0,
        "gap": 0.0,
        "chosen": [0, 2],
        "alone": [],
        "candidates": 3,
    }
    assert printed.err == ""


def test_npz_gives_the_same_answer(tmp_path, file, capsys):
    path = tmp_path / "problem.npz"
    np.savez(
        path,
        members=np.array([0, 1, 1, 2, 2, 3], dtype=np.int32),
        offsets=np.array([0, 2, 4, 6], dtype=np.int64),
        values=np.array([3.0, 5.5, 3.0]),
        n_units=4,
    )
    outs = []
    for name in (str(path), file()):
        assert run(["solve", name, "--json"]) == 0
        outs.append(json.loads(capsys.readouterr().out) | {"seconds": 0})
    assert outs[0] == outs[1]


def test_text_says_what_was_proved(file, capsys):
    assert run(["solve", file()]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Optimal: no partition is worth more.")
    assert "2 of 3 candidates, at positions 0, 2" in out


def test_an_infeasible_problem_ends_in_three_with_the_reason(file, capsys):
    impossible = file(dict(DOCUMENT, candidates=[], alone=[0, None, 0, 0]))
    assert run(["solve", impossible]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "1 unit(s) may not stay alone" in printed.err
    assert run(["solve", impossible, "--json"]) == 3
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["value"], answer["chosen"]) == ("infeasible", None, None)


def test_a_malformed_problem_ends_in_one_with_the_reason(file, capsys):
    assert run(["solve", file({"units": []}), "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert '"candidates" must be a list' in printed.err


@pytest.mark.parametrize("words", [["--time-limit", "-1"], ["--gap", "-1"], ["--gap", "x"]])
def test_wrong_options_end_in_two(file, capsys, words):
    assert run(["solve", file(), *words]) == 2
    assert words[0] in capsys.readouterr().err


def test_options_reach_the_solver(file, capsys, monkeypatch):
    asked = {}
    real = partition_file.solve_partition

    def solve(problem, **options):
        asked.update(options)
        return real(problem, **options)

    monkeypatch.setattr(partition_file, "solve_partition", solve)
    assert run(["solve", file(), "--time-limit", "9", "--gap", "0.01", "--json"]) == 0
    assert (asked["time_limit"], asked["gap"]) == (9.0, 0.01)
