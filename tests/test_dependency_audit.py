"""The audit of dependencies: it fails on a finding, and never takes silence for an all clear."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {
    "name": "bad", "version": "2.0",
    "vulns": [{"id": "PLANTED-1", "fix_versions": ["2.1"], "aliases": [], "description": "x"}],
}  # fmt: skip
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found"}


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("ci_audit", REPOSITORY / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def run(audit, tmp_path, capsys):
    """Audit with a stand-in for pip-audit, one answer for each time it is asked."""

    def go(*answers, must_ask=False, code=0, stderr=""):
        for number, packages in enumerate(answers):
            told = json.dumps({"dependencies": packages, "fixes": []}) if packages else ""
            (tmp_path / f"answer-{number}").write_text(told)
        program = tmp_path / "pip-audit"
        program.write_text(
            f"#!{sys.executable}\n"
            "import pathlib, sys\n"
            "here = pathlib.Path(__file__).parent\n"
            "answer = sorted(here.glob('answer-*'))[0]\n"
            "out = pathlib.Path(sys.argv[sys.argv.index('--output') + 1])\n"
            "out.write_text(answer.read_text())\n"
            "answer.unlink()\n"
            f"sys.stderr.write({stderr!r})\n"
            f"sys.exit({code})\n"
        )
        program.chmod(0o755)
        words = ["--must-ask"] * must_ask + [str(program), "probe.txt", "lock.txt"]
        return audit.main(words), capsys.readouterr().out

    return go


def test_a_finding_fails_and_is_named_with_its_mend(run):
    code, said = run([BAD], [GOOD, BAD], code=1)
    assert code == 1
    assert "bad 2.0: PLANTED-1, mended in 2.1" in said


def test_all_clear_says_how_many_were_asked_and_which_are_not_known(run):
    code, said = run([GOOD], [GOOD, UNKNOWN])
    assert code == 0
    assert "No known vulnerability in 1 locked packages." in said
    assert "does not know 1: ours" in said


def test_a_registry_that_knows_nothing_is_not_an_all_clear(run):
    code, said = run([UNKNOWN])
    assert code == 0
    assert "COULD NOT BE ASKED" in said
    assert "No known" not in said


@pytest.mark.parametrize(
    ("must_ask", "expected"), [(False, 0), (True, 3)], ids=["passes", "fails when it must"]
)
def test_without_the_network_it_says_so(run, must_ask, expected):
    told = "Traceback\nConnectionError: Could not connect to the feed\n"
    code, said = run([], code=1, stderr=told, must_ask=must_ask)
    assert code == expected
    assert "COULD NOT BE ASKED" in said


def test_a_broken_audit_fails(run, audit, tmp_path, capsys):
    assert run([], code=1, stderr="invalid requirement in lock.txt\n")[0] == 2
    assert audit.main([str(tmp_path / "none"), "probe.txt"]) == 2
    assert "BROKEN" in capsys.readouterr().out


def test_a_list_that_never_answers_is_given_up(audit, tmp_path):
    program = tmp_path / "slow"
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    program.chmod(0o755)
    assert audit.ask(str(program), ["x"], 1) == "no answer within 1 seconds"
    assert audit.PROBE_S < 20


def test_everything_that_is_installed_is_audited():
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    recipe = re.search(r"^audit:.*?\n\n", makefile, re.MULTILINE | re.DOTALL)[0]
    for name in ("uv", "user", "web", "node", "dev"):
        assert f"requirements/{name}.txt" in recipe
    assert "step audit make audit" in (REPOSITORY / ".ci" / "run").read_text("utf-8")
