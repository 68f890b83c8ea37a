"""The commands as a person or a program runs them: text, JSON, exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from tiny_publication import READERS, derive, write_tiny

from totalplace.book.build import build_book
from totalplace.book.store import Book, open_book, write_book
from totalplace.cli.app import run

SOURCE = Path(__file__).resolve().parents[2] / "src" / "totalplace"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    write_tiny(tmp_path / "in", "a.csv", "E08000038,,Barnsley,authority,2024,1")
    build_book(tmp_path / "in", tmp_path / "tiny.duckdb", derive_fn=derive, readers=READERS)
    return tmp_path / "tiny.duckdb"


def test_build_lists_files_as_text_and_as_json(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("totalplace.book.gather.all_readers", lambda: READERS)
    monkeypatch.setattr("totalplace.scenarios.building.derive", derive)
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path / "in", "a.csv", "E08000038,,Barnsley,authority,2024,1")
    (tmp_path / "in" / "letter.txt").write_text("Dear sir")
    assert run(["book", "build", "--from", "in"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"tiny +a\.csv +\(2 rows\)", text)
    assert "letter.txt: no reader knows this file" in text
    assert (tmp_path / "england.duckdb").is_file()  # where it goes when nobody says
    assert run(["book", "build", "--from", "in", "--book", "b.duckdb", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {note["outcome"] for note in told["files"]} == {"read", "not recognised"}
    with open_book("b.duckdb") as book:
        assert told["book_hash"] == book.hash
        assert book.table("source")["publication"].to_list() == ["postcodes", "tiny"]


def test_check_of_the_pack_is_good_and_says_why(capsys) -> None:
    assert run(["book", "check", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    (spend,) = [
        row
        for row in told["reconciliations"]
        if (row["item"], row["period"]) == ("ro3.total_csc.total_expenditure", "2024-25")
    ]
    assert spend["holds"]
    assert {part["what"].partition(",")[0] for part in spend["parts"]} == {
        "authorities",
        "districts",
        "Greater London Authority",
        "publisher's estimates for missing returns",
    }
    assert run(["book", "check"]) == 0
    assert "= the published total" in capsys.readouterr().out


def test_check_of_a_book_that_does_not_add_up_ends_with_1(
    england: Book, tmp_path: Path, capsys
) -> None:
    """One council's count is raised by a thousand: the total no longer follows from its parts."""
    tables = {name: england.table(name) for name in ("observation", "source", "item", "authority")}
    wrong = (pl.col("item") == "population.children_0_17") & (pl.col("area_code") == "E08000035")
    tables["observation"] = tables["observation"].with_columns(
        pl.when(wrong).then(pl.col("value") + 1000).otherwise("value").alias("value")
    )
    write_book(tmp_path / "wrong.duckdb", tables, dict(england.meta))
    assert run(["book", "check", "--book", str(tmp_path / "wrong.duckdb")]) == 1
    assert re.search(r"-1,000 +DIFFERENCE that nothing explains", capsys.readouterr().out)


def test_pack_of_a_book_without_its_figures_is_refused(tiny: Path, tmp_path: Path, capsys) -> None:
    assert run(["pack", "--book", str(tiny), "--out", str(tmp_path / "out")]) == 1
    assert "holds none of the figures" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_pack_writes_and_lists_its_files(england: Book, tmp_path: Path, capsys) -> None:
    words = ["pack", "--book", str(england.path), "--out", str(tmp_path / "out"), "--json"]
    assert run(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert {f["name"] for f in told["files"]} == {p.name for p in (tmp_path / "out").glob("*.csv")}


def test_pull_lists_without_fetching_and_names_unknown_ids(tmp_path: Path, capsys) -> None:
    assert run(["book", "pull", "--list"]) == 0
    assert "[not checked]" in capsys.readouterr().out
    assert run(["book", "pull", "--to", str(tmp_path), "--only", "nothing"]) == 1
    assert "no address is listed as 'nothing'" in capsys.readouterr().err


# The pack has a limit of two megabytes: what it leaves out, and what is done without.
FULL_BOOK_ONLY = {
    "lait.CP_conf_15days": "a profile says that this book does not hold it",
    "lait.CPPlans2yrsActive": "a watch names the measures that this book does not hold",
    "lait.EALSec": "need is read from primary schools alone",
    "referrals.rereferral_count": "the interval comes from the year-to-year noise",
    "repeat_plans.cpp_subsequent": "the interval comes from the year-to-year noise",
    "workforce.cases": "the interval comes from the year-to-year noise",
    "workforce.leavers_fte": "the interval comes from the year-to-year noise",
    "cra.programme.": "the start of an id, not an item",
    "ro3.total_csc.rest": "made by the count: money on no line of its own",
    "rsx.education": "the start of an id, not an item",
}


def test_every_item_the_program_names_is_in_the_pack(england: Book) -> None:
    """What planner, guards and measures ask for by name must not be left behind."""
    have = set(england.table("item")["item"])
    families = {item.partition(".")[0] for item in have}
    named = re.compile(rf'"((?:{"|".join(sorted(families))})\.[^"\s{{}}]+\.?[^"\n{{}}]*)"')
    asked = {
        item: path.name
        for folder in ("money", "measures", "evidence", "footprints", "scenarios")
        for path in sorted((SOURCE / folder).iterdir())
        if path.suffix in (".py", ".toml")
        for item in named.findall(path.read_text("utf-8"))
        if not item.startswith("ro3.") or item.count(".") == 2  # else the start of an id
    }
    assert len(asked) > 20
    assert {i: where for i, where in asked.items() if i not in have | set(FULL_BOOK_ONLY)} == {}
    assert not have & set(FULL_BOOK_ONLY)
