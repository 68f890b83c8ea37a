"""The contiguity graph and distances, for any list of authorities.

Flow: book (tables contiguity, centre) -> THIS -> footprints.problem
In: a book and area codes in a stated order. Out: arrays in that order.

N authorities, E pairs. Members of a set are positions in the list of codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from totalplace.errors import Problem, UnknownAreaError
from totalplace.types import FloatArray, SmallIntArray

if TYPE_CHECKING:
    from totalplace.book.store import Book


def contiguity(book: Book, area_codes: Sequence[str], *, crossings: bool = True) -> SmallIntArray:
    """Pairs of the given authorities that border each other.

    Args:
        book: A place book.
        area_codes: GSS codes of today's authorities; positions refer to this order.
        crossings: Whether a bridge, tunnel or ferry joins as a land border does.

    Returns:
        Shape (E, 2), positions i < j, rows in ascending order.
    """
    position = {code: index for index, code in enumerate(area_codes)}
    rows = book.query("SELECT area_code, other_code, kind FROM contiguity").rows()
    pairs = sorted(
        tuple(sorted((position[one], position[other])))
        for one, other, kind in rows
        if one in position and other in position and (crossings or kind == "land")
    )
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)


def centres(book: Book, area_codes: Sequence[str]) -> FloatArray:
    """Child-weighted centres, shape (N, 2), National Grid metres.

    Raises:
        UnknownAreaError: Codes without a centre in the book; all of them.
    """
    found = {
        code: (east, north)
        for code, east, north in book.query(
            "SELECT area_code, easting, northing FROM centre"
        ).rows()
    }
    missing = [code for code in area_codes if code not in found]
    if missing:
        raise UnknownAreaError(
            Problem(
                what="the book has no centre for these areas: " + ", ".join(missing),
                fix="Give GSS codes of authorities that exist today.",
            )
        )
    return np.array([found[code] for code in area_codes], dtype=np.float64).reshape(-1, 2)


def components(members: Iterable[int], edges: SmallIntArray) -> tuple[tuple[int, ...], ...]:
    """The connected pieces of a set, each ascending, in order of their lowest member."""
    left = set(members)
    beside: dict[int, set[int]] = {one: set() for one in left}
    for i, j in edges.tolist():
        if i in left and j in left:
            beside[i].add(j)
            beside[j].add(i)
    pieces = []
    while left:
        waiting = [min(left)]
        piece: set[int] = set()
        while waiting:
            one = waiting.pop()
            if one not in piece:
                piece.add(one)
                waiting += beside[one]
        left -= piece
        pieces.append(tuple(sorted(piece)))
    return tuple(pieces)


def is_connected(members: Iterable[int], edges: SmallIntArray) -> bool:
    """Whether one can walk from any member to any other without leaving the set."""
    return len(components(members, edges)) <= 1


def span_km(centre_m: FloatArray, members: Collection[int]) -> float:
    """Largest straight-line distance between members' centres, km; 0 for one member.

    Args:
        centre_m: Shape (N, 2), National Grid metres.
        members: Positions.
    """
    here = centre_m[sorted(members)]
    apart = here[:, None, :] - here[None, :, :]
    return float(np.hypot(apart[..., 0], apart[..., 1]).max(initial=0.0) / 1000)
