"""Who pays, for what, for which outcome: a place's count as flows.

Flow: money.count -> THIS -> reports.flow_picture, reports.money_page
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from totalplace.money.count import Count
from totalplace.money.rows import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Money of one payer for one theme and outcome."""

    payer: str
    theme: str
    outcome: str
    published: int  # pence, each pound once; may be below nothing
    estimated: int
    unknown: tuple[str, ...]  # titles of what has no amount

    @property
    def pence(self) -> int:
        """Published and estimated money."""
        return self.published + self.estimated


def flows(one: Count) -> tuple[Flow, ...]:
    """The count by payer, theme and outcome together, largest first; the sum is the count."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    unknown: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in one.rows:
        key = (row.payer, row.theme, row.outcome)
        amounts = sums.setdefault(key, [0, 0])
        if row.standing is Standing.UNKNOWN:
            unknown.setdefault(key, {})[row.title] = None
        else:
            amounts[row.standing is Standing.ESTIMATED] += row.net
    found = [
        Flow(
            payer=payer,
            theme=theme,
            outcome=outcome,
            published=published,
            estimated=estimated,
            unknown=tuple(unknown.get((payer, theme, outcome), ())),
        )
        for (payer, theme, outcome), (published, estimated) in sums.items()
    ]
    return tuple(sorted(found, key=lambda flow: (-flow.pence, flow.payer, flow.theme)))


def in_order(found: Sequence[Flow], what: str) -> tuple[str, ...]:
    """The payers, themes or outcomes of some flows, largest first."""
    sums: dict[str, int] = {}
    for flow in found:
        name = str(getattr(flow, what))
        sums[name] = sums.get(name, 0) + flow.pence
    return tuple(sorted(sums, key=lambda name: (-sums[name], name)))
