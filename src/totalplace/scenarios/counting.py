"""Count the money of a place named in words: an authority, a region, England, or "A + B".

Flow: book, evidence, money, places -> THIS -> cli.money, the public face
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem, UnknownAreaError
from totalplace.evidence.registry import Registry
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.all_ages import all_ages
from totalplace.money.count import Count, count, england_rows, in_england
from totalplace.money.doubts import Doubt, find_doubts
from totalplace.money.figures import source_lines
from totalplace.money.layers import LayerShares
from totalplace.money.ledger import Ledger, build_ledger
from totalplace.money.reconciled import ENGLAND, reconcile, reconcile_england
from totalplace.money.spend import LATEST_YEAR

WHOLE = ("england", ENGLAND.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a person named: authorities, and what to call them."""

    name: str
    area_codes: tuple[str, ...]  # ascending
    whole: bool = False  # all of England


def find_place(today: Today, text: str) -> Place:
    """The place meant by a name, a code, a region, "England", or several joined by "+".

    Raises:
        UnknownAreaError: A part is unknown or no longer exists; every such part is listed.
        InputError: A part is named twice.
    """
    if text.strip().casefold() in WHOLE:
        return Place(name="England", area_codes=today.area_codes, whole=True)
    names: list[str] = []
    codes: list[str] = []
    missing: list[str] = []
    for part in (piece.strip() for piece in text.split("+")):
        region = [
            one
            for one in today.authorities
            if part.casefold() in (one.region_name.casefold(), one.region_code.casefold())
        ]
        one = today.register.find(part)
        if region:
            names.append(region[0].region_name)
            codes += [member.area_code for member in region]
        elif one is not None and one in today.authorities:
            names.append(one.name)
            codes.append(one.area_code)
        else:
            missing.append(part)
    if missing:
        _refuse(today, missing)
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        called = {one.area_code: one.name for one in today.authorities}
        raise InputError(
            Problem(
                what=f"{called[repeated[0]]} is named more than once, which would count it twice",
                where=text,
                count=len(repeated),
            )
        )
    return Place(name=" + ".join(names), area_codes=tuple(sorted(codes)))


def _refuse(today: Today, missing: list[str]) -> None:
    """Say of each part why it is no place of today's."""
    problems: list[Problem] = []
    for part in missing:
        found = today.register.find(part)
        if found is None:
            try:
                today.register.resolve(part)
            except UnknownAreaError as error:
                problems += error.problems
            continue
        followers = [
            today.register.authorities[code].name for code, _ in today.register.current_of(part)
        ]
        problems.append(
            Problem(
                what=f"{found.name} no longer exists",
                fix=f"Name what followed it: {' or '.join(followers)}.",
            )
        )
    raise UnknownAreaError(problems)


def read_ledger(book: Book, registry: Registry, *, year_start: date = LATEST_YEAR) -> Ledger:
    """Every authority's rows, layers split by the registry's shares."""
    return build_ledger(book, layer_shares(registry), year_start=year_start)


def layer_shares(registry: Registry) -> LayerShares:
    """The registry's central shares of layers."""
    return LayerShares(
        management=registry["share.management"].value,
        commissioning=registry["share.commissioning"].value,
        support=registry["share.support"].value,
    )


def count_place(
    book: Book,
    text: str,
    registry: Registry,
    *,
    theme: str = "",
    year_start: date = LATEST_YEAR,
    ledger: Ledger | None = None,
    doubts: Sequence[Doubt] | None = None,
) -> Count:
    """All public money on children in a place.

    Args:
        book: A place book.
        text: The place, in words.
        registry: Where the shares of layers stand.
        theme: Only this theme.
        year_start: First day of the financial year of councils' spend.
        ledger: Rows read before, to count many places from one reading.
        doubts: Doubts found before, likewise.

    Raises:
        InputError: An unknown place, theme or year.
    """
    today = ledger.today if ledger else todays_authorities(book)
    place = find_place(today, text)
    ledger = ledger or read_ledger(book, registry, year_start=year_start)
    one = count(
        ledger if not place.whole else replace(ledger, rows=tuple(filter(in_england, ledger.rows))),
        place.area_codes,
        place=place.name,
        extra=england_rows(book, ledger, year_start=year_start) if place.whole else (),
        theme=theme,
        doubts=find_doubts(book, year_start=year_start) if doubts is None else doubts,
        sources=source_lines(book, ledger.source_ids),
    )
    lines = sorted({row.line for row in one.rows if row.line.startswith("ro3.")})
    joint = ledger.paid_in.joint(place.area_codes, lines)
    own = tuple(
        figure
        for figure in book.own_among(ledger.source_ids)
        if figure.area_code in place.area_codes
    )
    one = replace(one, book_hash=book.hash, joint=joint, own=own)
    if theme:
        return one
    if place.whole:
        checks = reconcile_england(book, ledger, one.rows, year_start=year_start)
    else:
        checks = reconcile(book, ledger, one.rows, place.area_codes, year_start=year_start)
    around = all_ages(ledger.services, place.area_codes)
    return replace(one, reconciled=checks, around=around)
