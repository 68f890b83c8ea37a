"""A place on one page: need, the five outcomes, money, neighbours, trend, inspections, partners.

Flow: book, measures, money, places -> THIS -> reports.profile_text and its kin
In: an open book and a place as typed, real or proposed. Out: a frozen Profile: every figure with
an interval or the stated reason it has none, every gap with its reason. No sentences for people
beyond single findings; reports put them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import polars as pl

from totalplace import __version__
from totalplace.book.own import OwnFigure
from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.cells import CHILDREN, ENGLAND, Cells, read_cells, year_noise
from totalplace.measures.headlines import YEAR_NOISE, Headline, headlines
from totalplace.measures.judgements import AREAS, merge_records
from totalplace.measures.neighbours import (
    NEWEST_LIST,
    compare,
    neighbours,
)
from totalplace.measures.rates import Rate, Z
from totalplace.measures.rebase import DENOMINATOR_AGE, count_of, rebased, value_of
from totalplace.measures.territory import Territory, find_territory
from totalplace.measures.today import todays_authorities
from totalplace.money.doubts import Doubt, find_doubts
from totalplace.money.figures import source_lines
from totalplace.money.unit_costs import UnitFigures, read_unit_figures, unit_costs
from totalplace.scenarios.account import (
    BODY_KINDS,
    CostPair,
    Inspected,
    Line,
    Partner,
    Point,
    Profile,
)
from totalplace.scenarios.given_need import Given, expectation, need_rank, read_given

TREND_YEARS = 5
"""How far back the change in words looks."""

SERIES_LENGTH = 10
"""Most periods a series holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What every profile of a book reads, read once."""

    book: Book
    headlines: tuple[Headline, ...]
    cells: Cells
    doubts: tuple[Doubt, ...]
    given: Given
    costs: tuple[UnitFigures, ...]


def read(book: Book) -> Reader:
    """Read once what many profiles need."""
    rows = headlines()
    today = todays_authorities(book)
    cells = read_cells(book, [item for one in rows for item in one.items], register=today.register)
    return Reader(
        book=book,
        headlines=rows,
        cells=cells,
        doubts=find_doubts(book, today=today),
        given=read_given(book, today, rows, cells),
        costs=read_unit_figures(book, today),
    )


def profile(
    book: Book | Reader,
    area: str | Sequence[str],
    *,
    neighbour_list: str = NEWEST_LIST,
    compare_with: Sequence[str] = (),
    as_of: date | None = None,
) -> Profile:
    """The account of one place.

    Args:
        book: A place book, or what :func:`read` took from one when many places are asked for.
        area: An authority of today or the past, a postcode, several joined by ``+`` (or a list),
            a region, or England.
        neighbour_list: ``2025``, ``2021`` or ``region``.
        compare_with: Authorities of the user's own choice, in place of a list.
        as_of: Use only periods that ended, and inspections published, on or before this day.

    Raises:
        UnknownAreaError: A name is no place we know.
        InputError: The parts overlap, the list is unknown, or nothing is that old.
    """
    reader = book if isinstance(book, Reader) else read(book)
    cells, register = reader.cells, reader.cells.register
    place = find_territory(register, area)
    others = neighbours(reader.book, register, place, basis=neighbour_list, choice=compare_with)
    beside = [find_territory(register, [one.area_code]) for one in others.members]
    england = find_territory(register, "England")
    every = [
        _line(reader, headline, place, england, beside, as_of) for headline in reader.headlines
    ]
    lines = tuple(line for line in every if line is not None)
    if not lines:
        raise InputError(
            "The book holds none of the headline measures"
            + (f" for periods that ended by {as_of}." if as_of else ".")
        )
    counted = cells.ends(CHILDREN, until=as_of)
    standing = _standing(reader, place, as_of)
    inspections, uninspected = _inspections(reader, place, standing, as_of)
    one = place.parts[0] if len(place.parts) == 1 else None
    return Profile(
        name=place.name,
        kind=place.kind,
        area_code=place.own_code,
        la_number=one.la_number if one else "",
        regions=tuple(dict.fromkeys(part.region_name for part in place.parts)),
        parts=tuple((part.area_code, part.name) for part in place.parts),
        became=tuple(
            register.authorities[code].name
            for code, _ in (register.current_of(one.area_code) if one and one.ends else ())
        ),
        ended=one.ends if one else None,
        ending=register.endings.get(one.area_code) if one else None,
        children=count_of(cells, CHILDREN, place, counted[-1]) if counted else float("nan"),
        children_end=counted[-1] if counted else None,
        as_of=as_of,
        lines=lines,
        not_held=tuple(
            headline.short
            for headline, line in zip(reader.headlines, every, strict=True)
            if line is None
        ),
        compared_with=others,
        costs=_costs(reader, standing) if as_of is None else (),
        doubts=tuple(
            doubt
            for doubt in reader.doubts
            if doubt.area_code in standing and place.kind not in ("region", "england")
        ),
        inspections=inspections,
        uninspected=uninspected,
        partners=_partners(reader, place, standing),
        sources=source_lines(
            reader.book, _source_ids(cells, place, lines, reader.costs if as_of is None else ())
        ),
        book_hash=reader.book.hash,
        version=__version__,
        own=_own(reader, lines, place, beside, standing, as_of),
    )


def profiles(book: Book, areas: Iterable[str] | None = None) -> Iterator[Profile]:
    """Profiles of many places, reading the book once; of every authority of today if none named."""
    reader = read(book)
    names = areas if areas is not None else [one.area_code for one in reader.cells.register.on()]
    for name in names:
        yield profile(reader, name)


def _line(
    reader: Reader,
    headline: Headline,
    place: Territory,
    england: Territory,
    beside: Sequence[Territory],
    as_of: date | None,
) -> Line | None:
    cells = reader.cells
    ends = _ends(cells, headline, as_of)
    if not ends:
        return None
    end = ends[-1]
    noise = _noise(cells, headline, place)
    rate = rebased(cells, headline, place, end, noise=noise)
    national = value_of(cells, headline, england, end)
    compared = compare(rate.value, [value_of(cells, headline, one, end) for one in beside])
    series = tuple(
        Point(end=day, rate=found)
        for day in ends[-SERIES_LENGTH:]
        if (
            found := rate if day == end else rebased(cells, headline, place, day, noise=noise)
        ).known
    )
    return Line(
        headline=headline,
        end=end,
        rate=rate,
        england=national,
        against_england="" if place.kind == "england" else rate.against(national),
        neighbours=compared,
        against_neighbours=rate.against(compared.median),
        rank=need_rank(reader.given, headline, place, end) if as_of is None else None,
        expected=expectation(reader.given, headline, place, end) if as_of is None else None,
        series=series,
        trend=_trend(headline, series, end),
        own=_own_behind(reader, headline, _codes(place), (end,)),
    )


def _codes(place: Territory) -> tuple[str, ...]:
    """Whose figures a place's own are made of."""
    return tuple(dict.fromkeys(filter(None, (place.own_code, *place.codes))))


def _own_behind(
    reader: Reader, headline: Headline, codes: Iterable[str], ends: Iterable[date]
) -> tuple[OwnFigure, ...]:
    """The own figures behind a measure of some areas in some periods."""
    if reader.book.own is None:
        return ()
    found = set()
    days = list(ends)
    for item in headline.items:
        age = DENOMINATOR_AGE if item in headline.denominator else timedelta(0)
        for code in codes:
            for day, cell in reader.cells.cells.get(item, {}).get(code, {}).items():
                if any(timedelta(0) <= end - day <= age for end in days):
                    found.add(cell.source_id)
    return reader.book.own_among(found)


def _own(
    reader: Reader,
    lines: Sequence[Line],
    place: Territory,
    beside: Sequence[Territory],
    standing: Mapping[str, str],
    as_of: date | None,
) -> tuple[OwnFigure, ...]:
    """Every own figure that the account of a place shows or compares with, in the set's order."""
    own = reader.book.own
    if own is None:
        return ()
    used: set[OwnFigure] = set()
    for line in lines:
        ends = {line.end, *(point.end for point in line.series)}
        used.update(_own_behind(reader, line.headline, _codes(place), ends))
        others = [code for one in beside for code in _codes(one)]
        used.update(_own_behind(reader, line.headline, others, (line.end,)))
    if as_of is None:
        costs = reader.book.own_among({s for one in reader.costs for s in one.source_ids})
        used.update(one for one in costs if one.area_code in standing)
    return tuple(one for one in own.figures if one in used)


def _noise(cells: Cells, headline: Headline, place: Territory) -> dict[str, float]:
    """Year-to-year noise of a measure without counts: of a place's parts and their past."""
    if headline.interval != YEAR_NOISE:
        return {}
    register = cells.register
    codes = set(place.codes)
    for code in place.codes:
        codes.update(before for before, _ in register.predecessors(code))
        codes.update(after for after, _ in register.current_of(code))
    return year_noise(cells, headline.item, codes)


def _ends(cells: Cells, headline: Headline, as_of: date | None) -> tuple[date, ...]:
    """Last days of the periods that have figures anywhere, ascending."""
    return cells.ends(headline.item or headline.numerator[0], until=as_of)


def _trend(headline: Headline, series: Sequence[Point], end: date) -> str:
    """What changed over the last five years, said only as far as the intervals allow."""
    if not series or series[-1].end != end:
        return ""
    now = series[-1].rate
    earlier = [point for point in series[:-1] if (end - point.end).days <= 366 * TREND_YEARS]
    if not earlier:
        return "one year only: no trend"
    then = earlier[0].rate
    old = f"{then.value:,.{headline.decimals}f} in {then.period.removesuffix(' (OT)')}"
    if not (now.has_interval and then.has_interval):
        return f"{old}; no interval, so no verdict on the change"
    reach = Z * sqrt(_error(now) ** 2 + _error(then) ** 2)
    change = now.value - then.value
    if abs(change) <= reach:
        return f"no clear change from {old}"
    return f"{'up' if change > 0 else 'down'} from {old}"


def _error(rate: Rate) -> float:
    return (rate.high - rate.low) / (2 * Z)


def _standing(reader: Reader, place: Territory, as_of: date | None) -> dict[str, str]:
    """Code and name of the authorities that run services there: today's, or on ``as_of``."""
    register = reader.cells.register
    found: dict[str, str] = {}
    for part in place.parts:
        if as_of is not None and part.exists_on(as_of):
            found[part.area_code] = part.name
            continue
        for code, _ in register.current_of(part.area_code):
            found[code] = register.authorities[code].name
    return found


def _costs(reader: Reader, standing: Mapping[str, str]) -> tuple[CostPair, ...]:
    today = reader.given.today
    here, england = (
        unit_costs(reader.costs, today, codes) for codes in (list(standing), today.area_codes)
    )
    return tuple(
        CostPair(here=one, england=whole) for one, whole in zip(here, england, strict=True)
    )


def _inspections(
    reader: Reader, place: Territory, standing: Mapping[str, str], as_of: date | None
) -> tuple[tuple[Inspected, ...], tuple[str, ...]]:
    if place.kind in ("region", "england"):
        return (), ()
    codes = {part.area_code: part.name for part in place.parts} | dict(standing)
    columns = ", ".join(["area_code", "inspected", "published", *AREAS])
    frame = reader.book.query(
        f"SELECT {columns} FROM inspection WHERE area_code IN (SELECT unnest(?)) ORDER BY ALL",
        [list(codes)],
    )
    found = [
        Inspected(area_code=code, name=name, judgement=judgement)
        for code, name in codes.items()
        for judgement in merge_records(frame.filter(pl.col("area_code") == code))
        if as_of is None or judgement.published <= as_of
    ]
    known = {one.area_code for one in found}
    return (
        tuple(sorted(found, key=lambda one: (one.judgement.published, one.name), reverse=True)),
        tuple(name for code, name in standing.items() if code not in known),
    )


def _partners(reader: Reader, place: Territory, standing: Mapping[str, str]) -> tuple[Partner, ...]:
    if place.kind == "england":
        return ()
    frame = reader.book.query(
        "SELECT kind, body_name, area_code, share FROM partner_body"
        " WHERE area_code IN (SELECT unnest(?)) ORDER BY kind, body_name, area_code",
        [list(standing)],
    )
    bodies: dict[tuple[str, str], list[tuple[str, float | None]]] = {}
    for kind, body, code, share in frame.iter_rows():
        bodies.setdefault((kind, body), []).append((standing[code], share))
    order = list(BODY_KINDS)
    return tuple(
        Partner(
            kind=BODY_KINDS[kind],
            name=body,
            members=tuple(dict.fromkeys(name for name, _ in inside)),
            partly=tuple(name for name, share in inside if share is not None and share < 0.995),
        )
        for (kind, body), inside in sorted(
            bodies.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    )


def _source_ids(
    cells: Cells, place: Territory, lines: Sequence[Line], costs: Sequence[UnitFigures]
) -> tuple[str, ...]:
    ids = {
        cell.source_id
        for line in lines
        for item in line.headline.items
        for code in (ENGLAND, place.own_code, *place.codes)
        if (cell := cells.at(item, code, line.end)) is not None
    }
    ids.update(source for one in costs for source in one.source_ids)
    return tuple(sorted(ids - {""}))
