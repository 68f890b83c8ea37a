"""A divided county as JSON with a documented schema.

Flow: scenarios.split_result -> THIS -> cli.split, anyone's program
Amounts are pounds; what is apportioned has two decimals and adds up. An unknown amount is null.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.footprints.results import Range
from totalplace.scenarios.split_result import CountySplit

SCHEMA_VERSION = "1.0"
Json = dict[str, Any]


def split_to_json(one: CountySplit) -> str:
    """The split as JSON text, indented, ending in a newline. See ``schema("split")``."""
    return json.dumps(split_document(one), ensure_ascii=False, indent=2) + "\n"


def split_document(one: CountySplit) -> Json:
    """The split as plain values, keys in a fixed order."""
    return {
        "kind": "split",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_code": one.area_code,
        "years": dict(one.count_years),
        "whole_pounds": one.whole_pence / 100,
        "added_pounds": one.added_pence / 100,
        "difference_pounds": one.difference / 100,
        "added_a_year": _range(one.added_a_year),
        "set_up": _range(one.set_up),
        "ways": [
            {"name": each.name, "title": each.title, "dearer": _range(each.dearer)}
            for each in one.ways
        ],
        "horizon_years": one.years,
        "over_horizon": _range(one.over_years),
        "parts": [
            {
                "name": part.name,
                "districts": list(part.districts),
                "children_0_17": part.children,
                "poor_share": part.poor_share,
                "authorities_with_fewer_children": part.smaller,
                "need": dict(part.need),
                "pounds": part.pence / 100,
                "low": part.low / 100,
                "high": part.high / 100,
                "council_pounds": part.own_pence / 100,
                "unknown_lines": part.unknown,
                "added_a_year": _range(part.added_a_year),
                "added_pounds": part.added_pence / 100,
                "after_pounds": part.after_pence / 100,
                "set_up": _range(part.set_up),
            }
            for part in one.parts
        ],
        "lost_scale": [
            {
                "name": each.name,
                "title": each.title,
                "rule": each.rule,
                "now": _range(each.now),
                "a_year": _range(each.a_year),
                "by_part": {name: _range(amount) for name, amount in each.by_part.items()},
            }
            for each in one.added
        ],
        "keys": [
            {
                "name": key.name,
                "title": key.title,
                "basis": key.basis,
                "stated": key.stated,
                "estimated": key.estimated,
                "shares": dict(key.shares),
            }
            for key in one.keys
        ],
        "ring_fences": [
            {
                "rule": each.rule,
                "lines": list(each.lines),
                "pounds": {name: pence / 100 for name, pence in each.pence.items()},
                "unknown": list(each.unknown),
            }
            for each in one.ring_fences
        ],
        "subsidies": [
            {
                "theme": each.theme,
                "pounds": each.whole,
                "beyond": dict(each.beyond),
                "low": dict(each.low),
                "high": dict(each.high),
            }
            for each in one.subsidies
        ],
        "rows": [
            {
                "part": row.part,
                "line": row.line,
                "title": row.title,
                "theme": row.theme,
                "outcome": row.outcome,
                "payer": row.payer,
                "year": row.year,
                "standing": str(row.standing),
                "key": row.key,
                "ring_fence": row.ring_fence or None,
                "pounds": _pounds(row.pence),
                "low": _pounds(row.low),
                "high": _pounds(row.high),
            }
            for row in one.rows
        ],
        "unknown": list(one.unknown),
        "doubts": list(one.doubts),
        "not_priced": list(one.unpriced),
        "sources": list(one.sources),
        "seed": one.seed,
        "draws": one.draws,
        "assumptions_sha256": one.assumptions_sha256,
        "book_hash": one.book_hash,
        "version": one.version,
    }


def _range(amount: Range) -> Json:
    return {"mean": amount.mean, "low": amount.low, "high": amount.high}


def _pounds(pence: int | None) -> float | None:
    return None if pence is None else pence / 100
