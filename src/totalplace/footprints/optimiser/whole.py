"""HiGHS on a few columns as one integer problem: for a first plan, and to settle ties.

Flow: pool -> THIS -> partition, ties
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
) -> IntArray | None:
    """HiGHS on a few columns as an integer problem: for a first plan, and for ties.

    Args:
        pool: The pool.
        columns: Positions to choose among.
        seconds: Time limit.
        cost: What to maximise instead of the gain, one value per column given.
        at_least: The least total gain the choice must reach.

    Returns:
        The chosen positions, or None if none was found in time.
    """
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("time_limit", seconds)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 1e-10)
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    empty_i, empty_f = np.empty(0, dtype=np.int32), np.empty(0)
    for unit in range(pool.n_units):
        lower = 1.0 if pool.required[unit] else -highspy.kHighsInf
        model.addRow(lower, 1.0, 0, empty_i, empty_f)
    goal = pool.gain[columns] if cost is None else cost
    if at_least is not None:
        model.addRow(at_least, highspy.kHighsInf, 0, empty_i, empty_f)
    for at, column in enumerate(columns):
        index = pool.members[column, : pool.size[column]].astype(np.int32)
        value = np.ones(len(index))
        if at_least is not None:
            index = np.append(index, np.int32(pool.n_units))
            value = np.append(value, pool.gain[column])
        model.addCol(float(goal[at]), 0.0, 1.0, len(index), index, value)
        model.changeColIntegrality(at, highspy.HighsVarType.kInteger)
    model.run()
    x = np.asarray(model.getSolution().col_value)
    if x.size != len(columns) or not model.getSolution().value_valid:
        return None
    return columns[x > 0.5]
