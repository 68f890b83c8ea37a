"""What is spent: services, their layers, and what is missing, estimated or doubtful.

Flow: book, places -> THIS -> footprints, scenarios.
``totalplace.money(book, area)`` counts a place's money: the folder and the function share the
field's name, and the function is looked up when called, so that imports keep flowing one way.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from totalplace.book.store import Book


class _Face(ModuleType):
    """This package, which may also be called."""

    def __call__(self, book: Book, area: object, **options: object) -> object:
        """A place's money: see `totalplace.scenarios.money_result.money`."""
        counted: object = import_module("totalplace.scenarios.money_result").money(
            book, area, **options
        )
        return counted


sys.modules[__name__].__class__ = _Face
