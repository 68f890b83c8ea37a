"""Branch and price over an explicit pool: the best plan, and a proof of it.

Flow: candidates, gains -> THIS (search, ties) -> plan
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from totalplace.footprints.candidates import Candidates, FlatSets
from totalplace.footprints.optimiser.pool import Pool
from totalplace.footprints.optimiser.ready import ready
from totalplace.footprints.optimiser.search import Search
from totalplace.footprints.optimiser.ties import settle_ties
from totalplace.footprints.stopping import Stop, noted_interrupt
from totalplace.types import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The best plan found, and what has been proved about it."""

    status: str  # "optimal", "feasible" (stopped early) or "infeasible"
    chosen: IntArray  # positions in the candidates given, ascending
    value: float  # sum of chosen gains; nan if infeasible
    bound: float  # proven upper bound
    nodes: int
    cuts: int
    columns: int  # columns the relaxation ever needed
    seconds: float
    rounds: int = 0  # of pricing
    kept: int = 0  # columns that reduced-cost fixing left

    @property
    def gap(self) -> float:
        """(bound - value) / max(1, |value|)."""
        return (self.bound - self.value) / max(1.0, abs(self.value))


def best_partition(
    candidates: Candidates | FlatSets,
    gain: FloatArray,
    n_units: int,
    *,
    required: BoolArray | None = None,
    time_limit: float | None = None,
    stop_gap: float = 0.0,
    offset: float = 0.0,
    progress_fn: Callable[[float, float], None] | None = None,
    tell_fn: Callable[[str], None] | None = None,
) -> Solution:
    """Choose disjoint candidates of greatest total gain.

    An interrupt (Ctrl-C) during the search ends it as the time limit does.

    Args:
        candidates: The pool, C sets of units. Order does not matter.
        gain: Shape (C,), value of each set less its members' values alone.
        n_units: N.
        required: Shape (N,), units that may not stay alone. None: all may.
        time_limit: Seconds; the best plan so far and an honest bound are returned when it ends.
        stop_gap: Stop once (bound - value) / max(1, |value|) is no more than this.
        offset: What all units are worth alone; only `stop_gap` and progress count it in.
        progress_fn: Called with the best value and the bound as they move.
        tell_fn: Called with words for the user if the compiled loops must be compiled first. That
            is not counted as solving: neither the limit nor the seconds of the answer hold it.
    """
    with noted_interrupt() as stop:
        ready(tell_fn)
        return _solved(
            candidates, gain, n_units, required, time_limit, stop_gap, offset, progress_fn, stop
        )


def _solved(
    candidates: Candidates | FlatSets,
    gain: FloatArray,
    n_units: int,
    required: BoolArray | None,
    time_limit: float | None,
    stop_gap: float,
    offset: float,
    progress_fn: Callable[[float, float], None] | None,
    stop: Stop,
) -> Solution:
    began = time.perf_counter()
    must = np.zeros(n_units, dtype=bool) if required is None else required
    sets = candidates if isinstance(candidates, FlatSets) else candidates.flat()
    pool, scale = Pool.of(sets, gain, n_units, must)

    def report(best: float, bound: float) -> None:
        if progress_fn is not None:
            progress_fn(best * scale + offset, bound * scale + offset)

    def near_enough(best: float, bound: float) -> bool:
        value = best * scale + offset
        return (
            stop_gap > 0
            and best > -np.inf
            and (bound - best) * scale <= stop_gap * max(1.0, abs(value))
        )

    search = Search(
        pool,
        deadline=None if time_limit is None else began + time_limit,
        asked_fn=lambda: stop.asked,
        report_fn=report,
        enough_fn=near_enough,
    )
    search.run()
    status, value, bound = "feasible", float("nan"), search.bound * scale
    chosen = np.empty(0, dtype=np.int64)
    if search.best is None:
        status = "infeasible" if search.exhausted else "feasible"
    else:
        best = search.best
        if search.bound - search.best_value <= search.tolerance:
            status = "optimal"
            if not search.unique:
                left = np.inf if time_limit is None else began + time_limit - time.perf_counter()
                best = settle_ties(
                    search.pool,
                    best,
                    search.rivals(),
                    give_up_fn=search.late,
                    seconds=min(60.0, max(0.1, left)),
                )
        chosen = np.sort(search.pool.origin[best])
        value = float(gain[chosen].sum())
        bound = max(value, bound)
    return Solution(
        status=status,
        chosen=chosen,
        value=value,
        bound=bound,
        nodes=search.nodes,
        cuts=len(search.relaxation.cuts),
        columns=search.relaxation.ever,
        seconds=time.perf_counter() - began,
        rounds=search.rounds,
        kept=len(search.pool),
    )
