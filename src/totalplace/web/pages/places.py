"""Find a place, or choose it from the list of all.

Flow: places.finder -> THIS -> templates/places.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path, reverse

from totalplace.places.finder import Match, find_places
from totalplace.places.register import Register
from totalplace.publishers.postcodes import Postcode, find_postcode, parse_postcode, read_postcodes
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page


@dataclass(frozen=True, slots=True)
class PlacesQuery:
    """What is looked for; "" lists all."""

    find: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place as the templates show it."""

    name: str
    why: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the search box and its matches read."""

    asked: str
    matches: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesPage:
    """What the template reads."""

    find: Finding
    regions: tuple[tuple[Found, tuple[Found, ...]], ...]  # each region with its authorities


def register() -> Register:
    """Every authority, read once in a process."""
    return library().once("register", Register.from_book)


@page(PlacesQuery)
def places(request: HttpRequest, query: PlacesQuery) -> Page:
    """Search, and the list of all authorities by region."""
    matches = find_places(register(), query.find, postcode_fn=_postcode) if query.find else ()
    content = PlacesPage(
        find=Finding(asked=query.find, matches=tuple(_found(one) for one in matches)),
        regions=_regions(),
    )
    return Page(
        title=f"Places like {query.find}" if query.find else "Places",
        template="places.html",
        fragment="fragments/matches.html",
        content=content,
        document=lambda: {
            "kind": "places",
            "asked": query.find,
            "matches": [
                {
                    "area_code": one.area_code,
                    "name": one.name,
                    "kind": one.kind,
                    "why": one.why,
                    "address": _address(one.area_code),
                }
                for one in matches
            ],
            "authorities": [dict(zip(_NAMES, row, strict=True)) for row in _rows()],
        },
        tables=lambda: (
            Table(
                name="authorities",
                title="Authorities that run children's services",
                columns=tuple(
                    Column(name, head) for name, head in zip(_NAMES, _HEADS, strict=True)
                ),
                rows=_rows(),
            ),
        ),
        file_name="places",
    )


_NAMES = ("new_la_code", "old_la_code", "la_name", "kind", "region_code", "region_name")
_HEADS = ("Area code", "DfE number", "Authority", "Kind", "Region code", "Region")


def _rows() -> list[tuple[str, ...]]:
    return [
        (o.area_code, o.la_number, o.name, o.kind, o.region_code, o.region_name)
        for o in sorted(register().on(), key=lambda one: one.name)
    ]


def _regions() -> tuple[tuple[Found, tuple[Found, ...]], ...]:
    by_region: dict[tuple[str, str], list[Found]] = {}
    for one in sorted(register().on(), key=lambda one: (one.region_name, one.name)):
        found = Found(name=one.name, why=one.kind, address=_address(one.area_code))
        by_region.setdefault((one.region_name, one.region_code), []).append(found)
    return tuple(
        (Found(name=name, why="region", address=_address(code)), tuple(members))
        for (name, code), members in by_region.items()
    )


def _found(one: Match) -> Found:
    return Found(name=one.name, why=one.why, address=_address(one.area_code))


def _address(area_code: str) -> str:
    return reverse("place", args=[area_code])


def _postcode(text: str) -> Postcode:
    first = parse_postcode(text)[:1]
    letter = library().once(f"postcodes {first}", lambda _: read_postcodes(letters=first))
    return find_postcode(text, letter=letter)


ROUTES = [path("places", places, name="places")]
