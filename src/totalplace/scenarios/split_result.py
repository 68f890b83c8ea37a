"""What dividing a county comes to: the frozen results that reports and programs read.

Flow: scenarios.splitting -> THIS -> reports.split_text and its kin
Money is pounds in a Range and whole pence in a count. Intervals are 80 % over draws; a ``low`` and
``high`` in pence are what the keys that could have been used, and estimates' own ranges, span.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.footprints.results import Range, report_function
from totalplace.money.divide import PartRow

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One new authority."""

    name: str
    districts: tuple[str, ...]
    children: float  # aged 0 to 17
    poor_children: float  # in income-deprived families
    smaller: int  # how many of today's authorities have fewer children
    need: Mapping[str, float]  # key -> its share of the county, 0 to 1
    pence: int  # its part of all public money counted
    low: int
    high: int
    own_pence: int  # of it, what the council pays
    unknown: int  # lines without an amount
    added_a_year: Range  # what being smaller costs it, pounds a year
    added_pence: int  # the same, mean, in pence
    set_up: Range  # once

    @property
    def poor_share(self) -> float:
        """Share of its children in income-deprived families."""
        return self.poor_children / self.children

    @property
    def after_pence(self) -> int:
        """Its part of the whole and what being smaller adds to it."""
        return self.pence + self.added_pence


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShares:
    """What one key gives each part."""

    name: str
    title: str
    basis: str
    stated: bool
    estimated: bool
    shares: Mapping[str, float]  # part -> share, adding up to one


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """One thing that costs more when there are several."""

    name: str
    title: str
    rule: str  # the planner's rule it is priced by
    now: Range  # what the whole spends on it, by the same rule
    a_year: Range  # all parts together
    by_part: Mapping[str, Range]
    pence: tuple[int, ...]  # mean, part by part in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to go about it, beside parting everything."""

    name: str
    title: str
    dearer: Range  # than one authority, pounds a year


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFence:
    """Money that may not be spent on anything else, or is not the council's."""

    rule: str
    lines: tuple[str, ...]
    pence: Mapping[str, int]  # by part
    unknown: tuple[str, ...]  # lines of it without an amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """What each part takes of the council's own money on a theme beyond its share of children."""

    theme: str
    whole: float  # pounds
    beyond: Mapping[str, float]  # part -> pounds; below nothing where it pays for others
    low: Mapping[str, float]
    high: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountySplit:
    """A county divided. Frozen."""

    place: str
    area_code: str
    parts: tuple[Part, ...]
    rows: tuple[PartRow, ...]
    keys: tuple[KeyShares, ...]
    added: tuple[Added, ...]
    added_a_year: Range
    set_up: Range  # once
    ways: tuple[Way, ...]  # from keeping one authority to parting everything
    years: int  # horizon
    over_years: Range  # present value of both over the horizon
    whole_pence: int  # all public money counted in the county
    unknown: tuple[str, ...]  # lines without an amount
    ring_fences: tuple[RingFence, ...]
    subsidies: tuple[Subsidy, ...]
    doubts: tuple[str, ...]
    unpriced: tuple[str, ...]  # what the loss of scale leaves out, and why
    count_years: tuple[tuple[str, str], ...]  # what it is, the year it is of
    sources: tuple[str, ...]
    seed: int
    draws: int
    assumptions_sha256: str
    book_hash: str
    version: str

    @property
    def added_pence(self) -> int:
        """What being smaller adds, mean, pence a year."""
        return sum(sum(one.pence) for one in self.added)

    @property
    def difference(self) -> int:
        """Parts and what is added to them, less the whole and what is added to it: nothing."""
        return sum(one.after_pence for one in self.parts) - self.whole_pence - self.added_pence

    def to_frame(self) -> pl.DataFrame:
        """One row for each part and line: key, pounds, range."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        return pl.DataFrame(
            [
                {
                    "part": row.part,
                    "line": row.line,
                    "title": row.title,
                    "theme": row.theme,
                    "outcome": row.outcome,
                    "payer": row.payer,
                    "year": row.year,
                    "standing": str(row.standing),
                    "key": row.key,
                    "ring_fence": row.ring_fence,
                    **{
                        name: None if pence is None else pence / 100
                        for name, pence in (
                            ("pounds", row.pence),
                            ("low", row.low),
                            ("high", row.high),
                        )
                    },
                }
                for row in self.rows
            ],
            infer_schema_length=None,
        )

    def to_json(self) -> str:
        """JSON text; its schema is ``reports/schema/split.schema.json``."""
        return str(report_function("split_document", "split_to_json")(self))

    def to_html(self) -> str:
        """A web page that stands alone."""
        return str(report_function("split_report", "split_page")(self))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook and return where."""
        path = Path(path)
        path.write_bytes(report_function("split_report", "split_workbook")(self))
        return path
