"""Own figures laid over a book: equal ones change nothing, others only what depends on them."""

from __future__ import annotations

import json
from dataclasses import replace

import duckdb
import pytest

from totalplace.book.overlay import with_own
from totalplace.book.own import OwnFigure, OwnFigures
from totalplace.errors import BookError
from totalplace.measures.own_check import read_own
from totalplace.reports.json_document import plan_document
from totalplace.reports.profile_json import profile_document
from totalplace.reports.profile_text import profile_text
from totalplace.reports.text import plan_text
from totalplace.scenarios.across import across
from totalplace.scenarios.planning import plan
from totalplace.scenarios.profile import profile, read

CAMDEN, ISLINGTON, LEEDS = "E09000007", "E09000019", "E08000035"
RATE = "workforce.agency_rate_fte"


def figure(**changed):
    plain = {
        "owner": "Exampleton",
        "item": RATE,
        "title": "Agency social workers",
        "unit": "per cent",
        "area_code": CAMDEN,
        "area_name": "Camden",
        "period": "2025",
        "period_end": None,
        "value": 30.0,
        "symbol": "",
        "missing": "",
        "published": 9.4,
        "published_symbol": "",
        "published_missing": "",
    }
    return OwnFigure(**{**plain, **changed})


def a_set(figures):
    return OwnFigures(
        title="June", owner="Exampleton", file_name="june.csv", sha256="0" * 64,
        figures=tuple(figures),
    )  # fmt: skip


def as_published(book, *codes):
    """Every newest figure of some councils, given again as own ones."""
    frame = book.query(
        "SELECT o.item, i.title, i.unit, o.area_code, o.area_name, o.period, o.period_end,"
        " o.value, coalesce(o.symbol, '') AS symbol, coalesce(o.missing, '') AS missing"
        " FROM observation o JOIN item i USING (item) WHERE latest AND level = 'authority'"
        " AND area_code IN (SELECT unnest(?)) ORDER BY ALL",
        [list(codes)],
    )
    assert frame.height > 1000 * len(codes)
    return a_set(
        OwnFigure(
            owner="Exampleton",
            published=row["value"],
            published_symbol=row["symbol"],
            published_missing=row["missing"],
            **row,
        )
        for row in frame.iter_rows(named=True)
    )


def plain(document):
    """A document without what tells where its figures come from."""
    marks = {"own_figures", "own", "sources", "book_hash", "cautions", "seconds", "stamp"}
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items() if key not in marks}
    return [plain(one) for one in document] if isinstance(document, list) else document


@pytest.fixture(scope="module")
def equal(england):
    with with_own(england, as_published(england, CAMDEN, LEEDS)) as book:
        yield book


def rows_of(book, where="true"):
    return book.query(
        f"SELECT * EXCLUDE (source_id) FROM observation WHERE {where}"
        " ORDER BY item, area_code, published_code, period_end, period, latest, value, level,"
        " area_name"
    )


def test_rows_equal_to_the_published_leave_every_table_as_it_was(england, equal):
    assert rows_of(equal).equals(rows_of(england))
    assert equal.query("SELECT count(*) AS n FROM own_figure")["n"][0] == len(equal.own.figures)
    for table in ("authority", "neighbour", "inspection", "item", "outline", "partner_body"):
        assert equal.table(table).equals(england.table(table))


@pytest.mark.parametrize("area", [CAMDEN, f"{CAMDEN}+{ISLINGTON}", "London", "Leeds"])
def test_rows_equal_to_the_published_give_the_same_profile_but_for_the_marks(england, equal, area):
    before, after = profile(england, area), profile(equal, area)
    assert json.dumps(plain(profile_document(after))) == json.dumps(
        plain(profile_document(before))
    ).replace("\0", "")
    assert not before.own
    if area != "London":
        assert after.own
        assert all(line.own for line in after.lines if line.rate.known and line.headline.item
                   and "," not in area and "+" not in area)  # fmt: skip


def test_rows_equal_to_the_published_give_the_same_plan_but_for_the_marks(england, equal):
    options = {"service": "youth-justice", "draws": 64, "with_comparators": False}
    before, after = plan(england, **options), plan(equal, **options)
    assert plain(plan_document(after)) == plain(plan_document(before))
    assert not before.own
    assert {one.area_code for one in after.own} == {CAMDEN, LEEDS}
    assert "of Exampleton's own, not published" in plan_text(after)
    assert "Exampleton" not in plan_text(before)


def test_one_councils_value_changes_only_what_depends_on_it(england):
    own = read_own(
        england,
        f"time_period,new_la_code,measure,value\n2025,{CAMDEN},{RATE},30".encode(),
        file_name="june.csv",
        title="June census",
        owner="Exampleton",
    )
    with with_own(england, own) as book:
        changed = rows_of(book).join(rows_of(england), how="anti", on=["item", "area_code",
            "period", "value", "latest", "published_code"], nulls_equal=True)  # fmt: skip
        assert changed.select("item", "area_code", "period", "value").rows() == [
            (RATE, CAMDEN, "2025", 30.0)
        ]
        before, after = read(england), read(book)
        camden = profile(after, CAMDEN)
        (line,) = [one for one in camden.lines if one.headline.item == RATE]
        assert line.rate.value == 30.0
        assert line.own == own.figures
        others = [one for one in camden.lines if one.headline.item != RATE]
        assert not any(one.own for one in others)
        old = {one.headline.id: one for one in profile(before, CAMDEN).lines}
        assert all(old[one.headline.id].rate == one.rate for one in others)
        assert "[own figure, published 9.4]" in profile_text(camden, width=400)
        assert any("not published" in one for one in camden.sources)
        leeds = profile(after, LEEDS)
        assert [one.rate for one in leeds.lines] == [
            one.rate for one in profile(before, LEEDS).lines
        ]
        assert not leeds.own
        country = across(book, RATE)
        marked = [one.name for one in country.rows if one.own]
        assert marked == ["Camden"]
        assert country.own == own.figures
        assert not across(england, RATE).own


def test_the_published_figure_stays_beside_the_own_one_and_the_source_says_whose(england):
    with with_own(england, a_set([figure(period_end=_end(england))])) as book:
        row = book.query("SELECT value, published FROM own_figure").row(0)
        assert row == (30.0, 9.4)
        source = book.query("SELECT * FROM source WHERE publication = 'own'").row(0, named=True)
        assert source["publisher"] == "Exampleton, its own figures, not published"
        assert source["sha256"] == "0" * 64
        found = book.query(
            "SELECT source_id FROM observation WHERE value = 30 AND item = ?", [RATE]
        )
        assert source["source_id"] in found["source_id"].to_list()


def test_the_identity_differs_by_what_the_figures_say(england):
    end = _end(england)
    hashes = set()
    for changed in ({}, {"value": 31.0}, {"area_code": ISLINGTON}, {"owner": "Other"}):
        with with_own(england, a_set([figure(period_end=end, **changed)])) as book:
            hashes.add(book.hash)
            assert book.meta["book_hash"] == book.hash
            assert book.table("meta").filter(key="book_hash")["value"][0] == book.hash
    with with_own(england, a_set([figure(period_end=end)])) as again:
        assert again.hash in hashes
    assert len(hashes) == 4
    assert england.hash not in hashes


def test_nothing_can_be_written_or_read_from_elsewhere_through_it(england, tmp_path):
    with with_own(england, a_set([figure(period_end=_end(england))])) as book:
        other = str(tmp_path / "other.duckdb")
        for words in (
            "DELETE FROM published.observation",
            f"ATTACH '{other}'",
            f"COPY own_figure TO '{other}'",
            "SELECT * FROM read_csv('/etc/hostname')",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                book.connection.execute(words)
        with pytest.raises(BookError):
            with_own(book, book.own)
    assert england.query("SELECT count(*) AS n FROM observation")["n"][0] > 0


def test_it_works_in_threads_each_with_a_cursor(england):
    from concurrent.futures import ThreadPoolExecutor

    with with_own(england, a_set([figure(period_end=_end(england))])) as book:

        def ask(_):
            mine = replace(book, connection=book.connection.cursor())
            return mine.query("SELECT max(value) AS m FROM observation WHERE item = ?", [RATE])[
                "m"
            ][0]

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(ask, range(32)))) == 1


def _end(book):
    return book.query(
        "SELECT period_end FROM observation WHERE item = ? AND period = '2025' LIMIT 1", [RATE]
    )["period_end"][0]
