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


TITLE = "What a year's spend comes to per child"
COST_HEADS = (
    "per child",
    "time",
    "year",
    "here",
    "80 % interval",
    "England",
    "by last day",
    "published",
)
SHARE_HEADS = ("council", "money", *KEYS, "money over need", "more or less than need")
COHORT_HEADS = ("cohort", "children", "of all", "money", "of all", "each, a year", "80 % interval")


def cost_rows(one: Costs) -> list[tuple[str, ...]]:
    """Every unit cost as the table shows it."""
    return [
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


def need_title(one: SpendAgainstNeed) -> str:
    """What the answer is of."""
    return f"Money against need: {one.place}" + (f", {one.theme}" if one.theme else "")


def need_answer(one: SpendAgainstNeed) -> list[str]:
    """What the shares are of, and where the places asked about stand."""
    what = one.theme or "their own children's services"
    names = dict(one.names)
    said = [
        f"Shares of what councils in {one.among} spend on {what}, and of three measures of need. "
        "Money over need spans the three; above 1 is more money than need."
    ]
    if len(one.of_interest) == 1:
        mine = next(each for each in one.shares if each.area_code in one.of_interest)
        if mine.ratio_low is not None and mine.ratio_high is not None:
            said.insert(
                0,
                f"{names[mine.area_code]}: {mine.ratio_low:.2f} to {mine.ratio_high:.2f} times its "
                f"share of need ({mine.verdict}).",
            )
    return said


def keys_line() -> str:
    """What the three measures of need are."""
    return "Need: " + "; ".join(f"{name}: {title}" for name, title in KEYS.items()) + "."


def costs_text(one: Costs, *, width: int) -> str:
    """Unit costs as text that ends in a newline."""
    names = dict(one.names)
    lines = [f"{TITLE}: {one.place}", ""]
    rows = cost_rows(one)
    lines += [*columns(COST_HEADS, rows, width=width), "", *paragraph(INTERVAL, width=width)]
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
    known = [share for share in one.shares if share.money is not None]
    lines = [
        need_title(one),
        *(line for text in need_answer(one) for line in paragraph(text, width=width)),
        "",
        *columns(
            SHARE_HEADS,
            [share_row(share, names) for share in sorted(known, key=_order)],
            width=width,
        ),
    ]
    absent = [names[share.area_code] for share in one.shares if share.money is None]
    if absent:
        told = and_list(tuple(absent), most=6)
        text = f"In no share, as a line or a measure of need is not known: {told}."
        lines += ["", *paragraph(text, width=width)]
    lines += ["", *paragraph(keys_line(), width=width), *_cohorts(one, names, width)]
    lines += ["", *paragraph(LIMIT, width=width)]
    return "\n".join(lines) + "\n"


LIMIT = (
    "More money than need is not waste, nor less a lack: rents, wages, distance and history "
    "differ, and spend on care follows past decisions. It says where to ask."
)


def _order(share: Share) -> float:
    return -(share.ratio_low or 0)


def share_row(share: Share, names: Mapping[str, str]) -> tuple[str, ...]:
    """One council as the table shows it."""
    if share.money is None or share.ratio_low is None or share.ratio_high is None:
        return (names[share.area_code], "not known", *("" for _ in KEYS), "", share.verdict)
    return (
        names[share.area_code],
        f"{share.money:.1%}",
        *(f"{share.need[key]:.1%}" for key in KEYS),
        f"{share.ratio_low:.2f} to {share.ratio_high:.2f}",
        share.verdict,
    )


def cohort_rows(one: SpendAgainstNeed) -> list[tuple[str, ...]]:
    """Every group of children as the table shows it."""
    return [
        (
            each.title,
            f"{each.children:,.0f}",
            f"{each.children_share:.1%}",
            pounds(each.pounds),
            f"{each.money_share:.0%}",
            f"£{each.each:,.0f}",
            f"£{each.low:,.0f} to £{each.high:,.0f}",
        )
        for each in one.cohorts.cohorts
    ]


def _cohorts(one: SpendAgainstNeed, names: Mapping[str, str], width: int) -> list[str]:
    if not one.cohorts.cohorts:
        return ["", "By cohort: not known, as a count or a line is missing."]
    rows = cohort_rows(one)
    lines = ["", f"By cohort: {one.place}", *columns(COHORT_HEADS, rows, width=width)]
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
