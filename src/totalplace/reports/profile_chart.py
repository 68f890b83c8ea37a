"""A place beside England in one picture: each measure as a share of England's figure.

Flow: scenarios.profile -> THIS -> reports.profile_page, profile_paper, profile_workbook
In: a frozen Profile. Out: SVG text or PNG bytes, with what the picture says in words. Tables with
the same figures stand beside every picture.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.measures.headlines import OUTCOMES
from totalplace.reports.charts import BLUE, ROW_HEIGHT, WIDTH, _labelled
from totalplace.reports.map import INK, LINE
from totalplace.reports.words import and_list
from totalplace.scenarios.account import Line, Profile

MOST = 250.0
"""Where the axis ends, England being 100: an interval that goes further is cut there."""
AMBER = "#b85c00"
TITLE = "The five outcomes beside England's figure (England = 100)"


def charted(place: Profile) -> list[Line]:
    """The lines that can be drawn: an outcome, an interval, and a figure for England."""
    return [
        line
        for line in place.lines
        if line.headline.group in OUTCOMES and line.rate.has_interval and line.england > 0
    ]


def chart_svg(place: Profile, *, ident: str) -> str:
    """The picture as an ``<svg>`` element, "" where there is nothing to draw."""
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    if place.kind == "england" or not charted(place):
        return ""
    svg: str = vl_convert.vegalite_to_svg(_spec(place), allowed_base_urls=[])
    return _labelled(svg, title=TITLE, description=chart_words(place), ident=ident)


def chart_png(place: Profile) -> bytes:
    """The picture as PNG at twice its size, b"" where there is nothing to draw."""
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    if place.kind == "england" or not charted(place):
        return b""
    png: bytes = vl_convert.vegalite_to_png(json.dumps(_spec(place)), scale=2.0)
    return png


def chart_words(place: Profile) -> str:
    """What the picture shows, for someone who cannot see it."""
    sides = {
        word: [line.headline.short for line in charted(place) if line.against_england == word]
        for word in ("above", "below")
    }
    said = [
        f"{word.capitalize()} England's figure: {and_list(shorts)}."
        for word, shorts in sides.items()
        if shorts
    ]
    rest = len(charted(place)) - sum(map(len, sides.values()))
    return " ".join(
        [
            "A bar for each measure's 90 % interval, a point for its figure and a diamond for the "
            "neighbours' median.",
            *said,
            f"No clear difference: {rest}. The table has the figures.",
        ]
    )


def _spec(place: Profile) -> dict[str, Any]:
    values = [
        {
            "order": i,
            "value": _share(line.rate.value, line) if line.rate.known else None,
            "low": _share(line.rate.low, line),
            "high": _share(line.rate.high, line),
            "near": _share(line.neighbours.median, line) if line.neighbours.used else None,
        }
        for i, line in enumerate(charted(place))
    ]
    y = {
        "field": "order",
        "type": "ordinal",
        "axis": {
            "title": None,
            "labelExpr": "labels[datum.value]",
            "labelLimit": 0,
            "labelPadding": 10,
            "domain": False,
            "grid": False,
            "ticks": False,
        },
    }
    axis = {"title": "England = 100", "tickCount": 6, "grid": True, "gridColor": "#dfe3e6"}
    return {
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT},
        "background": "white",
        "params": [{"name": "labels", "value": [one.headline.short for one in charted(place)]}],
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": {"datum": 100, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "color": BLUE, "strokeWidth": 5, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": {"field": "low", "type": "quantitative", "axis": axis},
                    "x2": {"field": "high"},
                },
            },
            _points("near", y, shape="diamond", color=AMBER, filled=False),
            _points("value", y, shape="circle", color=INK, filled=True),
        ],
        "config": {
            "font": "sans-serif",
            "aria": False,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 13,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "labelColor": INK,
                "titleColor": INK,
                "tickColor": LINE,
            },
        },
    }


def _points(
    field: str, y: dict[str, Any], *, shape: str, color: str, filled: bool
) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"isValid(datum.{field})"}],
        "mark": {
            "type": "point",
            "shape": shape,
            "filled": filled,
            "size": 70,
            "color": color,
            "opacity": 1,
            "strokeWidth": 2,
        },
        "encoding": {"y": y, "x": {"field": field, "type": "quantitative"}},
    }


def _share(value: float, line: Line) -> float:
    return min(100.0 * value / line.england, MOST)
