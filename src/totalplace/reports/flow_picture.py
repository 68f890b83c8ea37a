"""A picture of money from who pays, through what for, to which outcome: SVG, no script.

Flow: money.flow -> THIS -> reports.money_page, reports.money_workbook
In: flows. Out: an <svg> element. Widths are in proportion to money; what is estimated is hatched,
what is unknown is a dashed box without a width. Colours differ in lightness too, and every end is
labelled, so nothing hangs on telling colours apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from totalplace.money.flow import Flow, in_order
from totalplace.reports.money_words import million

WIDTH, BAR = 1000, 14
LEFT, MIDDLE, RIGHT = 200, 475, 770  # left edges of the three columns' bars
TALL = 440  # height of all the money, px
SLOT, GAP = 36, 10  # least height of a label, and the space between two
TOP = 44
COLOURS = ("#0b5577", "#d98300", "#4a9f7d", "#7d6ba8", "#8c8c8c")
INK, QUIET = "#1d2a33", "#4b5860"
TITLE = "Who pays, what for, and for which outcome"
_COLUMNS = (("payer", LEFT), ("theme", MIDDLE), ("outcome", RIGHT))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    name: str
    x: float
    y: float
    height: float
    pence: int


def flow_svg(found: Sequence[Flow], *, ident: str) -> str:
    """The picture; "" where no flow is above nothing.

    Args:
        found: The flows. Those at or below nothing cannot be drawn: the table has them.
        ident: Prefix of the ids inside, unique on a page.
    """
    drawn = [flow for flow in found if flow.published > 0 or flow.estimated > 0]
    if not drawn:
        return ""
    scale = TALL / sum(_width(flow) for flow in drawn)
    columns = {what: _column(drawn, what, x, scale) for what, x in _COLUMNS}
    colour = dict(zip(in_order(drawn, "payer"), COLOURS * 3, strict=False))
    partly = in_order([flow for flow in found if flow.unknown], "payer")
    unknown = [name for name in partly if name not in columns["payer"]]
    bottom = max(_end(nodes.values()) for nodes in columns.values())
    boxes, after = _unknown(unknown, _end(columns["payer"].values()) + 2 * GAP)
    height = max(bottom, after) + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" role="img" '
        f'aria-labelledby="{ident}-title {ident}-words" '
        'font-family="Liberation Sans, Arial, sans-serif">',
        f'<title id="{ident}-title">{TITLE}</title>',
        f'<desc id="{ident}-words">{escape(flow_words(found))}</desc>',
        _patterns(colour, ident),
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
        *(_head(text, x) for text, (_, x) in zip(_HEADS, _COLUMNS, strict=True)),
        *_ribbons(drawn, columns, colour, scale, ident),
        *(_bar(node) for nodes in columns.values() for node in nodes.values()),
        *(_label(node, what, partly) for what, nodes in columns.items() for node in nodes.values()),
        *boxes,
        "</svg>",
    ]
    return "".join(parts)


_HEADS = ("Who pays", "What for", "For which outcome")


def flow_words(found: Sequence[Flow]) -> str:
    """The picture in words: its largest flows, and what is not in it."""
    shown = [flow for flow in found if flow.pence > 0][:5]
    largest = "; ".join(
        f"{flow.payer} to {flow.theme} for {flow.outcome} {million(flow.pence)}" for flow in shown
    )
    unknown = in_order([flow for flow in found if flow.unknown], "payer")
    absent = f" Some or all is unknown of: {', '.join(unknown)}." if unknown else ""
    return f"Largest flows: {largest}.{absent} The table has every flow."


def _width(flow: Flow) -> int:
    """Money of a flow that can be drawn, pence."""
    return max(0, flow.published) + max(0, flow.estimated)


def _column(drawn: Sequence[Flow], what: str, x: float, scale: float) -> dict[str, _Node]:
    nodes: dict[str, _Node] = {}
    y = float(TOP)
    for name in in_order(drawn, what):
        pence = sum(_width(flow) for flow in drawn if getattr(flow, what) == name)
        nodes[name] = _Node(name=name, x=x, y=y, height=max(pence * scale, 1.0), pence=pence)
        y += max(pence * scale, SLOT) + GAP
    return nodes


def _end(nodes: Iterable[_Node]) -> float:
    return max((node.y + max(node.height, SLOT) for node in nodes), default=float(TOP))


def _ribbons(
    drawn: Sequence[Flow],
    columns: dict[str, dict[str, _Node]],
    colour: dict[str, str],
    scale: float,
    ident: str,
) -> list[str]:
    """Each flow as two bands, payer to theme and theme to outcome, what is estimated hatched."""
    rank = {what: {name: i for i, name in enumerate(columns[what])} for what, _ in _COLUMNS}

    def starts(node: str, by: tuple[str, ...]) -> dict[Flow, float]:
        """Where each flow meets its node, top to bottom in the order of the other ends."""
        at: dict[Flow, float] = {}
        used: dict[str, float] = {}
        order = sorted(drawn, key=lambda flow: [rank[w][getattr(flow, w)] for w in by])
        for flow in order:
            name = getattr(flow, node)
            at[flow] = columns[node][name].y + used.get(name, 0.0)
            used[name] = used.get(name, 0.0) + _width(flow) * scale
        return at

    leave = starts("payer", ("theme", "outcome"))
    arrive = starts("theme", ("payer", "outcome"))
    go_on = starts("theme", ("outcome", "payer"))
    reach = starts("outcome", ("theme", "payer"))
    parts = []
    for flow in drawn:
        number = list(colour).index(flow.payer)
        fills = (
            (max(0, flow.published), colour[flow.payer]),
            (max(0, flow.estimated), f"url(#{ident}-{number})"),
        )
        where = f"{flow.payer}, {flow.theme}, {flow.outcome}"
        for x0, x1, y0, y1 in (
            (LEFT + BAR, MIDDLE, leave[flow], arrive[flow]),
            (MIDDLE + BAR, RIGHT, go_on[flow], reach[flow]),
        ):
            done = 0.0
            for (pence, fill), known in zip(fills, ("published", "estimated"), strict=True):
                if not pence:
                    continue
                thick = max(pence * scale, 0.7)
                parts.append(
                    f'<path d="{_band(x0, x1, y0 + done, y1 + done, thick)}" fill="{fill}" '
                    f'fill-opacity="0.62"><title>{escape(where)}, {known}: {million(pence)}'
                    "</title></path>"
                )
                done += pence * scale
    return parts


def _band(x0: float, x1: float, y0: float, y1: float, thick: float) -> str:
    middle = (x0 + x1) / 2
    return (
        f"M{x0:.1f},{y0:.2f} C{middle:.1f},{y0:.2f} {middle:.1f},{y1:.2f} {x1:.1f},{y1:.2f} "
        f"L{x1:.1f},{y1 + thick:.2f} "
        f"C{middle:.1f},{y1 + thick:.2f} {middle:.1f},{y0 + thick:.2f} {x0:.1f},{y0 + thick:.2f} Z"
    )


def _patterns(colour: dict[str, str], ident: str) -> str:
    hatches = "".join(
        f'<pattern id="{ident}-{number}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="#ffffff"/>'
        f'<rect width="3.2" height="7" fill="{paint}"/></pattern>'
        for number, paint in enumerate(colour.values())
    )
    return f"<defs>{hatches}</defs>"


def _head(text: str, x: float) -> str:
    left = x == LEFT
    at, anchor = (x + BAR, "end") if left else (x, "start")
    return (
        f'<text x="{at}" y="24" text-anchor="{anchor}" font-size="15" font-weight="700" '
        f'fill="{QUIET}">{text}</text>'
    )


def _bar(node: _Node) -> str:
    return (
        f'<rect x="{node.x}" y="{node.y:.2f}" width="{BAR}" height="{node.height:.2f}" '
        f'fill="{INK}"/>'
    )


def _label(node: _Node, what: str, partly: Sequence[str]) -> str:
    """Name and amount, beside the bar; a white edge keeps it legible over a band."""
    at, anchor = (node.x - 8, "end") if what == "payer" else (node.x + BAR + 8, "start")
    y = node.y + max(node.height, SLOT) / 2 - 3
    if node.height < SLOT:
        y = node.y + 13
    also = " and unknown" if what == "payer" and node.name in partly else ""
    return _text(at, y, anchor, node.name, million(node.pence) + also)


def _text(at: float, y: float, anchor: str, name: str, amount: str) -> str:
    return (
        f'<text x="{at}" y="{y:.1f}" text-anchor="{anchor}" font-size="14" fill="{INK}" '
        'stroke="#ffffff" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">'
        f'<tspan font-weight="700">{escape(name[:1].upper() + name[1:])}</tspan>'
        f'<tspan x="{at}" dy="17">{amount}</tspan></text>'
    )


def _unknown(payers: Sequence[str], y: float) -> tuple[list[str], float]:
    """A dashed box for each payer of whom no amount is known."""
    parts = []
    for name in payers:
        parts.append(
            f'<rect x="{LEFT}" y="{y:.1f}" width="{BAR}" height="{SLOT - 6}" fill="#ffffff" '
            f'stroke="{INK}" stroke-dasharray="3 2"/>'
        )
        parts.append(_text(LEFT - 8, y + 13, "end", name, "unknown"))
        y += SLOT + GAP
    return parts, y
