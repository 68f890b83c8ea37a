"""A national floor: the level that no need excuses.

Flow: measures.expected -> THIS -> cli.measures
In: what is expected of each place given need, and how much places differ beyond need. Out: a
frozen Floor: a level, and which authorities lie clearly below it.

The floor is where nine in ten places would be if they had the need of the neediest tenth: the
expectation at the worse tenth of all expectations, less what separates the worse tenth of places
from the middle once need is taken out. So a place is not below it for its need alone. A user may
set another level. Activity has no better and no worse, and so no floor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from totalplace.measures.expected import Expected

TENTH = 0.1
_DEVIATIONS = 1.2815515655446004  # standard normal deviate of a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """A floor under one measure; level is nan where there is none, and ``why`` says so."""

    level: float
    set_by_user: bool
    below: tuple[str, ...]  # codes whose usual level lies clearly below, its whole interval
    perhaps: tuple[str, ...]  # codes whose usual level lies below, but not clearly
    why: str

    def words(self, names: dict[str, str], *, unit: str) -> str:
        """The floor in a sentence."""
        if np.isnan(self.level):
            return f"No national floor: {self.why}."
        told = f"National floor {self.level:.1f} {unit} ({self.why}). "
        if not self.below:
            return told + f"Nobody is clearly below it, {len(self.perhaps)} perhaps."
        listed = ", ".join(names[code] for code in self.below)
        return told + f"Clearly below it: {listed}; {len(self.perhaps)} more perhaps."


def floor_of(found: Expected, *, level: float | None = None) -> Floor:
    """The floor under a measure, and who lies below it.

    Args:
        found: What is expected of each authority, and what lasts.
        level: A floor of the user's own; the one above if left out.
    """
    if not found.measure.judged:
        return _none("neither more nor less is better")
    if found.parts is None or np.isnan(found.usual).all():
        return _none("too few figures to tell what lasts")
    sign = -1.0 if found.measure.better == "low" else 1.0
    latest = found.expected
    if level is None:
        worst = float(np.nanquantile(sign * latest, TENTH))
        at = sign * (worst - _DEVIATIONS * found.parts.lasting**0.5)
        why = "what nine in ten places would reach with the need of the neediest tenth"
    else:
        at, why = level, "set by you"
    usual = sign * (latest + found.lasting)
    best = sign * latest + (found.high if sign > 0 else -found.low)
    below = best < sign * at
    perhaps = (usual < sign * at) & ~below
    return Floor(
        level=at,
        set_by_user=level is not None,
        below=tuple(found.area_codes[row] for row in np.flatnonzero(below)),
        perhaps=tuple(found.area_codes[row] for row in np.flatnonzero(perhaps)),
        why=why,
    )


def _none(why: str) -> Floor:
    return Floor(level=float("nan"), set_by_user=False, below=(), perhaps=(), why=why)
