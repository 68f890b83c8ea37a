"""A hexagon cartogram: one equal hexagon per authority, neighbours kept near.

Flow: centres, contiguity -> THIS -> table hexagon -> places.maps
In: arrays. Out: a column and a row per authority. The same arrays give the same hexagons.

Three steps. *Spread* the centres until no two are closer than a hexagon, holding neighbours
together. *Assign* each to its own cell of a hexagon grid with the least movement in all
(Hungarian method). *Improve* by moving and swapping under simulated annealing, worth being:
neighbours that touch (most of all where there are few), on the side where they lie, near home,
with their region, without holes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from totalplace.places.graph import components
from totalplace.types import FloatArray, IntArray, SmallIntArray

_ROW = math.sqrt(3) / 2  # rows are this far apart when cells in a row are 1 apart
_MARGIN = 4  # empty cells around the spread centres
_SPREAD_STEPS = 400

TOUCH = 1.0  # worth of a pair of neighbours that touch
APART = 0.2  # cost of each further step between neighbours
FEW = 2.0  # further weight of a pair, over the square of the fewer neighbours either has
BEARING = 0.2  # worth of lying in the true direction, times the cosine
HOME = 0.12  # cost of distance from the spread centre, squared, per cell
FILLED = 0.2  # worth of two hexagons touching at all: no holes
REGION = 0.25  # further worth when they are of one region
MOVES = 40_000  # in each run
RUNS = 5  # the best is kept
START_HEAT, END_HEAT = 0.7, 0.005

_Tie = tuple[int, float, float, float]  # neighbour, weight, unit vector east and north


def spread(centre_m: FloatArray, edges: SmallIntArray, *, area_m2: float) -> FloatArray:
    """Centres pushed apart to at least one hexagon, contiguous pairs pulled to touch.

    Args:
        centre_m: Shape (N, 2), metres.
        edges: Shape (E, 2), contiguous pairs.
        area_m2: Land that the N hexagons stand for; sets their size.

    Returns:
        Shape (N, 2), in hexagon widths.
    """
    size = len(centre_m)
    width = math.sqrt(area_m2 / size / _ROW)
    at = (centre_m - centre_m.mean(axis=0)) / width
    joined = np.zeros((size, size), dtype=np.bool_)
    joined[edges[:, 0], edges[:, 1]] = joined[edges[:, 1], edges[:, 0]] = True
    for _ in range(_SPREAD_STEPS):
        apart = at[:, None, :] - at[None, :, :]  # (N, N, 2)
        gap = np.hypot(apart[..., 0], apart[..., 1])
        np.fill_diagonal(gap, 1.0)  # nothing pushes or pulls itself
        push = 0.45 * np.clip(1 - gap, 0, None) - 0.08 * np.where(joined, np.clip(gap - 1, 0, 3), 0)
        at = at + (apart * (push / np.maximum(gap, 1e-9))[..., None]).sum(axis=1)
    result: FloatArray = at
    return result


def cartogram(
    centre_m: FloatArray,
    edges: SmallIntArray,
    *,
    area_m2: float,
    region: IntArray,
    seed: int = 6,
    moves: int = MOVES,
) -> IntArray:
    """A cell for each authority, no two on the same.

    Args:
        centre_m: Shape (N, 2), metres east and north.
        edges: Shape (E, 2), contiguous pairs.
        area_m2: Land that the hexagons stand for.
        region: Shape (N,), a number per region.
        seed: Of the annealing.
        moves: Attempts at improvement in each run.

    Returns:
        Shape (N, 2): column counted east and row counted north, from 0; odd rows are shifted
        half a hexagon east.
    """
    wanted = spread(centre_m, edges, area_m2=area_m2)
    margin = np.array([_MARGIN, _MARGIN * _ROW])
    low = wanted.min(axis=0) - margin
    extent = wanted.max(axis=0) + margin - low
    columns, rows = int(extent[0]) + 1, int(extent[1] / _ROW) + 1
    row, column = np.divmod(np.arange(columns * rows), columns)
    cells = np.stack([column, row], axis=1)
    place = low + np.stack([column + 0.5 * (row % 2), row * _ROW], axis=1)  # (cells, 2)

    away = ((wanted[:, None, :] - place[None, :, :]) ** 2).sum(axis=2)  # (N, cells)
    _, first = linear_sum_assignment(away)
    board = _board(cells, place)
    bearing = _bearings(centre_m, edges)
    runs = []
    for run in range(RUNS):
        chosen = _improve(
            first.tolist(),
            board=board,
            home=(HOME * away).tolist(),
            bearing=bearing,
            region=region.tolist(),
            rng=np.random.default_rng([seed, run]),
            moves=moves,
        )
        answer = cells[chosen]
        runs.append((*_faults(answer, edges, region), run, answer))
    answer = min(runs, key=lambda one: one[:3])[-1]
    base = answer.min(axis=0)
    base[1] -= base[1] % 2  # keep odd rows odd
    result: IntArray = answer - base
    return result


def _faults(cells: IntArray, edges: SmallIntArray, region: IntArray) -> tuple[int, int]:
    """What an eye would mind, then how many pairs of neighbours are parted; less is better.

    An eye minds an authority that touches no neighbour, a region in several pieces, and a gap
    with hexagons nearly all round.
    """
    sides = touching(cells)
    pairs = sides & {(i, j) for i, j in edges.tolist()}
    alone = len(cells) - len({one for pair in pairs for one in pair})
    array = np.array(sorted(sides), dtype=np.int32).reshape(-1, 2)
    pieces = sum(
        len(components(np.flatnonzero(region == one).tolist(), array)) - 1
        for one in np.unique(region)
    )
    full = {tuple(cell) for cell in cells.tolist()}
    rim = {cell for one in full for cell in _beside(*one)} - full
    gaps = sum(len(full.intersection(_beside(*cell))) >= 5 for cell in rim)
    return alone + pieces + gaps, len(edges) - len(pairs)


def touching(cells: IntArray) -> frozenset[tuple[int, int]]:
    """Pairs i < j of authorities whose hexagons share a side."""
    at = {(column, row): index for index, (column, row) in enumerate(cells.tolist())}
    return frozenset(
        (index, at[beside])
        for cell, index in at.items()
        for beside in _beside(*cell)
        if at.get(beside, -1) > index
    )


def _beside(column: int, row: int) -> tuple[tuple[int, int], ...]:
    shift = row % 2
    return (
        (column - 1, row),
        (column + 1, row),
        *((column + shift + step, row + up) for up in (-1, 1) for step in (-1, 0)),
    )


def _bearings(centre_m: FloatArray, edges: SmallIntArray) -> list[list[_Tie]]:
    """For each authority its neighbours: which, how much it matters, and the way to it."""
    found: list[list[_Tie]] = [[] for _ in centre_m]
    count = np.bincount(edges.ravel(), minlength=len(centre_m)).tolist()
    for i, j in edges.tolist():
        weight = 1 + FEW / min(count[i], count[j]) ** 2
        east, north = (centre_m[j] - centre_m[i]).tolist()
        length = math.hypot(east, north) or 1.0
        found[i].append((j, weight, east / length, north / length))
        found[j].append((i, weight, -east / length, -north / length))
    return found


def _steps(cells: IntArray) -> IntArray:
    """Number of hexagons from each cell to each other, shape (cells, cells)."""
    row = cells[:, 1]
    slant = cells[:, 0] - (row - row % 2) // 2
    over, up = slant[:, None] - slant[None, :], row[:, None] - row[None, :]
    steps: IntArray = np.maximum(np.maximum(np.abs(over), np.abs(up)), np.abs(over + up))
    return steps


@dataclass(frozen=True, slots=True, kw_only=True)
class _Board:
    """What is worth what between any two cells, as lists because the annealing is plain Python."""

    near: list[list[float]]  # worth of two neighbours standing there
    east: list[list[float]]  # unit vector from the first to the second, times BEARING
    north: list[list[float]]
    reach: list[list[int]]  # cells one or two steps away
    beside: list[list[int]]  # cells one step away


def _board(cells: IntArray, place: FloatArray) -> _Board:
    steps = _steps(cells)
    apart = place[None, :, :] - place[:, None, :]  # (from, to, 2)
    unit = BEARING * apart / np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-9)[..., None]
    return _Board(
        near=np.where(steps == 1, TOUCH, APART * (2 - steps)).tolist(),
        east=unit[..., 0].tolist(),
        north=unit[..., 1].tolist(),
        reach=[np.flatnonzero((line > 0) & (line <= 2)).tolist() for line in steps],
        beside=[np.flatnonzero(line == 1).tolist() for line in steps],
    )


def _improve(
    at: list[int],
    *,
    board: _Board,
    home: list[list[float]],
    bearing: list[list[_Tie]],
    region: list[int],
    rng: np.random.Generator,
    moves: int,
) -> list[int]:
    """Anneal: move an authority to a cell within two steps, swapping with whoever is there."""
    tenant = [-1] * len(board.near)
    for one, cell in enumerate(at):
        tenant[cell] = one

    def worth(one: int) -> float:
        cell = at[one]
        value: float = -home[one][cell]
        near, to_east, to_north = board.near[cell], board.east[cell], board.north[cell]
        for other, weight, u, v in bearing[one]:
            there = at[other]
            value += weight * near[there] + u * to_east[there] + v * to_north[there]
        for there in board.beside[cell]:
            other = tenant[there]
            if other >= 0:
                value += FILLED + REGION if region[other] == region[one] else FILLED
        return value

    def swap(one: int, cell: int) -> None:
        left, other = at[one], tenant[cell]
        at[one], tenant[cell], tenant[left] = cell, one, other
        if other >= 0:
            at[other] = left

    who = rng.integers(0, len(at), moves).tolist()
    where, luck = rng.random(moves).tolist(), rng.random(moves).tolist()
    for step in range(moves):
        heat = START_HEAT * (1 - step / moves) + END_HEAT
        one = who[step]
        left = at[one]
        cell = board.reach[left][int(where[step] * len(board.reach[left]))]
        other = tenant[cell]
        before = worth(one) + (worth(other) if other >= 0 else 0.0)
        swap(one, cell)
        gain = worth(one) + (worth(other) if other >= 0 else 0.0) - before
        if gain < 0 and luck[step] >= math.exp(gain / heat):
            swap(one, left)
    return at
