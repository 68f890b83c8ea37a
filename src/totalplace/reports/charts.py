"""Charts as static SVG: a point for the figure, a bar for the interval.

Flow: footprints.results -> THIS -> reports.page, reports.profile_chart
In: rows of label and Range. Out: an <svg> element as text, no script in it. Beside each chart the
page puts a table with the same figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any
from xml.sax.saxutils import escape

from totalplace.footprints.results import Range
from totalplace.reports.map import INK, LINE

WIDTH = 430
ROW_HEIGHT = 24
LONGEST_LABEL = 36  # characters
BLUE = "#4a84ab"  # above 3 to 1 against white, and under the point
_MONEY_LABEL = (
    "datum.value == 0 ? '£0' : (datum.value < 0 ? '-' : '') + '£' + "
    "(maximum >= 500000 ? format(abs(datum.value) / 1e6, '.1~f') + 'm'"
    " : format(abs(datum.value) / 1e3, ',.0f') + 'k')"
)
_ROWS = {
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


def interval_chart(
    rows: Sequence[tuple[str, Range]], *, axis_title: str, title: str, description: str, ident: str
) -> str:
    """Each row's mean as a point on its 80 % interval, with a line at nothing.

    Args:
        rows: Label and amount in pounds, drawn from the top down; a row whose amount is not
            available is left out.
        axis_title: What the amounts are, with the unit.
        title: Short name of the chart, for assistive technology.
        description: What the chart shows, for someone who cannot see it.
        ident: Prefix of every id in the drawing, unique on the page.
    """
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    rows = [(label, r) for label, r in rows if all(map(isfinite, (r.mean, r.low, r.high)))]
    svg: str = vl_convert.vegalite_to_svg(_spec(rows, axis_title), allowed_base_urls=[])
    return labelled(svg, title=title, description=description, ident=ident)


def interval_png(rows: Sequence[tuple[str, Range]], *, axis_title: str) -> bytes:
    """The drawing of `interval_chart` as PNG at twice its size, b"" where nothing can be drawn."""
    import vl_convert  # noqa: PLC0415 (heavy, loaded where used)

    rows = [(label, r) for label, r in rows if all(map(isfinite, (r.mean, r.low, r.high)))]
    if not rows:
        return b""
    png: bytes = vl_convert.vegalite_to_png(json.dumps(_spec(rows, axis_title)), scale=2.0)
    return png


def _spec(rows: Sequence[tuple[str, Range]], axis_title: str) -> dict[str, Any]:
    values = [
        {"order": i, "mean": r.mean, "low": r.low, "high": r.high} for i, (_, r) in enumerate(rows)
    ]
    largest = max((abs(end) for _, r in rows for end in (r.low, r.high)), default=0.0)
    axis = {
        "title": axis_title,
        "labelExpr": _MONEY_LABEL.replace("maximum", f"{largest:.0f}"),
    }
    return interval_spec(
        values, [_short(label) for label, _ in rows], axis=axis, middle=0, marks=[points("mean")]
    )


def interval_spec(
    values: Sequence[Mapping[str, object]],
    labels: Sequence[str],
    *,
    axis: Mapping[str, object],
    middle: float,
    marks: Sequence[Mapping[str, object]],
) -> dict[str, Any]:
    """A Vega-Lite drawing of one bar a row from ``low`` to ``high``, with points on it.

    Args:
        values: A row each: ``order`` from 0, ``low``, ``high`` and what the points need.
        labels: What stands before each row.
        axis: Title and labels of the axis along the bottom.
        middle: Where the dashed line stands that figures are held against.
        marks: Layers from :func:`points`, drawn in order.
    """
    x_axis = {"tickCount": 6, "grid": True, "gridColor": "#dfe3e6", **axis}
    return {
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT},
        "background": "white",
        "params": [{"name": "labels", "value": list(labels)}],
        "data": {"values": list(values)},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": {"datum": middle, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "color": BLUE, "strokeWidth": 5, "opacity": 1},
                "encoding": {
                    "y": _ROWS,
                    "x": {"field": "low", "type": "quantitative", "axis": x_axis},
                    "x2": {"field": "high"},
                },
            },
            *marks,
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


def points(
    field: str, *, shape: str = "circle", color: str = INK, filled: bool = True
) -> dict[str, Any]:
    """A layer of points at one field of the values, where it is known."""
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
        "encoding": {"y": _ROWS, "x": {"field": field, "type": "quantitative"}},
    }


def _short(label: str) -> str:
    """A label that leaves room for the drawing; the table beside it has the whole."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def labelled(svg: str, *, title: str, description: str, ident: str) -> str:
    """A drawing with a title, a description, ids of its own and a size that follows the page."""
    svg = svg[svg.index("<svg") :]
    opening, _, body = svg.partition(">")
    body = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", body)  # the drawing speaks as one picture
    box = re.search(r'viewBox="[^"]+"', opening)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{ident}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{ident}-\1)", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'{box.group() if box else ""} aria-labelledby="{ident}-title {ident}-desc">'
        f'<title id="{ident}-title">{escape(title)}</title>'
        f'<desc id="{ident}-desc">{escape(description)}</desc>{body}'
    )
