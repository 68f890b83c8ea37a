"""The scale effect of one service, estimated from the loaded book, beside the default and claims.

Flow: book, money.spend, evidence.scale, evidence.registry -> THIS -> cli.evidence
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.cases import Claim, load_claims
from totalplace.evidence.registry import Parameter, Registry
from totalplace.evidence.scale import ScaleEstimate, estimate_scale
from totalplace.measures.today import todays_authorities
from totalplace.money.figures import read_figures, source_lines
from totalplace.money.services import Pricing, service
from totalplace.money.spend import LATEST_YEAR, service_spend

CHILDREN = "population.children_0_17"
POVERTY = "deprivation.idaci_2025_average_score"
LEAST_CHILDREN = 5_000
"""City of London and the Isles of Scilly have a tenth of the next smallest: they would decide the
slope between them, and both buy from neighbours."""

CAUTION = (
    "A difference between councils as they are does not show that joining two would bring it about."
)
MIX = " Which children are placed where is in it as well as what a place costs."


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceScale:
    """What size does to the cost of one service, and what others say."""

    service: str
    title: str
    year: str  # "2024-25"
    volume: str  # what the volume counts, in words
    estimate: ScaleEstimate
    caution: str  # what the estimate does not show
    default: Parameter  # the row the planner uses
    default_covers: str  # the part of the spend it is used on
    claims: tuple[Claim, ...]
    left_out: tuple[str, ...]  # names of authorities not in the estimate
    sources: tuple[str, ...]  # one line per file used
    book_hash: str


def estimate_service_scale(
    book: Book, name: str, *, registry: Registry, year_start: date = LATEST_YEAR
) -> ServiceScale:
    """Estimate the scale effect of a service from a place book.

    Published spend on the service, its volume, children 0-17 as instrument; child poverty and
    London (pay and prices) as controls. Figures set aside as reported elsewhere are left out.

    Args:
        book: A place book.
        name: A service of ``totalplace services``.
        registry: The assumptions, for the default shown beside the estimate.
        year_start: First day of the financial year.

    Raises:
        InputError: There is no such service, its spend is itself an estimate, or the book has too
            few figures.
    """
    wanted = service(name)
    if wanted.pricing not in (Pricing.LINES, Pricing.TOTAL):
        raise InputError(
            Problem(
                what=f"{wanted.title} has no published spend by authority, so no scale effect can "
                "be estimated from it",
                fix="Its price in this program is an estimate; estimating from an estimate would "
                "give back what was put in.",
            )
        )
    today = todays_authorities(book)
    spend = service_spend(book, wanted, year_start=year_start)
    year_end = date(year_start.year + 1, 3, 31)
    read = read_figures(book, today, [CHILDREN], start=year_start, end=year_end)
    read = {**read, **read_figures(book, today, [POVERTY], start=date.min, end=date.max)}
    children, poverty = read[CHILDREN].values, read[POVERTY].values
    with np.errstate(invalid="ignore"):
        usable = (spend.gross > 0) & (spend.volume > 0) & (children >= LEAST_CHILDREN)
    estimate = estimate_scale(
        np.where(usable, spend.gross, np.nan),
        np.where(usable, spend.volume, np.nan),
        np.where(usable, children, np.nan),
        {
            "child poverty": poverty,
            "London": np.array([one.region_name == "London" for one in today.authorities], float),
        },
    )
    used = usable & np.isfinite(poverty)
    ids = {source for figures in read.values() for source in figures.source_ids}
    return ServiceScale(
        service=wanted.id,
        title=wanted.title,
        year=f"{year_start.year}-{year_end.year % 100:02}",
        volume=wanted.volume.words,
        estimate=estimate,
        caution=CAUTION + (MIX if wanted.buys_placements else ""),
        default=registry["scale.placements" if wanted.buys_placements else "scale.commissioning"],
        default_covers="placements" if wanted.buys_placements else "commissioning",
        claims=load_claims(),
        left_out=tuple(
            one.name for one, kept in zip(today.authorities, used, strict=True) if not kept
        ),
        sources=source_lines(book, {*spend.source_ids, *ids}),
        book_hash=book.hash,
    )
