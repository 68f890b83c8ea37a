"""The pages named at the top of every page.

Flow: THIS -> web.page
"""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

ENTRIES = (  # the name of a route, and its words
    ("places", "Places"),
    ("compare", "Compare"),
    ("measures", "Measures"),
    ("plan", "Plan"),
    ("propose", "Propose"),
    ("evidence", "Assumptions"),
    ("sources", "Sources"),
    ("about", "About"),
)


def navigation(path: str) -> list[Mapping[str, object]]:
    """The entries as the macro takes them; the one the visitor is at or below is marked."""
    found: list[Mapping[str, object]] = []
    for name, words in ENTRIES:
        address = reverse(name)
        here = path == address
        below = path.startswith(f"{address}/")
        found.append({"text": words, "href": address, "current": here, "active": here or below})
    return found
