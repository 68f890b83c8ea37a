"""`totalplace unit-costs` and `need`: words, JSON, mistakes."""

import json

from totalplace.cli import app


def ran(capsys, *words):
    code = app.run(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_unit_costs_in_words_and_json(capsys):
    code, out, _ = ran(capsys, "unit-costs", "Slough")
    assert code == 0
    assert "not known" in out
    assert max(map(len, out.splitlines())) <= 100
    code, text, _ = ran(capsys, "unit-costs", "Leeds", "--json")
    found = {one["id"]: one for one in json.loads(text)["unit_costs"]}
    assert found["looked-after"]["low"] < found["looked-after"]["value"]
    assert found["looked-after"]["england"]["value"] > 1_500


def test_need_in_words_and_json(capsys):
    code, out, _ = ran(capsys, "need", "Leeds", "--theme", "care")
    assert code == 0
    assert "by every key" in out
    assert max(map(len, out.splitlines())) <= 100
    code, text, _ = ran(capsys, "need", "Leeds", "--json")
    assert json.loads(text)["among"] == "Yorkshire and The Humber"
    code, _, err = ran(capsys, "need", "Leeds", "--theme", "schools")
    assert code == 1
    assert "Its themes are" in err
