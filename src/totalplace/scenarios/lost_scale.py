"""Price the loss of scale when a county is divided, with the planner's own rules and draws.

Flow: book, footprints.apart -> THIS -> scenarios.splitting
In: a county, which district goes where, keys, the registry and its draws. Out: what each part pays
more, by rule, draw by draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.apart import (
    posts_cost,
    scale_cost,
    shared_back,
    support_cost,
    team_index,
)
from totalplace.footprints.appraisal import money_range
from totalplace.footprints.problem import Problem as Planning
from totalplace.footprints.value import MILLION, base
from totalplace.measures.today import Today, todays_authorities
from totalplace.money.counted import to_pence
from totalplace.money.keys import Key
from totalplace.money.services import Pricing, Service, services
from totalplace.scenarios.dates import first_start, newest_day
from totalplace.scenarios.gather import gather, gather_like
from totalplace.scenarios.split_result import Added, Way
from totalplace.types import FloatArray

VOLUME_KEYS = {
    "looked_after.children_looked_after_on_31_march_each_year.children_count": "looked_after",
    "children_in_need.at31_episodes": "in_need",
    "population.children_0_17": "children",
}
"""Which key tells apart what a service is for."""

ORDER = ("director", "middle", "leads", "support", "commissioning", "placements")
POSTS, SCALE = "posts rule", "scale rule"
LEAD = "team.lead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What parting costs: P parts in the order of the split, D draws, pounds."""

    added: tuple[Added, ...]
    yearly: FloatArray  # (P, D)
    once: FloatArray  # (P, D), setting up
    ways: tuple[Way, ...]
    unpriced: tuple[str, ...]
    england_children: FloatArray  # (N,), of today's authorities


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dearer:
    """One thing that costs more: what the whole spends, and what the parts pay more."""

    title: str
    rule: str
    now: FloatArray  # (D,)
    extra: FloatArray  # (P, D)

    def __add__(self, other: _Dearer) -> _Dearer:
        return replace(self, now=self.now + other.now, extra=self.extra + other.extra)


def lost_scale(
    book: Book,
    code: str,
    parts: Mapping[str, str],
    keys: Mapping[str, Key],
    registry: Registry,
    draws: Draws,
) -> Lost:
    """What each part pays more for being smaller.

    Posts rule: a director's top team and the middle tier once, a lead tier for each service that
    a council runs itself, support functions lightly. Scale rule: commissioning, and placements by
    the share of them whose price size can move. A new authority's setting up is charged once.
    """
    today = todays_authorities(book)
    names = tuple(dict.fromkeys(parts.values()))
    found: dict[str, _Dearer] = {}
    unpriced: list[str] = []
    problem: Planning | None = None
    for service in services().values():
        if service.pricing not in (Pricing.LINES, Pricing.SHARE):
            unpriced.append(f"{service.title}: it has no line of its own in the return")
            continue
        problem = _gathered(book, service, registry, problem, today)
        me = problem.area_codes.index(code)
        if not (problem.priced[me] and problem.volume[me] > 0):
            why = problem.unpriced_reason.get(code, "its spend or volume is not known")
            unpriced.append(f"{service.title}: {why}")
            continue
        weights = keys[VOLUME_KEYS[service.volume.item]].of_parts(parts)
        shares = np.array([weights[name] for name in names]) / sum(weights.values())
        for name, one in _dearer(service, problem, me, shares, draws).items():
            found[name] = found[name] + one if name in found else one
    if problem is None or not found:
        raise InputError("No service of this county can be priced, so nor can parting.")
    return Lost(
        added=tuple(_added(name, found[name], names) for name in ORDER if name in found),
        yearly=np.sum([one.extra for one in found.values()], axis=0),
        ways=_ways(found, draws, len(names)),
        once=np.tile(draws["transition.member"] * MILLION, (len(names), 1)),
        unpriced=tuple(unpriced),
        england_children=problem.children,
    )


def _gathered(
    book: Book, service: Service, registry: Registry, like: Planning | None, today: Today
) -> Planning:
    if like is not None:
        return gather_like(book, service, registry, like=like, missing="estimate", today=today)
    day = newest_day(book)
    return gather(book, service, registry, as_of=day, start=first_start(day), missing="estimate")


def _dearer(
    service: Service, problem: Planning, me: int, shares: FloatArray, draws: Draws
) -> dict[str, _Dearer]:
    """What of one service costs more, by name."""
    ground = base(problem, draws)
    volumes, median = problem.volume[me] * shares, problem.median_volume

    def posts(title: str, team: FloatArray) -> _Dearer:
        whole = team_index(draws, volumes.sum(keepdims=True), median)[0]
        extra = posts_cost(draws, team, volumes, median_volume=median)
        return _Dearer(title=title, rule=POSTS, now=team * MILLION * whole, extra=extra)

    if service.id == "commissioning":
        spend = ground.commissioning[me]
        extra = scale_cost(draws, spend, shares, effect=draws["scale.commissioning"])
        title = "Commissioning and strategy"
        return {"commissioning": _Dearer(title=title, rule=SCALE, now=spend, extra=extra)}
    if service.id == "support":
        spend = ground.support[me]
        extra = support_cost(draws, spend, shares)
        return {"support": _Dearer(title="Support functions", rule=POSTS, now=spend, extra=extra)}
    if service.team != LEAD:
        return {
            "director": posts("Director's top team", draws[service.team]),
            "middle": posts("Middle tier of the department", draws["team.middle"]),
        }
    found = {"leads": posts("Lead tiers of single services", draws[LEAD])}
    if service.buys_placements:
        spend = ground.placements[me]
        extra = scale_cost(
            draws, spend, shares, effect=draws["scale.placements"], reached=draws["take_up"]
        )
        found["placements"] = _Dearer(title="Placements", rule=SCALE, now=spend, extra=extra)
    return found


def _ways(found: Mapping[str, _Dearer], draws: Draws, parts: int) -> tuple[Way, ...]:
    """Keeping one authority, sharing more or less, parting everything."""
    nothing = np.zeros(draws.n)
    cost = {name: one.extra.sum(axis=0) for name, one in found.items()}
    whole = np.sum(list(cost.values()), axis=0)

    def back(*teams: str, support: FloatArray = nothing) -> FloatArray:
        return shared_back(
            draws,
            posts=np.sum([cost.get(name, nothing) for name in teams], axis=0),
            support=support,
            commissioning=cost.get("commissioning", nothing),
            parts=parts,
        )

    department = back("director", "middle", "leads", support=cost.get("support", nothing))
    dearer = {
        ("one", "Keep one authority"): nothing,
        ("department", "Part, but share one department"): whole - department,
        ("management", "Part, but share one director's team and commissioning"): whole
        - back("director"),
        ("apart", "Part everything"): whole,
    }
    return tuple(
        Way(name=name, title=title, dearer=money_range(values))
        for (name, title), values in dearer.items()
    )


def _added(name: str, one: _Dearer, names: Sequence[str]) -> Added:
    return Added(
        name=name,
        title=one.title,
        rule=one.rule,
        now=money_range(one.now),
        a_year=money_range(one.extra.sum(axis=0)),
        by_part={part: money_range(one.extra[at]) for at, part in enumerate(names)},
        pence=tuple(to_pence(float(extra.mean())) for extra in one.extra),
    )
