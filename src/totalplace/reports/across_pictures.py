"""One measure across the country, drawn: maps in five classes, ranked figures, the years.

Flow: scenarios.across, places.maps -> THIS -> web
In: a frozen Across, path data by area code. Out: <svg> elements as text, with no script and no
style attribute. Classes are told by a number and a pattern of missing as well as by colour, and a
table with the same figures stands on the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from xml.sax.saxutils import escape, quoteattr

from totalplace.reports.across_words import figure, with_interval
from totalplace.reports.map import INK, LINE, MARGIN, MapShapes
from totalplace.scenarios.across import Across, Held

# From light to dark, each told from the next by lightness alone; the ink on it beside it.
CLASSES = (
    ("#eaf3f1", "#0b0c0c"),
    ("#b5d8d2", "#0b0c0c"),
    ("#6fb3a8", "#0b0c0c"),
    ("#2f7f75", "#ffffff"),
    ("#00443c", "#ffffff"),
)
MISSING = "#ffffff"
CHOSEN = "#d4351c"
ROW = 5.7  # px across for each authority
TALL = 240.0
LABEL = 14.0  # px between labels
Address = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One class of the map."""

    number: int
    low: float
    high: float
    authorities: int


def bands(found: Across) -> tuple[Band, ...]:
    """Five classes of as many authorities each, lowest first; fewer where figures are equal."""
    values = sorted(one.rate.value for one in found.known)
    if not values:
        return ()
    cuts = sorted({values[min(len(values) - 1, len(values) * k // 5)] for k in range(5)})
    found_bands = []
    for number, low in enumerate(cuts, 1):
        inside = [v for v in values if v >= low and (number == len(cuts) or v < cuts[number])]
        if inside:
            found_bands.append(
                Band(number=number, low=inside[0], high=inside[-1], authorities=len(inside))
            )
    return tuple(found_bands)


def measure_map(
    found: Across,
    shapes: MapShapes,
    *,
    ident: str,
    address_fn: Address,
    chosen: str = "",
    keyboard: bool = False,
) -> str:
    """Every authority filled by its class, and a link to its page.

    Args:
        found: The measure.
        shapes: How to draw each authority.
        ident: Prefix of every id in the drawing, unique on the page.
        address_fn: The page of an authority, by its code.
        chosen: Code of an authority to mark.
        keyboard: Whether its links can be reached with the keyboard; one map of a page is enough.
    """
    width, height = shapes.size
    of = {one.area_code: one for one in found.rows}
    classes = bands(found)
    drawn = [
        _area(one, path, found, classes, shapes, ident, address_fn, keyboard)
        for code, path in sorted(shapes.paths.items(), key=lambda pair: pair[0] == chosen)
        if (one := of.get(code)) is not None
    ]
    outline = (
        f'<path d={quoteattr(shapes.paths[chosen])} fill="none" stroke="{CHOSEN}" '
        'stroke-width="3" pointer-events="none"/>'
        if chosen in shapes.paths
        else ""
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tp-map" role="group" '
            f'viewBox="{-MARGIN:g} {-MARGIN:g} {width + MARGIN:g} {height + MARGIN:g}" '
            f'width="{width:.0f}" height="{height:.0f}" '
            f"aria-label={quoteattr(f'Map of {found.measure.title}: {shapes.caption.lower()}')}>",
            f'<defs><pattern id="{ident}-none" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="M0,6 L6,0" stroke="{INK}" stroke-width="0.8"/></pattern></defs>',
            f'<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">',
            *drawn,
            outline,
            "</g></svg>",
        ]
    )


def _area(
    one: Held,
    path: str,
    found: Across,
    classes: Sequence[Band],
    shapes: MapShapes,
    ident: str,
    address_fn: Address,
    keyboard: bool,
) -> str:
    band = band_of(one, classes)
    told = f"{one.name}: {with_interval(one, found)}"
    fill, ink = CLASSES[band - 1] if band else (MISSING, INK)
    hatch = "" if band else f'<path d={quoteattr(path)} fill="url(#{ident}-none)"/>'
    number = ""
    if shapes.number_every_area and band and one.area_code in shapes.labels:
        x, y = shapes.labels[one.area_code]
        number = (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" font-family="sans-serif" font-size="11" '
            f'stroke="none" text-anchor="middle" fill="{ink}" aria-hidden="true">{band}</text>'
        )
    reach = "" if keyboard else ' tabindex="-1"'
    return (
        f"<a href={quoteattr(address_fn(one.area_code))}{reach} "
        f"aria-label={quoteattr(told)}><title>{escape(told)}</title>"
        f'<path d={quoteattr(path)} fill="{fill}"/>{hatch}{number}</a>'
    )


def band_of(one: Held, classes: Sequence[Band]) -> int:
    """The class an authority is in; 0 where it has no figure."""
    if not one.rate.known:
        return 0
    return max((band.number for band in classes if one.rate.value >= band.low), default=0)


def swatches(found: Across) -> list[tuple[str, str, str]]:
    """The key of the map: a small drawing, the class's number and range, its authorities."""
    rows = [
        (
            _swatch(CLASSES[band.number - 1][0]),
            f"{band.number}: {figure(band.low, found)} to {figure(band.high, found)}",
            _authorities(band.authorities),
        )
        for band in bands(found)
    ]
    lacking = len(found.rows) - len(found.known)
    if lacking:
        rows.append((_swatch(MISSING, hatched=True), "no figure", _authorities(lacking)))
    return rows


def _authorities(number: int) -> str:
    return "1 authority" if number == 1 else f"{number:,} authorities"


def _swatch(fill: str, *, hatched: bool = False) -> str:
    stroke = (
        f'<path d="M0,9 L9,0 M4,18 L18,4" stroke="{INK}" stroke-width="0.8"/>' if hatched else ""
    )
    return (
        '<svg class="tp-swatch" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" '
        f'focusable="false"><rect x="0.5" y="0.5" width="17" height="17" fill="{fill}" '
        f'stroke="{LINE}"/>{stroke}</svg>'
    )


def ranked_chart(found: Across, *, ident: str, chosen: str = "") -> str:
    """Every authority in order with its interval, and England as a line across."""
    known = found.known
    if not known:
        return ""
    ends = [
        v for one in known for v in (one.rate.value, one.rate.low, one.rate.high) if isfinite(v)
    ]
    if isfinite(found.england):
        ends.append(found.england)
    y = _scale(min(ends), max(ends))
    width = 60 + ROW * len(known) + 10
    marks = []
    for place, one in enumerate(known):
        x = 60 + ROW * (place + 0.5)
        mine = one.area_code == chosen
        colour = CHOSEN if mine else INK
        if one.rate.has_interval:
            marks.append(
                f'<path d="M{x:.1f} {y(one.rate.low):.1f}V{y(one.rate.high):.1f}" '
                f'stroke="{colour if mine else "#8fb8c9"}" stroke-width="{4 if mine else 3}"/>'
            )
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y(one.rate.value):.1f}" r="{4 if mine else 2}" '
            f'fill="{colour}"/>'
        )
        if mine:
            side = "end" if place > len(known) / 2 else "start"
            marks.append(
                f'<text x="{x + (-8 if side == "end" else 8):.1f}" y="16" text-anchor="{side}" '
                f'font-weight="bold" fill="{CHOSEN}">{escape(one.name)}</text>'
            )
    national = (
        f'<path d="M60 {y(found.england):.1f}H{width - 10:.1f}" stroke="{INK}" '
        f'stroke-dasharray="5 4"/><text x="{width - 12:.1f}" y="{y(found.england) - 5:.1f}" '
        'text-anchor="end">England</text>'
        if isfinite(found.england)
        else ""
    )
    told = (
        f"{len(known)} authorities in order, from {known[0].name} "
        f"({with_interval(known[0], found)}) to {known[-1].name} "
        f"({with_interval(known[-1], found)}). The table has every figure."
    )
    return _svg(
        f"{found.measure.title}: every authority with its 90 % interval",
        told,
        width,
        _axis(min(ends), max(ends), y, width, found) + "".join(marks) + national,
        ident,
    )


def trend_chart(found: Across, own: Sequence[float] = (), *, name: str = "", ident: str) -> str:
    """England, the middle authority and the middle eight tenths, over the periods.

    Args:
        found: The measure.
        own: One authority's figure for each of the periods, nan where there is none.
        name: Its name.
        ident: Prefix of every id in the drawing.
    """
    years = [one for one in found.years if isfinite(one.median)]
    if len(years) < 2:
        return ""
    mine = (
        [v for v, one in zip(own, found.years, strict=True) if isfinite(one.median)] if own else []
    )
    ends = [v for one in years for v in (one.low, one.high, one.england) if isfinite(v)]
    ends += [v for v in mine if isfinite(v)]
    y = _scale(min(ends), max(ends))
    width, first, last = 700.0, years[0].end.toordinal(), years[-1].end.toordinal()

    def x(place: int) -> float:
        return 66 + (width - 230) * (years[place].end.toordinal() - first) / (last - first)

    taken: list[float] = []  # heights of the labels written so far

    def line(values: Sequence[float], colour: str, dash: str, words: str) -> str:
        at = [(x(i), y(v)) for i, v in enumerate(values) if isfinite(v)]
        if not at:
            return ""
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in at)
        beside = at[-1][1]
        while any(abs(beside - other) < LABEL for other in taken):
            beside += 1
        taken.append(beside)
        return (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>'
            f'<text x="{at[-1][0] + 6:.1f}" y="{beside + 4:.1f}" fill="{colour}">'
            f"{escape(words)}</text>"
        )

    band = " ".join(
        [f"{x(i):.1f},{y(one.low):.1f}" for i, one in enumerate(years)]
        + [f"{x(i):.1f},{y(years[i].high):.1f}" for i in reversed(range(len(years)))]
    )
    dates = "".join(
        f'<text x="{x(i):.1f}" y="{TALL + 18:.0f}" text-anchor="middle">{years[i].end.year}</text>'
        for i in range(0, len(years), max(1, len(years) // 8))
    )
    body = (
        f'<polygon points="{band}" fill="#d8ebe8"/>'
        + line([one.median for one in years], "#00594f", ' stroke-dasharray="2 4"', "middle")
        + line([one.england for one in years], INK, ' stroke-dasharray="7 4"', "England")
        + line(mine, CHOSEN, "", name[:24])
        + dates
    )
    told = (
        f"England went from {figure(years[0].england, found)} in {years[0].end.year} to "
        f"{figure(years[-1].england, found)} in {years[-1].end.year}; the middle authority from "
        f"{figure(years[0].median, found)} to {figure(years[-1].median, found)}."
    )
    axis = _axis(min(ends), max(ends), y, width - 160, found)
    return _svg(f"{found.measure.title} over the years", told, width, axis + body, ident)


def _scale(low: float, high: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: 24 + (TALL - 24) * (high - value) / span


def _axis(low: float, high: float, y: Callable[[float], float], width: float, found: Across) -> str:
    ticks = _ticks(low, high)
    return "".join(
        f'<path d="M60 {y(v):.1f}H{width - 10:.1f}" stroke="#dfe3e6"/>'
        f'<text x="54" y="{y(v) + 4:.1f}" text-anchor="end">{_short(v, found)}</text>'
        for v in ticks
    )


def _ticks(low: float, high: float) -> list[float]:
    """Round values within a span, three to seven of them."""
    span = (high - low) or 1.0
    step = 10.0 ** int(f"{span:e}".partition("e")[2])
    for part in (1.0, 0.5, 0.2, 0.1):
        if span / (step * part) >= 3:
            step *= part
            break
    first = -(-low // step)
    return [k * step for k in range(int(first), int(high // step) + 1)]


def _short(value: float, found: Across) -> str:
    pound = "£" if found.measure.unit.startswith("pounds") else ""
    if abs(value) >= 1e6:
        return f"{pound}{value / 1e6:g}m"
    if abs(value) >= 10_000:
        return f"{pound}{value / 1e3:g}k"
    return f"{pound}{value:,g}" if abs(value) < 1000 else f"{pound}{value:,.0f}"


def _svg(title: str, told: str, width: float, body: str, ident: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tp-chart" role="img" '
        f'viewBox="0 0 {width:.0f} {TALL + 28:.0f}" width="{width:.0f}" height="{TALL + 28:.0f}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}" '
        f'aria-labelledby="{ident}-title {ident}-desc"><title id="{ident}-title">{escape(title)}'
        f'</title><desc id="{ident}-desc">{escape(told)}</desc>{body}</svg>'
    )
