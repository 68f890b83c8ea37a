"""A place's count of money as plain text.

Flow: money.count, reports.money_words -> THIS -> cli.money
"""

from __future__ import annotations

from totalplace.money.count import Count
from totalplace.reports import money_words as words
from totalplace.reports.columns import columns, paragraph

MOST_NAMES = 6


def money_text(one: Count, *, by: str, width: int) -> str:
    """The count as text that ends in a newline.

    Args:
        one: The count.
        by: One of the cuts.
        width: Longest line, characters.
    """
    lines = [
        words.title(one),
        *paragraph(" ".join(words.verdict(one)), width=width),
        *paragraph(words.years(one), width=width),
        "",
        *columns((by, *words.CUT_HEADS), words.cut_rows(one, by), width=width),
        "",
        *_eliminated(one, width),
        *_paid_in(one, width),
        *_unknown(one, width),
        *_around(one, width),
    ]
    for text in words.reconciled(one):
        lines += paragraph(text, width=width)
    if by == "layer":
        lines += paragraph(words.LAYERS_LINE, width=width)
    lines += _estimates(one, width)
    if one.doubts:
        lines += ["", "Before relying on this"]
        for doubt in one.doubts:
            lines += paragraph(f"{doubt.words}.", width=width, indent=2, hang=2)
    lines += paragraph(words.crosses(one), width=width)
    lines += ["", "Every line and its basis: --json. A page and a workbook: --out FOLDER."]
    return "\n".join(lines) + "\n"


def _eliminated(one: Count, width: int) -> list[str]:
    """The table of what one body paid another, taken out once."""
    rows = words.eliminated(one)
    if not rows:
        return []
    head = "Taken out so that no pound counts twice"
    return [head, *columns(words.GONE_HEADS, rows, width=width), ""]


def _unknown(one: Count, width: int) -> list[str]:
    found = words.unknown(one)
    if not found:
        return []
    lines = ["Not known, and not counted as nothing"]
    for payer, what, why in found:
        lines += paragraph(f"{payer}, {what}: {why}", width=width, indent=2, hang=2)
    return [*lines, ""]


def _paid_in(one: Count, width: int) -> list[str]:
    said = words.paid_in(one)
    return [*paragraph(said, width=width), ""] if said else []


def _around(one: Count, width: int) -> list[str]:
    """Services for all ages, beside the count."""
    rows = words.around(one)
    if not rows:
        return []
    table = columns(words.AROUND_HEADS[:-1], [row[:-1] for row in rows], width=width)
    lines = ["Beside the count", *paragraph(words.AROUND_LINE, width=width), *table]
    for title, *_, basis in rows:
        lines += paragraph(f"{title}: {basis}", width=width, indent=2, hang=2)
    return [*lines, ""]


def _estimates(one: Count, width: int) -> list[str]:
    """How each estimated amount was made, once each."""
    found = words.estimates(one)
    if not found:
        return []
    lines = ["", "How estimates were made"]
    for what, how in found[:MOST_NAMES]:
        lines += paragraph(f"{what}: {how}", width=width, indent=2, hang=2)
    if len(found) > MOST_NAMES:
        lines.append(f"  and {len(found) - MOST_NAMES:,} more: --json")
    return lines
