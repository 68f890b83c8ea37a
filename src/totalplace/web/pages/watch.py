"""Early warning: a council's workforce and safeguarding figures on control charts.

Flow: measures.watch -> THIS -> templates/watch.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.measures.watch import Chart, Watch, by_signal
from totalplace.measures.watch import watch as read_watch
from totalplace.reports.control_picture import control_chart
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.pages.places import register
from totalplace.web.query import NoQuery

HEADS = ("measure", "newest", "value", "mean before", "limits", "says")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One chart of the page."""

    id: str
    title: str
    says: str
    svg: str  # "" where there is nothing to draw
    measure_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPage:
    """What the template reads."""

    name: str
    verdict: str
    charts: tuple[Drawn, ...]
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]
    place_address: str


@page(NoQuery)
def watch(request: HttpRequest, query: NoQuery, area: str) -> Page | HttpResponse:
    """Is anything out of the ordinary for this council?"""
    one = register().resolve(area)
    if one.area_code != area:
        return HttpResponseRedirect(reverse("watch", args=[one.area_code]))
    found = library().lately(("watch", area), lambda book: read_watch(book, area))
    content = library().lately(("watch page", area), lambda _: _content(found, area))
    return Page(
        title=f"Early warning: {found.name}",
        template="watch.html",
        content=content,
        document=lambda: {
            "kind": "watch",
            "name": found.name,
            "told": dict(by_signal(found)),
            "charts": [
                {
                    **row,
                    "periods": list(chart.periods),
                    "values": [None if isnan(value) else float(value) for value in chart.values],
                }
                for row, chart in zip(found.to_frame().to_dicts(), found.charts, strict=True)
            ],
        },
        tables=lambda: (_table(found, area),),
        file_name=f"watch-{area}",
        crumbs=(("Places", reverse("places")), (found.name, reverse("place", args=[area]))),
        fixed_by=(),
    )


def _content(found: Watch, area: str) -> WatchPage:
    told = by_signal(found)
    ordered = sorted(found.charts, key=lambda one: not one.signal)
    return WatchPage(
        name=found.name,
        verdict=f"{told['signal']} of {len(found.charts)} charts give a signal, {told['within']} "
        f"are within their limits, {told['not told']} cannot be told.",
        charts=tuple(
            Drawn(
                id=f"chart-{number}",
                title=f"{one.words[:1].upper()}{one.words[1:]}",
                says=f"{one.says[:1].upper()}{one.says[1:]}.",
                svg=control_chart(one, ident=f"chart-{number}"),
                measure_address=f"{reverse('measure', args=[one.item])}?area={area}",
            )
            for number, one in enumerate(ordered, 1)
        ),
        heads=HEADS,
        rows=[_row(one) for one in ordered],
        place_address=reverse("place", args=[area]),
    )


def _row(one: Chart) -> tuple[str, ...]:
    known = bool(one.periods) and not isnan(one.values[-1])
    return (
        one.words,
        one.periods[-1] if one.periods else "",
        f"{one.values[-1]:.1f}{one.unit}" if known else "",
        "" if one.limits is None else f"{one.limits.mean:.1f}",
        "" if one.limits is None else f"{one.low:.1f} to {one.limits.upper:.1f}",
        one.says,
    )


def _table(found: Watch, area: str) -> Table:
    return Table(
        name="charts",
        title=f"Control charts of {found.name}",
        columns=(
            Column("new_la_code", "Area code"),
            Column("la_name", "Authority"),
            Column("indicator", "Measure"),
            Column("time_period", "Period"),
            Column("value", "Value", "number"),
            Column("mean_before", "Mean of earlier values", "number"),
            Column("lower_limit", "Lower limit", "number"),
            Column("upper_limit", "Upper limit", "number"),
            Column("says", "What the chart says"),
        ),
        rows=[
            (
                area,
                found.name,
                one.item,
                period,
                None if isnan(value) else float(value),
                one.limits.mean if one.limits else None,
                one.low if one.limits else None,
                one.limits.upper if one.limits else None,
                one.says if at == len(one.periods) - 1 else "",
            )
            for one in found.charts
            for at, (period, value) in enumerate(zip(one.periods, one.values, strict=True))
        ],
        note="Limits: the mean of the earlier values and 2.66 mean moving ranges either side.",
    )


ROUTES = [path("places/<str:area>/watch", watch, name="watch")]
