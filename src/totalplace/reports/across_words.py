"""One measure across the country, in words: the verdict, the rows of its table, what is missing.

Flow: scenarios.across -> THIS -> web, reports.across_document
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from totalplace.measures.rates import METHODS
from totalplace.reports import own_words
from totalplace.scenarios.across import Across, Held

HEADS = (
    "authority",
    "figure (90 % interval)",
    "rank (90 % interval)",
    "expected, given need",
    "verdict",
    "region",
)


def figure(value: float, found: Across) -> str:
    """One value with its unit's sign, or a dash."""
    if not isfinite(value):
        return "–"
    digits = f"{abs(value):,.{found.decimals}f}"
    sign = "-" if value < 0 and any(digit in "123456789" for digit in digits) else ""
    return f"{sign}{'£' if found.measure.unit.startswith('pounds') else ''}{digits}"


def with_interval(one: Held, found: Across) -> str:
    """The figure with its interval, or the reason there is no figure; marked if it is own."""
    if not one.rate.known:
        return own_words.marked(one.rate.reason or "no figure", one.own)
    told = figure(one.rate.value, found)
    if one.rate.has_interval:
        low, high = figure(one.rate.low, found), figure(one.rate.high, found)
        told += f" ({low} to {high})"
    return own_words.marked(told, one.own)


def rank(one: Held, found: Across) -> str:
    """The rank with its interval: 1 is best, or the highest where nothing is better."""
    if not isfinite(one.rank):
        return "–"
    return f"{one.rank:.0f} ({one.rank_low:.0f} to {one.rank_high:.0f})"


def title(found: Across) -> str:
    """What the page is called."""
    return found.measure.title


def unit(found: Across) -> str:
    """The unit, and which way is better."""
    better = {"high": "higher is better", "low": "lower is better"}.get(found.measure.better)
    return f"{found.measure.unit}; {better or 'neither more nor less is better'}"


def verdict(found: Across) -> list[str]:
    """What the measure says about the country, as far as the intervals allow."""
    known = found.known
    place = f"In {found.period}" if found.period else "In the newest period"
    lines = [
        f"{place}, {len(known):,} of {len(found.rows):,} authorities have a figure"
        + (f"; England’s is {figure(found.england, found)}." if isfinite(found.england) else ".")
    ]
    if found.own:
        lines.append(own_words.first_line(found.own))
    compared = [one for one in known if one.rate.has_interval]
    if isfinite(found.england) and compared:
        sides = [one.rate.against(found.england) for one in compared]
        above, below = sides.count("above"), sides.count("below")
        lines.append(
            f"{above:,} are clearly above England and {below:,} clearly below; for the other "
            f"{len(compared) - above - below:,} the interval includes England’s figure."
        )
    ranked = [one for one in known if isfinite(one.rank)]
    if ranked:
        widths = sorted(one.rank_high - one.rank_low for one in ranked)
        lines.append(
            "Ranks are rough: half of the 90 % intervals of a rank span "
            f"{widths[len(widths) // 2]:.0f} places or more, of {len(ranked):,}."
        )
    if found.measure.judged and ranked:
        better = [one for one in known if one.against_expected.startswith("better than expected")]
        worse = [one for one in known if one.against_expected.startswith("worse than expected")]
        if better or worse:
            lines.append(
                f"Given need, {len(better):,} do better than expected and {len(worse):,} worse."
            )
    if not compared:
        lines.append(f"No intervals: {found.no_interval.removeprefix('none: ')}.")
    return lines


def rows(found: Across) -> list[tuple[str, ...]]:
    """The table, as shown; columns as in HEADS."""
    return [
        (
            one.name,
            with_interval(one, found),
            rank(one, found),
            figure(one.expected, found),
            one.against_expected or "–",
            one.region,
        )
        for one in found.rows
    ]


def years(found: Across) -> list[tuple[str, ...]]:
    """Period, England, a tenth below, the middle, a tenth above, authorities with a figure."""
    return [
        (
            f"to {one.end.day} {one.end:%B %Y}",
            figure(one.england, found),
            figure(one.low, found),
            figure(one.median, found),
            figure(one.high, found),
            f"{one.authorities:,}",
        )
        for one in found.years
    ]


YEAR_HEADS = (
    "period",
    "England",
    "a tenth are below",
    "the middle authority",
    "a tenth are above",
    "authorities with a figure",
)


def definition(found: Across) -> list[tuple[str, str]]:
    """What the measure is, as pairs of a head and words."""
    measure = found.measure
    pairs = [
        ("What it is", measure.description or "The publisher gives no definition in the file."),
        ("Unit", unit(found)),
        ("Outcomes it speaks about", "; ".join(measure.outcomes) or "none of the five"),
        ("Kind", f"{measure.kind}: {measure.reason}" if measure.reason else str(measure.kind)),
        ("Publisher", measure.publisher),
        ("Publisher’s polarity", measure.published_polarity or "none printed"),
        ("Periods held", f"{len(found.ends)}, the newest to {found.end.day} {found.end:%B %Y}"),
        (
            "How the intervals were made",
            "; ".join(METHODS[name] for name in found.methods)
            or found.no_interval.removeprefix("none: "),
        ),
        ("Id", measure.item),
    ]
    return [(head, words) for head, words in pairs if words]


def document(found: Across) -> dict[str, Any]:
    """The measure as plain dicts and lists; null where a figure is not known."""
    measure = found.measure
    return {
        "kind": "measure",
        "schema_version": "1.0",
        "item": measure.item,
        "unit": measure.unit,
        "better": measure.better or None,
        "outcomes": list(measure.outcomes),
        "period": found.period,
        "period_end": found.end.isoformat(),
        "periods": [one.isoformat() for one in found.ends],
        "verdict": verdict(found),
        "findings": list(found.findings),
        "definition": dict(definition(found)),
        "interval_level": 0.9,
        "england": number(found.england),
        "authorities": [
            {
                "area_code": one.area_code,
                "name": one.name,
                "region": one.region,
                "value": number(one.rate.value),
                "low": number(one.rate.low),
                "high": number(one.rate.high),
                "interval_method": one.rate.method or None,
                "missing": one.rate.reason or None,
                "note": one.rate.note or None,
                **({"own": own_words.mark(one.own)} if one.own else {}),
                "rank": number(one.rank),
                "rank_low": number(one.rank_low),
                "rank_high": number(one.rank_high),
                "expected": number(one.expected),
                "against_expected": one.against_expected or None,
            }
            for one in found.rows
        ],
        "years": [
            {
                "period_end": one.end.isoformat(),
                "england": number(one.england),
                "tenth": number(one.low),
                "median": number(one.median),
                "ninetieth": number(one.high),
                "authorities": one.authorities,
            }
            for one in found.years
        ],
        "missing": [{"reason": reason, "authorities": n} for reason, n in found.missing],
        **own_words.document(found.own),
        "seed": found.seed,
        "book_hash": found.book_hash,
    }


def number(value: float) -> float | None:
    """A number for JSON, which has no nan."""
    return value if isfinite(value) else None
