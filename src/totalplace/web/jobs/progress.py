"""The proof closing, as a picture: the value found below, the bound above, meeting.

Flow: a job's progress -> THIS -> jobs.views
"""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BELOW = 560, 220, 10, 26


def progress_svg(points: Sequence[Sequence[float]]) -> str:
    """An svg element: seconds across, value and bound upwards; "" with fewer than two points.

    Args:
        points: Seconds, value and bound of each moment, in order.
    """
    if len(points) < 2:
        return ""
    end = max(point[0] for point in points) or 1.0
    low = min(point[1] for point in points)
    high = max(point[2] for point in points)
    span = (high - low) or 1.0

    def line(which: int) -> str:
        return " ".join(
            f"{LEFT + (WIDTH - 2 * LEFT) * point[0] / end:.1f},"
            f"{10 + (HEIGHT - 10 - BELOW) * (high - point[which]) / span:.1f}"
            for point in points
        )

    last = points[-1]
    told = (
        f"After {last[0]:.0f} seconds the best plan is worth {_millions(last[1])} and nothing can "
        f"be worth more than {_millions(last[2])}."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{told}">'
        f'<line x1="{LEFT}" y1="{HEIGHT - BELOW}" x2="{WIDTH - LEFT}" y2="{HEIGHT - BELOW}" '
        'stroke="#505a5f"/>'
        f'<polyline fill="none" stroke="#d4351c" stroke-width="2" stroke-dasharray="6 3" '
        f'points="{line(2)}"/>'
        f'<polyline fill="none" stroke="#00594f" stroke-width="3" points="{line(1)}"/>'
        f'<text x="{LEFT}" y="{HEIGHT - 8}" font-size="14" fill="#0b0c0c">0 s</text>'
        f'<text x="{WIDTH - LEFT}" y="{HEIGHT - 8}" font-size="14" fill="#0b0c0c" '
        f'text-anchor="end">{end:.0f} s</text></svg>'
    )


def _millions(pounds: float) -> str:
    return f"£{pounds / 1e6:,.1f}m".replace("£-", "-£")
