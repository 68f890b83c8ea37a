"""Close a stated gap at least harm: which joint options, and how much of which service.

Flow: scenarios.closing -> THIS -> reports.gap_text
In: joint options (all or nothing, one per service) and choices (any part up to a limit), each with
what a pound of it risks. Out: the mix of least harm that closes the gap; where none does, the mix
that comes nearest and what is left. Solved by HiGHS as a mixed-integer problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from totalplace.errors import InputError, Problem
from totalplace.types import FloatArray

PENNY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """One way of sharing one service: taken or not."""

    service: str
    title: str
    arrangement: str
    partners: tuple[str, ...]
    saving: float  # pounds a year once settled, this council's own part
    low: float
    high: float
    first_year_cost: float  # of the whole partnership, pounds
    chance_worse_off: float  # 0 to 1
    whole: bool = False  # it runs across every service (support, commissioning)
    layers: frozenset[str] = frozenset()  # layers it saves on


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line that may be lowered."""

    line: str
    title: str
    theme: str
    outcome: str
    spend: float  # pounds a year
    most: float  # largest part that may go, 0 to 1
    harm: float  # weight of a pound
    law: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What closes a gap, or comes nearest."""

    gap: float
    closed: bool
    joint: tuple[Joint, ...]
    choices: tuple[tuple[Choice, float], ...]  # with the pounds taken out
    left: float  # pounds that nothing allowed closes; 0 where closed

    @property
    def saved(self) -> float:
        """Pounds a year that the mix saves."""
        return sum(one.saving for one in self.joint) + sum(cut for _, cut in self.choices)


def close(gap: float, joint: Sequence[Joint], choices: Sequence[Choice]) -> Mix:
    """The mix of least harm that closes the gap; else the one that saves most.

    A pound saved by sharing weighs the chance that the council ends worse off; a pound off a
    service weighs its harm.

    Raises:
        InputError: The gap, or a saving, limit or weight, is no number or below nothing.
    """
    _check(gap, joint, choices)
    saving = np.array([*(one.saving for one in joint), *(1.0 for _ in choices)])
    upper = np.array([*(1.0 for _ in joint), *(one.spend * one.most for one in choices)])
    weight = np.array(
        [*(one.saving * one.chance_worse_off for one in joint), *(one.harm for one in choices)]
    )
    services = [one.service for one in joint]
    never_both = [
        (i, j)
        for i, one in enumerate(joint)
        for j, other in enumerate(joint)
        if one.whole and not other.whole and one.layers & other.layers
    ]  # the same pound of support would be saved twice
    most = _solve(-saving, saving, upper, services, never_both, at_least=None)
    reach = float(saving @ most)
    closed = reach >= gap - PENNY
    taken = (
        _solve(weight, saving, upper, services, never_both, at_least=gap)
        if closed and gap > 0
        else most
    )
    if gap <= 0:
        taken = np.zeros_like(saving)
    count = len(joint)
    chosen = tuple(one for one, x in zip(joint, taken[:count], strict=True) if x > 0.5)
    cuts = tuple(
        (one, float(x)) for one, x in zip(choices, taken[count:], strict=True) if x > PENNY
    )
    mix = Mix(gap=gap, closed=closed, joint=chosen, choices=cuts, left=0.0)
    return mix if closed else Mix(
        gap=gap, closed=False, joint=chosen, choices=cuts, left=gap - mix.saved
    )  # fmt: skip


def _check(gap: float, joint: Sequence[Joint], choices: Sequence[Choice]) -> None:
    values = {"gap": gap}
    for one in joint:
        values[f"saving of {one.title}"] = one.saving
        values[f"chance of {one.title}"] = one.chance_worse_off
    for each in choices:
        values |= {f"spend on {each.title}": each.spend, f"limit of {each.title}": each.most}
        values[f"harm of {each.title}"] = each.harm
    bad = [name for name, value in values.items() if not (np.isfinite(value) and value >= 0)]
    if bad:
        raise InputError(
            [Problem(what=f"the {name} is no number, or below nothing") for name in bad]
        )


def _solve(
    cost: FloatArray,
    saving: FloatArray,
    upper: FloatArray,
    services: Sequence[str],
    never_both: Sequence[tuple[int, int]],
    *,
    at_least: float | None,
) -> FloatArray:
    """Minimise cost over one option a service and any part of each choice."""
    columns = len(cost)
    if not columns:
        return np.zeros(0)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for index in range(columns):
        solver.addCol(float(cost[index]), 0.0, float(upper[index]), 0, [], [])
    for index in range(len(services)):
        solver.changeColIntegrality(index, highspy.HighsVarType.kInteger)
    for service in dict.fromkeys(services):
        mine = [index for index, name in enumerate(services) if name == service]
        solver.addRow(
            -highspy.kHighsInf,
            1.0,
            len(mine),
            np.array(mine, dtype=np.int32),
            np.ones(len(mine)),
        )
    for pair in never_both:
        solver.addRow(-highspy.kHighsInf, 1.0, 2, np.array(pair, dtype=np.int32), np.ones(2))
    if at_least is not None:
        solver.addRow(
            float(at_least) - PENNY / 2,
            highspy.kHighsInf,
            columns,
            np.arange(columns, dtype=np.int32),
            saving,
        )
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.getModelStatus()}")
    return np.asarray(solver.getSolution().col_value, dtype=np.float64)
