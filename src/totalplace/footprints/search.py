"""From a problem and draws to the chosen partnerships: appraise, guard, solve, and price guards.

Flow: problem, draws, candidates, value, guards, optimiser, split -> THIS -> plan
In: arrays and what the user asked for. Out: a frozen Search with everything the plan reports.

A *pair* here is one candidate under one arrangement; each candidate keeps its best allowed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from totalplace.errors import NoPlanError
from totalplace.footprints import guards, own
from totalplace.footprints.appraisal import Values, appraise_all, appraise_some
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
from totalplace.footprints.grow import grown_sets
from totalplace.footprints.guards import Verdict
from totalplace.footprints.limits import Limits
from totalplace.footprints.optimiser import Solution
from totalplace.footprints.problem import Problem
from totalplace.footprints.refusal import why_none
from totalplace.footprints.rounds import Ahead, Clock, Pair, Rounds
from totalplace.footprints.shares import Shares
from totalplace.footprints.split import Split
from totalplace.footprints.stopping import Stop, first_interrupt
from totalplace.footprints.value import AssumptionDraws
from totalplace.types import Arrangement, BoolArray, FloatArray, IntArray

EXPECTED, CAUTIOUS = "expected", "cautious"
BEYOND = 1  # members beyond the limit that are searched too, so that the limit has a price
WIDEST = 6  # members searched where no limit is set: the largest that is enumerated whole
ALWAYS_PRICED = 3  # sets this small are appraised whatever guards refuse them
MEMORY_MB = 2_000.0  # the most that candidates and what is known of them may take
PER_SET = 70  # bytes held beside a candidate's members whatever the arrangement
PER_PAIR = 120  # bytes held for a candidate under one arrangement: values, guards, margins

NO_TIME = (
    "The time ran out before a plan was found that keeps what you asked for and in which nobody "
    "pays for the others. Allow more time, or ask for less."
)

ProgressFn = Callable[[str, float], None]  # what is being done, share done (0 to 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the user wants of a plan."""

    arrangements: tuple[Arrangement, ...]
    objective: str = EXPECTED
    floor: float | None = None  # least chance of ever paying back
    limits: Limits
    widest: int = WIDEST  # members searched where the arrangement has no limit of its own
    grow_to: int | None = None  # members grown to by pricing, where there is no limit
    time_limit: float | None = None  # seconds for the plan and its guards' prices together
    price_guards: bool = True
    watch_fn: Callable[[float, float], None] | None = None  # told the value and bound as they move
    memory_mb: float = MEMORY_MB  # what candidates and what is known of them may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen pairs and the proof."""

    candidates: IntArray  # (P,), positions in Search.candidates
    arrangements: tuple[Arrangement, ...]  # (P,)
    solution: Solution
    splits: tuple[Split | None, ...]  # (P,), None where there are too many members
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
    unpriced: frozenset[str] = frozenset()  # guards there was no time to price

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
    most = listed(problem, arrangement, ask)
    return max(most, ask.grow_to or 0) if grows(problem, arrangement) else most


def listed(problem: Problem, arrangement: Arrangement, ask: Ask) -> int:
    """Most members up to which every connected set is searched."""
    limit = problem.rules.member_limit.get(arrangement)
    if limit is not None:
        return limit + BEYOND
    return ALWAYS_PRICED if arrangement is Arrangement.CO_OPERATE else ask.widest


def grows(problem: Problem, arrangement: Arrangement) -> bool:
    """Whether partnerships may be larger than can be listed: no limit on members."""
    unlimited = problem.rules.member_limit.get(arrangement) is None
    return unlimited and arrangement is not Arrangement.CO_OPERATE


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


def find_candidates(problem: Problem, draws: AssumptionDraws, ask: Ask) -> Candidates:
    """Every connected set that can be listed, larger ones grown from them, and those named.

    Raises:
        InputError: They would not fit in the memory allowed.
    """
    most = max(listed(problem, arrangement, ask) for arrangement in ask.arrangements)
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
    larger = from_sets(named)
    if ask.grow_to is not None and ask.grow_to > most:
        larger = joined(larger, _grown(problem, draws, ask, beyond=most))
    return joined(from_flat(found), larger)


def _grown(problem: Problem, draws: AssumptionDraws, ask: Ask, *, beyond: int) -> Candidates:
    """Sets of more members than are listed, grown from neighbours and from today's footprints."""
    kinds = [a for a in ask.arrangements if grows(problem, a)]

    def score(sets: Candidates) -> FloatArray:
        outline, best = shape(problem, sets), np.full(len(sets), -np.inf)
        for arrangement in kinds:
            values = appraise_all(
                problem, draws, arrangement, sets, outline, with_payback=ask.floor is not None
            )
            judged = guards.verdicts(
                problem, arrangement, sets, outline, values.first_year_cost, ask.limits
            )
            allowed = allowed_pairs(np.ones(len(sets), dtype=bool), judged, ask.limits)
            best = np.maximum(best, np.where(allowed, objective_score(values, ask), -np.inf))
        return best

    bodies: dict[tuple[str, str], list[int]] = {}
    for kind, labels in sorted(problem.footprints.items()):
        for i in np.flatnonzero(usable(problem)).tolist():
            if labels[i]:
                bodies.setdefault((kind, labels[i]), []).append(i)
    found = grown_sets(
        problem.edges,
        problem.size,
        score,
        most_members=ask.grow_to or 0,
        usable=usable(problem),
        seeds=bodies.values(),
    )
    return found.take(found.size > beyond)


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
    growing = " and growing larger ones" if ask.grow_to else ""
    tell(f"finding neighbouring sets{growing}", 0.0)
    candidates = find_candidates(problem, draws, ask)
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
        values[arrangement] = appraise_some(
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
        applying = _applying(judged, ask.limits) if ask.price_guards else []
        for at, guard in enumerate(applying):
            tell(f"pricing the guard: {guards.TITLES[guard]}", at / len(guards.TITLES))
            with suppress(
                KeyboardInterrupt, _OutOfTimeError
            ):  # a solve cut short tells no honest price
                other = None if solver.ending() else solver.solve(without=guard)
                without |= {guard: other} if other and not solver.ending() else {}
    in_time = solver.stop.asked or not solver.clock.late
    unpriced = frozenset() if in_time else frozenset(applying) - frozenset(without)
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
        unpriced=unpriced,
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


class _OutOfTimeError(NoPlanError):
    """There may be a plan, but none was found in time."""


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
        self.clock = Clock(ask.time_limit)
        self._shares = Shares(problem, draws, candidates, values, ask.arrangements)
        self._unfair: list[Pair] = []  # learnt so far
        self._looker: Ahead | None = None

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
        least = limits.least_partnerships if asked else 0
        banned = 0
        if fair:  # who pays for whom hangs on no other guard
            for pair in self._unfair:
                score[pair] = -np.inf
        rounds = Rounds(self.candidates, required, least, time.perf_counter())

        def unfair_fn(pair: Pair) -> bool:
            return self._shares.excess(pair) > limits.worse_off_points + 1e-9

        while True:
            best = score.argmax(axis=0)
            gain = score[best, np.arange(score.shape[1])]
            seconds = self.stop.limit(self.clock.left())
            solution = best_within(
                self.candidates,
                gain,
                self.problem.size,
                required=required,
                least=least,
                most=limits.most_partnerships if asked else None,
                time_limit=seconds,
                progress_fn=None if without else self.ask.watch_fn,
            )
            if self.stop.asked and seconds != 0.0 and not len(solution.chosen):
                continue  # interrupted before there was a plan: take what the first prices give
            if solution.status == "infeasible" or np.isnan(solution.value):
                if self.ending() and rounds.best is not None:
                    break
                if self.clock.late and solution.status != "infeasible":
                    raise _OutOfTimeError(NO_TIME)
                raise NoPlanError(
                    why_none(self.problem, limits, self.candidates, self.judged, gain, required)
                )
            pairs = [(int(best[c]), int(c)) for c in solution.chosen]
            passes = np.array([not (fair and unfair_fn(pair)) for pair in pairs], dtype=bool)
            rounds.offer(solution, tuple(kind for kind, _ in pairs), gain, passes)
            if passes.all() or self.ending():
                break
            refused = [pair for pair, ok in zip(pairs, passes.tolist(), strict=True) if not ok]
            for pair in refused:
                score[pair] = -np.inf
            refused += self._ahead().refuse(score, unfair_fn, self.ending)
            self._unfair += refused
            banned += len(refused)
        kept = rounds.result()
        if kept is None:
            raise _OutOfTimeError(NO_TIME)
        kinds = tuple(order[kind] for kind in kept.kinds)
        return Choice(
            candidates=kept.candidates,
            arrangements=kinds,
            solution=kept.solution,
            splits=tuple(
                self._shares.split(int(c), a) for c, a in zip(kept.candidates, kinds, strict=True)
            ),
            banned=banned,
        )

    def ending(self) -> bool:
        return self.stop.asked or self.clock.late

    def _ahead(self) -> Ahead:
        if self._looker is None:
            self._looker = Ahead(self.candidates, self.problem.size)
        return self._looker
