"""A place's count of money in words and rows of words, for text, page and workbook alike.

Flow: money.count -> THIS -> reports.money_text, reports.money_page, reports.money_workbook
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from totalplace.money.count import Count, Slice
from totalplace.money.flow import Flow
from totalplace.money.rows import Row, Standing
from totalplace.reports import own_words
from totalplace.reports.stamp import book_stamp
from totalplace.reports.words import and_list

BODIES = {
    "NHS": "the NHS",
    "authority": "councils",
    "fire": "fire authorities",
    "police": "the police",
    "Department for Education": "the Department for Education",
}
"""Payers as a sentence names them."""

CUT_TITLES = {
    "theme": "What it is for",
    "outcome": "Which outcome it serves",
    "layer": "Which layer of the service it pays for",
    "payer": "Who pays",
    "service": "Which service",
    "age": "Ages it is for",
    "stance": "Prevention or reaction",
    "year": "Of which year",
}
CUT_HEADS = ("published", "estimated", "together", "range", "not known")
FLOW_HEADS = ("who pays", "what for", "for which outcome", "published", "estimated", "not known")
GONE_HEADS = ("paid by", "paid to", "for", "year", "taken out once")
LAYERS_LINE = "Layers are split by assumed shares of pay and of spend: see 'totalplace evidence'."


def title(one: Count) -> str:
    """What the count is of."""
    return f"Public money on children: {one.place}" + (f", {one.theme}" if one.theme else "")


def million(pence: int) -> str:
    """Pence as £ million with one decimal, thousands separated."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 1e8:,.1f}m"


def years(one: Count) -> str:
    """Which year each part is of."""
    told = "; ".join(f"{what} {year}" for what, year in one.years)
    return f"Each in its own year and prices: {told}. Gross current spend."


def verdict(one: Count) -> list[str]:
    """The answer: how much, how well known, and what nobody knows."""
    known = whole(one.by("payer"))
    parts = [f"{million(known.pence)} is counted, each pound once"]
    if known.pence > 0:
        parts.append(f"{known.published / known.pence:.0%} of it published")
    if known.estimated and known.pence > 0:
        parts.append(
            f"{known.estimated / known.pence:.0%} estimated, which could make the whole "
            f"{million(known.low)} to {million(known.high)}"
        )
    said = [f"{'; '.join(parts)}."]
    if one.own:
        said.append(own_words.first_line(one.own))
    absent = sorted({row.payer for row in one.rows if row.standing is Standing.UNKNOWN})
    if absent:
        said.append(
            f"Some or all of what {named(absent)} spend is not published in any form "
            "that tells children here apart: it stays unknown, and is not counted as nothing."
        )
    return said


def named(bodies: Iterable[str]) -> str:
    """Payers in a sentence."""
    return and_list(tuple(BODIES.get(body, body) for body in bodies))


def whole(slices: tuple[Slice, ...]) -> Slice:
    """Every slice of a cut together."""
    return Slice(
        name="all",
        published=sum(part.published for part in slices),
        estimated=sum(part.estimated for part in slices),
        low=sum(part.low for part in slices),
        high=sum(part.high for part in slices),
        unknown=sum(part.unknown for part in slices),
    )


def cut_rows(one: Count, cut: str) -> list[tuple[str, ...]]:
    """One row for each value of a cut, and one for the whole."""
    slices = one.by(cut)
    return [_row(part) for part in (*slices, whole(slices))]


def _row(part: Slice) -> tuple[str, ...]:
    known = part.published or part.estimated or not part.unknown
    spread = f"{million(part.low)} to {million(part.high)}" if part.low != part.high else ""
    return (
        part.name,
        million(part.published) if part.published else "",
        million(part.estimated) if part.estimated else "",
        million(part.pence) if known else "unknown",
        spread,
        f"{part.unknown:,} {'row' if part.unknown == 1 else 'rows'}" if part.unknown else "",
    )


def flow_row(flow: Flow) -> tuple[str, ...]:
    """One flow as the table beside the picture shows it."""
    return (
        flow.payer,
        flow.theme,
        flow.outcome,
        million(flow.published) if flow.published else "",
        million(flow.estimated) if flow.estimated else "",
        and_list(flow.unknown, most=3) if flow.unknown else "",
    )


def eliminated(one: Count) -> list[tuple[str, ...]]:
    """What one body paid another, by line, and the whole; nothing where there is none."""
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for each in one.transfers:
        sums[each.payer, each.receiver, each.paid_in, each.year] += each.pence
    if not sums:
        return []
    rows = [
        (payer, receiver, line.split(".")[1].replace("_", " "), year, million(pence))
        for (payer, receiver, line, year), pence in sums.items()
    ]
    return [*rows, ("all", "", "", "", million(sum(sums.values())))]


def unknown(one: Count) -> list[tuple[str, str, str]]:
    """What has no amount: payer, what (and in how many councils), why."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in one.rows:
        if row.standing is Standing.UNKNOWN:
            found[row.payer, row.basis].append(row)
    out = []
    for (payer, basis), rows in found.items():
        titles = and_list(tuple(dict.fromkeys(row.title for row in rows)), most=3)
        where = len({row.area_code for row in rows})
        who = f" ({where:,} of {len(one.area_codes):,} councils)" if len(one.area_codes) > 1 else ""
        out.append((payer, titles + who, basis))
    return out


def estimates(one: Count) -> list[tuple[str, str]]:
    """How each estimated amount was made: an example of what, and how, once each."""
    bases = {row.basis: row for row in one.rows if row.standing is Standing.ESTIMATED}
    return [(row.title, basis) for basis, row in bases.items()]


def reconciled(one: Count) -> list[str]:
    """Published totals beside the sums that should make them."""
    lines = []
    for check in one.reconciled:
        apart = (
            "to the penny"
            if not check.difference
            else f"a difference of £{check.difference / 100:,.2f}"
        )
        lines.append(
            f"{check.title}: published {million(check.published)}, counted "
            f"{million(check.summed)}: {apart}."
        )
    return lines


AROUND_HEADS = ("service", "year", "spent here on everyone", "range", "how it was made")
AROUND_LINE = (
    "Spend on people of all ages. No part of it is in the count: nobody prints how much is for "
    "children."
)


def around(one: Count) -> list[tuple[str, ...]]:
    """Services for all ages, one row each."""
    rows: list[tuple[str, ...]] = []
    for each in one.around:
        known = each.pence is not None and each.low is not None and each.high is not None
        few = len(each.unknown_areas)
        short = f" (without {few:,} {'council' if few == 1 else 'councils'})" if few else ""
        rows.append(
            (
                each.title,
                each.year,
                f"{million(each.pence or 0)}{short}" if known else "unknown",
                f"{million(each.low or 0)} to {million(each.high or 0)}"
                if known and each.low != each.high
                else "",
                each.basis,
            )
        )
    return rows


def paid_in(one: Count) -> str:
    """How much others can have paid towards the councils' lines, and so stand in them twice."""
    if one.joint is None or one.joint.most is None or one.joint.share is None:
        return ""
    return (
        f"Of {million(one.joint.spend)} on the councils' lines, others paid in at most "
        f"{million(one.joint.most)} ({one.joint.share:.1%}): income other than fees. What of it "
        "came from public bodies stands in their accounts too, and may be counted twice by up to "
        "that much; no return tells it apart, so nothing is taken out for it."
    )


def crosses(one: Count) -> str:
    """A sentence where the place crosses regions, else ""."""
    if len(one.regions) < 2 or one.place == "England":
        return ""
    return (
        f"The place crosses regions ({and_list(one.regions)}): what is published by region is "
        "shared inside each one before it is added up."
    )


def stamp(one: Count) -> str:
    """What it was made from."""
    return book_stamp(one.book_hash)
