"""Planning on the England pack: what people type, what they get, what they are refused."""

import json
from datetime import date

import polars as pl
import pytest

from totalplace.errors import InputError, NoPlanError, UnknownAreaError
from totalplace.scenarios.dates import first_start
from totalplace.scenarios.planning import appraise, plan

QUICK = {"draws": 32, "price_guards": False}


def same(a, b):
    return {**json.loads(a.to_json()), "certificate": None} == {
        **json.loads(b.to_json()),
        "certificate": None,
    }


@pytest.fixture(scope="module")
def funded(england):
    return plan(
        england,
        service="social-work",
        arrangements=["shared-management", "shared-service"],
        funding="a grant",
        **QUICK,
    )


def test_a_plan_for_england_is_a_proved_partition(funded):
    members = [code for p in funded.partnerships for code in p.members]
    assert len(funded.names) == 153
    assert sorted([*members, *funded.alone, *funded.unpriced]) == sorted(funded.names)
    assert funded.certificate.status == "optimal"
    assert funded.partnerships
    assert all(p.allowed for p in funded.partnerships)
    # Birmingham, Cumberland and Slough made no return: never priced at nothing
    unpriced = {funded.names[code] for code in funded.unpriced}
    assert {"Birmingham", "Cumberland", "Slough"} <= unpriced


def test_the_same_seed_gives_the_same_plan(england, funded):
    again = plan(
        england,
        service="social-work",
        arrangements=["shared-service", "shared-management"],
        funding="a grant",
        **QUICK,
    )
    assert same(funded, again)


def test_no_one_expected_to_end_within_a_year_or_two_gains(funded):
    assert not any("to be abolished" in note for p in funded.partnerships for note in p.notes)


def test_a_plan_can_be_written_and_framed(funded, tmp_path):
    path = funded.to_excel(tmp_path / "plan.xlsx")
    assert path.read_bytes()[:2] == b"PK"
    assert b"</html>" in funded.to_html(tmp_path / "plan.html").read_bytes()
    frame = funded.to_frame()
    assert frame.height == 153
    assert frame["area_code"].is_unique().all()
    shared = frame.filter(pl.col("status") == "shares")
    assert shared["value"].sum() == pytest.approx(sum(p.value.mean for p in funded.partnerships))
    assert json.loads(funded.to_json())["service"] == "social-work"


def test_joint_buying_of_homes_promises_nothing_whatever_the_seed(england):
    for seed in range(3):
        found = plan(
            england,
            service="residential-care",
            arrangement="joint-buying",
            seed=seed,
            max_members=3,
            **QUICK,
        )
        assert found.is_do_nothing


@pytest.mark.slow
def test_joint_buying_of_homes_promises_nothing_for_any_of_fifty_seeds(england):
    for seed in range(50):
        found = plan(
            england,
            service="residential-care",
            arrangement="joint-buying",
            seed=seed,
            max_members=4,
            **QUICK,
        )
        assert found.is_do_nothing, seed


def test_any_set_can_be_appraised_by_name_code_or_number(england):
    by_name = appraise(
        england,
        ["Camden", "islington", "Hackney"],
        service="social-work",
        arrangement="shared-management",
        draws=32,
    )
    by_code = appraise(
        england,
        ["E09000007", "206", "Hackney"],
        service="social-work",
        arrangement="shared-management",
        draws=32,
    )
    assert same_value(by_name, by_code)
    assert by_name.contiguous
    apart = appraise(
        england,
        ["Camden", "Cornwall"],
        service="social-work",
        arrangement="shared-management",
        draws=32,
    )
    refused = {g.guard for g in apart.guards if not g.passed}
    assert "within-reach" in refused
    assert not apart.contiguous


def same_value(a, b):
    return a.members == b.members and a.value == b.value


def test_every_fault_of_a_question_is_named_at_once(england):
    with pytest.raises(InputError) as caught:
        plan(
            england,
            service="social-work",
            arrangement="joint-buying",
            without=["no-such-guard"],
            inside="parish",
            objective="hopeful",
            floor=3,
            draws=16,
        )
    said = str(caught.value)
    for part in ("joint-buying", "no-such-guard", "parish", "hopeful", "floor"):
        assert part in said


def test_unknown_areas_and_services_suggest_the_nearest(england):
    with pytest.raises(UnknownAreaError, match="Did you mean Camden"):
        appraise(
            england,
            ["Camdon", "Hackney"],
            service="social-work",
            arrangement="shared-management",
            draws=16,
        )
    with pytest.raises(InputError, match="social-work"):
        plan(england, service="social-wrk", draws=16)


def test_an_unpriced_member_is_refused_with_the_reason(england):
    with pytest.raises(InputError, match="Birmingham could not be priced"):
        appraise(
            england,
            ["Birmingham", "Solihull"],
            service="social-work",
            arrangement="shared-management",
            draws=16,
        )


def test_an_estimate_is_flagged_ranged_and_used_only_when_asked_for(england):
    found = appraise(
        england,
        ["Birmingham", "Solihull"],
        service="social-work",
        arrangement="shared-management",
        missing="estimate",
        draws=16,
    )
    assert any("Birmingham's spend is an estimate" in note for note in found.notes)


def test_a_service_that_cannot_be_priced_is_no_plan(england):
    with pytest.raises(NoPlanError, match="could be priced"):
        plan(england, service="special-school-places", draws=16)


def test_a_start_before_the_evidence_is_refused(england):
    with pytest.raises(InputError, match="before the day"):
        plan(england, service="social-work", start=date(2020, 4, 1), draws=16)


def test_the_start_is_the_first_april_half_a_year_later():
    assert first_start(date(2026, 6, 18)) == date(2027, 4, 1)
    assert first_start(date(2026, 9, 30)) == date(2027, 4, 1)
    assert first_start(date(2026, 12, 1)) == date(2028, 4, 1)
