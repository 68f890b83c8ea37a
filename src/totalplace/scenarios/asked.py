"""What a person asked of a plan, understood: names become positions, faults are named together.

Flow: words and numbers -> THIS (places, evidence) -> scenarios.planning, scenarios.risk
In: limits as people give them. Out: a frozen Limits, or every fault at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.errors import Problem as Fault
from totalplace.evidence.registry import Registry
from totalplace.footprints import guards
from totalplace.footprints.limits import Border, Limits
from totalplace.footprints.part import OUTSIDE, group_in
from totalplace.footprints.problem import Problem
from totalplace.footprints.search import CAUTIOUS, EXPECTED
from totalplace.measures.today import todays_authorities
from totalplace.money.services import Service
from totalplace.places.existing import existing_partnerships
from totalplace.scenarios.other_plans import OtherPlan, bodies_of

INSIDE_WORDS = {
    "region": "the border of a region",
    "nhs": "the border of an integrated care board",
    "police": "the border of a police force area",
    "strategic": "the border of a strategic authority",
    "adoption": "the border of a regional adoption agency",
}
ADOPTION = "adoption"  # the service whose existing partnerships are a footprint of the book

Groups = Iterable[Sequence[str]]


def limits_of(
    book: Book,
    problem: Problem,
    registry: Registry,
    *,
    whole: Problem | None = None,
    together: Groups = (),
    apart: Groups = (),
    named: Groups = (),
    improvement: Groups = (),
    inside: str | Sequence[str] | None = None,
    keep: Groups = (),
    keep_existing: bool = False,
    min_members: int | None = None,
    partnerships: int | None = None,
    most_partnerships: int | None = None,
    other_plans: Sequence[OtherPlan] = (),
    most_bodies: int | None = None,
    funding: str = "",
    without: Sequence[str] = (),
) -> Limits:
    """The guards' numbers and the user's own limits. See `planning.plan` for what each means.

    Partnerships and bodies that reach beyond a part of the country are known by the ``whole``.

    Raises:
        InputError: An area, border or file nobody knows; a border the book does not hold.
    """

    def sets(groups: Groups) -> tuple[frozenset[int], ...]:
        return tuple(frozenset(positions(book, problem, group)) for group in groups)

    everybody = whole if whole is not None else problem

    def here(group: frozenset[int]) -> frozenset[int]:
        return group_in(everybody, problem, group)

    existing = [
        (title, here(group) - {OUTSIDE})
        for title, group in (_existing(everybody) if keep_existing else ())
        if here(group) != {OUTSIDE}
    ]
    kept = tuple((f"the partnership of {_names(problem, group)}", group) for group in sets(keep))
    return replace(
        registry_limits(registry),
        funding=funding,
        improvement=sets(improvement),
        named=(*sets(named), *sets(improvement)),
        together=_merged(sets(together)),
        apart=sets(apart),
        inside=tuple(_border(problem, kind) for kind in borders(inside)),
        kept=(*kept, *existing),
        fewest_members=min_members or 0,
        least_partnerships=partnerships or 0,
        most_partnerships=partnerships if partnerships is not None else most_partnerships,
        sits_on=tuple(
            group
            for group in map(here, bodies_of(other_plans, everybody))
            if group != frozenset({OUTSIDE})
        ),
        most_bodies=most_bodies,
        off=frozenset(without),
    )


def borders(inside: str | Sequence[str] | None) -> tuple[str, ...]:
    """The kinds of border asked for, each once."""
    asked = [inside] if isinstance(inside, str) else list(inside or ())
    return tuple(dict.fromkeys(asked))


def _border(problem: Problem, kind: str) -> Border:
    area = problem.footprints[kind]
    if not any(area):
        raise InputError(
            f"This book does not say which authorities share {INSIDE_WORDS[kind]}, so a plan "
            f"cannot be kept inside it ({kind}). Nothing was planned."
        )
    return Border(words=INSIDE_WORDS[kind], area=area)


def _existing(problem: Problem) -> tuple[tuple[str, frozenset[int]], ...]:
    """Partnerships that run the service already, as they are known on the day."""
    place = {code: i for i, code in enumerate(problem.area_codes)}
    if problem.rules.service == ADOPTION and any(problem.footprints.get(ADOPTION, ())):
        held: dict[str, set[int]] = {}
        for i, agency in enumerate(problem.footprints[ADOPTION]):
            if agency:
                held.setdefault(agency, set()).add(i)
        return tuple((name, frozenset(who)) for name, who in sorted(held.items()) if len(who) > 1)
    found = [
        (one.name, frozenset(place[code] for code in one.area_codes if code in place))
        for one in existing_partnerships(problem.as_of)
    ]
    return tuple((name, who) for name, who in found if len(who) > 1)


def _names(problem: Problem, group: frozenset[int]) -> str:
    return " and ".join(problem.names[m] for m in sorted(group))


def _merged(groups: tuple[frozenset[int], ...]) -> tuple[frozenset[int], ...]:
    """Groups that overlap are one: A with B and B with C means all three."""
    merged: list[frozenset[int]] = []
    for group in groups:
        touching = [other for other in merged if other & group]
        merged = [other for other in merged if not other & group]
        merged.append(group.union(*touching))
    return tuple(merged)


def registry_limits(registry: Registry) -> Limits:
    """The limits of the guards as the registry has them."""
    return Limits(
        inadequate_share=registry["guard.inadequate_share"].value,
        worse_off_points=registry["guard.worse_off_points"].value,
        front_line_share=registry["guard.front_line_share"].value,
    )


def positions(book: Book, problem: Problem, areas: Sequence[str]) -> list[int]:
    """Where some areas stand in a problem, by name, code or number.

    Raises:
        InputError: An area nobody knows, or one that has ended.
    """
    found = todays_authorities(book).register.resolve_all(areas)
    place = {code: i for i, code in enumerate(problem.area_codes)}
    faults = [
        Fault(
            what=f"{one.name} ended on {one.ends}",
            fix="Name the authorities that took its place.",
        )
        if one.ends is not None
        else Fault(
            what=f"{one.name} is not in {problem.part}, the only part of the country in this plan",
            fix="Leave it out, or name a part that holds it (--only).",
        )
        for one in found
        if one.area_code not in place
    ]
    if faults:
        raise InputError(faults)
    return [place[one.area_code] for one in found]


def number_faults(
    *,
    min_members: int | None,
    max_members: int | None,
    grow_to: int | None = None,
    partnerships: int | None,
    most_partnerships: int | None,
    other_plans: Sequence[OtherPlan],
    most_bodies: int | None,
) -> list[Fault]:
    """Numbers that cannot be meant."""
    least = {
        "min_members": (min_members, 2),
        "max_members": (max_members, 2),
        "grow_to": (grow_to, 2),
        "partnerships": (partnerships, 1),
        "most_partnerships": (most_partnerships, 1),
        "most_bodies": (most_bodies, 0),
    }
    faults = [
        Fault(what=f"{name} must be {lowest} or more, not {value}")
        for name, (value, lowest) in least.items()
        if value is not None and value < lowest
    ]
    if partnerships is not None and most_partnerships is not None:
        faults.append(
            Fault(
                what="An exact number of partnerships and a most number were both given",
                fix="Give one of them.",
            )
        )
    if other_plans and most_bodies is None:
        faults.append(
            Fault(
                what="Plans for other services were given, and no limit to hold with them",
                fix="Say on how many bodies an authority may sit, for example --most-bodies 2.",
            )
        )
    return faults


def arrangement_faults(service: Service, asked: Sequence[str]) -> list[Fault]:
    """Arrangements the service does not allow."""
    allowed = ", ".join(service.arrangements)
    return [
        Fault(
            what=f"{service.title} cannot be shared as {name!r}",
            fix=f"Choose among: {allowed}.",
        )
        for name in asked
        if name not in service.arrangements
    ]


def guard_faults(without: Sequence[str]) -> list[Fault]:
    """Guards nobody knows."""
    return [
        Fault(
            what=f"There is no guard {name!r}", fix=f"The guards are: {', '.join(guards.TITLES)}."
        )
        for name in without
        if name not in guards.TITLES
    ]


def inside_faults(inside: str | Sequence[str] | None) -> list[Fault]:
    """Borders nobody knows."""
    return [
        Fault(
            what=f"There is no footprint {kind!r} to stay inside",
            fix=f"Choose among: {', '.join(INSIDE_WORDS)}.",
        )
        for kind in borders(inside)
        if kind not in INSIDE_WORDS
    ]


def objective_faults(objective: str, floor: float | None) -> list[Fault]:
    """An objective nobody knows, or a chance that is none."""
    faults = []
    if objective not in {EXPECTED, CAUTIOUS}:
        faults.append(
            Fault(
                what=f"There is no objective {objective!r}",
                fix=f"Choose {EXPECTED!r} or {CAUTIOUS!r}.",
            )
        )
    if floor is not None and not 0 <= floor <= 1:
        faults.append(
            Fault(
                what=f"The floor must be a chance from 0 to 1, not {floor}", fix="Try --floor 0.5."
            )
        )
    return faults
