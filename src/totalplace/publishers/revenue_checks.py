"""Say what in a revenue outturn file is missing, and what does not add up. Notes, not refusals.

Flow: publishers.revenue_outturn -> THIS -> notes of its Reading
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from totalplace.publishers.revenue_lines import COLUMNS, LINES, SUMS, Area, LineColumn
from totalplace.types import BoolArray, FloatArray

ROUNDING = 500.0  # pounds either way in each figure: councils return whole thousands


def note_returns(areas: Sequence[Area], symbols: Mapping[tuple[int, int], str]) -> list[str]:
    """Name the upper-tier councils whose return is missing; count the others."""
    late = {i for (i, _), symbol in symbols.items() if symbol.casefold() in ("[x]", "...")}
    bodies = [i for i, a in enumerate(areas) if a.level != "england" and not a.total]
    upper = [areas[i].name for i in bodies if i in late and areas[i].level == "authority"]
    others = sum(1 for i in bodies if i in late) - len(upper)
    if not late:
        return []
    named = f" ({', '.join(upper)})" if upper else ""
    return [
        f"{len(upper) + others} of {len(bodies)} returns are missing: "
        f"{len(upper)} of councils that run children's services{named}, {others} of others. "
        "England's totals include the publisher's estimates for them."
    ]


def note_sums(
    areas: Sequence[Area], columns: Sequence[LineColumn], values: FloatArray, *, form: str
) -> list[str]:
    """Compare the form's own sums with the figures printed for them, beyond rounding.

    Args:
        areas: The rows, N of them.
        columns: The columns of figures, M of them.
        values: Pounds, shape (N, M), nan where missing.
        form: ``"ro3"`` or ``"rsx"``.
    """
    at = {(column.line, column.column): j for j, column in enumerate(columns)}
    known = [name for name, _ in COLUMNS.values()]
    lines = [
        line
        for line in dict.fromkeys(column.line for column in columns)
        if all((line, name) in at for name in known)
    ]
    c = {name: values[:, [at[line, name] for line in lines]] for name in known}
    checks = {
        "total expenditure is not employees and running expenses": (
            c["total_expenditure"] - c["employees"] - c["running"]
        ),
        "total income is not fees and other income": (
            c["total_income"] - c["fees"] - c["other_income"]
        ),
        "net current expenditure is not total expenditure less total income": (
            c["net_current"] - c["total_expenditure"] + c["total_income"]
        ),
    }
    notes = []
    for what, gap in checks.items():
        off = np.abs(gap) > 3 * ROUNDING + 0.01  # false where a figure is missing
        if off.any():
            i, j = _worst(gap, off)
            title = columns[at[lines[j], "employees"]].title.rsplit(": ", 1)[0]
            notes.append(
                f"{what.capitalize()} in {int(off.sum())} places; the largest gap is "
                f"{_pounds(gap[i, j])} ({areas[i].name}, {title})."
            )
    for line, parts_of in SUMS[form]:
        gap = values[:, [at[line, name] for name in known]] - sum(
            values[:, [at[part, name] for name in known]] for part in parts_of
        )
        off = np.abs(gap) > (len(parts_of) + 1) * ROUNDING + 0.01
        if off.any():
            i, j = _worst(gap, off)
            notes.append(
                f"{LINES[form][line][1]} is not the sum of its {len(parts_of)} lines in "
                f"{int(off.sum())} places; the largest gap is {_pounds(gap[i, j])} "
                f"({areas[i].name}, {known[j].replace('_', ' ')})."
            )
    return notes


def _worst(gap: FloatArray, off: BoolArray) -> tuple[int, int]:
    place = int(np.argmax(np.where(off, np.abs(gap), -1.0)))
    return place // gap.shape[1], place % gap.shape[1]


def _pounds(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.0f}"
