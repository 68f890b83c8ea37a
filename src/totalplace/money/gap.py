"""Close a stated gap at least harm: which joint options, and how much of which service.

Flow: scenarios.closing -> THIS -> reports.gap_words
In: joint options (all or nothing, one per service) and choices (any part up to a limit), each with
what a pound of it risks; one gap, or one for each year. Out: the mix of least harm that closes
them; where none does, the mix that comes nearest and what is left. Solved by HiGHS as a
mixed-integer problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from totalplace.errors import InputError, Problem
from totalplace.types import FloatArray

PENNY = 0.01
HAIR = 1e-5  # pounds: far above the solver's tolerance, far below a penny


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
    by_year: tuple[float, ...] = ()  # net, year by year from its start; below nothing at first

    def in_year(self, year: int | None) -> float:
        """What it saves in a year counted from nought, or once settled."""
        return self.saving if year is None else self.by_year[year]


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
    year: int | None = None  # counted from nought; None once all is settled

    @property
    def shared(self) -> float:
        """Pounds that sharing saves in the year; below nothing while it is being set up."""
        return sum(one.in_year(self.year) for one in self.joint)

    @property
    def saved(self) -> float:
        """Pounds a year that the mix saves."""
        return self.shared + sum(cut for _, cut in self.choices)


def close(gap: float, joint: Sequence[Joint], choices: Sequence[Choice]) -> Mix:
    """The mix of least harm that closes a gap once all is settled; else the one that saves most.

    A pound saved by sharing weighs the chance that the council ends worse off; a pound off a
    service weighs its harm.

    Raises:
        InputError: The gap, or a saving, limit or weight, is no number or below nothing.
    """
    return _close([gap], [None], joint, choices)[0]


def close_years(
    gaps: Sequence[float], joint: Sequence[Joint], choices: Sequence[Choice]
) -> tuple[Mix, ...]:
    """The same for a gap in each of several years together.

    Sharing is begun in the first year or never, costs before it saves, and is the same in every
    year; what is taken off a service may differ from year to year.

    Raises:
        InputError: As `close`, or an option does not say what it saves in each year.
    """
    short = [one.title for one in joint if len(one.by_year) < len(gaps)]
    if short:
        raise InputError(f"{short[0]} does not say what it saves in each of {len(gaps)} years.")
    return _close(gaps, range(len(gaps)), joint, choices)


def _close(
    gaps: Sequence[float],
    years: Sequence[int | None],
    joint: Sequence[Joint],
    choices: Sequence[Choice],
) -> tuple[Mix, ...]:
    _check(gaps, joint, choices)
    saving = np.array([[one.in_year(year) for one in joint] for year in years])  # (T, J)
    taken, cuts = _solve(np.maximum(gaps, 0.0), saving.reshape(len(gaps), -1), joint, choices)
    chosen = tuple(one for one, x in zip(joint, taken, strict=True) if x > 0.5)
    mixes = []
    for gap, year, row in zip(gaps, years, cuts, strict=True):
        kept = tuple((one, float(x)) for one, x in zip(choices, row, strict=True) if x > PENNY)
        mix = Mix(gap=gap, closed=True, joint=chosen, choices=kept, left=0.0, year=year)
        left = gap - mix.saved
        if left > PENNY * (1 + len(choices)):
            mix = Mix(gap=gap, closed=False, joint=chosen, choices=kept, left=left, year=year)
        mixes.append(mix)
    return tuple(mixes)


def _check(gaps: Sequence[float], joint: Sequence[Joint], choices: Sequence[Choice]) -> None:
    values = {"gap" if len(gaps) == 1 else f"gap of year {at}": g for at, g in enumerate(gaps, 1)}
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
    gaps: FloatArray, saving: FloatArray, joint: Sequence[Joint], choices: Sequence[Choice]
) -> tuple[FloatArray, FloatArray]:
    """Which options (J,) and what off which choice in which year (T, K).

    First the least that must be left open, all years together; then, leaving no more than that
    open, the least harm.
    """
    years, options, lines = len(gaps), len(joint), len(choices)
    columns = options + years * lines + years  # options, cuts by year, what is left open by year
    harm = np.zeros(columns)
    harm[:options] = [years * one.saving * one.chance_worse_off for one in joint]
    harm[options : options + years * lines] = np.tile([one.harm for one in choices], years)
    upper = np.ones(columns)
    room = [one.spend * one.most for one in choices]
    upper[options : options + years * lines] = np.tile(room, years)
    upper[columns - years :] = np.inf
    open_ = np.zeros(columns)
    open_[columns - years :] = 1.0
    solver = _model(columns, options, upper, joint)
    for year in range(years):
        cuts = options + year * lines + np.arange(lines)
        index = np.concatenate([np.arange(options), cuts, [columns - years + year]])
        value = np.concatenate([saving[year], np.ones(lines + 1)])
        _row(solver, index, value, low=float(gaps[year]))
    _row(solver, np.arange(columns - years, columns), np.ones(years))
    found = _least_open_then_harm(solver, open_, harm)
    for option, taken in enumerate(np.round(found[:options])):
        solver.changeColBounds(option, float(taken), float(taken))
    # Once more with every option fully taken or not: a millionth of a large saving is real money.
    found = _least_open_then_harm(solver, open_, harm)
    return found[:options], found[options : columns - years].reshape(years, lines)


def _least_open_then_harm(solver: highspy.Highs, open_: FloatArray, harm: FloatArray) -> FloatArray:
    """Minimise what is left open, and then harm; the last row of the model limits the first."""
    last = solver.getNumRow() - 1
    solver.changeRowBounds(last, -highspy.kHighsInf, highspy.kHighsInf)
    least = float(open_ @ _run(solver, open_))
    solver.changeRowBounds(last, -highspy.kHighsInf, least + HAIR)
    return _run(solver, harm)


def _model(columns: int, options: int, upper: FloatArray, joint: Sequence[Joint]) -> highspy.Highs:
    """The columns, and the rules on options: one a service, and no pound saved twice."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for index in range(columns):
        solver.addCol(0.0, 0.0, float(upper[index]), 0, [], [])
    for index in range(options):
        solver.changeColIntegrality(index, highspy.HighsVarType.kInteger)
    services = [one.service for one in joint]
    for service in dict.fromkeys(services):
        mine = np.array([at for at, name in enumerate(services) if name == service])
        _row(solver, mine, np.ones(len(mine)), high=1.0)
    for at, one in enumerate(joint):
        for other_at, other in enumerate(joint):
            if one.whole and not other.whole and one.layers & other.layers:
                _row(solver, np.array([at, other_at]), np.ones(2), high=1.0)
    return solver


def _row(
    solver: highspy.Highs,
    index: np.ndarray[tuple[int], np.dtype[np.int64]],
    value: FloatArray,
    *,
    low: float = -np.inf,
    high: float = np.inf,
) -> None:
    solver.addRow(low, high, len(index), index.astype(np.int32), value)


def _run(solver: highspy.Highs, cost: FloatArray) -> FloatArray:
    """Minimise a cost over the model as it stands."""
    for index, value in enumerate(cost):
        solver.changeColCost(index, float(value))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.getModelStatus()}")
    return np.asarray(solver.getSolution().col_value, dtype=np.float64)
