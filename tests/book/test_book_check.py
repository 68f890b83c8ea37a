"""Checks: a total is explained by what can be seen, or the difference is shown."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_publication import READERS, derive, write_tiny

from totalplace.book.build import build_book
from totalplace.book.check import check_book
from totalplace.book.disagree import Pair, compare, revisions
from totalplace.book.reconcile import Reconciliation, reconcile
from totalplace.book.store import Book, open_book, write_book

SCHEMA = {
    "published_code": pl.String,
    "area_name": pl.String,
    "level": pl.String,
    "value": pl.Float64,
    "missing": pl.String,
}


def rows(*given: tuple[str, str, str, float | None]) -> pl.DataFrame:
    """Rows of (code, name, level, value); a missing value was not available."""
    full = [(*row, None if row[3] is not None else "not available") for row in given]
    return pl.DataFrame(full, schema=SCHEMA, orient="row")


def explain(frame: pl.DataFrame, **how) -> Reconciliation:
    return reconcile(frame, item="i", title="t", unit="pounds", period="2025", **how)


ENGLAND = ("E92000001", "ENGLAND", "england")
LEEDS = ("E08000035", "Leeds", "authority")
SLOUGH = ("E06000039", "Slough", "authority")
ADUR = ("E07000223", "Adur", "district")
GLA = ("E12000007", "Greater London Authority", "other")


def class_total(name: str, value: float) -> tuple[str, str, str, float]:
    return ("E99", f"{name} (class total)", "other", value)


def test_every_kind_of_part_is_named() -> None:
    got = explain(
        rows(
            (*ENGLAND, 1_141.0),
            (*LEEDS, 1_000.0),
            (*SLOUGH, None),
            (*ADUR, 1.0),
            (*GLA, 40.0),
            class_total("Metropolitan Districts", 1_000.0),
            class_total("Unitary Authorities", 100.0),
            class_total("Shire Districts", 1.0),
            class_total("Greater London Authority", 40.0),
        )
    )
    assert got.holds
    assert [(part.what, part.value, part.names) for part in got.parts] == [
        ("authorities", 1_000.0, ()),
        ("districts", 1.0, ()),
        ("Greater London Authority", 40.0, ()),
        ("publisher's estimates for missing returns, unitary authorities", 100.0, ("Slough",)),
    ]


def test_an_estimate_needs_a_missing_return() -> None:
    """A class total above its members is a difference when no member is missing."""
    got = explain(
        rows(
            (*ENGLAND, 1_100.0),
            (*LEEDS, 1_000.0),
            (*SLOUGH, 50.0),
            class_total("Metropolitan Districts", 1_000.0),
            class_total("Unitary Authorities", 100.0),
        )
    )
    assert not got.holds
    assert got.difference == 50.0


def test_rounding_explains_no_more_than_half_a_unit() -> None:
    assert explain(rows((*ENGLAND, 80.0), (*LEEDS, 76.0)), rounded_to=10).holds
    assert not explain(rows((*ENGLAND, 80.0), (*LEEDS, 74.0)), rounded_to=10).holds
    assert not explain(rows((*ENGLAND, 81.0), (*LEEDS, 79.0)), rounded_to=10).holds  # not round


def test_rounding_of_rows_counts_only_where_rows_are_round() -> None:
    frame = rows((*ENGLAND, 2_001_500.0), (*LEEDS, 1_000_000.0), (*SLOUGH, 1_001_000.0))
    assert explain(frame, printed_to=1000).holds
    assert not explain(frame).holds
    odd = rows((*ENGLAND, 2_001_500.0), (*LEEDS, 1_000_000.0), (*SLOUGH, 1_001_001.0))
    assert not explain(odd, printed_to=1000).holds


def test_a_suppressed_authority_cannot_hold_more_than_the_largest_that_is_printed() -> None:
    assert explain(rows((*ENGLAND, 150.0), (*LEEDS, 100.0), (*SLOUGH, None))).holds
    assert not explain(rows((*ENGLAND, 250.0), (*LEEDS, 100.0), (*SLOUGH, None))).holds
    assert not explain(rows((*ENGLAND, 90.0), (*LEEDS, 100.0), (*SLOUGH, None))).holds


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=20),
    st.integers(-(10**6), 10**6),
)
def test_parts_and_difference_always_add_up_to_the_total(values: list[int], wrong: int) -> None:
    """Whatever is planted, parts plus difference is the total: nothing is lost or made up."""
    frame = rows(
        (*ENGLAND, float(sum(values) + wrong)),
        *((f"E0600{n:04}", f"A{n}", "authority", float(v)) for n, v in enumerate(values)),
    )
    got = explain(frame)
    told = sum(part.value for part in got.parts) + got.difference
    assert told == pytest.approx(got.published, abs=0.02)
    assert got.holds is (abs(wrong) < 1)


PAIR = Pair(
    title="x", one="tiny.children", one_name="a", other="tiny.b", other_name="b", beyond=0.1
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Two releases of the tiny figures, and the same thing as another publisher has it."""
    place = tmp_path / "published"
    write_tiny(
        place,
        "old.csv",
        "E08000038,,Barnsley,authority,2024,100",
        "E06000063,,Cumberland,authority,2024,50",
        released="2025-01-01",
    )
    write_tiny(
        place,
        "new.csv",
        "E08000038,,Barnsley,authority,2024,190",
        "E06000063,,Cumberland,authority,2024,51",
        "E06000060,,Buckinghamshire,authority,2024,c",
        released="2025-06-01",
    )
    path = tmp_path / "book.duckdb"
    build_book(place, path, derive_fn=derive, readers=READERS)
    with open_book(path) as opened:
        tables = {name: opened.table(name) for name in ("observation", "source", "authority")}
        meta = dict(opened.meta)
    latest = tables["observation"].filter("latest")
    other = latest.filter(area_code="E08000038").with_columns(
        pl.lit("tiny.b").alias("item"), pl.lit(100.0).alias("value")
    )
    third = latest.filter(area_code="E06000060").with_columns(
        pl.lit("tiny.b").alias("item"),
        pl.lit(7.0).alias("value"),
        pl.lit(None, pl.String).alias("missing"),
        pl.lit(None, pl.String).alias("symbol"),
    )
    tables["observation"] = pl.concat([tables["observation"], other, third])
    write_book(path, tables, meta)
    return open_book(path)


def test_two_publishers_are_compared_and_holes_found(book: Book) -> None:
    with book:
        found = compare(book, PAIR)
    assert found is not None
    assert found.compared == 1
    assert found.median_ratio == pytest.approx(1.9)
    assert [(d.name, d.one, d.other) for d in found.beyond] == [("Barnsley", 190.0, 100.0)]
    assert found.only_in_one == ("Cumberland",)
    assert found.only_in_other == ("Buckinghamshire",)
    assert found.in_neither == ()  # the old county had ended: it is not a hole


def test_revisions_are_listed_by_their_size(book: Book) -> None:
    with book:
        found = revisions(book, "tiny.children", beyond=0.1)
    assert found.changed == 2
    assert [(d.name, d.one, d.other) for d in found.largest] == [("Barnsley", 100.0, 190.0)]


def test_completeness_counts_each_reason(book: Book) -> None:
    with book:
        report = check_book(book)
    (children,) = [row for row in report.completeness if row.item == "tiny.children"]
    assert (children.given, children.missing) == (2, {"suppressed": 1})
    json.dumps(report.to_json(), allow_nan=False)


# ---------------------------------------------------------------- on real figures


@pytest.fixture(scope="module")
def report(england: Book):
    return check_book(england)


@pytest.mark.parametrize(
    ("item", "period", "total"),
    [
        ("ro3.total_csc.total_expenditure", "2024-25", 16_878_876_029),
        (
            "looked_after.children_looked_after_on_31_march_each_year.children_count",
            "2025",
            81_770,
        ),
        ("population.children_0_17", "2024", 12_183_016),
    ],
)
def test_england_is_the_sum_of_its_parts(report, item: str, period: str, total: int) -> None:
    """The three totals of the publishers themselves, to the last printed digit."""
    (row,) = [r for r in report.reconciliations if (r.item, r.period) == (item, period)]
    assert round(row.published) == total
    assert row.holds
    assert round(sum(part.value for part in row.parts)) == total


def test_every_total_in_the_pack_reconciles(report) -> None:
    assert [(r.item, r.period) for r in report.reconciliations if not r.holds] == []
    assert len(report.reconciliations) > 90


def test_the_known_holes_are_found(report) -> None:
    spend = report.disagreements[0]
    assert spend.period == "2024-25"
    assert spend.only_in_other == ("Birmingham", "Cumberland", "Slough")  # no RO3 return
    assert spend.only_in_one == ("Middlesbrough", "Wandsworth")  # no S251 figure
    assert spend.compared == 148
    assert len(spend.beyond) == 37
    assert round(spend.median_ratio, 2) == 1.03
    liverpool = next(d for d in spend.beyond if d.name == "Liverpool")
    assert (round(liverpool.one / 1e6, 1), round(liverpool.other / 1e6, 1)) == (227.4, 95.8)


def test_the_large_revisions_are_found(report) -> None:
    revised = next(r for r in report.revisions if r.item == "ro3.total_csc.total_expenditure")
    grown = {d.name: round(d.other / d.one - 1, 2) for d in revised.largest}
    assert grown == {"Gateshead": 0.87, "Southwark": 0.89}


def test_the_report_reads_well(report) -> None:
    text = "\n".join(report.lines())
    assert "England 16,878,876,029" in text
    assert "no figure in revenue outturn (RO3): Birmingham, Cumberland, Slough" in text
    assert "DIFFERENCE" not in text
