"""Divide a county into new authorities along district lines: money, need, and what is lost.

Flow: book, money, footprints -> THIS -> reports.split_*, cli.split, the public face
In: a county, and which district goes where. Out: a frozen CountySplit. The money of the whole is
shared out by named keys to the penny; the loss of scale is priced with the planner's own rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from totalplace import __version__
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.draws import Draws, draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import money_range
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.divide import PartRow, divide
from totalplace.money.keys import Key
from totalplace.scenarios.counting import count_place
from totalplace.scenarios.districts import District, all_districts, district_keys
from totalplace.scenarios.into import Into, into_of, read_into
from totalplace.scenarios.lost_scale import Lost, lost_scale
from totalplace.scenarios.split_result import (
    CountySplit,
    KeyShares,
    Part,
    RingFence,
    Subsidy,
)
from totalplace.types import FloatArray

DRAWS = 512
AUTHORITY = "authority"  # payer whose budget a split divides


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A two-tier county and its districts."""

    code: str
    name: str
    districts: tuple[District, ...]  # by code
    today: Today


def county_of(book: Book, text: str) -> County:
    """The county a person means, with its districts.

    Raises:
        UnknownAreaError: Nobody knows it.
        InputError: It is not one county of today with districts.
    """
    today = todays_authorities(book)
    one = today.register.resolve_all([text])[0]
    mine = tuple(each for each in all_districts() if each.area_code == one.area_code)
    if one.ends is not None:
        raise InputError(
            Problem(what=f"{one.name} no longer exists", fix="Name a county of today.")
        )
    if len(mine) < 2:
        raise InputError(
            Problem(
                what=f"{one.name} has no districts, so there are no lines to divide it along",
                fix="Name one of the two-tier counties, such as Kent.",
            )
        )
    return County(code=one.area_code, name=one.name, districts=mine, today=today)


def split(
    book: Book,
    area: str,
    into: Path | str | Mapping[str, Sequence[str]],
    *,
    registry: Registry | None = None,
    seed: int = 1,
    draws: int = DRAWS,
) -> CountySplit:
    """Divide a county into new authorities along district lines.

    Args:
        book: A place book that holds children and poverty by district, as the England pack does.
        area: One of the two-tier counties, by name or code.
        into: A file (see `scenarios.into.read_into`), or new authority -> its districts.
        registry: The assumptions; the project's own when None.
        seed: Of the draws.
        draws: How many, rounded up to a power of two.

    Raises:
        InputError: The county has no districts, the file has mistakes (all are listed), or the
            book lacks what is needed.
    """
    registry = registry or Registry.load()
    county = county_of(book, area)
    code = county.code
    given = (
        into_of(into, all_districts(), county=code)
        if isinstance(into, Mapping)
        else read_into(Path(into), all_districts(), county=code)
    )
    found = district_keys(book, county.today, {one.code: one for one in county.districts})
    keys = {**found.keys, **given.stated}
    count = count_place(book, code, registry)
    rows = divide(count.rows, keys, given.parts)
    drawn = draw(registry, n=draws, seed=seed)
    lost = lost_scale(book, code, given.parts, keys, registry, drawn)
    parts = _parts(county, given, keys, rows, lost)
    unknown = tuple(dict.fromkeys(row.title for row in count.rows if row.pence is None))
    return CountySplit(
        place=county.name,
        area_code=code,
        parts=parts,
        rows=rows,
        keys=tuple(_key_shares(key, given.parts) for key in keys.values()),
        added=lost.added,
        added_a_year=money_range(lost.yearly.sum(axis=0)),
        set_up=money_range(lost.once.sum(axis=0)),
        ways=lost.ways,
        years=round(float(drawn["horizon.years"][0])),
        over_years=money_range(_over_years(lost, drawn)),
        whole_pence=count.pence,
        unknown=unknown,
        ring_fences=_ring_fences(rows),
        subsidies=_subsidies(rows, keys, given.parts),
        doubts=tuple(one.words for one in count.doubts),
        unpriced=lost.unpriced,
        count_years=count.years,
        sources=tuple(sorted({*count.sources, *found.sources})),
        seed=seed,
        draws=drawn.n,
        assumptions_sha256=registry.sha256,
        book_hash=book.hash,
        version=__version__,
    )


def _over_years(lost: Lost, drawn: Draws) -> FloatArray:
    """Present value of what parting costs over the horizon, shape (D,), pounds."""
    years = np.arange(round(float(drawn["horizon.years"][0])))[:, None]
    worth = ((1 + drawn["discount"])[None, :] ** -years).sum(axis=0)
    total: FloatArray = lost.yearly.sum(axis=0) * worth + lost.once.sum(axis=0)
    return total


def _parts(
    county: County,
    given: Into,
    keys: Mapping[str, Key],
    rows: Sequence[PartRow],
    lost: Lost,
) -> tuple[Part, ...]:
    called = {one.code: one.name for one in county.districts}
    newest = lost.england_children  # of a later year than the districts': only ranks are made of it
    here = newest[county.today.area_codes.index(county.code)]
    children = keys["children"].of_parts(given.parts)
    poor = keys["poor_children"].of_parts(given.parts)
    parts = []
    for at, name in enumerate(dict.fromkeys(given.parts.values())):
        own = [row for row in rows if row.part == name and row.pence is not None]
        social = [row for row in own if row.payer == AUTHORITY]
        members = [code for code, part in given.parts.items() if part == name]
        parts.append(
            Part(
                name=name,
                districts=tuple(called[code] for code in members),
                children=children[name],
                poor_children=poor[name],
                smaller=int((newest < here * children[name] / sum(children.values())).sum()),
                need={
                    key.name: key.of_parts(given.parts)[name]
                    / sum(key.of_parts(given.parts).values())
                    for key in keys.values()
                },
                pence=sum(row.pence or 0 for row in own),
                low=sum(row.low or 0 for row in own),
                high=sum(row.high or 0 for row in own),
                own_pence=sum(row.pence or 0 for row in social),
                unknown=sum(row.pence is None for row in rows if row.part == name),
                added_a_year=money_range(lost.yearly[at]),
                added_pence=sum(one.pence[at] for one in lost.added),
                set_up=money_range(lost.once[at]),
            )
        )
    return tuple(parts)


def _key_shares(key: Key, parts: Mapping[str, str]) -> KeyShares:
    weights = key.of_parts(parts)
    whole = sum(weights.values())
    return KeyShares(
        name=key.name,
        title=key.title,
        basis=key.basis,
        stated=key.stated,
        estimated=key.estimated,
        shares={part: weight / whole for part, weight in weights.items()},
    )


def _ring_fences(rows: Sequence[PartRow]) -> tuple[RingFence, ...]:
    """Money that may not be moved, by what holds it, largest first."""
    rules = dict.fromkeys(row.ring_fence for row in rows if row.ring_fence)
    found = []
    for rule in rules:
        held = [row for row in rows if row.ring_fence == rule]
        known = [row for row in held if row.pence is not None]
        found.append(
            RingFence(
                rule=rule,
                lines=tuple(dict.fromkeys(row.title for row in held)),
                pence={
                    part: sum(row.pence or 0 for row in known if row.part == part)
                    for part in dict.fromkeys(row.part for row in rows)
                },
                unknown=tuple(dict.fromkeys(row.title for row in held if row.pence is None)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-sum(one.pence.values()), one.rule)))


def _subsidies(
    rows: Sequence[PartRow], keys: Mapping[str, Key], parts: Mapping[str, str]
) -> tuple[Subsidy, ...]:
    """By theme: what each part takes of the council's own money beyond its head count's share.

    Inside one council nobody sees it; between two it must be paid for.
    """
    heads = keys["children"].of_parts(parts)
    everybody = sum(heads.values())
    own = [row for row in rows if row.payer == AUTHORITY and not row.ring_fence]
    found = []
    for theme in dict.fromkeys(row.theme for row in own):
        taken = dict.fromkeys(heads, 0)
        low, high = dict(taken), dict(taken)
        for row in own:
            if row.theme == theme and row.pence is not None:
                taken[row.part] += row.pence
                low[row.part] += row.low or 0
                high[row.part] += row.high or 0
        whole = sum(taken.values())
        if not whole:
            continue
        fair = {part: whole * weight / everybody for part, weight in heads.items()}
        found.append(
            Subsidy(
                theme=theme,
                whole=whole / 100,
                beyond={part: (taken[part] - fair[part]) / 100 for part in heads},
                low={part: (low[part] - fair[part]) / 100 for part in heads},
                high={part: (high[part] - fair[part]) / 100 for part in heads},
            )
        )
    return tuple(found)
