"""From a problem and draws to the chosen partnerships: appraise, guard, solve, and price guards.

Flow: problem, draws, candidates, value, guards, optimiser, split -> THIS -> plan
In: arrays and what the user asked for. Out: a frozen Search with everything the plan reports.

A *pair* here is one candidate under one arrangement; each candidate keeps its best allowed one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from totalplace.errors import NoPlanError
from totalplace.footprints import guards, own
from totalplace.footprints.appraisal import Values, appraise_all
from totalplace.footprints.candidates import (
    Candidates,
    Shape,
    from_flat,
    from_sets,
    joined,
    shape,
)
from totalplace.footprints.connected import enumerate_connected
from totalplace.footprints.counted import best_within
from totalplace.footprints.guards import Verdict
from totalplace.footprints.limits import Limits
from totalplace.footprints.optimiser import Solution, best_partition
from totalplace.footprints.problem import Problem
from totalplace.footprints.split import Split, split
from totalplace.footprints.stopping import Stop, first_interrupt
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray

EXPECTED, CAUTIOUS = "expected", "cautious"
BEYOND = 1  # members beyond the limit that are searched too, so that the limit has a price
WIDEST = 6  # members searched where no limit is set: the largest that is enumerated whole
ALWAYS_PRICED = 3  # sets this small are appraised whatever guards refuse them
MEMORY_MB = 2_000.0  # the most that candidates and what is known of them may take
WHY_SECONDS = 5.0  # to say what numbers of partnerships there can be
PER_SET = 70  # bytes held beside a candidate's members whatever the arrangement
PER_PAIR = 120  # bytes held for a candidate under one arrangement: values, guards, margins

ProgressFn = Callable[[str, float], None]  # what is being done, share done (0 to 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the user wants of a plan."""

    arrangements: tuple[Arrangement, ...]
    objective: str = EXPECTED
    floor: float | None = None  # least chance of ever paying back
    limits: Limits
    widest: int = WIDEST  # members searched where the arrangement has no limit of its own
    time_limit: float | None = None  # seconds for each solve
    price_guards: bool = True
    watch_fn: Callable[[float, float], None] | None = None  # told the value and bound as they move
    memory_mb: float = MEMORY_MB  # what candidates and what is known of them may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen pairs and the proof."""

    candidates: IntArray  # (P,), positions in Search.candidates
    arrangements: tuple[Arrangement, ...]  # (P,)
    solution: Solution
    splits: tuple[Split, ...]  # (P,)
    banned: int  # pairs refused because a member would pay for the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Everything found on the way to a plan."""

    problem: Problem
    ask: Ask
    candidates: Candidates
    outline: Shape
    values: Mapping[Arrangement, Values]
    verdicts: Mapping[Arrangement, tuple[Verdict, ...]]
    searched: Mapping[Arrangement, BoolArray]  # (C,), inside the arrangement's envelope
    choice: Choice
    without: Mapping[str, Choice]  # guard -> the best plan without it
    stopped: bool = False  # by Ctrl-C: guards that are not in `without` are not priced

    def score(self, arrangement: Arrangement) -> FloatArray:
        """What the objective maximises, for every candidate under one arrangement."""
        return objective_score(self.values[arrangement], self.ask)

    def allowed(self, arrangement: Arrangement, *, without: str = "") -> BoolArray:
        """Pairs inside the envelope that pass every guard, but one if named."""
        return allowed_pairs(
            self.searched[arrangement], self.verdicts[arrangement], self.ask.limits, without
        )


def objective_score(values: Values, ask: Ask) -> FloatArray:
    """Mean value, or mean of the worst fifth; -inf where the floor is not met."""
    score = values.mean if ask.objective == EXPECTED else values.tail
    if ask.floor is not None:
        score = np.where(values.pays_back >= ask.floor, score, -np.inf)
    return score


def allowed_pairs(
    searched: BoolArray, judged: tuple[Verdict, ...], limits: Limits, without: str = ""
) -> BoolArray:
    """Pairs that pass every guard that is switched on."""
    allowed = searched.copy()
    for verdict in judged:
        if verdict.guard != without and verdict.guard not in limits.off:
            allowed &= verdict.passes
    return allowed


def envelope(problem: Problem, arrangement: Arrangement, ask: Ask) -> int:
    """Most members searched: one beyond the guard's limit, so that the limit has a price.

    What co-operating is worth adds up member by member, so pairs and threes say it all.
    """
    limit = problem.rules.member_limit.get(arrangement)
    if limit is not None:
        return limit + BEYOND
    return ALWAYS_PRICED if arrangement is Arrangement.CO_OPERATE else ask.widest


def usable(problem: Problem) -> BoolArray:
    """Authorities that can take part: priced, with something to share."""
    found: BoolArray = problem.priced & (np.nan_to_num(problem.volume) > 0)
    return found


def must_share(problem: Problem, limits: Limits) -> BoolArray | None:
    """Authorities that may not stay alone, shape (N,); None when all may."""
    required = np.zeros(problem.size, dtype=bool)
    for group in limits.together:
        required[list(group)] = True
    return required if required.any() else None


def find_candidates(problem: Problem, ask: Ask) -> Candidates:
    """Every connected set in the widest envelope, and every set the user named.

    Raises:
        InputError: They would not fit in the memory allowed.
    """
    most = max(envelope(problem, arrangement, ask) for arrangement in ask.arrangements)
    can = usable(problem)
    found = enumerate_connected(
        problem.edges,
        problem.size,
        member_limit=most,
        usable=can,
        memory_mb=ask.memory_mb,
        beside=PER_SET + 4 * most + PER_PAIR * len(ask.arrangements),
    )
    named = [s for s in (*ask.limits.named, *ask.limits.together) if all(can[i] for i in s)]
    return joined(from_flat(found), from_sets(named))


def search(
    problem: Problem,
    draws: AssumptionDraws,
    ask: Ask,
    *,
    progress_fn: ProgressFn | None = None,
) -> Search:
    """Find the best plan, prove it, and price each guard by an honest re-solve.

    Raises:
        NoPlanError: What the user asked to keep together cannot all be.
    """

    def tell(what: str, share: float) -> None:
        if progress_fn is not None:
            progress_fn(what, share)

    most = max(
        problem.rules.member_limit.get(arrangement) or envelope(problem, arrangement, ask)
        for arrangement in ask.arrangements
    )
    clashes = own.clashes(problem, ask.limits, most)
    if clashes and guards.USERS_OWN not in ask.limits.off:
        raise NoPlanError("What you asked for cannot all be had.\n" + "\n".join(clashes))
    tell("finding neighbouring sets", 0.0)
    candidates = find_candidates(problem, ask)
    outline = shape(problem, candidates)
    values: dict[Arrangement, Values] = {}
    judged: dict[Arrangement, tuple[Verdict, ...]] = {}
    searched: dict[Arrangement, BoolArray] = {}
    for at, arrangement in enumerate(ask.arrangements):
        inside = candidates.size <= envelope(problem, arrangement, ask)
        if ask.limits.named or ask.limits.together:
            inside |= candidates.among({*ask.limits.named, *ask.limits.together})
        searched[arrangement] = inside
        before = guards.verdicts_before_pricing(
            problem, arrangement, candidates, outline, ask.limits
        )
        values[arrangement] = _appraise_some(
            problem,
            draws,
            arrangement,
            candidates,
            outline,
            inside & _worth_pricing(candidates, before),
            with_payback=ask.floor is not None,
            progress_fn=lambda done, total, a=arrangement, k=at: tell(  # type: ignore[misc]
                f"appraising {total:,} sets as {a}",
                (k + done / max(total, 1)) / len(ask.arrangements),
            ),
        )
        held = guards.front_line_held(
            problem, arrangement, candidates, values[arrangement].first_year_cost, ask.limits
        )
        judged[arrangement] = (*before, held)
    tell("finding the best plan", 0.0)
    solver = _Solver(problem, draws, ask, candidates, values, judged, searched)
    without: dict[str, Choice] = {}
    with first_interrupt() as solver.stop:
        choice = solver.solve()
        for at, guard in enumerate(_applying(judged, ask.limits) if ask.price_guards else []):
            tell(f"pricing the guard: {guards.TITLES[guard]}", at / len(guards.TITLES))
            with suppress(KeyboardInterrupt):  # a solve cut short tells no honest price
                other = None if solver.stop.asked else solver.solve(without=guard)
                without |= {guard: other} if other and not solver.stop.asked else {}
    return Search(
        problem=problem,
        ask=ask,
        candidates=candidates,
        outline=outline,
        values=values,
        verdicts=judged,
        searched=searched,
        choice=choice,
        without=without,
        stopped=solver.stop.asked,
    )


def _applying(judged: Mapping[Arrangement, tuple[Verdict, ...]], limits: Limits) -> list[str]:
    """Guards that refuse something, "nobody pays" and a number asked for, in reading order."""
    refusing = {
        verdict.guard
        for verdicts in judged.values()
        for verdict in verdicts
        if verdict.applies and not verdict.passes.all()
    }
    always = {guards.NOBODY_PAYS} | ({guards.USERS_OWN} if limits.counts else set())
    order = [g for g in guards.TITLES if g in refusing | always]
    return [g for g in order if g not in limits.off]


def _worth_pricing(candidates: Candidates, before: tuple[Verdict, ...]) -> BoolArray:
    """Sets that fail at most one guard, and every pair and triple.

    A guard's price is the best plan without that guard alone, so a set refused by two is in no
    plan that is ever solved. Pairs and triples are all appraised, to say how many would gain.
    """
    refusals = np.sum([~v.passes for v in before], axis=0)
    found: BoolArray = (refusals <= 1) | (candidates.size <= ALWAYS_PRICED)
    return found


def _appraise_some(
    problem: Problem,
    draws: AssumptionDraws,
    arrangement: Arrangement,
    candidates: Candidates,
    outline: Shape,
    inside: BoolArray,
    *,
    with_payback: bool,
    progress_fn: Callable[[int, int], None],
) -> Values:
    """Appraise the candidates asked for; the others get -inf and no figure."""
    if inside.all():
        return appraise_all(
            problem,
            draws,
            arrangement,
            candidates,
            outline,
            with_payback=with_payback,
            progress_fn=progress_fn,
        )
    part = np.flatnonzero(inside)
    some = appraise_all(
        problem,
        draws,
        arrangement,
        candidates.take(part),
        outline.take(part),
        with_payback=with_payback,
        progress_fn=progress_fn,
    )

    def spread(array: FloatArray, fill: float) -> FloatArray:
        full = np.full(len(candidates), fill)
        full[part] = array
        return full

    return Values(
        mean=spread(some.mean, -np.inf),
        tail=spread(some.tail, -np.inf),
        saving_a_year=spread(some.saving_a_year, 0.0),
        first_year_cost=spread(some.first_year_cost, np.nan),
        pays_back=spread(some.pays_back, 0.0),
    )


class _Solver:
    """Solves again and again over the same appraised candidates; lives for one search."""

    def __init__(
        self,
        problem: Problem,
        draws: AssumptionDraws,
        ask: Ask,
        candidates: Candidates,
        values: Mapping[Arrangement, Values],
        judged: Mapping[Arrangement, tuple[Verdict, ...]],
        searched: Mapping[Arrangement, BoolArray],
    ) -> None:
        self.problem, self.draws, self.ask = problem, draws, ask
        self.candidates, self.values = candidates, values
        self.judged, self.searched = judged, searched
        self.stop = Stop()
        self._splits: dict[tuple[int, Arrangement], Split] = {}

    def solve(self, *, without: str = "") -> Choice:
        """Solve, refuse any partnership in which a member pays for the others, solve again."""
        order = self.ask.arrangements
        score = np.stack(
            [
                np.where(
                    allowed_pairs(self.searched[a], self.judged[a], self.ask.limits, without),
                    objective_score(self.values[a], self.ask),
                    -np.inf,
                )
                for a in order
            ]
        )  # (A, C)
        fair = without != guards.NOBODY_PAYS and guards.NOBODY_PAYS not in self.ask.limits.off
        limits = self.ask.limits
        asked = without != guards.USERS_OWN and guards.USERS_OWN not in limits.off
        required = must_share(self.problem, limits) if asked else None
        banned = 0
        while True:
            best = score.argmax(axis=0)
            gain = score[best, np.arange(score.shape[1])]
            seconds = self.stop.limit(self.ask.time_limit)
            solution = best_within(
                self.candidates,
                gain,
                self.problem.size,
                required=required,
                least=limits.least_partnerships if asked else 0,
                most=limits.most_partnerships if asked else None,
                time_limit=seconds,
                progress_fn=None if without else self.ask.watch_fn,
            )
            if self.stop.asked and seconds != 0.0 and not len(solution.chosen):
                continue  # interrupted before there was a plan: take what the first prices give
            if solution.status == "infeasible" or np.isnan(solution.value):
                raise NoPlanError(self._why_none(gain, required))
            chosen = solution.chosen
            kinds = tuple(order[best[c]] for c in chosen)
            splits = tuple(self._split(int(c), a) for c, a in zip(chosen, kinds, strict=True))
            most = limits.worse_off_points + 1e-9
            unfair = [at for at, s in enumerate(splits) if s.excess() > most]
            if not fair or not unfair:
                return Choice(
                    candidates=chosen,
                    arrangements=kinds,
                    solution=solution,
                    splits=splits,
                    banned=banned,
                )
            for at in unfair:
                score[best[chosen[at]], chosen[at]] = -np.inf
                banned += 1

    def _split(self, candidate: int, arrangement: Arrangement) -> Split:
        key = (candidate, arrangement)
        if key not in self._splits:
            self._splits[key] = split(
                self.problem,
                self.draws,
                self.candidates.row(candidate),
                arrangement,
                lambda groups: self._worths(groups, arrangement),
            )
        return self._splits[key]

    def _worths(self, groups: tuple[tuple[int, ...], ...], arrangement: Arrangement) -> FloatArray:
        """Mean value of several sets; those outside the envelope are appraised on the spot."""
        mean, worth = self.values[arrangement].mean, {}
        for group in groups:
            at = self.candidates.find(group)
            if at is not None and np.isfinite(mean[at]):
                worth[group] = float(mean[at])
        beyond = [group for group in groups if group not in worth]
        if beyond:
            extra = from_sets(beyond)
            found = appraise_all(
                self.problem, self.draws, arrangement, extra, shape(self.problem, extra)
            )
            worth |= {extra.row(c): float(found.mean[c]) for c in range(len(extra))}
        return np.array([worth[group] for group in groups])

    def _why_none(self, gain: FloatArray, required: BoolArray | None) -> str:
        lines = [line for group in self.ask.limits.together for line in self._why_not(group)]
        if lines:
            return "No plan keeps together what you asked to keep together.\n" + "\n".join(lines)
        n, limits, open_ = self.problem.size, self.ask.limits, np.isfinite(gain)
        quick: dict[str, Any] = {"required": required, "time_limit": WHY_SECONDS}
        if best_partition(self.candidates, gain, n, **quick).status == "infeasible":
            return (
                "No plan keeps together all that you asked to keep together: each group could "
                "share, but not beside the others."
            )
        most = best_partition(self.candidates, np.where(open_, 1.0, -np.inf), n, **quick)
        few = best_partition(self.candidates, np.where(open_, -1.0, -np.inf), n, **quick)
        return (
            f"No plan with {own.number_in_words(limits)} was found: under the guards and your "
            f"other limits there can be no fewer than {max(0.0, -few.bound):,.0f} and no more than "
            f"{np.floor(most.bound + 1e-6):,.0f}; as many as {len(most.chosen):,} were found."
        )

    def _why_not(self, group: frozenset[int]) -> list[str]:
        """Why one group that was to be kept together cannot be, as it stands."""
        title = " + ".join(self.problem.names[m] for m in sorted(group))
        at = self.candidates.find(group)
        if at is None:
            return [f"{title}: a member could not be priced."]
        refusals = [
            f"{guards.TITLES[v.guard]} ({arrangement})"
            for arrangement in self.ask.arrangements
            for v in self.judged[arrangement]
            if not v.passes[at] and v.guard not in self.ask.limits.off
        ]
        return [f"{title} is refused by: {', '.join(refusals)}."] if refusals else []
