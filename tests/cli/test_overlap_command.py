"""`totalplace overlap`: words and JSON for a place, and errors in plain words."""

import json

import jsonschema

from totalplace.cli import app
from totalplace.reports.json_document import schema


def ran(capsys, *words):
    code = app.run(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_words_and_json_say_the_same(capsys):
    code, out, _ = ran(capsys, "overlap", "Leeds")
    assert code == 0
    assert "What several bodies pay for the same children: Leeds" in out
    assert "is not a saving" in out
    assert max(map(len, out.splitlines())) <= 100
    code, text, _ = ran(capsys, "overlap", "Leeds", "--json")
    found = json.loads(text)
    assert code == 0
    jsonschema.validate(found, schema("overlap"))
    for each in found["functions"]:
        assert each["title"] in out
        police = [claim for claim in each["claims"] if claim["body"] in ("police", "NHS")]
        assert all(claim["amount"] is None for claim in police)


def test_an_unknown_place_is_told(capsys):
    code, out, err = ran(capsys, "overlap", "Leedz")
    assert code == 1
    assert out == ""
    assert "Did you mean Leeds" in err


def test_make_or_buy_in_words_and_json(capsys):
    code, out, _ = ran(capsys, "make-or-buy", "Leeds", "--in-house", "10%")
    assert code == 0
    assert "If 10% of what is bought came in house" in out
    assert max(map(len, out.splitlines())) <= 100
    code, text, _ = ran(capsys, "make-or-buy", "Slough", "--json")
    homes = json.loads(text)["settings"][0]
    assert (homes["spend"], homes["bought"]["low"], homes["moved"]) == (None, None, None)
    code, _, err = ran(capsys, "make-or-buy", "Leeds", "--in-house", "120%")
    assert code == 1
    assert "no part of what is bought" in err


def test_a_pooled_fund_in_words_and_json(capsys):
    code, out, _ = ran(capsys, "pool", "Bexley + Bromley", "--theme", "young people")
    assert code == 0
    assert "Nobody is obliged to put anything in" in out
    assert max(map(len, out.splitlines())) <= 100
    code, text, _ = ran(capsys, "pool", "Slough", "--json")
    found = json.loads(text)
    jsonschema.validate(found, schema("pool"))
    assert found["could_hold"]["closed"]["high"] > 0
    nhs = next(one for one in found["contributions"] if one["payer"] == "NHS")
    assert nhs["amount"] is None
    code, _, err = ran(capsys, "pool", "Leeds", "--theme", "sport")
    assert code == 1
    assert "The themes are" in err
