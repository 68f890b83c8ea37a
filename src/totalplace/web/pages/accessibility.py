"""The accessibility statement.

Flow: a visitor -> THIS -> templates/accessibility.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path

from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery

KNOWN = (
    "Word papers and workbooks carry headings, alternative texts and marked-up tables; they have "
    "not been tried with every reader.",
    "Wide tables scroll sideways on a narrow screen. They can be reached and scrolled with the "
    "keyboard.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityPage:
    """What the template reads."""

    known: tuple[str, ...]


@page(NoQuery)
def accessibility(request: HttpRequest, query: NoQuery) -> Page:
    """The statement."""
    return Page(
        title="Accessibility statement",
        template="accessibility.html",
        content=AccessibilityPage(known=KNOWN),
        document=lambda: {"kind": "accessibility", "known": list(KNOWN)},
    )


ROUTES = [path("accessibility", accessibility, name="accessibility")]
