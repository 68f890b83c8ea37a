"""Add the authorities up and see whether England and the regions come out as published.

Flow: measures.cells, measures.rebase -> THIS -> tests, docs
A value can be tested when every authority of the day has its counts and the publisher prints the
figure. It agrees when it is the published one to the published rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from totalplace.measures.cells import ENGLAND, Cells
from totalplace.measures.headlines import Headline
from totalplace.measures.rebase import rebased
from totalplace.measures.territory import Territory


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One figure of England or a region, added up from its authorities."""

    measure: str
    area: str
    end: date
    ours: float
    published: float
    agrees: bool


def reconcile(cells: Cells, headlines: tuple[Headline, ...]) -> tuple[Tested, ...]:
    """Every value that can be tested, by measure, area and period."""
    register = cells.register
    regions = sorted({one.region_code for one in register.on()})
    tested: list[Tested] = []
    for headline in headlines:
        if not (headline.numerator and headline.item and headline.step):
            continue
        for end in cells.ends(headline.item):
            for area in (ENGLAND, *regions):
                published = cells.at(headline.item, area, end)
                if published is None or published.value is None:
                    continue
                parts = tuple(one for one in register.on(end) if area in (ENGLAND, one.region_code))
                place = Territory(name=area, kind="footprint", parts=parts, own_code="")
                found = rebased(cells, headline, place, end)
                if not found.known:
                    continue
                tested.append(
                    Tested(
                        measure=headline.id,
                        area=area,
                        end=end,
                        ours=found.value,
                        published=published.value,
                        agrees=abs(found.value - published.value) <= headline.step / 2 + 1e-9,
                    )
                )
    return tuple(tested)
