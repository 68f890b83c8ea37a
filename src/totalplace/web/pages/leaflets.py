"""A leaflet of the library's as a page: the same answer, cautions, tables, notes and sources.

Flow: reports.leaflet -> THIS -> web.pages.costs, web.pages.gap, web.pages.split
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from totalplace.reports.leaflet import Leaflet
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.scenarios.districts import all_districts
from totalplace.web.page import Page
from totalplace.web.sheets import tables_of

BESIDE = (  # what else there is about the money of a place: name of the route and words
    ("money", "Who pays, what for, and for which outcome"),
    ("gap", "Close a gap: which joint options and choices"),
    ("unit-costs", "What a year’s spend comes to per child"),
    ("overlap", "What several bodies pay for twice"),
    ("pool", "What a pooled fund could hold"),
    ("need-share", "Whether money goes where need is"),
    ("make-or-buy", "Who provides homes for children"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafletPage:
    """What the template reads."""

    leaf: Leaflet
    beside: tuple[tuple[str, str, bool], ...]  # address, words, whether it is this page
    choices: tuple[tuple[str, str, bool], ...]  # other ways to ask: address, words, chosen
    choices_line: str


def beside(code: str, here: str) -> tuple[tuple[str, str, bool], ...]:
    """Links to the other pages about the money of a place."""
    return tuple((reverse(name, args=[code]), words, name == here) for name, words in BESIDE)


def has_districts(code: str) -> bool:
    """Whether a place is a county that could be divided along district lines."""
    return sum(one.area_code == code for one in all_districts()) > 1


def crumbs_of(code: str, name: str) -> tuple[tuple[str, str], ...]:
    """What stands above a page about the money of a place."""
    return (
        ("Places", reverse("places")),
        (name, reverse("place", args=[code])),
        ("Money", reverse("money", args=[code])),
    )


def leaflet_page(
    leaf: Leaflet,
    document_fn: Callable[[], Mapping[str, Any]],
    *,
    code: str,
    name: str,
    here: str,
    choices: tuple[tuple[str, str, bool], ...] = (),
    choices_line: str = "",
    fixed_by: tuple[Hashable, ...] | None = (),
) -> Page:
    """A leaflet as a page with every download.

    Args:
        leaf: The leaflet.
        document_fn: Makes the JSON, which has more in it than the leaflet.
        code: Of the place.
        name: Of the place.
        here: The name of this route.
        choices: Other ways to ask the same.
        choices_line: What they choose.
        fixed_by: As `Page.fixed_by`.
    """
    return Page(
        title=leaf.title,
        template="leaflet.html",
        content=LeafletPage(
            leaf=leaf, beside=beside(code, here), choices=choices, choices_line=choices_line
        ),
        document=document_fn,
        tables=lambda: tables_of(one.sheet for one in leaf.tables),
        workbook=lambda: leaflet_workbook(leaf),
        sources=leaf.sources,
        file_name=f"{here}-{code}"[:80],
        crumbs=crumbs_of(code, name),
        fixed_by=fixed_by,
    )
