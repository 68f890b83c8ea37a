"""Answers that every stranger gets alike: kept packed, sent again as they are, or not sent twice.

Flow: web.page -> THIS -> a browser that has it already, or one that has not
In: a page that says what decides every word of it (`Page.fixed_by`), asked for by somebody without
a session. Out: the bytes made for the last one who asked so. What a visitor who has a session sees
is never kept here and never comes from here, and neither is a page with a form of its own in it.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from totalplace.web.figures.use import in_use
from totalplace.web.library import library

MOST_BYTES = 48_000_000  # in each process; a page takes 5 to 60 kB
KEPT_HEADERS = ("Content-Type", "Content-Disposition")
PACKABLE = ("text/", "application/json")
TAKES_GZIP = re.compile(r"(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, ready to be sent."""

    content: bytes
    packed: bool  # whether the content is gzip's
    headers: tuple[tuple[str, str], ...]
    tag: str  # the same as long as the content is


class Answers:
    """Those asked for lately, up to so many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Key) -> Answer | None:
        """The answer kept under a key, if it still is."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep one, and forget those asked for longest ago when there is no room."""
        with self._lock:
            before = self._held.pop(key, None)
            self._bytes -= len(before.content) if before else 0
            self._held[key] = answer
            self._bytes += len(answer.content)
            while self._bytes > self._most:
                _, old = self._held.popitem(last=False)
                self._bytes -= len(old.content)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._held.clear()
            self._bytes = 0


ANSWERS = Answers()


def key_of(request: HttpRequest, *decided_by: Hashable) -> Key | None:
    """The name under which the answer may be shared; None where it may not.

    Args:
        request: Who asks, and for what address.
        decided_by: What else decides every word of the answer.
    """
    if in_use() is not None:  # own figures are never shared
        return None
    if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return None
    return (library().hash, request.build_absolute_uri(), *decided_by)


def keep(key: Key, request: HttpRequest, response: HttpResponse) -> Answer | None:
    """Keep an answer, unless something in it is for this visitor alone."""
    own = response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    if own or response.status_code != 200 or request.session.modified:
        return None
    packed = response["Content-Type"].startswith(PACKABLE)
    answer = Answer(
        content=gzip.compress(response.content, 6, mtime=0) if packed else response.content,
        packed=packed,
        headers=tuple((name, response[name]) for name in KEPT_HEADERS if name in response),
        tag=f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"',
    )
    ANSWERS.keep(key, answer)
    return answer


def respond(request: HttpRequest, answer: Answer) -> HttpResponse:
    """A kept answer as a response: packed where that is understood, empty where it is known."""
    as_kept = not answer.packed or TAKES_GZIP.search(request.headers.get("Accept-Encoding", ""))
    content = answer.content if as_kept else gzip.decompress(answer.content)
    response = HttpResponse(content, headers=dict(answer.headers))
    if answer.packed and as_kept:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(content))
    response["ETag"] = answer.tag
    known = get_conditional_response(request, etag=answer.tag, response=response)
    return response if not isinstance(known, HttpResponse) else known
