"""What the command line may do with the place it prints to: width, bold, progress.

Flow: environment -> THIS -> cli.plan
A pipe gets plain text of one fixed width; a terminal its own width, bold and progress. Progress
goes to standard error, and only to a terminal.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer

PIPE_WIDTH = 100
WIDEST = 140
ROWS_ON_A_TERMINAL = 12

ProgressFn = Callable[[str], None]


def _is_terminal() -> bool:
    return sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class Screen:
    """The standard output of this run."""

    is_terminal: bool = field(default_factory=_is_terminal)

    @property
    def width(self) -> int:
        """Longest line, characters."""
        if not self.is_terminal:
            return PIPE_WIDTH
        return min(shutil.get_terminal_size((PIPE_WIDTH, 24)).columns, WIDEST)

    @property
    def most_rows(self) -> int | None:
        """How many partnerships to list: a pipe gets them all."""
        return ROWS_ON_A_TERMINAL if self.is_terminal else None

    def emphasis_fn(self, text: str) -> str:
        """Bold, where the terminal shows it and nobody asked for plain."""
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return text if plain or not self.is_terminal else typer.style(text, bold=True)

    @contextmanager
    def progress(self) -> Iterator[ProgressFn | None]:
        """A line on standard error that says what is being done; None when nobody watches."""
        if not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.text import Text

        console = Console(stderr=True)
        with console.status("Reading the book") as status:
            yield lambda stage: status.update(Text(stage))
