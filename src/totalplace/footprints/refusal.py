"""Why there is no plan: which guard, limit or number forbids what was asked.

Flow: search -> THIS (own, optimiser) -> search
In: the pool with its verdicts. Out: plain sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from totalplace.footprints import guards, own
from totalplace.footprints.candidates import Candidates
from totalplace.footprints.guards import Verdict
from totalplace.footprints.limits import Limits
from totalplace.footprints.optimiser import best_partition
from totalplace.footprints.problem import Problem
from totalplace.types import Arrangement, BoolArray, FloatArray

WHY_SECONDS = 5.0  # to say what numbers of partnerships there can be


def why_none(
    problem: Problem,
    limits: Limits,
    candidates: Candidates,
    judged: Mapping[Arrangement, tuple[Verdict, ...]],
    gain: FloatArray,
    required: BoolArray | None,
) -> str:
    """Why no plan does what was asked, in words.

    Args:
    problem: The service.
    limits: What was asked.
    candidates: The pool.
    judged: The guards over it, by arrangement.
    gain: Shape (C,), -inf for what is refused.
    required: Shape (N,), who may not stay alone.
    """
    lines = [
        line
        for group in limits.together
        for line in _why_not(problem, limits, candidates, judged, group)
    ]
    if lines:
        return "No plan keeps together what you asked to keep together.\n" + "\n".join(lines)
    n, open_ = problem.size, np.isfinite(gain)
    quick: dict[str, Any] = {"required": required, "time_limit": WHY_SECONDS}
    if best_partition(candidates, gain, n, **quick).status == "infeasible":
        return (
            "No plan keeps together all that you asked to keep together: each group could "
            "share, but not beside the others."
        )
    most = best_partition(candidates, np.where(open_, 1.0, -np.inf), n, **quick)
    few = best_partition(candidates, np.where(open_, -1.0, -np.inf), n, **quick)
    return (
        f"No plan with {own.number_in_words(limits)} was found: under the guards and your "
        f"other limits there can be no fewer than {max(0.0, -few.bound):,.0f} and no more than "
        f"{np.floor(most.bound + 1e-6):,.0f}; as many as {len(most.chosen):,} were found."
    )


def _why_not(
    problem: Problem,
    limits: Limits,
    candidates: Candidates,
    judged: Mapping[Arrangement, tuple[Verdict, ...]],
    group: frozenset[int],
) -> list[str]:
    """Why one group that was to be kept together cannot be, as it stands."""
    title = " + ".join(problem.names[m] for m in sorted(group))
    at = candidates.find(group)
    if at is None:
        return [f"{title}: a member could not be priced."]
    refusals = [
        f"{guards.TITLES[v.guard]} ({arrangement})"
        for arrangement in judged
        for v in judged[arrangement]
        if not v.passes[at] and v.guard not in limits.off
    ]
    return [f"{title} is refused by: {', '.join(refusals)}."] if refusals else []
