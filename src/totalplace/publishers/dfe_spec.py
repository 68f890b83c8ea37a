"""What each file in the Department for Education's open-data layout holds, read from a data table.

Flow: dfe_publications.toml -> THIS -> dfe_csv

One `Publication` per layout of a file. Two entries may share an id, where an older release of the
same series was laid out otherwise.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from totalplace.publishers import periods
from totalplace.publishers.base import PublishedFile

# Columns that every file in the layout has, and those that country-only files leave out.
TIME = ("time_period", "time_identifier")
COUNTRY = ("geographic_level", "country_code", "country_name")
AREAS = ("region_code", "region_name", "old_la_code", "new_la_code", "la_name")

# A file belongs to a publication when at least this share of its own columns is there: low enough
# to claim a file with a renamed column and say so, high enough not to claim a stranger.
ENOUGH = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A column of figures."""

    column: str
    title: str
    unit: str
    item: str  # last part of the item id
    period_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What differs in rows with one value of a filter."""

    column: str
    value: str
    title: str | None = None
    unit: str | None = None
    period_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One layout of one publication's file."""

    id: str
    title: str
    landing_page: str
    indicators: tuple[Indicator, ...]
    publisher: str = "Department for Education"
    licence: str = "OGL v3"
    time_identifier: str = "Reporting year"
    country_only: bool = False
    filters: tuple[str, ...] = ()
    constant: Mapping[str, str] = field(default_factory=dict)
    status_column: str | None = None
    mark: str = ""
    note: str = ""
    when: tuple[When, ...] = ()

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns that are this publication's, beyond the layout's own."""
        status = (self.status_column,) if self.status_column else ()
        figures = (indicator.column for indicator in self.indicators)
        return (*self.constant, *self.filters, *status, *figures)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the file must have."""
        areas = () if self.country_only else AREAS
        return (*TIME, *COUNTRY, *areas, *self.own_columns)

    def item(self, indicator: Indicator, values: Sequence[str]) -> str:
        """The item id of an indicator for these values of the filters, in order."""
        return ".".join([self.id, *map(slug, values), indicator.item])


def slug(text: str) -> str:
    """Lower case, apostrophes dropped, anything but letters and digits as one underscore."""
    plain = re.sub(r"['’]", "", text.lower())
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


@cache
def publications() -> tuple[Publication, ...]:
    """Every publication in the data table, in its order."""
    data = resources.files(__package__).joinpath("dfe_publications.toml").read_bytes()
    return tuple(_publication(entry) for entry in tomllib.loads(data.decode())["publication"])


def match(file: PublishedFile, header: Sequence[str]) -> Publication | None:
    """The publication that a file is, by its columns and words; None if it is none of them.

    A file with a renamed column still matches, so that its reader can say which one.
    """
    present = set(header)
    layout = len(present & {*TIME, *COUNTRY, *AREAS})
    if layout < len(TIME) + len(COUNTRY) - 1:
        return None
    best: tuple[float, int, Publication] | None = None
    for entry in publications():
        own = entry.own_columns
        found = len(present.intersection(own))
        share = found / len(own)
        if share < ENOUGH or entry.country_only != present.isdisjoint(AREAS):
            continue
        words = (entry.mark, *entry.constant.values())
        if not all(word.encode() in file.content for word in words):
            continue
        if best is None or (share, found) > best[:2]:
            best = (share, found, entry)
    return best[2] if best else None


def _publication(entry: dict[str, object]) -> Publication:
    """One entry of the data table; a word it does not know is a mistake in the table."""
    kind = str(entry.pop("period_kind"))
    raw_indicators = entry.pop("indicators")
    raw_when = entry.pop("when", [])
    if not isinstance(raw_indicators, list) or not isinstance(raw_when, list):
        raise TypeError(f"{entry['id']}: indicators and when are lists")
    indicators = tuple(
        Indicator(
            column=raw["column"],
            title=raw["title"],
            unit=raw["unit"],
            item=raw.get("item") or slug(raw["column"]),
            period_kind=raw.get("period_kind", kind),
        )
        for raw in raw_indicators
    )
    filters = entry.pop("filters", [])
    publication = Publication(
        **entry,  # type: ignore[arg-type]
        indicators=indicators,
        filters=tuple(filters),  # type: ignore[arg-type]
        when=tuple(When(**raw) for raw in raw_when),
    )
    kinds = {i.period_kind for i in indicators} | {w.period_kind for w in publication.when}
    if unknown := kinds - {*periods.KINDS, None}:
        raise ValueError(f"{publication.id}: period kinds {unknown} are not known")
    return publication
