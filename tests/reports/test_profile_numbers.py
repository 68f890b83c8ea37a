"""No number in a profile stands bare: each has its interval, or the reason it has none.

The JSON is walked, so that a number added later is caught too.
"""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from totalplace.reports.json_document import schema
from totalplace.reports.profile_json import WITHOUT_INTERVAL, profile_document
from totalplace.scenarios.profile import profile, read

TRI_BOROUGH = "Hammersmith and Fulham + Kensington and Chelsea + Westminster"
HANDFUL = [
    ("Tower Hamlets", None),
    ("Northamptonshire", date(2021, 3, 31)),
    ("Northamptonshire", None),
    ("Cumbria", None),
    (TRI_BOROUGH, None),
    ("England", None),
    ("South West", None),
    ("Isles of Scilly", None),
]


@pytest.fixture(scope="module")
def reader(england):
    return read(england)


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schema("profile"))


def is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def bare_numbers(node, path=""):
    """Paths of numbers with neither an interval nor a reason."""
    if isinstance(node, list):
        return [found for one in node for found in bare_numbers(one, path)]
    if not isinstance(node, dict):
        return []
    has_interval = is_number(node.get("low")) and is_number(node.get("high"))
    found = []
    for key, value in node.items():
        where = f"{path}.{key}".lstrip(".")
        stands_in_it = key in ("value", "low", "high") or (key == "of" and "low" in node)
        if not is_number(value):
            found += bare_numbers(value, where)
        elif where in WITHOUT_INTERVAL:
            continue
        elif not (stands_in_it and (has_interval or node.get("no_interval"))):
            found.append(where)
    return found


def nulls_without_a_reason(document):
    found = []
    for row in document["measures"]:
        found += [
            row["id"]
            for told in (
                (row["value"] is None) == bool(row["missing"]),
                (row["low"] is None) == (row["high"] is None),
                row["value"] is None or (row["low"] is None) == bool(row["no_interval"]),
                (row["expected"] is None) == bool(row["no_expected"]),
                row["expected"] is None or row["expected"]["verdict"],
            )
            if not told
        ]
    return found


def check(found, validator):
    document = profile_document(found)
    validator.validate(document)
    assert bare_numbers(document) == [], found.name
    assert nulls_without_a_reason(document) == [], found.name
    assert "NaN" not in json.dumps(document)
    for row in document["measures"]:
        for one in (row, row["expected"] and row["expected"]["lasting"], row["rank"]):
            if one and one["value"] is not None and one["low"] is not None:
                assert one["low"] <= one["value"] <= one["high"], (found.name, row["id"])
        if row["rank"]:
            assert 1 <= row["rank"]["low"] <= row["rank"]["high"] <= row["rank"]["of"]


def test_the_walk_catches_a_bare_number():
    assert bare_numbers({"measures": [{"value": 3, "low": None, "high": None}]}) == [
        "measures.value"
    ]
    assert bare_numbers({"measures": [{"value": 3, "low": 2, "high": 4}]}) == []
    assert bare_numbers({"measures": [{"extra": 3, "low": 2, "high": 4}]}) == ["measures.extra"]


@pytest.mark.parametrize(("area", "as_of"), HANDFUL)
def test_every_number_has_its_interval_or_a_reason(reader, validator, area, as_of):
    check(profile(reader, area, as_of=as_of), validator)


@pytest.mark.slow
def test_so_in_all_of_them(reader, validator):
    names = [one.area_code for one in reader.cells.register.on()]
    assert len(names) == 153
    for name in names:
        check(profile(reader, name), validator)


def test_every_reason_is_about_a_number_that_is_there(reader):
    document = profile_document(profile(reader, "Tower Hamlets"))

    def paths(node, path=""):
        if isinstance(node, list):
            return {found for one in node for found in paths(one, path)}
        if isinstance(node, dict):
            return {found for key, value in node.items() for found in paths(value, f"{path}.{key}")}
        return {path.lstrip(".")}

    assert set(WITHOUT_INTERVAL) <= paths(document)
