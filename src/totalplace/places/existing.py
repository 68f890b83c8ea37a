"""Partnerships that run a whole department's children's services together already, with dates.

Flow: reference/existing_partnership.csv -> THIS -> scenarios.asked
In: a day. Out: names and members as known. Not a full list: only those a public source confirms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from totalplace.reference import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """One partnership in being."""

    name: str
    area_codes: tuple[str, ...]  # ascending
    source: str  # publisher and title


def existing_partnerships(as_of: date) -> tuple[Existing, ...]:
    """Partnerships in being on a day, in order of names.

    Args:
        as_of: The day.
    """
    members: dict[str, list[str]] = {}
    sources: dict[str, str] = {}
    for row in table("existing_partnership").iter_rows(named=True):
        ended = row["ends"] is not None and date.fromisoformat(row["ends"]) < as_of
        if date.fromisoformat(row["starts"]) <= as_of and not ended:
            members.setdefault(row["name"], []).append(row["area_code"])
            sources.setdefault(row["name"], row["source"])
    return tuple(
        Existing(name=name, area_codes=tuple(sorted(codes)), source=sources[name])
        for name, codes in sorted(members.items())
        if len(codes) > 1
    )
