"""One measure: map, ranked figures with intervals, the years, the table, what it means.

Flow: scenarios.across -> THIS -> templates/measure.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import nan
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.places.register import Authority
from totalplace.reports import across_pictures as pictures
from totalplace.reports import across_words as words
from totalplace.reports import own_words
from totalplace.reports.map import MapShapes
from totalplace.scenarios.across import Across, across
from totalplace.web.downloads import Column, Table
from totalplace.web.failures import AbsentError
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages import maps
from totalplace.web.pages.measures import catalogue
from totalplace.web.pages.places import register


@dataclass(frozen=True, slots=True)
class MeasureQuery:
    """Which period, and which authority to mark."""

    end: date | None = None
    area: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One row of the table: a link, then the cells."""

    name: str
    address: str
    cells: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What is drawn; "" where there is nothing to draw."""

    hexagons: str
    outlines: str
    key: list[tuple[str, str, str]]
    ranked: str
    trend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePage:
    """What the template reads."""

    title: str
    unit: str
    verdict: list[str]
    findings: tuple[str, ...]
    own: str  # the marked authority, in a sentence
    drawn: Pictures
    heads: tuple[str, ...]
    rows: tuple[Held, ...]
    year_heads: tuple[str, ...]
    years: list[tuple[str, ...]]
    definition: list[tuple[str, str]]
    missing: tuple[tuple[str, str], ...]
    periods: tuple[tuple[str, str, bool], ...]  # address, words, whether shown
    ends: tuple[str, ...]
    end: str
    area: str
    sources: tuple[str, ...]


@page(MeasureQuery)
def measure(request: HttpRequest, query: MeasureQuery, item: str) -> Page | HttpResponse:
    """One measure across the country."""
    try:
        chosen = catalogue().resolve(item)
    except InputError as error:
        raise AbsentError(error.problems) from error
    if chosen.item != item:
        asked = request.META.get("QUERY_STRING", "")
        address = reverse("measure", args=[chosen.item])
        return HttpResponseRedirect(f"{address}?{asked}" if asked else address)
    area = register().resolve(query.area) if query.area else None
    found = across_of(item, query.end)
    content = library().lately(
        ("measure page", item, query.end, area.area_code if area else ""),
        lambda book: _content(book, found, area),
    )
    return Page(
        title=words.title(found),
        template="measure.html",
        content=content,
        document=lambda: words.document(found),
        tables=lambda: (_figures(found), _years(found)),
        sources=found.sources,
        own=found.own,
        stamp=f"seed {found.seed}",
        file_name="measure-" + "".join(c if c.isalnum() else "-" for c in item)[:60],
        crumbs=(("Measures", reverse("measures")),),
        fixed_by=(),
    )


def across_of(item: str, end: date | None) -> Across:
    """A measure across the country, kept while it is asked for."""
    return library().lately(("across", item, end), lambda book: across(book, item, end=end))


def _content(book: Book, found: Across, area: Authority | None) -> MeasurePage:
    code = area.area_code if area else ""
    rows = tuple(
        Held(
            name=one.name,
            address=reverse("place", args=[one.area_code]),
            cells=cells[1:],
            chosen=one.area_code == code,
        )
        for one, cells in zip(found.rows, words.rows(found), strict=True)
    )
    mine = next((one for one in found.rows if one.area_code == code), None)
    return MeasurePage(
        title=words.title(found),
        unit=words.unit(found),
        verdict=words.verdict(found),
        findings=found.findings,
        own=f"{mine.name}: {words.with_interval(mine, found)}; rank {words.rank(mine, found)}."
        if mine
        else "",
        drawn=_drawn(found, area, _series(book, found, code)),
        heads=words.HEADS,
        rows=rows,
        year_heads=words.YEAR_HEADS,
        years=words.years(found),
        definition=words.definition(found),
        missing=tuple((reason, f"{number:,}") for reason, number in found.missing),
        periods=tuple(
            (
                "?" + urlencode({"end": end.isoformat(), **({"area": code} if code else {})}),
                f"{end.day} {end:%b %Y}",
                end == found.end,
            )
            for end in found.ends[-12:]
        ),
        ends=tuple(end.isoformat() for end in found.ends),
        end=found.end.isoformat(),
        area=area.name if area else "",
        sources=found.sources,
    )


def _drawn(found: Across, area: Authority | None, series: tuple[float, ...]) -> Pictures:
    code, name = (area.area_code, area.name) if area else ("", "")
    hexagons, outlines = maps.hexagons(), maps.outlines()

    def drawing(shapes: MapShapes | None, ident: str, *, keyboard: bool) -> str:
        if shapes is None or not found.known:
            return ""
        return pictures.measure_map(
            found,
            shapes,
            ident=ident,
            address_fn=lambda one: reverse("place", args=[one]),
            chosen=code,
            keyboard=keyboard,
        )

    return Pictures(
        hexagons=drawing(hexagons, "hexagons", keyboard=True),
        outlines=drawing(outlines, "outlines", keyboard=hexagons is None),
        key=pictures.swatches(found),
        ranked=pictures.ranked_chart(found, ident="ranked", chosen=code),
        trend=pictures.trend_chart(found, series, name=name, ident="trend"),
    )


def _series(book: Book, found: Across, code: str) -> tuple[float, ...]:
    """The marked authority's published figures of the years shown; nan where there is none."""
    if not code:
        return ()
    frame = book.query(
        "SELECT period_end, value FROM observation WHERE latest AND item = ? AND area_code = ?"
        " AND level = 'authority' AND value IS NOT NULL ORDER BY period_end, source_id",
        [found.measure.item, code],
    )
    values: dict[date, float] = dict(frame.iter_rows())
    return tuple(values.get(one.end, nan) for one in found.years)


def _figures(found: Across) -> Table:
    return Table(
        name="figures",
        title=f"{found.measure.title}: every authority",
        columns=(
            Column("time_period", "Period"),
            Column("time_identifier", "Kind of period"),
            Column("geographic_level", "Geographic level"),
            Column("region_name", "Region"),
            Column("new_la_code", "Area code"),
            Column("la_name", "Authority"),
            Column("indicator", "Measure"),
            Column("unit", "Unit"),
            Column("value", "Figure", "number"),
            Column("low", "Low end of 90 % interval", "number"),
            Column("high", "High end of 90 % interval", "number"),
            Column("rank", "Rank", "number"),
            Column("rank_low", "Low end of 90 % interval of the rank", "number"),
            Column("rank_high", "High end of 90 % interval of the rank", "number"),
            Column("expected", "Expected, given need", "number"),
            Column("against_expected", "Verdict"),
            Column("missing", "Why there is no figure"),
            *((Column("own_figure", "Own figure"),) if found.own else ()),
        ),
        rows=[
            (
                found.period,
                found.measure.period_kind,
                "Local authority",
                one.region,
                one.area_code,
                one.name,
                found.measure.title,
                found.measure.unit,
                *map(
                    words.number,
                    (
                        one.rate.value,
                        one.rate.low,
                        one.rate.high,
                        one.rank,
                        one.rank_low,
                        one.rank_high,
                        one.expected,
                    ),
                ),
                one.against_expected,
                one.rate.reason,
                *((own_words.mark(one.own),) if found.own else ()),
            )
            for one in found.rows
        ],
        note="Rank 1 is best, or highest where nothing is better.",
    )


def _years(found: Across) -> Table:
    return Table(
        name="years",
        title=f"{found.measure.title}: the country over the years",
        columns=(
            Column("period_end", "Period ends", "day"),
            Column("england", "England", "number"),
            Column("tenth_percentile", "A tenth are below", "number"),
            Column("median", "The middle authority", "number"),
            Column("ninetieth_percentile", "A tenth are above", "number"),
            Column("authorities", "Authorities with a figure", "whole"),
        ),
        rows=[
            (
                one.end,
                *map(words.number, (one.england, one.low, one.median, one.high)),
                one.authorities,
            )
            for one in found.years
        ],
    )


ROUTES = [path("measures/<path:item>", measure, name="measure")]
