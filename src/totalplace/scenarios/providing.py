"""How far a place named in words makes or buys homes for children.

Flow: book, scenarios.counting, money.make_or_buy -> THIS -> cli.sharing
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.book.store import Book
from totalplace.measures.today import todays_authorities
from totalplace.money.make_or_buy import Provision, provision
from totalplace.scenarios.counting import find_place


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeOrBuy:
    """The answer for every kind of home."""

    place: str
    area_codes: tuple[str, ...]
    settings: tuple[Provision, ...]
    names: tuple[tuple[str, str], ...]  # area code, name
    book_hash: str


def make_or_buy(book: Book, area: str, *, in_house: float = 0.0) -> MakeOrBuy:
    """How far a place makes or buys homes for children, now and if some came in house.

    Args:
        book: A place book.
        area: The place, in words.
        in_house: Part of what is bought that would come in house, 0 to 1.

    Raises:
        InputError: An unknown place, or no part from 0 to 1.
    """
    today = todays_authorities(book)
    place = find_place(today, area)
    return MakeOrBuy(
        place=place.name,
        area_codes=place.area_codes,
        settings=provision(book, today, place.area_codes, move=in_house),
        names=tuple((one.area_code, one.name) for one in today.authorities),
        book_hash=book.hash,
    )
