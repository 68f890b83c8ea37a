"""Instances on the real graph of England: which sets, and what they are worth.

Flow: the England pack -> THIS -> benchmarks.ladder, benchmarks.rivals
The values are made up to be hard in different ways; they are no estimate of anything. All are
gains: what a set is worth beyond its members alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from totalplace.book import pack
from totalplace.footprints.candidates import FlatSets, distances_km
from totalplace.footprints.connected import enumerate_connected
from totalplace.places.graph import centres, contiguity
from totalplace.types import FloatArray, SmallIntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """The authorities of the England pack."""

    edges: SmallIntArray  # (E, 2)
    centre_m: FloatArray  # (N, 2)
    children: FloatArray  # (N,)

    @property
    def size(self) -> int:
        """Number of authorities."""
        return len(self.children)


@cache
def england() -> Country:
    """Borders, child-weighted centres and children of today's authorities."""
    with pack.england() as book:
        rows = book.query(
            "SELECT area_code, max_by(value, period_end) FROM observation "
            "WHERE latest AND item = 'population.children_0_17' "
            "AND area_code IN (SELECT area_code FROM centre) GROUP BY 1 ORDER BY 1"
        ).rows()
        codes = [code for code, _ in rows]
        return Country(
            edges=contiguity(book, codes),
            centre_m=centres(book, codes),
            children=np.array([children for _, children in rows], dtype=np.float64),
        )


def sets_of(country: Country, most: int, span_km: float | None = None) -> FlatSets:
    """Every connected set of up to ``most`` authorities, none further apart than ``span_km``."""
    reach = None if span_km is None else distances_km(country.centre_m) <= span_km
    return enumerate_connected(
        country.edges, country.size, member_limit=most, reach=reach, memory_mb=1_500
    )


def per_set(sets: FlatSets, of_unit: FloatArray) -> FloatArray:
    """Sum over the members of each set, shape (C,)."""
    total: FloatArray = np.add.reduceat(of_unit[sets.members], sets.offsets[:-1])
    return total


def spans_km(country: Country, sets: FlatSets) -> FloatArray:
    """The longest way between two members of each set, shape (C,)."""
    gap, size = distances_km(country.centre_m), sets.size
    span = np.zeros(len(sets))
    for a in range(int(size.max(initial=0))):
        for b in range(a + 1, int(size.max())):
            at = np.flatnonzero(size > b)
            begin = sets.offsets[:-1][at]
            between = gap[sets.members[begin + a], sets.members[begin + b]]
            span[at] = np.maximum(span[at], between)
    return span


def increasing_returns(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """What the planner prices: a top team shared, less talking and distance. Over 95 % pay."""
    rng = np.random.default_rng(seed)
    weight = country.children / np.median(country.children)
    size = sets.size
    team = 0.8 * weight**0.3 * rng.uniform(0.8, 1.2, country.size)
    posts = 0.44 * (per_set(sets, team) - 0.8 * per_set(sets, weight) ** 0.3)
    talking = 0.02 * size * (size - 1) / 2
    scope = per_set(sets, weight * rng.uniform(0.5, 1.5, country.size))
    return posts - talking - 0.005 * scope * spans_km(country, sets) / 100


def power(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Size to the power 1.2, less distance: growth that never tires."""
    rng = np.random.default_rng(seed)
    weight = country.children / np.median(country.children) * rng.uniform(0.8, 1.2, country.size)
    total = per_set(sets, weight)
    return total**1.2 - per_set(sets, weight**1.2) - 0.002 * total * spans_km(country, sets) / 10


def top_team(country: Country, sets: FlatSets, seed: int, c0: float = 0.0) -> FloatArray:
    """The posts rule to the letter: top teams of all less one for all, and ``c0`` a pair."""
    rng = np.random.default_rng(seed)
    weight = country.children / np.median(country.children)
    team = 0.8 * rng.uniform(0.9, 1.1)
    posts = 0.67 * 0.65 * team * (per_set(sets, weight**0.3) - per_set(sets, weight) ** 0.3)
    return posts - c0 * sets.size * (sets.size - 1) / 2


def top_team_talking(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """The same with a little coordination, so that the limit on members still binds."""
    return top_team(country, sets, seed, c0=0.01)


def some_luck(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Increasing returns, each set with 5 % of luck of its own."""
    rng = np.random.default_rng(seed + 3_000)
    return increasing_returns(country, sets, seed) * rng.normal(1.0, 0.05, len(sets))


def hair_of_luck(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Increasing returns, each set with 0.1 % of luck of its own."""
    rng = np.random.default_rng(seed + 4_000)
    return increasing_returns(country, sets, seed) * rng.normal(1.0, 0.001, len(sets))


def little_luck(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """The same, each set with 1 % of luck of its own."""
    rng = np.random.default_rng(seed + 2_000)
    return increasing_returns(country, sets, seed) * rng.normal(1.0, 0.01, len(sets))


def no_distance(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Gains that rise with members and do not care how far apart they are; 1 % of luck.

    The hardest of the kind: almost every set of the largest size allowed is almost as good.
    """
    rng = np.random.default_rng(seed)
    weight = country.children / np.median(country.children) * rng.uniform(0.7, 1.3, country.size)
    size = sets.size
    posts = per_set(sets, weight**0.3) - per_set(sets, weight) ** 0.3
    bought = 0.08 * np.log2(size) * per_set(sets, weight * rng.uniform(0.5, 1.5, country.size))
    talking = 0.03 * size * (size - 1) / 2
    return (posts + bought) * rng.normal(1.0, 0.01, len(sets)) - talking


def lucky(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """No distance, with as much luck as reason: the best plan is made of outliers."""
    rng = np.random.default_rng(seed + 1_000)
    return no_distance(country, sets, seed) * rng.normal(1.0, 0.1, len(sets))


def near_linear(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Almost proportional to members, so that almost every plan is almost as good."""
    rng = np.random.default_rng(seed)
    weight = rng.uniform(0.5, 1.5, country.size)
    return per_set(sets, weight) * rng.normal(1.0, 0.01, len(sets)) - 0.4


def mostly_negative(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """95 % of sets lose."""
    rng = np.random.default_rng(seed)
    worth = no_distance(country, sets, seed) * rng.normal(1.0, 0.5, len(sets))
    return worth - np.quantile(worth, 0.95)


def population_target(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """The nearer to 250,000 children the better, whoever the members are."""
    rng = np.random.default_rng(seed)
    away = (per_set(sets, country.children) - 250_000) / 100_000
    return sets.size * np.exp(-(away**2)) - 0.3 + rng.normal(0, 1e-3, len(sets))


def ties(country: Country, sets: FlatSets, seed: int) -> FloatArray:
    """Whole numbers from 0 to 6 that depend on size and chance: very many equal plans."""
    rng = np.random.default_rng(seed)
    return np.minimum(sets.size - 1, 5) + rng.integers(0, 2, len(sets)).astype(np.float64)


VALUES = {
    "increasing returns": increasing_returns,
    "size to the power 1.2": power,
    "top teams alone": top_team,
    "top teams and talking": top_team_talking,
    "a hair of luck": hair_of_luck,
    "a little luck": little_luck,
    "some luck": some_luck,
    "no distance": no_distance,
    "luck": lucky,
    "near-linear": near_linear,
    "95 % negative": mostly_negative,
    "population target": population_target,
    "ties": ties,
}
