"""The book, opened once in a process and shared by its threads; and what is read from it once.

Flow: book.store -> THIS -> web.pages, web.jobs
In: a book. Out: a Book for the asking thread (a cursor of one read-only connection),
and results that depend on the book alone, made on first use and kept while the process lives.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import replace
from typing import TypeVar, cast

from totalplace.book import store
from totalplace.book.pack import england
from totalplace.book.store import Book

T = TypeVar("T")
MOST_KEPT = 400  # results kept by `lately`; a profile takes about 100 kB


class Library:
    """One book for all threads of a process."""

    def __init__(self, root: Book) -> None:
        self._root = root
        self._here = threading.local()
        self._lock = threading.Lock()
        self._kept: dict[str, object] = {}
        self._making: dict[str, threading.Lock] = {}
        self._lately: OrderedDict[Hashable, object] = OrderedDict()

    @property
    def book(self) -> Book:
        """The book, for use in this thread only."""
        mine: Book | None = getattr(self._here, "book", None)
        if mine is None:
            mine = replace(self._root, connection=self._root.connection.cursor())
            self._here.book = mine
        return mine

    @property
    def hash(self) -> str:
        """The identity of the book."""
        return self._root.hash

    def once(self, name: str, make_fn: Callable[[Book], T]) -> T:
        """What ``make_fn`` makes of the book, made when first asked for and kept.

        Args:
            name: What it is; the same name must always mean the same thing. Only for things whose
                number is small and known: never a name that a visitor can choose.
            make_fn: Makes it. What it returns must not hold the book itself, and must be frozen.
        """
        if name not in self._kept:
            with self._lock:
                mine = self._making.setdefault(name, threading.Lock())
            with mine:  # others who want the same wait; those who want something else do not
                if name not in self._kept:
                    self._kept[name] = make_fn(self.book)
        return cast(T, self._kept[name])

    def lately(self, name: Hashable, make_fn: Callable[[Book], T]) -> T:
        """As `once`, for names that visitors choose: only those used lately are kept."""
        with self._lock:
            if name in self._lately:
                self._lately.move_to_end(name)
                return cast(T, self._lately[name])
        made = make_fn(self.book)  # outside the lock: others need not wait for it
        with self._lock:
            self._lately[name] = made
            while len(self._lately) > MOST_KEPT:
                self._lately.popitem(last=False)
        return made

    def close(self) -> None:
        """Release the file."""
        self._root.close()


_shelf: dict[int, Library] = {}
_shelf_lock = threading.Lock()
IN_USE: ContextVar[Library | None] = ContextVar("library", default=None)
"""What answers in place of the published book: one with own figures over it (`figures.use`)."""


def library() -> Library:
    """The library to answer from: the published one, or what is in use in its place.

    Raises:
        BookError: The book of the settings is missing, damaged or of another version.
    """
    return IN_USE.get() or published()


def published() -> Library:
    """The library of this process, of published figures alone, opened when first asked for.

    Raises:
        BookError: The book of the settings is missing, damaged or of another version.
    """
    from django.conf import settings

    here = os.getpid()  # a connection does not survive a fork
    with _shelf_lock:
        if here not in _shelf:
            _shelf.clear()
            path = settings.CONFIG.book
            _shelf[here] = Library(england() if path is None else store.open_book(path))
        return _shelf[here]
