"""Random contiguous plans: what dividing the country without looking would be worth.

Flow: search -> THIS -> plan (a comparator), scenarios.risk
In: a finished Search, its draws, a seed. Out: the spread of value over random plans, and one
Comparator row. Neighbours are merged in random order (a random spanning forest, cut where a
group would be too large) until as many bodies are merged away as the plan merges. Guards are
not asked, but how many partnerships they would refuse is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.footprints import guards
from totalplace.footprints.appraisal import appraise_all, money_range
from totalplace.footprints.candidates import from_sets, shape
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Comparator
from totalplace.footprints.search import Search, usable
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, FloatArray, IntArray

PLANS = 200
Group = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Random plans, valued on the same draws as the plan. P plans."""

    value: FloatArray  # (P,), mean value of each, pounds
    saving_a_year: FloatArray  # (P,)
    partnerships: IntArray  # (P,)
    breaks_guards: IntArray  # (P,), partnerships a guard would refuse
    merged_away: int  # bodies fewer than today, in each plan that got so far
    beaten: int  # how many of the random plans are worth less than the plan

    def comparator(self) -> Comparator:
        """As one row beside the plan. The interval is over random plans, not over draws."""
        return Comparator(
            name="neighbours at random",
            value=money_range(self.value),
            saving_a_year=money_range(self.saving_a_year),
            partnerships=round(float(np.median(self.partnerships))),
            breaks_guards=round(float(np.median(self.breaks_guards))),
            note=(
                f"{len(self.value):,} random contiguous plans that merge away "
                f"{self.merged_away:,} of today's bodies; {self.beaten:,} of them are worth less "
                "than the plan; the interval is over the random plans"
            ),
        )


def random_groups(
    problem: Problem, rng: np.random.Generator, *, member_limit: int, merges: int
) -> tuple[Group, ...]:
    """One random contiguous plan: its groups of two or more, ascending.

    Args:
        problem: For who borders whom, and who can take part.
        rng: Owned by the caller.
        member_limit: Most members of a group.
        merges: Merges to make; fewer are made where no more fit.
    """
    able = usable(problem)
    edges = [(i, j) for i, j in problem.edges.tolist() if able[i] and able[j]]
    group: dict[int, list[int]] = {int(i): [int(i)] for i in np.flatnonzero(able)}
    left = merges
    for at in rng.permutation(len(edges)):
        if left == 0:
            break
        one, other = (group[i] for i in edges[at])
        if one is other or len(one) + len(other) > member_limit:
            continue
        one.extend(other)
        for i in other:
            group[i] = one
        left -= 1
    return tuple(sorted({tuple(sorted(g)) for g in group.values() if len(g) > 1}))


def random_ensemble(
    found: Search, draws: AssumptionDraws, *, seed: int, plans: int = PLANS
) -> Ensemble:
    """Value many random contiguous plans beside the plan that was found.

    Every group takes whichever arrangement that was asked for is worth most to it, so chance
    decides only who shares with whom. Where the plan is to do nothing, neighbours are merged
    until no more fit.

    Args:
        found: A finished search.
        draws: The draws it was made with.
        seed: Same seed, same random plans.
        plans: How many.
    """
    problem, choice = found.problem, found.choice
    firm = tuple(a for a in found.ask.arrangements if a is not Arrangement.CO_OPERATE)
    kinds = firm or found.ask.arrangements
    limits = [problem.rules.member_limit.get(a) or found.ask.widest for a in kinds]
    merged = int((found.candidates.size[choice.candidates] - 1).sum())
    rng = np.random.default_rng(seed)
    made = [
        random_groups(problem, rng, member_limit=max(limits), merges=merged or problem.size)
        for _ in range(plans)
    ]
    sets = from_sets(group for groups in made for group in groups)
    outline = shape(problem, sets)
    scores, savings, broken = [], [], []
    for kind in kinds:
        values = appraise_all(problem, draws, kind, sets, outline)
        judged = guards.verdicts(
            problem, kind, sets, outline, values.first_year_cost, found.ask.limits
        )
        asked = [v.passes for v in judged if v.guard not in found.ask.limits.off]
        scores.append(values.mean)
        savings.append(values.saving_a_year)
        broken.append(~np.all([np.ones(len(sets), dtype=bool), *asked], axis=0))
    best = np.argmax(scores, axis=0)
    here = (best, np.arange(len(sets)))
    position = sets.position()
    rows = [np.array([position[g] for g in groups], dtype=np.int64) for groups in made]
    value, saving, refused = (np.array(a)[here] for a in (scores, savings, broken))
    worth = np.array([value[row].sum() for row in rows])
    mine = sum(
        float(found.values[a].mean[c])
        for c, a in zip(choice.candidates, choice.arrangements, strict=True)
    )
    fewer = [sum(len(g) - 1 for g in groups) for groups in made]
    return Ensemble(
        value=worth,
        saving_a_year=np.array([saving[row].sum() for row in rows]),
        partnerships=np.array([len(row) for row in rows], dtype=np.int64),
        breaks_guards=np.array([refused[row].sum() for row in rows], dtype=np.int64),
        merged_away=round(float(np.median(fewer))),
        beaten=int((worth < mine).sum()),
    )
