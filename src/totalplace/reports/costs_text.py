"""Unit costs, and spend against need, as plain text.

Flow: scenarios.costing -> THIS -> cli.costs
"""

from __future__ import annotations

from collections.abc import Mapping

from totalplace.money.need_share import KEYS, Share
from totalplace.money.unit_costs import UnitCost
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.words import and_list, count, pounds
from totalplace.scenarios.costing import Costs, SpendAgainstNeed

INTERVAL = (
    "Over the mean of the counts at both ends of the year. The 80 % interval puts together chance "
    "in the count, its drift over the year, and the difference between two publishers."
)


def costs_text(one: Costs, *, names: Mapping[str, str], width: int) -> str:
    """Unit costs as text that ends in a newline."""
    lines = [f"What a year's spend comes to per child: {one.place}", ""]
    rows = [
        (
            here.unit.title,
            "a week" if here.unit.weekly else "a year",
            here.year,
            _value(here),
            _span(here),
            _value(england),
            _each(here.one_day),
            _each(here.published),
        )
        for here, england in zip(one.here, one.england, strict=True)
    ]
    head = ("per child", "", "year", "here", "80 % interval", "England", "by last day", "published")
    lines += [*columns(head, rows, width=width), "", *paragraph(INTERVAL, width=width)]
    lines += ["", "Known faults"]
    for here in one.here:
        text = f"{here.unit.title}: {' '.join(here.faults)}"
        lines += paragraph(text, width=width, indent=2, hang=2)
        if here.unknown_areas:
            told = and_list(tuple(names[code] for code in here.unknown_areas), most=5)
            lines += paragraph(f"Without {told}.", width=width, indent=4)
    return "\n".join(lines) + "\n"


def need_text(one: SpendAgainstNeed, *, width: int) -> str:
    """Spend against need as text that ends in a newline."""
    names = dict(one.names)
    what = one.theme or "their own children's services"
    known = [share for share in one.shares if share.money is not None]
    lines = [
        f"Money against need: {one.place}" + (f", {one.theme}" if one.theme else ""),
        *paragraph(
            f"Shares of what councils in {one.among} spend on {what}, and of three measures of "
            "need. Money over need spans the three; above 1 is more money than need.",
            width=width,
        ),
        "",
        *columns(
            ("council", "money", *KEYS, "money over need", ""),
            [_share(share, names) for share in sorted(known, key=_order)],
            width=width,
        ),
    ]
    absent = [names[share.area_code] for share in one.shares if share.money is None]
    if absent:
        told = and_list(tuple(absent), most=6)
        text = f"In no share, as a line or a measure of need is not known: {told}."
        lines += ["", *paragraph(text, width=width)]
    keys = "; ".join(f"{name}: {title}" for name, title in KEYS.items())
    lines += ["", *paragraph(f"Need: {keys}.", width=width), *_cohorts(one, names, width)]
    lines += ["", *paragraph(LIMIT, width=width)]
    return "\n".join(lines) + "\n"


LIMIT = (
    "More money than need is not waste, nor less a lack: rents, wages, distance and history "
    "differ, and spend on care follows past decisions. It says where to ask."
)


def _order(share: Share) -> float:
    return -(share.ratio_low or 0)


def _share(share: Share, names: Mapping[str, str]) -> tuple[str, ...]:
    if share.money is None or share.ratio_low is None or share.ratio_high is None:
        return (names[share.area_code], "not known", *("" for _ in KEYS), "", share.verdict)
    return (
        names[share.area_code],
        f"{share.money:.1%}",
        *(f"{share.need[key]:.1%}" for key in KEYS),
        f"{share.ratio_low:.2f} to {share.ratio_high:.2f}",
        share.verdict,
    )


def _cohorts(one: SpendAgainstNeed, names: Mapping[str, str], width: int) -> list[str]:
    found = one.cohorts.cohorts
    if not found:
        return ["", "By cohort: not known, as a count or a line is missing."]
    rows = [
        (
            each.title,
            f"{each.children:,.0f}",
            f"{each.children_share:.1%}",
            pounds(each.pounds),
            f"{each.money_share:.0%}",
            f"£{each.each:,.0f}",
            f"£{each.low:,.0f} to £{each.high:,.0f}",
        )
        for each in found
    ]
    head = ("cohort", "children", "of all", "money", "of all", "each, a year", "80 % interval")
    lines = ["", f"By cohort: {one.place}", *columns(head, rows, width=width)]
    if one.cohorts.unknown_areas:
        told = and_list(tuple(names[code] for code in one.cohorts.unknown_areas), most=6)
        many = count(len(one.cohorts.unknown_areas), "council")
        lines += paragraph(f"Without {many}: {told}.", width=width, indent=2)
    return lines


def _each(value: float | None) -> str:
    return "" if value is None else f"£{value:,.0f}"


def _value(one: UnitCost) -> str:
    return "not known" if one.value is None else f"£{one.value:,.0f}"


def _span(one: UnitCost) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"£{one.low:,.0f} to £{one.high:,.0f}"
