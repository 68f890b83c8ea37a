"""A place's count of money as plain text.

Flow: money.count -> THIS -> cli.money
"""

from __future__ import annotations

from collections import defaultdict

from totalplace.money.count import Count, Slice
from totalplace.money.rows import Row, Standing
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.words import and_list

MOST_NAMES = 6


def money_text(one: Count, *, by: str, width: int) -> str:
    """The count as text that ends in a newline.

    Args:
        one: The count.
        by: One of the cuts.
        width: Longest line, characters.
    """
    slices = one.by(by)
    lines = [
        f"Public money on children: {one.place}" + (f", {one.theme}" if one.theme else ""),
        *paragraph(_years(one), width=width),
        "",
        *columns(
            (by, "published", "estimated", "together", "range", "not known"),
            [_row(part) for part in slices] + [_row(_whole(slices))],
            width=width,
        ),
        "",
        *_eliminated(one, width),
        *_unknown(one, width),
        *_reconciled(one, width),
    ]
    if by == "layer":
        words = "Layers are split by assumed shares of pay and of spend: see 'totalplace evidence'."
        lines += paragraph(words, width=width)
    lines += _estimates(one, width)
    if one.doubts:
        lines += ["", "Before relying on this"]
        for doubt in one.doubts:
            lines += paragraph(f"{doubt.words}.", width=width, indent=2, hang=2)
    if len(one.regions) > 1:
        lines += paragraph(
            f"The place crosses regions ({and_list(one.regions)}): what is published by region is "
            "shared inside each one before it is added up.",
            width=width,
        )
    lines += ["", "Every line and its basis: --json."]
    return "\n".join(lines) + "\n"


def million(pence: int) -> str:
    """Pence as £ million with one decimal, thousands separated."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 1e8:,.1f}m"


def _years(one: Count) -> str:
    told = "; ".join(f"{what} {year}" for what, year in one.years)
    return f"Each in its own year and prices: {told}. Gross current spend."


def _whole(slices: tuple[Slice, ...]) -> Slice:
    return Slice(
        name="all",
        published=sum(part.published for part in slices),
        estimated=sum(part.estimated for part in slices),
        low=sum(part.low for part in slices),
        high=sum(part.high for part in slices),
        unknown=sum(part.unknown for part in slices),
    )


def _row(part: Slice) -> tuple[str, ...]:
    known = part.published or part.estimated
    spread = f"{million(part.low)} to {million(part.high)}" if part.low != part.high else ""
    return (
        part.name,
        million(part.published) if part.published else "",
        million(part.estimated) if part.estimated else "",
        million(part.pence) if known else "unknown",
        spread,
        f"{part.unknown:,} {'row' if part.unknown == 1 else 'rows'}" if part.unknown else "",
    )


def _eliminated(one: Count, width: int) -> list[str]:
    """The table of what one body paid another, taken out once."""
    if not one.transfers:
        return []
    sums: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for each in one.transfers:
        sums[each.payer, each.receiver, each.paid_in, each.year] += each.pence
    rows = [
        (payer, receiver, _plain(line), year, million(pence))
        for (payer, receiver, line, year), pence in sums.items()
    ]
    rows.append(("all", "", "", "", million(sum(sums.values()))))
    head = ("paid by", "paid to", "for", "year", "taken out once")
    return ["Taken out so that no pound counts twice", *columns(head, rows, width=width), ""]


def _plain(line: str) -> str:
    return line.split(".")[1].replace("_", " ")


def _unknown(one: Count, width: int) -> list[str]:
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in one.rows:
        if row.standing is Standing.UNKNOWN:
            found[row.payer, row.basis].append(row)
    if not found:
        return []
    lines = ["Not known, and not counted as nothing"]
    for (payer, basis), rows in found.items():
        titles = and_list(tuple(dict.fromkeys(row.title for row in rows)), most=3)
        where = len({row.area_code for row in rows})
        who = f" ({where:,} of {len(one.area_codes):,} councils)" if len(one.area_codes) > 1 else ""
        text = f"{payer}, {titles}{who}: {basis}"
        lines += paragraph(text, width=width, indent=2, hang=2)
    return [*lines, ""]


def _estimates(one: Count, width: int) -> list[str]:
    """How each estimated amount was made, once each."""
    bases = {row.basis: row for row in one.rows if row.standing is Standing.ESTIMATED}
    if not bases:
        return []
    lines = ["", "How estimates were made"]
    for basis in list(bases)[:MOST_NAMES]:
        lines += paragraph(f"{bases[basis].title}: {basis}", width=width, indent=2, hang=2)
    if len(bases) > MOST_NAMES:
        lines.append(f"  and {len(bases) - MOST_NAMES:,} more: --json")
    return lines


def _reconciled(one: Count, width: int) -> list[str]:
    lines = []
    for check in one.reconciled:
        apart = (
            "to the penny"
            if not check.difference
            else f"a difference of £{check.difference / 100:,.2f}"
        )
        text = (
            f"{check.title}: published {million(check.published)}, counted {million(check.summed)}"
        )
        lines += paragraph(f"{text}: {apart}.", width=width)
    return lines
