"""Charts of a plan as static SVG: a point for the mean, a bar for the interval.

Flow: footprints.results -> THIS -> reports.page
In: rows of label and Range. Out: an <svg> element as text, no script in it. Beside each chart the
page puts a table with the same figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    return _labelled(svg, title=title, description=description, ident=ident)


def _spec(rows: Sequence[tuple[str, Range]], axis_title: str) -> dict[str, Any]:
    values = [
        {"order": i, "mean": r.mean, "low": r.low, "high": r.high} for i, (_, r) in enumerate(rows)
    ]
    largest = max((abs(end) for _, r in rows for end in (r.low, r.high)), default=0.0)
    axis = {
        "title": axis_title,
        "labelExpr": _MONEY_LABEL.replace("maximum", f"{largest:.0f}"),
        "tickCount": 6,
        "grid": True,
        "gridColor": "#dfe3e6",
    }
    labels = {
        "title": None,
        "labelExpr": "labels[datum.value]",
        "labelLimit": 0,
        "labelPadding": 10,
        "domain": False,
        "grid": False,
        "ticks": False,
    }
    y = {"field": "order", "type": "ordinal", "axis": labels}
    return {
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT},
        "background": "white",
        "params": [{"name": "labels", "value": [_short(label) for label, _ in rows]}],
        "data": {"values": values},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeDash": [3, 3]},
                "encoding": {"x": {"datum": 0, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "color": BLUE, "strokeWidth": 5, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": {"field": "low", "type": "quantitative", "axis": axis},
                    "x2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "color": INK, "opacity": 1},
                "encoding": {"y": y, "x": {"field": "mean", "type": "quantitative"}},
            },
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


def _short(label: str) -> str:
    """A label that leaves room for the drawing; the table beside it has the whole."""
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _labelled(svg: str, *, title: str, description: str, ident: str) -> str:
    """The drawing with a title, a description, ids of its own and a size that follows the page."""
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
