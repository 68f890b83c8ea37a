"""Proposals: the same figures as an appraisal, true neighbours, and a better one that is better."""

from __future__ import annotations

import pytest

from totalplace.errors import InputError
from totalplace.footprints.candidates import from_sets, shape
from totalplace.scenarios.planning import appraise
from totalplace.scenarios.proposing import propose
from totalplace.scenarios.question import setting_of

SERVICE = "social-work"


@pytest.fixture(scope="module")
def setting(england):
    return setting_of(england, SERVICE, None, 64, 1, None, None, "leave-out", None, None)


@pytest.fixture(scope="module")
def found(england, setting):
    return propose(england, setting, ["Camden", "Islington"], funding="a grant")


def test_a_proposal_says_what_an_appraisal_says_of_every_arrangement(england, setting, found):
    for way in found.ways:
        alone = appraise(
            england,
            ["Camden", "Islington"],
            service=SERVICE,
            arrangement=str(way.arrangement),
            draws=64,
            funding="a grant",
        )
        assert way == alone
    assert {one.arrangement for one in found.ways} == set(setting.service.arrangements)
    allowed = [one for one in found.ways if one.allowed]
    assert found.appraisal == max(allowed, key=lambda one: one.value.mean)


def test_each_step_is_worth_what_the_changed_set_is_worth(england, setting, found):
    codes = {one.area_code for one in found.picked}
    assert {step.area_code for step in found.steps if not step.adds} == set()  # two cannot be one
    for step in found.steps[:3]:
        changed = propose(
            england,
            setting,
            [*codes, step.area_code],
            arrangement=str(found.appraisal.arrangement),
            funding="a grant",
        )
        assert changed.appraisal.value.mean == pytest.approx(step.value.mean)
        assert changed.appraisal.saving_a_year.mean == pytest.approx(
            found.appraisal.saving_a_year.mean + step.saving_change.mean
        )
        assert changed.appraisal.value.low == pytest.approx(step.value.low)
        assert step.saving_change.low <= step.saving_change.mean <= step.saving_change.high
        refused = {one.title for one in changed.appraisal.guards if not one.passed}
        assert set(step.refused_by) <= refused
    problem = setting.problem
    members = [problem.area_codes.index(code) for code in codes]
    for step in found.steps:
        group = from_sets([[*members, problem.area_codes.index(step.area_code)]])
        assert shape(problem, group).contiguous[0]


def test_the_nearest_better_one_is_allowed_and_worth_more(england, setting):
    refused = propose(
        england,
        setting,
        ["Luton", "Bedford", "Central Bedfordshire"],
        arrangement="shared-service",
        funding="a grant",
    )
    assert not refused.appraisal.allowed
    better = refused.better.appraisal
    assert better.allowed
    assert better.value.mean > 0
    priced = {one.name for one in refused.picked if not one.unpriced}
    kept = priced - set(refused.better.left_out)
    assert set(better.names) == kept | set(refused.better.added)
    assert len(refused.better.left_out) + len(refused.better.added) <= 2


def test_a_single_authority_and_one_without_figures_are_told_not_guessed(england, setting):
    one = propose(england, setting, ["Leeds"])
    assert one.appraisal is None
    assert [body.kind for body in one.bodies] == ["nhs", "police", "strategic"]
    unpriced = next(iter(setting.problem.unpriced_reason))
    other = propose(england, setting, ["Leeds", unpriced])
    assert other.appraisal is None
    assert [bool(picked.unpriced) for picked in other.picked].count(True) == 1


def test_what_cannot_be_proposed_is_refused_in_words(england, setting):
    with pytest.raises(InputError, match="cannot be shared as"):
        propose(england, setting, ["Leeds", "Bradford"], arrangement="joint-buying")
    with pytest.raises(InputError, match="no authority we know"):
        propose(england, setting, ["Leeds", "Nowhereshire"])
    with pytest.raises(InputError, match="at most 12"):
        propose(england, setting, list(setting.problem.area_codes[:13]))
