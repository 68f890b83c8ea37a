"""Control charts of a council, and measures beside other frameworks: as the library has them."""

from __future__ import annotations

import csv
import io
from math import isnan

import pytest
from page_check import outline, words_of


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("code", ["E09000007", "E08000035"])
def test_a_council_has_its_charts_with_limits_and_what_they_say(visitor, england, code):
    from totalplace.measures.watch import watch

    found = watch(england, code)
    told = visitor.json(f"/places/{code}/watch")
    assert [one["says"] for one in told["charts"]] == [one.says for one in found.charts]
    page = visitor.get(f"/places/{code}/watch")
    drawn = [one for one in found.charts if sum(not isnan(v) for v in one.values) > 1]
    assert page.content.decode().count('class="chart"') == len(drawn)
    shown = words_of(page)
    for one in found.charts:
        assert one.says in shown
    rows = rows_of(visitor.get(f"/places/{code}/watch?format=csv"))
    assert len(rows) == sum(len(one.periods) for one in found.charts)
    assert f"/places/{code}/watch" in outline(visitor.get(f"/places/{code}")).links


def test_a_region_has_no_charts_and_says_who_has(visitor):
    assert "watch" not in " ".join(outline(visitor.get("/places/E12000007")).links)
    visitor.get("/places/E12000007/watch", status=404)


def test_measures_stand_beside_frameworks_with_what_the_figures_say(visitor, england):
    from totalplace.measures.crosswalk import crosswalk

    found = crosswalk(england)
    told = visitor.json("/measures/frameworks")
    assert len(told["links"]) == len(found.links)
    regime = found.regimes[0]
    some = visitor.json(f"/measures/frameworks?regime={regime.replace(' ', '+')}")
    assert {one["regime"] for one in some["links"]} == {regime}
    assert len(some["links"]) == len([one for one in found.links if one.regime == regime])
    shown = words_of(visitor.get("/measures/frameworks"))
    assert found.conflicts[0].reason in shown
    refused = words_of(visitor.get("/measures/frameworks?regime=nonsense", status=400))
    assert regime in refused
