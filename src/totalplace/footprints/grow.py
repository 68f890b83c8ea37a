"""Larger partnerships than can be listed: grown from good ones, guided by prices.

Flow: problem edges, a score for any sets -> THIS -> search
In: who borders whom, and what any sets are worth. Out: Candidates, in the stated order.

Two stages. First size by size: for each unit the best set that holds it is widened by each unit
that borders it. Then by pricing: the linear relaxation over what is known prices each unit; sets
near the priced best are changed by one member (one added, one dropped, one swapped), and whatever
is worth more than its members' prices is kept, until nothing is or the rounds are up. No proof
covers a set that was never met: whoever uses these says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array

from totalplace.footprints.candidates import Candidates, from_sets, is_connected, neighbour_masks
from totalplace.types import BoolArray, FloatArray, SmallIntArray

Set = tuple[int, ...]
ScoreFn = Callable[[Candidates], FloatArray]  # value of each set, shape (C,); -inf where refused

START = 2  # members of the sets that growing starts from; all of them are met
ROUNDS = 8  # of pricing
BASES = 3  # sets of each unit that are changed by one member in a round
KEPT = 5  # sets of each unit that are kept although they do not pay
PAYS = 1e-9  # of the dearest set: a reduced cost above this is worth having


def grown_sets(
    edges: SmallIntArray,
    n: int,
    score_fn: ScoreFn,
    *,
    most_members: int,
    usable: BoolArray | None = None,
    seeds: Iterable[Sequence[int]] = (),
) -> Candidates:
    """Good connected sets of up to ``most_members``, found by growing and by pricing.

    Args:
        edges: Contiguous pairs, shape (E, 2).
        n: Number of units.
        score_fn: What sets are worth.
        most_members: Largest set.
        usable: Shape (n,), units that may take part. None: all.
        seeds: Sets to start from besides every bordering pair, such as today's footprints; those
            that are in pieces, or too large, are passed over.

    Returns:
        Every set met that pays, and the few best of each unit that do not.
    """
    grower = _Grower(edges, n, score_fn, most_members, usable)
    grower.start(seeds)
    grower.widen()
    grower.price()
    return from_sets(grower.worth_keeping())


def prices(sets: Sequence[Set], worth: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
    """Prices of the units in the linear relaxation, shape (n,), and each set's part of it, (C,).

    Args:
        sets: Sets that pay.
        worth: Shape (C,), what each is worth.
        n: Number of units.
    """
    if not sets:
        return np.zeros(n), np.zeros(0)
    column = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    row = np.array([unit for s in sets for unit in s])
    matrix = csc_array((np.ones(len(row)), (row, column)), shape=(n, len(sets)))
    scale = float(worth.max())
    found = linprog(-worth / scale, A_ub=matrix, b_ub=np.ones(n), bounds=(0, None), method="highs")
    return -found.ineqlin.marginals * scale, found.x


class _Grower:
    """Every set met so far and what it is worth; lives for one growth."""

    def __init__(
        self,
        edges: SmallIntArray,
        n: int,
        score_fn: ScoreFn,
        most_members: int,
        usable: BoolArray | None,
    ) -> None:
        self.n, self.score_fn, self.most = n, score_fn, most_members
        self.able = np.ones(n, dtype=bool) if usable is None else usable
        self.masks = neighbour_masks(edges, n)
        self.pairs = [(int(i), int(j)) for i, j in edges.tolist()]
        self.worth: dict[Set, float] = {}
        self.prices = np.zeros(n)

    def start(self, seeds: Iterable[Sequence[int]]) -> None:
        """Meet every bordering pair, and the seeds that are in one piece."""
        sets = [tuple(sorted(pair)) for pair in self.pairs]
        sets += [
            tuple(sorted(seed))
            for seed in seeds
            if START <= len(seed) <= self.most and is_connected(seed, self.masks)
        ]
        self._meet(s for s in sets if all(self.able[list(s)]))

    def widen(self) -> None:
        """Size by size, the best set of each unit with each of its neighbours."""
        for size in range(START, self.most):
            level = [s for s in self.worth if len(s) == size]
            self._meet(
                wider for s in self._best_of_each(level, 1) for wider in self._with_one_more(s)
            )
            self._reprice()

    def price(self) -> None:
        """Add, drop and swap members around the best sets while anything is worth its price."""
        for _ in range(ROUNDS):
            support = self._reprice()
            bases = dict.fromkeys([*support, *self._best_of_each(list(self.worth), BASES)])
            fresh = self._meet(near for s in bases for near in self._one_away(s))
            least = PAYS * max((w for w in self.worth.values() if np.isfinite(w)), default=0.0)
            if not any(self._reduced(s) > least for s in fresh):
                return

    def worth_keeping(self) -> list[Set]:
        """What pays, and the few best of each unit that do not."""
        paying = [s for s, worth in self.worth.items() if worth > 0]
        known = [s for s, worth in self.worth.items() if np.isfinite(worth)]
        return [*paying, *self._best_of_each(known, KEPT)]

    def _meet(self, sets: Iterable[Set]) -> list[Set]:
        """Score the sets that were not met before; returns them."""
        fresh = sorted({s for s in sets if s not in self.worth}, key=lambda s: (len(s), s))
        if fresh:
            candidates = from_sets(fresh)
            score = self.score_fn(candidates)
            self.worth |= {candidates.row(c): float(score[c]) for c in range(len(candidates))}
        return fresh

    def _reprice(self) -> list[Set]:
        """Price the units anew; returns the sets the relaxation uses."""
        paying = sorted(s for s, worth in self.worth.items() if worth > 0)
        worth = np.array([self.worth[s] for s in paying])
        self.prices, part = prices(paying, worth, self.n)
        return [s for s, x in zip(paying, part, strict=True) if x > 1e-6]

    def _reduced(self, s: Set) -> float:
        return self.worth[s] - float(self.prices[list(s)].sum())

    def _best_of_each(self, sets: Sequence[Set], each: int) -> list[Set]:
        """For every unit, its best sets by reduced cost; refused ones only where nothing else is.

        A refused set may yet grow into one that is not: a good leader may join.
        """
        ranked = sorted(sets, key=lambda s: (-self._reduced(s), len(s), s))
        left = np.full(self.n, each)
        chosen = []
        for s in ranked:
            members = list(s)
            if (left[members] > 0).any():
                chosen.append(s)
                left[members] -= 1
        return chosen

    def _around(self, s: Set) -> list[int]:
        """Usable units that border a set, ascending."""
        inside = sum(1 << m for m in s)
        border = 0
        for m in s:
            border |= self.masks[m]
        border &= ~inside
        return [i for i in range(self.n) if border >> i & 1 and self.able[i]]

    def _with_one_more(self, s: Set) -> list[Set]:
        return [tuple(sorted((*s, i))) for i in self._around(s)]

    def _one_away(self, s: Set) -> list[Set]:
        """Sets that differ by one member added, dropped or swapped, each in one piece."""
        found: list[Set] = []
        if len(s) < self.most:
            found += self._with_one_more(s)
        for gone in s:
            rest = tuple(m for m in s if m != gone)
            if len(rest) >= START and is_connected(rest, self.masks):
                found.append(rest)
            for i in self._around(s):
                swapped = tuple(sorted((*rest, i)))
                if is_connected(swapped, self.masks):
                    found.append(swapped)
        return found
