"""Looking behind a real plan for England, from Python and from the command line."""

from __future__ import annotations

import json

import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.scenarios import risk

QUICK = ["--arrangement", "shared-management", "--draws", "32"]


def test_explain_says_where_an_authority_landed_what_refused_it_and_what_would_change_it(capsys):
    assert run(["explain", "social-work", "Camden", *QUICK]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Camden keeps social work and safeguarding on its own")
    assert "80 % interval" in said
    assert "The guard 'front line held' refuses it: The dearest year" in said
    assert "would change that: " in said
    for neighbour in ("Barnet", "Brent", "Haringey", "Islington", "Westminster"):
        assert neighbour in said
    assert "nan" not in said


def test_explain_as_json_holds_the_figures_behind_the_words(capsys):
    words = ["explain", "social-work", "Camden", *QUICK, "--funding", "a grant", "--json"]
    assert run(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["kind"] == "explanation"
    assert told["area_code"] == "E09000007"
    assert told["best"]["appraisal"]["value"]["low"] < told["best"]["appraisal"]["value"]["high"]
    assert {n["name"] for n in told["neighbours"]} >= {"Barnet", "Islington"}
    blocked = {g["guard"] for n in told["neighbours"] for g in n["together"]["blocked_by"]}
    assert "front-line-held" not in blocked


def test_an_area_nobody_knows_is_refused_before_anything_is_solved(england):
    with pytest.raises(InputError, match="Camdem"):
        risk.explain(england, "Camdem", service="social-work")
