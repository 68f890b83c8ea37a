"""How sure a plan is, in words and tables, or as JSON.

Flow: scenarios.risk -> THIS -> cli.risk
In: a frozen Risk. Out: text: the verdict, what would change it, then the figures; or a document.
Nothing is computed here beyond choosing what to say.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite

from totalplace.footprints.core import FairSplit, Leaver
from totalplace.footprints.front import Front, FrontPoint
from totalplace.footprints.results import Plan, Range, Swing
from totalplace.footprints.stability import Recurring, Stability
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.json_document import Json, result_document
from totalplace.reports.stamp import stamp_line, stamp_of
from totalplace.reports.story import TITLES, plan_title
from totalplace.reports.swings import amount, moves_words, short_title
from totalplace.reports.text import EmphasisFn, plain
from totalplace.reports.words import (
    and_list,
    count,
    members,
    money,
    number,
    pounds,
    scale_for,
    share,
)
from totalplace.scenarios.risk import Risk

STEADY = 0.5  # in the best plan of at least half of the draws
ROWS = 12
SWING_HEADS = (
    "assumption", "range", "worth at the low end", "at the high end", "verdict flips at"
)  # fmt: skip
_BY = {"expected": "on average", "cautious": "in the worst fifth"}


def risk_sentences(risk: Risk) -> list[str]:
    """The verdict first: how steady, what moves it most, who would leave, against chance."""
    return [
        *steady_sentences(risk.plan, risk.stability),
        *_moves(risk),
        *leaving_sentences(risk.splits),
        *_random(risk),
    ]


def risk_text(
    risk: Risk, *, width: int = 100, rows: int = ROWS, emphasis_fn: EmphasisFn = plain
) -> str:
    """The risk of a plan as text.

    Args:
        risk: What was found.
        width: Longest line, characters.
        rows: Most rows of each table.
        emphasis_fn: What to wrap heads in, on a terminal.
    """
    first, *rest = risk_sentences(risk)
    lines = [emphasis_fn(line) for line in paragraph(first, width=width)]
    for line in rest:
        lines += paragraph(line, width=width, indent=2, hang=2)

    def table(title: str, head: tuple[str, ...], body: list[tuple[str, ...]]) -> None:
        if body:
            lines.extend(["", *(emphasis_fn(line) for line in paragraph(title, width=width))])
            lines.extend(columns(head, body, width=width))

    told = risk.stability
    draws = count(told.draws, "draw")
    head = ("partnership", "how", "in the best plan of", "in this plan")
    table(
        f"How often each partnership is in the best plan of one of {draws}",
        head,
        recurring_rows(told.partnerships, rows),
    )
    table(
        "How often two authorities share, with whomever else",
        ("pair", "how", "in the best plan of", "in this plan"),
        recurring_rows(told.pairs, rows),
    )
    table(
        _about(risk),
        SWING_HEADS,
        [swing_row(s) for s in risk.tornado[:rows]],
    )
    for one in risk.fronts:
        if len(one.points) == 1:
            lines += ["", *paragraph(_one_point(one), width=width)]
            continue
        table(_front_title(one), _front_head(one), [_point(one, p) for p in one.points])
    stamp = stamp_of(risk.plan)
    lines += [
        "",
        *paragraph(f"Sources: {'; '.join(stamp.sources)}.", width=width, indent=2, hang=2),
    ]
    lines += paragraph(stamp_line(stamp), width=width, indent=2, hang=2)
    return "\n".join(lines) + "\n"


def risk_document(risk: Risk) -> Json:
    """The risk as plain dicts and lists."""
    plan = risk.plan
    return {
        "kind": "risk",
        "service": plan.service,
        "objective": plan.objective,
        "title": plan_title(plan),
        "sentences": risk_sentences(risk),
        "about": _about(risk),
        "stability": result_document(risk.stability),
        "tornado": [{**result_document(s), "swing": s.swing} for s in risk.tornado],
        "fronts": [result_document(one) for one in risk.fronts],
        "splits": [result_document(one) for one in risk.splits],
        "at_random": result_document(risk.at_random),
        "stamp": result_document(stamp_of(plan)),
    }


def risk_to_json(risk: Risk) -> str:
    """The risk as JSON text, indented, ending in a newline."""
    return json.dumps(risk_document(risk), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def steady_sentences(plan: Plan, told: Stability) -> list[str]:
    """How often the plan, or doing nothing, is best when one draw is known for certain."""
    if plan.is_do_nothing:
        first = (
            f"Doing nothing is the best plan in {share(told.do_nothing)} of {told.draws:,} draws "
            "of the assumptions."
        )
    else:
        first = _how_steady([p for p in told.partnerships if p.in_plan], told.draws)
    lines = [first]
    if told.knowing_is_worth > 0:
        lines.append(
            "Whoever knew every assumption beforehand could choose better, by "
            f"{pounds(told.knowing_is_worth)} on average: what the doubt costs, at most."
        )
    lines.append(f"The worst gap of any draw's proof is {told.worst_gap * 100:.2f} %.")
    return lines


def _how_steady(mine: list[Recurring], draws: int) -> str:
    top = mine[0]
    if len(mine) == 1:
        return (
            f"The plan's only partnership, {members(top.names)}, is in the best plan of "
            f"{share(top.share)} of {draws:,} draws of the assumptions."
        )
    steady = sum(p.share >= STEADY for p in mine)
    return (
        f"{steady:,} of the plan's {len(mine):,} partnerships {'is' if steady == 1 else 'are'} in "
        f"the best plan of at least half of {draws:,} draws of the assumptions; the steadiest is "
        f"{members(top.names)} ({share(top.share)})."
    )


def _moves(risk: Risk) -> list[str]:
    if not risk.tornado:
        return ["The guards allow no partnership, so no assumption changes the plan."]
    return moves_words(risk.tornado, do_nothing=risk.plan.is_do_nothing)


def leaving_sentences(splits: Sequence[FairSplit]) -> list[str]:
    """Who would do better by leaving, a sentence for each partnership; or that nobody would."""
    if not splits:
        return []
    lines = [_leaver(one, one.leavers[0]) for one in splits if one.leavers]
    return lines or ["No member, and no group of members, would do better by leaving."]


def _leaver(one: FairSplit, first: Leaver) -> str:
    """The group with most to gain by leaving, and whether the guards would let it."""
    how = "however the gain is split" if one.core_is_empty else "under the Shapley split"
    but = "; the guards would not let them" if first.guards_allow is False else ""
    return (
        f"In {members(one.names)}, {and_list(first.names)} would do {pounds(first.gains)} better "
        f"by leaving, {how}{but}."
    )


def _random(risk: Risk) -> list[str]:
    row = risk.at_random
    broken = f"guards would refuse {row.breaks_guards:,} of its {row.partnerships:,} partnerships"
    return [
        f"Sharing with neighbours at random is worth {money(row.value)}; in the middle one, "
        f"{broken}. These are {row.note}."
    ]


def _about(risk: Risk) -> str:
    what = "the best partnership the guards allow" if risk.plan.is_do_nothing else "the whole plan"
    by = _BY[risk.plan.objective]
    return f"What each assumption does to the worth of {what} {by}, all others as drawn"


def recurring_rows(found: tuple[Recurring, ...], rows: int) -> list[tuple[str, ...]]:
    """The most frequent, and all that are in the plan."""
    shown = [one for at, one in enumerate(found) if at < rows or one.in_plan]
    return [
        (
            members(one.names),
            TITLES[one.arrangement],
            share(one.share),
            "yes" if one.in_plan else "",
        )
        for one in shown
    ]


def swing_row(swing: Swing) -> tuple[str, ...]:
    """An assumption: its range, the worth at each end, and where the verdict flips."""
    scale = scale_for([Range(swing.worth, swing.worth_at_low, swing.worth_at_high)], column=True)
    return (
        short_title(swing),
        f"{amount(swing.low, swing.unit.partition(' ')[0] * _marked(swing))} to "
        f"{amount(swing.high, swing.unit)}",
        pounds(swing.worth_at_low, scale),
        pounds(swing.worth_at_high, scale),
        "not in its range" if swing.flips_at is None else amount(swing.flips_at, swing.unit),
    )


def _marked(swing: Swing) -> bool:
    """Whether a value reads wrongly without its sign: pounds and percentages."""
    return swing.unit.startswith(("£m", "share", "chance"))


def _front_title(one: Front) -> str:
    more = "" if one.complete else "; there may be more plans between them"
    return f"Money against {one.burden}, judged by worth {_BY[one.objective]}{more}"


def _one_point(one: Front) -> str:
    """Where nothing is to be traded: one plan is best at any price."""
    point = one.points[0]
    plan = count(point.partnerships, "partnership") if point.partnerships else "doing nothing"
    return (
        f"{_front_title(one)}: one plan is best at every price, {plan}, with "
        f"{number(point.burden)} of them."
    )


def _front_head(one: Front) -> tuple[str, ...]:
    noun = "authorities changed" if one.burden.startswith("authorities") else "children"
    each = "authority" if one.burden.startswith("authorities") else "child"
    return (noun, "partnerships", "worth on average", "worst fifths", f"best if one {each} costs")


def _point(one: Front, point: FrontPoint) -> tuple[str, ...]:
    scale = scale_for([Range(p.expected, p.cautious, p.cautious) for p in one.points], column=True)
    upper = (
        f"up to {pounds(point.best_below)}"
        if isfinite(point.best_below)
        else f"over {pounds(point.best_above)}"
    )
    return (
        number(point.burden),
        f"{point.partnerships:,}",
        pounds(point.expected, scale),
        pounds(point.cautious, scale),
        upper,
    )


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]
