"""A map to pick authorities from: each is a link that takes it in or leaves it out.

Flow: scenarios.proposing, places.maps -> THIS -> web
In: who is picked, who could be added, an address for each. Out: an <svg> element as text. Picked
ones carry a tick, those that border them a plus: never colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from xml.sax.saxutils import escape, quoteattr

from totalplace.reports.map import INK, LINE, MARGIN, MapShapes

PICKED, BESIDE, REST = "#00594f", "#b5d8d2", "#ffffff"


def proposal_map(
    shapes: MapShapes,
    names: Mapping[str, str],
    *,
    picked: Collection[str],
    beside: Collection[str],
    address_fn: Callable[[str], str],
) -> str:
    """Every authority as a link.

    Args:
        shapes: How to draw each authority.
        names: Name by area code; who has none is not drawn.
        picked: Codes that are in the proposal.
        beside: Codes that border it and could be added.
        address_fn: The address with an authority taken in, or left out when it is in.
    """
    width, height = shapes.size
    drawn = [
        _area(code, path, names[code], shapes, code in picked, code in beside, address_fn(code))
        for code, path in sorted(shapes.paths.items())
        if code in names
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="tp-map" role="group" '
        f'viewBox="{-MARGIN:g} {-MARGIN:g} {width + MARGIN:g} {height + MARGIN:g}" '
        f'width="{width:.0f}" height="{height:.0f}" aria-label="Map to pick authorities from">'
        f'<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">{"".join(drawn)}</g></svg>'
    )


def _area(
    code: str, path: str, name: str, shapes: MapShapes, chosen: bool, near: bool, address: str
) -> str:
    told = f"Leave out {name}" if chosen else f"Add {name}"
    fill = PICKED if chosen else BESIDE if near else REST
    sign, ink = ("✓", "#ffffff") if chosen else ("+", INK) if near else ("", INK)
    text = ""
    if sign and code in shapes.labels:
        x, y = shapes.labels[code]
        text = (
            f'<text x="{x:.1f}" y="{y + 4:.1f}" font-family="sans-serif" font-size="12" '
            f'stroke="none" text-anchor="middle" fill="{ink}" aria-hidden="true">{sign}</text>'
        )
    return (
        f'<a href={quoteattr(address)} tabindex="-1" aria-label={quoteattr(told)}>'
        f"<title>{escape(told)}</title>"
        f'<path d={quoteattr(path)} fill="{fill}"/>{text}</a>'
    )
