"""What Total Place is, what it cannot tell, and how to read its pages.

Flow: a visitor -> THIS -> templates/about.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path

from totalplace import __version__
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPage:
    """What the template reads."""

    version: str


@page(NoQuery)
def about(request: HttpRequest, query: NoQuery) -> Page:
    """About."""
    return Page(
        title="About Total Place",
        template="about.html",
        content=AboutPage(version=__version__),
        document=lambda: {"kind": "about", "version": __version__},
    )


ROUTES = [path("about", about, name="about")]
