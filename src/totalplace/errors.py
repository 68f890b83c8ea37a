"""Every error a user can meet, in one small tree.

Place in the flow: below everything; each package raises these and nothing else to users.

    TotalPlaceError
      InputError (ValueError)        something the user gave; the message says how to mend it
        PublishedFileError           a file is not what it claims, or has bad cells
        UnknownAreaError             a name or code nobody knows
        ParameterError               an assumption outside its range, or malformed
      BookError                      a place book is missing, broken or of another version
      NoPlanError                    no plan satisfies the limits; names what forbids it
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: what, where, how many, an example and the fix."""

    what: str
    where: str = ""
    count: int = 1
    example: str = ""
    fix: str = ""

    def __str__(self) -> str:
        """One or two lines of plain English."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        if self.count > 1:
            head += f" ({self.count:,} times)"
        if self.example:
            head += f"; for example {self.example}"
        if not head.endswith((".", "?", "!")):
            head += "."
        return f"{head}\n  {self.fix}" if self.fix else head


class TotalPlaceError(Exception):
    """The base of every error this package raises on purpose."""

    exit_code = 1


class InputError(TotalPlaceError, ValueError):
    """Something the user gave cannot be used. Lists every problem found, not the first.

    Args:
        problems: The problems, or one plain sentence.
        after: What was left as it was, or any closing line.
    """

    def __init__(self, problems: str | Problem | Iterable[Problem], *, after: str = "") -> None:
        if isinstance(problems, str):
            problems = [Problem(what=problems)]
        elif isinstance(problems, Problem):
            problems = [problems]
        self.problems: tuple[Problem, ...] = tuple(problems)
        self.after = after
        lines = [str(problem) for problem in self.problems]
        if after:
            lines.append(after)
        super().__init__("\n".join(lines))


class PublishedFileError(InputError):
    """A published file is not what it claims to be, or holds cells that cannot be read."""


class UnknownAreaError(InputError):
    """A name or code that is no area we know; the message suggests the nearest."""


class ParameterError(InputError):
    """An assumption is malformed, or was set outside its stated range."""


class BookError(TotalPlaceError):
    """A place book is missing, damaged, or was built by another version of the schema."""


class NoPlanError(TotalPlaceError):
    """No plan satisfies the limits; the message names the guard or limit that forbids it."""

    exit_code = 3
