"""A plan for a part of England: who takes part, that nobody else does, and what is refused."""

import json

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from totalplace.errors import InputError
from totalplace.places.existing import existing_partnerships
from totalplace.reports.bundle_report import bundle_text
from totalplace.reports.explanation import explanation_text
from totalplace.reports.json_document import schema
from totalplace.reports.map import MapShapes, plan_map
from totalplace.reports.text import plan_text
from totalplace.scenarios.bundling import bundle
from totalplace.scenarios.planning import plan
from totalplace.scenarios.risk import explain, risk

ASKED = {"service": "social-work", "draws": 32, "funding": "a grant"}
QUICK = {**ASKED, "price_guards": False, "with_comparators": False, "with_moves": False}
REGIONS = ("South West", "E12000002", "the North West")


@pytest.fixture(scope="module")
def inside(england):
    """The plan of the whole country in which no partnership crosses a region's border."""
    return plan(england, **QUICK, inside="region")


@pytest.fixture(scope="module")
def south_west(england):
    return plan(england, **ASKED, only="South West")


@pytest.mark.parametrize("region", REGIONS)
def test_a_regions_own_plan_is_its_part_of_the_plan_that_keeps_to_regions(england, inside, region):
    """An outside check: with borders that nobody may cross the country falls apart by region."""
    own = plan(england, **QUICK, only=region)
    theirs = [p for p in inside.partnerships if set(p.members) <= set(own.names)]
    assert [(p.members, p.arrangement) for p in own.partnerships] == [
        (p.members, p.arrangement) for p in theirs
    ]
    assert own.partnerships, "a test of nothing"
    assert own.value.mean == pytest.approx(sum(p.value.mean for p in theirs))
    assert set(own.alone) == set(inside.alone) & set(own.names)


def test_nobody_else_is_in_the_plan_at_all(south_west):
    assert len(south_west.names) == 15
    everybody = {c for p in south_west.partnerships for c in p.members}
    everybody |= {*south_west.alone, *south_west.unpriced}
    assert everybody == set(south_west.names)
    assert south_west.to_frame().height == 15
    assert all(c.partnerships <= 7 for c in south_west.comparators)
    regions = next(c for c in south_west.comparators if "regions" in c.name)
    assert "nine" not in regions.name
    assert regions.partnerships == 1


def test_every_report_says_who_takes_part(south_west):
    document = json.loads(south_west.to_json())
    named = [
        (one["$id"], Resource.from_contents(one)) for one in map(schema, ("plan", "appraisal"))
    ]
    Draft202012Validator(schema("plan"), registry=Registry().with_resources(named)).validate(
        document
    )
    assert document["only"] == {
        "words": "the South West",
        "authorities": 15,
        "priced": south_west.priced,
    }
    said = " ".join(plan_text(south_west).split())
    assert f"For the South West only: {south_west.priced} of 15 councils" in said
    assert "of the South West" in said.split(".")[0]
    assert "all within the South West" in south_west.certificate.limits


def test_a_map_of_a_part_draws_the_part_as_large_as_the_country(south_west):
    code = next(iter(south_west.names))
    shapes = MapShapes(
        paths={code: "M10 10L20 10L20 30Z", "E09000007": "M0 0L100 0L100 200Z"},
        labels={code: (15.0, 15.0), "E09000007": (50.0, 50.0)},
        caption="Two",
    )
    drawn = plan_map(south_west, shapes, ident="m")
    assert 'd="M0.0 0.0L100.0 0.0L100.0 200.0Z"' in drawn
    assert "E09000007" not in drawn


def test_a_part_is_named_in_many_ways(england):
    def members(*only):
        return set(plan(england, **{**QUICK, "draws": 2}, only=only).names)

    police = members("police:West Midlands")
    region = members("West Midlands")
    assert len(police) == 7
    assert len(region) == 14
    assert police < region
    assert members("nhs:Devon") == members("NHS Devon ICB") == members("E54000037")
    assert members("Devon+Torbay") == members("Devon", "council:Torbay")
    assert members("strategic:North East Combined Authority") == members("strategic:north east")
    assert members("South West", "Hampshire") == members("South West") | {"E10000014"}


def test_what_cannot_be_meant_is_refused_all_at_once(england):
    with pytest.raises(InputError) as caught:
        plan(england, **ASKED, only=["Sowth West", "parish:Bath"], objective="hopeful")
    said = str(caught.value)
    for words in ("Did you mean South West or", "no kind of area 'parish'", "hopeful"):
        assert words in said
    with pytest.raises(InputError, match=r"(?s)Only Lancashire.*police:Lancashire"):
        plan(england, **ASKED, only="Lancashire")
    with pytest.raises(InputError, match="Camden is not in the South West"):
        plan(england, **ASKED, only="South West", together=[["Camden", "Devon"]])
    with pytest.raises(InputError, match="Camden is not in the South West"):
        explain(england, "Camden", **ASKED, only="South West")


def test_partnerships_that_reach_beyond_the_part_are_known(england, south_west):
    """Kept as they are, a partnership's members inside the part join no other."""
    one = next(o for o in existing_partnerships(south_west.as_of) if len(o.area_codes) > 1)
    found = plan(
        england,
        **QUICK,
        only=[one.area_codes[0], "Camden", "Islington", "Hackney"],
        keep_existing=True,
        arrangement="co-operate",
    )
    assert one.area_codes[0] in {*found.alone, *found.unpriced}
    assert one.name in found.certificate.limits


def test_a_body_that_reaches_beyond_the_part_is_not_the_same_body(england, inside):
    """One that holds an outsider fills its members' places for any partnership of the part."""
    body = next(p for p in inside.partnerships if p.arrangement != "co-operate")
    asked = {**QUICK, "arrangement": body.arrangement, "other_plans": [inside], "most_bodies": 1}
    kept = plan(england, **asked, only=list(body.members))
    assert [p.members for p in kept.partnerships] in ([], [body.members])
    if len(body.members) > 2:
        less = plan(england, **asked, only=list(body.members[:-1]))
        assert not less.partnerships


def test_explanation_risk_and_bundle_keep_to_the_part(england):
    told = explain(england, "Devon", **ASKED, only="South West")
    assert "only: nobody else was considered" in " ".join(explanation_text(told).split())
    found = risk(england, **ASKED, only="South West", solves=4, points=2)
    assert len(found.stability.alone) == found.plan.priced
    both = bundle(england, services=["social-work", "fostering"], **ASKED, only="South West")
    assert len(both.names) == 15
    assert "For the South West only, 15 councils" in " ".join(bundle_text(both, width=100).split())
