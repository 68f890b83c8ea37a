"""What a visitor may ask of a plan: parameters of an address, and what the planner is asked.

Flow: a query string -> THIS -> web.pages.plan, web.jobs.plans -> scenarios.planning
In: text from anybody, read by `web.query`. Out: a request as plain JSON with every default written
out, so that equals are equal; and from it the keyword arguments of `planning.plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.registry import Registry
from totalplace.measures.today import todays_authorities
from totalplace.money.services import service as find_service
from totalplace.money.services import services
from totalplace.scenarios.asked import (
    arrangement_faults,
    guard_faults,
    inside_faults,
    number_faults,
)
from totalplace.scenarios.within import names_of
from totalplace.web.part import part_words

GROUPS = ("together", "apart", "named", "improvement", "keep")
AS_ASKED = (
    "service", "objective", "floor", "keep_existing", "min_members", "max_members",
    "partnerships", "most_partnerships", "funding", "missing", "draws", "seed",
)  # fmt: skip
MEMORY_MB = 600.0  # of partnerships under consideration, for one plan of a stranger's
SEARCH_SHARE = 0.5  # of the time a plan may take; when it is up the search gives the best so far


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """The parameters of a plan; see `planning.plan` for what each means."""

    service: str = ""
    only: tuple[str, ...] = ()  # the part of England it is for; empty: all of it
    arrangement: tuple[str, ...] = ()
    objective: Literal["expected", "cautious"] = "expected"
    floor: float | None = field(default=None, metadata={"min": 0, "max": 1})
    inside: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    improvement: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    keep_existing: bool = False
    min_members: int | None = field(default=None, metadata={"min": 2, "max": 20})
    max_members: int | None = field(default=None, metadata={"min": 2, "max": 7})
    partnerships: int | None = field(default=None, metadata={"min": 0, "max": 80})
    most_partnerships: int | None = field(default=None, metadata={"min": 0, "max": 80})
    funding: str = ""
    missing: Literal["leave-out", "estimate"] = "leave-out"
    without: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()  # ID=VALUE: assumptions held at a value
    draws: int = field(default=512, metadata={"min": 64, "max": 1024})
    seed: int = field(default=1, metadata={"min": 0, "max": 1_000_000})
    as_of: date | None = None
    start: date | None = None


Q = TypeVar("Q", bound=PlanQuery)


def checked(query: Q, book: Book) -> Q:
    """The same query with names as codes, in a fixed order.

    Raises:
        InputError: Everything in it that cannot be meant.
    """
    faults: list[Problem] = []
    known = services()
    if not query.service:
        faults.append(
            Problem(what="No service was chosen", fix=f"Choose among: {', '.join(known)}.")
        )
    else:
        try:
            faults += arrangement_faults(find_service(query.service), query.arrangement)
        except InputError as error:
            faults += error.problems
    faults += guard_faults(query.without)
    faults += inside_faults(query.inside)
    faults += number_faults(
        min_members=query.min_members,
        max_members=query.max_members,
        partnerships=query.partnerships,
        most_partnerships=query.most_partnerships,
        other_plans=(),
        most_bodies=None,
    )
    groups: dict[str, tuple[str, ...]] = {}
    for name in GROUPS:
        try:
            groups[name] = tuple(_codes(name, words, book) for words in getattr(query, name))
        except InputError as error:
            faults += error.problems
    for look in (lambda: registry_of(query.hold), lambda: part_words(query.only)):
        try:
            look()
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults, after="Nothing was planned.")
    changed: dict[str, Any] = {
        **groups,
        "arrangement": tuple(
            str(one)
            for one in find_service(query.service).arrangements
            if str(one) in query.arrangement
        ),
        **{name: tuple(sorted(getattr(query, name))) for name in ("inside", "without", "hold")},
        "only": tuple(sorted(names_of(query.only), key=str.casefold)),
    }
    return replace(query, **changed)


def registry_of(held: tuple[str, ...]) -> Registry:
    """The assumptions, with those written as ``ID=VALUE`` held.

    Raises:
        InputError: One that is not written so, is unknown or lies outside its range; all of them.
    """
    faults: list[Problem] = []
    values: dict[str, float] = {}
    for words in held:
        name, _, value = words.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            faults.append(
                Problem(
                    what=f"hold is {words[:60]!r}",
                    fix="Write an assumption, an equals sign and a number: team.director=0.2.",
                )
            )
    registry = Registry.load()
    try:
        registry = registry.with_values(values) if values else registry
    except InputError as error:
        faults += error.problems
    if faults:
        raise InputError(faults)
    return registry


def request_of(query: PlanQuery) -> dict[str, Any]:
    """The query as plain JSON, every default written out."""
    return {
        name: value.isoformat() if isinstance(value, date) else _listed(value)
        for name, value in asdict(query).items()
    }


def options_of(request: Mapping[str, Any], *, limit_s: float) -> dict[str, Any]:
    """The keyword arguments of `planning.plan` for a request.

    Args:
        request: What `request_of` made.
        limit_s: How long the whole may take; each of its searches gets a part.
    """

    def day(name: str) -> date | None:
        return date.fromisoformat(request[name]) if request[name] else None

    return {
        **{name: request[name] for name in AS_ASKED},
        **{name: [words.split("+") for words in request[name]] for name in GROUPS},
        "arrangements": request["arrangement"],
        "only": request["only"] or None,
        "inside": request["inside"],
        "without": request["without"],
        "registry": registry_of(tuple(request["hold"])),
        "as_of": day("as_of"),
        "start": day("start"),
        "time_limit": limit_s * SEARCH_SHARE,
        "memory": MEMORY_MB,
    }


def words_of(query: PlanQuery, **other: object) -> str:
    """The query as it stands in an address: what differs from the defaults, in a fixed order."""
    pairs: list[tuple[str, str]] = []
    for one in fields(query):
        value = other.get(one.name, getattr(query, one.name))
        if value == one.default:
            continue
        items = value if isinstance(value, tuple) else (value,)
        pairs += [(one.name, "yes" if item is True else str(item)) for item in items]
    return urlencode(pairs)


def form_values(given: QueryDict) -> dict[str, list[str]]:
    """What was typed into a form, to be shown again whatever it is."""
    return {one.name: [text[:200] for text in given.getlist(one.name)] for one in fields(PlanQuery)}


def _codes(name: str, words: str, book: Book) -> str:
    """A group as codes joined with +.

    Raises:
        InputError: Fewer than two names, or one nobody knows.
    """
    names = [one.strip() for one in words.split("+")]
    if len(names) < 2 or not all(names):
        raise InputError(
            Problem(
                what=f"{name} is {words[:60]!r}",
                fix="Join two or more areas with '+', for example Camden+Islington.",
            )
        )
    found = todays_authorities(book).register.resolve_all(names)
    return "+".join(sorted({one.area_code for one in found}))


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
