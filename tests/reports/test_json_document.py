"""JSON: valid against its schema, nothing lost, nothing that is not JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from reports.plans import do_nothing_plan, plans, refused_appraisal, sample_plan
from totalplace.footprints.results import Range
from totalplace.reports.json_document import appraisal_to_json, plan_to_json, schema
from totalplace.reports.stamp import stamp_of

SCHEMAS = {name: schema(name) for name in ("plan", "appraisal")}
REGISTRY = Registry().with_resources(
    (loaded["$id"], Resource.from_contents(loaded)) for loaded in SCHEMAS.values()
)


def check(text: str) -> dict:
    document = json.loads(text)
    validator = Draft202012Validator(
        SCHEMAS[document["kind"]],
        registry=REGISTRY,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    assert errors == []
    return document


def properties(node, path=""):
    """Every described property in a schema, with its path."""
    for name, part in node.get("properties", {}).items():
        yield f"{path}/{name}", part
        yield from properties(part, f"{path}/{name}")
    for name, part in node.get("$defs", {}).items():
        yield from properties(part, f"{path}/$defs/{name}")


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described_and_every_number_has_a_unit(name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    listed = list(properties(SCHEMAS[name]))
    assert len(listed) > 20
    for path, part in listed:
        assert part.get("description") or "$ref" in part, path
        kinds = part.get("type", [])
        if "range" in json.dumps(part.get("anyOf", "")) or {"number", "integer"} & set(
            [kinds] if isinstance(kinds, str) else kinds
        ):
            assert part.get("unit"), path


def test_a_plan_survives_the_journey():
    plan = sample_plan()
    document = check(plan_to_json(plan))
    assert document["saving_a_year"] == {"mean": 2.1e6, "low": -0.6e6, "high": 4.9e6}
    assert [
        [member["area_code"] for member in partnership["members"]]
        for partnership in document["partnerships"]
    ] == [list(partnership.members) for partnership in plan.partnerships]
    assert {row["area_code"]: row["reason"] for row in document["unpriced"]} == plan.unpriced
    assert document["stamp"]["seed"] == 1
    assert document["stamp"]["assumptions_sha256"] == plan.assumptions_sha256
    assert document["do_nothing"] is False
    assert check(plan_to_json(do_nothing_plan()))["do_nothing"] is True


def test_an_appraisal_is_valid_with_and_without_its_stamp():
    assert check(appraisal_to_json(refused_appraisal()))["stamp"] is None
    made = replace(refused_appraisal(), provenance=stamp_of(sample_plan()))
    stamped = check(appraisal_to_json(made))
    assert stamped["service"] == "social-work"
    assert stamped["appraisal"]["allowed"] is False


def test_a_figure_that_is_not_a_number_is_null_and_never_zero():
    plan = replace(sample_plan(), saving_a_year=Range(float("nan"), 0.0, 1.0))
    text = plan_to_json(plan)
    assert "NaN" not in text
    assert check(text)["saving_a_year"] is None


def test_the_same_plan_gives_the_same_text_whatever_the_solve_took():
    plan = sample_plan()
    slow = replace(plan, certificate=replace(plan.certificate, seconds=99.0))
    shuffled = replace(plan, unpriced=dict(reversed(plan.unpriced.items())))
    assert plan_to_json(plan) == plan_to_json(slow) == plan_to_json(shuffled)


@settings(max_examples=50)
@given(plans())
def test_any_plan_is_valid(plan):
    check(plan_to_json(plan))
