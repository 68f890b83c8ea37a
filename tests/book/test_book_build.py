"""Building a book: resolution, revisions, determinism, all-or-nothing. With a tiny publication."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tiny_publication import READERS, derive, write_tiny

from totalplace.book.build import build_book
from totalplace.book.lists import resolve_lists
from totalplace.book.resolve import Register, mark_latest
from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.errors import BookError, InputError, PublishedFileError

TABLES = tuple(load_schema().tables)


def build(folder: Path, path: Path, **options):
    return build_book(folder, path, derive_fn=derive, readers=READERS, **options)


def contents(path: Path) -> dict[str, pl.DataFrame]:
    with open_book(path) as book:
        return {name: book.table(name) for name in TABLES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "published"
    write_tiny(
        place,
        "a/first.csv",
        "E08000016,370,Barnsley,authority,2024,10",
        ",825,Buckinghamshire,authority,2020,20",
        ",825,Buckinghamshire,authority,2021,21",
        "E12000003,,Yorkshire and The Humber,region,2024,99",
        "E92000001,,England,england,2024,1000",
        ",,Inner London,region,2024,7",
        "E07000001,,A district,district,2024,5",
        "E23000003,,A police force,partner,2024,6",
        released="2025-01-01",
    )
    write_tiny(
        place,
        "b/second.csv",
        "E08000038,370,Barnsley,authority,2024,11",
        "E06000063,942,Cumberland,authority,2024,c",
        released="2025-06-01",
    )
    return place


def test_areas_are_resolved_and_recodings_followed(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        rows = book.query(
            "SELECT area_code, published_code, area_name, period FROM observation ORDER BY ALL"
        ).rows()
    assert ("E08000038", "E08000016", "Barnsley", "2024") in rows  # old code, new meaning
    assert ("E10000002", None, "Buckinghamshire", "2020") in rows  # the county, until 31 March
    assert ("E06000060", None, "Buckinghamshire", "2021") in rows  # the unitary, from then
    assert ("E13000001", None, "Inner London", "2024") in rows
    assert ("E07000001", "E07000001", "A district", "2024") in rows
    assert (None, "E23000003", "A police force", "2024") in rows
    assert ("E92000001", "E92000001", "England", "2024") in rows


def test_the_newest_release_is_latest_and_the_older_is_kept(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        rows = book.query(
            "SELECT value, latest FROM observation WHERE area_code = 'E08000038' ORDER BY value"
        ).rows()
    assert rows == [(10.0, False), (11.0, True)]


def test_without_release_dates_the_file_that_reaches_further_wins(tmp_path: Path) -> None:
    place = tmp_path / "published"
    write_tiny(place, "z.csv", "E08000038,,Barnsley,authority,2023,1", released="")
    write_tiny(
        place,
        "a.csv",
        "E08000038,,Barnsley,authority,2023,2",
        "E08000038,,Barnsley,authority,2024,3",
        released="",
    )
    build(place, tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        rows = book.query("SELECT value FROM observation WHERE latest ORDER BY value").rows()
    assert rows == [(2.0,), (3.0,)]


def test_every_row_is_a_value_or_a_reason(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        both = book.query("SELECT 1 FROM observation WHERE (value IS NULL) = (missing IS NULL)")
        missing = book.query("SELECT symbol, missing FROM observation WHERE value IS NULL").rows()
    assert both.height == 0
    assert missing == [("c", "suppressed")]


def test_same_files_in_other_places_with_more_workers_give_the_same_book(
    folder: Path, tmp_path: Path
) -> None:
    first = build(folder, tmp_path / "one.duckdb")
    moved = tmp_path / "moved"
    files = sorted(folder.rglob("*.csv"))
    random.Random(3).shuffle(files)
    for number, file in enumerate(files):
        (moved / str(number)).mkdir(parents=True)
        (moved / str(number) / f"x{9 - number}.csv").write_bytes(file.read_bytes())
    with ThreadPoolExecutor(4) as pool:
        second = build(moved, tmp_path / "two.duckdb", executor=pool)
    assert first.book_hash == second.book_hash
    one, two = contents(tmp_path / "one.duckdb"), contents(tmp_path / "two.duckdb")
    for name in TABLES:
        if name == "build_note":
            continue
        drop = ["file"] if name == "source" else []
        assert_frame_equal(one[name].drop(drop), two[name].drop(drop))


def test_duplicates_and_strangers_are_named_not_lost(folder: Path, tmp_path: Path) -> None:
    (folder / "copy.csv").write_bytes((folder / "a/first.csv").read_bytes())
    (folder / "letter.txt").write_text("Dear sir")
    (folder / ".hidden").write_text("nothing")
    report = build(folder, tmp_path / "book.duckdb")
    outcomes = {note.file: (note.outcome, note.detail) for note in report.files}
    assert outcomes["copy.csv"] == ("duplicate", "same content as a/first.csv")
    assert outcomes["letter.txt"] == ("not recognised", "no reader knows this file")
    assert ".hidden" not in outcomes
    with open_book(tmp_path / "book.duckdb") as book:
        assert set(book.table("build_note")["file"]) == set(outcomes)
    assert any("letter.txt" in line for line in report.lines())


def test_every_problem_of_every_file_is_told_and_the_old_book_stays(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "book.duckdb"
    build(folder, path)
    before = path.read_bytes()
    write_tiny(folder, "bad1.csv", "E08000038,,Barnsley,authority,2022,1O", ",,x,authority,2022,?")
    write_tiny(folder, "bad2.csv", "E08000038,,Barnsley,authority,2021,nil")
    with pytest.raises(PublishedFileError) as caught:
        build(folder, path)
    assert len(caught.value.problems) == 3
    assert "left as it was" in str(caught.value)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.duckdb", "published"]


def test_an_authority_nobody_knows_is_a_problem_with_a_suggestion(tmp_path: Path) -> None:
    write_tiny(tmp_path / "in", "a.csv", ",999,Barnsly,authority,2024,1")
    with pytest.raises(PublishedFileError, match=r"Barnsly, 999.*\n.*'barnsley'"):
        build(tmp_path / "in", tmp_path / "book.duckdb")
    assert not (tmp_path / "book.duckdb").exists()


@pytest.mark.parametrize(
    "printed",
    [
        "E08000038,942,Barnsley",  # the number is Cumberland's
        "E06000063,,Barnsley",  # the code is
        ",942,Barnsley",
    ],
)
def test_a_code_number_and_name_may_not_contradict(tmp_path: Path, printed: str) -> None:
    write_tiny(tmp_path / "in", "a.csv", f"{printed},authority,2024,1")
    with pytest.raises(PublishedFileError, match="different authorities: Barnsley"):
        build(tmp_path / "in", tmp_path / "book.duckdb")


def test_a_code_out_of_date_means_who_has_the_name_now(tmp_path: Path) -> None:
    """The county's old code on a figure of the unitary's day; and the new code on an old year."""
    write_tiny(
        tmp_path / "in",
        "a.csv",
        "E10000002,825,Buckinghamshire,authority,2024,1",
        "E06000060,825,Buckinghamshire,authority,2019,2",
        "E10000002,825,Buckinghamshire,authority,2018,3",
    )
    build(tmp_path / "in", tmp_path / "book.duckdb")
    with open_book(tmp_path / "book.duckdb") as book:
        rows = book.query("SELECT period, area_code FROM observation ORDER BY ALL").rows()
    assert rows == [("2018", "E10000002"), ("2019", "E06000060"), ("2024", "E06000060")]


def test_a_near_miss_is_named_with_what_it_came_near_to(folder: Path, tmp_path: Path) -> None:
    (folder / "almost.csv").write_text("tiny,code,released\n")
    report = build(folder, tmp_path / "book.duckdb")
    (note,) = [note for note in report.files if note.file == "almost.csv"]
    assert note.outcome == "not recognised"
    assert note.detail == "nearest match: tiny (its columns are in another order)"


def test_one_figure_given_twice_under_old_and_new_code_is_refused(tmp_path: Path) -> None:
    write_tiny(
        tmp_path / "in",
        "a.csv",
        "E08000016,370,Barnsley,authority,2024,1",
        "E08000038,370,Barnsley,authority,2024,2",
    )
    with pytest.raises(PublishedFileError, match="given twice"):
        build(tmp_path / "in", tmp_path / "book.duckdb")


@pytest.mark.parametrize("make", ["missing", "empty", "file"])
def test_a_folder_that_is_no_folder_of_files(make: str, tmp_path: Path) -> None:
    place = tmp_path / "in"
    if make == "empty":
        place.mkdir()
    if make == "file":
        place.write_text("x")
    with pytest.raises(InputError):
        build(place, tmp_path / "book.duckdb")


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), unique=True, min_size=1))
def test_exactly_one_release_of_each_figure_is_latest(pairs: list[tuple[int, int]]) -> None:
    """Whatever releases carry a figure, one is latest, and it is the newest that carries it."""
    sources = pl.DataFrame(
        {
            "source_id": ["s0", "s1", "s2"],
            "publication": ["p"] * 3,
            "released": [date(2025, 1, 3), date(2025, 1, 1), date(2025, 1, 2)],
            "sha256": ["a", "b", "c"],
        }
    )
    observation = pl.DataFrame(
        {
            "source_id": [f"s{source}" for source, _ in pairs],
            "area_code": [f"E{area}" for _, area in pairs],
            "published_code": None,
            "la_number": None,
            "area_name": "x",
            "level": "authority",
            "period": "2024",
            "period_start": date(2024, 3, 31),
            "period_end": date(2024, 3, 31),
            "status": "final",
            "item": "i",
        },
        schema_overrides={"published_code": pl.String, "la_number": pl.String},
    )
    marked = mark_latest(observation, sources).filter("latest")
    newest = {"s0": 3, "s2": 2, "s1": 1}
    best: dict[str, str] = {}
    for source, area in pairs:
        key, name = f"E{area}", f"s{source}"
        best[key] = max(best.get(key, name), name, key=newest.__getitem__)
    assert dict(marked.select("area_code", "source_id").iter_rows()) == best


def test_a_book_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.duckdb"
    path.write_bytes(b"what was there before")

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *ignored) -> None:
            pass

        def execute(self, *ignored) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(duckdb, "connect", lambda *a, **k: Full())
    with pytest.raises(BookError, match=r"No space left.*unchanged"):
        write_book(path, {}, {"schema_version": "1"})
    assert path.read_bytes() == b"what was there before"
    assert [p.name for p in tmp_path.iterdir()] == ["book.duckdb"]


def test_an_open_book_reads_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    build(folder, tmp_path / "book.duckdb")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_book(tmp_path / "book.duckdb") as book:
        for sql in (
            f"SELECT * FROM read_csv('{tmp_path / 'secret.csv'}')",
            "DELETE FROM observation",
            "INSTALL httpfs",
            "SET enable_external_access = true",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
        ):
            with pytest.raises(duckdb.Error):
                book.connection.execute(sql)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        ("absent", "no place book here"),
        ("garbage", "not a place book"),
        ("foreign", "not a place book"),
        ("older", "schema version 0"),
    ],
)
def test_what_is_not_a_book_of_this_version_is_refused(
    make: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "book.duckdb"
    if make == "garbage":
        path.write_bytes(b"PK not a database" * 100)
    if make == "foreign":
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE x (y INTEGER)")
    if make == "older":
        write_book(path, {}, {"schema_version": "0"})
    with pytest.raises(BookError, match=said):
        open_book(path)


def lists(**tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Tables of the register, and the given ones."""
    return {**derive({}), **tables}


def neighbours(*rows: tuple[str, str, int, str]) -> pl.DataFrame:
    columns = ["source_id", "la_number", "rank", "neighbour_la_number"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(list=pl.lit("2025"))


def settle(**tables: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], list[str]]:
    known = lists(**tables)
    register = Register.from_tables(known["authority"], known["authority_code"])
    problems = resolve_lists(known, register, {"a": "a.csv", "b": "b.csv"})
    return known, [str(problem) for problem in problems]


def test_a_neighbour_list_in_two_files_is_one_list() -> None:
    rows = [("370", 1, "942"), ("942", 1, "825")]
    known, problems = settle(
        neighbour=neighbours(*(("a", *row) for row in rows), *(("b", *row) for row in rows))
    )
    assert problems == []
    got = known["neighbour"].sort("la_number").select("area_code", "neighbour_code").rows()
    assert got == [("E08000038", "E06000063"), ("E06000063", "E06000060")]


def test_two_files_may_not_differ_about_a_neighbour() -> None:
    _, problems = settle(neighbour=neighbours(("a", "370", 1, "942"), ("b", "370", 1, "825")))
    assert len(problems) == 1
    assert "a.csv and b.csv: statistical neighbours of 2025 differ" in problems[0]


def test_an_unknown_neighbour_is_named_with_its_file() -> None:
    _, problems = settle(neighbour=neighbours(("b", "370", 1, "999")))
    assert len(problems) == 1
    assert problems[0].startswith("b.csv: no authority is known as 999")


def test_an_inspection_of_nobody_is_refused() -> None:
    inspection = pl.DataFrame(
        {
            "source_id": ["a", "a"],
            "published_code": ["E10000002", None],
            "la_number": ["825", None],
            "area_name": ["buckinghamshire", "Atlantis"],
            "inspected": [date(2025, 1, 27), None],
            "published": [date(2025, 3, 1), date(2025, 3, 1)],
        }
    )
    known, problems = settle(inspection=inspection)
    assert known["inspection"]["area_code"].to_list() == ["E06000060", None]
    assert len(problems) == 1
    assert problems[0].startswith("a.csv: no authority is known as Atlantis")
