"""One measure across the country: figures as published, ranks with doubt, totals left unranked."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from math import isnan

import pytest

from totalplace.errors import InputError
from totalplace.reports import across_pictures as pictures
from totalplace.reports import across_words as words
from totalplace.scenarios.across import across
from totalplace.scenarios.profile import profile

ATTAINMENT = "lait.AVG_Attain8_Score"


@pytest.fixture(scope="module")
def attainment(england):
    return across(england, ATTAINMENT)


def published(book, item, end):
    frame = book.query(
        "SELECT area_code, value FROM observation WHERE latest AND item = ? AND period_end = ?"
        " AND level = 'authority' AND value IS NOT NULL AND area_code IS NOT NULL",
        [item, end],
    )
    return dict(frame.iter_rows())


@pytest.mark.parametrize(
    "item", [ATTAINMENT, "lait.LACnum", "lait.CareLeaverEET", "workforce.agency_rate_fte"]
)
def test_every_figure_is_the_published_one_and_every_gap_has_a_reason(england, item):
    found = across(england, item)
    told = {one.area_code: one.rate.value for one in found.known}
    printed = published(england, item, found.end)
    assert {code: printed[code] for code in told if code in printed} == {
        code: value for code, value in told.items() if code in printed
    }
    assert set(told) >= {code for code in printed if code in {r.area_code for r in found.rows}}
    assert all(one.rate.reason for one in found.rows if not one.rate.known)
    assert sum(number for _, number in found.missing) == len(found.rows) - len(found.known)


def test_the_best_comes_first_and_its_rank_interval_holds_its_rank(attainment):
    values = [one.rate.value for one in attainment.known]
    assert values == sorted(values, reverse=True)
    for one in attainment.known:
        if not isnan(one.rank):
            assert one.rank_low <= one.rank <= one.rank_high


def test_low_is_best_where_the_catalogue_says_so(england):
    found = across(england, "referrals.rereferral_percent")
    values = [one.rate.value for one in found.known]
    assert values == sorted(values)


def test_a_profile_says_the_same_of_one_place(england, attainment):
    line = next(
        one for one in profile(england, "Tower Hamlets").lines if one.headline.item == ATTAINMENT
    )
    mine = next(one for one in attainment.rows if one.name == "Tower Hamlets")
    assert (mine.rate.value, mine.rate.low, mine.rate.high) == (
        line.rate.value,
        line.rate.low,
        line.rate.high,
    )
    assert attainment.england == line.england


def test_totals_get_neither_interval_nor_rank_and_say_why(england):
    found = across(england, "lait.LACnum")
    assert all(isnan(one.rank) and not one.rate.has_interval for one in found.rows)
    assert "grows with the size of the place" in " ".join(words.verdict(found))


def test_same_seed_same_ranks(england, attainment):
    assert across(england, ATTAINMENT).rows[40] == attainment.rows[40]


def test_what_cannot_be_shown_is_refused_in_words(england):
    with pytest.raises(InputError, match="no figures for a period that ends on 1999-08-31"):
        across(england, ATTAINMENT, end=date(1999, 8, 31))
    with pytest.raises(InputError, match="no figures for authorities"):
        across(england, "rsx.police.total_expenditure")


def test_the_classes_hold_every_authority_once_and_do_not_overlap(attainment):
    bands = pictures.bands(attainment)
    assert sum(band.authorities for band in bands) == len(attainment.known)
    assert all(a.high < b.low for a, b in pairwise(bands))
    for one in attainment.known:
        band = bands[pictures.band_of(one, bands) - 1]
        assert band.low <= one.rate.value <= band.high


def test_the_map_says_each_figure_and_has_no_style_or_script(attainment):
    from totalplace.reports.map import MapShapes

    codes = [one.area_code for one in attainment.rows]
    shapes = MapShapes(paths=dict.fromkeys(codes, "M0 0L1 0L1 1Z"), caption="Squares")
    svg = pictures.measure_map(attainment, shapes, ident="m", address_fn=lambda code: f"/{code}")
    assert svg.count("<a href=") == len(attainment.rows)
    assert not re.search(r"style=|<script|on\w+=", svg)
    for one in attainment.known[:3]:
        assert f"{one.name}: {words.with_interval(one, attainment)}" in svg


def test_the_json_has_null_and_a_reason_where_there_is_no_figure(attainment):
    rows = words.document(attainment)["authorities"]
    lacking = [row for row in rows if row["value"] is None]
    assert len(lacking) == 1
    assert lacking[0]["missing"]
    assert all(row["missing"] is None for row in rows if row["value"] is not None)
