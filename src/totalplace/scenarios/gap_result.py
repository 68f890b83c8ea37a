"""A gap and what closes it: the frozen results that reports and programs read.

Flow: scenarios.closing -> THIS -> reports.gap_words and its kin
Money is pounds a year. Intervals are 80 % over draws of the assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from totalplace.footprints.results import report_function
from totalplace.money.gap import Mix

if TYPE_CHECKING:
    import polars as pl

BODY, THEME, OUTCOME, NEED = "body", "theme", "outcome", "need"
"""Ways of saying who bears it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who or what bears a part of the gap in the last year."""

    by: str  # body, theme, outcome or need
    name: str
    pounds: float | None  # taken away a year; None where it is felt but no money can be put on it
    of: float | None  # spend it is taken from; None where not known
    children: float | None  # who live there, by need alone
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A gap and what closes it. Frozen."""

    place: str
    area_code: str
    cuts: tuple[float, ...]  # parts of spend: one once settled, or one for each year
    start: date  # first day of the first year
    spend: float  # children's social care, gross, pounds
    core: float  # of which held whole
    estimated: bool  # whether any of the spend is an estimate
    unknown: tuple[str, ...]  # lines without an amount, left out of the spend
    options: int  # joint options that the planner allows and that save
    refused: int  # those that a guard refuses, that save nothing, or that touch the front line
    ends_words: str  # when the council itself is to be abolished; "" if that is not expected
    mixes: tuple[Mix, ...]  # one for each cut
    bearers: tuple[Bearer, ...]  # of the last mix
    doubts: tuple[str, ...]
    sources: tuple[str, ...]
    seed: int
    draws: int
    assumptions_sha256: str
    book_hash: str
    version: str

    @property
    def mix(self) -> Mix:
        """The last mix: the one cut, or the last year's."""
        return self.mixes[-1]

    @property
    def cut(self) -> float:
        """The last cut."""
        return self.cuts[-1]

    @property
    def by_year(self) -> bool:
        """Whether a gap was given for each of several years."""
        return self.mix.year is not None

    def year_label(self, mix: Mix) -> str:
        """The financial year of a mix: 2027-28; "once settled" where there are none."""
        if mix.year is None:
            return "once settled"
        first = self.start.year + mix.year
        return f"{first}-{(first + 1) % 100:02d}"

    def to_frame(self) -> pl.DataFrame:
        """One row for each year and thing done: pounds saved, with what it is taken from."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        rows: list[dict[str, object]] = []
        for cut, mix in zip(self.cuts, self.mixes, strict=True):
            year = {"year": self.year_label(mix), "cut": cut, "gap": mix.gap, "left": mix.left}
            rows += [
                {**year, "kind": "sharing", "what": one.title, "how": one.arrangement,
                 "partners": " + ".join(one.partners), "pounds": one.in_year(mix.year),
                 "spend": None, "theme": None, "outcome": None}
                for one in mix.joint
            ]  # fmt: skip
            rows += [
                {**year, "kind": "doing less", "what": one.title, "how": None, "partners": None,
                 "pounds": cut_, "spend": one.spend, "theme": one.theme, "outcome": one.outcome}
                for one, cut_ in mix.choices
            ]  # fmt: skip
        return pl.DataFrame(rows, infer_schema_length=None)

    def to_json(self) -> str:
        """JSON text; its schema is ``reports/schema/gap.schema.json``."""
        return str(report_function("gap_document", "gap_to_json")(self))

    def to_html(self) -> str:
        """A web page that stands alone."""
        return str(report_function("gap_report", "gap_page")(self))

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook and return where."""
        path = Path(path)
        path.write_bytes(report_function("gap_report", "gap_workbook")(self))
        return path
