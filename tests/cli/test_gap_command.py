"""`totalplace gap` for a borough, a county and a northern district: the core is held whole."""

import json

import pytest

from totalplace.cli import app


@pytest.mark.slow
@pytest.mark.parametrize("place", ["Camden", "Kent", "Oldham"])
def test_a_gap_closes_or_says_what_is_left(capsys, place):
    left = []
    for cut in ("10%", "20%", "35%"):
        assert app.run(["gap", place, "--cut", cut, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        mix = found["mix"]
        saved = sum(one["saving"] for one in mix["joint"]) + sum(cut for _, cut in mix["choices"])
        assert saved + mix["left"] == pytest.approx(mix["gap"], rel=0.02) or saved > mix["gap"]
        touched = {one["line"] for one, _ in mix["choices"]}
        assert not touched & {"ro3.safeguarding", "ro3.residential", "ro3.fostering"}
        assert found["core"] + sum(cut for _, cut in mix["choices"]) <= found["spend"]
        left.append(mix["left"])
    assert left[2] > 0
    assert left == sorted(left)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("Leeds", "--cut", "60%"), "cannot be answered"),
        (("London", "--cut", "10%"), "is 33 councils"),
        (("Leeds", "--cut", "deep"), "no part such as"),
    ],
)
def test_a_mistake_is_told_without_a_trace(capsys, words, told):
    assert app.run(["gap", *words]) in (1, 2)
    said = capsys.readouterr()
    assert told in said.err
    assert "Traceback" not in said.err
