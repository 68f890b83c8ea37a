"""Make or buy in a place as JSON: amounts in pounds, shares from 0 to 1, unknown is null.

Flow: money.make_or_buy -> THIS -> cli.sharing, anyone's program
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.money.make_or_buy import Provision
from totalplace.money.providers import CHILDREN_SOURCE, HOMES_SOURCE, SPEND_SOURCE, Mix
from totalplace.reports.json_document import SCHEMA_VERSION
from totalplace.scenarios.providing import MakeOrBuy

Json = dict[str, Any]


def provision_to_json(answer: MakeOrBuy) -> str:
    """The answer as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "make-or-buy",
        "schema_version": SCHEMA_VERSION,
        "place": answer.place,
        "settings": [_provision(one) for one in answer.settings],
        "sources": [SPEND_SOURCE, CHILDREN_SOURCE, HOMES_SOURCE],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _provision(one: Provision) -> Json:
    moved = one.moved
    return {
        "id": one.setting.id,
        "title": one.setting.title,
        "spend": one.spend,
        "own_pay": one.pay,
        "bought": {"low": one.bought_low, "high": one.bought_high, "basis": one.basis},
        "unknown_areas": list(one.unknown_areas),
        "spend_2013_14": _mix(one.spent_before),
        "englands_children": [_mix(mix) for mix in one.children],
        "registered_places": _mix(one.homes),
        "moved": moved
        and {
            "part": moved.part,
            "spend": {"low": moved.spend_low, "high": moved.spend_high},
            "change": {"low": moved.change_low, "high": moved.change_high},
            "children": {"low": moved.places_low, "high": moved.places_high},
            "source": one.setting.source,
            "confidence": one.setting.confidence,
        },
    }


def _mix(mix: Mix | None) -> Json | None:
    if mix is None:
        return None
    return {
        "year": mix.year,
        "parts": dict(mix.parts),
        "withheld": dict(mix.missing),
        "whole": mix.whole,
        "bought_share": mix.bought,
        "unknown_areas": list(mix.unknown_areas),
    }
