"""A control chart as a small picture: the values in order, their mean, and the limits.

Flow: measures.watch -> THIS -> web
In: a frozen Chart. Out: an <svg> element as text; the newest value is a square, so that a signal
needs no colour. The table on the same page has the figures.
"""

from __future__ import annotations

from math import isnan
from xml.sax.saxutils import escape

from totalplace.measures.watch import Chart
from totalplace.reports.map import INK, LINE

WIDTH, HEIGHT = 420.0, 150.0
LEFT, RIGHT, TOP, BELOW = 46.0, 12.0, 12.0, 24.0
VALUE, LIMIT, SIGNAL = "#00594f", "#505a5f", "#b3261e"


def control_chart(one: Chart, *, ident: str) -> str:
    """The chart; "" with fewer than two known values.

    Args:
        one: The chart.
        ident: Prefix of every id in the drawing, unique on the page.
    """
    known = [(at, float(v)) for at, v in enumerate(one.values) if not isnan(v)]
    if len(known) < 2:
        return ""
    levels = [v for _, v in known]
    if one.limits is not None:
        levels += [one.low, one.limits.upper]
    bottom, top = min(levels), max(levels)
    span = (top - bottom) or 1.0

    def x(at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * at / (len(one.periods) - 1)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BELOW) * (top - value) / span

    def level(value: float, dash: str) -> str:
        return (
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            f'stroke="{LIMIT}"{dash}/>'
        )

    parts: list[str] = []
    if one.limits is not None:
        dash = ' stroke-dasharray="5 4"'
        parts += [level(one.limits.upper, dash), level(one.low, dash), level(one.limits.mean, "")]
    line = " ".join(f"{x(at):.1f},{y(v):.1f}" for at, v in known)
    parts.append(f'<polyline fill="none" stroke="{VALUE}" stroke-width="2" points="{line}"/>')
    parts += [f'<circle cx="{x(at):.1f}" cy="{y(v):.1f}" r="3" fill="{VALUE}"/>' for at, v in known]
    at, last = known[-1]
    colour = SIGNAL if one.signal else INK
    parts.append(
        f'<rect x="{x(at) - 5:.1f}" y="{y(last) - 5:.1f}" width="10" height="10" fill="{colour}"/>'
    )
    text = f'font-family="sans-serif" font-size="13" fill="{INK}"'
    parts += [
        f'<text x="{LEFT - 6}" y="{y(v) + 4:.1f}" text-anchor="end" {text}>{v:.1f}</text>'
        for v in dict.fromkeys((top, bottom))
    ]
    parts += [
        f'<text x="{LEFT}" y="{HEIGHT - 6}" {text}>{escape(one.periods[0])}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end" {text}>'
        f"{escape(one.periods[-1])}</text>",
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}" '
        f'aria-labelledby="{ident}-title {ident}-desc"><title id="{ident}-title">'
        f"{escape(one.words)}</title>"
        f'<desc id="{ident}-desc">{escape(described(one, known))}</desc>'
        f'<line x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{HEIGHT - BELOW}" stroke="{LINE}"/>'
        f"{''.join(parts)}</svg>"
    )


def described(one: Chart, known: list[tuple[int, float]]) -> str:
    """The chart in words, for someone who cannot see it."""
    first, last = known[0], known[-1]
    limits = (
        ""
        if one.limits is None
        else f" Limits {one.low:.1f} to {one.limits.upper:.1f}, mean before {one.limits.mean:.1f}."
    )
    return (
        f"From {first[1]:.1f}{one.unit} in {one.periods[first[0]]} to {last[1]:.1f}{one.unit} in "
        f"{one.periods[last[0]]}.{limits} {one.says[:1].upper()}{one.says[1:]}."
    )
