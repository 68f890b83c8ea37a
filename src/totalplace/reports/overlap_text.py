"""What several bodies pay for the same children in a place, as plain text.

Flow: money.overlap -> THIS -> cli.sharing
"""

from __future__ import annotations

from totalplace.money.overlap import Claimed, Overlap, Overlaps
from totalplace.money.paid_in import Joint
from totalplace.reports.columns import columns, paragraph
from totalplace.reports.money_words import million, named
from totalplace.reports.words import and_list

NOT_A_SAVING = (
    "Money at stake is not a saving. 'Twice at most' is a bound: nothing is paid twice where "
    "bodies do different parts of the work. The same pound may stand under two functions, so they "
    "are not added up."
)


TOUCHES = "Sharing touches management, commissioning and support; the front line and homes stay."
HEADS = ("function", "bodies", "measured", "twice at most", "sharing touches")


def overlap_text(one: Overlaps, *, width: int) -> str:
    """The overlaps as text that ends in a newline."""
    lines = [
        f"What several bodies pay for the same children: {one.place}",
        *paragraph(verdict(one), width=width),
        *paragraph(years(one), width=width),
        "",
        *columns(
            HEADS,
            [function_row(each) for each in one.overlaps],
            width=width,
        ),
        "",
        *paragraph(NOT_A_SAVING, width=width),
        *paragraph(TOUCHES, width=width),
    ]
    for each in one.overlaps:
        lines += ["", each.function.title, *paragraph(each.function.cohort, width=width, indent=2)]
        lines += columns(
            ("who pays", "for", "year", "amount", "law"),
            [_claim(claimed) for claimed in each.claimed],
            width=width,
        )
        for claimed in each.claimed:
            text = f"{claimed.claim.body}: {claimed.basis}"
            lines += paragraph(text, width=width, indent=2, hang=2)
        lines += paragraph(joint_words(each.joint), width=width, indent=2, hang=2)
    lines += ["", "Every amount and its source: --json."]
    return "\n".join(lines) + "\n"


def verdict(one: Overlaps) -> str:
    """The answer in one sentence or two."""
    every = sorted({body for each in one.overlaps for body in each.unknown})
    return (
        f"{len(one.overlaps)} functions are paid for by two or more bodies. What is measured of "
        f"them comes to {span(one.once_low, one.once_high)}, each pound once. How much of it "
        f"repeats another body's work cannot be told from published figures, as "
        f"{named(every)} print no amount for some or all of them."
    )


def years(one: Overlaps) -> str:
    """Which year each part is of."""
    told = "; ".join(f"{what} {year}" for what, year in one.years)
    return f"Each in its own year and prices: {told}."


def span(low: int, high: int) -> str:
    """A range of pence, or the one amount."""
    return million(low) if low == high else f"{million(low)} to {million(high)}"


def joint_words(joint: Joint) -> str:
    """What others can have paid in, with numerator and denominator."""
    if joint.most is None or joint.share is None:
        return "Already paid for together: not known, as no return here prints income on its lines."
    where = "" if joint.councils == joint.of else f" in {joint.councils:,} of {joint.of:,} councils"
    return (
        f"Already paid for together: at most {million(joint.most)} of {million(joint.spend)} "
        f"({joint.share:.0%}) on the council's lines{where}: income other than fees, which is "
        "everything that others pay in."
    )


def amount(claimed: Claimed) -> str:
    """An amount, its range, or how it is bounded."""
    if claimed.low is not None and claimed.high is not None:
        few = len(claimed.unknown_areas)
        without = f" (without {few} {'council' if few == 1 else 'councils'})" if few else ""
        return span(claimed.low, claimed.high) + without
    if claimed.within is not None:
        return f"unknown, within {million(claimed.within)}"
    return "unknown"


def function_row(each: Overlap) -> tuple[str, ...]:
    """One function as the table shows it."""
    measured = bool(each.known)
    return (
        each.function.title,
        "; ".join(
            filter(
                None,
                [
                    and_list(each.known),
                    f"unknown: {and_list(each.unknown)}" if each.unknown else "",
                ],
            )
        ),
        span(each.low, each.high) if measured else "nothing",
        million(each.most_twice) if measured else "unknown",
        span(*each.shared) if measured else "unknown",
    )


def _claim(claimed: Claimed) -> tuple[str, ...]:
    claim = claimed.claim
    return (
        claim.body,
        claimed.title or "not printed",
        claimed.year,
        amount(claimed),
        claim.law,
    )
