"""What a job is given to say how far it is.

Flow: the function of a job -> THIS -> jobs.runner
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite

TellFn = Callable[[str, list[list[float]]], None]
LEAST_GAP_S = 0.4  # between writes to the database
MOST_POINTS = 400


@dataclass(slots=True, kw_only=True)
class Watch:
    """Collects words, values and bounds, and passes them on now and then.

    Attributes:
        limit_s: How long the job may take, from its start.
        tell_fn: Given the latest words and every point so far.
    """

    limit_s: float
    tell_fn: TellFn
    points: list[list[float]] = field(default_factory=list)  # seconds, value, bound
    words: str = ""
    _began: float = field(default_factory=time.monotonic)
    _told: float = -LEAST_GAP_S

    @property
    def elapsed_s(self) -> float:
        """Seconds since the job began."""
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float:
        """Seconds it may still take; never below nought."""
        return max(0.0, self.limit_s - self.elapsed_s)

    def say(self, words: str) -> None:
        """What is being done now."""
        self.words = words
        self._pass_on()

    def show(self, value: float, bound: float) -> None:
        """The best value found and the bound proved, as they move. Not finite: left out."""
        if isfinite(value) and isfinite(bound):
            point = [round(self.elapsed_s, 2), value, bound]
            if len(self.points) >= MOST_POINTS:
                self.points[:] = self.points[::2]
            self.points.append(point)
        self._pass_on()

    def _pass_on(self) -> None:
        now = time.monotonic()
        if now - self._told >= LEAST_GAP_S:
            self._told = now
            self.tell_fn(self.words, [list(point) for point in self.points])
