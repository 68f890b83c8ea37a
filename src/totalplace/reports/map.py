"""A plan drawn on a map, as inline SVG: outlines, or one hexagon for each authority.

Flow: footprints.results, shapes from places -> THIS -> reports.page, reports.workbook
In: a Plan and one SVG path for each area code. Out: an <svg> element as text.
Partnerships are told apart by fill, pattern and number together, never by colour alone; a table
with the same numbers stands beside every map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from totalplace.footprints.results import Plan
from totalplace.reports.words import and_list

INK = "#1d2a33"
LINE = "#5b6770"
ALONE = "#ffffff"
NO_FIGURES = "#d5d9dc"
# Paul Tol's "light" scheme: told apart by readers with any kind of colour vision, and dark
# numbers on each have a contrast above 7 to 1.
FILLS = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#99ddff",
    "#44bb99",
    "#bbcc33",
    "#aaaa00",
)
# Strokes of a 6 by 6 tile; the first is a plain fill.
PATTERNS = (
    "",
    "M0,6 L6,0 M-1,1 L1,-1 M5,7 L7,5",
    "M0,0 L6,6 M-1,5 L1,7 M5,-1 L7,1",
    "M0,3 L6,3",
    "M3,0 L3,6",
    "M0,3 L6,3 M3,0 L3,6",
)
Box = tuple[float, float, float, float]
MARGIN = 6.0
_RING = re.compile(r"[Mm][^Mm]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShapes:
    """One way to draw the country.

    Attributes:
        paths: SVG path data by area code, in pixels from the top left, absolute M, L and Z only.
        caption: What the drawing is, for people: "Outlines", "One hexagon for each authority".
        number_every_area: Write the partnership's number on each member, not only on the largest.
    """

    paths: Mapping[str, str]
    caption: str
    number_every_area: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height that hold every path, with a margin."""
        boxes = [box for path in self.paths.values() for box in _rings(path)]
        return (
            max((right for _, _, right, _ in boxes), default=0.0) + MARGIN,
            max((bottom for _, _, _, bottom in boxes), default=0.0) + MARGIN,
        )


def partnership_numbers(plan: Plan) -> dict[str, int]:
    """The number of the partnership each member belongs to, from 1, in the plan's order."""
    return {
        code: number
        for number, partnership in enumerate(plan.partnerships, start=1)
        for code in partnership.members
    }


def plan_map(plan: Plan, shapes: MapShapes, *, ident: str) -> str:
    """The plan on one map.

    Args:
        plan: The plan.
        shapes: How to draw each authority.
        ident: Prefix of every id in the drawing, unique on the page.
    """
    width, height = shapes.size
    number_of = partnership_numbers(plan)
    used = sorted({number for code, number in number_of.items() if code in shapes.paths})
    areas = [
        _area(plan, code, path, number_of.get(code), ident)
        for code, path in sorted(shapes.paths.items())
    ]
    title = f"Map of the plan: {shapes.caption.lower()}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="map" role="img" '
            f'viewBox="{-MARGIN:g} {-MARGIN:g} {width + MARGIN:g} {height + MARGIN:g}" '
            f'aria-labelledby="{ident}-title {ident}-desc">',
            f'<title id="{ident}-title">{escape(title)}</title>',
            f'<desc id="{ident}-desc">{escape(map_description(plan))}</desc>',
            f"<defs>{''.join(_pattern(number, ident) for number in used)}"
            f"{_no_figures(ident)}</defs>",
            f'<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">',
            *areas,
            "</g>",
            f'<g font-family="sans-serif" font-weight="bold" font-size="11" fill="{INK}" '
            'stroke="#ffffff" stroke-width="2.5" paint-order="stroke" text-anchor="middle">',
            *_labels(plan, shapes),
            "</g>",
            "</svg>",
        ]
    )


def map_description(plan: Plan) -> str:
    """What the map shows, for someone who cannot see it."""
    parts = [
        f"Partnership {number}: {and_list(partnership.names)}."
        for number, partnership in enumerate(plan.partnerships, start=1)
    ]
    if not parts:
        parts = ["No partnerships: every authority keeps its own."]
    parts.append(f"{len(plan.alone):,} authorities keep their own and are white.")
    if plan.unpriced:
        parts.append(f"{len(plan.unpriced):,} could not be priced and are hatched grey.")
    return " ".join([*parts, "The table of partnerships has the same numbers."])


def swatch(number: int, *, ident: str) -> str:
    """A small square that shows how a partnership is drawn; decoration beside its number."""
    name = f"{ident}{number}"
    return (
        '<svg class="swatch" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" '
        f'focusable="false"><defs>{_pattern(number, name)}</defs>'
        f'<rect x="1" y="1" width="16" height="16" fill="{_fill(number, name)}" '
        f'stroke="{LINE}"/></svg>'
    )


def _area(plan: Plan, code: str, path: str, number: int | None, ident: str) -> str:
    name = plan.names.get(code, code)
    if number is not None:
        others = [other for other in plan.partnerships[number - 1].names if other != name]
        said, fill = f"partnership {number}, with {and_list(others)}", _fill(number, ident)
    elif code in plan.unpriced:
        said, fill = f"could not be priced: {plan.unpriced[code]}", f"url(#{ident}-none)"
    elif code in plan.alone:
        said, fill = "keeps its own", ALONE
    else:
        said, fill = "not part of this plan", f"url(#{ident}-none)"
    label = f"<title>{escape(f'{name}: {said}')}</title>"
    return f"<path d={quoteattr(path)} fill={quoteattr(fill)}>{label}</path>"


def _fill(number: int, ident: str) -> str:
    index = number - 1
    plain = FILLS[index % len(FILLS)]
    return f"url(#{ident}-{number})" if index >= len(FILLS) else plain


def _pattern(number: int, ident: str) -> str:
    index = number - 1
    if index < len(FILLS):
        return ""
    strokes = PATTERNS[index // len(FILLS) % len(PATTERNS)]
    return _tile(f"{ident}-{number}", FILLS[index % len(FILLS)], strokes)


def _no_figures(ident: str) -> str:
    return _tile(f"{ident}-none", NO_FIGURES, PATTERNS[1])


def _tile(name: str, fill: str, strokes: str) -> str:
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{fill}"/>'
        f'<path d="{strokes}" stroke="{INK}" stroke-width="0.8" stroke-opacity="0.7" '
        'fill="none"/></pattern>'
    )


def _labels(plan: Plan, shapes: MapShapes) -> list[str]:
    labels = []
    for number, partnership in enumerate(plan.partnerships, start=1):
        rings = [_rings(shapes.paths.get(code, "")) for code in partnership.members]
        boxes = sorted((max(r, key=_extent) for r in rings if r), key=_extent, reverse=True)
        for left, top, right, bottom in boxes if shapes.number_every_area else boxes[:1]:
            x, y = (left + right) / 2, (top + bottom) / 2 + 4
            labels.append(f'<text x="{x:.1f}" y="{y:.1f}">{number}</text>')
    return labels


def _rings(path: str) -> list[Box]:
    """Left, top, right and bottom of each ring of a path."""
    boxes = []
    for ring in _RING.findall(path):
        values = [float(text) for text in _NUMBER.findall(ring)]
        xs, ys = values[::2], values[1::2]
        if ys:
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    return boxes


def _extent(box: Box) -> float:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)
