"""What several public bodies pay for the same function and the same children in one place.

Flow: money.count, money.functions, money.paid_in -> THIS -> reports.overlap_text
In: a place's count, transfers already taken out. Out: each function priced as a range. Pure.

**Money at stake** is what the bodies pay between them, where a whole line or a measured part of one
says so; a line that holds the function among others gives no amount, only a bound. **Paid twice**
can be no more than that less the largest single payment, since one body's whole payment is needed
even if all the others' merely repeat it; and it may be nothing, since bodies may do different parts
of the work. Where a body's payment is unknown the most is what the measured ones pay. None of it is
a saving.

A line stands once in a function, and what one body paid another has been taken out before. A pound
may be seen from two functions (a child may be both abused and ill), so functions are not added up:
`once` is the money that any of them touches, each line at most whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from totalplace.money.count import Count
from totalplace.money.functions import SOME, WHOLE, Claim, Function, functions
from totalplace.money.paid_in import Joint, PaidIn
from totalplace.money.rows import Row, Standing
from totalplace.types import Layer

SHARED = (Layer.MANAGEMENT, Layer.COMMISSIONING, Layer.SUPPORT)
"""Layers that sharing a function would touch; the front line and homes would stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One body's payment for a function in the place."""

    claim: Claim
    title: str  # of the line, "" without one
    year: str  # "" where unknown
    standing: Standing
    low: int | None  # pence; None exactly when unknown
    high: int | None
    within: int | None  # pence of the line, where an unknown part of it is the function
    shared_low: int  # of it, in layers that sharing would touch
    shared_high: int
    unknown_areas: tuple[str, ...]  # area codes whose part is not in it
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """One function that several bodies pay for in the place."""

    function: Function
    claimed: tuple[Claimed, ...]
    joint: Joint  # what others can already have paid in to the councils' lines

    @property
    def known(self) -> tuple[str, ...]:
        """Bodies with a figure."""
        return tuple(dict.fromkeys(one.claim.body for one in self.claimed if one.high is not None))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Bodies that pay an unknown amount, and nothing that is known."""
        known = self.known
        return tuple(one for one in self.function.bodies if one not in known)

    @property
    def low(self) -> int:
        """Least the known bodies pay between them, pence."""
        return sum(one.low or 0 for one in self.claimed)

    @property
    def high(self) -> int:
        """Most the known bodies pay between them, pence."""
        return sum(one.high or 0 for one in self.claimed)

    @property
    def most_twice(self) -> int:
        """Most that can be paid twice, pence; the least is always nothing."""
        by_body = [
            sum(one.high or 0 for one in self.claimed if one.claim.body == body)
            for body in self.known
        ]
        if not by_body:
            return 0
        return sum(by_body) - (0 if self.unknown else max(by_body))

    @property
    def shared(self) -> tuple[int, int]:
        """Management, commissioning and support in it, low and high, pence."""
        return (
            sum(one.shared_low for one in self.claimed),
            sum(one.shared_high for one in self.claimed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """Every function that several bodies pay for in one place."""

    place: str
    area_codes: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    once_low: int  # pence that any function touches, each line counted once
    once_high: int
    years: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    book_hash: str


def find_overlaps(
    one: Count, paid_in: PaidIn, *, table: Sequence[Function] | None = None
) -> Overlaps:
    """Price every function of the table in a place.

    Args:
        one: The place's count, all themes.
        paid_in: What others paid towards the councils' lines.
        table: The functions; our own when None.
    """
    wanted = functions() if table is None else table
    by_line: dict[str, list[Row]] = {}
    for row in one.rows:
        by_line.setdefault(row.line, []).append(row)
    found = tuple(
        Overlap(
            function=each,
            claimed=tuple(_claimed(claim, by_line, one) for claim in each.claims),
            joint=paid_in.joint(
                one.area_codes, [claim.line for claim in each.claims if claim.line]
            ),
        )
        for each in wanted
    )
    low, high = _once(found, by_line)
    return Overlaps(
        place=one.place,
        area_codes=one.area_codes,
        overlaps=found,
        once_low=low,
        once_high=high,
        years=one.years,
        sources=one.sources,
        book_hash=one.book_hash,
    )


def _claimed(claim: Claim, by_line: Mapping[str, Sequence[Row]], one: Count) -> Claimed:
    rows = by_line.get(claim.line, ()) if claim.line else ()
    known = [row for row in rows if row.pence is not None]
    if claim.part is None or not known or claim.part.id == SOME:
        return Claimed(
            claim=claim,
            title=rows[0].title if rows else "",
            year=known[0].year if known else "",
            standing=Standing.UNKNOWN,
            low=None,
            high=None,
            within=sum(max(0, row.net) for row in known) if known else None,
            shared_low=0,
            shared_high=0,
            unknown_areas=one.area_codes,
            basis=_basis(claim, known) if known else _why_unknown(claim, rows),
        )
    low, high, shared_low, shared_high = (
        sum(ends[end] for ends in map(_ends, known, [claim] * len(known))) for end in range(4)
    )
    whole = claim.part.id == WHOLE and all(row.standing is Standing.PUBLISHED for row in known)
    present = {row.area_code for row in known}
    # England's own rows stand for councils whose return is missing.
    missing = () if any(_stands_in(row, one) for row in known) else sorted(
        set(one.area_codes) - present
    )  # fmt: skip
    return Claimed(
        claim=claim,
        title=known[0].title,
        year=known[0].year,
        standing=Standing.PUBLISHED if whole else Standing.ESTIMATED,
        low=low,
        high=high,
        within=None,
        shared_low=shared_low,
        shared_high=shared_high,
        unknown_areas=tuple(missing),
        basis=_basis(claim, known),
    )


def _stands_in(row: Row, one: Count) -> bool:
    return row.area_code not in one.area_codes


def _ends(row: Row, claim: Claim) -> tuple[int, int, int, int]:
    """(low, high, shared low, shared high) of one row's part, pence; money below nothing is none.

    What was paid in from another row has been taken out of it.
    """
    part = claim.part
    if part is None or row.pence is None:
        return (0, 0, 0, 0)
    gross = max(1, row.pence)
    shared = sum(pence for layer, pence in row.layers if layer in SHARED) / gross
    shared = min(1.0, max(0.0, shared))
    low = max(0, round(part.low * ((row.low or 0) - row.eliminated)))
    high = max(0, round(part.high * ((row.high or 0) - row.eliminated)))
    return (low, high, round(low * shared), round(high * shared))


def _why_unknown(claim: Claim, rows: Sequence[Row]) -> str:
    if not claim.line:
        return claim.why
    said = " ".join(dict.fromkeys(row.basis for row in rows if row.basis))
    return said or "Only the whole that this line is part of is known here."


def _basis(claim: Claim, known: Sequence[Row]) -> str:
    part = claim.part
    words = []
    if part is not None and part.id == WHOLE:
        words.append("The whole line.")
    elif part is not None and part.id == SOME:
        words.append(f"An unknown part of the line. {claim.why}")
    elif part is not None:
        span = f"{part.low:.1%}" if part.low == part.high else f"{part.low:.1%} to {part.high:.1%}"
        words.append(f"{part.title}: {span} ({part.publisher}: {part.source}; {part.licence}).")
    if any(row.eliminated for row in known):
        words.append("What the schools grant pays is taken out first.")
    guessed = sum(row.standing is Standing.ESTIMATED for row in known)
    if guessed:
        words.append(f"{guessed:,} of {len(known):,} amounts are themselves estimates.")
    return " ".join(words)


def _once(found: Sequence[Overlap], by_line: Mapping[str, Sequence[Row]]) -> tuple[int, int]:
    """Money that any function touches: each line at least its largest part, at most the whole."""
    low = high = 0
    for line, rows in by_line.items():
        ends = [
            (claimed.low, claimed.high)
            for overlap in found
            for claimed in overlap.claimed
            if claimed.claim.line == line
        ]
        known = [(a, z) for a, z in ends if a is not None and z is not None]
        if not known:
            continue
        whole = sum(
            max(0, (row.high or 0) - row.eliminated) for row in rows if row.pence is not None
        )
        low += max(a for a, _ in known)
        high += min(whole, sum(z for _, z in known))
    return low, high
