"""One measure across the country: every authority with its interval and its rank's, England, years.

Flow: book, measures -> THIS -> reports.across_words, reports.across_pictures, web
In: an open book, a measure, perhaps a period. Out: a frozen Across; authorities without a figure
are there too, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np

from totalplace import __version__
from totalplace.book.own import OwnFigure
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.catalogue import Kind, Measure, measures
from totalplace.measures.cells import Cells, read_cells, year_noise
from totalplace.measures.expected import Expected, expected
from totalplace.measures.headlines import YEAR_NOISE, Headline, headlines
from totalplace.measures.ranks import drawn_ranks
from totalplace.measures.rates import Rate, Z
from totalplace.measures.rebase import rebased, value_of
from totalplace.measures.territory import Territory, find_territory
from totalplace.money.figures import source_lines

TOTAL = "none: a total, which grows with the size of the place and is not a matter of chance"
TOTALS = ("count", "children", "care leavers", "patients", "referrals", "plans", "FTE", "pounds")
"""Units of what is counted up: neither an interval nor a rank of these says anything."""
MOST_PERIODS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One authority's figure: with its interval, or the reason there is none."""

    area_code: str
    name: str
    region: str
    rate: Rate
    rank: float  # 1 is best, or highest where nothing is better; nan where there is no interval
    rank_low: float  # 90 % interval of the rank
    rank_high: float
    expected: float  # given need; nan where it cannot be said
    against_expected: str  # the verdict, "" where need says nothing
    own: tuple[OwnFigure, ...] = ()  # own figures that stand behind the figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One period across the country; nan where it cannot be said."""

    end: date
    england: float
    low: float  # a tenth of authorities are below
    median: float
    high: float  # a tenth are above
    authorities: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Across:
    """A measure of every authority for one period, and the country over the years."""

    measure: Measure
    period: str
    end: date
    ends: tuple[date, ...]  # every period there is, ascending
    decimals: int
    rows: tuple[Held, ...]  # best first, or highest where nothing is better; unknown last, by name
    england: float
    years: tuple[Year, ...]
    missing: tuple[tuple[str, int], ...]  # reason and authorities, most frequent first
    no_interval: str  # why there are no intervals at all; "" where there are
    methods: tuple[str, ...]  # names of the ways intervals were made
    findings: tuple[str, ...]  # what need says about the measure as a whole
    sources: tuple[str, ...]
    seed: int
    book_hash: str
    version: str
    own: tuple[OwnFigure, ...] = ()  # every own figure of the period that was used

    @property
    def known(self) -> tuple[Held, ...]:
        """The authorities with a figure."""
        return tuple(one for one in self.rows if one.rate.known)


def across(book: Book, measure: str, *, end: date | None = None, seed: int = 1) -> Across:
    """One measure across today's authorities.

    Args:
        book: A place book.
        measure: Its id, or its title.
        end: Last day of the period. None: the newest with figures.
        seed: For the draws behind rank intervals.

    Raises:
        InputError: There is no such measure, it has no figures of authorities, or none for that
            period.
    """
    chosen = measures(book).resolve(measure)
    headline = _headline(chosen)
    cells = read_cells(book, headline.items)
    ends = _ends(cells, chosen.item)
    if not ends:
        raise InputError(
            Problem(
                what=f"{chosen.title} has no figures for authorities in this book",
                fix="Choose another measure.",
            )
        )
    day = end or ends[-1]
    if day not in ends:
        told = ", ".join(str(one) for one in ends[-5:])
        raise InputError(
            Problem(
                what=f"{chosen.title} has no figures for a period that ends on {day}",
                fix=f"The latest end on {told}.",
            )
        )
    places = [find_territory(cells.register, [one.area_code]) for one in cells.register.on()]
    noise = year_noise(cells, chosen.item) if headline.interval == YEAR_NOISE else {}
    rates = [rebased(cells, headline, place, day, noise=noise) for place in places]
    beside = expected(book, chosen, seed=seed) if _needs(chosen, day, ends) else None
    source_ids = {
        cell.source_id
        for item in headline.items
        for series in cells.cells.get(item, {}).values()
        if (cell := series.get(day)) is not None and cell.source_id
    }
    own = book.own_among(source_ids)
    rows = _rows(places, rates, chosen, beside, seed, own)
    england = find_territory(cells.register, "England")
    return Across(
        measure=chosen,
        period=next((rate.period for rate in rates if rate.period), str(day)),
        end=day,
        ends=ends,
        decimals=headline.decimals,
        rows=rows,
        england=value_of(cells, headline, england, day),
        years=tuple(_year(cells, headline, england, places, one) for one in ends[-MOST_PERIODS:]),
        missing=tuple(
            Counter(rate.reason or "no figure" for rate in rates if not rate.known).most_common()
        ),
        no_interval=headline.no_interval,
        methods=tuple(sorted({rate.method for rate in rates if rate.method})),
        findings=beside.findings if beside else (),
        sources=source_lines(book, source_ids),
        seed=seed,
        book_hash=book.hash,
        version=__version__,
        own=own,
    )


def _headline(measure: Measure) -> Headline:
    """How the measure is worked out: as in profiles where it stands there, else as published."""
    for one in headlines():
        if one.item == measure.item:
            return one
    whole = measure.unit in TOTALS
    return Headline(
        id=measure.item,
        item=measure.item,
        short=f"{measure.title} %" if measure.unit == "per cent" else measure.title,
        group="",
        kind="level",
        why="",
        better="high" if measure.better == "high" else "low" if measure.better == "low" else "",
        decimals=0 if whole else 1,
        interval=TOTAL if whole else YEAR_NOISE,
    )


def _needs(measure: Measure, day: date, ends: Sequence[date]) -> bool:
    """Whether to say what need leads one to expect: of the newest period, where it bears on it."""
    return (
        day == ends[-1]
        and measure.unit not in TOTALS
        and measure.kind not in (Kind.NEED, Kind.MONEY)
    )


def _ends(cells: Cells, item: str) -> tuple[date, ...]:
    """Periods for which some authority has a value."""
    found = {
        end
        for code, series in cells.cells.get(item, {}).items()
        if code in cells.register.authorities
        for end, cell in series.items()
        if cell.value is not None
    }
    return tuple(sorted(found))


def _rows(
    places: Sequence[Territory],
    rates: Sequence[Rate],
    measure: Measure,
    beside: Expected | None,
    seed: int,
    own: Sequence[OwnFigure],
) -> tuple[Held, ...]:
    point = np.array([rate.value if rate.has_interval else nan for rate in rates])
    spread = np.array([(rate.high - rate.low) / (2 * Z) for rate in rates])
    low_first = measure.better == "low"
    ranks = drawn_ranks(point, spread, low_is_first=low_first, rng=np.random.default_rng(seed))
    given = {code: i for i, code in enumerate(beside.area_codes)} if beside is not None else {}
    rows = []
    for i, (place, rate) in enumerate(zip(places, rates, strict=True)):
        at = given.get(place.own_code)
        rows.append(
            Held(
                area_code=place.own_code,
                name=place.name,
                region=place.parts[0].region_name,
                rate=rate,
                rank=float(ranks.point[i]),
                rank_low=float(ranks.low[i]),
                rank_high=float(ranks.high[i]),
                expected=float(beside.expected[at]) if beside and at is not None else nan,
                against_expected=beside.verdicts[at] if beside and at is not None else "",
                own=tuple(one for one in own if one.area_code == place.own_code),
            )
        )

    def order(one: Held) -> tuple[bool, float, str]:
        value = one.rate.value if one.rate.known else 0.0
        return (not one.rate.known, value if low_first else -value, one.name)

    return tuple(sorted(rows, key=order))


def _year(
    cells: Cells,
    headline: Headline,
    england: Territory,
    places: Sequence[Territory],
    end: date,
) -> Year:
    values = np.array([value_of(cells, headline, place, end) for place in places])
    known = values[~np.isnan(values)]
    low, median, high = np.quantile(known, (0.1, 0.5, 0.9)) if known.size else (nan, nan, nan)
    return Year(
        end=end,
        england=value_of(cells, headline, england, end),
        low=float(low),
        median=float(median),
        high=float(high),
        authorities=int(known.size),
    )
