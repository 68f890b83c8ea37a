"""Unit costs, and spend against need, as JSON: pounds and shares, unknown is null.

Flow: scenarios.costing -> THIS -> cli.costs, anyone's program
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from totalplace.money.unit_costs import UnitCost
from totalplace.reports.json_document import SCHEMA_VERSION
from totalplace.scenarios.costing import Costs, SpendAgainstNeed

Json = dict[str, Any]


def costs_to_json(one: Costs) -> str:
    """Unit costs as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "unit-costs",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_codes": list(one.area_codes),
        "unit_costs": [
            {**_cost(here), "england": _cost(england)}
            for here, england in zip(one.here, one.england, strict=True)
        ],
    }
    return _text(document)


def need_to_json(one: SpendAgainstNeed) -> str:
    """Spend against need as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "spend-against-need",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "among": one.among,
        "theme": one.theme or None,
        "of_interest": list(one.of_interest),
        "shares": [{**asdict(share), "verdict": share.verdict} for share in one.shares],
        "cohorts": [asdict(each) for each in one.cohorts.cohorts],
        "cohorts_without": list(one.cohorts.unknown_areas),
    }
    return _text(document)


def _cost(one: UnitCost) -> Json:
    found = asdict(one)
    unit = found.pop("unit")
    return {"id": unit["id"], "title": unit["title"], "weekly": unit["weekly"], **found}


def _text(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
