"""A profile as JSON with a documented schema.

Flow: scenarios.profile -> THIS -> cli, reports.profile_write, anyone's program
In: a frozen Profile. Out: text whose keys stand in a fixed order. A figure that is not known is
null and its reason stands beside it: JSON has no NaN, and null is never zero.
"""

from __future__ import annotations

import json
from datetime import date
from math import isfinite
from typing import Any

from totalplace.measures.judgements import AREAS
from totalplace.measures.ranks import Rank
from totalplace.measures.rates import METHODS
from totalplace.reports import own_words
from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import CostPair, Expectation, Line, Profile

SCHEMA_VERSION = "2.0"
Json = dict[str, Any]

WITHOUT_INTERVAL = {
    "place.children_0_17": "an official estimate, published without a margin",
    "interval_level": "a choice, not a figure",
    "measures.numerator": "a count, as published or added up from what was published",
    "measures.denominator": "a count, as published or added up from what was published",
    "measures.england": "a count of the whole country, published without a margin",
    "measures.neighbours.mean": "a mean of the neighbours' figures as they stand, not an estimate",
    "measures.neighbours.median": "one of the neighbours' figures, or midway between two of them",
    "measures.neighbours.used": "how many councils",
    "measures.neighbours.of": "how many councils",
    "measures.expected.value": "its doubt is part of the interval of the difference that lasts",
    "measures.expected.difference": "of one year: what lasts of it has the interval",
    "neighbours.not_close": "how many councils",
    "unit_costs.interval_level": "a choice, not a figure",
    "unit_costs.spend": "an account, not a sample; its doubt is in the cost's interval",
    "unit_costs.children": "a count; its doubt is in the cost's interval",
    "unit_costs.one_day": "as publishers reckon it, without a margin",
    "unit_costs.published": "published without a margin",
}
"""Numbers that carry no interval beside them, by path, each with the reason."""


def profile_to_json(place: Profile) -> str:
    """The profile as JSON text, indented, ending in a newline. See ``schema("profile")``."""
    return json.dumps(profile_document(place), indent=2, ensure_ascii=False) + "\n"


def profile_document(place: Profile) -> Json:
    """The profile as plain dicts and lists."""
    return {
        "kind": "profile",
        "schema_version": SCHEMA_VERSION,
        "place": {
            "name": place.name,
            "kind": place.kind,
            "area_code": place.area_code or None,
            "la_number": place.la_number or None,
            "regions": list(place.regions),
            "parts": [{"area_code": code, "name": name} for code, name in place.parts],
            "became": list(place.became),
            "ended": _day(place.ended),
            "expected_end": _day(place.ending.expected) if place.ending else None,
            "children_0_17": _number(place.children),
            "children_on": _day(place.children_end),
        },
        "as_of": _day(place.as_of),
        "verdict": words.verdict(place),
        "findings": words.findings(place),
        "cautions": [*words.standing(place), *words.cautions(place)],
        "interval_level": 0.9,
        "without_interval": WITHOUT_INTERVAL,
        "measures": [_measure(place, line) for line in place.lines],
        "not_held": list(place.not_held),
        "interval_methods": dict(METHODS),
        "neighbours": {
            "basis": place.compared_with.basis,
            "words": place.compared_with.words,
            "not_close": place.compared_with.not_close,
            "members": [
                {"area_code": one.area_code, "name": one.name, "closeness": one.closeness or None}
                for one in place.compared_with.members
            ],
        },
        "unit_costs": [_cost(one) for one in place.costs],
        "spend_doubts": [
            {"area_code": one.area_code, "kind": str(one.kind), "words": one.words}
            for one in place.doubts
        ],
        "inspections": [
            {
                "area_code": one.area_code,
                "name": one.name,
                "inspected": _day(one.judgement.inspected),
                "published": _day(one.judgement.published),
                "grades": dict(zip(AREAS, one.judgement.grades, strict=True)),
                "disputed": list(one.judgement.disputed),
            }
            for one in place.inspections
        ],
        "not_inspected": list(place.uninspected),
        "partner_bodies": [
            {
                "kind": one.kind,
                "name": one.name,
                "members": list(one.members),
                "partly": list(one.partly),
            }
            for one in place.partners
        ],
        **own_words.document(place.own),
        "sources": list(place.sources),
        "licence": LICENCE_LINE,
        "book_hash": place.book_hash,
        "version": place.version,
    }


def _measure(place: Profile, line: Line) -> Json:
    headline, rate, beside = line.headline, line.rate, line.neighbours
    return {
        "id": headline.id,
        "item": headline.item or None,
        "title": headline.short,
        "group": headline.group,
        "better": headline.better or None,
        "why": headline.why,
        "period": rate.period,
        "period_end": _day(line.end),
        "value": _number(rate.value),
        "low": _number(rate.low),
        "high": _number(rate.high),
        "interval_method": rate.method or None,
        "no_interval": rate.no_interval or None,
        "missing": rate.reason or None,
        "note": rate.note or None,
        **({"own": own_words.mark(line.own)} if line.own else {}),
        "numerator": _number(rate.numerator),
        "denominator": _number(rate.denominator),
        "rank": _rank(line.expected.rank if line.expected else line.rank),
        "expected": _expected(line.expected),
        "no_expected": tables.no_expectation(place, line) or None,
        "england": _number(line.england),
        "against_england": tables.judged(line) or None,
        "neighbours": {
            "mean": _number(beside.mean),
            "median": _number(beside.median),
            "used": beside.used,
            "of": beside.of,
            "disagree": beside.disagree,
            "against_median": line.against_neighbours or None,
        },
        "trend": line.trend or None,
        "series": [
            {
                "period": point.rate.period,
                "period_end": _day(point.end),
                "value": _number(point.rate.value),
                "low": _number(point.rate.low),
                "high": _number(point.rate.high),
                "no_interval": point.rate.no_interval or None,
            }
            for point in line.series
        ],
    }


def _cost(one: CostPair) -> Json:
    here = one.here
    return {
        "id": here.unit.id,
        "title": here.unit.title,
        "per": "week" if here.unit.weekly else "year",
        "year": here.year,
        "value": here.value,
        "low": here.low,
        "high": here.high,
        "interval_level": 0.8,
        "missing": None if here.value is not None else "no spend, or no children counted",
        "england": {
            "value": one.england.value,
            "low": one.england.low,
            "high": one.england.high,
        },
        "spend": here.spend if here.value is not None else None,
        "children": here.children if here.value is not None else None,
        "one_day": here.one_day,
        "published": here.published,
        "not_in_it": list(here.unknown_areas),
        "faults": list(here.faults),
    }


def _expected(given: Expectation | None) -> Json | None:
    if given is None:
        return None
    return {
        "value": _number(given.value),
        "difference": _number(given.difference),
        "lasting": {
            "value": _number(given.lasting),
            "low": _number(given.low),
            "high": _number(given.high),
        },
        "rank": _rank(given.adjusted_rank),
        "verdict": given.words,
    }


def _rank(found: Rank | None) -> Json | None:
    if found is None:
        return None
    return {"value": found.middle, "low": found.low, "high": found.high, "of": found.of}


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


def _day(when: date | None) -> str | None:
    return when.isoformat() if when is not None else None
