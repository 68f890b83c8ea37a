"""A plan drawn on a map, as inline SVG: outlines, or one hexagon for each authority.

Flow: footprints.results, shapes from places -> THIS -> reports.page, reports.workbook
In: a Plan and one SVG path for each area code. Out: an <svg> element as text.
Partnerships are told apart by fill, pattern and number together, never by colour alone; a table
with the same numbers stands beside every map.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
        labels: Where a number sits well in each area, px; the middle of its box if left out.
        number_every_area: Write the partnership's number on each member, not only on the largest.
    """

    paths: Mapping[str, str]
    caption: str
    labels: Mapping[str, tuple[float, float]] = field(default_factory=dict)
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
    shapes = shapes_of(plan, shapes)
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
            f"{_tile(f'{ident}-none', PATTERNS[1])}</defs>",
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


def shapes_of(plan: Plan, shapes: MapShapes) -> MapShapes:
    """The shapes of those who take part, as large as the whole country would be drawn."""
    inside = {code: path for code, path in shapes.paths.items() if code in plan.names}
    boxes = [box for path in inside.values() for box in _rings(path)]
    if not plan.only or not boxes:
        return shapes
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    across = max(box[2] for box in boxes) - left
    down = max(box[3] for box in boxes) - top
    width, height = shapes.size
    scale = min((width - MARGIN) / max(across, 1.0), (height - MARGIN) / max(down, 1.0))

    def moved(path: str) -> str:
        turn = iter(_NUMBER.findall(path))
        numbers = [
            f"{(float(x) - left) * scale:.1f} {(float(y) - top) * scale:.1f}"
            for x, y in zip(turn, turn, strict=True)
        ]
        letters = re.findall(r"[MLZ]", path)
        points = iter(numbers)
        return "".join(c if c == "Z" else c + next(points) for c in letters)

    return replace(
        shapes,
        paths={code: moved(path) for code, path in inside.items()},
        labels={
            code: ((x - left) * scale, (y - top) * scale)
            for code, (x, y) in shapes.labels.items()
            if code in inside
        },
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
    if plan.only:
        parts.append(f"Only {plan.only} is drawn: the plan is for it alone.")
    return " ".join([*parts, "The table of partnerships has the same numbers."])


def swatch(number: int, *, ident: str) -> str:
    """A small square that shows how a partnership is drawn; decoration beside its number."""
    name = f"{ident}{number}"
    square = '<rect x="1" y="1" width="16" height="16"'
    pattern = _pattern_id(number, name)
    over = f'{square} fill="url(#{pattern})"/>' if pattern else ""
    return (
        '<svg class="swatch" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" '
        f'focusable="false"><defs>{_pattern(number, name)}</defs>'
        f'{square} fill="{_fill(number)}" stroke="{LINE}"/>{over}</svg>'
    )


def _area(plan: Plan, code: str, path: str, number: int | None, ident: str) -> str:
    name = plan.names.get(code, code)
    if number is not None:
        others = [other for other in plan.partnerships[number - 1].names if other != name]
        said = f"partnership {number}, with {and_list(others)}"
        fill, pattern = _fill(number), _pattern_id(number, ident)
    elif code in plan.alone:
        said, fill, pattern = "keeps its own", ALONE, ""
    else:
        reason = plan.unpriced.get(code)
        said = f"could not be priced: {reason}" if reason else "not part of this plan"
        fill, pattern = NO_FIGURES, f"{ident}-none"
    shape = f"<path id={quoteattr(f'{ident}-{code}')} d={quoteattr(path)}/>"
    label = f"<title>{escape(f'{name}: {said}')}</title>"
    over = f'<use href="#{ident}-{code}" fill="url(#{pattern})"/>' if pattern else ""
    return f'<g fill="{fill}">{label}{shape}{over}</g>'


def _fill(number: int) -> str:
    return FILLS[(number - 1) % len(FILLS)]


def _pattern_id(number: int, ident: str) -> str:
    """The pattern drawn over a partnership's fill; empty for the first few, which are plain."""
    return f"{ident}-over{number}" if number > len(FILLS) else ""


def _pattern(number: int, ident: str) -> str:
    if number <= len(FILLS):
        return ""
    return _tile(_pattern_id(number, ident), PATTERNS[(number - 1) // len(FILLS) % len(PATTERNS)])


def _tile(name: str, strokes: str) -> str:
    """Strokes on nothing, laid over a plain fill: tiles with a ground of their own show seams."""
    return (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path d="{strokes}" stroke="{INK}" stroke-width="0.8" stroke-opacity="0.7" '
        'fill="none"/></pattern>'
    )


def _labels(plan: Plan, shapes: MapShapes) -> list[str]:
    labels = []
    for number, partnership in enumerate(plan.partnerships, start=1):
        boxes = {code: _rings(shapes.paths.get(code, "")) for code in partnership.members}
        sizes = {code: max(map(_extent, rings)) for code, rings in boxes.items() if rings}
        largest_first = sorted(sizes, key=lambda code: -sizes[code])
        for code in largest_first if shapes.number_every_area else largest_first[:1]:
            x, y = shapes.labels.get(code) or _middle(max(boxes[code], key=_extent))
            labels.append(f'<text x="{x:.1f}" y="{y + 4:.1f}">{number}</text>')
    return labels


def _middle(box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2


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
