"""The England pack: small, whole, readable, its licences apart, and the same as the full book."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from totalplace.book import pack
from totalplace.book.packing import LICENCES, PLACES, load_contents, write_pack
from totalplace.book.schema import load_schema
from totalplace.book.store import Book
from totalplace.errors import BookError

LARGEST = 2_000_000


@pytest.fixture(scope="module")
def folder() -> Path:
    return pack.pack_folder()


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict:
    return tomllib.loads((folder / "pack.toml").read_text("utf-8"))


def test_it_is_small_and_readable(folder: Path) -> None:
    files = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert sum(path.stat().st_size for path in files) < LARGEST
    assert {path.suffix for path in files} == {".csv", ".toml"}
    for path in files:
        path.read_text("utf-8")


def test_every_file_is_listed_with_its_rows_and_where_it_comes_from(
    folder: Path, manifest: dict
) -> None:
    listed = {entry["name"] for entry in manifest["file"]}
    assert listed == {path.name for path in folder.glob("*.csv")}
    known = {source["source_id"] for source in manifest["source"]}
    for entry in manifest["file"]:
        assert entry["rows"] == pl.read_csv(folder / entry["name"], infer_schema=False).height
        assert set(entry.get("sources", ())) <= known
    for source in manifest["source"]:
        assert source["publisher"]
        assert source["title"]
        assert len(source["sha256"]) == 64


def test_licences_are_kept_apart_and_stated(manifest: dict) -> None:
    licence_of = {source["source_id"]: source["licence"] for source in manifest["source"]}
    assert not [s for s in licence_of.values() if not s.startswith(tuple(LICENCES))]
    for entry in manifest["file"]:
        assert {licence_of[source] for source in entry.get("sources", ())} <= {entry["licence"]}
    assert "not stated" not in {entry["licence"] for entry in manifest["file"]}


def test_everything_it_should_hold_is_there(england: Book) -> None:
    for group in load_contents().groups:
        for item in group.items:
            found = england.query("SELECT 1 FROM observation WHERE item GLOB ? LIMIT 1", [item])
            assert found.height, item
    for name in (*PLACES, "inspection", "neighbour", "partner_body", "item", "measure", "source"):
        assert england.table(name).height, name


def test_every_figure_is_traced_to_a_source(england: Book) -> None:
    for name in ("observation", "item", "inspection", "neighbour", "partner_body", "measure"):
        lost = england.query(f'SELECT 1 FROM "{name}" ANTI JOIN source USING (source_id)')
        assert lost.height == 0, name
    untold = england.query("SELECT 1 FROM observation ANTI JOIN item USING (item)")
    assert untold.height == 0


def test_a_pack_of_the_pack_is_the_pack(england: Book, folder: Path, tmp_path: Path) -> None:
    """Writing and reading lose nothing: the second pack has the same bytes, table by table."""
    report = write_pack(england, tmp_path / "again")
    assert report.bytes < LARGEST
    for path in folder.glob("*.csv"):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
    assert {p.name for p in (tmp_path / "again").iterdir()} == {
        p.name for p in folder.iterdir() if not p.name.startswith(".")
    }


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_a_changed_file_is_refused(copy: Path) -> None:
    path = copy / "neighbour.ogl.csv"
    path.write_text(path.read_text("utf-8").replace("Very close", "Not close", 1), "utf-8")
    with pytest.raises(BookError, match=r"neighbour\.ogl\.csv: this file is not the one"):
        pack.load_pack(copy)


def test_a_missing_file_is_refused(copy: Path) -> None:
    (copy / "authority.ogl.csv").unlink()
    with pytest.raises(BookError, match=r"authority\.ogl\.csv: a file of the pack is missing"):
        pack.load_pack(copy)


@pytest.mark.parametrize("change", ["format = 2", "schema_version = 1"])
def test_a_pack_of_another_version_is_refused(copy: Path, change: str) -> None:
    path = copy / "pack.toml"
    path.write_text(path.read_text("utf-8").replace(change, re.sub(r"\d+", "99", change), 1))
    with pytest.raises(BookError, match="Write it again with 'totalplace pack'"):
        pack.load_pack(copy)


def test_no_pack_at_all(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="no readable pack"):
        pack.load_pack(tmp_path)


def test_writing_where_nothing_can_be_written(england: Book) -> None:
    with pytest.raises(BookError, match="cannot be written"):
        write_pack(england, Path("/proc/pack"))


def test_it_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pack.CACHE, str(tmp_path / "cache"))
    with pack.england() as first:
        made = first.path.stat().st_mtime_ns
        assert first.meta["kind"] == "pack"
    with pack.england() as second:
        assert second.path.stat().st_mtime_ns == made
    first.path.write_bytes(b"damaged")
    with pack.england() as third:
        assert third.hash == first.hash
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [first.path.name]


def test_a_cache_that_cannot_be_written_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(pack.CACHE, str(tmp_path / "file" / "cache"))
    with pytest.raises(BookError, match="TOTALPLACE_CACHE"):
        pack.england()


def test_the_cache_is_in_the_users_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pack.CACHE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert pack.cache_folder() == Path("/somewhere/totalplace")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert pack.cache_folder() == Path.home() / ".cache" / "totalplace"


def test_two_programs_may_unpack_it_at_once(tmp_path: Path) -> None:
    code = (
        "from totalplace.book.pack import england\n"
        "with england() as book:\n"
        "    print(book.query('SELECT count(*) FROM authority').item(), end=' ')\n"
        "    print(book.query(\"SELECT current_setting('enable_progress_bar')\").item())"
    )
    surroundings = {**os.environ, pack.CACHE: str(tmp_path)}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    # No bar of DuckDB's among the results, though it takes `python -c` for a person typing.
    assert said[0][0] == said[1][0] == "163 False\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_pack_keeps_the_order_of_columns_of_the_book(folder: Path) -> None:
    for name, frame in pack.load_pack(folder).items():
        assert frame.schema == pl.Schema(load_schema().tables[name].polars_schema), name


def same(one: Book, other: Book, sql: str, parameters: list[object]) -> None:
    first, second = one.query(sql, parameters), other.query(sql, parameters)
    assert first.height
    assert_frame_equal(first, second, check_exact=True)


@pytest.mark.published
@pytest.mark.slow
def test_pack_and_full_book_answer_alike(england: Book, full_book: Book) -> None:
    """Every figure, code, border and judgement that the pack holds is the full book's."""
    for group in load_contents().groups:
        for item in group.items:
            columns = ", ".join(load_schema().tables["observation"].polars_schema)
            same(
                england,
                full_book,
                f"SELECT {columns} FROM observation WHERE item GLOB ? AND latest"
                " AND list_contains(?, level) ORDER BY ALL",
                [item, list(group.levels)],
            )
    for name in (*PLACES, "neighbour", "inspection"):
        same(england, full_book, f'SELECT * FROM "{name}" ORDER BY ALL', [])
    same(
        england,
        full_book,
        "SELECT * FROM partner_body WHERE kind <> 'adoption' ORDER BY ALL",
        [],
    )
