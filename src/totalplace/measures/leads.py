"""Which measures move before which others do.

Flow: book, measures.catalogue, panel, signal -> THIS -> cli.measures
In: yearly values of many measures. Out: pairs in which a change in one comes a year before a
change in the other, after every test below. Correlation in time, not cause.

Changes from year to year, with what all authorities share taken out, drop both area and year
effects. A pair counts only if the earlier change tells of the later one beyond the later measure's
own earlier change, and if all of this holds:

1. Not by chance: false-discovery control at 5 % over every pair.
2. It clearly beats its time-reversed twin, the same with the order of years turned round.
3. Held-out years and held-out areas: a slope from one half makes the error of the other smaller,
   and the other way about.
4. No shared numerator: the two do not move together within a year, do not tell the same story, and
   do not count the same children a year apart (children on plans, and children whose plans end).

A later year that begins before the earlier one ends is not tried: a count of September comes at the
same time as the financial year after it.

Source: Granger (1969), Econometrica 37, 424-438; Haufe and others (2013), NeuroImage 64, 120-133,
for time reversal; Benjamini and Yekutieli (2001), Annals of Statistics 29, 1165-1188.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from totalplace.book.store import Book
from totalplace.measures.catalogue import Kind, Measure, measures
from totalplace.measures.panel import Panel, centre_years, read_panels
from totalplace.measures.signal import cube_of, signal_of
from totalplace.measures.today import todays_authorities
from totalplace.types import BoolArray, FloatArray, IntArray

FALSE_SHARE = 0.05
BEATS = 2.0
"""Standard errors by which a lead is to beat its twin."""

TOGETHER = 0.2
"""Correlation of changes within a year above which a numerator may be shared."""

SAME_STORY = 0.8
_CHILDREN = (
    ("Child Protection", "Children in Need"),
    ("Children Looked After", "Adoption"),
    ("Attainment by age 19", "Further & Higher Education", "Key Stage 5", "Economic Factors"),
    ("Key Stage 4",),
    ("Key Stage 2", "Key Stage 1 and Phonics", "Foundation Stage", "Early Years"),
    ("Children with SEN",),
    ("All Pupil Absence & Exclusions",),
    ("Youth Offending",),
    ("Health and Wellbeing",),
    ("Children's Services Workforce",),
)
"""Publisher's topics that count the same children, this year or the next."""

FEWEST_CHANGES = 400
"""Pairs of yearly changes that a lead rests on: about 130 authorities for three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A change in one measure that comes a year before a change in another."""

    first: Measure
    later: Measure
    strength: float  # partial correlation
    reversed_strength: float  # of its time-reversed twin
    changes: int  # authorities and years it rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """All leads that pass, and how many pass with the years turned round."""

    leads: tuple[Lead, ...]  # strongest first
    pairs: int  # tried
    by_chance_control: int  # that pass false-discovery control alone
    reversed_leads: int  # that pass every test when the order of years is turned round, which
    #   makes followers leaders: about as many as there are leads is what to expect
    book_hash: str

    def to_frame(self) -> pl.DataFrame:
        """One row per lead."""
        return pl.DataFrame(
            {
                "first": [one.first.item for one in self.leads],
                "first_title": [one.first.title for one in self.leads],
                "later": [one.later.item for one in self.leads],
                "later_title": [one.later.title for one in self.leads],
                "strength": [one.strength for one in self.leads],
                "reversed_strength": [one.reversed_strength for one in self.leads],
                "changes": [one.changes for one in self.leads],
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    passed: BoolArray  # (M, M), row leads column
    controlled: BoolArray  # (M, M), passes false-discovery control
    strength: FloatArray  # (M, M)
    twin: FloatArray  # (M, M)
    changes: FloatArray  # (M, M)
    tried: int


def leads(book: Book, *, seed: int = 1) -> Leads:
    """Find leads among a book's outcomes, processes, workforce and activity.

    Args:
        book: A place book.
        seed: For the halves of areas.
    """
    today = todays_authorities(book)
    told = [
        one
        for one in measures(book)
        if one.kind in (Kind.OUTCOME, Kind.PROCESS, Kind.WORKFORCE, Kind.ACTIVITY)
        and one.periods >= 5
        and (one.topic or one.judged)
    ]
    panels = list(read_panels(book, today, [one.item for one in told]).values())
    return find_leads(told, panels, size=today.size, seed=seed, book_hash=book.hash)


def find_leads(
    told: Sequence[Measure],
    panels: Sequence[Panel],
    *,
    size: int,
    seed: int = 1,
    book_hash: str = "",
) -> Leads:
    """As :func:`leads`, from arrays.

    Args:
        told: M measures.
        panels: Their values, N authorities each.
        size: Authorities N.
        seed: For the halves of areas.
        book_hash: Printed on the result.
    """
    changes = changes_of(panels, size=size)
    alike = signal_of(cube_of(panels, years=5, size=size)).likeness >= SAME_STORY
    half = np.random.default_rng(seed).permutation(size) % 2
    shared = alike | _same_children(told) | _overlapping(told)
    forward = _test(changes, shared, half)
    backward = _test(changes[:, :, ::-1], shared, half)
    found = [
        Lead(
            first=told[one],
            later=told[other],
            strength=float(forward.strength[one, other]),
            reversed_strength=float(forward.twin[one, other]),
            changes=int(forward.changes[one, other]),
        )
        for one, other in np.argwhere(forward.passed)
    ]
    found.sort(key=lambda one: (-abs(one.strength), one.first.item, one.later.item))
    return Leads(
        leads=tuple(found),
        pairs=forward.tried,
        by_chance_control=int(forward.controlled.sum()),
        reversed_leads=int(backward.passed.sum()),
        book_hash=book_hash,
    )


def changes_of(panels: Sequence[Panel], *, size: int) -> FloatArray:
    """Changes from one year to the next, each measure's to unit variance, (M, N, Y - 1).

    Args:
        panels: M measures.
        size: Authorities N.
    """
    years = sorted({year for panel in panels for year in panel.years})
    span = range(years[0], years[-1] + 1) if years else range(0)
    values = np.full((len(panels), size, len(span)), np.nan)
    for row, panel in enumerate(panels):
        if panel.years:
            centred, _ = centre_years(panel.values, rounds=5)
            values[row][:, [year - span[0] for year in panel.years]] = centred
    found = np.diff(values, axis=2)
    mean = np.nanmean(np.where(np.isnan(found).all(axis=1, keepdims=True), 0.0, found), axis=1)
    found = found - mean[:, None]
    scale = np.sqrt(np.nanmean(np.where(np.isnan(found), 0.0, found**2), axis=(1, 2)))
    filled = (~np.isnan(found)).mean(axis=(1, 2))
    scale = scale / np.sqrt(np.where(filled > 0, filled, 1.0))
    return np.asarray(found / np.where(scale > 0, scale, 1.0)[:, None, None])


def _same_children(told: Sequence[Measure]) -> BoolArray:
    """Whether two measures may count the same children, (M, M), by their topics."""
    groups = np.array(
        [[any(topic in one.topic for topic in group) for group in _CHILDREN] for one in told],
        dtype=np.float64,
    )
    return np.asarray(groups @ groups.T > 0)


def _overlapping(told: Sequence[Measure]) -> BoolArray:
    """Whether the column's year begins before the row's year before it has ended, (M, M).

    A count of 30 September and a financial year labelled one later are of the same time.
    """
    month = np.array([one.last.month if one.last else 12 for one in told])
    return np.asarray(month[None, :] < month[:, None])


def _test(changes: FloatArray, shared: BoolArray, half: IntArray) -> _Tested:
    """Every pair by every test."""
    strength, count = _partial(changes)
    twin, _ = _partial(changes[:, :, ::-1])
    together = np.abs(_correlation(changes, changes)[0])
    allowed = (count >= FEWEST_CHANGES) & ~shared & (together < TOGETHER)
    np.fill_diagonal(allowed, False)
    room = np.sqrt(np.maximum(count - 4, 1.0))
    score = np.arctanh(np.clip(strength, -0.999, 0.999)) * room
    beside = np.arctanh(np.clip(twin, -0.999, 0.999)) * room
    chance = 2 * stats.norm.sf(np.abs(score))
    controlled = np.zeros(chance.shape, dtype=np.bool_)
    if allowed.any():
        adjusted = stats.false_discovery_control(chance[allowed], method="by")
        controlled[allowed] = adjusted <= FALSE_SHARE
    passed = controlled & (np.abs(score) - np.abs(beside) >= BEATS * np.sqrt(2))
    years = changes.shape[2]
    middle = years // 2 + 1
    for one, other in (
        (changes[:, :, :middle], changes[:, :, middle - 1 :]),
        (changes[:, half == 0], changes[:, half == 1]),
    ):
        passed &= _carries_over(_partial(one)[0], _partial(other)[0])
    return _Tested(
        passed=passed,
        controlled=controlled,
        strength=strength,
        twin=twin,
        changes=count,
        tried=int(allowed.sum()),
    )


def _carries_over(one: FloatArray, other: FloatArray) -> BoolArray:
    """Whether the slope of each half makes the squared error of the other half smaller.

    In units of standard deviations a slope b changes it by b * b - 2 * b * r.
    """
    return np.asarray((2 * one * other > one**2) & (2 * one * other > other**2))


def _partial(changes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Correlation of the row's change with the column's next one, beyond the column's own.

    Returns:
        Partial correlations (M, M), and how many changes each rests on.
    """
    before, after = changes[:, :, :-1], changes[:, :, 1:]
    ahead, count = _correlation(before, after)
    within, _ = _correlation(before, before)
    own = np.diag(ahead)[None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (ahead - within * own) / np.sqrt((1 - within**2) * (1 - own**2))
    return np.where(np.isfinite(found), np.clip(found, -1, 1), 0.0), count


def _correlation(one: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Correlation of every row of one with every row of the other where both are known."""
    left, right = one.reshape(one.shape[0], -1), other.reshape(other.shape[0], -1)
    known, known_too = (~np.isnan(left)).astype(float), (~np.isnan(right)).astype(float)
    left, right = np.nan_to_num(left), np.nan_to_num(right)
    count = known @ known_too.T
    with np.errstate(invalid="ignore", divide="ignore"):
        found = left @ right.T / np.sqrt((left**2 @ known_too.T) * (known @ (right**2).T))
    return np.where(np.isfinite(found), found, 0.0), count
