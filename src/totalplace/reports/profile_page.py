"""A profile as one web page that needs nothing else: no script, no font, no picture from elsewhere.

Flow: scenarios.profile, reports.profile_words, reports.profile_chart -> THIS -> profile_write
In: a frozen Profile. Out: HTML text. Every chart has its figures in a table; the page reads with
the keyboard, a screen reader, zoomed, and on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.reports import own_words
from totalplace.reports import profile_tables as tables
from totalplace.reports import profile_words as words
from totalplace.reports.page import template
from totalplace.reports.profile_chart import TITLE, chart_svg
from totalplace.reports.profile_tables import Row
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.scenarios.account import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """All the template is given."""

    title: str
    children: str
    verdict: list[str]
    findings: list[str]
    cautions: list[str]
    groups: list[tuple[str, list[Row]]]
    chart: str  # an <svg> element, "" for none
    chart_caption: str
    doubts: list[str]
    inspections: list[tuple[str, ...]]
    uninspected: tuple[str, ...]
    partners: list[tuple[str, str, str]]
    neighbours: list[tuple[str, str]]
    need_heads: tuple[str, ...]
    costs: list[tuple[str, ...]]
    cost_heads: tuple[str, ...]
    cost_faults: list[str]
    heads: tuple[str, ...]
    inspection_heads: tuple[str, ...]
    interval_line: str
    need: list[tuple[str, ...]]
    need_line: str
    gaps: list[tuple[str, str]]
    methods: list[tuple[str, str]]
    notes: list[tuple[str, str]]
    own_heads: tuple[str, ...]
    own: list[tuple[str, ...]]  # own figures used, beside the published
    sources: tuple[str, ...]
    licence: str
    stamp: str


def profile_page(place: Profile) -> str:
    """The profile as one HTML page."""
    return template("profile.html.j2", heading=tables.heading).render(
        page=page_context(place), tables=tables
    )


def page_context(place: Profile) -> PageContext:
    """All that a page about a place shows, in words; the web application shows the same."""
    return PageContext(
        title=words.title(place),
        children=words.children(place),
        verdict=words.verdict(place),
        findings=words.findings(place),
        cautions=[*words.standing(place), *words.cautions(place)],
        groups=tables.rows(place),
        chart=chart_svg(place, ident="outcomes"),
        chart_caption=f"{TITLE}: the bar is the 90 % interval, the point the figure, the diamond "
        "the neighbours' median, the dashed line England. The table has the figures.",
        doubts=words.doubts(place),
        inspections=tables.inspections(place),
        uninspected=place.uninspected,
        partners=tables.partners(place),
        neighbours=[(name, close) for _, name, close in tables.neighbour_rows(place)],
        need_heads=tables.NEED_HEADS,
        costs=tables.cost_rows(place),
        cost_heads=tables.COST_HEADS,
        cost_faults=tables.cost_faults(place),
        heads=tables.HEADS,
        inspection_heads=tables.INSPECTION_HEADS,
        interval_line=words.INTERVAL_LINE,
        need=tables.need_rows(place),
        need_line=words.need_line(place),
        gaps=tables.gaps(place),
        methods=tables.methods(place),
        notes=tables.notes(place),
        own_heads=own_words.HEADS,
        own=own_words.rows(place.own),
        sources=place.sources,
        licence=LICENCE_LINE,
        stamp=words.stamp(place),
    )
