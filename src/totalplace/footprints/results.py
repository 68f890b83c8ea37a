"""What a plan says, frozen: the result types that reports, the command line and the web read.

Flow: footprints.* -> THIS -> scenarios, reports
Every number a person sees is a Range. Money is pounds at base-year prices, whole unless said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from totalplace.book.own import OwnFigure
from totalplace.types import Arrangement, Layer

if TYPE_CHECKING:
    import polars as pl


def report_function(module: str, function: str) -> Callable[..., Any]:
    """A report by name, looked up when called: the imports keep flowing one way (decisions/)."""
    found: Callable[..., Any] = getattr(import_module(f"totalplace.reports.{module}"), function)
    return found


@dataclass(frozen=True, slots=True)
class Range:
    """A mean with the interval around it: 80 % for money."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a result's figures came from: enough, with the code, to run it again."""

    service: str
    service_title: str
    as_of: date
    start: date
    seed: int
    draws: int
    sources: tuple[str, ...]
    assumptions_sha256: str
    book_hash: str
    version: str
    own: tuple[OwnFigure, ...] = ()  # own figures used in place of published ones


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardFinding:
    """One guard held against one partnership."""

    guard: str  # id: "no-weak-leader", ...
    title: str  # "no weak leader"
    passed: bool
    reason: str  # plain English, names and figures in it
    margin: float  # how far inside the limit, as a share of the limit; negative when failed


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShare:
    """What one member gets from a partnership (net present value) and its chance of losing."""

    area_code: str
    name: str
    share: Range  # its own result plus its fixed transfer
    transfer: float  # fixed at signing: its Shapley share of the mean less its own mean
    chance_worse_off: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """One partnership under one arrangement, appraised over all draws."""

    provenance: Provenance | None = None  # None within a plan, which carries it once for all
    members: tuple[str, ...]  # area codes, ascending
    names: tuple[str, ...]
    arrangement: Arrangement
    value: Range  # net present value, pounds
    tail_mean: float  # mean of the worst fifth of draws
    saving_a_year: Range  # net, once settled, pounds a year
    first_year_cost: Range
    one_off_cost: Range  # transition, undiscounted
    exit_cost: Range  # if it ends once settled
    pays_back_years: Range | None  # over draws that pay back; None if none does
    chance_pays_back_5_years: float
    chance_never_pays_back: float
    by_layer: dict[Layer, Range]  # settled gross saving a year, pounds
    coordination_a_year: Range
    span_km: float
    children: float
    extra_bodies: int
    contiguous: bool
    shares: tuple[MemberShare, ...]
    guards: tuple[GuardFinding, ...]
    notes: tuple[str, ...]  # known ends, estimates used, anything to read beside the figures

    def to_json(self) -> str:
        """This appraisal as JSON; its schema is ``reports/schema/appraisal.schema.json``."""
        return str(report_function("json_document", "appraisal_to_json")(self))

    @property
    def allowed(self) -> bool:
        """Whether every guard is passed."""
        return all(finding.passed for finding in self.guards)

    @property
    def weakest_guard(self) -> GuardFinding | None:
        """The guard with the least room to spare."""
        return min(self.guards, key=lambda finding: finding.margin, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardReport:
    """What one guard did to the whole plan."""

    guard: str
    title: str
    meaning: str  # the rule in one sentence, with its limit
    applies: bool
    blocked: int  # candidates it refuses
    price: float | None  # best plan's value without it minus with it; None if not computed
    price_a_year: Range | None  # the same as settled saving a year
    note: str = ""  # how the price was found, or why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What has been proved about the plan, and over what."""

    status: str  # "optimal" or "feasible" (stopped early)
    objective: str  # "expected" or "cautious"
    value: float
    bound: float  # proven upper bound, our own arithmetic
    gap: float  # (bound - value) / max(1, |value|)
    candidates: int  # partnerships of two or more that the proof covers
    refused: int  # candidates refused by guards before the solve
    limits: str  # in words, what defined the candidates
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparator:
    """Another way to divide the country, valued on the same draws."""

    name: str  # "do nothing", "nine regions", "pair by pair"
    value: Range
    saving_a_year: Range
    partnerships: int
    breaks_guards: int  # how many of its partnerships a guard would refuse
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What one assumption does to a result over its own range, in pounds."""

    id: str
    title: str
    unit: str
    low: float  # ends of the assumption's range, in its unit
    value: float  # its central value
    high: float
    worth_at_low: float
    worth: float  # as drawn
    worth_at_high: float
    flips_at: float | None  # the value nearest the central one at which the sign changes
    in_doubt: bool  # whether it is drawn; a choice of method, such as the horizon, is not

    @property
    def swing(self) -> float:
        """How far the result moves between the ends."""
        return abs(self.worth_at_high - self.worth_at_low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A partition of the priced authorities into partnerships for one service."""

    service: str
    service_title: str
    arrangements: tuple[Arrangement, ...]  # considered; every partnership names its own
    as_of: date
    start: date
    objective: str
    seed: int
    draws: int
    partnerships: tuple[Appraisal, ...]  # two or more members, most valuable first
    alone: tuple[str, ...]  # priced authorities that keep their own, area codes
    unpriced: dict[str, str]  # area code -> why it could not be priced
    estimated: tuple[str, ...]  # area codes priced from a flagged estimate
    names: dict[str, str]  # area code -> name, all authorities that take part, priced or not
    value: Range
    saving_a_year: Range
    chance_never_pays_back: float  # of the whole plan
    share_that_pays: dict[
        str, float
    ]  # "pairs", "triples": share of neighbouring ones with value > 0
    certificate: Certificate
    guards: tuple[GuardReport, ...]
    comparators: tuple[Comparator, ...]
    findings: tuple[str, ...]  # sentences to print first, such as what decides this plan
    sources: tuple[str, ...]
    assumptions_sha256: str
    book_hash: str
    version: str
    moves: tuple[Swing, ...] = ()  # what moves the value most; of the best partnership allowed
    #   where the plan is to do nothing; largest first, flips sought for the first few
    own: tuple[OwnFigure, ...] = ()  # own figures used in place of published ones
    only: str = ""  # "the South West" where the plan is for a part of the country alone

    def to_json(self) -> str:
        """This plan as JSON; its schema is ``reports/schema/plan.schema.json``."""
        return str(report_function("json_document", "plan_to_json")(self))

    def to_excel(
        self, path: str | Path, *, assumptions: Sequence[Mapping[str, object]] = ()
    ) -> Path:
        """Write this plan as a workbook, whole or not at all, and return its path.

        Args:
            path: Where it is to appear.
            assumptions: Rows of the registry the plan was made with (``Registry.to_rows()``).

        Raises:
            InputError: The file cannot be written.
        """
        path = Path(path)
        content = report_function("workbook", "plan_workbook")(self, assumptions=assumptions)
        report_function("write", "write_whole")(path.parent, {path.name: content})
        return path

    def to_html(
        self, path: str | Path, *, assumptions: Sequence[Mapping[str, object]] = ()
    ) -> Path:
        """Write this plan as one self-contained page (without maps) and return its path.

        Args:
            path: Where it is to appear.
            assumptions: Rows of the registry the plan was made with.

        Raises:
            InputError: The file cannot be written.
        """
        path = Path(path)
        page = report_function("page", "plan_page")(self, assumptions=assumptions)
        report_function("write", "write_whole")(path.parent, {path.name: page.encode("utf-8")})
        return path

    def to_frame(self) -> pl.DataFrame:
        """One row for each authority: its partnership, arrangement and share of the value."""
        import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

        rows: list[dict[str, object]] = []
        for number, partnership in enumerate(self.partnerships, start=1):
            shares = {share.area_code: share.share for share in partnership.shares}
            for code, name in zip(partnership.members, partnership.names, strict=True):
                mine = shares.get(code)
                rows.append(
                    {
                        "area_code": code,
                        "name": name,
                        "status": "shares",
                        "partnership": number,
                        "arrangement": str(partnership.arrangement),
                        "value": None if mine is None else mine.mean,
                        "value_low": None if mine is None else mine.low,
                        "value_high": None if mine is None else mine.high,
                    }
                )
        rows += [
            {"area_code": code, "name": self.names[code], "status": "alone"} for code in self.alone
        ]
        rows += [
            {"area_code": code, "name": self.names[code], "status": "not priced"}
            for code in self.unpriced
        ]
        schema = {
            "area_code": pl.String,
            "name": pl.String,
            "status": pl.String,
            "partnership": pl.Int64,
            "arrangement": pl.String,
            "value": pl.Float64,
            "value_low": pl.Float64,
            "value_high": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema).sort("area_code")

    @property
    def priced(self) -> int:
        """How many authorities the plan covers."""
        return len(self.alone) + sum(len(p.members) for p in self.partnerships)

    @property
    def is_do_nothing(self) -> bool:
        """Whether the best plan leaves everything as it is."""
        return not self.partnerships
