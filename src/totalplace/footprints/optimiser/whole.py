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
    n, count = pool.n_units, len(columns)
    if count == 0:
        enough = at_least is None or at_least <= 0
        return columns if enough and not pool.required.any() and other_than is None else None
    size = pool.size[columns]
    rows = [pool.members[columns][pool.present[columns]].astype(np.int32)]
    owner = [np.repeat(np.arange(count), size)]
    value = [np.ones(len(rows[0]))]
    lower = np.where(pool.required, 1.0, -highspy.kHighsInf)
    upper = np.ones(n)
    if at_least is not None:
        lower, upper = np.append(lower, at_least), np.append(upper, highspy.kHighsInf)
        rows.append(np.full(count, len(lower) - 1, dtype=np.int32))
        owner.append(np.arange(count))
        value.append(pool.gain[columns])
    if other_than is not None:
        inside = np.flatnonzero(np.isin(columns, other_than))
        lower = np.append(lower, -highspy.kHighsInf)
        upper = np.append(upper, len(other_than) - 1.0)
        rows.append(np.full(len(inside), len(lower) - 1, dtype=np.int32))
        owner.append(inside)
        value.append(np.ones(len(inside)))
    order = np.argsort(np.concatenate(owner), kind="stable")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(lower)
    model.col_cost_ = pool.gain[columns] if cost is None else cost
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = lower, upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    counts = np.bincount(np.concatenate(owner), minlength=count)
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate(rows)[order]
    model.a_matrix_.value_ = np.concatenate(value)[order]
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    model.sense_ = highspy.ObjSense.kMaximize
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-10)
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    x = np.asarray(solution.col_value)
    if x.size != count or not solution.value_valid:
        return None
    return columns[x > 0.5]
