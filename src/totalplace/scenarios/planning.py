"""The two questions people come with: what is the best plan, and what is this proposal worth?

Flow: book -> gather -> footprints -> THIS -> reports, cli
In: an open book and what the user asked for, names as people write them. Out: frozen results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from totalplace import __version__
from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.errors import Problem as Fault
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.plan import appraise_set, build_plan
from totalplace.footprints.results import Appraisal, Plan, Provenance, Swing
from totalplace.footprints.search import EXPECTED, MEMORY_MB, Search, search, usable
from totalplace.footprints.threads import one_thread
from totalplace.footprints.tornado import swings
from totalplace.footprints.words import percent
from totalplace.money.pieces import SpendFrom
from totalplace.money.spend import MissingPolicy
from totalplace.scenarios.asked import (
    Groups,
    arrangement_faults,
    guard_faults,
    positions,
    registry_limits,
)
from totalplace.scenarios.other_plans import OtherPlan
from totalplace.scenarios.question import (
    DEFAULT_DRAWS,
    ProgressFn,
    Setting,
    question_of,
    setting_of,
)
from totalplace.types import Arrangement

MOVES_NEAREST = 5  # where nothing pays: partnerships looked at for what moves them
MOVES_FLIPS = 3  # assumptions whose switching value is looked for


def plan(
    book: Book,
    *,
    service: str,
    arrangement: str | None = None,
    arrangements: Sequence[str] | None = None,
    objective: str = EXPECTED,
    floor: float | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    as_of: date | None = None,
    start: date | None = None,
    together: Groups = (),
    apart: Groups = (),
    named: Groups = (),
    improvement: Groups = (),
    inside: str | Sequence[str] | None = None,
    keep: Groups = (),
    keep_existing: bool = False,
    only: str | Sequence[str] | None = None,
    min_members: int | None = None,
    max_members: int | None = None,
    grow_to: int | None = None,
    partnerships: int | None = None,
    most_partnerships: int | None = None,
    other_plans: Sequence[OtherPlan] = (),
    most_bodies: int | None = None,
    funding: str = "",
    missing: MissingPolicy = "leave-out",
    spend_from: SpendFrom = "ro3",
    without: Sequence[str] = (),
    time_limit: float | None = None,
    memory: float = MEMORY_MB,
    price_guards: bool = True,
    with_comparators: bool = True,
    with_moves: bool = True,
    registry: Registry | None = None,
    progress_fn: ProgressFn | None = None,
    found_fn: Callable[[Search, Draws], None] | None = None,
    watch_fn: Callable[[float, float], None] | None = None,
) -> Plan:
    """Who should share a service, how, with whom: the best plan that protects children.

    Args:
        book: A place book.
        service: Id of a service ("social-work").
        arrangement: One way of sharing it; or
        arrangements: several. None: every one the service allows.
        objective: "expected" (mean value) or "cautious" (mean of the worst fifth of draws).
        floor: Least chance that each partnership pays back, 0 to 1.
        draws: How many draws of the assumptions, rounded up to a power of two.
        seed: Same seed, same plan.
        as_of: Day the evidence is read as known on. None: the newest day in the book.
        start: First day of the arrangement. None: the first 1 April half a year later.
        together: Groups of areas that must be in one partnership.
        apart: Groups of areas no two of which may share.
        named: Sets that may be formed although they do not touch.
        improvement: Named, time-limited improvement partnerships: exempt from "no weak leader"
            when one member is judged good or better for leaders and for protection.
        inside: "region", "nhs", "police", "strategic" or "adoption", or several: borders that no
            partnership may cross.
        keep: Partnerships that exist and stay exactly as they are: their members join no other.
        keep_existing: Keep, so, every partnership that is known to run the service on that day:
            regional adoption agencies for adoption, where the book has them; joint trusts,
            companies and departments for the rest.
        only: The part of England the plan is for: a region, an NHS board, a police force, a
            strategic authority or authorities, by name or code; several together, as a list or
            joined by "+". Nobody else is in the plan at all. "police:West Midlands" says which
            kind is meant where names meet. None: the whole country.
        min_members: The fewest members of any partnership.
        max_members: The most members of any partnership, in place of the registry's limits.
        grow_to: The most members of larger partnerships, grown from good ones by pricing, where
            an arrangement has no limit on members. The proof covers those that were met.
        partnerships: Exactly so many partnerships of two or more; or
        most_partnerships: at most so many.
        other_plans: Plans for other services, or files of them as JSON.
        most_bodies: The most bodies any authority may sit on, by those plans and this one.
        funding: A named source for the cost of change; lifts the guard "front line held".
        missing: "leave-out" authorities without a return, or "estimate" their spend.
        spend_from: Whose figures price it: "ro3" or "s251".
        without: Guards to switch off, by id.
        time_limit: Seconds for the plan and the prices of its guards together, once partnerships
            are appraised; a plan stopped early says so, and a guard there was no time for has
            no price.
        memory: The most memory, in MB, that partnerships under consideration may take.
        price_guards: Whether to re-solve without each guard, to say what it costs.
        with_comparators: Whether to value other ways to divide the country beside it.
        with_moves: Whether to say which assumption moves it most, and where its verdict flips.
        registry: The assumptions. None: the project's own.
        progress_fn: Called with what is being done.
        found_fn: Called with the finished search and its draws, for who wants to look further.
        watch_fn: Called with the best value found and the bound proved as they move, in pounds.

    Raises:
        InputError: A service, arrangement, guard or area nobody knows; all faults at once.
        NoPlanError: What was asked for cannot all be had; says what forbids it.
    """
    question = question_of(
        book,
        service=service,
        arrangements=([arrangement] if arrangement else []) + list(arrangements or ()),
        objective=objective,
        floor=floor,
        draws=draws,
        seed=seed,
        as_of=as_of,
        start=start,
        together=together,
        apart=apart,
        named=named,
        improvement=improvement,
        inside=inside,
        keep=keep,
        keep_existing=keep_existing,
        only=only,
        min_members=min_members,
        max_members=max_members,
        grow_to=grow_to,
        partnerships=partnerships,
        most_partnerships=most_partnerships,
        other_plans=other_plans,
        most_bodies=most_bodies,
        funding=funding,
        missing=missing,
        spend_from=spend_from,
        without=without,
        time_limit=time_limit,
        memory=memory,
        price_guards=price_guards,
        registry=registry,
        progress_fn=progress_fn,
    )
    used, drawn = question.setting.registry, question.setting.draws

    def tell(what: str, share: float) -> None:
        if progress_fn is not None:
            progress_fn(f"{what} ({percent(share)})" if share else what)

    ask = replace(question.ask, watch_fn=watch_fn)
    with one_thread():
        found = search(question.setting.problem, drawn, ask, progress_fn=tell)
        if found_fn is not None:
            found_fn(found, drawn)
        moves: tuple[Swing, ...] = ()
        if with_moves:
            tell("finding what moves it most", 0.0)
            moves = swings(found, drawn, used, nearest=MOVES_NEAREST, flips=MOVES_FLIPS)
        if with_comparators:
            tell("comparing with other ways to divide the country", 0.0)
        return build_plan(
            found,
            drawn,
            seed=seed,
            assumptions_sha256=used.sha256,
            with_comparators=with_comparators,
            moves=moves,
        )


def appraise(
    book: Book,
    areas: Sequence[str],
    *,
    service: str,
    arrangement: str,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    as_of: date | None = None,
    start: date | None = None,
    named: bool = False,
    funding: str = "",
    improvement: bool = False,
    missing: MissingPolicy = "leave-out",
    without: Sequence[str] = (),
    registry: Registry | None = None,
    progress_fn: ProgressFn | None = None,
) -> Appraisal:
    """What any set of authorities sharing a service would be worth, and which guards it fails.

    Args:
        book: A place book.
        areas: Two or more names or codes, touching or not.
        service: Id of a service.
        arrangement: How it would be shared.
        draws: How many draws of the assumptions.
        seed: Same seed, same answer.
        as_of: Day the evidence is read as known on.
        start: First day of the arrangement.
        named: Whether the set is meant although its members do not touch.
        funding: A named source for the cost of change.
        improvement: Whether it is a named, time-limited improvement partnership.
        missing: "leave-out" or "estimate" spend without a return.
        without: Guards to switch off.
        registry: The assumptions.
        progress_fn: Called with what is being done.

    Raises:
        InputError: An unknown area, service or arrangement; fewer than two areas; an area that
            could not be priced, with the reason.
    """
    setting = setting_of(
        book, service, registry, draws, seed, as_of, start, missing, None, progress_fn
    )
    faults = [*arrangement_faults(setting.service, [arrangement]), *guard_faults(without)]
    if faults:
        raise InputError(faults)
    problem = setting.problem
    members = tuple(sorted(set(positions(book, problem, areas))))
    if len(members) < 2:
        raise InputError("A partnership needs two or more different authorities.")
    able = usable(problem)
    unpriced = [m for m in members if not able[m]]
    if unpriced:
        raise InputError(
            [
                Fault(
                    what=f"{problem.names[m]} could not be priced: "
                    + problem.unpriced_reason.get(
                        problem.area_codes[m], "it has none of this service to share"
                    ),
                    fix="Use --missing estimate for a flagged estimate, where one can be made.",
                )
                for m in unpriced
            ]
        )
    limits = replace(
        registry_limits(setting.registry),
        funding=funding,
        named=(frozenset(members),) if named else (),
        improvement=(frozenset(members),) if improvement else (),
        off=frozenset(without),
    )
    found = appraise_set(problem, setting.draws, members, Arrangement(arrangement), limits)
    return replace(found, provenance=provenance_of(setting, seed))


def provenance_of(setting: Setting, seed: int) -> Provenance:
    """What it takes, with the code, to make the same answer again."""
    problem = setting.problem
    return Provenance(
        service=problem.rules.service,
        service_title=problem.rules.title,
        as_of=problem.as_of,
        start=problem.start,
        seed=seed,
        draws=setting.draws.n,
        sources=problem.sources,
        assumptions_sha256=setting.registry.sha256,
        book_hash=problem.book_hash,
        version=__version__,
        own=problem.own,
    )
