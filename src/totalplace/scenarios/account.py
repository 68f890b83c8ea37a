"""The account of one place: the frozen results that a profile is made of.

Flow: scenarios.profile -> THIS -> reports.profile_text and its kin
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from totalplace.book.own import OwnFigure
from totalplace.footprints.results import report_function
from totalplace.measures.headlines import Headline
from totalplace.measures.judgements import Judgement
from totalplace.measures.neighbours import Comparison, Neighbours
from totalplace.measures.ranks import Rank
from totalplace.measures.rates import Rate
from totalplace.money.doubts import Doubt
from totalplace.money.unit_costs import UnitCost
from totalplace.places.register import Ending

BODY_KINDS = {
    "region": "region",
    "nhs": "NHS integrated care board",
    "police": "police force",
    "strategic": "strategic authority",
    "adoption": "regional adoption agency",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period of a series."""

    end: date
    rate: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What need leads one to expect of one authority, and what lasts of the difference."""

    value: float  # nan where it cannot be said
    difference: float  # of the latest year
    lasting: float  # best estimate of the difference that lasts; nan where it cannot be said
    low: float  # 90 % interval of it
    high: float
    rank: Rank | None  # of its usual level over the latest years, need not allowed for
    adjusted_rank: Rank | None  # of the difference that lasts
    words: str  # the verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measure of the place."""

    headline: Headline
    end: date  # last day of the period shown
    rate: Rate
    england: float  # nan where missing
    against_england: str  # above, below, no clear difference; "" where not compared
    neighbours: Comparison
    against_neighbours: str  # against their median
    rank: Rank | None  # on a measure of need, among the authorities of today; 1 is most
    expected: Expectation | None  # for single authorities of today, where need is allowed for
    series: tuple[Point, ...]  # known periods, oldest first, this one last
    trend: str  # in words
    own: tuple[OwnFigure, ...] = ()  # own figures that stand behind the figure


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPair:
    """One unit cost of the place, and England's, with 80 % intervals."""

    here: UnitCost
    england: UnitCost


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """One full inspection of one authority of the place."""

    area_code: str
    name: str
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One partner body, and how much of which authority is inside it."""

    kind: str  # a value of BODY_KINDS
    name: str
    members: tuple[str, ...]  # names of the parts inside it
    partly: tuple[str, ...]  # of them, those a boundary crosses


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account of one place. Frozen; ``to_frame`` gives its measures as a table."""

    name: str
    kind: str  # authority, past authority, footprint, region or england
    area_code: str  # "" for a footprint
    la_number: str  # "" where it has none
    regions: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]  # code and name
    became: tuple[str, ...]  # names of what took a past authority's place
    ended: date | None
    ending: Ending | None  # an expected abolition of the one authority it is
    children: float
    children_end: date | None
    as_of: date | None  # figures and reports up to this day; None is all
    lines: tuple[Line, ...]
    not_held: tuple[str, ...]  # headline measures this book has no figures of
    compared_with: Neighbours
    costs: tuple[CostPair, ...]  # what a year's spend comes to per child; none on a past day
    doubts: tuple[Doubt, ...]
    inspections: tuple[Inspected, ...]  # newest first
    uninspected: tuple[str, ...]  # parts with no full inspection in the book
    partners: tuple[Partner, ...]
    sources: tuple[str, ...]
    book_hash: str
    version: str
    own: tuple[OwnFigure, ...] = ()  # every own figure that was used, of neighbours too

    @property
    def gaps(self) -> tuple[tuple[str, str], ...]:
        """Measures with no figure, and why."""
        return tuple(
            (line.headline.short, line.rate.reason) for line in self.lines if not line.rate.known
        )

    def group(self, name: str) -> tuple[Line, ...]:
        """The lines of one group of measures."""
        return tuple(line for line in self.lines if line.headline.group == name)

    def to_json(self) -> str:
        """This profile as JSON; its schema is ``reports/schema/profile.schema.json``."""
        return str(report_function("profile_json", "profile_to_json")(self))

    def to_html(self, path: str | Path) -> Path:
        """Write this profile as one self-contained page and return its path.

        Args:
            path: Where it is to appear.

        Raises:
            InputError: The file cannot be written; what was there is unchanged.
        """
        return self._write(path, report_function("profile_page", "profile_page")(self).encode())

    def to_excel(self, path: str | Path) -> Path:
        """Write this profile as a workbook (.xlsx) and return its path; see :meth:`to_html`."""
        return self._write(path, report_function("profile_workbook", "profile_workbook")(self))

    def to_word(self, path: str | Path) -> Path:
        """Write this profile as a paper (.docx) and return its path; see :meth:`to_html`."""
        return self._write(path, report_function("profile_paper", "profile_paper")(self))

    def _write(self, path: str | Path, content: bytes) -> Path:
        path = Path(path)
        report_function("write", "write_whole")(path.parent, {path.name: content})
        return path

    def to_frame(self) -> pl.DataFrame:
        """One row per measure: figure, interval or why none, England, neighbours, trend."""
        return pl.DataFrame(
            [_row(self, line) for line in self.lines], infer_schema_length=None
        ).with_columns(pl.col(pl.Float64).fill_nan(None))


def _row(place: Profile, line: Line) -> dict[str, object]:
    headline, rate, beside = line.headline, line.rate, line.neighbours
    return {
        "area_code": place.area_code,
        "place": place.name,
        "group": headline.group,
        "measure": headline.id,
        "title": headline.short,
        "item": headline.item,
        "better": headline.better,
        "period": rate.period,
        "period_end": line.end,
        "value": rate.value,
        "low": rate.low,
        "high": rate.high,
        "interval_method": rate.method,
        "no_interval": rate.no_interval,
        "missing": rate.reason,
        "note": rate.note,
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "expected": line.expected.value if line.expected else None,
        "difference": line.expected.difference if line.expected else None,
        "lasting": line.expected.lasting if line.expected else None,
        "lasting_low": line.expected.low if line.expected else None,
        "lasting_high": line.expected.high if line.expected else None,
        "against_expected": line.expected.words if line.expected else "",
        **_ranks("rank", line.expected.rank if line.expected else line.rank),
        **_ranks("adjusted_rank", line.expected.adjusted_rank if line.expected else None),
        "england": line.england,
        "against_england": line.against_england,
        "neighbours_mean": beside.mean,
        "neighbours_median": beside.median,
        "neighbours_used": beside.used,
        "neighbours_of": beside.of,
        "neighbours_disagree": beside.disagree,
        "against_neighbours": line.against_neighbours,
        "trend": line.trend,
        **({"own": "; ".join(one.mark for one in line.own)} if place.own else {}),
    }


def _ranks(name: str, found: Rank | None) -> dict[str, int | None]:
    return {
        f"{name}_low": found.low if found else None,
        f"{name}_high": found.high if found else None,
        f"{name}_of": found.of if found else None,
    }
