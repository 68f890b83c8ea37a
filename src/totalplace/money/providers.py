"""Who provides homes for children: the council itself, private, voluntary and other public bodies.

Flow: homes.csv, providers_2013.csv, providers_england.csv -> THIS -> money.make_or_buy
Three published views, none of which is the whole answer: what each council spent by kind of
provider in 2013-14, when that was last returned; where England's looked-after children live, by
provider, each year; and the registered homes inside each area, whosever children live in them.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from totalplace.measures.today import Today

SPENT = ("own", "private", "other_public", "voluntary")
BOUGHT = ("private", "voluntary")
SPEND_SOURCE = (
    "Section 251 outturn 2013-14 by kind of provider (Department for Education, OGL v3), the last "
    "year that was returned"
)
HOMES_SOURCE = (
    "Children's social care in England 2025: providers and places at 31 March 2025 (Ofsted, OGL "
    "v3); children's homes and secure homes"
)
CHILDREN_SOURCE = (
    "Children looked after in England: placement provider by placement type at 31 March "
    "(Department for Education, OGL v3); rounded to ten"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How something divides among kinds of provider."""

    setting: str
    year: str
    parts: Mapping[str, float]  # provider -> pounds, children or places
    missing: Mapping[str, str]  # provider -> the symbol printed instead of a number
    whole: float  # as published; the parts need not add up to it
    unknown_areas: tuple[str, ...] = ()

    @property
    def bought(self) -> float | None:
        """Share from private and voluntary providers; None where it cannot be said."""
        if self.whole <= 0 or any(kind in self.missing for kind in BOUGHT):
            return None
        return sum(self.parts.get(kind, 0.0) for kind in BOUGHT) / self.whole


@cache
def _table(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of one of our tables. Constant, so read once."""
    text = (resources.files(__package__) / name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def spend_mix(today: Today, area_codes: Collection[str], setting: str) -> Mix | None:
    """Spend of some councils in 2013-14 by kind of provider, pounds; None where none is known.

    A council that was merged since has its predecessors'; one that was split has none.

    Args:
        today: The authorities of today.
        area_codes: Whose.
        setting: "residential", "fostering" or "leaving care".
    """
    parts = dict.fromkeys(SPENT, 0.0)
    found: set[str] = set()
    whole = 0.0
    for row in _table("providers_2013.csv"):
        followers = {code for code, _ in today.register.current_of(row["la_number"])}
        if row["setting"] != setting or len(followers) != 1 or not followers <= set(area_codes):
            continue
        amounts = {kind: row[kind] for kind in SPENT}
        if not row["total"] or not all(amounts.values()):
            continue
        found |= followers
        whole += float(row["total"])
        for kind, amount in amounts.items():
            parts[kind] += float(amount)
    if not found:
        return None
    return Mix(
        setting=setting, year="2013-14", parts=parts, missing={}, whole=whole,
        unknown_areas=tuple(sorted(set(area_codes) - found)),
    )  # fmt: skip


def homes_mix(area_codes: Collection[str], *, places: bool = True) -> Mix:
    """Registered places (or homes) inside some areas on 31 March 2025, by sector of the owner."""
    parts: dict[str, float] = {}
    for row in _table("homes.csv"):
        if row["area_code"] in area_codes:
            amount = float(row["places" if places else "homes"])
            parts[row["sector"]] = parts.get(row["sector"], 0.0) + amount
    return Mix(
        setting="residential", year="31 March 2025", parts=dict(sorted(parts.items())),
        missing={}, whole=sum(parts.values()),
    )  # fmt: skip


def children_mix(setting: str) -> tuple[Mix, ...]:
    """England's looked-after children in a setting by provider, one for each year, oldest first."""
    mixes = []
    rows = [row for row in _table("providers_england.csv") if row["setting"] == setting]
    for year in sorted({row["year"] for row in rows}):
        these = [row for row in rows if row["year"] == year]
        whole = next(float(row["children"]) for row in these if row["provider"] == "all")
        others = [row for row in these if row["provider"] != "all"]
        mixes.append(
            Mix(
                setting=setting,
                year=f"31 March {year}",
                parts={
                    row["provider"]: float(row["children"]) for row in others if row["children"]
                },
                missing={row["provider"]: row["printed"] for row in others if not row["children"]},
                whole=whole,
            )
        )
    return tuple(mixes)
