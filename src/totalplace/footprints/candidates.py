"""Every connected set of authorities that could share a service, each once.

Flow: problem (edges, centres, children, bodies) -> THIS -> value, guards, optimiser
In: arrays. Out: a frozen Candidates in a stated order. No files, no clock, no randomness.

C candidates, K the most members any of them has. Members are positions in the problem's order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from totalplace.footprints.problem import Problem
from totalplace.types import BoolArray, FloatArray, IntArray, SmallIntArray

BITS = 62  # members whose ties fit in one integer


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatSets:
    """Sets of units one after another: no padding, so millions fit."""

    members: SmallIntArray  # flat
    offsets: IntArray  # (C + 1,), where each set starts; the last is the length of members

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def size(self) -> IntArray:
        """Members of each set, shape (C,)."""
        return np.diff(self.offsets)

    def row(self, candidate: int) -> tuple[int, ...]:
        """The members of one set."""
        held = self.members[self.offsets[candidate] : self.offsets[candidate + 1]]
        return tuple(held.tolist())


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Sets of two or more authorities, ordered by size, then by members.

    ``members`` is padded with -1 so that whole columns can be worked on at once.
    """

    members: SmallIntArray  # (C, K), ascending in each row, -1 beyond the set's size
    size: IntArray  # (C,)

    def __len__(self) -> int:
        return len(self.size)

    def row(self, candidate: int) -> tuple[int, ...]:
        """The members of one candidate, as positions."""
        return tuple(int(m) for m in self.members[candidate, : self.size[candidate]])

    def take(self, keep: BoolArray | IntArray) -> Candidates:
        """The chosen candidates, order kept."""
        return Candidates(members=self.members[keep], size=self.size[keep])

    def flat(self) -> FlatSets:
        """The same sets without padding."""
        offsets = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(self.size, out=offsets[1:])
        return FlatSets(members=self.members[self.members >= 0], offsets=offsets)

    def find(self, members: Collection[int]) -> int | None:
        """Where a set stands, or None if it is not among them. They must be in the stated order."""
        key = (len(members), tuple(sorted(members)))
        at = bisect_left(range(len(self)), key, key=lambda c: (int(self.size[c]), self.row(c)))
        return at if at < len(self) and self.row(at) == key[1] else None

    def among(self, sets: Iterable[Collection[int]]) -> BoolArray:
        """Whether each candidate is one of some sets, shape (C,)."""
        found = np.zeros(len(self), dtype=bool)
        for wanted in sets:
            n = len(wanted)
            if 0 < n <= self.members.shape[1]:
                same = (self.members[:, :n] == np.array(sorted(wanted))).all(axis=1)
                found |= same & (self.size == n)
        return found

    def count_of(self, flag: BoolArray) -> IntArray:
        """How many members of each candidate are marked, shape (C,)."""
        padded = np.append(flag, False)  # position -1, beyond the set, counts as unmarked
        counted: IntArray = padded[self.members].sum(axis=1)
        return counted

    def position(self) -> dict[tuple[int, ...], int]:
        """Candidate number by members."""
        return {self.row(c): c for c in range(len(self))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is true of each candidate whatever the assumptions."""

    span_km: FloatArray  # (C,), largest distance between members' child-weighted centres
    children: FloatArray  # (C,), children 0-17
    largest_children: FloatArray  # (C,), of the largest member
    extra_bodies: FloatArray  # (C,), partner bodies faced beyond those of the best-placed member
    contiguous: BoolArray  # (C,)

    def take(self, keep: BoolArray | IntArray) -> Shape:
        """The chosen candidates' rows."""
        return Shape(
            span_km=self.span_km[keep],
            children=self.children[keep],
            largest_children=self.largest_children[keep],
            extra_bodies=self.extra_bodies[keep],
            contiguous=self.contiguous[keep],
        )


def from_sets(sets: Iterable[Collection[int]]) -> Candidates:
    """Candidates from any sets of positions: duplicates merged, order made canonical."""
    unique = [s for s in {tuple(sorted(set(s))) for s in sets} if len(s) >= 2]
    size = np.array([len(s) for s in unique], dtype=np.int64)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(size)])
    flat = np.array([m for s in unique for m in s], dtype=np.int32)
    return from_flat(FlatSets(members=flat, offsets=offsets))


def from_flat(sets: FlatSets) -> Candidates:
    """Candidates from flat sets that differ from one another: order made canonical."""
    size = sets.size
    width = int(size.max(initial=2))
    members = np.full((len(sets), width), -1, dtype=np.int32)
    members[np.arange(width) < size[:, None]] = sets.members
    order = np.lexsort((*members.T[::-1], size))
    return Candidates(members=members[order], size=size[order])


def joined(one: Candidates, other: Candidates) -> Candidates:
    """Both, each set once, in the stated order."""
    fresh = other.take(np.array([one.find(other.row(c)) is None for c in range(len(other))], bool))
    sizes = np.concatenate([one.size, fresh.size])
    flat = np.concatenate([one.flat().members, fresh.flat().members])
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    return from_flat(FlatSets(members=flat, offsets=offsets))


def neighbour_masks(edges: SmallIntArray, n: int) -> list[int]:
    """Each authority's neighbours as the bits of an integer, length n."""
    masks = [0] * n
    for i, j in edges.tolist():
        masks[i] |= 1 << j
        masks[j] |= 1 << i
    return masks


def connected_sets(
    edges: SmallIntArray,
    n: int,
    *,
    member_limit: int,
    near: Sequence[int] | None = None,
    usable: BoolArray | None = None,
) -> list[tuple[int, ...]]:
    """Every connected set of 2 to ``member_limit`` authorities, each exactly once.

    A set is rooted at its lowest member and grown only by higher-numbered neighbours that were
    not refused earlier on the same path, so no set is met twice (Wernicke 2006).

    Args:
        edges: Contiguous pairs, shape (E, 2).
        n: Number of authorities.
        member_limit: Largest set.
        near: For each authority, the bits of those within reach of it; a set is kept only while
            every pair is in reach. None: no limit.
        usable: Shape (n,), authorities that may take part. None: all.

    Returns:
        Tuples of ascending positions, in no stated order.
    """
    masks = neighbour_masks(edges, n)
    allowed = (1 << n) - 1
    if usable is not None:
        allowed = sum(1 << i for i in range(n) if usable[i])
    found: list[tuple[int, ...]] = []

    def grow(members: tuple[int, ...], frontier: int, seen: int, reach: int) -> None:
        while frontier:
            bit = frontier & -frontier
            frontier ^= bit
            added = bit.bit_length() - 1
            grown = (*members, added)
            found.append(tuple(sorted(grown)))
            if len(grown) < member_limit:
                within = reach if near is None else reach & near[added]
                fresh = masks[added] & ~seen & within & higher
                grow(grown, (frontier | fresh) & within, seen | masks[added], within)

    for root in range(n):
        if not allowed >> root & 1:
            continue
        higher = allowed & ~((1 << (root + 1)) - 1)
        within = higher if near is None else higher & near[root]
        grow((root,), masks[root] & within, masks[root] | (1 << root), within)
    return found


def within_km(centre_m: FloatArray, limit_km: float) -> list[int]:
    """For each authority, the bits of those whose centre is within ``limit_km``."""
    gap = distances_km(centre_m)
    return [sum(1 << int(j) for j in np.flatnonzero(row <= limit_km)) for row in gap]


def distances_km(centre_m: FloatArray) -> FloatArray:
    """Straight-line distances between centres, shape (N, N), kilometres."""
    delta = centre_m[:, None, :] - centre_m[None, :, :]
    gap: FloatArray = np.sqrt((delta**2).sum(axis=2)) / 1000
    return gap


def is_connected(members: Collection[int], masks: Sequence[int]) -> bool:
    """Whether the members form one piece in the contiguity graph."""
    wanted = sum(1 << m for m in members)
    first = wanted & -wanted
    reached, frontier = first, first
    while frontier:
        bit = frontier & -frontier
        frontier ^= bit
        fresh = masks[bit.bit_length() - 1] & wanted & ~reached
        reached |= fresh
        frontier |= fresh
    return reached == wanted


def pieces(members: Collection[int], masks: Sequence[int]) -> list[tuple[int, ...]]:
    """The connected pieces of a set, each ascending, ordered by their lowest member."""
    left = sorted(members)
    found: list[tuple[int, ...]] = []
    while left:
        wanted = sum(1 << m for m in left)
        reached = frontier = 1 << left[0]
        while frontier:
            bit = frontier & -frontier
            frontier ^= bit
            fresh = masks[bit.bit_length() - 1] & wanted & ~reached
            reached |= fresh
            frontier |= fresh
        found.append(tuple(m for m in left if reached >> m & 1))
        left = [m for m in left if not reached >> m & 1]
    return found


def shape(problem: Problem, candidates: Candidates) -> Shape:
    """Span, children, partner bodies and contiguity of each candidate."""
    members, present = candidates.members, candidates.members >= 0
    safe = np.where(present, members, 0)
    centre = problem.centre_m[safe]  # (C, K, 2)
    span = np.zeros(len(candidates))
    width = members.shape[1]
    for a in range(width):
        for b in range(a + 1, width):
            both = present[:, a] & present[:, b]
            gap = np.sqrt(((centre[both, a] - centre[both, b]) ** 2).sum(axis=1)) / 1000
            span[both] = np.maximum(span[both], gap)
    children = np.where(present, problem.children[safe], 0.0)
    count = problem.bodies.sum(axis=1)
    faced = np.zeros((len(candidates), problem.bodies.shape[1]), dtype=bool)
    fewest = np.full(len(candidates), np.iinfo(np.int64).max, dtype=np.int64)
    for a in range(width):
        here = present[:, a]
        faced[here] |= problem.bodies[safe[here, a]]
        fewest[here] = np.minimum(fewest[here], count[safe[here, a]])
    extra = faced.sum(axis=1) - fewest if len(candidates) else np.zeros(0)
    return Shape(
        span_km=span,
        children=children.sum(axis=1),
        largest_children=children.max(axis=1, initial=0.0),
        extra_bodies=extra.astype(np.float64),
        contiguous=are_connected(candidates, problem.edges, problem.size),
    )


def are_connected(candidates: Candidates, edges: SmallIntArray, n: int) -> BoolArray:
    """Whether the members of each candidate form one piece, shape (C,)."""
    width = candidates.members.shape[1]
    if width > BITS:
        masks = neighbour_masks(edges, n)
        rows = (candidates.row(c) for c in range(len(candidates)))
        return np.array([is_connected(row, masks) for row in rows], dtype=bool)
    touch = np.zeros((n + 1, n + 1), dtype=bool)  # the last is nobody: position -1
    touch[edges[:, 0], edges[:, 1]] = touch[edges[:, 1], edges[:, 0]] = True
    members = candidates.members.T  # (K, C)
    beside = np.zeros((width, len(candidates)), dtype=np.int64)  # each member's, as bits
    for a in range(width):
        for b in range(a):
            here = touch[members[a], members[b]].astype(np.int64)
            beside[a] |= here << b
            beside[b] |= here << a
    reached = np.ones(len(candidates), dtype=np.int64)
    for _ in range(width - 1):
        before = reached.copy()
        for k in range(width):
            reached |= beside[k] * (reached >> k & 1)
        if (reached == before).all():
            break
    whole: BoolArray = reached == (np.int64(1) << candidates.size) - 1
    return whole
