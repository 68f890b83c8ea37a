"""Load the compiled loops before the clock starts.

Flow: installation, partition -> THIS -> the kernels
The first use on a machine compiles them, which takes many seconds; after that they are read from
where Numba keeps them in a fraction of one. Each is called once on a ring of five units, through
the functions that the search uses, so that it is compiled for what the search will hand it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from totalplace.footprints.candidates import FlatSets
from totalplace.footprints.optimiser.cutting import violated
from totalplace.footprints.optimiser.pool import Cut, CutIndex, Pool, Prices
from totalplace.footprints.optimiser.regions import over_regions
from totalplace.footprints.optimiser.sweep import sweep

PATIENCE = 1.5  # seconds after which the user is told what they wait for
WORDS = "Compiling the inner loops of the optimiser: once on this machine, up to half a minute ..."

_done = threading.Event()


def ready(tell_fn: Callable[[str], None] | None = None) -> None:
    """See to it that every compiled loop is loaded; compile those that are not.

    Args:
        tell_fn: Called with words for the user if that takes longer than a moment.
    """
    if _done.is_set():
        return
    timer = None
    if tell_fn is not None:
        timer = threading.Timer(PATIENCE, tell_fn, [WORDS])
        timer.daemon = True
        timer.start()
    try:
        _use_all()
    finally:
        if timer is not None:
            timer.cancel()
    _done.set()


def _use_all() -> None:
    pairs = np.array([u for i in range(5) for u in sorted((i, (i + 1) % 5))], dtype=np.int32)
    sets = FlatSets(members=pairs, offsets=np.arange(0, 11, 2, dtype=np.int64))
    pool, _ = Pool.of(sets, np.ones(5), 5, np.zeros(5, dtype=bool))
    columns, half = np.arange(5), np.full(5, 0.5)
    cuts = CutIndex.of([Cut((0, 1, 2, 3, 4), (1, 1, 1, 1, 1), 2)], 5)
    prices = Prices(unit=np.full(5, 0.6), cut=np.full(1, 0.1))
    cost = pool.reduced_cost(prices, cuts, least=-1.0)
    pool.best_per_unit(cost, 2, floor=0.0, allowed=np.ones(5, dtype=bool))
    pool.agreeing(((0, 1, True),))
    violated(pool, columns, half, most=5, known=())
    over_regions(pool, columns, half, most=5, known=())
    sweep(
        pool, columns, prices, cuts, np.maximum(-cost, 0.0),
        bound=3.2, floor=0.0, width=50, late_fn=lambda: False,
    )  # fmt: skip
