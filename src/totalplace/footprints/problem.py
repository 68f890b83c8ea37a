"""What the planner works on: one service, all authorities, as arrays. Frozen.

Flow: scenarios.gather (book, places, measures, money) -> THIS -> candidates, value, guards
In: nothing but arrays and labels. No files, no clock: `as_of` and `start` are inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from totalplace.book.own import OwnFigure
from totalplace.types import Arrangement, BoolArray, FloatArray, Layer, SmallIntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRules:
    """How one service may be shared: a row of money/services.toml with its limits filled in."""

    service: str  # "social-work"
    title: str  # "Social work and safeguarding"
    arrangements: tuple[Arrangement, ...]  # allowed, do-nothing left out
    safeguarding: bool  # whether the guards on leaders and steady hands apply
    team: str  # registry id of the top team: "team.director" or "team.lead"
    volume: str  # what the volume counts, in words
    whole_layer: Layer | None  # set when the whole line is one layer (support, commissioning)
    buys_placements: bool  # whether running costs are placements
    middle_share: float  # of a department's middle tier that is this service's, by pay
    span_limit_km: Mapping[Arrangement, float | None]  # None or absent: no limit
    member_limit: Mapping[Arrangement, int | None]
    children_limit: Mapping[Arrangement, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything about one service that does not depend on the assumptions.

    N authorities in ascending GSS order, B partner bodies. Money is pounds a year at base-year
    prices. The split of pay and running costs into layers is an assumption, so it is drawn.
    """

    rules: ServiceRules
    area_codes: tuple[str, ...]  # (N,), ascending
    names: tuple[str, ...]  # (N,)
    children: FloatArray  # (N,), children 0-17
    volume: FloatArray  # (N,), the service's volume driver; nan if not priced
    median_volume: float  # of the country's authorities: a top team is sized against it
    pay: FloatArray  # (N,), employees; nan if not priced
    running: FloatArray  # (N,), running expenses; nan if not priced
    estimate_low: FloatArray  # (N,), 1.0 when published; else low end as a multiple of the estimate
    estimate_high: FloatArray  # (N,), 1.0 when published; else high end as a multiple
    front_line_pay: FloatArray  # (N,), all children's services, pounds a year; nan if unknown
    priced: BoolArray  # (N,)
    estimated: BoolArray  # (N,), priced from a flagged estimate
    unpriced_reason: Mapping[str, str]  # area code -> plain sentence
    centre_m: FloatArray  # (N, 2), child-weighted centre, National Grid metres
    edges: SmallIntArray  # (E, 2), contiguous pairs, i < j
    bodies: BoolArray  # (N, B), which partner bodies each authority faces
    body_names: tuple[str, ...]  # (B,)
    body_kinds: tuple[str, ...]  # (B,), "nhs", "police", "strategic"
    footprints: Mapping[str, tuple[str, ...]]  # existing footprints: "region", "nhs", "police",
    #   "strategic", "adoption" -> the body each authority (mainly) belongs to, "" if none
    strong_leader: BoolArray  # (N,), leaders good or better in a judgement that is still cleared
    strong_protection: BoolArray  # (N,), help and protection good or better, still cleared
    inadequate: BoolArray  # (N,), an area grade inadequate, or the judgement not cleared
    grade_words: tuple[str, ...]  # (N,), "leaders good (published Nov 2024)" or why not cleared
    unsteady: BoolArray  # (N,), fails "steady hands"
    unsteady_words: tuple[str, ...]  # (N,), why, or ""
    ends: tuple[date | None, ...]  # (N,), first day without the authority, if to be abolished
    ends_words: tuple[str, ...]  # (N,), how sure that is, or ""
    as_of: date  # judgements and ends are read as known on this day
    start: date  # first day of the arrangement
    sources: tuple[str, ...]  # one line per publication used, release dates in words
    book_hash: str
    own: tuple[OwnFigure, ...] = ()  # own figures used in place of published ones
    part: str = ""  # "the South West" where only a part of the country takes part

    @property
    def size(self) -> int:
        """Number of authorities N."""
        return len(self.area_codes)
