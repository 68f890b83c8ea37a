"""How steady a plan is, against the whole of `scenarios.risk`; and its map of pairs."""

from __future__ import annotations

import re

import pytest

from totalplace.reports.map import MapShapes
from totalplace.reports.pairs_map import pairs_map, shown_pairs
from totalplace.scenarios import risk
from totalplace.scenarios.steady import steady
from totalplace.web.kept import keep, read

ASKED = {
    "service": "social-work",
    "arrangements": ["shared-management"],
    "funding": "a grant",
    "draws": 64,
}


@pytest.fixture(scope="module")
def found(england):
    return steady(england, solves=24, **ASKED)


def test_it_is_what_the_look_behind_a_plan_finds(england, found):
    whole = risk.risk(england, solves=24, points=2, **ASKED)
    assert found.stability == whole.stability
    assert [keep(one) for one in found.splits] == [keep(one) for one in whole.splits]
    assert read(type(found), keep(found)).stability == found.stability


def test_without_the_time_for_all_it_says_how_many_it_solved(england):
    assert steady(england, solves=24, limit_s=0.0, **ASKED).stability.draws == 16


def test_each_pair_of_the_plan_is_a_whole_line_and_thicker_where_it_is_oftener(found):
    codes = {code for one in found.stability.pairs for code in one.members}
    shapes = MapShapes(
        paths={c: f"M{i} 0L{i + 1} 0L{i} 1Z" for i, c in enumerate(sorted(codes))},
        labels={c: (float(i), 0.0) for i, c in enumerate(sorted(codes))},
        caption="a row",
    )
    drawn = pairs_map(found.plan, found.stability, shapes, ident="x")
    pairs = shown_pairs(found.stability)
    lines = re.findall(r"<line [^>]*>", drawn)
    assert len(lines) == len(pairs)
    whole = [line for line in lines if "dasharray" not in line]
    assert len(whole) == sum(one.in_plan for one in pairs)
    widths = [float(re.search(r'stroke-width="([\d.]+)"', line)[1]) for line in whole]
    assert widths == sorted(widths)
    for one in pairs:
        assert f"{one.names[0]} + {one.names[1]}: {one.share * 100:.0f} % of the draws" in drawn
