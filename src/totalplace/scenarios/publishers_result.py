"""Two publishers on one spend, and what the choice between them does to a plan: frozen results.

Flow: scenarios.two_publishers -> THIS -> reports.publishers_words
Money is pounds a year; values are present values. Intervals are 80 % over draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.footprints.results import Range, report_function

if TYPE_CHECKING:
    import polars as pl

RULE = (
    "The revenue outturn (RO3) is used wherever it prints a figure that is not set aside: it alone "
    "tells pay from running costs. A figure is set aside when it is nothing beside children to "
    "serve, or lies far outside other councils' cost a child and section 251 does not bear it out. "
    "Then, and where no return arrived, the council is left out of plans; on request it is "
    "estimated from section 251 times the usual ratio of the two."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFigures:
    """One council's spend as each publisher has it."""

    area_code: str
    name: str
    outturn: float | None  # pounds; None where not printed
    section_251: float | None  # brought to the outturn's level
    used: str  # what plans use: the revenue outturn, or neither
    flags: tuple[str, ...]  # what is doubtful, in words

    @property
    def difference(self) -> float | None:
        """The outturn less section 251, as a part of section 251; None where one is missing."""
        if self.outturn is None or not self.section_251:
            return None
        return self.outturn / self.section_251 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseView:
    """The best plan on one publisher's figures."""

    publisher: str
    value: Range
    saving_a_year: Range
    partnerships: tuple[tuple[str, ...], ...]  # names of members
    priced: int  # councils that could be priced


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPublishers:
    """One service on two publishers' figures. Frozen."""

    service: str
    title: str
    arrangements: tuple[str, ...]
    figures: tuple[TwoFigures, ...]  # widest apart first
    usual_ratio: float | None  # of the outturn to section 251 over all councils
    outturn: BaseView
    section_251: BaseView
    same: int  # partnerships in both plans
    pairs_kept: float | None  # part of the first plan's pairs that the second has; None for no pair
    moved: tuple[str, ...]  # councils, priced on both, whose partners differ
    outturn_plan_on_251: Range | None  # the first plan's value on the second's figures
    not_valued: int  # its partnerships that section 251 cannot price
    sources: tuple[str, ...]
    seed: int
    draws: int
    assumptions_sha256: str
    book_hash: str
    version: str

    @property
    def regret(self) -> float | None:
        """Value lost if section 251 is right and the outturn was planned on."""
        if self.outturn_plan_on_251 is None:
            return None
        return self.section_251.value.mean - self.outturn_plan_on_251.mean

    def to_frame(self) -> pl.DataFrame:
        """One row for each council: both figures, difference, what is used, flags."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        return pl.DataFrame(
            [
                {
                    "area_code": one.area_code,
                    "name": one.name,
                    "outturn": one.outturn,
                    "section_251": one.section_251,
                    "difference": one.difference,
                    "used": one.used,
                    "flags": "; ".join(one.flags),
                }
                for one in self.figures
            ],
            infer_schema_length=None,
        )

    def to_json(self) -> str:
        """JSON text; its schema is ``reports/schema/publishers.schema.json``."""
        return str(report_function("publishers_report", "publishers_to_json")(self))

    def to_html(self) -> str:
        """A web page that stands alone."""
        return str(report_function("publishers_report", "publishers_page")(self))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook and return where."""
        path = Path(path)
        path.write_bytes(report_function("publishers_report", "publishers_workbook")(self))
        return path
