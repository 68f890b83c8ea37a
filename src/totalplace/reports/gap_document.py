"""What closes a gap as JSON with a documented schema.

Flow: scenarios.gap_result -> THIS -> cli.gap, anyone's program
Amounts are pounds a year. What is felt but cannot be priced is null.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.money.gap import Mix
from totalplace.scenarios.gap_result import Closing

SCHEMA_VERSION = "1.0"
Json = dict[str, Any]


def gap_to_json(one: Closing) -> str:
    """The answer as JSON text, indented, ending in a newline. See ``schema("gap")``."""
    return json.dumps(gap_document(one), ensure_ascii=False, indent=2) + "\n"


def gap_document(one: Closing) -> Json:
    """The answer as plain values, keys in a fixed order."""
    return {
        "kind": "gap",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_code": one.area_code,
        "start": one.start.isoformat(),
        "spend": one.spend,
        "core": one.core,
        "estimated": one.estimated,
        "unknown": list(one.unknown),
        "options": one.options,
        "refused": one.refused,
        "ends": one.ends_words or None,
        "mixes": [_mix(one, cut, mix) for cut, mix in zip(one.cuts, one.mixes, strict=True)],
        "bearers": [
            {
                "by": each.by,
                "name": each.name,
                "pounds": each.pounds,
                "of": each.of,
                "children_0_17": each.children,
                "note": each.note or None,
            }
            for each in one.bearers
        ],
        "doubts": list(one.doubts),
        "sources": list(one.sources),
        "seed": one.seed,
        "draws": one.draws,
        "assumptions_sha256": one.assumptions_sha256,
        "book_hash": one.book_hash,
        "version": one.version,
    }


def _mix(one: Closing, cut: float, mix: Mix) -> Json:
    return {
        "year": None if mix.year is None else one.year_label(mix),
        "cut": cut,
        "gap": mix.gap,
        "closed": mix.closed,
        "saved": mix.saved,
        "left": mix.left,
        "sharing": [
            {
                "service": each.service,
                "title": each.title,
                "arrangement": each.arrangement,
                "partners": list(each.partners),
                "pounds": each.in_year(mix.year),
                "settled": {"mean": each.saving, "low": each.low, "high": each.high},
                "first_year_cost": each.first_year_cost,
                "chance_worse_off": each.chance_worse_off,
            }
            for each in mix.joint
        ],
        "doing_less": [
            {
                "line": each.line,
                "title": each.title,
                "theme": each.theme,
                "outcome": each.outcome,
                "pounds": taken,
                "spend": each.spend,
                "most": each.most,
                "harm": each.harm,
                "law": each.law,
            }
            for each, taken in mix.choices
        ],
    }
