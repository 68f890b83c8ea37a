"""Look behind a plan: why an authority landed where it did, and how sure the plan is.

Flow: scenarios.planning, footprints -> THIS -> reports, cli.risk
In: an open book and the same questions as `planning.plan`. Out: frozen results.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Required, TypedDict, Unpack

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.explain import Explanation
from totalplace.footprints.explain import explain as explain_area
from totalplace.footprints.results import Plan
from totalplace.footprints.search import Search
from totalplace.measures.today import todays_authorities
from totalplace.money.spend import MissingPolicy
from totalplace.scenarios import planning


class PlanOptions(TypedDict, total=False):
    """What `planning.plan` may be asked; see there. Only the service is required."""

    service: Required[str]
    arrangement: str | None
    arrangements: Sequence[str] | None
    objective: str
    floor: float | None
    draws: int
    seed: int
    as_of: date | None
    start: date | None
    together: planning.Groups
    apart: planning.Groups
    named: planning.Groups
    improvement: planning.Groups
    inside: str | None
    funding: str
    missing: MissingPolicy
    without: Sequence[str]
    max_members: int | None
    time_limit: float | None
    registry: Registry | None
    progress_fn: planning.ProgressFn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A plan together with the search it came from."""

    plan: Plan
    search: Search
    draws: Draws


def find(book: Book, **options: Unpack[PlanOptions]) -> Found:
    """The plan and everything found on the way to it.

    Args:
        book: A place book.
        options: As `planning.plan`. Guards are not priced and nothing is compared.
    """
    kept: list[tuple[Search, Draws]] = []
    plan = planning.plan(
        book,
        **options,
        price_guards=False,
        with_comparators=False,
        found_fn=lambda search, draws: kept.append((search, draws)),
    )
    search, draws = kept[0]
    return Found(plan=plan, search=search, draws=draws)


def explain(book: Book, area: str, **options: Unpack[PlanOptions]) -> Explanation:
    """Why one authority landed where it did.

    Args:
        book: A place book.
        area: Its name or code.
        options: As `planning.plan`: service, arrangements, limits, seed.

    Raises:
        InputError: The area is unknown, or has been abolished.
        NoPlanError: What was asked for cannot all be had.
    """
    authority = todays_authorities(book).register.resolve_all([area])[0]
    found = find(book, **options)
    codes = found.search.problem.area_codes
    if authority.area_code not in codes:
        raise InputError(
            f"{authority.name} ended on {authority.ends}. Name the authorities that took its place."
        )
    tell = options.get("progress_fn")
    if tell is not None:
        tell(f"looking at what {authority.name} could have had")
    return explain_area(
        found.search, found.draws, found.draws.registry, codes.index(authority.area_code)
    )
