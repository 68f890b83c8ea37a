"""What to expect of a place given its need, and how far from that it lies.

Flow: book, measures.need, baseline, shrink, ranks, choices -> THIS -> scenarios, cli.measures
In: a book and a measure. Out: a frozen Expected, N authorities in ascending GSS order.

An authority's expectation never uses its own figures. What lasts over the years is told from what
comes and goes, and the interval is about what lasts. Activity gets no verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.measures.baseline import FEWEST, Baseline, baseline
from totalplace.measures.catalogue import Measure, measures
from totalplace.measures.choices import Choices, every_choice
from totalplace.measures.intervals import Interval
from totalplace.measures.need import CHILDREN, FEWEST_CHILDREN, Need, read_need
from totalplace.measures.panel import Panel, level_of, read_panels
from totalplace.measures.ranks import drawn_ranks, plain_rank
from totalplace.measures.shrink import Lasting, Parts, lasting_effect, noise_scale
from totalplace.measures.today import Today, todays_authorities
from totalplace.types import FloatArray

YEARS = 5
"""Latest years that count."""

LITTLE = 0.05
"""Share of variance explained out of sample below which need is said to explain nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Actual, expected and the difference that lasts; nan where it cannot be said."""

    measure: Measure
    area_codes: tuple[str, ...]  # (N,)
    names: tuple[str, ...]  # (N,)
    years: tuple[int, ...]  # (T,), years that count
    actual: FloatArray  # (N,), latest year
    expected: FloatArray  # (N,), for the latest year, given need
    difference: FloatArray  # (N,), actual minus expected
    lasting: FloatArray  # (N,), best estimate of the difference that lasts
    low: FloatArray  # (N,), 90 % interval of what lasts
    high: FloatArray  # (N,)
    usual: FloatArray  # (N,), level over the years: what need leads one to expect and what lasts
    doubt: FloatArray  # (N,), standard deviation about both; nan where no order can be told
    raw_rank: Interval  # (N,), of the latest year; 1 is best, or highest where nothing is better
    adjusted_rank: Interval  # (N,), of what lasts, the same way round
    yearly: FloatArray  # (N, T), each year's difference from expectation
    error: float  # root mean square error of expected levels out of sample
    explained: float  # share of variance between authorities that need explains out of sample
    parts: Parts | None  # what lasts and what comes and goes, after need; None if not known
    shares: tuple[float, float, float]  # of one year's variation: need, place, noise
    steadiness: float  # correlation of differences from one year to the next
    needs: tuple[str, ...]  # need measures used, in words
    choices: Choices | None  # the same under every choice of need measures
    verdicts: tuple[str, ...]  # (N,), in words
    findings: tuple[str, ...]  # about the measure as a whole
    seed: int
    book_hash: str

    def to_frame(self) -> pl.DataFrame:
        """One row per authority; empty where a figure cannot be said."""
        columns: dict[str, object] = {
            "area_code": self.area_codes,
            "name": self.names,
            "year": [self.years[-1] if self.years else None] * len(self.names),
            "actual": self.actual,
            "expected": self.expected,
            "difference": self.difference,
            "lasting": self.lasting,
            "low": self.low,
            "high": self.high,
        }
        for name, ranks in (("raw_rank", self.raw_rank), ("adjusted_rank", self.adjusted_rank)):
            columns |= {name: ranks.point, f"{name}_low": ranks.low, f"{name}_high": ranks.high}
        if self.choices is not None:
            low, high = self.choices.rank_range()
            columns |= {"rank_lowest_of_choices": low, "rank_highest_of_choices": high}
        columns["verdict"] = self.verdicts
        return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


def expected(book: Book, measure: str | Measure, *, years: int = YEARS, seed: int = 1) -> Expected:
    """Hold every authority's figure against what its need would lead one to expect.

    Args:
        book: A place book.
        measure: A measure, or its id or title.
        years: Latest years that count, at least 1.
        seed: For the draws behind rank intervals.

    Returns:
        The result. Where too little is published it says so in words and holds no invented figure.

    Raises:
        InputError: There is no such measure, or the number of years is below 1.
    """
    if years < 1:
        raise InputError("Expected values need at least one year.")
    chosen = measures(book).resolve(measure) if isinstance(measure, str) else measure
    today = todays_authorities(book)
    panels = read_panels(book, today, [chosen.item, CHILDREN])
    return expected_of(
        panels[chosen.item],
        read_need(book, today),
        measure=chosen,
        today=today,
        children=level_of(panels[CHILDREN].values[:, -1:]),
        years=years,
        seed=seed,
        book_hash=book.hash,
    )


def expected_of(
    panel: Panel,
    need: Need,
    *,
    measure: Measure,
    today: Today,
    children: FloatArray,
    years: int = YEARS,
    seed: int = 1,
    book_hash: str = "",
    brief: bool = False,
) -> Expected:
    """As :func:`expected`, from arrays.

    Args:
        panel: The measure's values, (N, any years).
        need: Need of the same authorities.
        measure: What is measured.
        today: The authorities.
        children: Shape (N,), numbers of children: rates of small places jump more.
        years: Latest years that count.
        seed: For the draws behind rank intervals.
        book_hash: Printed on the result.
        brief: Leave out ranks and the other choices of need, which take most of the time.
    """
    values, kept = panel.values[:, -years:], panel.years[-years:]
    nothing = np.full(today.size, np.nan)
    actual = values[:, -1] if kept else nothing
    low_is_first = measure.better == "low"
    base = baseline(values, need.values)
    lasting = _lasting(base, children)
    doubt = nothing
    if lasting is not None:  # where nothing lasts, no order can be told
        doubt = np.where(lasting.posterior > 0, lasting.posterior, np.nan)
    choices, expectation, adjusted_rank = None, nothing, _no_interval(nothing)
    ranked = np.where(children < FEWEST_CHILDREN, np.nan, actual)  # one child moves it to the end
    raw_rank = _no_interval(nothing if brief else plain_rank(ranked, low_is_first=low_is_first))
    if base is not None:
        expectation = base.level_expected + base.year_effects[-1]
        if not brief:
            choices = every_choice(need, base.level, base.used, low_is_first=low_is_first)
    if base is not None and lasting is not None and not brief:
        rng = np.random.default_rng(seed)
        adjusted_rank = drawn_ranks(lasting.point, doubt, low_is_first=low_is_first, rng=rng)
        drawn = drawn_ranks(
            base.level_expected + lasting.point,
            doubt,
            low_is_first=low_is_first,
            rng=rng,
        )
        raw_rank = Interval(point=raw_rank.point, low=drawn.low, high=drawn.high)
    low, high = (nothing, nothing) if lasting is None else (lasting.low, lasting.high)
    return Expected(
        measure=measure,
        area_codes=today.area_codes,
        names=tuple(one.name for one in today.authorities),
        years=kept,
        actual=actual,
        expected=expectation,
        difference=actual - expectation,
        lasting=nothing if lasting is None else lasting.point,
        low=low,
        high=high,
        usual=nothing if base is None or lasting is None else base.level_expected + lasting.point,
        doubt=doubt,
        raw_rank=raw_rank,
        adjusted_rank=adjusted_rank,
        yearly=np.full(values.shape, np.nan) if base is None else base.yearly,
        error=float("nan") if base is None else base.error,
        explained=float("nan") if base is None else base.explained,
        parts=None if base is None else base.parts,
        shares=_shares(base),
        steadiness=float("nan") if base is None else _steadiness(base.yearly),
        needs=tuple(one.words for one in need.measures),
        choices=choices,
        verdicts=tuple(
            _verdict(measure, actual[row], expectation[row], low[row], high[row])
            for row in range(today.size)
        ),
        findings=tuple(_findings(measure, need, kept, values, base)),
        seed=seed,
        book_hash=book_hash,
    )


def _lasting(base: Baseline | None, children: FloatArray) -> Lasting | None:
    if base is None or base.parts is None:
        return None
    scale = noise_scale(base.yearly, children)
    return lasting_effect(base.yearly, base.parts, loose=base.loose, scale=scale)


def _no_interval(point: FloatArray) -> Interval:
    nothing = np.full(point.shape, np.nan)
    return Interval(point=point, low=nothing, high=nothing)


def _shares(base: Baseline | None) -> tuple[float, float, float]:
    """Need, place and noise in one year's variation between authorities; they add up to 1."""
    if base is None or base.parts is None:
        return float("nan"), float("nan"), float("nan")
    after = base.parts.lasting + base.parts.noise
    spread = float(np.nanvar(base.yearly + base.level_expected[:, None]))
    whole = max(spread, after)
    if not whole > 0:
        return float("nan"), float("nan"), float("nan")
    return 1 - after / whole, base.parts.lasting / whole, base.parts.noise / whole


def _steadiness(yearly: FloatArray) -> float:
    """Correlation of differences between neighbouring years; nan where there are too few."""
    before, after = yearly[:, :-1].ravel(), yearly[:, 1:].ravel()
    both = ~np.isnan(before) & ~np.isnan(after)
    if both.sum() < FEWEST or np.std(before[both]) == 0 or np.std(after[both]) == 0:
        return float("nan")
    return float(np.corrcoef(before[both], after[both])[0, 1])


def _findings(
    measure: Measure,
    need: Need,
    years: tuple[int, ...],
    values: FloatArray,
    base: Baseline | None,
) -> list[str]:
    """What must be known before any one authority's figures are read."""
    if not years:
        return ["Nothing is published for today's authorities, so nothing can be said."]
    if base is None:
        count = int((~np.isnan(values).all(axis=1)).sum())
        return [
            f"{count} authorities have a figure, and need is known for too few of them: an "
            f"expectation is drawn from at least {FEWEST}."
        ]
    told = []
    if base.explained < LITTLE:
        told.append(
            "Need explains nothing of this measure: an expected value is little more than the "
            "mean of the other authorities."
        )
    else:
        told.append(
            f"Need explains {100 * base.explained:.0f} % of how authorities differ, predicted out "
            "of sample."
        )
    if base.parts is None:
        told.append(
            "One year alone cannot tell what lasts from what comes and goes: differences have no "
            "interval and no verdict."
        )
    elif base.parts.lasting == 0:
        told.append("No lasting difference between authorities can be told from noise.")
    if need.absent:
        words = ", ".join(one.words for one in need.absent)
        told.append(f"This book lacks {words}; a book of the full files has it.")
    if not measure.judged:
        told.append("Neither more nor less is better, so there is no verdict.")
    return told


def _verdict(measure: Measure, actual: float, expectation: float, low: float, high: float) -> str:
    told = _plain_verdict(measure, expectation, low, high)
    if np.isnan(actual) and not np.isnan(low):
        return f"{told}, from earlier years: the latest is not published"
    return told


def _plain_verdict(measure: Measure, expectation: float, low: float, high: float) -> str:
    if np.isnan(expectation):
        return "no expectation: too few children, or a figure is not published"
    if np.isnan(low):
        return "no verdict: one year alone cannot tell what lasts"
    if low <= 0 <= high:
        return "no clear difference from expected"
    more = low > 0
    if not measure.judged:
        return "more than expected" if more else "less than expected"
    return "better than expected" if more == (measure.better == "high") else "worse than expected"
