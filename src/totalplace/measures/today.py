"""Today's authorities in the order every array follows, and which of them a figure belongs to.

Flow: places.register -> THIS -> measures, money
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.book.store import Book
from totalplace.errors import BookError
from totalplace.places.register import Authority, Register

JOINT_SEPARATOR = " / "
"""What publishers put between the codes of councils that make one return together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Today's authorities, N in ascending GSS order."""

    authorities: tuple[Authority, ...]  # (N,)
    register: Register

    @property
    def area_codes(self) -> tuple[str, ...]:
        """GSS codes, (N,), ascending."""
        return tuple(one.area_code for one in self.authorities)

    @property
    def size(self) -> int:
        """Number of authorities N."""
        return len(self.authorities)

    def members(self, area_code: str | None, published_code: str | None) -> tuple[str, ...]:
        """Codes of the authorities a figure belongs to; every member for a joint return.

        Empty for what is no authority of today's: regions, districts, abolished counties.
        """
        if area_code:
            printed = [area_code]
        elif published_code and JOINT_SEPARATOR in published_code:
            printed = published_code.split(JOINT_SEPARATOR)
        else:
            return ()
        known = self.register.authorities  # most are printed as they are kept
        found = (known.get(code) or self.register.find(code) for code in printed)
        return tuple(one.area_code for one in found if one is not None and one.ends is None)


def todays_authorities(book: Book) -> Today:
    """Today's authorities (those without a last day) of a place book.

    Raises:
        BookError: The book has none.
    """
    register = Register.from_book(book)
    authorities = register.on()
    if not authorities:
        raise BookError(f"{book.path}: this place book has no authorities. Build it again.")
    return Today(authorities=authorities, register=register)
