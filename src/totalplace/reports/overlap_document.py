"""What several bodies pay for the same children in a place, as JSON: see ``schema("overlap")``.

Flow: money.overlap -> THIS -> cli.sharing, anyone's program
Amounts are pounds with two decimals; an unknown amount is null, never zero.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.money.overlap import Claimed, Overlap, Overlaps
from totalplace.money.paid_in import Joint
from totalplace.reports.json_document import SCHEMA_VERSION

Json = dict[str, Any]


def overlap_to_json(one: Overlaps) -> str:
    """The overlaps as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "overlap",
        "schema_version": SCHEMA_VERSION,
        "place": one.place,
        "area_codes": list(one.area_codes),
        "years": dict(one.years),
        "touched_once": {"low": one.once_low / 100, "high": one.once_high / 100},
        "functions": [_function(each) for each in one.overlaps],
        "sources": list(one.sources),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _function(each: Overlap) -> Json:
    known, shared = bool(each.known), each.shared
    return {
        "id": each.function.id,
        "title": each.function.title,
        "cohort": each.function.cohort,
        "age": each.function.age,
        "outcome": each.function.outcome,
        "measured": _range(each.low, each.high) if known else None,
        "known_bodies": list(each.known),
        "unknown_bodies": list(each.unknown),
        "most_paid_twice": each.most_twice / 100 if known else None,
        "sharing_touches": _range(*shared) if known else None,
        "already_joint": joint_document(each.joint),
        "claims": [_claim(claimed) for claimed in each.claimed],
    }


def joint_document(joint: Joint) -> Json:
    """What others can have paid in: numerator, denominator, and how many councils print both."""
    return {
        "most": None if joint.most is None else joint.most / 100,
        "spend": joint.spend / 100,
        "share": joint.share,
        "councils": joint.councils,
        "of": joint.of,
    }


def _claim(claimed: Claimed) -> Json:
    claim, part = claimed.claim, claimed.claim.part
    known = claimed.low is not None and claimed.high is not None
    evidence = None
    if part is not None and part.source:
        evidence = {
            "title": part.title,
            "low": part.low,
            "high": part.high,
            "publisher": part.publisher,
            "source": part.source,
            "period": part.period,
            "licence": part.licence,
        }
    return {
        "body": claim.body,
        "line": claim.line or None,
        "title": claimed.title or None,
        "year": claimed.year or None,
        "standing": str(claimed.standing),
        "amount": _range(claimed.low or 0, claimed.high or 0) if known else None,
        "within": None if claimed.within is None else claimed.within / 100,
        "unknown_areas": list(claimed.unknown_areas),
        "why": claim.why,
        "law": claim.law,
        "basis": claimed.basis,
        "evidence": evidence,
    }


def _range(low: int, high: int) -> Json:
    return {"low": low / 100, "high": high / 100}
