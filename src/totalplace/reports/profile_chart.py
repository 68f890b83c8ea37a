"""A place beside England in one picture: each measure as a share of England's figure.

Flow: scenarios.profile -> THIS -> reports.profile_page, profile_paper, profile_workbook
In: a frozen Profile. Out: SVG text or PNG bytes, with what the picture says in words. Tables with
the same figures stand beside every picture.
"""

from __future__ import annotations

import json
from typing import Any

from totalplace.measures.headlines import OUTCOMES
from totalplace.reports.charts import interval_spec, labelled, points
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
    return labelled(svg, title=TITLE, description=chart_words(place), ident=ident)


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
    return interval_spec(
        values,
        [one.headline.short for one in charted(place)],
        axis={"title": "England = 100"},
        middle=100,
        marks=[points("near", shape="diamond", color=AMBER, filled=False), points("value")],
    )


def _share(value: float, line: Line) -> float:
    return min(100.0 * value / line.england, MOST)
