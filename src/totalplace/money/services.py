"""The services authorities may share, read from services.toml.

Flow: services.toml -> THIS -> money.spend, scenarios.gather, reports
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from totalplace.errors import InputError, Problem
from totalplace.types import Arrangement, Layer


class Pricing(StrEnum):
    """Where a service's spend is taken from."""

    LINES = "lines"
    TOTAL = "total"
    WEEKLY = "weekly"
    SHARE = "share"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What the service is for, counted."""

    item: str  # item of the book
    words: str  # "looked-after children on 31 March"
    years: int = 1  # averaged over this many years, where small numbers jump
    stand_in: str = ""  # item whose usual ratio to the volume estimates it where it is withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The same spend in another publisher's return: items of the book.

    Either ``total``, pounds a year, or ``weekly`` pounds a child times ``children`` times the
    sum of the percentages of them that are placed so.
    """

    total: str = ""
    weekly: str = ""
    children: str = ""
    percent: tuple[str, ...] = ()
    percent_if_given: tuple[str, ...] = ()  # withheld where tiny: counted where given

    @property
    def items(self) -> tuple[str, ...]:
        """Every item it needs."""
        named = (self.total, self.weekly, self.children)
        return (*(item for item in named if item), *self.percent, *self.percent_if_given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Where the size effect of a share of all spend is measured: an old return's part and whole."""

    part: str
    whole: str
    first: date  # first day of the span of years used
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitIds:
    """Ids of the registry rows that limit a partnership; empty where nothing does."""

    span_km: str = ""
    members: str = ""
    children: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: a row of services.toml."""

    id: str
    title: str
    lines: tuple[str, ...]  # RO3 lines taken
    pricing: Pricing
    share: str  # id of the registry share, for Pricing.SHARE
    size: Size | None  # how that share falls or rises with size, where it can be measured
    buys_placements: bool
    whole_layer: Layer | None
    volume: Volume
    check: Check | None
    arrangements: tuple[Arrangement, ...]  # allowed, doing nothing left out
    safeguarding: bool  # whether the guards on leaders and steady hands apply
    team: str  # registry id of its top team
    limits: Mapping[Arrangement, LimitIds]  # absent: no limit
    watched: tuple[str, ...]  # items of the measures that watch over it
    part_of: str  # service whose lines already contain this one, or ""
    note: str


def _service(row: Mapping[str, Any], limits: Mapping[str, LimitIds]) -> Service:
    check: dict[str, Any] = {
        key: value if isinstance(value, str) else tuple(value)
        for key, value in row.get("check", {}).items()
    }
    return Service(
        id=row["id"],
        title=row["title"],
        lines=tuple(row["lines"]),
        pricing=Pricing(row["pricing"]),
        share=row.get("share", ""),
        size=Size(**row["size"]) if "size" in row else None,
        buys_placements=row["buys"],
        whole_layer=Layer(row["whole_layer"]) if "whole_layer" in row else None,
        volume=Volume(**row["volume"]),
        check=Check(**check) if check else None,
        arrangements=tuple(Arrangement(name) for name in row["arrangements"]),
        safeguarding=row["safeguarding"],
        team=row["team"],
        limits=MappingProxyType(
            {Arrangement(name): limits[key] for name, key in row.get("limits", {}).items()}
        ),
        watched=tuple(row["watched"]),
        part_of=row.get("part_of", ""),
        note=row.get("note", ""),
    )


@cache
def services() -> Mapping[str, Service]:
    """Every service by id, in the order of the file. Constant, so read once."""
    raw = tomllib.loads((resources.files(__package__) / "services.toml").read_text("utf-8"))
    limits = {name: LimitIds(**ids) for name, ids in raw["limits"].items()}
    return MappingProxyType({row["id"]: _service(row, limits) for row in raw["service"]})


def service(name: str) -> Service:
    """One service by id.

    Raises:
        InputError: There is no such service; the message suggests the nearest.
    """
    known = services()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise InputError(
            Problem(
                what=f"there is no service called {name!r}",
                fix=f"{hint}The services are {', '.join(known)}.",
            )
        )
    return known[name]
