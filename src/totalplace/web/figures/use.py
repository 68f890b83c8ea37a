"""Which own figures are in use just now; the books they are laid over, a few open at a time.

Flow: figures.middleware, jobs.runner -> THIS -> web.library, web.page, jobs.board
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from totalplace.book.overlay import with_own
from totalplace.errors import BookError
from totalplace.measures.own_check import beside_published
from totalplace.web.library import IN_USE, Library, published

if TYPE_CHECKING:
    from totalplace.web.figures.models import FigureSet

FIGURES = "figures"  # the parameter of an address, of a session and of a job's request
PUBLISHED = "published"
ABSENT = "There are no such own figures among yours"
MOST_OPEN = 3  # overlaid books of a process; what is read from one takes some 50 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The set of own figures that the answer is made with."""

    id: UUID
    partnership_id: UUID
    title: str
    owner: str
    count: int
    sha256: str
    replaced: bool

    @property
    def words(self) -> str:
        """What is in use, in a sentence."""
        figures = "1 figure" if self.count == 1 else f"{self.count:,} figures"
        return f"Made with {figures} of {self.owner}’s own (‘{self.title}’), not published."

    @property
    def page(self) -> str:
        """The address of the set itself, which has every figure beside the published."""
        return reverse("figure-set", args=[self.partnership_id, self.id])


_SET: ContextVar[InUse | None] = ContextVar("own_figures", default=None)


def with_figures(address: str) -> str:
    """An address of ours with what is in use in it."""
    used = in_use()
    if used is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({FIGURES: str(used.id)})}"


def in_use() -> InUse | None:
    """The set in use for what is being answered or worked out; None: published figures."""
    return _SET.get()


@contextmanager
def laid_over(chosen: FigureSet) -> Iterator[InUse]:
    """Inside, `web.library.library` is the published book with these figures laid over it.

    Raises:
        BookError: The book cannot be opened.
    """
    told = InUse(
        id=chosen.id,
        partnership_id=chosen.partnership_id,
        title=chosen.title,
        owner=chosen.partnership.name,
        count=chosen.count,
        sha256=chosen.sha256,
        replaced=chosen.replaced_by_id is not None,
    )
    opened = _SHELF.take(chosen)
    before, before_set = IN_USE.set(opened.library), _SET.set(told)
    try:
        yield told
    finally:
        _SET.reset(before_set)
        IN_USE.reset(before)
        _SHELF.give_back(opened)


@contextmanager
def as_published() -> Iterator[None]:
    """Inside, `web.library.library` is the published book, whatever is in use outside."""
    before, before_set = IN_USE.set(None), _SET.set(None)
    try:
        yield
    finally:
        _SET.reset(before_set)
        IN_USE.reset(before)


def asked_for(request: HttpRequest, named: str) -> AbstractContextManager[object]:
    """What a parameter ``figures=`` asks for: a set of a partnership of the visitor's, or none.

    Args:
        request: Who asks.
        named: The id of a set, or `PUBLISHED`.

    Raises:
        SignInNeededError: A stranger asks for a set.
        Http404: There is no such set, or it belongs to a partnership the visitor is no member of.
    """
    return as_published() if named == PUBLISHED else laid_over(visible(request, named))


def figures_in(request: HttpRequest, address: str) -> AbstractContextManager[object]:
    """What an address of ours asks for; published figures where it names none. See `asked_for`."""
    named = QueryDict(address.partition("?")[2]).get(FIGURES, "")
    return asked_for(request, named or PUBLISHED)


def visible(request: HttpRequest, named: str) -> FigureSet:
    """A set that the visitor may see.

    Raises:
        SignInNeededError: A stranger asks.
        Http404: There is no such set, or it belongs to a partnership the visitor is no member of.
    """
    from totalplace.web.figures.sets import find
    from totalplace.web.workspaces.permissions import room, signed_in

    signed_in(request)
    try:
        chosen = find(UUID(named))
    except ValueError:
        chosen = None
    if chosen is None:
        raise Http404(ABSENT)
    try:
        room(request, chosen.partnership_id)
    except Http404:
        raise Http404(ABSENT) from None
    return chosen


def of_request(asked: object) -> AbstractContextManager[object]:
    """For a job: lays over the set that its request names, if it names one.

    Raises:
        BookError: The set was deleted meanwhile.
    """
    from totalplace.web.figures.sets import find

    named = asked.get(FIGURES) if isinstance(asked, dict) else None
    if not named:
        return nullcontext()
    chosen = find(UUID(str(named)))
    if chosen is None:
        raise BookError("The own figures this was asked with have been deleted.")
    return laid_over(chosen)


@dataclass(slots=True)
class _Open:
    """One overlaid book, and how many answers are being made with it."""

    library: Library
    users: int = 0


@dataclass(slots=True)
class _Shelf:
    """Overlaid books of this process, the last used at the end. None is closed while in use."""

    pid: int = 0
    opened: OrderedDict[UUID, _Open] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, chosen: FigureSet) -> _Open:
        """The book with a set over it, opened if it is not; give it back."""
        with self.lock:
            if self.pid != os.getpid():  # a connection does not survive a fork
                self.opened.clear()
                self.pid = os.getpid()
            found = self.opened.get(chosen.id)
            if found is None:
                book, own = published().book, chosen.own()
                if chosen.book_hash != book.hash:
                    own = beside_published(book, own)
                found = self.opened[chosen.id] = _Open(Library(with_own(book, own)))
            self.opened.move_to_end(chosen.id)
            found.users += 1
            self._tidy()
            return found

    def give_back(self, one: _Open) -> None:
        """Say that an answer is made."""
        with self.lock:
            one.users -= 1
            self._tidy()

    def _tidy(self) -> None:
        """Close the oldest that nobody uses, until few are open."""
        for name in list(self.opened):
            if len(self.opened) <= MOST_OPEN:
                return
            if self.opened[name].users == 0:
                self.opened.pop(name).library.close()


_SHELF = _Shelf()
