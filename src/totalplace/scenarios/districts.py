"""The districts of a county and the keys that its money can be divided by.

Flow: book, measures.steepness -> THIS -> scenarios.splitting
In: a book with figures by district. Out: districts by code, and keys with their source in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from totalplace import reference
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.measures.steepness import Slope, slope
from totalplace.measures.today import Today
from totalplace.money.figures import source_lines
from totalplace.money.keys import KEYS, Key
from totalplace.types import FloatArray

POOR = "deprivation.idaci_2025_average_score"
COUNTED = {
    "children": "population.children_0_17",
    "children_0_4": "population.children_0_4",
    "children_10_17": "population.children_10_17",
    "patients": "nhs_place.all_core",
}
FORETOLD = {
    "looked_after": "looked_after.children_looked_after_on_31_march_each_year.children_count",
    "in_need": "children_in_need.at31_episodes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """One district of today and the county it is in."""

    code: str
    name: str
    area_code: str  # of the county


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a county can be divided by."""

    keys: Mapping[str, Key]  # in the order of KEYS
    poor_share: Mapping[str, float]  # district code -> share of children who are poor
    slopes: Mapping[str, Slope]
    sources: tuple[str, ...]


def all_districts() -> tuple[District, ...]:
    """Every district of England, by code; a unitary authority is its own."""
    frame = reference.table("district").sort("district_code")
    return tuple(
        District(code=code, name=name, area_code=area)
        for code, name, area in frame.select(
            "district_code", "district_name", "area_code"
        ).iter_rows()
    )


def district_keys(book: Book, today: Today, districts: Mapping[str, District]) -> Keys:
    """Every key the book can make for some districts.

    Raises:
        InputError: The book does not say how many children live in each of them, and how poor.
    """
    codes = sorted(districts)
    figures = _by_district(book, codes)
    _refuse_gaps(book, figures, districts)
    keys: dict[str, Key] = {}
    for name, item in COUNTED.items():
        if item in figures and set(figures[item].values) >= set(codes):
            one = figures[item]
            keys[name] = Key(
                name=name, title=KEYS[name], basis=f"{one.source}, {one.period}", weights=one.values
            )
    poor, children = figures[POOR], keys["children"].weights
    keys["poor_children"] = Key(
        name="poor_children",
        title=KEYS["poor_children"],
        basis=f"{keys['children'].basis}, times the share of them in income-deprived families "
        f"({poor.source})",
        weights={code: children[code] * poor.values[code] for code in codes},
    )
    slopes = {name: _slope(book, today, item) for name, item in FORETOLD.items()}
    for name, found in slopes.items():
        keys[name] = Key(
            name=name,
            title=KEYS[name],
            basis=(
                f"not published by district: children times their poverty to the power "
                f"{found.value:.2f} (standard error {found.error:.2f}), as {KEYS[name]} rise with "
                f"it across {found.count} authorities"
            ),
            weights={code: children[code] * poor.values[code] ** found.value for code in codes},
            estimated=True,
        )
    used = {one.source_id for one in figures.values()}
    return Keys(
        keys={name: keys[name] for name in KEYS if name in keys},
        poor_share=poor.values,
        slopes=slopes,
        sources=source_lines(book, used),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    values: Mapping[str, float]  # district code -> value
    period: str
    source: str  # publisher
    source_id: str


def _by_district(book: Book, codes: list[str]) -> dict[str, _Figures]:
    """The newest figure of each item for some districts."""
    frame = book.query(
        "SELECT item, published_code, value, period, source_id, publisher FROM observation"
        " JOIN source USING (source_id)"
        " WHERE latest AND level = 'district' AND value IS NOT NULL"
        " AND list_contains(?, item) AND list_contains(?, published_code)"
        " QUALIFY period_end = max(period_end) OVER (PARTITION BY item)"
        " ORDER BY item, published_code",
        [[*COUNTED.values(), POOR], codes],
    )
    return {
        str(item): _Figures(
            values=dict(rows.select("published_code", "value").iter_rows()),
            period=rows["period"][0],
            source=rows["publisher"][0],
            source_id=rows["source_id"][0],
        )
        for (item,), rows in frame.group_by("item", maintain_order=True)
    }


def _refuse_gaps(
    book: Book, figures: Mapping[str, _Figures], districts: Mapping[str, District]
) -> None:
    problems = []
    wanted = {COUNTED["children"]: "how many children live in", POOR: "how poor children are in"}
    for item, words in wanted.items():
        known = figures[item].values if item in figures else {}
        lost = [one.name for code, one in districts.items() if code not in known]
        if lost:
            problems.append(
                Problem(
                    what=f"does not say {words} {len(lost)} of {len(districts)} districts",
                    where=str(book.path),
                    example=lost[0],
                    fix="Use the England pack, or build the book with ONS's mid-year estimates by "
                    "single year of age and the Indices of Deprivation 2025 by district.",
                )
            )
    if problems:
        raise InputError(problems)


def _slope(book: Book, today: Today, item: str) -> Slope:
    values = newest_by_authority(book, today, [item, COUNTED["children"], POOR])
    return slope(values[item], values[COUNTED["children"]], values[POOR])


def newest_by_authority(book: Book, today: Today, items: list[str]) -> dict[str, FloatArray]:
    """The newest figure of each item for every authority, shape (N,)."""
    frame = book.query(
        "SELECT item, area_code, value FROM observation WHERE latest AND level = 'authority'"
        " AND value IS NOT NULL AND list_contains(?, item)"
        " QUALIFY period_end = max(period_end) OVER (PARTITION BY item)",
        [items],
    )
    place = {code: index for index, code in enumerate(today.area_codes)}
    found = {item: np.full(today.size, np.nan) for item in items}
    for item, code, value in frame.filter(pl.col("area_code").is_in(list(place))).iter_rows():
        found[item][place[code]] = value
    return found
