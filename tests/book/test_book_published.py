"""The whole published folder: built, checked, and built again from shuffled names."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from totalplace.book.check import check_book
from totalplace.book.gather import list_files
from totalplace.book.schema import load_schema
from totalplace.book.store import Book, open_book
from totalplace.measures.catalogue import measures
from totalplace.measures.cells import read_cells
from totalplace.measures.contest import HEADLINE, contest
from totalplace.measures.counted import counted
from totalplace.measures.reconcile import NO_REASON, share
from totalplace.measures.reconcile import reconcile as add_up
from totalplace.scenarios.building import build

pytestmark = [pytest.mark.published, pytest.mark.slow]


def test_every_file_is_listed_read_or_not(full_book: Book, open_data: Path) -> None:
    notes = full_book.table("build_note")
    assert sorted(notes["file"]) == [file.relative for file in list_files(open_data)]
    assert set(notes["outcome"]) == {"read", "not recognised"}
    assert notes.filter(outcome="read").height >= 59


def test_every_published_total_reconciles(full_book: Book) -> None:
    report = check_book(full_book)
    assert [(r.item, r.period) for r in report.reconciliations if not r.holds] == []
    assert len(report.reconciliations) >= 118


def test_every_figure_is_a_value_or_a_reason_for_a_known_authority(full_book: Book) -> None:
    wrong = full_book.query(
        "SELECT item FROM observation WHERE (value IS NULL) = (missing IS NULL)"
        " OR (level = 'authority' AND area_code NOT IN (SELECT area_code FROM authority))"
        " OR latest IS NULL"
    )
    assert wrong.height == 0


def test_one_figure_is_latest(full_book: Book) -> None:
    twice = full_book.query(
        "SELECT item, area_code, level, period_start, period_end FROM observation"
        " WHERE latest AND area_code IS NOT NULL AND period_end IS NOT NULL"
        " GROUP BY ALL HAVING count(*) > 1"
    )
    assert twice.height == 0


def test_shuffled_names_and_one_process_give_the_same_book(
    full_book: Book, open_data: Path, tmp_path: Path
) -> None:
    files = list_files(open_data)
    random.Random(20).shuffle(files)
    folder = tmp_path / "shuffled"
    folder.mkdir()
    for number, file in enumerate(files):
        (folder / f"{number:03}").symlink_to(file.path)
    report = build(folder, tmp_path / "book.duckdb")
    assert report.book_hash == full_book.hash
    with open_book(tmp_path / "book.duckdb") as book:
        for name in load_schema().tables:
            if name == "build_note":
                continue
            drop = ["file"] if name == "source" else []
            assert_frame_equal(
                book.query(f'SELECT * FROM "{name}"').drop(drop),
                full_book.query(f'SELECT * FROM "{name}"').drop(drop),
            )


def test_england_and_the_regions_add_up_as_published(full_book: Book) -> None:
    """To the published rounding, for 95 % of all that can be tested; every miss has its reason."""
    rows = counted(measures(full_book))
    found = add_up(read_cells(full_book, [item for one in rows for item in one.items]), rows)
    assert len(found.tested) > 2000
    assert share(found.tested) >= 0.95
    assert share(found.original) >= 0.96
    assert all(one.reason and one.reason != NO_REASON for one in found.misses)


def test_the_contest_printed_in_the_documentation_is_this_books(
    full_book: Book, repository: Path
) -> None:
    """Every figure of the table in docs/explanation/need.md, to its last place."""
    page = (repository / "docs" / "explanation" / "need.md").read_text("utf-8")
    table = page.partition("| measure | left out | authorities |")[2].partition("\n\n")[0]
    printed = [
        [float(figure) for figure in re.findall(r"-?\d+(?:\.\d+)?", line.split("|", 3)[3])]
        for line in table.splitlines()[2:]
    ]
    rows = contest(full_book, HEADLINE)
    assert len(printed) == len(rows) == 6
    for line, row in zip(printed, rows, strict=True):
        errors = (row.authorities, row.need, row.neighbours, row.poverty)
        for told, found in zip(
            line, (*errors, *row.over_neighbours, *row.over_poverty), strict=True
        ):
            assert told == pytest.approx(found, abs=0.0051)
