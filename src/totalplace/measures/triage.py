"""From hundreds of measures to the few worth watching, and why each of the others is left out.

Flow: book, measures.catalogue, signal, need, shortlist -> THIS -> cli.measures
In: a book and a length. Out: a frozen Triage: a row for every measure weighed.

Weighed are the measures that say how children fare, whether the service did its part in time, what
the workforce is like and how much is done. Only those with a better and a worse may be chosen.
Counts, need and money are no measures of how well a place does, and are not weighed. A measure on
which places hardly move is not chosen: nobody could act on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.baseline import baseline
from totalplace.measures.catalogue import OUTCOMES, Kind, Measure, measures
from totalplace.measures.leads import find_leads
from totalplace.measures.movement import Movement, movement
from totalplace.measures.need import read_need
from totalplace.measures.panel import Panel, read_panels
from totalplace.measures.shortlist import ShortList, choose
from totalplace.measures.signal import Signal, completeness, cube_of, signal_of
from totalplace.measures.today import todays_authorities
from totalplace.types import BoolArray, FloatArray, IntArray

YEARS = 5
LONG = 8
"""Latest years that movement is told from."""

COMPLETE = 0.8
RELIABLE = 0.3
RECENT = 2
MOVES = 0.25
"""Real change of a typical place in four years, in standard deviations between places. A measure on
which it is clearly less nobody seems able to move."""

LIKE = 0.5
"""Correlation below which nothing on the list stands for a measure well."""

SAME = 0.8
"""Correlation of levels from which two measures are said to tell the same story."""

_WEIGHED = (Kind.OUTCOME, Kind.PROCESS, Kind.WORKFORCE, Kind.ACTIVITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One measure weighed."""

    measure: Measure
    completeness: float  # share of authorities and of the latest five years with a value
    reliability: float  # share of one year's differences still there two years on
    need: float  # share of differences that need explains out of sample; nan if not known
    moves: float  # real change of a typical place in four years, in standard deviations between
    #   places: what an authority seems able to move; nan if too few years
    leads: int  # measures that move a year after it, after every test
    cluster: int  # measures of one number tell the same story
    place: int | None  # on the short list, 1 first; None if not on it
    stand_in: str  # the measure of the list that says most of it; itself if chosen
    likeness: float  # correlation with the stand-in, without its sign
    stability: float  # share of resamples in which it is chosen
    stood_for: float  # share of resamples in which it or one of its cluster is chosen
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Every measure weighed: the short list first, then by item."""

    rows: tuple[Weighed, ...]
    length: int
    value: float  # of the list, of 1 plus the worth of reaching outcomes
    bound: float  # no list of this length is worth more
    overlap: float  # mean share of the list that a resample chooses too
    resamples: int
    seed: int
    book_hash: str

    @property
    def short_list(self) -> tuple[Weighed, ...]:
        """The chosen measures, in order of choice."""
        return tuple(row for row in self.rows if row.place is not None)

    def to_frame(self) -> pl.DataFrame:
        """One row per measure weighed."""
        return pl.DataFrame(
            [
                {
                    "place": row.place,
                    "item": row.measure.item,
                    "title": row.measure.title,
                    "better": row.measure.better,
                    "outcomes": "; ".join(row.measure.outcomes),
                    "completeness": row.completeness,
                    "reliability": row.reliability,
                    "need": row.need,
                    "moves": row.moves,
                    "leads": row.leads,
                    "cluster": row.cluster,
                    "stand_in": row.stand_in,
                    "likeness": row.likeness,
                    "stability": row.stability,
                    "stood_for": row.stood_for,
                    "reason": row.reason,
                }
                for row in self.rows
            ],
            schema_overrides={"place": pl.Int64},
        ).with_columns(pl.selectors.float().fill_nan(None))


def triage(book: Book, *, length: int = 20, resamples: int = 20, seed: int = 1) -> Triage:
    """Weigh every measure of a book and choose the few that stand for the rest.

    Args:
        book: A place book.
        length: How many to choose, at least 1.
        resamples: How often areas and years are drawn again to see whether the list holds.
        seed: For the draws.

    Raises:
        InputError: The length is below 1, or the book has no measure to weigh.
    """
    if length < 1:
        raise InputError("A short list has at least one measure.")
    today = todays_authorities(book)
    weighed = [
        one
        for one in measures(book)
        if one.kind in _WEIGHED and one.periods and (one.topic or one.judged)
    ]
    if not weighed:
        raise InputError("This book has no measure to choose from.")
    panels = list(read_panels(book, today, [one.item for one in weighed]).values())
    long = [at for at, panel in enumerate(panels) if len(panel.years) >= YEARS]
    found = find_leads([weighed[at] for at in long], [panels[at] for at in long], size=today.size)
    return weigh(
        weighed,
        panels,
        need=read_need(book, today).values,
        leads=Counter(one.first.item for one in found.leads),
        length=length,
        resamples=resamples,
        seed=seed,
        book_hash=book.hash,
    )


def weigh(
    weighed: Sequence[Measure],
    panels: Sequence[Panel],
    *,
    need: FloatArray,
    length: int,
    leads: Mapping[str, int] | None = None,
    resamples: int = 20,
    seed: int = 1,
    book_hash: str = "",
) -> Triage:
    """As :func:`triage`, from arrays.

    Args:
        weighed: M measures.
        panels: Their values.
        need: Shape (N, K), nan where missing.
        length: How many to choose.
        leads: How many measures each leads, by item; none if left out.
        resamples: How often to draw again.
        seed: For the draws.
        book_hash: Printed on the result.
    """
    size = need.shape[0]
    cube = cube_of(panels, years=YEARS, size=size)
    complete = completeness(cube)
    newest = max(panel.years[-1] for panel in panels)
    moves = [movement(one.values[:, -LONG:], one.years[-LONG:]) for one in panels]
    fit = np.array(
        [
            one.judged
            and part >= COMPLETE
            and panel.years[-1] >= newest - RECENT
            and not moved.most < MOVES  # not known is no reason
            for one, part, panel, moved in zip(weighed, complete, panels, moves, strict=True)
        ]
    )
    reach = np.array([[name in one.outcomes for name in OUTCOMES] for one in weighed])
    found = signal_of(cube)
    judged = np.array([one.judged for one in weighed])
    reach &= judged[:, None]
    picked = _pick(found, complete, fit, reach, length=length)
    clusters = _clusters(found.likeness)
    chosen_again = _resample(
        cube, complete, fit, reach, length=length, resamples=resamples, seed=seed
    )
    chosen: IntArray = np.array(picked.chosen, dtype=np.int64)
    rows = [
        _row(
            index,
            weighed,
            panels,
            found,
            complete,
            newest,
            clusters,
            chosen,
            chosen_again,
            need=_explained(panels[index], need),
            moves=moves[index],
            leads=(leads or {}).get(weighed[index].item, 0),
        )
        for index in range(len(weighed))
    ]
    rows.sort(key=lambda row: (row.place is None, row.place or 0, row.measure.item))
    overlap = chosen_again[:, chosen].mean() if resamples and chosen.size else float("nan")
    return Triage(
        rows=tuple(rows),
        length=length,
        value=picked.value,
        bound=picked.bound,
        overlap=float(overlap),
        resamples=resamples,
        seed=seed,
        book_hash=book_hash,
    )


def _pick(
    found: Signal, complete: FloatArray, fit: BoolArray, reach: BoolArray, *, length: int
) -> ShortList:
    """Choose by shared variance and reliability; each outcome's measures together weigh the same.

    A measure without a better and a worse belongs to no outcome in `reach`, and so weighs nothing.
    """
    worth = reach * (complete * found.reliability)[:, None]
    whole = worth.sum(axis=0)
    weights = (worth / np.where(whole > 0, whole, 1.0)).sum(axis=1) / reach.shape[1]
    quality = complete * found.reliability
    return choose(
        found.likeness**2 * quality[None, :],
        weights,
        reach,
        fit & (found.reliability >= RELIABLE),
        length=length,
    )


def _resample(
    cube: FloatArray,
    complete: FloatArray,
    fit: BoolArray,
    reach: BoolArray,
    *,
    length: int,
    resamples: int,
    seed: int,
) -> BoolArray:
    """Whether each measure is chosen, (resamples, M): areas drawn again and one year left out."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros((resamples, cube.shape[0]), dtype=np.bool_)
    for draw in range(resamples):
        rows = np.asarray(rng.integers(cube.shape[1], size=cube.shape[1]), dtype=np.int64)
        kept = np.delete(np.arange(cube.shape[2]), int(rng.integers(cube.shape[2])))
        again = _pick(signal_of(cube[:, :, kept], rows), complete, fit, reach, length=length)
        chosen[draw, list(again.chosen)] = True
    return chosen


def _clusters(likeness: FloatArray) -> IntArray:
    """Numbers of groups whose members are on average at least SAME alike."""
    if likeness.shape[0] < 2:
        return np.ones(likeness.shape[0], dtype=np.int64)
    apart = 1 - likeness
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform((apart + apart.T) / 2, checks=False), method="average")
    return np.asarray(fcluster(tree, t=1 - SAME, criterion="distance"), dtype=np.int64)


def _explained(panel: Panel, need: FloatArray) -> float:
    base = baseline(panel.values[:, -YEARS:], need)
    return float("nan") if base is None else base.explained


def _row(
    index: int,
    weighed: Sequence[Measure],
    panels: Sequence[Panel],
    found: Signal,
    complete: FloatArray,
    newest: int,
    clusters: IntArray,
    chosen: IntArray,
    chosen_again: BoolArray,
    *,
    need: float,
    moves: Movement,
    leads: int,
) -> Weighed:
    place = next((at for at, row in enumerate(chosen.tolist(), 1) if row == index), None)
    nearest = int(chosen[int(np.argmax(found.likeness[index, chosen]))]) if chosen.size else None
    alike = 0.0 if nearest is None else float(found.likeness[index, nearest])
    same = clusters == clusters[index]
    resampled = chosen_again.shape[0] > 0
    return Weighed(
        measure=weighed[index],
        completeness=float(complete[index]),
        reliability=float(found.reliability[index]),
        need=need,
        moves=moves.typical,
        leads=leads,
        cluster=int(clusters[index]),
        place=place,
        stand_in="" if nearest is None else weighed[nearest].item,
        likeness=alike,
        stability=float(chosen_again[:, index].mean()) if resampled else float("nan"),
        stood_for=float(chosen_again[:, same].any(axis=1).mean()) if resampled else float("nan"),
        reason=_reason(
            weighed[index],
            panels[index],
            complete[index],
            found.reliability[index],
            moves,
            newest,
            place,
            None if nearest is None else weighed[nearest],
            alike,
            int((found.likeness[index] >= SAME).sum()) - 1,
        ),
    )


def _reason(
    one: Measure,
    panel: Panel,
    complete: float,
    reliability: float,
    moves: Movement,
    newest: int,
    place: int | None,
    stand_in: Measure | None,
    alike: float,
    others: int,
) -> str:
    """Why a measure is on the list or not, with the first thing that rules it out."""
    if place is not None:
        told = f"Speaks for {', '.join(one.outcomes)}" if one.outcomes else "Workforce"
        if others > 0:
            told += f" and for {others} more that tell{'s' if others == 1 else ''} the same story"
        return f"{told}; {100 * reliability:.0f} % of differences last two years."
    beside = ""
    if stand_in is not None:
        near = "Nearest on the list"
        if alike < LIKE:
            near = "Nothing on the list stands for it well; nearest"
        beside = f" {near}: {stand_in.title} (correlation {alike:.2f})."
    if not one.judged:
        told = "Neither more nor less is better, so it cannot tell how well a place does."
    elif panel.years[-1] < newest - RECENT:
        told = f"Nothing newer than {panel.years[-1]}."
    elif complete < COMPLETE:
        told = f"Only {100 * complete:.0f} % of authorities and years have a value."
    elif reliability < RELIABLE:
        told = f"Mostly noise: {100 * reliability:.0f} % of differences last two years."
    elif moves.most < MOVES:
        told = "Hardly moves: beyond noise, places stay where they are over four years."
    elif alike >= SAME:
        told = "Tells the same story as one on the list."
    else:
        told = "Adds less than those on the list."
    return told + beside
