"""`totalplace money`: words and JSON for a place, and errors in plain words."""

import json

import pytest

from totalplace.cli import app


def ran(capsys, *words):
    code = app.run(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_place_in_words_and_in_json_agree(capsys):
    code, out, _ = ran(capsys, "money", "Leeds", "--by", "payer")
    assert code == 0
    assert "Public money on children: Leeds" in out
    assert "Not known, and not counted as nothing" in out
    assert "Taken out so that no pound counts twice" in out
    assert max(map(len, out.splitlines())) <= 100
    code, out, _ = ran(capsys, "money", "Leeds", "--json")
    found = json.loads(out)
    assert code == 0
    for parts in found["cuts"].values():
        assert sum(round(part["pounds"] * 100) for part in parts) == round(found["pounds"] * 100)
    nhs = next(row for row in found["rows"] if row["payer"] == "NHS")
    assert nhs["gross"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [(("Leedz",), "Did you mean Leeds"), (("Leeds", "--theme", "sport"), "The themes are")],
)
def test_a_mistake_is_told_without_a_trace(capsys, words, told):
    code, out, err = ran(capsys, "money", *words)
    assert code == 1
    assert out == ""
    assert told in err
    assert "Traceback" not in err
