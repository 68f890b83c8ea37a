"""Several services on one footprint: the best common plan, and what being common costs.

Flow: one finished search for each service -> THIS -> scenarios.bundling
In: searches over the same authorities and draws. Out: a frozen Common. A candidate is worth what
all services together are worth on it, each under its best allowed arrangement; it is refused
where any service is. The price of a common footprint is what the separate plans are worth
together less what the common one is, draw by draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.errors import NoPlanError
from totalplace.footprints import guards
from totalplace.footprints.appraisal import Detail, detail
from totalplace.footprints.candidates import Candidates
from totalplace.footprints.comparators import mean_worths
from totalplace.footprints.counted import best_within
from totalplace.footprints.optimiser import Solution
from totalplace.footprints.own import number_in_words
from totalplace.footprints.search import Search, must_share
from totalplace.footprints.split import MOST_SPLIT, Split, split
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray, IntArray

NOT_SHARED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One service of a bundle: its own finished search, and the draws it was made with."""

    search: Search
    draws: AssumptionDraws  # a director's team counted once holds it at nothing in later parts


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSplit:
    """One common partnership's split, all services together. n members, D draws."""

    members: tuple[int, ...]
    result: FloatArray  # (n, D), what each member gets, transfer included
    transfer: FloatArray  # (n,), fixed at signing
    chance_worse_off: FloatArray  # (n,)
    partnership_chance: float  # of losing as a whole

    def excess(self) -> float:
        """How much likelier than the partnership its unluckiest member is to lose."""
        return float(self.chance_worse_off.max() - self.partnership_chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The best common plan of S services. P partnerships, D draws."""

    groups: tuple[tuple[int, ...], ...]  # (P,)
    arrangements: tuple[tuple[Arrangement, ...], ...]  # (P,), for each service; ALONE: not shared
    splits: tuple[JointSplit | None, ...]  # (P,), None where there are too many members
    details: tuple[tuple[Detail, ...], ...]  # (P,), one for each service shared
    solution: Solution
    banned: int  # refused because a member would pay for the others
    allowed: int  # candidates the proof covers
    refused: int
    value: FloatArray  # (D,)
    saving_a_year: FloatArray  # (D,)
    separate_value: FloatArray  # (D,), of the services' own best plans together
    separate_saving: FloatArray  # (D,)


def common_footprint(parts: Sequence[Part]) -> Common:
    """The best plan in which all services share one footprint.

    Args:
        parts: One for each service, over the same authorities and the same draws.

    Raises:
        NoPlanError: What was asked for cannot all be had by all services at once.
    """
    first = min((part.search for part in parts), key=lambda found: len(found.candidates))
    candidates, problem, limits = first.candidates, first.problem, first.ask.limits
    score, kind = _joint_score(parts, candidates)
    pool = int(np.isfinite(score).sum())
    fair = guards.NOBODY_PAYS not in limits.off
    asked = guards.USERS_OWN not in limits.off
    banned = 0
    while True:
        solution = best_within(
            candidates,
            score,
            problem.size,
            required=must_share(problem, limits) if asked else None,
            least=limits.least_partnerships if asked else 0,
            most=limits.most_partnerships if asked else None,
            time_limit=first.ask.time_limit,
        )
        if solution.status == "infeasible" or np.isnan(solution.value):
            raise NoPlanError(_why_none(first))
        groups = tuple(candidates.row(int(c)) for c in solution.chosen)
        kinds = tuple(
            tuple(_kind(part, int(kind[s, c])) for s, part in enumerate(parts))
            for c in solution.chosen
        )
        splits = tuple(
            joint_split(parts, group, those) for group, those in zip(groups, kinds, strict=True)
        )
        unfair = [
            int(c)
            for c, one in zip(solution.chosen, splits, strict=True)
            if fair and one is not None and one.excess() > limits.worse_off_points + 1e-9
        ]
        if not unfair:
            break
        score[unfair] = -np.inf
        banned += len(unfair)
    details = tuple(
        tuple(
            _detail(part, candidates, int(c), those[s])
            for s, part in enumerate(parts)
            if those[s] is not Arrangement.ALONE
        )
        for c, those in zip(solution.chosen, kinds, strict=True)
    )
    mine = [one for row in details for one in row]
    apart = [one for part in parts for one in _own_details(part)]
    n = parts[0].draws.n
    return Common(
        groups=groups,
        arrangements=kinds,
        splits=splits,
        details=details,
        solution=solution,
        banned=banned,
        allowed=pool - banned,
        refused=len(candidates) - pool + banned,
        value=_total([one.value for one in mine], n),
        saving_a_year=_total([one.saving_a_year for one in mine], n),
        separate_value=_total([one.value for one in apart], n),
        separate_saving=_total([one.saving_a_year for one in apart], n),
    )


def _total(arrays: list[FloatArray], n: int) -> FloatArray:
    total: FloatArray = np.sum(arrays, axis=0) if arrays else np.zeros(n)
    return total


def _joint_score(parts: Sequence[Part], candidates: Candidates) -> tuple[FloatArray, IntArray]:
    """What each set is worth to all services, (C,), and how each shares it, (S, C)."""
    score = np.zeros(len(candidates))
    kind = np.zeros((len(parts), len(candidates)), dtype=np.int64)
    shared = np.zeros((len(parts), len(candidates)), dtype=bool)
    open_ = np.zeros(len(candidates), dtype=bool)
    for s, part in enumerate(parts):
        found = part.search
        at = _places(candidates, found.candidates)
        mine = np.stack(
            [
                np.where(found.allowed(a), found.score(a), -np.inf)[at]
                for a in found.ask.arrangements
            ]
        )
        mine[:, at < 0] = -np.inf
        best = mine.max(axis=0)
        shared[s] = best > 0
        kind[s] = np.where(shared[s], mine.argmax(axis=0), NOT_SHARED)
        score += np.maximum(best, 0.0)
        open_ |= np.isfinite(best)
    # what no service gains by is worth nothing, and may still be asked for
    return np.where(open_, score, -np.inf), kind


def _kind(part: Part, at: int) -> Arrangement:
    return Arrangement.ALONE if at == NOT_SHARED else part.search.ask.arrangements[at]


def _places(wanted: Candidates, among: Candidates) -> IntArray:
    """Where each candidate of the smaller pool stands in another; both in the stated order."""
    n, width = len(wanted), wanted.members.shape[1]
    narrow = among.members[:n, :width]
    if narrow.shape == wanted.members.shape and (narrow == wanted.members).all():
        return np.arange(n)
    found = [among.find(wanted.row(c)) for c in range(n)]
    return np.array([-1 if at is None else at for at in found], dtype=np.int64)


def joint_split(
    parts: Sequence[Part], members: tuple[int, ...], kinds: tuple[Arrangement, ...]
) -> JointSplit | None:
    """The services' splits added up: the Shapley value of a sum is the sum of Shapley values."""
    if len(members) > MOST_SPLIT or set(kinds) == {Arrangement.ALONE}:
        return None
    own: list[Split] = []
    for part, kind in zip(parts, kinds, strict=True):
        if kind is Arrangement.ALONE:
            continue
        problem, draws = part.search.problem, part.draws

        def worths(
            groups: tuple[tuple[int, ...], ...], part: Part = part, kind: Arrangement = kind
        ) -> FloatArray:
            return mean_worths(part.search.problem, part.draws, kind, groups)

        own.append(split(problem, draws, members, kind, worths))
    result: FloatArray = np.sum([one.result for one in own], axis=0)
    return JointSplit(
        members=members,
        result=result,
        transfer=np.sum([one.transfer for one in own], axis=0),
        chance_worse_off=(result < 0).mean(axis=1),
        partnership_chance=float((result.sum(axis=0) < 0).mean()),
    )


def _detail(part: Part, candidates: Candidates, c: int, kind: Arrangement) -> Detail:
    at = part.search.candidates.find(candidates.row(c))
    pick = np.array([at])
    sets, outline = part.search.candidates.take(pick), part.search.outline.take(pick)
    return detail(part.search.problem, part.draws, kind, sets, outline)[0]


def _own_details(part: Part) -> list[Detail]:
    """The service's own best plan, each partnership in full."""
    choice = part.search.choice
    return [
        _detail(part, part.search.candidates, int(c), kind)
        for c, kind in zip(choice.candidates, choice.arrangements, strict=True)
    ]


def sits_on(groups: Sequence[Sequence[int]], size: int) -> IntArray:
    """How many different bodies each of ``size`` authorities sits on, shape (N,)."""
    count = np.zeros(size, dtype=np.int64)
    for group in {frozenset(group) for group in groups}:
        count[list(group)] += 1
    return count


def _why_none(found: Search) -> str:
    limits, names = found.ask.limits, found.problem.names
    asked = [" + ".join(names[m] for m in sorted(group)) for group in limits.together]
    wanted = [f"keeps together {' and '.join(asked)}"] if asked else []
    wanted += [f"has {number_in_words(limits)}"] if limits.counts else []
    return (
        f"No footprint common to all these services {' and '.join(wanted)}: each may have such a "
        "plan of its own, but none of them can be had together with the others'."
    )
