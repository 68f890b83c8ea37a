"""How the planner's own sentences write a share, so that they match the reports'.

Flow: THIS -> guards, findings, plan, scenarios
"""

from __future__ import annotations


def percent(share: float, places: int = 0) -> str:
    """A share as a percentage, a space before the sign: "12 %".

    >>> percent(0.117)
    '12 %'
    >>> percent(0.005, 1)
    '0.5 %'
    """
    return f"{100 * share:.{places}f} %"
