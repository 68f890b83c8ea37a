"""What is wrong with a form, field by field.

Flow: workspaces.pages -> THIS -> templates/workspaces/forms.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from totalplace.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the field it is in ("" when in none), and what to do."""

    field: str
    words: str


def as_json(faults: Sequence[Fault], *, status: int = 400) -> dict[str, Any]:
    """Faults for a program, in the shape of every refusal (`web.failures`); nothing for none."""
    if not faults:
        return {}
    problems = [
        {"what": one.words, "where": one.field, "count": 1, "example": "", "fix": ""}
        for one in faults
    ]
    return {"error": {"status": status, "problems": problems, "after": "", "request": ""}}


def as_problems(faults: tuple[Fault, ...]) -> tuple[Problem, ...]:
    """Faults as every refusal tells them; ``where`` is the field."""
    return tuple(Problem(what=one.words, where=one.field) for one in faults)


def faults_of(error: InputError) -> tuple[Fault, ...]:
    """The problems of an error at their fields; ``where`` of a problem names its field."""
    return tuple(
        Fault(one.where, f"{one.what.rstrip('.')}. {one.fix}".strip()) for one in error.problems
    )
