"""What people ask beyond the guards, on the England pack: kept partnerships, borders, bodies."""

from datetime import date

import pytest

from footprints.country import country, rules
from totalplace.errors import InputError, NoPlanError
from totalplace.evidence.registry import Registry
from totalplace.places.existing import existing_partnerships
from totalplace.scenarios.asked import limits_of
from totalplace.scenarios.planning import plan

ASKED = {
    "service": "social-work",
    "arrangement": "shared-management",
    "draws": 32,
    "funding": "a grant",
    "price_guards": False,
    "with_comparators": False,
}


@pytest.fixture(scope="module")
def free(england):
    return plan(england, **ASKED)


def names(found):
    return [set(p.names) for p in found.partnerships]


def test_partnerships_are_known_by_date():
    now = {one.name: one.area_codes for one in existing_partnerships(date(2026, 6, 30))}
    assert now["Bi-borough children's services"] == ("E09000020", "E09000033")
    assert len(now["Achieving for Children"]) == 3
    then = {one.name: one.area_codes for one in existing_partnerships(date(2016, 6, 30))}
    assert set(then) == {"Achieving for Children", "Tri-borough children's services"}
    assert len(then["Achieving for Children"]) == 2


def test_what_exists_is_kept_and_borders_are_respected(england, free):
    codes = {code: i for i, code in enumerate(free.names)}
    kept = plan(england, **ASKED, keep_existing=True, inside=["region", "police"])
    held = {c for one in existing_partnerships(kept.as_of) for c in one.area_codes}
    assert not held & {code for p in kept.partnerships for code in p.members}
    assert held <= set(codes)
    assert kept.value.mean <= free.value.mean + 1
    assert "Bi-borough" in kept.certificate.limits
    assert "region" in kept.certificate.limits
    named = plan(england, **ASKED, keep=[next(iter(free.partnerships)).names])
    sharing = {code for p in named.partnerships for code in p.members}
    assert not set(free.partnerships[0].members) & sharing


def test_no_more_bodies_than_asked_across_services(england, free, tmp_path):
    file = tmp_path / "first.json"
    file.write_text(free.to_json(), "utf-8")
    one = {**ASKED, "service": "fostering"}
    alone = plan(england, **one)
    both = plan(england, **one, other_plans=[file], most_bodies=1)
    assert both.value.mean <= alone.value.mean + 1
    taken = {code for p in free.partnerships for code in p.members}
    same = names(free)
    for p in both.partnerships:
        assert set(p.names) in same or not taken & set(p.members)
    again = plan(england, **one, other_plans=[free], most_bodies=1)
    assert names(again) == names(both)


def test_bad_limits_are_all_named_at_once(england, tmp_path):
    (tmp_path / "no.json").write_text("{}", "utf-8")
    with pytest.raises(InputError) as caught:
        plan(england, **ASKED, partnerships=2, most_partnerships=3, other_plans=["x.json"])
    assert "exact number" in str(caught.value)
    assert "no limit to hold" in str(caught.value)
    with pytest.raises(InputError) as caught:
        plan(england, **ASKED, other_plans=["x.json", tmp_path / "no.json"], most_bodies=1)
    assert "cannot be read" in str(caught.value)
    assert "not a plan as JSON" in str(caught.value)
    with pytest.raises(InputError, match="does not say which authorities share"):
        plan(england, **ASKED, inside="adoption")
    with pytest.raises(NoPlanError, match=r"exactly 90 partnerships.*no fewer than 0"):
        plan(england, **ASKED, partnerships=90)


def test_memory_too_small_is_refused_before_anything_is_stored(england):
    with pytest.raises(InputError, match="more than the 1 MB allowed"):
        plan(england, **ASKED, memory=1)


def test_for_adoption_the_agencies_of_the_book_are_kept(england):
    agencies = ("North", "North", "", "South", "South", "Alone")
    problem = country(6, rules=rules(service="adoption"), footprints={"adoption": agencies})
    asked = limits_of(england, problem, Registry.load(), keep_existing=True)
    assert asked.kept == (("North", frozenset({0, 1})), ("South", frozenset({3, 4})))
    other = country(6, footprints={"adoption": agencies})
    assert limits_of(england, other, Registry.load(), keep_existing=True).kept == ()
