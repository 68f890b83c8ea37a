"""A plan or an appraisal as JSON with a documented schema.

Flow: footprints.results, reports.story -> THIS -> cli, reports.write, anyone's program
In: a frozen result. Out: text whose keys stand in a fixed order, the same for the same result.
A figure that is not a finite number is null: JSON has no NaN and null is never zero. The seconds
a solve took are left out, because they differ from run to run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import resources
from math import isfinite
from typing import Any

from totalplace.footprints.results import (
    Appraisal,
    Certificate,
    Comparator,
    GuardFinding,
    GuardReport,
    MemberShare,
    Plan,
    Provenance,
    Range,
)
from totalplace.reports import own_words, story
from totalplace.reports.stamp import LICENCE_LINE, stamp_of

SCHEMA_VERSION = "1.0"
Json = dict[str, Any]


def plan_to_json(plan: Plan) -> str:
    """The plan as JSON text, indented, ending in a newline. See ``schema("plan")``."""
    return _text(plan_document(plan))


def appraisal_to_json(appraisal: Appraisal) -> str:
    """One appraisal as JSON text, indented, ending in a newline. See ``schema("appraisal")``."""
    return _text(appraisal_document(appraisal))


def schema(name: str) -> Json:
    """The JSON Schema (2020-12) of a document: ``"plan"`` or ``"appraisal"``."""
    path = resources.files(__package__) / "schema" / f"{name}.schema.json"
    loaded: Json = json.loads(path.read_text("utf-8"))
    return loaded


def plan_document(plan: Plan) -> Json:
    """The plan as plain dicts and lists."""
    return {
        "kind": "plan",
        "schema_version": SCHEMA_VERSION,
        "service": plan.service,
        "service_title": plan.service_title,
        "arrangements": [str(arrangement) for arrangement in plan.arrangements],
        "objective": plan.objective,
        "as_of": plan.as_of.isoformat(),
        "start": plan.start.isoformat(),
        "only": {"words": plan.only, "authorities": len(plan.names), "priced": plan.priced}
        if plan.only
        else None,
        "verdict": story.plan_verdict(plan),
        "certainty": story.plan_certainty(plan),
        "refusals": story.plan_refusals(plan),
        "do_nothing": plan.is_do_nothing,
        "value": _range(plan.value),
        "saving_a_year": _range(plan.saving_a_year),
        "chance_never_pays_back": _number(plan.chance_never_pays_back),
        "share_that_pays": {k: _number(v) for k, v in plan.share_that_pays.items()},
        "certificate": _certificate(plan.certificate),
        "partnerships": [_appraisal(partnership) for partnership in plan.partnerships],
        "alone": [_area(plan, code) for code in plan.alone],
        "unpriced": [
            {**_area(plan, code), "reason": plan.unpriced[code]} for code in sorted(plan.unpriced)
        ],
        "estimated": [_area(plan, code) for code in plan.estimated],
        "guards": [_guard(guard) for guard in plan.guards],
        "comparators": [_comparator(comparator) for comparator in plan.comparators],
        "findings": list(plan.findings),
        "moves": [{**result_document(one), "swing": _number(one.swing)} for one in plan.moves],
        "stamp": _stamp(stamp_of(plan)),
    }


def appraisal_document(appraisal: Appraisal) -> Json:
    """One appraisal as plain dicts and lists."""
    made = appraisal.provenance
    return {
        "kind": "appraisal",
        "schema_version": SCHEMA_VERSION,
        "service": made.service if made else None,
        "as_of": made.as_of.isoformat() if made else None,
        "start": made.start.isoformat() if made else None,
        "verdict": story.appraisal_verdict(appraisal),
        "certainty": story.appraisal_certainty(appraisal),
        "appraisal": _appraisal(appraisal),
        "stamp": _stamp(made) if made else None,
    }


def _appraisal(appraisal: Appraisal) -> Json:
    weakest = appraisal.weakest_guard
    return {
        "members": [
            {"area_code": code, "name": name}
            for code, name in zip(appraisal.members, appraisal.names, strict=True)
        ],
        "arrangement": str(appraisal.arrangement),
        "allowed": appraisal.allowed,
        "weakest_guard": weakest.guard if weakest else None,
        "value": _range(appraisal.value),
        "tail_mean": _number(appraisal.tail_mean),
        "saving_a_year": _range(appraisal.saving_a_year),
        "first_year_cost": _range(appraisal.first_year_cost),
        "one_off_cost": _range(appraisal.one_off_cost),
        "exit_cost": _range(appraisal.exit_cost),
        "pays_back_years": _range(appraisal.pays_back_years),
        "chance_pays_back_5_years": _number(appraisal.chance_pays_back_5_years),
        "chance_never_pays_back": _number(appraisal.chance_never_pays_back),
        "by_layer": {layer.value: _range(part) for layer, part in appraisal.by_layer.items()},
        "coordination_a_year": _range(appraisal.coordination_a_year),
        "span_km": _number(appraisal.span_km),
        "children": _number(appraisal.children),
        "extra_bodies": appraisal.extra_bodies,
        "contiguous": appraisal.contiguous,
        "shares": [_share(member) for member in appraisal.shares],
        "guards": [_finding(finding) for finding in appraisal.guards],
        "notes": list(appraisal.notes),
    }


def _share(member: MemberShare) -> Json:
    return {
        "area_code": member.area_code,
        "name": member.name,
        "share": _range(member.share),
        "transfer": _number(member.transfer),
        "chance_worse_off": _number(member.chance_worse_off),
    }


def _finding(finding: GuardFinding) -> Json:
    return {
        "guard": finding.guard,
        "title": finding.title,
        "passed": finding.passed,
        "reason": finding.reason,
        "margin": _number(finding.margin),
    }


def _guard(guard: GuardReport) -> Json:
    return {
        "guard": guard.guard,
        "title": guard.title,
        "meaning": guard.meaning,
        "applies": guard.applies,
        "blocked": guard.blocked,
        "price": _number(guard.price),
        "price_a_year": _range(guard.price_a_year),
        "note": guard.note,
    }


def _certificate(certificate: Certificate) -> Json:
    return {
        "status": certificate.status,
        "objective": certificate.objective,
        "value": _number(certificate.value),
        "bound": _number(certificate.bound),
        "gap": _number(certificate.gap),
        "candidates": certificate.candidates,
        "refused": certificate.refused,
        "limits": certificate.limits,
    }


def _comparator(comparator: Comparator) -> Json:
    return {
        "name": comparator.name,
        "value": _range(comparator.value),
        "saving_a_year": _range(comparator.saving_a_year),
        "partnerships": comparator.partnerships,
        "breaks_guards": comparator.breaks_guards,
        "note": comparator.note,
    }


def _stamp(made: Provenance) -> Json:
    return {
        "sources": list(made.sources),
        "licence": LICENCE_LINE,
        "assumptions_sha256": made.assumptions_sha256,
        "book_hash": made.book_hash,
        "version": made.version,
        "seed": made.seed,
        "draws": made.draws,
        **own_words.document(made.own),
    }


def _area(plan: Plan, code: str) -> Json:
    return {"area_code": code, "name": plan.names.get(code, code)}


def _range(amount: Range | None) -> Json | None:
    if amount is None or not all(map(isfinite, (amount.mean, amount.low, amount.high))):
        return None
    return {"mean": amount.mean, "low": amount.low, "high": amount.high}


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else float(value)


def result_document(result: object) -> Json:
    """Any frozen result, field by field; a figure that is not finite is null."""
    return {field.name: _plain(getattr(result, field.name)) for field in fields(result)}  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if is_dataclass(value):
        return result_document(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return _number(value)
    return value if value is None or isinstance(value, str | int) else str(value)


def _text(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
