"""What money buys in a place, and whether it goes where need is.

Flow: book, evidence, scenarios.counting, money -> THIS -> cli.costs
A single council is held against the councils of its region; a group against its own members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.registry import Registry
from totalplace.measures.today import todays_authorities
from totalplace.money.figures import source_lines
from totalplace.money.ledger import Ledger
from totalplace.money.need_share import NEED_ITEMS, Cohorts, Share, cohorts, need_shares
from totalplace.money.themes import Role, lines
from totalplace.money.unit_costs import UnitCost, costs_of, units
from totalplace.scenarios.counting import count_place, find_place, read_ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Unit costs of a place, England beside them."""

    place: str
    area_codes: tuple[str, ...]
    here: tuple[UnitCost, ...]
    england: tuple[UnitCost, ...]
    names: tuple[tuple[str, str], ...]  # area code, name
    sources: tuple[str, ...]
    book_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendAgainstNeed:
    """Shares of money against shares of need, by council and by cohort."""

    place: str
    among: str  # the group the shares are of
    theme: str
    shares: tuple[Share, ...]
    of_interest: tuple[str, ...]  # area codes the question was about
    cohorts: Cohorts  # of the place
    names: tuple[tuple[str, str], ...]  # area code, name
    sources: tuple[str, ...]
    book_hash: str


def own_themes() -> tuple[str, ...]:
    """Themes that councils' own return tells apart."""
    found = [
        one.theme
        for name, one in lines().items()
        if name.startswith("ro3.") and one.role is Role.COUNT
    ]
    return tuple(dict.fromkeys(found))


def unit_costs(book: Book, area: str) -> Costs:
    """Unit costs of a place named in words.

    Raises:
        InputError: An unknown place.
    """
    today = todays_authorities(book)
    place = find_place(today, area)
    return Costs(
        place=place.name,
        area_codes=place.area_codes,
        here=costs_of(book, today, place.area_codes),
        england=costs_of(book, today, today.area_codes),
        names=tuple((one.area_code, one.name) for one in today.authorities),
        sources=_sources(book, [name for one in units() for name in one.items]),
        book_hash=book.hash,
    )


def spend_against_need(
    book: Book,
    area: str,
    *,
    theme: str = "",
    registry: Registry | None = None,
    ledger: Ledger | None = None,
) -> SpendAgainstNeed:
    """Shares of councils' own money against shares of need.

    Args:
        book: A place book.
        area: The place; a single council is held against its region.
        theme: One theme of the councils' own return; all of it when empty.
        registry: Where the shares of layers stand; the project's own when None.
        ledger: Rows read before.

    Raises:
        InputError: An unknown place, or a theme that is not in the councils' own return.
    """
    if theme and theme not in own_themes():
        raise InputError(
            Problem(
                what=f"councils' own return has no theme {theme!r}",
                fix=f"Its themes are {', '.join(own_themes())}.",
            )
        )
    registry = registry or Registry.load()
    ledger = ledger or read_ledger(book, registry)
    today = ledger.today
    place = find_place(today, area)
    among = place.name
    if len(place.area_codes) == 1:
        among = next(
            one.region_name for one in today.authorities if one.area_code in place.area_codes
        )
    group = count_place(book, among, registry, theme=theme, ledger=ledger, doubts=())
    here = count_place(book, area, registry, ledger=ledger, doubts=())
    return SpendAgainstNeed(
        place=place.name,
        among=among,
        theme=theme,
        shares=need_shares(group, book, today, theme=theme),
        of_interest=place.area_codes,
        cohorts=cohorts(here, book, today),
        names=tuple((one.area_code, one.name) for one in today.authorities),
        sources=(*group.sources, *_sources(book, NEED_ITEMS)),
        book_hash=book.hash,
    )


def _sources(book: Book, items: Sequence[str]) -> tuple[str, ...]:
    """One line for each file that has any of the items in its newest release."""
    frame = book.query(
        "SELECT DISTINCT source_id FROM observation WHERE latest AND item IN (SELECT unnest(?))",
        [list(items)],
    )
    return source_lines(book, frame["source_id"].drop_nulls())
