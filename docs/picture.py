"""Draw the picture of a plan that the README shows: `python docs/picture.py`.

Flow: the England pack -> totalplace.plan -> reports -> THIS -> docs/images/plan.svg
On request only: it shows what a plan looks like; `totalplace plan` gives today's figures.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

import totalplace as tp
from totalplace.footprints.results import Plan, Range
from totalplace.places.maps import hexagon_paths
from totalplace.reports import story
from totalplace.reports.map import INK, MapShapes, plan_map

PICTURE = Path(__file__).resolve().parent / "images" / "plan.svg"
FUNDING = "a transformation grant"
SHOWN = 7
WIDTH, HEIGHT, MAP_WIDTH = 1000, 560, 440
LINE = 23


def lines(plan: Plan) -> list[tuple[str, str]]:
    """What stands beside the map: a style and a line each."""
    told = [("big", line) for line in wrapped(" ".join(story.plan_verdict(plan)), 46)]
    told += [
        ("", ""),
        *(("", line) for line in wrapped(story.plan_certainty(plan)[0], 62)),
        ("", ""),
    ]
    told += [
        ("small", f"{number}  {' + '.join(p.names)}: {short(p.saving_a_year)} a year")
        for number, p in enumerate(plan.partnerships[:SHOWN], start=1)
    ]
    if len(plan.partnerships) > SHOWN:
        told.append(("small", f"+ {len(plan.partnerships) - SHOWN} more"))
    refused = f"{plan.certificate.refused:,} partnerships were refused to protect children."
    key = "White keeps its own. Grey could not be priced. One hexagon for each authority."
    stamp = "Social work, sharing a management team or the service; "
    stamp += f"as known on {plan.as_of:%-d %B %Y}; change paid for by {FUNDING} (supposed); "
    stamp += f"assumptions {plan.assumptions_sha256[:6]}, seed 1."
    return [
        *told,
        ("", ""),
        ("", refused),
        ("small", key),
        *(("small", line) for line in wrapped(stamp, 78)),
    ]


def short(amount: Range) -> str:
    """A saving and its interval in few characters."""
    mean, low, high = (f"£{part / 1e6:.1f}m" for part in (amount.mean, amount.low, amount.high))
    return f"{mean} ({low} to {high})"


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most so many characters."""
    return textwrap.wrap(text, width)


def main() -> None:
    """Plan social work with the change paid for, and draw it."""
    with tp.england() as book:
        plan = tp.plan(
            book,
            service="social-work",
            arrangements=["shared-management", "shared-service"],
            funding=FUNDING,
        )
        drawn = hexagon_paths(book, MAP_WIDTH)
    shapes = MapShapes(
        paths=drawn, caption="One hexagon for each authority", number_every_area=True
    )
    sizes = {"big": 20, "": 15, "small": 13}
    y, words = 40, []
    for style, line in lines(plan):
        weight = ' font-weight="bold"' if style == "big" else ""
        words.append(
            f'<text x="24" y="{y}" font-size="{sizes[style]}"{weight}>{escape(line)}</text>'
        )
        y += LINE + (4 if style == "big" else -3 if style == "small" else 0)
    width, height = shapes.size
    scale = min(MAP_WIDTH / width, (HEIGHT - 30) / height)
    inner = plan_map(plan, shapes, ident="readme").replace(
        "<svg ",
        f'<svg x="{WIDTH - width * scale - 24:.0f}" y="15" width="{width * scale:.0f}" '
        f'height="{height * scale:.0f}" ',
        1,
    )
    PICTURE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" fill="{INK}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        + "\n".join(words)
        + f"\n{inner}\n</svg>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
