"""`totalplace evidence` as a person meets it."""

import json
from contextlib import nullcontext
from types import ModuleType

import pytest

from totalplace.cli import evidence as command
from totalplace.cli.app import run
from totalplace.evidence.cases import Quantity, load_cases
from totalplace.evidence.comparisons import Backtest, Modelled, compare
from totalplace.evidence.draws import draw
from totalplace.evidence.registry import Confidence, Registry

REGISTRY = Registry.load()


def test_every_assumption_is_printed_with_range_source_and_confidence(capsys):
    assert run(["evidence"]) == 0
    printed = capsys.readouterr().out
    assumed = sum(row.confidence is Confidence.ASSUMED for row in REGISTRY)
    assert f"{len(REGISTRY)} assumptions: {assumed} assumed" in printed
    one_line = " ".join(printed.split())
    for row in REGISTRY:
        assert f"{row.id} {row.value:g} ({row.low:g} to {row.high:g}) {row.unit}" in one_line
        assert " ".join(row.source.split()) in one_line
        assert f"{str(row.confidence).capitalize()}; {row.commissioned_by}." in one_line
    assert max(map(len, printed.splitlines())) <= 100


def test_json_builds_the_same_registry(capsys):
    assert run(["evidence", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sha256"] == REGISTRY.sha256
    rows = [
        {key: value for key, value in row.items() if key != "held" and value is not None}
        for row in document["parameters"]
    ]
    assert Registry.from_rows(rows) == REGISTRY


@pytest.fixture
def scenarios(monkeypatch):
    """A stand-in for the layer above: appraisals come from there, the table from here."""
    asked = {}

    def backtest(book, *, draws, seed):
        asked.update(draws=draws, seed=seed)
        drawn = draw(REGISTRY, n=draws, seed=seed)
        model = {
            ("tri-borough-three-to-one", Quantity.SAVING_A_YEAR): Modelled(
                mean=1.9, low=0.8, high=3.1, note="Shared service, three members."
            )
        }
        return Backtest(
            comparisons=compare(load_cases(), drawn, model),
            findings=("Of neighbouring pairs, 47 % pay.",),
            seed=seed,
            draws=draws,
            assumptions_sha256=REGISTRY.sha256,
            book_hash="0c22e4ff",
        )

    module = ModuleType("totalplace.scenarios.backtest")
    module.backtest = backtest
    monkeypatch.setitem(__import__("sys").modules, module.__name__, module)
    monkeypatch.setattr(command, "open_book", lambda path: nullcontext())
    return asked


def test_backtest_prints_the_cases_side_by_side(scenarios, capsys):
    assert run(["evidence", "backtest", "--draws", "64", "--seed", "7"]) == 0
    printed = capsys.readouterr().out
    assert scenarios == {"draws": 64, "seed": 7}
    one_line = " ".join(printed.split())
    assert "1.90 (0.80 to 3.10)" in one_line
    assert "16.81" in one_line  # £11.8m of 2011-12 at 2024-25 prices
    assert "8.8 times the model's mean" in one_line
    assert "Shared service, three members." in one_line
    assert "No audit of children's services alone was found." in one_line
    assert "Of neighbouring pairs, 47 % pay." in one_line
    assert f"assumptions {REGISTRY.sha256[:6]} · seed 7 · 64 draws · book 0c22e4" in one_line
    for case in load_cases():
        if case.figures:
            assert case.title in one_line


def test_every_quantity_has_words():
    assert set(command._WORDS) == set(Quantity)


def test_backtest_as_json(scenarios, capsys):
    assert run(["evidence", "backtest", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    first = document["comparisons"][0]
    assert first["case"]["id"] == "tri-borough-three-to-one"
    assert first["claimed"]["price_year"] == "2011-12"
    assert first["modelled"]["mean"] == 1.9
    assert first["case"]["start"] == "2011-06-01"
