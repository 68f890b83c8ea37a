"""Would anybody do better by leaving? The core, the least core and the nucleolus.

Flow: split (worth of every sub-group) -> THIS -> scenarios.risk
In: the worth of every sub-group, shape (2**n,), by the bits of its members; the empty one is 0.
Out: splits of the whole, and the sub-groups that would gain by leaving under one. Pure.

Sources: Gillies (1959) for the core; Maschler, Peleg and Shapley (1979) for the least core;
Schmeidler (1969) for the nucleolus; Kopelowitz (1967) for finding it by linear programmes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from totalplace.errors import InputError
from totalplace.footprints.appraisal import money_range
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Range
from totalplace.footprints.split import MOST_MEMBERS, Split
from totalplace.types import BoolArray, FloatArray

NUCLEOLUS_UP_TO = 12  # members: 4,094 sub-groups in each linear programme
EQUAL = 1e-9  # as a share of the largest worth
MOVED = 1e-7  # a price above this means a sub-group is held to its excess in every best split


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastCore:
    """The split under which the sub-group with most to gain by leaving gains least."""

    allocation: FloatArray  # (n,), sums to the worth of all
    excess: float  # what that sub-group would gain; the core is empty when above 0

    @property
    def core_is_empty(self) -> bool:
        """Whether some sub-group would gain by leaving however the whole is split."""
        return self.excess > EQUAL * max(1.0, float(np.abs(self.allocation).max(initial=0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """A sub-group that would do better by leaving."""

    members: tuple[str, ...]  # area codes
    names: tuple[str, ...]
    gains: float  # pounds, together
    guards_allow: bool | None  # whether the guards would let them gain so; None: not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one member gets under two ways to split, with its own risk around it."""

    area_code: str
    name: str
    shapley: Range
    nucleolus: Range | None  # None above 12 members


@dataclass(frozen=True, slots=True, kw_only=True)
class FairSplit:
    """One partnership's split: what each gets, and whether anybody would leave."""

    members: tuple[str, ...]
    names: tuple[str, ...]
    parts: tuple[Part, ...]
    leavers: tuple[Leaver, ...]  # under the Shapley split, most to gain first
    core_is_empty: bool
    least_excess: float  # pounds; below 0: every sub-group can be made to lose by leaving


def memberships(n: int) -> BoolArray:
    """Which members each sub-group has, shape (2**n, n)."""
    return (np.arange(1 << n)[:, None] >> np.arange(n)[None, :] & 1).astype(bool)


def excess(worth: FloatArray, allocation: FloatArray) -> FloatArray:
    """What each sub-group would gain by leaving a split, shape (2**n,)."""
    gained: FloatArray = worth - memberships(len(allocation)) @ allocation
    return gained


def leavers(worth: FloatArray, allocation: FloatArray) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Sub-groups that would gain by leaving, as members and gain, most to gain first."""
    n = len(allocation)
    gain = excess(worth, allocation)
    tolerance = EQUAL * max(1.0, float(np.abs(worth).max(initial=0.0)))
    found = [
        (tuple(i for i in range(n) if bits >> i & 1), float(gain[bits]))
        for bits in range(1, (1 << n) - 1)
        if gain[bits] > tolerance
    ]
    return tuple(sorted(found, key=lambda one: (-one[1], len(one[0]), one[0])))


def in_core(worth: FloatArray, allocation: FloatArray) -> bool:
    """Whether a split hands out the worth of all and no sub-group would gain by leaving."""
    tolerance = EQUAL * max(1.0, float(np.abs(worth).max(initial=0.0)))
    return bool(abs(allocation.sum() - worth[-1]) <= tolerance) and not leavers(worth, allocation)


def least_core(worth: FloatArray, n: int) -> LeastCore:
    """A split in the least core, by one linear programme.

    Args:
        worth: Shape (2**n,).
        n: Members, at most 16.

    Raises:
        InputError: More than 16 members.
    """
    _at_most(n, MOST_MEMBERS, "The least core")
    if n == 1:
        return LeastCore(allocation=worth[1:].copy(), excess=0.0)
    scale = float(np.abs(worth).max(initial=0.0)) or 1.0
    inside = memberships(n).astype(np.float64)
    allocation, gain, _ = _smallest_excess(
        worth / scale, inside, np.arange(1, (1 << n) - 1), inside[-1:], worth[-1:] / scale
    )
    return LeastCore(allocation=allocation * scale, excess=gain * scale)


def nucleolus(worth: FloatArray, n: int) -> FloatArray:
    """The split that makes the largest gain by leaving least, then the next largest, and so on.

    After each linear programme the sub-groups with a price are settled: they have that excess in
    every best split. Others whose members then follow from those settled are dropped. It ends
    when the settled ones leave one split.

    Args:
        worth: Shape (2**n,).
        n: Members, at most 12.

    Returns:
        Shape (n,), summing to the worth of all.

    Raises:
        InputError: More than 12 members.
    """
    _at_most(n, NUCLEOLUS_UP_TO, "The nucleolus")
    if n == 1:
        return worth[1:].copy()
    scale = float(np.abs(worth).max(initial=0.0)) or 1.0
    inside, scaled = memberships(n).astype(np.float64), worth / scale
    held, target = inside[-1:], scaled[-1:]
    open_groups = np.arange(1, (1 << n) - 1)
    while True:
        allocation, gain, price = _smallest_excess(scaled, inside, open_groups, held, target)
        settled = open_groups[price > MOVED]
        held = np.vstack([held, inside[settled]])
        target = np.concatenate([target, scaled[settled] - gain])
        basis = _orthonormal(held)
        if basis.shape[1] == n or not settled.size:
            return allocation * scale
        rest = inside[open_groups]
        follows = np.linalg.norm(rest - rest @ basis @ basis.T, axis=1) < 1e-7
        open_groups = open_groups[~follows]


def fair_split(problem: Problem, shared: Split, *, guarded: FloatArray | None = None) -> FairSplit:
    """A partnership's split in full: shares by two rules, and who would leave.

    Args:
        problem: The service.
        shared: The partnership's split.
        guarded: Worth of every sub-group where only what the guards allow can be formed, as
            ``shared.worth``. None: nobody asked them.
    """
    n = len(shared.members)
    codes = [problem.area_codes[m] for m in shared.members]
    names = [problem.names[m] for m in shared.members]
    own_mean = shared.own.mean(axis=1)
    kernel = nucleolus(shared.worth, n) if n <= NUCLEOLUS_UP_TO else None
    least = least_core(shared.worth, n)
    free = None if guarded is None else dict(leavers(guarded, shared.shapley))
    return FairSplit(
        members=tuple(codes),
        names=tuple(names),
        parts=tuple(
            Part(
                area_code=codes[k],
                name=names[k],
                shapley=money_range(shared.result[k]),
                nucleolus=None
                if kernel is None
                else money_range(shared.own[k] + kernel[k] - own_mean[k]),
            )
            for k in range(n)
        ),
        leavers=tuple(
            Leaver(
                members=tuple(codes[i] for i in group),
                names=tuple(names[i] for i in group),
                gains=gain,
                guards_allow=None if free is None else group in free,
            )
            for group, gain in leavers(shared.worth, shared.shapley)
        ),
        core_is_empty=least.core_is_empty,
        least_excess=least.excess,
    )


def _smallest_excess(
    worth: FloatArray,
    inside: FloatArray,
    groups: np.ndarray,
    held: FloatArray,
    target: FloatArray,
) -> tuple[FloatArray, float, FloatArray]:
    """Make the largest excess of some sub-groups smallest, others held to theirs.

    Returns:
        The split (n,), that excess, and each sub-group's price (S,), 0 or more.
    """
    n = inside.shape[1]
    found = linprog(
        np.append(np.zeros(n), 1.0),
        A_ub=np.hstack([-inside[groups], -np.ones((len(groups), 1))]),
        b_ub=-worth[groups],
        A_eq=np.hstack([held, np.zeros((len(held), 1))]),
        b_eq=target,
        bounds=(None, None),
        method="highs",
    )
    if found.status != 0:
        raise ArithmeticError(f"the linear programme was not solved: {found.message}")
    return found.x[:n], float(found.x[n]), -found.ineqlin.marginals


def _orthonormal(rows: FloatArray) -> FloatArray:
    """Columns that span the same space as some rows, at right angles and of length one."""
    _, size, directions = np.linalg.svd(rows, full_matrices=False)
    spanning: FloatArray = directions[size > 1e-9 * size[0]].T
    return spanning


def _at_most(n: int, most: int, what: str) -> None:
    if n > most:
        raise InputError(f"{what} is found up to {most} members; this partnership has {n}.")
