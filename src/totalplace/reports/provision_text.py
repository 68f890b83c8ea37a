"""Make or buy in a place as plain text.

Flow: money.make_or_buy -> THIS -> cli.sharing
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from totalplace.money.make_or_buy import Provision
from totalplace.money.providers import CHILDREN_SOURCE, HOMES_SOURCE, SPEND_SOURCE, Mix
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.words import and_list, pounds

LIMITS = (
    "Nobody has returned spend by kind of provider since 2013-14. Homes registered in the place "
    "hold other councils' children too. A home that comes in house needs a building, a manager and "
    "children to fill it; none of that is priced here."
)


def provision_text(
    place: str, found: Sequence[Provision], *, names: Mapping[str, str], width: int
) -> str:
    """The answer as text that ends in a newline.

    Args:
        place: What the place is called.
        found: One answer for each kind of home.
        names: Names of councils by area code.
        width: Longest line, characters.
    """
    lines = [f"Make or buy homes for children: {place}"]
    for one in found:
        lines += ["", one.setting.title, *_now(one, names, width), *_mixes(one, width)]
        lines += _moved(one, width)
    lines += ["", *paragraph(LIMITS, width=width)]
    sources = f"Sources: Revenue outturn RO3 2024-25 (MHCLG); {SPEND_SOURCE}; "
    lines += paragraph(f"{sources}{CHILDREN_SOURCE}; {HOMES_SOURCE}.", width=width)
    return "\n".join(lines) + "\n"


def bought_words(one: Provision) -> str:
    """The part that is bought, as a range, or why there is none."""
    if one.bought_low is None or one.bought_high is None:
        return "how much of it is bought is not known"
    if one.bought_low == one.bought_high:
        return f"at most {one.bought_high:.0%} of it is bought"
    return f"{one.bought_low:.0%} to {one.bought_high:.0%} of it is bought"


def _now(one: Provision, names: Mapping[str, str], width: int) -> list[str]:
    if one.spend is None or one.pay is None:
        text = "Spend in 2024-25 is not known: no return has both the line and its pay."
    else:
        text = (
            f"{pounds(one.spend)} in 2024-25; {bought_words(one)}. Own pay is {pounds(one.pay)}, "
            f"{one.pay / one.spend:.0%}, so at least that is made; the low end is {one.basis}."
        )
    lines = paragraph(text, width=width, indent=2)
    if one.unknown_areas and one.spend is not None:
        told = and_list(tuple(names[code] for code in one.unknown_areas), most=6)
        lines += paragraph(
            f"Without {told}: no figure, or nothing on the line.", width=width, indent=2
        )
    return lines


def _mixes(one: Provision, width: int) -> list[str]:
    rows = []
    if one.spent_before is not None:
        rows.append(_row("spend here, 2013-14", one.spent_before, "£"))
    rows += [_row(f"England's children, {mix.year}", mix, "") for mix in one.children[-1:]]
    if one.homes is not None and one.homes.whole:
        rows.append(_row(f"places in homes here, {one.homes.year}", one.homes, ""))
    head = ("", "own", "private", "voluntary", "other public", "others, or not told apart")
    return columns(head, rows, width=width)


def _row(title: str, mix: Mix, unit: str) -> tuple[str, ...]:
    own = ("own", "own or other council")
    other = ("other_public", "other public")

    def cell(kinds: tuple[str, ...]) -> str:
        if any(kind in mix.missing for kind in kinds):
            return "withheld"
        known = [mix.parts[kind] for kind in kinds if kind in mix.parts]
        if not known:
            return ""
        amount = pounds(sum(known)) if unit else f"{sum(known):,.0f}"
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


def _moved(one: Provision, width: int) -> list[str]:
    moved = one.moved
    if moved is None:
        return []
    places = ""
    if moved.places_low is not None and moved.places_high is not None:
        places = f", the homes of {_span(moved.places_low, moved.places_high)} children"
    text = (
        f"If {moved.part:.0%} of what is bought came in house: "
        f"{_money_span(moved.spend_low, moved.spend_high)} a year would move{places}. Once settled "
        f"that would cost {_change(moved.change_low, moved.change_high)} a year. "
        f"{one.setting.source}"
    )
    return paragraph(text, width=width, indent=2, hang=2)


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
