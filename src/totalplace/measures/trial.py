"""Try the methods where the truth is known: simulated authorities, planted doubles, planted leads.

Flow: measures.baseline, shrink, ranks, triage, leads -> THIS -> cli.measure_checks, tests, docs
In: a setting and a seed. Out: how often 90 % intervals hold the truth, on average and among the
most extreme; whether what was planted is found, and what is found where nothing was planted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from totalplace.measures.baseline import baseline
from totalplace.measures.catalogue import OUTCOMES, Kind, Measure
from totalplace.measures.intervals import LEVEL
from totalplace.measures.leads import find_leads
from totalplace.measures.panel import Panel
from totalplace.measures.ranks import drawn_ranks
from totalplace.measures.shrink import lasting_effect
from totalplace.measures.triage import weigh
from totalplace.types import FloatArray

SIZE = 150
"""Simulated authorities."""

WEIGHTS = (2.0, 1.0, 0.0, -1.0, 0.5)
"""What each of five planted need measures does."""


class Setting(NamedTuple):
    """What the truth is like."""

    lasting: float  # standard deviation of true lasting effects
    noise: float  # of one year's noise
    carry: float  # correlation of noise from one year to the next
    years: int


SETTINGS = (
    Setting(1.0, 1.0, 0.0, 5),
    Setting(1.0, 2.0, 0.0, 5),
    Setting(0.5, 1.0, 0.4, 5),
    Setting(1.0, 1.0, 0.6, 8),
    Setting(1.0, 0.5, 0.3, 5),
    Setting(1.0, 1.0, 0.0, 3),
)


class Coverage(NamedTuple):
    """Share of 90 % intervals that hold the truth."""

    all: float
    extreme: float  # among the tenth whose true effects are most extreme
    looks: float  # among the tenth that looks most extreme


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One setting tried several times."""

    setting: Setting
    runs: int
    ours: Coverage
    shrunken: Coverage  # shrinking every authority, as is usual
    alone: Coverage  # each authority's own years only
    ranks: float  # share of rank intervals that hold the true rank
    flagged: float  # share whose interval leaves out nothing at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was found of what was planted."""

    runs: int
    stories: float  # share of five planted stories that a list of five tells
    doubles: float  # share of three planted doubles named with their stand-in
    false_doubles: int  # measures called alike with areas shuffled
    leads: float  # share of two planted leads found
    others: int  # leads found that were not planted
    shuffled: int  # leads found with areas shuffled
    turned: int  # planted leads found the way they were planted, with years turned round


def planted(
    rng: np.random.Generator, setting: Setting, *, size: int = SIZE
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values (N, T), need (N, 5) and true lasting effects (N,); one value in twenty is missing."""
    need = rng.normal(size=(size, len(WEIGHTS)))
    effect = setting.lasting * rng.normal(size=size)
    wobble = setting.noise * rng.normal(size=(size, setting.years))
    fresh = np.sqrt(1 - setting.carry**2)
    for year in range(1, setting.years):
        wobble[:, year] = setting.carry * wobble[:, year - 1] + fresh * wobble[:, year]
    level = 10 + need @ np.array(WEIGHTS) + effect
    values = level[:, None] + rng.normal(size=setting.years) + wobble
    values[rng.random(values.shape) < 0.05] = np.nan
    return values, need, effect


def cover(setting: Setting, *, runs: int, seed: int = 0, draws: int = 400) -> Covered:
    """Draw authorities several times and count how often the truth is held.

    Args:
        setting: What the truth is like.
        runs: How often, at least 1.
        seed: Of the first run; the next has the next.
        draws: Draws behind rank intervals.
    """
    from scipy.stats import norm, rankdata  # noqa: PLC0415 (heavy, loaded where used)

    width = float(norm.ppf((1 + LEVEL) / 2))
    told: list[tuple[Coverage, Coverage, Coverage]] = []
    ranks, flagged = [], []
    for run in range(runs):
        rng = np.random.default_rng(seed + run)
        values, need, effect = planted(rng, setting)
        base = baseline(values, need)
        assert base is not None  # SIZE authorities
        assert base.parts is not None  # two years or more
        found = lasting_effect(base.yearly, base.parts, loose=base.loose)
        reach = width * found.posterior
        own = width * found.spread
        told.append(
            (
                _coverage(found.low, found.high, effect, found.alone),
                _coverage(found.point - reach, found.point + reach, effect, found.alone),
                _coverage(found.alone - own, found.alone + own, effect, found.alone),
            )
        )
        drawn = drawn_ranks(found.point, found.posterior, low_is_first=False, rng=rng, draws=draws)
        true = rankdata(-effect, method="min")
        ranks.append(((drawn.low <= true) & (true <= drawn.high)).mean())
        flagged.append(((found.low > 0) | (found.high < 0)).mean())
    ours, shrunken, alone = (
        Coverage(*np.mean([run[kind] for run in told], axis=0).tolist()) for kind in range(3)
    )
    return Covered(
        setting=setting,
        runs=runs,
        ours=ours,
        shrunken=shrunken,
        alone=alone,
        ranks=float(np.mean(ranks)),
        flagged=float(np.mean(flagged)),
    )


def _coverage(low: FloatArray, high: FloatArray, effect: FloatArray, alone: FloatArray) -> Coverage:
    covered = (low <= effect) & (effect <= high)
    tenth = effect.size // 10
    return Coverage(
        all=float(covered.mean()),
        extreme=float(covered[np.argsort(-np.abs(effect))[:tenth]].mean()),
        looks=float(covered[np.argsort(-np.abs(alone))[:tenth]].mean()),
    )


def recover(*, runs: int, seed: int = 0) -> Recovered:
    """Plant doubles and leads several times, and look for them.

    Args:
        runs: How often, at least 1.
        seed: Of the first run.
    """
    stories, doubles, false_doubles = [], [], 0
    leads, others, shuffled, turned = [], 0, 0, 0
    wanted = {("0", "1"), ("2", "3")}
    for run in range(runs):
        rng = np.random.default_rng(seed + run)
        told, panels = planted_stories(rng)
        nothing = np.zeros((SIZE, 0))
        found = weigh(told, panels, need=nothing, length=5, resamples=0)
        chosen = {row.measure.item for row in found.short_list}
        stories.append(len({item[0] for item in chosen} & set("01234")) / 5)
        dropped = [row for row in found.rows if row.measure.item[-1] in "ab" and row.place is None]
        named = [
            r for r in dropped if r.stand_in[0] == r.measure.item[0] and "same story" in r.reason
        ]
        doubles.append(len(named) / 3)
        mixed = [
            Panel(item=one.item, years=one.years, values=rng.permutation(one.values))
            for one in panels
        ]
        again = weigh(told, mixed, need=nothing, length=5, resamples=0)
        false_doubles += len(told) - len({row.cluster for row in again.rows})
        movers, paths = planted_leads(rng)
        for values, kind in (
            (paths, "as planted"),
            (rng.permuted(paths, axis=1), "shuffled"),
            (paths[:, :, ::-1], "turned"),
        ):
            pairs = {
                (one.first.item, one.later.item)
                for one in find_leads(movers, panels_of(values), size=SIZE).leads
            }
            if kind == "as planted":
                leads.append(len(pairs & wanted) / 2)
                others += len(pairs - wanted)
            elif kind == "shuffled":
                shuffled += len(pairs)
            else:
                turned += len(pairs & wanted)
    return Recovered(
        runs=runs,
        stories=float(np.mean(stories)),
        doubles=float(np.mean(doubles)),
        false_doubles=false_doubles,
        leads=float(np.mean(leads)),
        others=others,
        shuffled=shuffled,
        turned=turned,
    )


def planted_stories(rng: np.random.Generator) -> tuple[list[Measure], list[Panel]]:
    """Five stories, three of them told twice (items 0a and 0b), and one measure of pure noise."""
    told, panels = [], []
    for story, outcome in enumerate(OUTCOMES):
        path = rng.normal(size=(SIZE, 1)) + np.cumsum(0.2 * rng.normal(size=(SIZE, 5)), axis=1)
        for copy in "ab" if story < 3 else "c":
            told.append(made_up(f"{story}{copy}", outcomes=(outcome,)))
            values = path + 0.3 * rng.normal(size=path.shape)
            panels.append(Panel(item=told[-1].item, years=tuple(range(2021, 2026)), values=values))
    told.append(made_up("noise", outcomes=("stay safe",)))
    noise = rng.normal(size=(SIZE, 5))
    panels.append(Panel(item="noise", years=tuple(range(2021, 2026)), values=noise))
    return told, panels


def planted_leads(
    rng: np.random.Generator, *, count: int = 30, years: int = 10
) -> tuple[list[Measure], FloatArray]:
    """Measures that wander with noise on top, of which 1 follows 0 and 3 follows 2: (M, N, T)."""
    paths = np.cumsum(rng.normal(size=(count, SIZE, years + 1)), axis=2)
    for first, later in ((0, 1), (2, 3)):
        paths[later, :, 1:] = 0.7 * paths[later, :, 1:] + 0.7 * paths[first, :, :-1]
    told = [made_up(str(item), outcomes=("stay safe",)) for item in range(count)]
    return told, paths[:, :, 1:] + 0.5 * rng.normal(size=(count, SIZE, years))


def panels_of(values: FloatArray) -> list[Panel]:
    """Panels of measures 0, 1, 2 ... from values (M, N, T)."""
    years = tuple(range(2016, 2016 + values.shape[2]))
    return [Panel(item=str(row), years=years, values=one) for row, one in enumerate(values)]


def made_up(item: str, *, outcomes: tuple[str, ...]) -> Measure:
    """A measure that exists in no book, high being better."""
    return Measure(
        item=item,
        title=item,
        unit="",
        period_kind="",
        publisher="",
        topic="",
        description="",
        published_polarity="high",
        better="high",
        kind=Kind.OUTCOME,
        outcomes=outcomes,
        frameworks=(),
        reason="",
        numerator=(),
        denominator=(),
        breaks=(),
        periods=0,
        first=None,
        last=None,
        authorities=0,
    )


def to_frame(rows: Sequence[Covered]) -> pl.DataFrame:
    """One row per setting."""
    return pl.DataFrame(
        [
            {
                **row.setting._asdict(),
                "runs": row.runs,
                **{
                    f"{name}_{field}": value
                    for name in ("ours", "shrunken", "alone")
                    for field, value in getattr(row, name)._asdict().items()
                },
                "ranks": row.ranks,
                "flagged": row.flagged,
            }
            for row in rows
        ]
    )
