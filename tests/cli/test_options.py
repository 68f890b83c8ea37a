"""What the command line hands on is what the planner takes, by the planner's own signature."""

from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.scenarios import planning

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
