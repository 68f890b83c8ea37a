"""Looking behind a real plan for England, from Python and from the command line."""

from __future__ import annotations

import json

import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.reports.risk import risk_text, risk_to_json
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


@pytest.fixture(scope="module")
def funded(england):
    """A plan with partnerships in it, and what lies behind it."""
    found = risk.find(
        england, service="social-work", arrangement="shared-management", draws=64, funding="a grant"
    )
    return found, risk.look_behind(found, solves=8, points=3)


def test_risk_holds_together_on_a_real_plan(funded):
    found, told = funded
    plan = found.plan
    mine = {p.members for p in told.stability.partnerships if p.in_plan}
    assert mine == {p.members for p in plan.partnerships}
    assert told.stability.draws == 8
    assert told.tornado[0].worth == pytest.approx(plan.certificate.value)
    assert told.tornado[0].in_doubt
    assert [one.members for one in told.splits] == [p.members for p in plan.partnerships]
    for one, partnership in zip(told.splits, plan.partnerships, strict=True):
        assert sum(p.shapley.mean for p in one.parts) == pytest.approx(partnership.value.mean)
    by_money, by_tail = told.fronts[:2]
    assert by_money.points[0].expected == pytest.approx(plan.certificate.value)
    assert by_tail.points[0].cautious >= by_money.points[0].cautious
    assert told.at_random.value.mean < plan.value.mean


def test_risk_in_words_and_as_json_says_the_same(funded):
    _, told = funded
    text = " ".join(risk_text(told).split())
    document = json.loads(risk_to_json(told))
    for sentence in document["sentences"]:
        assert " ".join(sentence.split()) in text
    assert text.startswith(document["sentences"][0])
    assert document["stability"]["worst_gap"] <= 1e-3
    assert document["fronts"][0]["points"][-1]["best_below"] is None  # no upper end
    assert "nan" not in text.lower().split()
    assert all(len(line) <= 100 for line in risk_text(told).splitlines())


def test_risk_command_where_the_plan_is_to_do_nothing(capsys):
    words = ["risk", "fostering", "--arrangement", "regional-agency", "--draws", "16"]
    words += ["--solves", "4", "--points", "2", "--max-members", "2"]
    assert run(words) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Doing nothing is the best plan in 100 % of 4 draws")
    assert "The guards allow no partnership, so no assumption changes the plan." in said
    assert run([*words, "--funding", "a grant"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "What moves the best partnership allowed most: " in said


def test_more_solves_than_draws_is_one_clear_message(capsys):
    words = ["risk", "fostering", "--arrangement", "joint-buying", "--draws", "4"]
    assert run([*words, "--max-members", "2"]) == 1
    assert "Solve for 1 to 4 draws, not 64" in capsys.readouterr().err
