"""One service on two publishers' figures: who differs, which is used, and what that does to a plan.

Flow: book, money, scenarios.planning -> THIS -> reports.publishers_words, cli.publishers
The same draws of the same assumptions price both, so what differs comes from the figures alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from totalplace import __version__
from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import money_range
from totalplace.footprints.comparators import Division, details_of
from totalplace.footprints.results import Plan, Range
from totalplace.footprints.search import Search, usable
from totalplace.measures.today import todays_authorities
from totalplace.money.doubts import find_doubts
from totalplace.money.lines import whole_spend
from totalplace.money.pieces import Question, ServiceSpend, SpendFrom
from totalplace.money.plausible import ratio_spread
from totalplace.money.services import Pricing
from totalplace.money.services import service as find_service
from totalplace.money.spend import service_spend
from totalplace.scenarios.planning import plan
from totalplace.scenarios.publishers_result import BaseView, TwoFigures, TwoPublishers

OUTTURN, SECTION_251 = "revenue outturn", "section 251"
DRAWS = 256
MOST_MEMBERS = 4
"""Enough to see what the figures do; the planner itself may look further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A plan with the search it came from."""

    plan: Plan
    search: Search
    draws: Draws


def two_publishers(
    book: Book,
    service: str,
    *,
    arrangements: Sequence[str] = (),
    registry: Registry | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    max_members: int | None = MOST_MEMBERS,
) -> TwoPublishers:
    """What the choice between the revenue outturn and section 251 does to a service's plan.

    Args:
        book: A place book.
        service: Id of a service priced from lines of the return, or as a share of all of them.
        arrangements: Ways of sharing it; all that it allows when empty.
        registry: The assumptions; the project's own when None.
        seed: Of the draws.
        draws: How many.
        max_members: The most members of a partnership; None for the planner's own limits, which
            may take minutes where an arrangement has none.

    Raises:
        InputError: Nobody knows the service or arrangement, or it is not priced from lines.
        NoPlanError: No plan can be made on one of them.
    """
    registry = registry or Registry.load()
    chosen = find_service(service)
    if chosen.pricing not in (Pricing.LINES, Pricing.SHARE):
        raise InputError(
            Problem(
                what=f"{chosen.title} is not priced from lines that both publishers print",
                fix="Name one that is, such as social-work or support.",
            )
        )
    spend = service_spend(book, chosen)
    if chosen.pricing is Pricing.SHARE:  # the publishers differ about the whole that it is part of
        asked = Question(
            book=book, today=todays_authorities(book), service=chosen, year_start=spend.year_start
        )
        spend = whole_spend(asked, spend.volume, fill_in=False)
    ours, theirs = (
        _planned(book, service, arrangements, registry, seed, draws, max_members, publisher)
        for publisher in ("ro3", "s251")
    )
    first, second = _groups(ours.plan), _groups(theirs.plan)
    both = first.keys() & second.keys()
    names = ours.plan.names
    pairs = _pairs(ours.plan)
    valued, not_valued = _on_other_figures(ours, theirs)
    spread = ratio_spread(spend.gross, spend.second_opinion)
    return TwoPublishers(
        service=chosen.id,
        title=chosen.title,
        arrangements=tuple(str(one) for one in ours.plan.arrangements),
        figures=_figures(book, spend, spread.middle if spread else None),
        usual_ratio=spread.middle if spread else None,
        outturn=_view(OUTTURN, ours),
        section_251=_view(SECTION_251, theirs),
        same=len({one.members for one in ours.plan.partnerships}
                 & {one.members for one in theirs.plan.partnerships}),
        pairs_kept=len(pairs & _pairs(theirs.plan)) / len(pairs) if pairs else None,
        moved=tuple(names[code] for code in sorted(both) if first[code] != second[code]),
        outturn_plan_on_251=valued,
        not_valued=not_valued,
        sources=ours.plan.sources,
        seed=seed,
        draws=ours.plan.draws,
        assumptions_sha256=registry.sha256,
        book_hash=book.hash,
        version=__version__,
    )  # fmt: skip


def _planned(
    book: Book,
    service: str,
    arrangements: Sequence[str],
    registry: Registry,
    seed: int,
    draws: int,
    max_members: int | None,
    publisher: SpendFrom,
) -> _Planned:
    held: list[tuple[Search, Draws]] = []
    made = plan(
        book,
        service=service,
        arrangements=tuple(arrangements) or None,
        registry=registry,
        seed=seed,
        draws=draws,
        max_members=max_members,
        spend_from=publisher,
        price_guards=False,
        with_comparators=False,
        found_fn=lambda search, drawn: held.append((search, drawn)),
    )
    return _Planned(plan=made, search=held[0][0], draws=held[0][1])


def _groups(made: Plan) -> dict[str, tuple[str, ...]]:
    """Who each priced authority is with, itself among them."""
    found: dict[str, tuple[str, ...]] = {code: (code,) for code in made.alone}
    found |= {code: one.members for one in made.partnerships for code in one.members}
    return found


def _pairs(made: Plan) -> set[tuple[str, str]]:
    return {pair for one in made.partnerships for pair in combinations(one.members, 2)}


def _view(publisher: str, made: _Planned) -> BaseView:
    return BaseView(
        publisher=publisher,
        value=made.plan.value,
        saving_a_year=made.plan.saving_a_year,
        partnerships=tuple(one.names for one in made.plan.partnerships),
        priced=int(usable(made.search.problem).sum()),
    )


def _on_other_figures(ours: _Planned, theirs: _Planned) -> tuple[Range | None, int]:
    """The first plan's partnerships on the second's figures, and how many cannot be priced."""
    problem = theirs.search.problem
    able = usable(problem)
    place = {code: index for index, code in enumerate(problem.area_codes)}
    groups, arranged, lost = [], [], 0
    for one in ours.plan.partnerships:
        members = tuple(place[code] for code in one.members)
        if all(able[m] for m in members):
            groups.append(members)
            arranged.append(one.arrangement)
        else:
            lost += 1
    if not groups:
        return (Range(0.0, 0.0, 0.0) if not lost else None), lost
    division = Division(name=OUTTURN, groups=tuple(groups), arrangements=tuple(arranged), note="")
    details = details_of(problem, theirs.draws, division)
    return money_range(np.sum([one.value for one in details], axis=0)), lost


def _figures(book: Book, spend: ServiceSpend, level: float | None) -> tuple[TwoFigures, ...]:
    doubts: dict[str, list[str]] = {}
    for one in find_doubts(book, year_start=spend.year_start):
        if one.service in ("", spend.service):
            doubts.setdefault(one.area_code, []).append(one.words)
    made = [
        TwoFigures(
            area_code=each.area_code,
            name=each.name,
            outturn=None if np.isnan(gross) else float(gross),
            section_251=None if np.isnan(other) else float(other) * (level or 1.0),
            used=OUTTURN if priced else "neither",
            flags=tuple(doubts.get(each.area_code, ())),
        )
        for each, gross, other, priced in zip(
            todays_authorities(book).authorities,
            spend.gross,
            spend.second_opinion,
            spend.priced,
            strict=True,
        )
    ]
    return tuple(sorted(made, key=lambda one: (-_apart(one), one.area_code)))


def _apart(one: TwoFigures) -> float:
    """How far apart, as a factor; whoever lacks a figure last."""
    if one.outturn is None or not one.section_251 or one.outturn <= 0:
        return -1.0
    return abs(float(np.log(one.outturn / one.section_251)))
