"""Which partner bodies each authority must face: health, police, strategic authority and others.

Flow: book (table partner_body) -> THIS -> footprints.problem, scenarios
In: a book and area codes in a stated order. Out: a frozen matrix, or one body for each.

Memberships of an authority since replaced pass to its successors, until they have their own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from totalplace.places.register import Register
from totalplace.types import BoolArray

if TYPE_CHECKING:
    from totalplace.book.store import Book

STATUTORY = ("nhs", "police", "strategic")  # the partners a joint service sits across a table from


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Who faces whom. N authorities in the order asked for, B bodies by kind, then name."""

    faces: BoolArray  # (N, B)
    codes: tuple[str, ...]  # (B,)
    names: tuple[str, ...]  # (B,)
    kinds: tuple[str, ...]  # (B,), in the order of the kinds asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class _Membership:
    kind: str
    code: str
    name: str
    share: float
    as_at: date


def body_matrix(
    book: Book, area_codes: Sequence[str], *, kinds: Sequence[str] = STATUTORY
) -> Bodies:
    """Every body of the given kinds that any of the authorities faces.

    An authority that a boundary crosses faces each of the bodies on either side.
    """
    memberships = _memberships(book, area_codes)
    found = {
        (kinds.index(one.kind), one.name, one.code)
        for mine in memberships
        for one in mine
        if one.kind in kinds
    }
    bodies = sorted(found)
    column = {body: index for index, body in enumerate(bodies)}
    faces = np.zeros((len(area_codes), len(bodies)), dtype=np.bool_)
    for row, mine in enumerate(memberships):
        for one in mine:
            if one.kind in kinds:
                faces[row, column[kinds.index(one.kind), one.name, one.code]] = True
    return Bodies(
        faces=faces,
        codes=tuple(code for _, _, code in bodies),
        names=tuple(name for _, name, _ in bodies),
        kinds=tuple(kinds[kind] for kind, _, _ in bodies),
    )


def main_body(book: Book, area_codes: Sequence[str], *, kind: str) -> tuple[str, ...]:
    """Name of the one body of a kind each authority mainly belongs to, "" where it has none.

    The largest share wins; a tie goes to the lower code.
    """
    return main_bodies(book, area_codes, kinds=[kind])[kind]


def main_bodies(
    book: Book, area_codes: Sequence[str], *, kinds: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """`main_body` of several kinds, read at once."""
    memberships = _memberships(book, area_codes)

    def main(kind: str, mine: tuple[_Membership, ...]) -> str:
        ranked = sorted((-one.share, one.code, one.name) for one in mine if one.kind == kind)
        return ranked[0][2] if ranked else ""

    return {kind: tuple(main(kind, mine) for mine in memberships) for kind in kinds}


def extra_bodies(faces: BoolArray, members: Collection[int]) -> int:
    """Bodies a set faces in all, beyond those of its best-placed member.

    Nought when the members share every boundary.

    Args:
        faces: Shape (N, B).
        members: Positions, at least one.
    """
    here = faces[sorted(members)]
    return int(here.any(axis=0).sum() - here.sum(axis=1).min())


def _memberships(book: Book, area_codes: Sequence[str]) -> list[tuple[_Membership, ...]]:
    """For each authority its bodies, by kind as they newest stand."""
    rows = book.query(
        "SELECT area_code, kind, body_code, body_name, share, as_at FROM partner_body "
        "WHERE share > 0 ORDER BY ALL"
    ).rows()
    printed: dict[tuple[str, str], list[_Membership]] = {}
    for area, kind, code, name, share, as_at in rows:
        one = _Membership(kind=kind, code=code, name=name, share=share, as_at=as_at or date.min)
        printed.setdefault((area, kind), []).append(one)
    register = Register.from_book(book)
    kinds = sorted({kind for _, kind in printed})
    found = []
    for code in area_codes:
        before = [old for old, _ in register.predecessors(code)]
        mine: list[_Membership] = []
        for kind in kinds:
            known = printed.get((code, kind)) or [
                one for old in before for one in printed.get((old, kind), ())
            ]
            newest = max((one.as_at for one in known), default=date.min)
            mine += [one for one in known if one.as_at == newest]
        found.append(tuple(mine))
    return found
