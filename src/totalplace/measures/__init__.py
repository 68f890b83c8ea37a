"""What children need and how they fare: the catalogue, intervals, control charts.

Flow: book, places -> THIS -> footprints (guards), scenarios.
``totalplace.measures(book)`` is the catalogue: the folder and the function share the field's name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totalplace.book.store import Book
    from totalplace.measures.catalogue import Catalogue


class _Face(ModuleType):
    """This package, which may also be called."""

    def __call__(self, book: Book) -> Catalogue:
        """The catalogue of a book's measures: see `totalplace.measures.catalogue.measures`."""
        from totalplace.measures.catalogue import measures  # noqa: PLC0415 (heavy)

        return measures(book)


sys.modules[__name__].__class__ = _Face
