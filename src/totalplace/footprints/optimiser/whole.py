"""HiGHS on a few columns as one integer problem: to settle ties, and as a first plan.

Flow: pool -> THIS -> search, ties
Never the source of a bound: that is our own arithmetic (relaxation.py).
"""

from __future__ import annotations

import highspy
import numpy as np

from totalplace.footprints.optimiser.pool import Pool
from totalplace.types import FloatArray, IntArray


def solve_whole(
    pool: Pool,
    columns: IntArray,
    *,
    seconds: float,
    cost: FloatArray | None = None,
    at_least: float | None = None,
    other_than: IntArray | None = None,
) -> IntArray | None:
    """HiGHS on a few columns as an integer problem.

    Args:
        pool: The pool.
        columns: Positions to choose among.
        seconds: Time limit.
        cost: What to maximise instead of the gain, one value per column given.
        at_least: The least total gain the choice must reach.
        other_than: A plan, as positions: the choice must leave out at least one of its columns.

    Returns:
        The chosen positions, or None if none was found in time.
    """
    if len(columns) == 0:
        enough = at_least is None or at_least <= 0
        return columns if enough and not pool.required.any() and other_than is None else None
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-10)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    n, infinity = pool.n_units, highspy.kHighsInf
    nothing_i, nothing_f = np.empty(0, dtype=np.int32), np.empty(0)
    lower = np.where(pool.required, 1.0, -infinity)
    model.addRows(n, lower, np.ones(n), 0, np.zeros(n, dtype=np.int32), nothing_i, nothing_f)
    part = pool.take(columns)
    count = len(part)
    goal = part.gain if cost is None else cost
    model.addCols(
        count,
        goal,
        np.zeros(count),
        np.ones(count),
        len(part.members),
        part.offsets[:-1].astype(np.int32),
        part.members,
        np.ones(len(part.members)),
    )
    if at_least is not None:
        every = np.arange(count, dtype=np.int32)
        model.addRow(at_least, infinity, count, every, part.gain)
    if other_than is not None:
        inside = np.flatnonzero(np.isin(columns, other_than)).astype(np.int32)
        most = len(other_than) - 1.0
        model.addRow(-infinity, most, len(inside), inside, np.ones(len(inside)))
    integer = np.full(count, highspy.HighsVarType.kInteger)
    model.changeColsIntegrality(count, np.arange(count, dtype=np.int32), integer)
    model.run()
    solution = model.getSolution()
    x = np.asarray(solution.col_value)
    if x.size != count or not solution.value_valid:
        return None
    return columns[x > 0.5]
