"""Who is asking: a signed-in user, or a stranger with a cookie made when they first need one.

Flow: a request -> THIS -> web.jobs, login throttling
A stranger may refuse cookies, or be a program that makes a new one each time. So what strangers may
have at once is counted by the network they come from too, which they cannot choose. Networks are
kept as a keyed hash, which tells nobody an address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import threading
import time

from django.conf import settings
from django.http import HttpRequest

from totalplace.web.failures import BusyError

MOST_NEW = 60  # strangers from one network, for each process within the time below
WINDOW_S = 600


class Name(str):
    """An opaque name of a visitor, and the network of a stranger."""

    __slots__ = ("network",)
    network: str  # "" for a signed-in user


class Newcomers:
    """How many strangers were given a cookie lately, by network."""

    def __init__(self, most: int = MOST_NEW, window_s: float = WINDOW_S) -> None:
        self._most, self._window_s = most, window_s
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._seen: dict[str, int] = {}

    def admit(self, network: str) -> None:
        """Count one more.

        Raises:
            BusyError: There were too many.
        """
        with self._lock:
            if time.monotonic() - self._began > self._window_s:
                self._began = time.monotonic()
                self._seen.clear()
            self._seen[network] = self._seen.get(network, 0) + 1
            if self._seen[network] > self._most:
                raise BusyError(
                    "Many visitors came from your network within minutes. Come back in ten "
                    "minutes, and allow cookies, so that you are known when you ask again."
                )


NEWCOMERS = Newcomers()


def address(request: HttpRequest) -> str:
    """The visitor's network address: behind proxies of ours, what the outermost of them saw."""
    proxies: int = settings.CONFIG.proxies
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(seen) >= proxies and seen[-proxies]:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def network(request: HttpRequest) -> str:
    """The network a visitor comes from, as a keyed hash: an address, or the 64 bits of an IPv6."""
    given = address(request)
    try:
        found = ipaddress.ip_address(given.partition("%")[0])
        if found.version == 6:
            found = found.ipv4_mapped or found
        width = 64 if found.version == 6 else 32
        given = str(ipaddress.ip_network((found, width), strict=False))
    except ValueError:
        pass  # a socket has none; all who come through it are one network
    return hmac.new(settings.SECRET_KEY.encode(), given.encode(), hashlib.sha256).hexdigest()[:32]


def visitor(request: HttpRequest, *, make: bool = False) -> Name:
    """An opaque name for the visitor; "" for a stranger without a cookie.

    Args:
        request: The request.
        make: Whether to give a stranger a cookie, because something must be remembered.

    Raises:
        BusyError: Too many strangers from this network were given one.
    """
    if request.user.is_authenticated:
        return _named(f"user-{request.user.pk}", "")
    come_from = network(request) if make else ""
    if make and request.session.session_key is None:
        NEWCOMERS.admit(come_from)
        request.session["visitor"] = True
        request.session.save()
    key = request.session.session_key
    name = f"stranger-{hashlib.sha256(key.encode()).hexdigest()[:32]}" if key else ""
    return _named(name, come_from)


def _named(words: str, come_from: str) -> Name:
    name = Name(words)
    name.network = come_from
    return name
