"""Bodies that authorities sit on by other plans: read from plans or their JSON.

Flow: plans for other services -> THIS -> scenarios.asked
In: plans, or files that `totalplace plan --json` wrote. Out: the members of each body. Partnerships
that only co-operate are no bodies.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from totalplace.errors import InputError
from totalplace.errors import Problem as Fault
from totalplace.footprints.problem import Problem
from totalplace.footprints.results import Plan
from totalplace.types import Arrangement

OtherPlan = Plan | Path | str
REMEDY = "Give a file that 'totalplace plan SERVICE --json' wrote."


def bodies_of(plans: Sequence[OtherPlan], problem: Problem) -> tuple[frozenset[int], ...]:
    """Members of every body that the plans form, as positions.

    Args:
        plans: Plans, or paths of plans written as JSON.
        problem: For the positions of the authorities.

    Raises:
        InputError: A file is no plan, or names an area that is no authority today; all at once.
    """
    place = {code: i for i, code in enumerate(problem.area_codes)}
    found: list[frozenset[int]] = []
    faults: list[Fault] = []
    for plan in plans:
        try:
            groups = _groups(plan)
        except InputError as error:
            faults += error.problems
            continue
        unknown = sorted({code for group in groups for code in group} - set(place))
        if unknown:
            faults.append(
                Fault(
                    what="it names areas that are no authorities today",
                    where=_name(plan),
                    count=len(unknown),
                    example=unknown[0],
                    fix="Make that plan again with this book.",
                )
            )
            continue
        found += [frozenset(place[code] for code in group) for group in groups]
    if faults:
        raise InputError(faults)
    return tuple(found)


def _name(plan: OtherPlan) -> str:
    return f"the plan for {plan.service}" if isinstance(plan, Plan) else str(plan)


def _groups(plan: OtherPlan) -> list[tuple[str, ...]]:
    """Area codes of each body of one plan."""
    if isinstance(plan, Plan):
        return [p.members for p in plan.partnerships if p.arrangement != Arrangement.CO_OPERATE]
    try:
        document = json.loads(Path(plan).read_text("utf-8"))
        return [
            tuple(str(member["area_code"]) for member in partnership["members"])
            for partnership in document["partnerships"]
            if partnership["arrangement"] != Arrangement.CO_OPERATE
        ]
    except OSError as error:
        why = f"it cannot be read ({error.strerror})"
    except (ValueError, KeyError, TypeError):
        why = "it is not a plan as JSON"
    raise InputError(Fault(what=why, where=str(plan), fix=REMEDY))
