"""What the command line prints, where it prints it, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from inspect import signature
from pathlib import Path

import pytest

import totalplace
from reports.plans import do_nothing_plan, refused_appraisal, sample_plan
from totalplace.book import pack
from totalplace.cli.app import run
from totalplace.errors import InputError, NoPlanError, Problem
from totalplace.scenarios import planning

EVERY_OPTION = """plan adoption --objective cautious --floor 0.6 --draws 64 --seed 7
    --as-of 2026-06-30 --start 2027-04-01 --inside region --missing estimate
    --without steady-hands --max-members 3 --set team.director=0.6 --time-limit 60
    --named Bristol+Torbay --improvement Kingston+Richmond --funding reserves
    --min-members 2 --grow-to 12
    --keep Bath+Wiltshire --keep-existing --only London
    --partnerships 4 --most-partnerships 5 --memory 500
    --other-plan fostering.json --most-bodies 2
    --together Camden+Islington --apart"""


class Planner:
    """Stands in for totalplace.scenarios.planning and remembers what it was asked."""

    def __init__(self):
        self.signatures = {
            name: signature(getattr(planning, name)) for name in ("plan", "appraise")
        }
        self.asked = {}
        self.raises = None
        self.answer = sample_plan()

    def plan(self, *words, **options):
        self.signatures["plan"].bind(*words, **options)
        self.asked = options
        if self.raises:
            raise self.raises
        return self.answer

    def appraise(self, *words, **options):
        self.signatures["appraise"].bind(*words, **options)
        self.asked = {"areas": words[1], **options}
        return refused_appraisal()


@pytest.fixture
def planner(monkeypatch):
    made = Planner()
    monkeypatch.setattr(planning, "plan", made.plan)
    monkeypatch.setattr(planning, "appraise", made.appraise)
    monkeypatch.setattr(pack, "england", lambda: nullcontext("book"))
    return made


def test_plan_prints_the_verdict_first_and_nothing_on_standard_error(planner, capsys):
    assert run(["plan", "social-work", "--arrangement", "shared-management"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Six councils of 16 should keep their own management team.")
    assert printed.err == ""
    assert "\x1b" not in printed.out
    assert planner.asked["arrangements"] == ["shared-management"]
    assert planner.asked["progress_fn"] is None


def test_plan_hands_every_option_on(planner, capsys):
    assert run([*EVERY_OPTION.split(), "Bexley + Bromley"]) == 0
    asked = planner.asked
    assert asked.pop("registry")["team.director"].value == 0.6
    assert {k: str(v) if k in ("as_of", "start") else v for k, v in asked.items()} == {
        "service": "adoption",
        "arrangements": None,
        "objective": "cautious",
        "floor": 0.6,
        "draws": 64,
        "seed": 7,
        "as_of": "2026-06-30",
        "start": "2027-04-01",
        "together": (("Camden", "Islington"),),
        "apart": (("Bexley", "Bromley"),),
        "named": (("Bristol", "Torbay"),),
        "improvement": (("Kingston", "Richmond"),),
        "inside": ["region"],
        "keep": (("Bath", "Wiltshire"),),
        "keep_existing": True,
        "only": ["London"],
        "min_members": 2,
        "max_members": 3,
        "grow_to": 12,
        "partnerships": 4,
        "most_partnerships": 5,
        "other_plans": (Path("fostering.json"),),
        "most_bodies": 2,
        "funding": "reserves",
        "missing": "estimate",
        "without": ("steady-hands",),
        "time_limit": 60.0,
        "memory": 500.0,
        "progress_fn": None,
    }


def test_json_is_the_same_every_time_and_alone_on_standard_output(planner, capsys):
    outs = []
    for _ in range(2):
        assert run(["plan", "social-work", "--json"]) == 0
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]
    assert json.loads(outs[0])["kind"] == "plan"


def test_do_nothing_says_so(planner, capsys):
    planner.answer = do_nothing_plan()
    assert run(["plan", "residential"]) == 0
    assert capsys.readouterr().out.startswith("Do nothing: 16 councils should")


def test_appraise_takes_any_number_of_areas(planner, capsys):
    words = ["appraise", "Camden", "Hackney", "Islington", "--service", "social-work"]
    assert run([*words, "--arrangement", "shared-management"]) == 0
    assert planner.asked["areas"] == ["Camden", "Hackney", "Islington"]
    assert "two guards refuse it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoPlanError("No plan exists: 'within reach' forbids every set with [bold]Cornwall."), 3),
        (InputError([Problem(what="first"), Problem(what="second", fix="Do this.")]), 1),
    ],
)
def test_an_error_is_its_own_message_with_its_own_code(planner, capsys, error, code):
    planner.raises = error
    assert run(["plan", "social-work"]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"{error}\n"


def test_an_unexpected_error_is_one_sentence_without_a_trace(planner, capsys):
    planner.raises = ZeroDivisionError("division by zero")
    assert run(["plan", "social-work"]) == 1
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    assert "report it" in printed.err
    with pytest.raises(ZeroDivisionError):
        run(["--debug", "plan", "social-work"])


def test_an_interrupt_is_one_clean_line(planner, capsys):
    planner.raises = KeyboardInterrupt()
    assert run(["plan", "social-work"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped. Nothing was left half-written."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["plan"], "Missing argument"),
        (["plan", "social-work", "--objective", "best"], "cautious"),
        (["plan", "social-work", "--seed", "x"], "--seed"),
        (["plan", "social-work", "--set", "team.director"], "equals sign"),
        (["plan", "social-work", "--set", "=1"], "equals sign"),
        (["plan", "social-work", "--together", "Camden"], "'+'"),
        (["plan", "social-work", "--as-of", "last year"], "--as-of"),
        (["plann", "social-work"], "plan"),
        (["appraise", "Camden"], "--service"),
    ],
)
def test_wrong_usage_ends_in_two_and_names_the_option(planner, capsys, words, says):
    assert run(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert says in printed.err


def test_out_writes_files_and_says_where(planner, england, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(pack, "england", lambda: nullcontext(england))
    folder = tmp_path / "new" / "out"
    assert run(["plan", "social-work", "--json", "--out", str(folder)]) == 0
    printed = capsys.readouterr()
    assert json.loads((folder / "plan.json").read_text("utf-8")) == json.loads(printed.out)
    assert str(folder / "plan.json") in printed.err
    assert not list(folder.glob(".*"))
    page = (folder / "plan.html").read_text("utf-8")
    assert page.count('class="map"') == 2
    assert "<title>Camden: keeps its own</title>" in page
    assert "<title>Reading: partnership 1, with Bracknell Forest and Wokingham</title>" in page


def test_a_folder_that_cannot_be_written_is_one_clear_message(
    planner, england, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(pack, "england", lambda: nullcontext(england))
    (tmp_path / "file").write_text("in the way")
    assert run(["plan", "social-work", "--out", str(tmp_path / "file")]) == 1
    assert "cannot write here" in capsys.readouterr().err


def test_version_and_help_end_well(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"Total Place {totalplace.__version__}\n"
    assert run(["plan", "--help"]) == 0
    assert "--together A+B" in capsys.readouterr().out


def test_help_in_a_fresh_process_loads_nothing_heavy():
    code = (
        "import sys, atexit\n"
        "heavy = ('numpy', 'polars', 'duckdb', 'altair', 'vl_convert', 'jinja2', 'xlsxwriter',"
        " 'rich', 'highspy', 'scipy', 'totalplace.reports.words')\n"
        "from totalplace.cli.app import run\n"
        "code = run(['--help'])\n"
        "print('LOADED', *[name for name in heavy if name in sys.modules])\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED"
    assert done.stderr == ""
