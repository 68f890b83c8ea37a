"""What a pooled fund could hold, as plain text.

Flow: money.pool -> THIS -> cli.sharing
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from totalplace.money.paid_in import Joint
from totalplace.money.pool import Contribution, Pool
from totalplace.money.ring_fences import Rule
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.money_words import BODIES, million
from totalplace.reports.overlap_text import joint_words, span
from totalplace.reports.words import and_list

RULES = {
    Rule.FREE: "free to join",
    Rule.PURPOSE: "for its purpose only",
    Rule.OWNER: "by each owner's choice",
    Rule.CLOSED: "may not join",
}
HEADS = ("who", "what for", "up to", "rule", "law")
NOT_ADVICE = (
    "The rules are a reading of statutes and grant terms, not legal advice: grant terms change "
    "every year."
)
MOST_AREAS = 12


def pool_text(one: Pool, *, names: Mapping[str, str], width: int) -> str:
    """The answer as text that ends in a newline.

    Args:
        one: The fund.
        names: Names of councils by area code.
        width: Longest line, characters.
    """
    present = {year for each in one.contributions for year in each.years}
    told = "; ".join(f"{what} {year}" for what, year in one.years if year in present)
    lines = [
        title(one),
        *paragraph(verdict(one), width=width),
        *paragraph(f"{joint_words(one.joint)} {earlier(one)}".strip(), width=width),
        *paragraph(f"Each in its own year and prices: {told or 'none'}.", width=width),
        "",
        *columns(
            HEADS,
            [contribution_row(each) for each in one.contributions],
            width=width,
        ),
        "",
    ]
    for each in one.partners:
        body = BODIES.get(each.body, each.body)
        text = f"Could join, amount unknown: {body}. {each.why} ({each.law})"
        lines += paragraph(text, width=width, hang=2)
    lines += _areas(one, names, width)
    lines += ["", "Why each rule"]
    for reason, law in dict.fromkeys((e.fence.reason, e.fence.law) for e in one.contributions):
        lines += paragraph(f"{reason} ({law})", width=width, indent=2, hang=2)
    lines += ["", "Every amount by council: --json."]
    return "\n".join(lines) + "\n"


def title(one: Pool) -> str:
    """What the answer is of."""
    return f"What a pooled fund could hold: {one.place}" + (f", {one.theme}" if one.theme else "")


def joint_years(one: Pool) -> list[tuple[str, Joint]]:
    """The joint share of every year, oldest first."""
    latest = next((year for what, year in one.years if what.startswith("councils")), "latest")
    return [*one.joint_before, (latest, one.joint)]


def earlier(one: Pool) -> str:
    """The joint share of earlier years; "" where no return prints it."""
    told = [
        f"{year} at most {joint.share:.0%} ({million(joint.most)} of {million(joint.spend)}, "
        f"{joint.councils:,} of {joint.of:,} councils)"
        for year, joint in one.joint_before
        if joint.share is not None and joint.most is not None
    ]
    return f"Before: {'; '.join(told)}." if told else ""


def verdict(one: Pool) -> str:
    """The answer in a few sentences."""
    free = one.could_hold(Rule.FREE)
    purpose = one.could_hold(Rule.PURPOSE)
    owner = one.could_hold(Rule.OWNER)
    closed = one.could_hold(Rule.CLOSED)
    said = [f"Nobody is obliged to put anything in. Up to {span(*free)} is free to join"]
    if one.core:
        said[0] += f", of which {million(one.core)} is statutory core that must stay whole"
    said[0] += "."
    for ends, words in (
        (purpose, "may join a fund for its own purpose only"),
        (owner, "only by the choice of each school or nursery"),
        (closed, "is shut out by law"),
    ):
        if ends[1]:
            said.append(f"{span(*ends)} {words}.")
    return " ".join(said)


def area_row(
    one: Pool, code: str, rules: Sequence[Rule], names: Mapping[str, str]
) -> tuple[str, ...]:
    """One council's known money by rule."""
    return (names[code], *(million(one.of_area(code, rule)) for rule in rules))


def contribution_row(each: Contribution) -> tuple[str, ...]:
    """One payer's line as the table shows it."""
    amount = "unknown"
    if each.low is not None and each.high is not None:
        few = len(each.unknown_areas)
        amount = span(each.low, each.high) + (f" (without {few})" if few else "")
    core = ", statutory core" if each.core else ""
    return (each.payer, each.title, amount, RULES[each.fence.rule] + core, each.fence.law)


def _areas(one: Pool, names: Mapping[str, str], width: int) -> list[str]:
    if len(one.area_codes) < 2:
        return []
    if len(one.area_codes) > MOST_AREAS:
        return ["", "By council: --json."]
    rules = [rule for rule in Rule if any(e.fence.rule is rule for e in one.contributions)]
    rows = [area_row(one, code, rules, names) for code in one.area_codes]
    short = {
        code: [e.title for e in one.contributions if code in e.unknown_areas and e.by_area]
        for code in one.area_codes
    }
    lines = ["", *columns(("council", *(RULES[rule] for rule in rules)), rows, width=width)]
    for code, titles in short.items():
        if titles:
            text = f"{names[code]} is without {and_list(tuple(titles), most=4)}: unknown there."
            lines += paragraph(text, width=width, indent=2, hang=2)
    return lines
