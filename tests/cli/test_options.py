"""What the command line hands on is what the planner takes, by the planner's own signature."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.scenarios import bundling, planning, risk

ASKED = {
    "plan": ["plan", "social-work", "--funding", "reserves", "--named", "Bristol+Torbay"],
    "appraise": [
        *["appraise", "Camden", "Islington", "--service", "social-work"],
        *["--arrangement", "shared-management", "--improvement", "--named", "--funding", "x"],
    ],
}


@pytest.mark.parametrize("name", ASKED)
def test_every_option_is_one_the_planner_knows(name, england, monkeypatch, capsys):
    real = create_autospec(getattr(planning, name), side_effect=InputError("It got this far."))
    monkeypatch.setattr(planning, name, real)
    assert run([*ASKED[name], "--book", str(england.path)]) == 1
    real.assert_called_once()
    assert capsys.readouterr().err == "It got this far.\n"


def test_plan_explains_one_council_and_bundles_several_services(england, monkeypatch, capsys):
    book = ["--book", str(england.path)]
    asked = create_autospec(risk.explain, side_effect=InputError("It got this far."))
    monkeypatch.setattr(risk, "explain", asked)
    assert run(["plan", "social-work", "--explain", "Camden", "--partnerships", "3", *book]) == 1
    assert asked.call_args.args[1] == "Camden"
    assert asked.call_args.kwargs["partnerships"] == 3
    both = create_autospec(bundling.bundle, side_effect=InputError("It got this far."))
    monkeypatch.setattr(bundling, "bundle", both)
    assert run(["plan", "social-work", "fostering", "--common-footprint", *book]) == 1
    assert both.call_args.kwargs["services"] == ["social-work", "fostering"]
    assert run(["plan", "a", "b", "--common-footprint", "--explain", "Camden", *book]) == 2
    assert "one service" in capsys.readouterr().err
