"""What is wrong with a form, field by field.

Flow: workspaces.pages -> THIS -> templates/workspaces/forms.html, web.page
"""

from __future__ import annotations

from dataclasses import dataclass

from totalplace.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the field it is in ("" when in none), and what to do."""

    field: str
    words: str


def as_problems(faults: tuple[Fault, ...]) -> tuple[Problem, ...]:
    """Faults as every refusal tells them; ``where`` is the field."""
    return tuple(Problem(what=one.words, where=one.field) for one in faults)


def faults_of(error: InputError) -> tuple[Fault, ...]:
    """The problems of an error at their fields; ``where`` of a problem names its field."""
    return tuple(
        Fault(one.where, f"{one.what.rstrip('.')}. {one.fix}".strip()) for one in error.problems
    )
