"""Make or buy in a place as plain text.

Flow: money.make_or_buy -> THIS -> cli.sharing
"""

from __future__ import annotations

from collections.abc import Mapping

from totalplace.money.make_or_buy import Provision
from totalplace.money.providers import CHILDREN_SOURCE, HOMES_SOURCE, SPEND_SOURCE, Mix
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.words import and_list, pounds
from totalplace.scenarios.providing import MakeOrBuy

LIMITS = (
    "Nobody has returned spend by kind of provider since 2013-14. Homes registered in the place "
    "hold other councils' children too. A home that comes in house needs a building, a manager and "
    "children to fill it; none of that is priced here."
)


HEADS = ("view", "own", "private", "voluntary", "other public", "others, or not told apart")
SOURCES = (
    "Revenue outturn RO3 2024-25 (Ministry of Housing, Communities and Local Government, OGL v3)",
    SPEND_SOURCE,
    CHILDREN_SOURCE,
    HOMES_SOURCE,
)


def provision_text(answer: MakeOrBuy, *, width: int) -> str:
    """The answer as text that ends in a newline."""
    names = dict(answer.names)
    lines = [f"Make or buy homes for children: {answer.place}"]
    for one in answer.settings:
        lines += ["", one.setting.title]
        for sentence in now(one, names):
            lines += paragraph(sentence, width=width, indent=2)
        lines += columns(HEADS, [mix_row(what, mix) for what, mix in mixes(one)], width=width)
        for sentence in moved(one):
            lines += paragraph(sentence, width=width, indent=2, hang=2)
    lines += ["", *paragraph(LIMITS, width=width)]
    lines += paragraph(f"Sources: {'; '.join(SOURCES)}.", width=width)
    return "\n".join(lines) + "\n"


def bought_words(one: Provision) -> str:
    """The part that is bought, as a range, or why there is none."""
    if one.bought_low is None or one.bought_high is None:
        return "how much of it is bought is not known"
    if one.bought_low == one.bought_high:
        return f"at most {one.bought_high:.0%} of it is bought"
    return f"{one.bought_low:.0%} to {one.bought_high:.0%} of it is bought"


def now(one: Provision, names: Mapping[str, str]) -> list[str]:
    """What is spent now and how much of it is bought, in sentences."""
    if one.spend is None or one.pay is None:
        return ["Spend in 2024-25 is not known: no return has both the line and its pay."]
    said = [
        f"{pounds(one.spend)} in 2024-25; {bought_words(one)}. Own pay is {pounds(one.pay)}, "
        f"{one.pay / one.spend:.0%}, so at least that is made; the low end is {one.basis}."
    ]
    if one.unknown_areas:
        told = and_list(tuple(names[code] for code in one.unknown_areas), most=6)
        said.append(f"Without {told}: no figure, or nothing on the line.")
    return said


def mixes(one: Provision) -> list[tuple[str, Mix]]:
    """Every published view of who provides, and what it is of."""
    found = []
    if one.spent_before is not None:
        found.append(("spend here, 2013-14", one.spent_before))
    found += [(f"England's children, {mix.year}", mix) for mix in one.children[-1:]]
    if one.homes is not None and one.homes.whole:
        found.append((f"places in homes here, {one.homes.year}", one.homes))
    return found


def mix_row(title: str, mix: Mix) -> tuple[str, ...]:
    """One view as the table shows it."""
    own = ("own", "own or other council")
    other = ("other_public", "other public")
    in_pounds = title.startswith("spend")

    def cell(kinds: tuple[str, ...]) -> str:
        if any(kind in mix.missing for kind in kinds):
            return "withheld"
        known = [mix.parts[kind] for kind in kinds if kind in mix.parts]
        if not known:
            return ""
        amount = pounds(sum(known)) if in_pounds else f"{sum(known):,.0f}"
        return f"{amount} ({sum(known) / mix.whole:.0%})"

    named = (*own, "private", "voluntary", *other)
    rest = tuple(kind for kind in mix.parts if kind not in named)
    return (
        title,
        cell(own),
        cell(("private",)),
        cell(("voluntary",)),
        cell(other),
        cell(rest) if rest else "",
    )


def moved(one: Provision) -> list[str]:
    """What would change if some came in house; nothing where nothing moves."""
    change = one.moved
    if change is None:
        return []
    places = ""
    if change.places_low is not None and change.places_high is not None:
        places = f", the homes of {_span(change.places_low, change.places_high)} children"
    return [
        f"If {change.part:.0%} of what is bought came in house: "
        f"{_money_span(change.spend_low, change.spend_high)} a year would move{places}. Once "
        f"settled that would cost {_change(change.change_low, change.change_high)} a year. "
        f"{one.setting.source}"
    ]


def _span(low: float, high: float) -> str:
    ends = f"{low:,.0f}", f"{high:,.0f}"
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _money_span(low: float, high: float) -> str:
    ends = pounds(low), pounds(high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _change(low: float, high: float) -> str:
    if high <= 0:
        return f"{pounds(-low)} less to nothing less"
    return f"between {pounds(-low)} less and {pounds(high)} more"
