"""Two publishers on one service: planted differences, the real ones, and what they do to a plan."""

import json

import jsonschema
import numpy as np
import pytest

import totalplace as tp
from totalplace.cli import app
from totalplace.errors import InputError
from totalplace.money.services import service as find_service
from totalplace.money.spend import service_spend
from totalplace.reports.json_document import schema
from totalplace.reports.publishers_report import (
    publishers_document,
    publishers_page,
    publishers_text,
)


@pytest.fixture(scope="module")
def book():
    with tp.england() as opened:
        yield opened


@pytest.fixture(scope="module")
def social_work(book):
    return tp.two_publishers(
        book, "social-work", arrangements=("shared-management",), draws=32, max_members=2
    )


def test_section_251_prices_whoever_it_prints_at_the_outturns_level(book):
    chosen = find_service("social-work")
    ours = service_spend(book, chosen)
    theirs = service_spend(book, chosen, spend_from="s251")
    both = ours.priced & theirs.priced
    ratio = ours.gross[both] / theirs.gross[both]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.01)
    raw = theirs.gross[theirs.priced] / theirs.second_opinion[theirs.priced]
    assert raw.max() == pytest.approx(raw.min())  # one factor for all
    np.testing.assert_allclose(
        theirs.pay[both] / theirs.gross[both], ours.pay[both] / ours.gross[both]
    )
    assert set(theirs.reasons) == {
        code for code, ok in zip(theirs.area_codes, theirs.priced, strict=True) if not ok
    }
    assert "E09000032" in theirs.reasons  # Wandsworth: removed from section 251 for quality
    assert "E08000025" in ours.reasons  # Birmingham: no return in the outturn
    assert "E08000025" not in theirs.reasons


def test_a_plan_and_itself_on_the_same_figures_lose_nothing(social_work):
    found = publishers_document(social_work)
    jsonschema.validate(found, schema("publishers"))
    first, second = ({tuple(one) for one in plan["partnerships"]} for plan in found["plans"])
    assert found["same_partnerships"] == len(first & second)
    if first == second:
        assert found["regret"] == pytest.approx(0, abs=1)
        assert found["moved"] == []
    elif not found["not_valued"]:
        assert found["regret"] >= -1  # the best plan on those figures cannot be beaten there


def test_the_widest_apart_come_first_and_liverpool_is_among_them(social_work):
    apart = [abs(np.log1p(one.difference)) for one in social_work.figures if one.difference]
    assert apart == sorted(apart, reverse=True)
    top = [one.name for one in social_work.figures[:10]]
    assert "Liverpool" in top
    text = publishers_text(social_work, width=100)
    assert "Liverpool" in text
    assert "is set aside when" in text
    assert publishers_page(social_work).count("<h1>") == 1
    lost = {one.name for one in social_work.figures if one.outturn is None}
    assert {"Birmingham", "Cumberland", "Slough"} <= lost
    assert all(one.used == "neither" for one in social_work.figures if one.outturn is None)


def test_a_service_that_only_one_publisher_prints_is_refused(book):
    with pytest.raises(InputError, match="not priced from lines that both publishers print"):
        tp.two_publishers(book, "adoption")


def test_the_command_writes_what_it_prints(capsys, tmp_path):
    words = ["publishers", "youth-justice", "-a", "co-operate", "--draws", "16", "--json"]
    assert app.run([*words, "--out", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("publishers"))
    assert json.loads((tmp_path / "publishers.json").read_text("utf-8")) == found
    assert (tmp_path / "publishers.xlsx").stat().st_size > 5_000
