"""The best plan with a limit on how many partnerships it has, and a proof of it.

Flow: search, resolve, stability -> THIS -> optimiser
In: a pool, gains, a least and a most number. Out: a Solution, its bound our own arithmetic.

A price on every partnership turns the limit into an ordinary problem: what the best plan is worth
at that price, and the price times the limit, is no less than any plan within the limit is worth
(Lagrangian relaxation). The price is moved to where the two plans either side of the limit are
worth the same; the bound is lowest there. If no plan with the right number turns up at that
price, the search branches on two authorities that one of those plans joins and the other does
not: together, or apart.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from totalplace.footprints.candidates import Candidates
from totalplace.footprints.optimiser import Solution, best_partition
from totalplace.types import BoolArray, FloatArray, IntArray

EQUAL = 1e-9  # of the dearest gain: worth no more than this more is worth the same
MOST_NODES = 400  # after which the best plan so far is given with an honest gap
CLOSE = 1e-4  # gap at which one solve of many stops: far from the free number, proof is slow
SMALL = 1_000  # candidates up to which every solve is proved to the last pound
PACKING = 10.0  # seconds to look for as many partnerships as asked, where the dearest do not do
SECONDS = 60.0  # for a number asked for, where no time limit is given

Decision = tuple[int, int, bool]  # two units, and whether they are together


def best_within(
    candidates: Candidates,
    gain: FloatArray,
    n_units: int,
    *,
    required: BoolArray | None = None,
    least: int = 0,
    most: int | None = None,
    time_limit: float | None = None,
    stop_gap: float = 0.0,
    progress_fn: Callable[[float, float], None] | None = None,
) -> Solution:
    """`best_partition` with at least and at most so many candidates chosen.

    Args:
        candidates: The pool, C sets of two or more units.
        gain: Shape (C,); -inf for what may not be chosen.
        n_units: N.
        required: Shape (N,), units that may not stay alone.
        least: Fewest candidates to choose.
        most: Most candidates to choose. None: any number.
        time_limit: Seconds; then the best so far, with an honest bound. None: a minute, where a
            number is asked for.
        stop_gap: As `best_partition`.
        progress_fn: As `best_partition`; not called where a number is asked for.
    """
    began = time.perf_counter()
    if least <= 0 and most is None:
        return best_partition(
            candidates,
            gain,
            n_units,
            required=required,
            time_limit=time_limit,
            stop_gap=stop_gap,
            progress_fn=progress_fn,
        )
    must = np.zeros(n_units, dtype=bool) if required is None else required
    search = _Counted(
        candidates,
        gain,
        must,
        least=least,
        most=len(candidates) if most is None else most,
        deadline=began + (SECONDS if time_limit is None else time_limit),
        stop_gap=stop_gap,
    )
    return replace(search.run(), seconds=time.perf_counter() - began)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """One plan at some price: what it is worth and how many it holds."""

    chosen: IntArray
    worth: float
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What a branch of the search can be worth, and the plans either side of the limit."""

    bound: float  # -inf: nothing is here
    sides: tuple[_Plan, _Plan] | None  # None: the bound is reached, or nothing is here


class _Counted:
    def __init__(
        self,
        candidates: Candidates,
        gain: FloatArray,
        required: BoolArray,
        *,
        least: int,
        most: int,
        deadline: float,
        stop_gap: float,
    ) -> None:
        self.candidates, self.gain, self.required = candidates, gain, required
        self.least, self.most = least, most
        self.deadline, self.stop_gap = deadline, stop_gap
        finite = np.abs(gain[np.isfinite(gain)])
        self.scale = float(finite.max(initial=0.0)) or 1.0
        self.best: _Plan | None = None
        self.nodes = self.cuts = self.columns = self.rounds = 0

    def run(self) -> Solution:
        """Branch on pairs until the bound is met, the time is up or the nodes run out."""
        root = self._node(())
        queue: list[tuple[float, int, tuple[Decision, ...], _Node]] = [(-root.bound, 0, (), root)]
        bound, made = root.bound, 1
        while queue:
            ceiling, _, decisions, node = heapq.heappop(queue)
            bound = -ceiling
            if self._met(bound):
                break
            if node.sides is None or self._late() or made > MOST_NODES:
                heapq.heappush(queue, (ceiling, -1, decisions, node))
                break
            a, b = self._pair(node.sides, decisions)
            for together in (True, False):
                child = (*decisions, (a, b, together))
                found = self._node(child)
                found = replace(found, bound=min(found.bound, bound))
                if found.bound > -np.inf and not self._met(found.bound):
                    heapq.heappush(queue, (-found.bound, made, child, found))
                made += 1
        if not queue and self.best is not None:
            bound = min(bound, self.best.worth)
        return self._solution(bound, closed=not queue)

    def _solution(self, bound: float, *, closed: bool) -> Solution:
        nothing = np.empty(0, dtype=np.int64)
        best = self.best
        if best is None:
            status, worth = ("infeasible" if closed or bound == -np.inf else "feasible"), np.nan
        else:
            worth, bound = best.worth, max(bound, best.worth)
            status = "optimal" if bound - worth <= EQUAL * self.scale * 10 else "feasible"
        return Solution(
            status=status,
            chosen=nothing if best is None else best.chosen,
            value=worth,
            bound=bound,
            nodes=self.nodes,
            cuts=self.cuts,
            columns=self.columns,
            seconds=0.0,
            rounds=self.rounds,
        )

    def _late(self) -> bool:
        return time.perf_counter() > self.deadline

    def _met(self, bound: float) -> bool:
        if self.best is None:
            return bound == -np.inf
        near = max(EQUAL * self.scale, self.stop_gap * max(1.0, abs(self.best.worth)))
        return bound <= self.best.worth + near

    def _node(self, decisions: tuple[Decision, ...]) -> _Node:
        """Lower the bound of one branch by moving the price of a partnership."""
        gain, required = self._branch(decisions)
        plan, bound = self._at(0.0, gain, required)
        if plan is None or self.least <= plan.number <= self.most:
            return _Node(bound=bound, sides=None)
        over = plan.number > self.most
        target = self.most if over else self.least
        other, here = self._far_side(gain, required, target, over=over)
        if other is None:  # nothing is here, or nothing was found in time
            return _Node(bound=bound if here else -np.inf, sides=None)
        while not self._late():
            price = (plan.worth - other.worth) / (plan.number - other.number)
            found, ceiling = self._at(price, gain, required)
            bound = min(bound, ceiling + price * target)
            if found is None or found.number == target:
                return _Node(bound=bound, sides=None if found is None else (plan, other))
            level = plan.worth - price * plan.number
            if found.worth - price * found.number <= level + EQUAL * self.scale:
                break
            if (found.number > target) == over:
                plan = found
            else:
                other = found
        return _Node(bound=bound, sides=(plan, other))

    def _far_side(
        self, gain: FloatArray, required: BoolArray, target: int, *, over: bool
    ) -> tuple[_Plan | None, bool]:
        """Any plan of a branch on the other side of the limit, or on it; whether there may be one.

        Args:
            gain: Shape (C,), -inf where the branch does not go.
            required: Shape (N,).
            target: The limit.
            over: Whether the plan in hand has too many, so that one with few is wanted.
        """
        if not over:
            return self._many(gain, required, target)
        if not required.any():
            nothing = self._plan(np.empty(0, dtype=np.int64))
            return nothing, True
        found = self._solve(np.where(np.isfinite(gain), -1.0, -np.inf), required)
        if np.isnan(found.value) or len(found.chosen) > target:
            return None, found.status != "infeasible" and -found.bound <= target + EQUAL
        return self._plan(found.chosen), True

    def _many(
        self, gain: FloatArray, required: BoolArray, target: int
    ) -> tuple[_Plan | None, bool]:
        """A plan with enough partnerships: the dearest that fit; else as many as can be."""
        members = self.candidates.members
        chosen: list[int] = []
        taken = np.zeros(len(required) + 1, dtype=bool)  # the last is nobody: position -1
        order = np.argsort(-gain, kind="stable")
        for c in order[np.isfinite(gain[order])].tolist():
            if len(chosen) >= target and not (required & ~taken[:-1]).any():
                break
            if not taken[members[c]].any():
                taken[members[c]] = True
                taken[-1] = False
                chosen.append(c)
        if len(chosen) >= target and not (required & ~taken[:-1]).any():
            return self._plan(np.array(sorted(chosen), dtype=np.int64)), True
        found = self._solve(np.where(np.isfinite(gain), 1.0, -np.inf), required, seconds=PACKING)
        if np.isnan(found.value) or len(found.chosen) < target:
            return None, found.status != "infeasible" and found.bound >= target - EQUAL
        return self._plan(found.chosen), True

    def _at(
        self, price: float, gain: FloatArray, required: BoolArray
    ) -> tuple[_Plan | None, float]:
        """The best plan of a branch when every partnership costs a price, and its bound."""
        found = self._solve(gain - price, required)
        if found.status == "infeasible":
            return None, -np.inf
        return None if np.isnan(found.value) else self._plan(found.chosen), found.bound

    def _solve(self, gain: FloatArray, required: BoolArray, *, seconds: float = np.inf) -> Solution:
        """An ordinary best plan, its work counted."""
        found = best_partition(
            self.candidates,
            gain,
            len(required),
            required=required if required.any() else None,
            time_limit=max(0.0, min(seconds, self.deadline - time.perf_counter())),
            stop_gap=0.0 if len(gain) <= SMALL else CLOSE,
        )
        self.nodes += found.nodes
        self.cuts += found.cuts
        self.columns = max(self.columns, found.columns)
        self.rounds += found.rounds
        return found

    def _plan(self, chosen: IntArray) -> _Plan:
        """A plan as it is worth without a price; kept if it is the best so far."""
        plan = _Plan(chosen=chosen, worth=float(self.gain[chosen].sum()), number=len(chosen))
        self._offer(plan)
        return plan

    def _offer(self, plan: _Plan) -> None:
        """Keep a plan if it is the best so far; one with too many is cut down to the limit."""
        chosen = plan.chosen
        if len(chosen) > self.most:
            needed = self.candidates.take(chosen).count_of(self.required) > 0
            spare = np.flatnonzero(~needed)
            spare = spare[np.argsort(self.gain[chosen[spare]], kind="stable")]
            chosen = np.delete(chosen, spare[: len(chosen) - self.most])
        if not self.least <= len(chosen) <= self.most:
            return
        worth = float(self.gain[chosen].sum())
        if self.best is None or worth > self.best.worth + EQUAL * self.scale:
            self.best = _Plan(chosen=chosen, worth=worth, number=len(chosen))

    def _branch(self, decisions: tuple[Decision, ...]) -> tuple[FloatArray, BoolArray]:
        """Gains and required units of one branch."""
        required, open_ = self.required.copy(), np.ones(len(self.gain), dtype=bool)
        for a, b, together in decisions:
            pair = np.zeros(len(required), dtype=bool)
            pair[[a, b]] = True
            held = self.candidates.count_of(pair)
            if together:
                open_ &= held != 1
                required[[a, b]] = True
            else:
                open_ &= held < 2
        return np.where(open_, self.gain, -np.inf), required

    def _pair(self, sides: tuple[_Plan, _Plan], decisions: tuple[Decision, ...]) -> tuple[int, int]:
        """The first two units that one side joins and the other does not."""
        joined = [
            {pair for c in side.chosen.tolist() for pair in combinations(self.candidates.row(c), 2)}
            for side in sides
        ]
        decided = {(a, b) for a, b, _ in decisions}
        return min((joined[0] ^ joined[1]) - decided)
