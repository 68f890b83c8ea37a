"""Other ways to divide the country, valued on the same draws: what the plan is measured against.

Flow: problem, draws, candidates -> THIS -> plan
Comparators are not held to the guards; how many guards each would break is counted and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.footprints import guards
from totalplace.footprints.appraisal import Detail, appraise_all, detail, money_range
from totalplace.footprints.candidates import Candidates, from_sets, shape
from totalplace.footprints.limits import Limits
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Comparator, Range
from totalplace.footprints.search import usable
from totalplace.footprints.split import split
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray

SPLIT_UP_TO = 6  # members up to which "nobody pays for the others" is checked; beyond, others fail

FOOTPRINT_TITLES: dict[str, str] = {
    "region": "today's nine regions",
    "nhs": "NHS footprints (integrated care boards)",
    "police": "police force areas",
    "strategic": "strategic authorities",
    "adoption": "existing regional adoption agencies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A way to divide the authorities: its partnerships and how each would be arranged."""

    name: str
    groups: tuple[tuple[int, ...], ...]
    arrangements: tuple[Arrangement, ...]
    note: str


def footprint_title(problem: Problem, kind: str) -> str:
    """What an existing footprint is called, in the whole country or in the part planned for."""
    if not problem.part:
        return FOOTPRINT_TITLES[kind]
    title = FOOTPRINT_TITLES[kind].replace("today's nine regions", "today's regions")
    return f"{title}, inside the part"


def existing_footprint(
    problem: Problem, draws: AssumptionDraws, kind: str, arrangements: Sequence[Arrangement]
) -> Division:
    """One partnership for each body of a kind, under whichever arrangement is worth most."""
    labels, title = problem.footprints[kind], footprint_title(problem, kind)
    can = usable(problem)
    by_label: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        if label and can[i]:
            by_label.setdefault(label, []).append(i)
    groups = tuple(tuple(members) for _, members in sorted(by_label.items()) if len(members) > 1)
    if not groups:
        return Division(name=title, groups=(), arrangements=(), note="none known")
    chosen, kinds = _best_arrangement(problem, draws, groups, arrangements)
    return Division(
        name=title,
        groups=chosen,
        arrangements=kinds,
        note="one partnership for each, whatever it is worth",
    )


def _best_arrangement(
    problem: Problem,
    draws: AssumptionDraws,
    groups: tuple[tuple[int, ...], ...],
    arrangements: Sequence[Arrangement],
) -> tuple[tuple[tuple[int, ...], ...], tuple[Arrangement, ...]]:
    sets = from_sets(groups)
    outline = shape(problem, sets)
    mean = np.stack([appraise_all(problem, draws, a, sets, outline).mean for a in arrangements])
    best = mean.argmax(axis=0)
    rows = tuple(sets.row(c) for c in range(len(sets)))
    return rows, tuple(arrangements[k] for k in best)


def pair_by_pair(
    problem: Problem,
    candidates: Candidates,
    scores: Mapping[Arrangement, FloatArray],
    name: str = "pair by pair",
) -> Division:
    """Merge the two neighbours that gain most, again and again: what a spreadsheet would do.

    Args:
        problem: The service.
        candidates: The sets that may be formed.
        scores: By arrangement, shape (C,), value of each set; -inf where refused.
        name: What to call it.
    """
    order = list(scores)
    stacked = np.stack([scores[a] for a in order])
    best = stacked.argmax(axis=0)
    top = stacked.max(axis=0)
    linked = {frozenset(edge) for edge in problem.edges.tolist()}
    groups: list[tuple[int, ...]] = [(i,) for i in np.flatnonzero(usable(problem)).tolist()]
    worth: dict[tuple[int, ...], float] = dict.fromkeys(groups, 0.0)
    kind: dict[tuple[int, ...], Arrangement] = {}

    def gain(a: tuple[int, ...], b: tuple[int, ...]) -> float:
        merged = tuple(sorted((*a, *b)))
        at = candidates.find(merged)
        return -np.inf if at is None else float(top[at]) - worth[a] - worth[b]

    touching = {
        (a, b): gain(a, b)
        for k, a in enumerate(groups)
        for b in groups[k + 1 :]
        if frozenset((a[0], b[0])) in linked
    }
    while touching:
        (a, b), most = max(touching.items(), key=lambda item: (item[1], item[0]))
        if most <= 0:
            break
        merged = tuple(sorted((*a, *b)))
        at = candidates.find(merged)
        assert at is not None  # it had a gain, so it is among them
        worth[merged], kind[merged] = float(top[at]), order[best[at]]
        around = {
            other
            for pair in touching
            if (a in pair or b in pair)
            for other in pair
            if other not in (a, b)
        }
        touching = {pair: g for pair, g in touching.items() if not {a, b} & set(pair)}
        for other in around:
            pair = (min(merged, other), max(merged, other))
            touching[pair] = gain(*pair)
        groups = [g for g in groups if g not in (a, b)] + [merged]
    formed = tuple(sorted(g for g in groups if len(g) > 1))
    return Division(
        name=name,
        groups=formed,
        arrangements=tuple(kind[g] for g in formed),
        note="merging the two neighbours that gain most, step by step, inside the guards",
    )


def details_of(problem: Problem, draws: AssumptionDraws, division: Division) -> tuple[Detail, ...]:
    """Every partnership of a division in full, in its order."""
    found: dict[int, Detail] = {}
    for arrangement, sets, place in _by_arrangement(division):
        every = detail(problem, draws, arrangement, sets, shape(problem, sets))
        found |= dict(zip(place, every, strict=True))
    return tuple(found[at] for at in range(len(division.groups)))


def _by_arrangement(division: Division) -> list[tuple[Arrangement, Candidates, list[int]]]:
    """The groups under each arrangement, in the order of candidates, with their places."""
    parts = []
    for arrangement in dict.fromkeys(division.arrangements):
        held = [at for at, kind in enumerate(division.arrangements) if kind is arrangement]
        held.sort(key=lambda at: (len(division.groups[at]), sorted(division.groups[at])))
        parts.append((arrangement, from_sets(division.groups[at] for at in held), held))
    return parts


def mean_worths(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    groups: tuple[tuple[int, ...], ...],
) -> FloatArray:
    """Mean value of several sets of positions, in their order."""
    sets = from_sets(groups)
    mean = appraise_all(problem, draws, arrangement, sets, shape(problem, sets)).mean
    worth = {sets.row(c): float(mean[c]) for c in range(len(sets))}
    return np.array([worth[group] for group in groups])


def _unfair(
    problem: Problem,
    draws: AssumptionDraws,
    group: tuple[int, ...],
    arrangement: Arrangement,
    limits: Limits,
) -> bool:
    shared = split(
        problem,
        draws,
        group,
        arrangement,
        lambda groups: mean_worths(problem, draws, arrangement, groups),
    )
    return shared.excess() > limits.worse_off_points + 1e-9


def compare(
    problem: Problem, draws: AssumptionDraws, division: Division, limits: Limits
) -> Comparator:
    """Value a division and count the partnerships that a guard would refuse."""
    if not division.groups:
        nothing = Range(0.0, 0.0, 0.0)
        return Comparator(
            name=division.name,
            value=nothing,
            saving_a_year=nothing,
            partnerships=0,
            breaks_guards=0,
            note=division.note,
        )
    details = details_of(problem, draws, division)
    broken = 0
    for arrangement, sets, _ in _by_arrangement(division):
        outline = shape(problem, sets)
        first = appraise_all(problem, draws, arrangement, sets, outline).first_year_cost
        judged = guards.verdicts(problem, arrangement, sets, outline, first, limits)
        refused = ~np.all([v.passes for v in judged], axis=0)
        broken += int(refused.sum())
        broken += sum(
            _unfair(problem, draws, sets.row(int(c)), arrangement, limits)
            for c in np.flatnonzero(~refused & (sets.size <= SPLIT_UP_TO))
        )
    return Comparator(
        name=division.name,
        value=money_range(np.sum([d.value for d in details], axis=0)),
        saving_a_year=money_range(np.sum([d.saving_a_year for d in details], axis=0)),
        partnerships=len(division.groups),
        breaks_guards=broken,
        note=division.note,
    )
