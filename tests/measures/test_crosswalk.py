"""The crosswalk: whole rows, relations the figures bear out, breaks that are found and used."""

import json
from datetime import date

import numpy as np
import pytest

from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.breaks import breaks, comparable_from, undeclared
from totalplace.measures.catalogue import _table, measures
from totalplace.measures.crosswalk import AGREE, crosswalk
from totalplace.measures.headlines import headlines
from totalplace.measures.panel import read_panels
from totalplace.measures.today import todays_authorities


@pytest.fixture(scope="module")
def found(england):
    return crosswalk(england)


def test_every_row_is_whole_and_names_a_known_measure(repository):
    known = set(_table("outcomes.csv")["item"])
    rows = _table("crosswalk.csv").to_dicts()
    keys = [(row["item"], row["regime"], row["indicator"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["relation"] in ("same", "similar", "conflicting"), row
        assert row["reason"].endswith("."), row
        assert row["item"] in known, row
        assert row["regime"], row
        assert row["indicator"], row
    assert {row["relation"] for row in rows} == {"same", "similar", "conflicting"}


def test_breaks_are_whole():
    known = set(_table("outcomes.csv")["item"])
    for item, several in breaks().items():
        assert item in known
        for one in several:
            assert one.level in ("england", "authority")
            assert one.effect in ("cut", "drop", "note")
            assert one.reason.endswith(".")
            assert one.last is None or one.first <= one.last
            assert str(one.first) in one.words
    assert "lait.FirstYJS" in breaks()


def test_the_figures_bear_the_relations_out(found):
    compared = [one for one in found.links if one.shared]
    assert len(compared) >= 3
    for one in compared:
        assert (one.equal >= AGREE) == (one.relation == "same"), one
    assert not any(one.kind == "figures" for one in found.conflicts)


def test_conflicts_of_every_kind_are_told(found):
    kinds = {one.kind for one in found.conflicts}
    assert kinds == {"regimes", "direction", "break"}
    assert any(one.item == "lait.Emotional_LAC" for one in found.conflicts)
    adopted = [one for one in found.conflicts if one.item == "lait.%_of LAC Adopted"]
    assert {one.kind for one in adopted} == {"regimes", "direction"}
    assert all(one.reason for one in found.conflicts)
    assert found.conflicts_frame().height == len(found.conflicts)
    assert found.to_frame().height == len(found.links)


def test_a_link_the_figures_refute_is_a_conflict(make_book):
    def seen(item, value):
        return {
            "item": item, "area_code": "E06000001", "level": "authority", "value": value,
            "period_end": date(2025, 3, 31), "latest": True, "period": "2025",
        }  # fmt: skip

    book = make_book(
        observation=[seen("lait.ReReferral", 20.0), seen("referrals.rereferral_percent", 21.0)],
        item=[{"item": "lait.ReReferral", "title": "Again"}],
    )
    (one,) = (one for one in crosswalk(book).conflicts if one.kind == "figures")
    assert "0 % of 1 figures" in one.reason


def test_breaks_nobody_declared_are_found(england, make_book):
    rates = [one.item for one in measures(england) if one.unit.startswith("per ")]
    assert undeclared(england, rates) == ()
    rows = [
        {
            "item": "x.rate", "area_code": f"E060000{place:02}", "level": "authority",
            "value": (10.0 if year == 2024 else 50.0) + place / 10, "latest": True,
            "period_end": date(year, 3, 31), "period": str(year),
        }
        for place in range(40) for year in (2024, 2025)
    ]  # fmt: skip
    nation = {**rows[0], "area_code": "E92000001", "level": "england", "value": 300.0}
    book = make_book(observation=[*rows, nation], item=[{"item": "x.rate", "unit": "per cent"}])
    assert [(one.level, one.end.year) for one in undeclared(book, ["x.rate"])] == [
        ("england", 2024),
        ("authority", 2025),
    ]


def test_what_comes_before_a_break_is_left_out(england):
    item = "lait.YJS_Caution-Sentence10-17_YO"
    assert comparable_from(item) == date(2025, 3, 31)
    panel = read_panels(england, todays_authorities(england), [item])[item]
    assert panel.years == (2025,)
    assert np.nanmedian(panel.values) > 20


def test_known_counts_give_the_published_figure(england):
    """Every pair of the table that this book holds whole, in the newest year of the figure."""
    pairs = {row["item"]: row for row in _table("counts.csv").to_dicts()}
    today = todays_authorities(england)
    scale = {"per cent": 100.0, "per 10,000": 10_000.0, "cases per FTE": 1.0}
    tested = 0
    for one in measures(england):
        if one.item not in pairs:
            continue
        assert one.numerator
        assert one.denominator
        wanted = [one.item, *one.numerator, *one.denominator]
        panels = read_panels(england, today, wanted)
        year = panels[one.item].years[-1]
        if one.item in one.numerator or any(not panels[item].years for item in wanted):
            continue

        def of(item, panels=panels, year=year):
            past = [y for y in panels[item].years if y <= year]
            return panels[item].values[:, panels[item].years.index(past[-1])]

        top, bottom = (sum(of(i) for i in items) for items in (one.numerator, one.denominator))
        printed = of(one.item)
        known = ~np.isnan(top) & (bottom > 0) & ~np.isnan(printed)
        ours = top[known] / bottom[known] * scale[one.unit]
        assert known.sum() > 60, one.item
        assert (np.abs(ours - printed[known]) < 0.51).mean() > 0.9, one.item
        tested += 1
    assert tested >= 7


def test_the_headlines_use_the_same_counts():
    pairs = {row["item"]: row for row in _table("counts.csv").to_dicts()}
    shared = [one for one in headlines() if one.denominator and one.item in pairs]
    assert len(shared) > 8
    for one in shared:
        assert pairs[one.item]["denominator"] == "; ".join(one.denominator), one.item


def test_on_the_command_line(capsys):
    assert run(["measures", "crosswalk", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["links"]
    assert document["conflicts"]
    assert run(["measures", "crosswalk", "--conflicts"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Regimes that pull apart" in text
    assert "Breaks in a series" in text
    assert run(["measures", "crosswalk", "--regime", "youth justice"]) == 0
    assert "First-time entrants" in capsys.readouterr().out
    assert run(["measures", "crosswalk", "--regime", "astrology"]) == 1
    assert run(["measures", "crosswalk", "--regime", "police", "--conflicts"]) == 2


def test_an_unknown_regime_names_those_there_are(found):
    with pytest.raises(InputError, match="Public Health"):
        found.of("astrology")
