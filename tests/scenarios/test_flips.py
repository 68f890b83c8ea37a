"""What an assumption flips, against plans made afresh on a registry held at the same value."""

from __future__ import annotations

import pytest

from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.reports import flips_words
from totalplace.scenarios.flips import flips
from totalplace.scenarios.planning import plan
from totalplace.web.kept import keep, read

ASKED = {
    "service": "social-work",
    "arrangements": ["shared-management"],
    "funding": "a grant",
    "draws": 64,
}
PLAIN = {"price_guards": False, "with_comparators": False, "with_moves": False}


@pytest.fixture(scope="module")
def found(england):
    return flips(england, "team.director", at=0.65, **ASKED)


def afresh(england, value):
    registry = Registry.load().with_values({"team.director": value})
    return plan(england, registry=registry, **ASKED, **PLAIN)


def test_each_trial_is_the_plan_made_on_a_registry_held_there(england, found):
    assert [one.name for one in found.trials] == [
        "low end", "your value", "as assumed", "high end",
    ]  # fmt: skip
    for one in found.trials:
        made = plan(england, **ASKED, **PLAIN) if not one.held else afresh(england, one.value)
        assert [p.members for p in one.plan.partnerships] == [p.members for p in made.partnerships]
        assert one.plan.value == made.value


def test_the_answer_really_changes_at_the_switching_value(england, found):
    at = found.verdict_flips_at
    assert found.low < at < found.value
    assert afresh(england, at - 0.002).is_do_nothing
    assert not afresh(england, at + 0.002).is_do_nothing


def test_a_partnership_of_the_plan_is_worth_nothing_where_it_stops_paying(england, found):
    assumed = [one.name for one in found.trials].index("as assumed")
    mine = [one for one in found.turns if one.saving[assumed] is not None]
    assert mine
    for turn in mine:
        if turn.pays_from is not None:
            below, above = (afresh(england, turn.pays_from + step) for step in (-0.002, 0.002))
            assert turn.members not in {one.members for one in below.partnerships}
            assert len(above.partnerships) > 0


def test_every_partnership_of_every_plan_is_listed_once_with_its_saving(found):
    for at, trial in enumerate(found.trials):
        listed = {one.members: one.saving[at] for one in found.turns if one.saving[at] is not None}
        assert listed == {one.members: one.saving_a_year for one in trial.plan.partnerships}


def test_the_line_rises_with_what_a_team_costs_and_the_words_say_where_it_flips(found):
    worths = [worth for _, worth in found.curve]
    assert worths == sorted(worths)
    first, *rest = flips_words.sentences(found)
    assert "from sharing to doing nothing" in first
    assert any("as assumed (£0.8m a year)" in line for line in rest)
    drawn = flips_words.picture(found, ident="x")
    assert 'id="x-title"' in drawn
    assert "flips at" in drawn
    assert read(type(found), keep(found)) == found


def test_a_limit_is_tried_too_though_no_worth_reads_it(england):
    found = flips(england, "limit.members.shared", **ASKED)
    assert not found.priced
    assert found.curve == ()
    low, assumed, high = (one.plan for one in found.trials)
    assert {len(one.members) for one in low.partnerships} <= {2}
    assert low.value.mean <= assumed.value.mean + 1 <= high.value.mean + 2
    assert any("who may share" in line for line in flips_words.sentences(found))


def test_a_value_outside_the_range_is_refused_before_anything_is_planned(england):
    with pytest.raises(InputError, match="outside the range"):
        flips(england, "team.director", at=9.0, **ASKED)


def test_a_plan_that_takes_too_long_says_so(england):
    found = flips(england, "team.director", limit_s=0.0, **ASKED)
    assert all(one.plan is None for one in found.trials)
    assert any("within the time" in line for line in flips_words.sentences(found))
