"""Where one authority stands: what need leads one to expect of it, and its ranks with their doubt.

Flow: book, measures.expected, measures.ranks -> THIS -> scenarios.profile
In: a book, read once for many places. Out: an Expectation or a Rank of one authority of today; None
where it is not worked out. Ranks are drawn as ``measures.expected`` draws them, for one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.catalogue import measures
from totalplace.measures.cells import CHILDREN, Cells, year_noise
from totalplace.measures.expected import Expected, expected_of
from totalplace.measures.headlines import YEAR_NOISE, Headline
from totalplace.measures.need import read_need
from totalplace.measures.panel import level_of, read_panels
from totalplace.measures.ranks import Rank, rank_noise, rank_of
from totalplace.measures.rates import Z
from totalplace.measures.rebase import rebased
from totalplace.measures.territory import Territory
from totalplace.measures.today import Today
from totalplace.scenarios.account import Expectation
from totalplace.types import FloatArray

SEED = 1
"""Of the draws behind ranks: the same as :func:`totalplace.measures.expected.expected` takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The newest figure of every authority of today, (N,); nan where missing."""

    end: date
    values: FloatArray
    errors: FloatArray  # standard error, nan where there is no interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What every place's standing rests on."""

    today: Today
    expected: Mapping[str, Expected]  # by measure id: neither need nor money
    need: Mapping[str, Figures]  # by measure id: need measures with an interval
    draws: FloatArray  # (2, D, N), standard normal


def read_given(book: Book, today: Today, rows: Sequence[Headline], cells: Cells) -> Given:
    """Work out once what need leads one to expect of every authority, and how needy each is."""
    return Given(
        today=today,
        expected=_expected(book, today, rows),
        need={
            one.id: _figures(cells, today, one)
            for one in rows
            if one.group == "need" and not one.no_interval and cells.ends(one.items[0])
        },
        draws=rank_noise(today.size, seed=SEED, sets=2),
    )


def expectation(
    given: Given, headline: Headline, place: Territory, end: date
) -> Expectation | None:
    """What need leads one to expect of one authority of today in the newest period."""
    found = given.expected.get(headline.id)
    if found is None or place.kind != "authority" or not found.years:
        return None
    if found.years[-1] != end.year:
        return None
    row = found.area_codes.index(place.own_code)
    low_is_first = found.measure.better == "low"
    adjusted, published = (
        rank_of(row, point, found.doubt, draws, low_is_first=low_is_first)
        for point, draws in zip((found.lasting, found.usual), given.draws, strict=True)
    )
    return Expectation(
        value=float(found.expected[row]),
        difference=float(found.difference[row]),
        lasting=float(found.lasting[row]),
        low=float(found.low[row]),
        high=float(found.high[row]),
        rank=published,
        adjusted_rank=adjusted,
        words=found.verdicts[row],
    )


def need_rank(given: Given, headline: Headline, place: Territory, end: date) -> Rank | None:
    """The rank of one authority of today on a measure of need; 1 is most."""
    found = given.need.get(headline.id)
    if found is None or place.kind != "authority" or found.end != end:
        return None
    row = given.today.area_codes.index(place.own_code)
    return rank_of(row, found.values, found.errors, given.draws[0], low_is_first=False)


def _expected(book: Book, today: Today, rows: Sequence[Headline]) -> dict[str, Expected]:
    rows = [one for one in rows if one.group not in ("need", "money")]
    known = {one.item: one for one in measures(book, [one.item for one in rows]).measures}
    wanted = [one for one in rows if one.item in known]
    panels = read_panels(book, today, [*(one.item for one in wanted), CHILDREN])
    need = read_need(book, today)
    children = level_of(panels[CHILDREN].values[:, -1:])
    return {
        one.id: expected_of(
            panels[one.item],
            need,
            measure=known[one.item],
            today=today,
            children=children,
            book_hash=book.hash,
            brief=True,
        )
        for one in wanted
    }


def _figures(cells: Cells, today: Today, headline: Headline) -> Figures:
    end = cells.ends(headline.items[0])[-1]
    noise = year_noise(cells, headline.item) if headline.interval == YEAR_NOISE else {}
    rates = [
        rebased(
            cells,
            headline,
            Territory(name=one.name, kind="authority", parts=(one,), own_code=one.area_code),
            end,
            noise=noise,
        )
        for one in today.authorities
    ]
    return Figures(
        end=end,
        values=np.array([rate.value for rate in rates]),
        errors=np.array([(rate.high - rate.low) / (2 * Z) for rate in rates]),
    )
