"""Turn a place book into the arrays the planner works on, for one service.

Flow: book -> places, measures, money, evidence -> THIS -> footprints
In: an open book, a service, the registry, dates. Out: a frozen Problem, authorities in ascending
GSS order. Row order, units and missing values are settled here and nowhere after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from totalplace.book.store import Book
from totalplace.evidence.registry import Registry
from totalplace.footprints.problem import Problem, ServiceRules
from totalplace.measures.judgements import judgements
from totalplace.measures.steadiness import StretchLimits, steadiness
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.figures import financial_year_end, read_figures, source_lines
from totalplace.money.front_line import front_line_pay
from totalplace.money.pieces import ServiceSpend, ShareRange, SpendFrom
from totalplace.money.services import Service
from totalplace.money.spend import MissingPolicy, service_spend
from totalplace.places.bodies import body_matrix, main_bodies
from totalplace.places.graph import centres, contiguity
from totalplace.types import Arrangement, FloatArray

CHILDREN = "population.children_0_17"
DEPARTMENT_PAY = "ro3.total_csc.employees"
PARTNER_KINDS = ("nhs", "police", "strategic")
FOOTPRINT_KINDS = ("region", *PARTNER_KINDS, "adoption")


def service_rules(
    service: Service,
    registry: Registry,
    *,
    middle_share: float,
    max_members: int | None = None,
) -> ServiceRules:
    """A service with its limits filled in from the registry.

    Args:
        service: A row of the services table.
        registry: Where the limits stand.
        middle_share: Part of a department's middle tier that is this service's.
        max_members: The user's own limit, in place of the registry's.
    """

    def limits(which: str) -> dict[Arrangement, float | None]:
        return {
            arrangement: registry[getattr(ids, which)].value
            for arrangement, ids in service.limits.items()
            if getattr(ids, which)
        }

    members: dict[Arrangement, int | None] = {
        arrangement: round(value)
        for arrangement, value in limits("members").items()
        if value is not None
    }
    if max_members is not None:
        members = dict.fromkeys(service.arrangements, max_members)
    return ServiceRules(
        service=service.id,
        title=service.title,
        arrangements=service.arrangements,
        safeguarding=service.safeguarding,
        team=service.team,
        volume=service.volume.words,
        whole_layer=service.whole_layer,
        buys_placements=service.buys_placements,
        middle_share=middle_share,
        span_limit_km=limits("span_km"),
        member_limit=members,
        children_limit=limits("children"),
    )


def gather(
    book: Book,
    service: Service,
    registry: Registry,
    *,
    as_of: date,
    start: date,
    missing: MissingPolicy = "leave-out",
    max_members: int | None = None,
    spend_from: SpendFrom = "ro3",
) -> Problem:
    """Everything about one service that does not depend on the assumptions."""
    today = todays_authorities(book)
    codes = today.area_codes
    spend = service_spend(
        book,
        service,
        missing=missing,
        shares=_shares(registry),
        today=today,
        spend_from=spend_from,
    )
    graded = judgements(book, as_of=as_of, grade_years=registry["guard.grade_years"].value)
    steady = steadiness(book, as_of=as_of, limits=_stretch(registry))
    children, children_files = _children(book, today)
    bodies = body_matrix(book, codes, kinds=PARTNER_KINDS)
    volume = np.where(spend.priced, spend.volume, np.nan)
    known = volume[np.nan_to_num(volume) > 0]
    source_ids = (*spend.source_ids, *children_files, *graded.source_ids, *steady.source_ids)
    return Problem(
        rules=service_rules(
            service,
            registry,
            middle_share=_middle_share(book, today, spend),
            max_members=max_members,
        ),
        area_codes=codes,
        names=tuple(one.name for one in today.authorities),
        children=children,
        volume=volume,
        median_volume=float(np.median(known)) if known.size else float("nan"),
        pay=spend.pay,
        running=spend.running,
        estimate_low=spend.low,
        estimate_high=spend.high,
        front_line_pay=front_line_pay(
            book, management_share=registry["share.management"].value
        ).pay,
        priced=spend.priced,
        estimated=spend.estimated & spend.priced,
        unpriced_reason=_reasons(today, spend),
        centre_m=centres(book, codes),
        edges=contiguity(book, codes),
        bodies=bodies.faces,
        body_names=bodies.names,
        body_kinds=bodies.kinds,
        footprints=main_bodies(book, codes, kinds=FOOTPRINT_KINDS),
        strong_leader=graded.strong_leader,
        strong_protection=graded.strong_protection,
        inadequate=graded.inadequate,
        grade_words=graded.words,
        unsteady=steady.unsteady,
        unsteady_words=steady.words,
        ends=tuple(_end(today, code) for code in codes),
        ends_words=tuple(_end_words(today, code) for code in codes),
        as_of=as_of,
        start=start,
        sources=source_lines(book, source_ids),
        book_hash=book.hash,
        own=book.own_among(source_ids),
    )


def gather_like(
    book: Book,
    service: Service,
    registry: Registry,
    *,
    like: Problem,
    missing: MissingPolicy = "leave-out",
    today: Today | None = None,
) -> Problem:
    """As `gather`, for another service on the same days: what is the same is taken over.

    Args:
        book: The book that ``like`` was gathered from.
        service: The other service.
        registry: The registry that ``like`` was gathered with.
        like: A gathered problem.
        missing: What to do about councils that cannot be priced from published lines.
        today: The book's authorities where they were read before.
    """
    today = today or todays_authorities(book)
    spend = service_spend(book, service, missing=missing, shares=_shares(registry), today=today)
    volume = np.where(spend.priced, spend.volume, np.nan)
    known = volume[np.nan_to_num(volume) > 0]
    return replace(
        like,
        rules=service_rules(service, registry, middle_share=_middle_share(book, today, spend)),
        volume=volume,
        median_volume=float(np.median(known)) if known.size else float("nan"),
        pay=spend.pay,
        running=spend.running,
        estimate_low=spend.low,
        estimate_high=spend.high,
        priced=spend.priced,
        estimated=spend.estimated & spend.priced,
        unpriced_reason=_reasons(today, spend),
        sources=tuple(sorted({*like.sources, *source_lines(book, spend.source_ids)})),
        own=tuple(dict.fromkeys((*like.own, *book.own_among(spend.source_ids)))),
    )


def _shares(registry: Registry) -> Mapping[str, ShareRange]:
    names = ("share.commissioning", "share.support")
    return {
        name: ShareRange(
            value=registry[name].value, low=registry[name].low, high=registry[name].high
        )
        for name in names
    }


def _stretch(registry: Registry) -> StretchLimits:
    return StretchLimits(
        turnover=registry["guard.turnover"].value,
        agency=registry["guard.agency"].value,
        vacancy=registry["guard.vacancy"].value,
        caseload=registry["guard.caseload"].value,
        signs=round(registry["guard.stretched_on"].value),
    )


def _children(book: Book, today: Today) -> tuple[FloatArray, tuple[str, ...]]:
    """Newest count of children 0-17 of each authority, shape (N,)."""
    newest = book.query(
        "SELECT max(period_end) AS day FROM observation WHERE latest AND item = ?"
        " AND level = 'authority' AND value IS NOT NULL",
        [CHILDREN],
    )["day"].item()
    start = newest.replace(year=newest.year - 1)
    figures = read_figures(book, today, [CHILDREN], start=start, end=newest)[CHILDREN]
    return figures.values, figures.source_ids


def _reasons(today: Today, spend: ServiceSpend) -> dict[str, str]:
    """Why each unpriced authority is, without its own name in front."""
    names = {one.area_code: one.name for one in today.authorities}
    return {code: why.removeprefix(f"{names[code]}: ") for code, why in spend.reasons.items()}


def _middle_share(book: Book, today: Today, spend: ServiceSpend) -> float:
    """The service's pay as a share of all children's services pay, where both are known."""
    start = spend.year_start
    end = financial_year_end(start)
    whole = read_figures(book, today, [DEPARTMENT_PAY], start=start, end=end)[DEPARTMENT_PAY].values
    both = spend.priced & ~np.isnan(whole) & ~np.isnan(spend.pay)
    if not both.any():
        return 0.0
    return float(min(1.0, spend.pay[both].sum() / whole[both].sum()))


def _end(today: Today, code: str) -> date | None:
    ending = today.register.endings.get(code)
    return None if ending is None else ending.expected


def _end_words(today: Today, code: str) -> str:
    ending = today.register.endings.get(code)
    if ending is None:
        return ""
    return (
        f"to be abolished on {ending.expected.day} {ending.expected:%B %Y} "
        f"({ending.status}; confidence {ending.confidence})"
    )
