"""What an assumption flips, in words, rows and a picture.

Flow: scenarios.flips -> THIS -> web
In: a frozen Flips. Out: sentences with the answer first, rows with intervals, one drawing, and a
plain document. Nothing is computed here beyond choosing what to say.
"""

from __future__ import annotations

from typing import Any

from totalplace.evidence.registry import Confidence, Distribution, Parameter
from totalplace.footprints.results import Plan, Range
from totalplace.reports import story
from totalplace.reports.charts import labelled
from totalplace.reports.json_document import result_document
from totalplace.reports.map import INK, LINE
from totalplace.reports.swings import amount
from totalplace.reports.words import and_list, chance, count, members, money_cell, scale_for
from totalplace.scenarios.flips import ASSUMED, Flips, Trial

TRUST = {
    Confidence.MEASURED: "Measured: from data that anyone can run again.",
    Confidence.PUBLISHED: "Published: a body’s own account, or an official rule.",
    Confidence.CLAIMED: "Claimed: said by somebody with an interest in it.",
    Confidence.ASSUMED: "Assumed: our own judgement, for want of anything better.",
}
VARIES = {
    Distribution.FIXED: "The same in every draw: a rule or a choice of method, not a doubt.",
    Distribution.PERT: "Drawn from a curve over its range: likeliest near its value, rarely at "
    "the ends.",
    Distribution.UNIFORM: "Drawn evenly from its range: any value is as likely as any other.",
    Distribution.NORMAL: "Drawn from a bell curve round its value; the range is three standard "
    "deviations either side.",
}
TRIAL_HEADS = (
    "the assumption", "what the best plan says", "saves a year", "worth in all, today",
    "chance it never pays back", "the proof",
)  # fmt: skip
NOT_IN = "–"
LONGEST = 44  # characters of a title under the picture
UNNAMED = ("exponent", "weight")
RED = "#b3261e"


def span(row: Parameter) -> str:
    """Value and range in a sentence's part: ``£0.8m a year, anywhere from £0.4m to £1.2m``."""
    return (
        f"{amount(row.value, row.unit)}; it may lie anywhere from {amount(row.low, row.unit)} to "
        f"{amount(row.high, row.unit)}"
    )


def sentences(found: Flips) -> list[str]:
    """The answer first: whether the range holds a change, where, and what comes and goes."""
    return [*_verdict(found), *_ends(found), *_coming(found), *_missing(found)]


def _verdict(found: Flips) -> list[str]:
    known = [one for one in found.trials if one.plan is not None]
    shares = {one.name: bool(one.plan and one.plan.partnerships) for one in known}
    title = _lower(short_title_of(found))
    if found.verdict_flips_at is not None:
        at = amount(found.verdict_flips_at, found.unit)
        side = "above" if found.verdict_flips_at > found.value else "below"
        now, then = (
            ("sharing", "doing nothing") if shares.get(ASSUMED) else ("doing nothing", "sharing")
        )
        return [
            f"The answer changes with {title} {side} {at}: from {now} to {then}. "
            f"Now it is {amount(found.value, found.unit)}."
        ]
    if len(set(shares.values())) > 1:
        return [f"The answer changes within the range of {title}: see the table."]
    what = "some councils should share" if any(shares.values()) else "do nothing"
    return [f"Anywhere in the range of {title} the answer stays: {what}."]


def _ends(found: Flips) -> list[str]:
    parts = []
    for one in found.trials:
        if one.plan is None:
            continue
        groups = len(one.plan.partnerships)
        said = count(groups, "partnership") if groups else "no sharing"
        parts.append(f"{said} {_at(found, one)}")
    return [f"The best plan: {and_list(parts)}."] if parts else []


def _at(found: Flips, one: Trial) -> str:
    value = amount(one.value, found.unit)
    return f"as assumed ({value})" if one.name == ASSUMED else f"at {value}"


def _coming(found: Flips) -> list[str]:
    if not found.turns:
        return []
    always = sum(None not in one.saving for one in found.turns)
    every = len(found.turns)
    if always == every:
        return ["The partnerships are the same in all of these plans."]
    stay = "none is" if always == 0 else f"{always:,} {'is' if always == 1 else 'are'}"
    return [
        f"Of {count(every, 'partnership')} in any of these plans, {stay} in all of them; the "
        "others come and go."
    ]


def _missing(found: Flips) -> list[str]:
    lines = [f"No plan {_at(found, one)}: {one.why}." for one in found.trials if one.plan is None]
    if not found.priced:
        lines.append(
            "It decides who may share, not what sharing is worth: between the values tried "
            "nothing can be said."
        )
    return lines


def trial_rows(found: Flips) -> list[tuple[str, ...]]:
    """The best plan at each value."""
    plans = [one.plan for one in found.trials if one.plan]
    saving = scale_for([one.saving_a_year for one in plans], column=True)
    worth = scale_for([one.value for one in plans], column=True)
    rows: list[tuple[str, ...]] = []
    for one in found.trials:
        head = f"{amount(one.value, found.unit)} ({one.name})"
        if one.plan is None:
            rows.append((head, one.why, "", "", "", ""))
            continue
        rows.append(
            (
                head,
                _says(one.plan),
                money_cell(one.plan.saving_a_year, saving),
                money_cell(one.plan.value, worth),
                "nothing to pay back"
                if one.plan.is_do_nothing
                else chance(one.plan.chance_never_pays_back),
                "proved best" if one.plan.certificate.status == "optimal" else "not proved best",
            )
        )
    return rows


def _says(plan: Plan) -> str:
    if plan.is_do_nothing:
        return "do nothing"
    gaining = plan.priced - len(plan.alone)
    return f"{count(len(plan.partnerships), 'partnership')} of {gaining:,} councils"


def turn_heads(found: Flips) -> tuple[str, ...]:
    """Heads of the table of partnerships: one column for each value tried."""
    return (
        "partnership",
        *(f"{one.name} ({amount(one.value, found.unit)})" for one in found.trials),
        "stops paying at",
    )


def turn_rows(found: Flips) -> list[tuple[str, ...]]:
    """Each partnership: what it saves a year in each plan, and where it stops paying."""
    scale = scale_for([amount for one in found.turns for amount in one.saving], column=True)
    return [
        (
            f"{members(one.names)} ({story.TITLES[one.arrangement]})",
            *(NOT_IN if saved is None else money_cell(saved, scale) for saved in one.saving),
            "" if one.pays_from is None else amount(one.pays_from, found.unit),
        )
        for one in found.turns
    ]


def picture(found: Flips, *, ident: str) -> str:
    """The worth over the range as a line, the best plan at each value as a point; "" if unread.

    Args:
        found: What was found.
        ident: Prefix of every id in the drawing, unique on the page.
    """
    if not found.curve:
        return ""
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    svg: str = vl_convert.vegalite_to_svg(_spec(found), allowed_base_urls=[])
    return labelled(svg, title=caption(found), description=description(found), ident=ident)


def caption(found: Flips) -> str:
    """What the picture shows."""
    what = "the plan as assumed" if found.of_a_plan else "the best single partnership"
    return f"What {what} is worth over the range of {_lower(short_title_of(found))}"


def description(found: Flips) -> str:
    """The picture in words, for someone who cannot see it."""
    first, last = found.curve[0], found.curve[-1]
    scale = scale_for([Range(first[1], first[1], last[1])])
    ends = " to ".join(
        f"{money_cell(Range(worth, worth, worth), scale).removesuffix(' (fixed)')} "
        f"at {amount(value, found.unit)}"
        for value, worth in (first, last)
    )
    flips = (
        f" It crosses nothing at {amount(found.verdict_flips_at, found.unit)}."
        if found.verdict_flips_at is not None and not found.of_a_plan
        else ""
    )
    return f"From {ends}, on average.{flips} Points: the best plan found afresh at each value."


def _spec(found: Flips) -> dict[str, Any]:
    scale = 1e6
    plans = [
        {
            "x": one.value,
            "y": one.plan.value.mean / scale,
            "low": one.plan.value.low / scale,
            "high": one.plan.value.high / scale,
        }
        for one in found.trials
        if one.plan
    ]
    x = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [found.low, found.high], "nice": False},
        "axis": {
            "title": _axis(found),
            "format": ".1%" if found.unit.startswith(("share", "chance")) else "",
            "tickCount": 6,
            "grid": False,
        },
    }

    def y(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "axis": {"title": "Worth in all, £ million", "gridColor": "#dfe3e6", "tickCount": 6},
        }

    return {
        "width": 430,
        "height": 260,
        "background": "white",
        "layer": [
            {
                "data": {"values": [{"y": 0}]},
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"y": y("y")},
            },
            {
                "data": {"values": [{"x": v, "y": w / scale} for v, w in found.curve]},
                "mark": {"type": "line", "color": "#00594f", "strokeWidth": 3},
                "encoding": {"x": x, "y": y("y")},
            },
            {
                "data": {"values": plans},
                "mark": {"type": "rule", "color": "#4a84ab", "strokeWidth": 4},
                "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}},
            },
            {
                "data": {"values": plans},
                "mark": {"type": "point", "filled": True, "size": 90, "color": INK, "opacity": 1},
                "encoding": {"x": x, "y": y("y")},
            },
            *_rule(found, x),
        ],
        "config": {
            "font": "sans-serif",
            "aria": False,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 13,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "labelColor": INK,
                "titleColor": INK,
                "tickColor": LINE,
            },
        },
    }


def _rule(found: Flips, x: dict[str, Any]) -> list[dict[str, Any]]:
    """A line where the verdict flips, with its value."""
    at = found.verdict_flips_at
    if at is None:
        return []
    data = {"values": [{"x": at, "said": f"flips at {amount(at, found.unit)}"}]}
    far = at > (found.low + found.high) / 2
    text = {"type": "text", "align": "right" if far else "left", "dx": -6 if far else 6,
            "y": 10, "fontSize": 13, "color": RED}  # fmt: skip
    return [
        {"data": data, "mark": {"type": "rule", "color": RED, "strokeDash": [6, 3]},
         "encoding": {"x": x}},
        {"data": data, "mark": text, "encoding": {"x": x, "text": {"field": "said"}}},
    ]  # fmt: skip


def _axis(found: Flips) -> str:
    title = short_title_of(found)
    shown = title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…"
    unit = "" if found.unit in UNNAMED or found.unit.startswith(("share", "chance")) else found.unit
    return f"{shown}, {unit}" if unit else shown


def document(found: Flips) -> dict[str, Any]:
    """All of it as plain dicts and lists; of each plan what decides it."""
    return {
        "kind": "flips",
        "assumption": found.id,
        "title": found.title,
        "unit": found.unit,
        "low": found.low,
        "value": found.value,
        "high": found.high,
        "sentences": sentences(found),
        "verdict_flips_at": found.verdict_flips_at,
        "trials": [
            {
                "name": one.name,
                "value": one.value,
                "held": one.held,
                "why_no_plan": one.why or None,
                "verdict": story.plan_verdict(one.plan) if one.plan else None,
                "partnerships": len(one.plan.partnerships) if one.plan else None,
                "saving_a_year": result_document(one.plan.saving_a_year) if one.plan else None,
                "worth": result_document(one.plan.value) if one.plan else None,
                "certificate": {
                    name: value
                    for name, value in result_document(one.plan.certificate).items()
                    if name != "seconds"
                }
                if one.plan
                else None,
            }
            for one in found.trials
        ],
        "partnerships": [result_document(one) for one in found.turns],
        "curve": [{"value": value, "worth": worth} for value, worth in found.curve],
        "curve_of": "the plan as assumed" if found.of_a_plan else "the best single partnership",
    }


def short_title_of(found: Flips | Parameter) -> str:
    """What it is called in a table: its title up to the first comma."""
    return found.title.partition(",")[0]


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
