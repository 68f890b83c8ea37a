"""What closes a gap, as plain text.

Flow: scenarios.closing -> THIS -> cli.money
"""

from __future__ import annotations

from totalplace.reports.columns import columns, paragraph
from totalplace.reports.words import and_list, chance, count, members, pounds
from totalplace.scenarios.closing import Closing


def gap_text(one: Closing, *, width: int) -> str:
    """The answer as text that ends in a newline."""
    mix = one.mix
    gap, spend = pounds(mix.gap), pounds(one.spend)
    partly = ", part of it estimated" if one.estimated else ""
    if mix.closed:
        head = f"It can be closed: {pounds(mix.saved)} a year."
    else:
        head = f"It cannot be closed. {pounds(mix.left)} a year is left ({mix.left / mix.gap:.0%})."
    lines = [
        f"A gap of {one.cut:.0%} in children's social care: {one.place}",
        *paragraph(
            f"{gap} of {spend} a year (gross, 2024-25{partly}). {head}",
            width=width,
        ),
        *paragraph(
            f"Held whole by law: {pounds(one.core)}, {one.core / one.spend:.0%} of spend "
            "(looked-after children, care leavers, safeguarding, asylum).",
            width=width,
        ),
        "",
    ]
    if one.unknown:
        lines += paragraph(f"Not known, so not in it: {and_list(one.unknown)}.", width=width)
    lines += _joint(one, width)
    lines += _choices(one, width)
    lines += ["", *paragraph(
        "Savings by sharing are the planner's own values (this council's part, once settled, 80 % "
        "interval over draws of the assumptions). How far a service may fall, and the harm of a "
        "pound off it, are judgements: src/totalplace/money/core.csv. A saving on the page is a "
        "choice about children, not advice.",
        width=width,
    )]  # fmt: skip
    return "\n".join(lines) + "\n"


def _joint(one: Closing, width: int) -> list[str]:
    mix = one.mix
    told = count(one.options, "joint option")
    if not mix.joint:
        text = (
            f"By sharing: nothing. Of {told} with one neighbour that would save and no guard "
            f"refuses, none is taken; {one.refused:,} were refused, save nothing or would touch "
            "the front line."
        )
        return [*paragraph(text, width=width), ""]
    rows = [
        (
            each.title,
            each.arrangement,
            members(each.partners),
            pounds(each.saving),
            f"{pounds(each.low)} to {pounds(each.high)}",
            chance(each.chance_worse_off),
        )
        for each in mix.joint
    ]
    head = ("by sharing", "how", "with", "saves a year", "interval", "chance of a loss")
    text = f"Chosen from {told} that save and that no guard refuses; {one.refused:,} were not."
    return [*columns(head, rows, width=width), *paragraph(text, width=width, indent=2), ""]


def _choices(one: Closing, width: int) -> list[str]:
    if not one.mix.choices:
        return ["No service need be lowered."]
    rows = [
        (
            each.title.removesuffix(": total expenditure"),
            each.theme,
            each.outcome,
            pounds(cut),
            f"{cut / each.spend:.0%}",
            f"{each.most:.0%}",
        )
        for each, cut in one.mix.choices
    ]
    head = ("by doing less", "theme", "outcome that bears it", "a year", "of it", "at most")
    return columns(head, rows, width=width)
