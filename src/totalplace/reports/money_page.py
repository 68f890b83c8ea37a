"""A place's count of money as one web page that needs nothing else: no script, no outside file.

Flow: money.count, reports.money_words, reports.flow_picture -> THIS -> reports.money_write
In: a frozen Count. Out: HTML text. The picture has its figures in the table under it; the page
reads with the keyboard, a screen reader, zoomed, and on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.money.count import CUTS, Count
from totalplace.money.flow import flows
from totalplace.reports import money_words as words
from totalplace.reports import own_words
from totalplace.reports.flow_picture import flow_svg
from totalplace.reports.page import template
from totalplace.reports.stamp import LICENCE_LINE

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutView:
    """One cut of the count."""

    name: str
    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """All the template is given."""

    title: str
    verdict: list[str]
    years: str
    picture: str  # an <svg> element, "" for none
    caption: str
    flow_heads: Row
    flows: list[Row]
    cut_heads: Row
    cuts: list[CutView]
    layers_line: str
    gone_heads: Row
    eliminated: list[Row]
    unknown: list[tuple[str, str, str]]
    paid_in: str
    around_heads: Row
    around_line: str
    around: list[Row]
    estimates: list[tuple[str, str]]
    reconciled: list[str]
    doubts: list[str]
    crosses: str
    own_heads: Row
    own: list[Row]  # own figures used, beside the published
    sources: tuple[str, ...]
    licence: str
    stamp: str


def money_page(one: Count, *, by: str = "theme") -> str:
    """The count as one HTML page.

    Args:
        one: The count.
        by: The cut to show first.
    """
    return template("money.html.j2").render(page=money_context(one, by))


def money_context(one: Count, by: str) -> PageContext:
    """All that a page about a place's money shows, in words; the web application shows the same."""
    found = flows(one)
    return PageContext(
        title=words.title(one),
        verdict=words.verdict(one),
        years=words.years(one),
        picture=flow_svg(found, ident="flow"),
        caption="Widths are in proportion to money, each pound once. Hatched: estimated. A dashed "
        "box: unknown, and drawn without a width. The table below has every flow.",
        flow_heads=words.FLOW_HEADS,
        flows=[words.flow_row(flow) for flow in found],
        cut_heads=words.CUT_HEADS,
        cuts=[
            CutView(name=cut, title=words.CUT_TITLES[cut], rows=words.cut_rows(one, cut))
            for cut in sorted(CUTS, key=lambda cut: cut != by)
        ],
        layers_line=words.LAYERS_LINE,
        gone_heads=words.GONE_HEADS,
        eliminated=words.eliminated(one),
        unknown=words.unknown(one),
        paid_in=words.paid_in(one),
        around_heads=words.AROUND_HEADS,
        around_line=words.AROUND_LINE,
        around=words.around(one),
        estimates=words.estimates(one),
        reconciled=words.reconciled(one),
        doubts=[doubt.words for doubt in one.doubts],
        crosses=words.crosses(one),
        own_heads=own_words.HEADS,
        own=own_words.rows(one.own),
        sources=one.sources,
        licence=LICENCE_LINE,
        stamp=words.stamp(one),
    )
