"""Whom a place is compared with: the official lists, its region, or the user's own choice.

Flow: book (neighbour) -> THIS -> scenarios.profile
Two official tools disagree because one takes the mean of the ten and the other the median: both
are given here with the number they rest on, and a flag where they would say opposite things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.likeness import FAR, nearest
from totalplace.measures.need import CHILDREN, read_need
from totalplace.measures.panel import level_of, read_panels
from totalplace.measures.territory import Territory
from totalplace.measures.today import todays_authorities
from totalplace.places.register import Register

NEWEST_LIST = "2025"
CLOSENESS = ("Extremely close", "Very close", "Close", "Somewhat close", "Not close")
"""The publisher's words, nearest first."""
NOT_CLOSE = CLOSENESS[-1]
REGION = "region"
BY_NEED = "need"
OWN_CHOICE = "own choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One place compared with."""

    area_code: str
    name: str
    closeness: str  # one of CLOSENESS; "" where the choice carries no such word
    distance: float = nan  # our own, in standard deviations of need; nan on other lists


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """A set of neighbours and where it comes from."""

    basis: str  # "2025", "2021", BY_NEED, REGION or OWN_CHOICE
    words: str  # what the set is, in a sentence
    members: tuple[Neighbour, ...]  # nearest first where the list says so

    @property
    def not_close(self) -> int:
        """How many the publisher itself calls not close, or our own distance does."""
        return sum(one.closeness == NOT_CLOSE for one in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One measure against a set of neighbours."""

    mean: float  # nan where none is known
    median: float
    used: int  # how many had a figure
    of: int
    disagree: bool  # the place is above one of mean and median and below the other

    @property
    def words(self) -> str:
        """How many it rests on, and whether mean and median disagree."""
        text = f"{self.used} of {self.of} have a figure"
        if self.disagree:
            text += "; mean and median disagree on whether this place is above or below"
        return text


def compare(own: float, others: Sequence[float]) -> Comparison:
    """Mean and median of the neighbours that have a figure.

    Args:
        own: The place's own figure; nan where it has none.
        others: The neighbours' figures, nan where missing.
    """
    known = np.array([value for value in others if isfinite(value)])
    if not known.size:
        return Comparison(mean=nan, median=nan, used=0, of=len(others), disagree=False)
    mean, median = float(known.mean()), float(np.median(known))
    return Comparison(
        mean=mean,
        median=median,
        used=known.size,
        of=len(others),
        disagree=isfinite(own) and (own - mean) * (own - median) < 0,
    )


def neighbours(
    book: Book,
    register: Register,
    place: Territory,
    *,
    basis: str = NEWEST_LIST,
    choice: Sequence[str] = (),
) -> Neighbours:
    """The neighbours of a place.

    A footprint of several authorities has no official list: it gets its members' neighbours that
    are not members, each once, at their closest word. So does what an abolished authority has
    become. A region is compared with the other regions, England with none.

    Args:
        book: A place book.
        register: Its register of authorities.
        place: Whose neighbours.
        basis: ``2025`` or ``2021`` for the official lists, ``need`` for the ten nearest by our own
            distance, or ``region``.
        choice: Names or codes of the user's own choice, in place of ``basis``.

    Raises:
        InputError: The basis is unknown, or the choice is the place itself.
        UnknownAreaError: A chosen name is no authority.
    """
    if choice:
        return _chosen(register, place, choice)
    if place.kind in ("region", "england"):
        return _regions(register, place)
    if basis == REGION:
        return _region(register, place)
    if basis == BY_NEED:
        return _by_need(book, register, place)
    if basis not in ("2021", NEWEST_LIST):
        raise InputError(
            Problem(
                what=f"there is no list of neighbours {basis!r}",
                fix="Use 2025, 2021, need, region, or name your own with --with.",
            )
        )
    return _official(book, register, place, basis)


def _official(book: Book, register: Register, place: Territory, basis: str) -> Neighbours:
    codes = {code for one in place.parts for code, _ in register.current_of(one.area_code)} | set(
        place.codes
    )
    frame = book.query(
        "SELECT area_code, rank, neighbour_code, closeness FROM neighbour WHERE list = ?"
        " AND area_code IN (SELECT unnest(?)) ORDER BY area_code, rank",
        [basis, sorted(codes)],
    )
    best: dict[str, tuple[int, int, str]] = {}
    for _, rank, code, closeness in frame.iter_rows():
        word = CLOSENESS.index(closeness) if closeness in CLOSENESS else len(CLOSENESS)
        if code and code not in codes:
            best[code] = min(best.get(code, (word, rank, closeness)), (word, rank, closeness))
    single = frame["area_code"].n_unique() == 1
    order = sorted(best, key=lambda c: (best[c][1], c) if single else (*best[c][:2], c))
    if not best:
        words = f"the {basis} official list names no neighbours for it"
    elif single:
        words = f"the {len(best)} official statistical neighbours of {basis}"
    else:
        words = (
            f"the {len(best)} official statistical neighbours of {basis} of its parts, those "
            "inside it left out"
        )
    return Neighbours(
        basis=basis,
        words=words,
        members=tuple(
            Neighbour(area_code=code, name=_name(register, code), closeness=best[code][2] or "")
            for code in order
        ),
    )


def _by_need(book: Book, register: Register, place: Territory) -> Neighbours:
    today = todays_authorities(book)
    rows = {code: row for row, code in enumerate(today.area_codes)}
    codes = {code for one in place.parts for code, _ in register.current_of(one.area_code)}
    children = level_of(read_panels(book, today, [CHILDREN])[CHILDREN].values[:, -1:])
    found = nearest(read_need(book, today), [rows[code] for code in sorted(codes)], children)
    return Neighbours(
        basis=BY_NEED,
        words=f"the {len(found)} nearest by our own distance in need"
        if found
        else "too few children for a need of its own",
        members=tuple(
            Neighbour(
                area_code=today.area_codes[row],
                name=today.authorities[row].name,
                closeness=NOT_CLOSE if distance > FAR else "",
                distance=distance,
            )
            for row, distance in found
        ),
    )


def _regions(register: Register, place: Territory) -> Neighbours:
    others = {
        one.region_code: one.region_name
        for one in register.on()
        if place.kind == "region" and one.region_code != place.own_code
    }
    return Neighbours(
        basis=REGION,
        words="the other regions" if others else "nothing: it is the whole country",
        members=tuple(
            Neighbour(area_code=code, name=others[code], closeness="") for code in sorted(others)
        ),
    )


def _region(register: Register, place: Territory) -> Neighbours:
    regions = sorted({register.authorities[code].region_name for code in place.codes})
    members = tuple(
        Neighbour(area_code=one.area_code, name=one.name, closeness="")
        for one in register.on()
        if one.region_name in regions and one.area_code not in place.codes
    )
    return Neighbours(
        basis=REGION, words=f"the other authorities in {' and '.join(regions)}", members=members
    )


def _chosen(register: Register, place: Territory, choice: Sequence[str]) -> Neighbours:
    found = register.resolve_all(choice)
    own = [one.name for one in found if one.area_code in place.codes]
    if own:
        raise InputError(
            Problem(
                what=f"{own[0]} cannot be its own neighbour",
                fix="Leave it out of the places to compare with.",
            )
        )
    unique: Mapping[str, str] = {one.area_code: one.name for one in found}
    return Neighbours(
        basis=OWN_CHOICE,
        words=f"your own choice of {len(unique)}",
        members=tuple(
            Neighbour(area_code=code, name=name, closeness="") for code, name in unique.items()
        ),
    )


def _name(register: Register, code: str) -> str:
    one = register.authorities.get(code)
    return one.name if one else code
