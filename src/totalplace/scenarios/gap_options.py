"""Every way that one council may share a service with its neighbours, as options to close a gap.

Flow: book, footprints -> THIS -> scenarios.closing
A joint option is one service shared with one or two bordering councils under one arrangement, as
the planner values it: refused by no guard, saving nothing on the front line. What it saves this
council is the partnership's settled saving times this council's part of its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from totalplace.book.store import Book
from totalplace.evidence.draws import Draws
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import appraise_all, detail
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.plan import appraise_set
from totalplace.footprints.problem import Problem as Planning
from totalplace.footprints.results import Appraisal
from totalplace.footprints.search import usable
from totalplace.measures.today import Today
from totalplace.money.gap import Joint
from totalplace.money.services import Pricing, Service, services
from totalplace.scenarios.asked import registry_limits
from totalplace.scenarios.dates import first_start, newest_day
from totalplace.scenarios.gather import gather, gather_like
from totalplace.types import Arrangement, Layer

LOOKED_AT = 6
"""Sets looked at in full for each service and arrangement, the best by value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a council could share, and how many ways were refused."""

    joint: tuple[Joint, ...]
    refused: int  # a guard refuses them, they save nothing, or they touch the front line
    start: date  # when sharing would begin
    ends_words: str  # when the council itself is to be abolished; "" if that is not expected


def joint_options(
    book: Book, code: str, registry: Registry, draws: Draws, *, today: Today
) -> Options:
    """Every way of sharing that may be and helps, and how many others there are."""
    known = newest_day(book)
    start = first_start(known)
    limits = registry_limits(registry)
    found: list[Joint] = []
    asked = 0
    ends = ""
    problem: Planning | None = None
    for service in services().values():
        if service.pricing not in (Pricing.LINES, Pricing.SHARE):
            continue  # its spend stands inside another service's lines, or is not known
        problem = (
            gather(book, service, registry, as_of=known, start=start)
            if problem is None
            else gather_like(book, service, registry, like=problem, today=today)
        )
        me = problem.area_codes.index(code)
        ends = problem.ends_words[me]
        sets = from_sets(_sets(problem, me))
        asked += len(sets) * len(problem.rules.arrangements)
        for arrangement in problem.rules.arrangements:
            for members in _worth_a_look(problem, draws, sets, arrangement):
                one = appraise_set(problem, draws, members, arrangement, limits)
                yearly = _by_year(problem, draws, members, arrangement)
                option = _option(one, code, service, yearly)
                found += [option] if option else []
    return Options(joint=tuple(found), refused=asked - len(found), start=start, ends_words=ends)


def _sets(problem: Planning, me: int) -> list[tuple[int, ...]]:
    """The council with each usable neighbour, and with each two of them."""
    able = usable(problem)
    if not able[me]:
        return []
    near = {int(end) for edge in problem.edges for end in edge if me in edge} - {me}
    others = [other for other in sorted(near) if able[other]]
    return [(me, *more) for size in (1, 2) for more in combinations(others, size)]


def _worth_a_look(
    problem: Planning, draws: Draws, sets: Candidates, arrangement: Arrangement
) -> list[tuple[int, ...]]:
    """The sets that are worth more than nothing and save, best first: the rest cannot help.

    All are priced in one go; only these are looked at member by member, and no more than a few.
    """
    if not len(sets):
        return []
    values = appraise_all(problem, draws, arrangement, sets, shape(problem, sets))
    order = np.argsort(-values.mean, kind="stable")
    good = [int(c) for c in order if values.mean[c] > 0 and values.saving_a_year[c] > 0]
    return [sets.row(c) for c in good[:LOOKED_AT]]


def _by_year(
    problem: Planning, draws: Draws, members: tuple[int, ...], arrangement: Arrangement
) -> tuple[float, ...]:
    """What the whole partnership saves, net of all it costs, in each year from its start."""
    sets = from_sets([members])
    found = detail(problem, draws, arrangement, sets, shape(problem, sets))[0]
    return tuple(float(year) for year in found.cash.mean(axis=1))


def _option(one: Appraisal, code: str, service: Service, yearly: tuple[float, ...]) -> Joint | None:
    """The council's own part of a partnership; None where it may not be or does not help."""
    mine = next((share for share in one.shares if share.area_code == code), None)
    front = one.by_layer.get(Layer.FRONT_LINE)
    if (
        mine is None
        or not one.allowed
        or not (one.value.mean > 0 and mine.share.mean > 0 and one.saving_a_year.mean > 0)
        or (front is not None and front.mean > 0)  # safeguarding's front line stays as it is
    ):
        return None
    part = min(1.0, mine.share.mean / one.value.mean)
    others = [name for name, member in zip(one.names, one.members, strict=True) if member != code]
    return Joint(
        service=service.id,
        title=service.title,
        arrangement=str(one.arrangement),
        partners=tuple(others),
        saving=one.saving_a_year.mean * part,
        low=one.saving_a_year.low * part,
        high=one.saving_a_year.high * part,
        first_year_cost=one.first_year_cost.mean,
        chance_worse_off=float(np.clip(mine.chance_worse_off, 0, 1)),
        whole=service.pricing is Pricing.SHARE,
        layers=frozenset(str(layer) for layer, saved in one.by_layer.items() if saved.mean > 0),
        by_year=tuple(year * part for year in yearly),
    )
