"""How often authorities share, as a map of pairs: a line from one to the other, thick where often.

Flow: footprints.stability, places.maps -> THIS -> web
In: a frozen Stability and the shapes of a map. Out: an <svg> element as text. Lines of the plan are
whole and the others broken, so that colour is never needed; a table with the same pairs stands on
the same page.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from totalplace.footprints.results import Plan
from totalplace.footprints.stability import Recurring, Stability
from totalplace.reports.map import LINE, MARGIN, MapShapes, shapes_of
from totalplace.reports.words import members, share

LEAST = 0.05  # of draws: pairs seldomer than this are left to the table
MOST = 150
PLANNED, OTHER = "#00594f", "#a35200"
FILLS = ("#ffffff", "#e3efec", "#c3ddd7", "#9cc7bf")  # never shares, then by thirds of the draws


def shown_pairs(found: Stability, *, most: int = MOST) -> tuple[Recurring, ...]:
    """The pairs drawn and listed: all of the plan, and the most frequent others."""
    often = [one for one in found.pairs if one.share >= LEAST and not one.in_plan]
    mine = [one for one in found.pairs if one.in_plan]
    return tuple(
        sorted([*mine, *often[: max(0, most - len(mine))]], key=lambda one: (-one.share, one.names))
    )


def pairs_map(plan: Plan, found: Stability, shapes: MapShapes, *, ident: str) -> str:
    """Every authority, shaded by how often it shares, and a line for each pair.

    Args:
        plan: The plan.
        found: How often each pair shares.
        shapes: How to draw each authority; one of the same size for each is best.
        ident: Prefix of every id in the drawing, unique on the page.
    """
    shapes = shapes_of(plan, shapes)
    width, height = shapes.size
    pairs = shown_pairs(found)
    title = "Map of pairs: how often two authorities share in the best plan of a draw"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="tp-map" role="img" '
            f'viewBox="{-MARGIN:g} {-MARGIN:g} {width + MARGIN:g} {height + MARGIN:g}" '
            f'width="{width:.0f}" height="{height:.0f}" '
            f'aria-labelledby="{ident}-title {ident}-desc">',
            f'<title id="{ident}-title">{escape(title)}</title>',
            f'<desc id="{ident}-desc">{escape(described(pairs))}</desc>',
            f'<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">',
            *(_area(plan, found, code, path) for code, path in sorted(shapes.paths.items())),
            "</g>",
            f'<g stroke-linecap="round" fill="none">{"".join(_lines(pairs, shapes))}</g>',
            "</svg>",
        ]
    )


def described(pairs: Sequence[Recurring]) -> str:
    """What the map shows, for someone who cannot see it."""
    if not pairs:
        return "No two authorities share often enough to draw a line."
    top = "; ".join(f"{members(one.names)} {share(one.share)}" for one in pairs[:6])
    return (
        f"{len(pairs):,} pairs are drawn, most frequent first: {top}. The table of pairs has them "
        "all."
    )


def _area(plan: Plan, found: Stability, code: str, path: str) -> str:
    name = plan.names.get(code, code)
    alone = found.alone.get(code)
    if alone is None:
        return (
            f'<g fill="#d5d9dc"><title>{escape(name)}: not priced</title>'
            f"<path d={quoteattr(path)}/></g>"
        )
    shares = 1 - alone
    fill = FILLS[0] if shares == 0 else FILLS[min(3, 1 + int(shares * 3))]
    said = f"{name}: shares in {share(shares)} of the draws"
    return f'<g fill="{fill}"><title>{escape(said)}</title><path d={quoteattr(path)}/></g>'


def _lines(pairs: Sequence[Recurring], shapes: MapShapes) -> list[str]:
    drawn = []
    for one in sorted(pairs, key=lambda pair: (pair.in_plan, pair.share)):
        ends = [shapes.labels.get(code) for code in one.members]
        if len(ends) != 2 or None in ends:
            continue
        (x1, y1), (x2, y2) = (end for end in ends if end is not None)
        wide = 1 + 5 * one.share
        colour = PLANNED if one.in_plan else OTHER
        broken = "" if one.in_plan else ' stroke-dasharray="5 4"'
        said = f"{members(one.names)}: {share(one.share)} of the draws"
        drawn.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{wide:.1f}"{broken}><title>{escape(said)}</title></line>'
        )
    return drawn


KEY = (
    ("a whole line", "they share in this plan"),
    ("a broken line", "they do not, but do in the best plan of some draws"),
    ("a thicker line", "more often"),
    ("a darker authority", "shares with somebody more often"),
    ("grey", "not priced"),
)
