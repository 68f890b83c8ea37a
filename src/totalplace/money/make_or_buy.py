"""How far a place makes homes for children itself or buys them, now and if some came in house.

Flow: money.count, money.providers -> THIS -> reports.provision_text
No return since 2013-14 divides spend by provider. So the part that is bought is a range: its low
end is the least of the measures there are, its high end all that is not the council's own pay.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.today import Today
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.providers import Mix, children_mix, homes_mix, spend_mix
from totalplace.money.spend import LATEST_YEAR
from totalplace.money.themes import SPENT

WEEKS = 365 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A kind of home, and what moving a bought place of it in house would do to its cost."""

    id: str
    title: str
    line: str
    weekly: str  # item of its weekly unit cost
    low: float  # change in the cost of a moved place, as a part of its price
    high: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What would change if a part of what is bought came in house."""

    part: float  # of what is bought, 0 to 1
    spend_low: float  # pounds a year that would move
    spend_high: float
    change_low: float  # pounds a year; below nothing saves
    change_high: float
    places_low: float | None  # children at the place's own weekly cost; None where it is unknown
    places_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One kind of home in a place."""

    setting: Setting
    spend: float | None  # pounds a year; None where no council prints it
    pay: float | None  # of it, the councils' own pay
    unknown_areas: tuple[str, ...]  # councils without a figure
    bought_low: float | None  # part of spend
    bought_high: float | None
    basis: str  # what the low end rests on
    spent_before: Mix | None  # 2013-14
    children: tuple[Mix, ...]  # England, by year
    homes: Mix | None  # registered in the place
    moved: Moved | None


@cache
def settings() -> tuple[Setting, ...]:
    """Every kind of home of the table. Constant, so read once."""
    text = (resources.files(__package__) / "make_or_buy.toml").read_text("utf-8")
    return tuple(Setting(**row) for row in tomllib.loads(text)["setting"])


def provision(
    book: Book, today: Today, area_codes: Sequence[str], *, move: float = 0.0
) -> tuple[Provision, ...]:
    """Make and buy in a place, one answer for each kind of home.

    Args:
        book: A place book.
        today: Its authorities.
        area_codes: The place.
        move: Part of what is bought that would come in house, 0 to 1.

    Raises:
        InputError: The part is not between 0 and 1.
    """
    if not 0 <= move <= 1:
        raise InputError(
            Problem(
                what=f"{move:g} is no part of what is bought",
                fix="Give a part from 0 to 1, such as 0.1, or '10%'.",
            )
        )
    return tuple(_provision(book, today, area_codes, one, move) for one in settings())


def _provision(
    book: Book, today: Today, area_codes: Sequence[str], one: Setting, move: float
) -> Provision:
    wanted = (one.line + SPENT, f"{one.line}.employees", one.weekly)
    end = financial_year_end(LATEST_YEAR)
    figures = read_figures(book, today, wanted, start=LATEST_YEAR, end=end)
    here = np.array([code in set(area_codes) for code in today.area_codes])
    gross, pay = figures[wanted[0]].values, figures[wanted[1]].values
    known = here & ~np.isnan(gross + pay) & (gross > 0)
    before = spend_mix(today, area_codes, one.id)
    england = spend_mix(today, today.area_codes, one.id)
    children = children_mix(one.id)
    spend = float(gross[known].sum()) if known.any() else None
    paid = float(np.clip(pay[known], 0, gross[known]).sum()) if known.any() else None
    low = high = None
    basis = "not known"
    if spend and paid is not None:
        high = 1 - paid / spend
        measures = {
            "England's children in such homes": children[-1].bought if children else None,
            "spend here in 2013-14": before.bought if before else None,
            "England's spend in 2013-14": england.bought if england and not before else None,
        }
        measured = {name: share for name, share in measures.items() if share is not None}
        least = min(measured, key=lambda name: measured[name]) if measured else ""
        low = min(high, measured[least]) if least else 0.0
        basis = f"the part of {least}" if least and low < high else "all that is not own pay"
    weekly = figures[one.weekly].values
    return Provision(
        setting=one,
        spend=spend,
        pay=paid,
        unknown_areas=tuple(
            code for code, inside, ok in zip(today.area_codes, here, known, strict=True)
            if inside and not ok
        ),
        bought_low=low,
        bought_high=high,
        basis=basis,
        spent_before=before,
        children=children,
        homes=homes_mix(area_codes) if one.id == "residential" else None,
        moved=_moved(one, spend, low, high, move, _usual(weekly[known], gross[known])),
    )  # fmt: skip


def _usual(weekly: np.ndarray, gross: np.ndarray) -> float | None:
    """The place's weekly cost: the mean of its councils', by spend; None where any lacks it."""
    if not weekly.size or np.isnan(weekly).any() or (weekly <= 0).any():
        return None
    children = gross / (weekly * WEEKS)
    return float(gross.sum() / (children.sum() * WEEKS))


def _moved(
    one: Setting, spend: float | None, low: float | None, high: float | None, move: float,
    weekly: float | None,
) -> Moved | None:  # fmt: skip
    if not move or spend is None or low is None or high is None:
        return None
    ends = move * low * spend, move * high * spend
    changes = [amount * change for amount in ends for change in (one.low, one.high)]
    places = [None if weekly is None else amount / (weekly * WEEKS) for amount in ends]
    return Moved(
        part=move,
        spend_low=ends[0],
        spend_high=ends[1],
        change_low=min(changes),
        change_high=max(changes),
        places_low=places[0],
        places_high=places[1],
    )
