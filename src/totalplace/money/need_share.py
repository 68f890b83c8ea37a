"""Share of money against share of need, by council and by cohort.

Flow: money.count, book -> THIS -> reports.costs_text
By council: its share of the group's money for a theme over its share of the group's need. Need has
no one measure, so three are used, and the answer is the range they span. By cohort: what goes to
looked-after children, to others in need and to everyone else, over how many of each there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from totalplace.book.store import Book
from totalplace.measures.today import Today
from totalplace.money.count import Count
from totalplace.money.figures import financial_year_end, read_figures
from totalplace.money.rows import Row
from totalplace.money.spend import LATEST_YEAR
from totalplace.types import FloatArray

CHILDREN = "population.children_0_17"
POOR = "lait.ChildPov"
DEPRIVED = "deprivation.idaci_2025_average_score"
LOOKED_AFTER = "looked_after.children_looked_after_on_31_march_each_year.children_count"
IN_NEED = "children_in_need.at31_episodes"
LEVEL = 0.80

NEED_ITEMS = (CHILDREN, POOR, DEPRIVED, LOOKED_AFTER, IN_NEED)
KEYS = {
    "children": "children aged 0 to 17",
    "poor": "children, weighted by the share under 16 in low-income families",
    "deprived": "children, weighted by income deprivation (IDACI 2025)",
}

COHORTS = (
    ("looked after", "Children looked after on 31 March", ("care",)),
    ("in need", "Other children in need on 31 March", ("protection", "family help")),
    ("everyone else", "All other children aged 0 to 17", ("young people", "early years", "health")),
)
"""Name, who they are, themes of the councils' own spend that are for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One council's share of a group's money and need."""

    area_code: str
    money: float | None  # share, 0 to 1; None where its spend is not all known
    money_low: float | None
    money_high: float | None
    need: Mapping[str, float]  # share by key
    ratio_low: float | None  # money over need, over the keys and the range of the money
    ratio_high: float | None

    @property
    def verdict(self) -> str:
        """More or less money than need by every key, or neither."""
        if self.ratio_low is None or self.ratio_high is None:
            return "not known"
        if self.ratio_low > 1:
            return "more, by every key"
        if self.ratio_high < 1:
            return "less, by every key"
        return "depends on the key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """What councils spend on one group of children, and how many there are."""

    name: str
    title: str
    children: float
    children_share: float
    pounds: float  # published and estimated
    money_share: float
    each: float  # pounds a child a year
    low: float  # 80 % interval: chance in the count, and the range of estimated spend
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """Every group of children of a place; none where nothing is known."""

    cohorts: tuple[Cohort, ...]
    unknown_areas: tuple[str, ...]  # councils that are in none of the sums


def need_shares(one: Count, book: Book, today: Today, *, theme: str = "") -> tuple[Share, ...]:
    """Every council's share of the group's money for a theme against its shares of need.

    Shares are among councils whose spend and need are all known; the others are told as unknown.

    Args:
        one: The group's count, of the theme or of all.
        book: A place book.
        today: Its authorities.
        theme: The theme the money is of; the councils' own spend where empty.
    """
    money = {code: _spend(one.rows, code, theme) for code in one.area_codes}
    needs = _needs(book, today)
    place = {code: index for index, code in enumerate(today.area_codes)}
    ready = [
        code
        for code in one.area_codes
        if money[code] is not None
        and all(bool(values[place[code]] > 0) for values in needs.values())
    ]
    whole = sum(spent[1] for code in ready if (spent := money[code]) is not None)
    out = []
    for code in one.area_codes:
        spent = money[code]
        if code not in ready or spent is None or whole <= 0:
            out.append(
                Share(
                    area_code=code, money=None, money_low=None, money_high=None, need={},
                    ratio_low=None, ratio_high=None,
                )
            )  # fmt: skip
            continue
        need = {
            key: float(values[place[code]] / sum(values[place[c]] for c in ready))
            for key, values in needs.items()
        }
        middle = spent[1] / whole
        low = spent[0] / max(whole - spent[1] + spent[0], 1)
        high = spent[2] / max(whole - spent[1] + spent[2], 1)
        out.append(
            Share(
                area_code=code,
                money=middle,
                money_low=low,
                money_high=high,
                need=need,
                ratio_low=low / max(need.values()),
                ratio_high=high / min(need.values()),
            )
        )
    return tuple(out)


def _spend(rows: Sequence[Row], code: str, theme: str) -> tuple[int, int, int] | None:
    """(low, middle, high) of the councils' own spend, pence; None where a line is unknown."""
    mine = [
        row
        for row in rows
        if row.area_code == code
        and row.payer == "authority"
        and (row.theme == theme if theme else row.line.startswith("ro3."))
    ]
    if not mine or any(row.pence is None for row in mine):
        return None
    low = sum((row.low or 0) - row.eliminated for row in mine)
    high = sum((row.high or 0) - row.eliminated for row in mine)
    middle = sum(row.net for row in mine)
    return (low, middle, high) if low > 0 else None


def _needs(book: Book, today: Today) -> dict[str, FloatArray]:
    end = financial_year_end(LATEST_YEAR)
    figures = read_figures(book, today, [CHILDREN, POOR], start=LATEST_YEAR, end=end)
    deprived = read_figures(
        book,
        today,
        [DEPRIVED],
        start=LATEST_YEAR.replace(month=1),
        end=end.replace(month=12, day=31),
    )
    children = figures[CHILDREN].values
    return {
        "children": children,
        "poor": children * figures[POOR].values / 100,
        "deprived": children * deprived[DEPRIVED].values,
    }


def cohorts(one: Count, book: Book, today: Today) -> Cohorts:
    """What the councils of a place spend on each group of children.

    A council with an unknown line or a withheld count is left out of every sum, and named.

    Args:
        one: The place's count, all themes.
        book: A place book.
        today: Its authorities.
    """
    end = financial_year_end(LATEST_YEAR)
    items = [CHILDREN, LOOKED_AFTER, IN_NEED]
    figures = read_figures(book, today, items, start=LATEST_YEAR, end=end)
    counts = {
        code: tuple(float(figures[item].values[index]) for item in items)
        for index, code in enumerate(today.area_codes)
    }
    themes = {theme for _, _, several in COHORTS for theme in several}
    own = [row for row in one.rows if row.payer == "authority" and row.line.startswith("ro3.")]
    unknown = {row.area_code for row in own if row.pence is None and row.theme in themes}
    known = [
        code
        for code in one.area_codes
        if code not in unknown
        and np.isfinite(counts[code]).all()
        and any(row.area_code == code for row in own)
    ]
    everyone, cared_for, in_need = (
        sum(counts[code][place] for code in known) for place in range(len(items))
    )
    # Children who are looked after are themselves in need, and counted there too.
    sizes = (cared_for, max(0.0, in_need - cared_for), everyone - max(in_need, cared_for))
    spent = [_spent([row for row in own if row.area_code in known], some) for _, _, some in COHORTS]
    left_out = tuple(sorted(set(one.area_codes) - set(known)))
    whole = sum(middle for _, middle, _ in spent)
    if min(sizes) <= 0 or whole <= 0:
        return Cohorts(cohorts=(), unknown_areas=left_out)
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return Cohorts(
        cohorts=tuple(
            Cohort(
                name=name,
                title=title,
                children=size,
                children_share=size / sum(sizes),
                pounds=middle,
                money_share=middle / whole,
                each=middle / size,
                low=float(low / size * np.exp(-z / np.sqrt(size))),
                high=float(high / size * np.exp(z / np.sqrt(size))),
            )
            for (name, title, _), size, (low, middle, high) in zip(
                COHORTS, sizes, spent, strict=True
            )
        ),
        unknown_areas=left_out,
    )


def _spent(rows: Sequence[Row], themes: Collection[str]) -> tuple[float, float, float]:
    """(low, middle, high) of some themes, pounds."""
    some = [row for row in rows if row.theme in themes]
    return (
        sum(row.low or 0 for row in some) / 100,
        sum(row.pence or 0 for row in some) / 100,
        sum(row.high or 0 for row in some) / 100,
    )
