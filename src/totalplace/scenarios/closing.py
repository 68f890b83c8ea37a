"""Close a gap in one council's children's social care: the options, from the planner's own values.

Flow: book, money, footprints -> THIS -> cli.money
A joint option is one service shared with one or two bordering councils under one arrangement, as
the planner values it: refused by no guard, saving nothing on the front line. What it saves this
council is the partnership's settled saving times this council's part of its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError, Problem
from totalplace.evidence.draws import Draws, draw
from totalplace.evidence.registry import Registry
from totalplace.footprints.appraisal import appraise_all
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.plan import appraise_set
from totalplace.footprints.problem import Problem as Planning
from totalplace.footprints.results import Appraisal
from totalplace.footprints.search import usable
from totalplace.measures.today import todays_authorities
from totalplace.money.core import core_lines
from totalplace.money.gap import Choice, Joint, Mix, close
from totalplace.money.rows import Row
from totalplace.money.services import Pricing, Service, services
from totalplace.scenarios.counting import count_place
from totalplace.scenarios.dates import first_start, newest_day
from totalplace.scenarios.gather import gather, gather_like
from totalplace.scenarios.planning import registry_limits
from totalplace.types import Arrangement, Layer

DRAWS = 64
MOST = 0.35
"""The deepest cut that is answered."""
LOOKED_AT = 6
"""Sets looked at in full for each service and arrangement, the best by value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A gap and what closes it."""

    place: str
    cut: float  # part of spend
    spend: float  # children's social care, gross, pounds
    core: float  # of which held whole
    estimated: bool  # whether any of the spend is an estimate
    unknown: tuple[str, ...]  # lines without an amount, left out of the spend
    options: int  # joint options that the planner allows and that save
    refused: int  # those that a guard refuses, that save nothing, or that touch the front line
    mix: Mix


def close_gap(book: Book, text: str, registry: Registry, *, cut: float) -> Closing:
    """What closes a gap in a council's children's social care.

    Args:
        book: A place book.
        text: One authority, in words.
        registry: The assumptions.
        cut: The gap as a part of gross spend, above 0 and at most 0.35.

    Raises:
        InputError: The cut is out of range, the place unknown or not one authority, or its spend
            is not known at all.
    """
    if not 0 < cut <= MOST:
        raise InputError(
            Problem(
                what=f"a cut of {cut:.0%} cannot be answered",
                fix=f"Give more than 0 % and at most {MOST:.0%}.",
            )
        )
    counted = count_place(book, text, registry, doubts=())
    if len(counted.area_codes) != 1:
        raise InputError(
            Problem(
                what=f"{counted.place} is {len(counted.area_codes)} councils",
                fix="A gap is one council's: name one.",
            )
        )
    rows = [row for row in counted.rows if row.line in core_lines()]
    known = [row for row in rows if row.pence is not None]
    spend = sum(row.net for row in known) / 100
    if spend <= 0:
        raise InputError(f"{counted.place}: its spend on children's social care is not known.")
    joint, refused = _joint(book, counted.area_codes[0], registry)
    return Closing(
        place=counted.place,
        cut=cut,
        spend=spend,
        core=sum(row.net for row in known if core_lines()[row.line].core) / 100,
        estimated=any(str(row.standing) == "estimated" for row in known),
        unknown=tuple(row.title for row in rows if row.pence is None),
        options=len(joint),
        refused=refused,
        mix=close(cut * spend, joint, [_choice(row) for row in known if _may_fall(row)]),
    )


def _may_fall(row: Row) -> bool:
    return not core_lines()[row.line].core and row.net > 0


def _choice(row: Row) -> Choice:
    rule = core_lines()[row.line]
    return Choice(
        line=row.line,
        title=row.title,
        theme=row.theme,
        outcome=row.outcome,
        spend=row.net / 100,
        most=rule.most,
        harm=rule.harm,
        law=rule.law,
    )


def _joint(book: Book, code: str, registry: Registry) -> tuple[list[Joint], int]:
    """Every way of sharing that may be and helps, and how many others there are."""
    today = todays_authorities(book)
    known = newest_day(book)
    start = first_start(known)
    draws = draw(registry, n=DRAWS, seed=1)
    limits = registry_limits(registry)
    found: list[Joint] = []
    asked = 0
    problem: Planning | None = None
    for service in services().values():
        if service.pricing not in (Pricing.LINES, Pricing.SHARE):
            continue  # its spend stands inside another service's lines, or is not known
        problem = (
            gather(book, service, registry, as_of=known, start=start)
            if problem is None
            else gather_like(book, service, registry, like=problem, today=today)
        )
        sets = from_sets(_sets(problem, problem.area_codes.index(code)))
        asked += len(sets) * len(problem.rules.arrangements)
        for arrangement in problem.rules.arrangements:
            for members in _worth_a_look(problem, draws, sets, arrangement):
                one = appraise_set(problem, draws, members, arrangement, limits)
                option = _option(one, code, service)
                found += [option] if option else []
    return found, asked - len(found)


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


def _option(one: Appraisal, code: str, service: Service) -> Joint | None:
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
    )
