"""Among equal plans: fewest units changed, then the smallest in stated order.

Flow: partition -> THIS -> partition
Units are taken in order; each prefers to stay alone, then the smallest set, then the first in
lexicographic order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from totalplace.footprints.optimiser.pool import Pool
from totalplace.footprints.optimiser.whole import solve_whole
from totalplace.types import IntArray

MOST = 3_000  # columns that could be part of an equally good plan, beyond which ties are left
EQUAL = 1e-9  # gains this close, in units of the largest gain, are equal


def settle_ties(
    pool: Pool,
    best: IntArray,
    rivals: IntArray,
    *,
    give_up_fn: Callable[[], bool],
    seconds: float = 60.0,
) -> IntArray:
    """Replace a best plan by the preferred one among those of equal gain.

    Args:
        pool: The pool.
        best: A best plan, pool positions.
        rivals: Every column that could be in a plan as good (from reduced costs).
        give_up_fn: Whether there is no more time; the best plan so far then stands.
        seconds: For each question whether another plan is as good; unanswered, the best stands.

    Returns:
        The preferred plan. ``best`` itself when there are too many rivals to settle.
    """
    rivals = np.union1d(rivals, best)
    if len(rivals) == len(best) or len(rivals) > MOST or give_up_fn():
        return best
    pool, back = pool.take(rivals), rivals
    rank = np.array(
        sorted(range(len(pool)), key=lambda c: (pool.size[c], tuple(pool.units(c).tolist())))
    )
    pool, back = pool.take(rank), back[rank]
    current = np.flatnonzero(np.isin(back, best))
    floor = float(pool.gain[current].sum()) - EQUAL * max(1, len(best))
    left = np.arange(len(pool))
    if solve_whole(pool, left, seconds=seconds, at_least=floor, other_than=current) is None:
        return best  # no other plan is as good, as is usual with real figures
    fewest = solve_whole(
        pool, left, seconds=seconds, cost=-pool.size.astype(np.float64), at_least=floor
    )
    if fewest is None:
        return best
    changed = int(pool.size[fewest].sum())
    current = np.sort(fewest)
    for unit in range(pool.n_units):
        if give_up_fn():
            break
        current, left = _prefer(pool, unit, current, left, floor, changed, seconds)
    settled: IntArray = back[current]
    return settled


def _prefer(
    pool: Pool,
    unit: int,
    current: IntArray,
    left: IntArray,
    floor: float,
    changed: int,
    seconds: float,
) -> tuple[IntArray, IntArray]:
    """The most preferred choice for one unit that some equally good plan allows.

    Returns:
        That plan, and the columns still open once the choice is fixed.
    """
    only = np.zeros(pool.n_units, dtype=bool)
    only[unit] = True
    holds = pool.touching(only)
    if not holds[left].any():
        return current, left
    for option in [None, *left[holds[left]].tolist()]:
        if option is None:
            open_columns = left[~holds[left]]
            held = not holds[current].any()
        else:
            units = np.zeros(pool.n_units, dtype=bool)
            units[pool.units(option)] = True
            clash = pool.touching(units)[left] & (left != option)
            open_columns = left[~clash]
            held = bool((current == option).any())
        if held:
            return current, open_columns
        size = pool.size[open_columns].astype(np.float64)
        found = solve_whole(pool, open_columns, seconds=seconds, cost=-size, at_least=floor)
        if found is not None and int(pool.size[found].sum()) == changed:
            return np.sort(found), open_columns
    return current, left
