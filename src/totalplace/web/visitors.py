"""Who is asking: a signed-in user, or a stranger with a cookie made when they first need one.

Flow: a request -> THIS -> web.jobs, login throttling
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The visitor's network address: behind proxies of ours, what the outermost of them saw."""
    proxies: int = settings.CONFIG.proxies
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(seen) >= proxies and seen[-proxies]:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def visitor(request: HttpRequest, *, make: bool = False) -> str:
    """An opaque name for the visitor; "" for a stranger without a cookie.

    Args:
        request: The request.
        make: Whether to give a stranger a cookie, because something must be remembered.
    """
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    if make and request.session.session_key is None:
        request.session["visitor"] = True
        request.session.save()
    key = request.session.session_key
    return f"stranger-{hashlib.sha256(key.encode()).hexdigest()[:32]}" if key else ""
