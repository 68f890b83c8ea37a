"""A place's count of money as JSON: every row, every cut, every elimination.

Flow: money.count -> THIS -> cli.money, anyone's program
Amounts are pounds with two decimals; an unknown amount is null, never zero.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.money.count import CUTS, Count, Slice
from totalplace.money.rows import Row
from totalplace.reports import own_words
from totalplace.reports.overlap_document import joint_document

SCHEMA_VERSION = "1.0"
Json = dict[str, Any]


def money_to_json(one: Count) -> str:
    """The count as JSON text, indented, ending in a newline. See ``schema("money")``."""
    return json.dumps(money_document(one), ensure_ascii=False, indent=2) + "\n"


def money_document(one: Count) -> Json:
    """The count as plain values, keys in a fixed order."""
    return {
        "kind": "money",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_codes": list(one.area_codes),
        "regions": list(one.regions),
        "theme": one.theme or None,
        "years": dict(one.years),
        "pounds": one.pence / 100,
        "cuts": {cut: [_slice(part) for part in one.by(cut)] for cut in CUTS},
        "eliminated": [
            {
                "area_code": each.area_code,
                "payer": each.payer,
                "receiver": each.receiver,
                "paid_in": each.paid_in,
                "spent_in": each.spent_in,
                "year": each.year,
                "pounds": each.pence / 100,
                "basis": each.basis,
            }
            for each in one.transfers
        ],
        "reconciled": [
            {
                "title": check.title,
                "published": check.published / 100,
                "counted": check.summed / 100,
                "difference": check.difference / 100,
            }
            for check in one.reconciled
        ],
        "all_ages": [
            {
                "body": each.body,
                "title": each.title,
                "year": each.year or None,
                "pounds": None if each.pence is None else each.pence / 100,
                "low": None if each.low is None else each.low / 100,
                "high": None if each.high is None else each.high / 100,
                "unknown_areas": list(each.unknown_areas),
                "basis": each.basis,
            }
            for each in one.around
        ],
        "paid_in_by_others": None if one.joint is None else joint_document(one.joint),
        "doubts": [
            {"area_code": each.area_code, "kind": str(each.kind), "words": each.words}
            for each in one.doubts
        ],
        "rows": [_row(one, row) for row in one.rows],
        **own_words.document(one.own),
        "sources": list(one.sources),
    }


def _slice(part: Slice) -> Json:
    return {
        "name": part.name,
        "published": part.published / 100,
        "estimated": part.estimated / 100,
        "pounds": part.pence / 100,
        "low": part.low / 100,
        "high": part.high / 100,
        "unknown_rows": part.unknown,
    }


def _row(one: Count, row: Row) -> Json:
    known = row.pence is not None
    return {
        "area_code": row.area_code,
        "line": row.line,
        "title": row.title,
        "service": row.service,
        "theme": row.theme,
        "outcome": row.outcome,
        "age": row.age,
        "stance": row.stance,
        "payer": row.payer,
        "year": row.year,
        "standing": str(row.standing),
        "gross": (row.pence or 0) / 100 if known else None,
        "eliminated": row.eliminated / 100,
        "counted": row.net / 100 if known else None,
        "low": (row.low or 0) / 100 if known else None,
        "high": (row.high or 0) / 100 if known else None,
        "layers": {str(layer): pence / 100 for layer, pence in row.layers},
        "basis": row.basis,
        **({"own": own_words.mark(own)} if (own := one.own_of(row)) else {}),
    }
