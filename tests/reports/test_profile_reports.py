"""What a profile looks like to people and programs, on the England pack."""

from __future__ import annotations

import json

import jsonschema
import pytest

from totalplace.cli.app import run
from totalplace.reports.json_document import schema
from totalplace.reports.profile_json import profile_document, profile_to_json
from totalplace.reports.profile_text import profile_text
from totalplace.scenarios.profile import profile, read

PLACES = ("Leeds", "Camden + Islington + Hackney", "Isles of Scilly", "Cumbria", "England")


@pytest.fixture(scope="module")
def places(england):
    reader = read(england)
    return {name: profile(reader, name) for name in PLACES}


@pytest.mark.parametrize("name", PLACES)
def test_json_keeps_its_schema_and_a_reason_for_every_null(places, name):
    text = profile_to_json(places[name])
    document = json.loads(text)
    jsonschema.validate(document, schema("profile"))
    assert "NaN" not in text
    for row in document["measures"]:
        assert (row["value"] is None) == (row["missing"] is not None)
        assert (row["low"] is None) == (row["high"] is None)
        if row["value"] is not None:
            assert (row["low"] is None) == (row["no_interval"] is not None)


@pytest.mark.parametrize("name", PLACES)
def test_text_fits_its_width_and_never_prints_a_nan(places, name):
    text = profile_text(places[name], width=100)
    assert max(map(len, text.splitlines())) <= 100
    assert "nan" not in text.replace("Financial", "").lower().split()
    assert text.startswith(places[name].name)


def test_text_says_the_same_as_the_frame(places):
    place = places["Leeds"]
    flat = " ".join(profile_text(place).split())
    for line in place.lines:
        if line.rate.known and line.headline.group != "money":
            assert f"{line.rate.value:,.{line.headline.decimals}f} (" in flat or not (
                line.rate.has_interval
            ), line.headline.id


def test_reasons_and_doubts_reach_the_page(places):
    tiny = profile_text(places["Isles of Scilly"])
    assert "printed as" in tiny
    footprint = " ".join(profile_text(places["Camden + Islington + Hackney"]).split())
    assert "never averaged" in footprint
    assert "not close" in footprint
    past = " ".join(profile_text(places["Cumbria"]).split())
    assert "abolished on 31 March 2023" in past


def test_the_command_prints_text_json_and_plain_errors(england, tmp_path, capsys):
    book = ["--book", str(england.path)]
    assert run(["profile", "Leeds", *book, "--with", "Bradford", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "your own choice of 1" in out
    written = json.loads((tmp_path / "profile.json").read_text("utf-8"))
    assert run(["profile", "Leeds", *book, "--with", "Bradford", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == written
    assert run(["profile", "Leedz", *book]) == 1
    assert "Did you mean Leeds" in capsys.readouterr().err
    assert written == profile_document(profile(england, "Leeds", compare_with=["Bradford"]))
