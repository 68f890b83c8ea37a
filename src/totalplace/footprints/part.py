"""A part of the country as a problem of its own: the rest is not in the plan at all.

Flow: scenarios.within -> THIS -> search, comparators, stability (which see the part only)
In: a Problem and which authorities take part. Out: a Problem of those alone. What was measured
over the whole country (the typical size of a team, the share of the middle tier) stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from totalplace.footprints.problem import Problem
from totalplace.types import BoolArray

T = TypeVar("T")
OUTSIDE = -1  # stands for whoever of a group is not in the plan


def part_of(problem: Problem, keep: BoolArray, words: str) -> Problem:
    """The same service for some authorities only.

    Args:
        problem: The service over the whole country.
        keep: Shape (N,), who takes part.
        words: What the part is called: "the South West".
    """
    rows = np.flatnonzero(keep)
    place = np.full(problem.size, OUTSIDE, dtype=np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    inside = keep[problem.edges].all(axis=1)
    codes = tuple(problem.area_codes[i] for i in rows)

    def chosen(of_each: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(of_each[i] for i in rows)

    return replace(
        problem,
        part=words,
        area_codes=codes,
        names=chosen(problem.names),
        children=problem.children[rows],
        volume=problem.volume[rows],
        pay=problem.pay[rows],
        running=problem.running[rows],
        estimate_low=problem.estimate_low[rows],
        estimate_high=problem.estimate_high[rows],
        front_line_pay=problem.front_line_pay[rows],
        priced=problem.priced[rows],
        estimated=problem.estimated[rows],
        unpriced_reason={c: why for c, why in problem.unpriced_reason.items() if c in codes},
        centre_m=problem.centre_m[rows],
        edges=place[problem.edges[inside]],
        bodies=problem.bodies[rows],
        footprints={kind: chosen(body) for kind, body in problem.footprints.items()},
        strong_leader=problem.strong_leader[rows],
        strong_protection=problem.strong_protection[rows],
        inadequate=problem.inadequate[rows],
        grade_words=chosen(problem.grade_words),
        unsteady=problem.unsteady[rows],
        unsteady_words=chosen(problem.unsteady_words),
        ends=chosen(problem.ends),
        ends_words=chosen(problem.ends_words),
    )


def group_in(whole: Problem, part: Problem, group: Iterable[int]) -> frozenset[int]:
    """A group of the whole country in the part's positions; `OUTSIDE` among them if some are."""
    place = {code: i for i, code in enumerate(part.area_codes)}
    return frozenset(place.get(whole.area_codes[m], OUTSIDE) for m in group)
