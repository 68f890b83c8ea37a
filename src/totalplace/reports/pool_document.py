"""What a pooled fund could hold, as JSON: see ``schema("pool")``.

Flow: money.pool -> THIS -> cli.sharing, anyone's program
Amounts are pounds with two decimals; an unknown amount is null, never zero.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.money.pool import Contribution, Pool
from totalplace.money.ring_fences import Rule
from totalplace.reports.json_document import SCHEMA_VERSION
from totalplace.reports.overlap_document import joint_document

Json = dict[str, Any]


def pool_to_json(one: Pool) -> str:
    """The fund as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "pool",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_codes": list(one.area_codes),
        "theme": one.theme or None,
        "years": dict(one.years),
        "could_hold": {str(rule): _range(*one.could_hold(rule)) for rule in Rule},
        "statutory_core": one.core / 100,
        "already_joint": joint_document(one.joint),
        "already_joint_before": [
            {"year": year, **joint_document(joint)} for year, joint in one.joint_before
        ],
        "contributions": [_contribution(each) for each in one.contributions],
        "partners": [
            {"body": each.body, "amount": None, "why": each.why, "law": each.law}
            for each in one.partners
        ],
        "sources": list(one.sources),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _contribution(each: Contribution) -> Json:
    known = each.low is not None and each.high is not None
    return {
        "payer": each.payer,
        "line": each.line,
        "title": each.title,
        "years": list(each.years),
        "amount": _range(each.low or 0, each.high or 0) if known else None,
        "estimated": each.estimated,
        "rule": str(each.fence.rule),
        "law": each.fence.law,
        "reason": each.fence.reason,
        "statutory_core": each.core,
        "by_area": {code: pence / 100 for code, pence in each.by_area.items()},
        "unknown_areas": list(each.unknown_areas),
    }


def _range(low: int, high: int) -> Json:
    return {"low": low / 100, "high": high / 100}
