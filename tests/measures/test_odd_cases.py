"""What publishers do to a measure, and tiny places: clear words, no invented number."""

import json
from datetime import date

import numpy as np
import pytest

from totalplace.book.schema import load_schema
from totalplace.book.store import open_book, write_book
from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.beside import beside
from totalplace.measures.contest import contest
from totalplace.measures.expected import expected
from totalplace.measures.triage import triage

ODD = ("odd.withheld", "odd.one_year", "odd.mixed", "odd.few")


@pytest.fixture(scope="module")
def odd(england, tmp_path_factory):
    """England's book with four more measures: withheld, of one year, of mixed years, of a few."""
    schema = load_schema()
    tables = {name: england.table(name) for name in schema.tables}
    codes = [one for (one,) in england.query(
        "SELECT area_code FROM authority WHERE ends IS NULL ORDER BY 1").iter_rows()]  # fmt: skip
    rng = np.random.default_rng(7)
    rows = []
    for place, code in enumerate(codes):
        for year in range(2021, 2026):
            for item in ODD:
                late = item == "odd.mixed" and year == 2025 and place % 3 == 0
                if (item == "odd.one_year" and year < 2025) or (item == "odd.few" and place > 8):
                    continue
                hidden = item == "odd.withheld" or late
                rows.append(
                    {
                        "item": item, "area_code": code, "published_code": code, "latest": True,
                        "level": "authority", "period": str(year), "period_end": date(year, 3, 31),
                        "value": None if hidden else 20 + place / 10 + float(rng.normal()),
                        "missing": "suppressed" if hidden else None,
                        "symbol": "c" if hidden else None,
                    }
                )  # fmt: skip
    more = {
        "item": [{"item": one, "title": one, "unit": "per cent", "polarity": "low"} for one in ODD],
        "observation": rows,
    }  # fmt: skip
    for name, added in more.items():
        frame = tables[name].clear()
        extra = type(frame)(added, schema=schema.tables[name].polars_schema)
        tables[name] = tables[name].vstack(extra.select(frame.columns))
    path = tmp_path_factory.mktemp("odd") / "odd.duckdb"
    write_book(path, tables, {"schema_version": str(schema.version), "book_hash": "odd"})
    with open_book(path) as book:
        yield book


def test_a_withheld_measure_has_no_figure_anywhere(odd):
    found = expected(odd, "odd.withheld")
    assert found.findings[0].startswith("Nothing is published")
    assert np.isnan(found.actual).all()
    assert np.isnan(found.expected).all()
    assert all(one.need != one.need for one in contest(odd, ["odd.withheld"]))
    assert "only 0 authorities" in contest(odd, ["odd.withheld"])[0].verdict
    assert beside(odd, "odd.withheld", "Leeds").missing == "nothing is published for anyone"


def test_one_year_gives_no_verdict(odd):
    found = expected(odd, "odd.one_year")
    assert any("One year alone" in one for one in found.findings)
    assert np.isnan(found.low).all()
    assert {words.split(":")[0] for words in found.verdicts} == {"no expectation", "no verdict"}


def test_years_that_differ_between_places_are_said(odd):
    found = expected(odd, "odd.mixed")
    late = [row for row in range(153) if row % 3 == 0 and not np.isnan(found.low[row])]
    assert len(late) > 40
    assert np.isnan(found.actual[late]).all()
    assert np.isnan(found.difference[late]).all()
    assert all("the latest is not published" in found.verdicts[row] for row in late)
    others = [row for row in range(153) if row % 3 and not np.isnan(found.low[row])]
    assert not any("not published" in found.verdicts[row] for row in others)
    leeds = found.names.index("Leeds")
    own = beside(odd, "odd.mixed", "Leeds")
    assert (own.missing == "suppressed (printed as c)") == (leeds % 3 == 0)
    assert own.sets[0].comparison.used < own.sets[0].comparison.of


def test_few_places_give_no_expectation(odd):
    assert "an expectation is drawn from at least 30" in " ".join(expected(odd, "odd.few").findings)
    assert "authorities have figures" in contest(odd, ["odd.few"])[0].verdict


def test_odd_measures_are_left_out_of_a_list_for_a_reason(odd):
    rows = {row.measure.item: row for row in triage(odd, length=5, resamples=0).rows}
    assert "odd.withheld" not in rows  # nothing to weigh
    assert not set(ODD) & set(rows)  # nobody has said which outcome they speak about


@pytest.mark.parametrize("place", ["City of London", "Isles of Scilly"])
def test_tiny_places_have_no_expectation_and_no_rank(england, place):
    found = expected(england, "lait.ReReferral")
    row = found.names.index(place)
    assert found.verdicts[row].startswith("no expectation")
    assert np.isnan([found.expected[row], found.raw_rank.point[row], found.low[row]]).all()


def test_on_the_command_line(odd, capsys):
    for item in ODD:
        words = ["measures", "expected", item, "--area", "Leeds", "--area", "Isles of Scilly"]
        assert run([*words, "--book", str(odd.path)]) == 0
        text = " ".join(capsys.readouterr().out.split())
        assert "nan" not in text.lower()
        assert "None" not in text
        assert run([*words, "--book", str(odd.path), "--json"]) == 0
        printed = capsys.readouterr().out
        assert "NaN" not in printed
        json.loads(printed)
        assert run(["measures", "contest", item, "--book", str(odd.path)]) == 0
        assert "nan" not in capsys.readouterr().out
    assert run(["measures", "expected", "odd.unheard", "--book", str(odd.path)]) == 1
    assert "is no measure in this book" in capsys.readouterr().err


def test_an_unknown_measure_is_refused_everywhere(england):
    for ask_fn in (expected, lambda book, one: beside(book, one, "Leeds")):
        with pytest.raises(InputError, match="no measure"):
            ask_fn(england, "happiness of cats")
