"""Ctrl-C in the middle of a search: the best so far is kept, and nothing long is begun after it.

Flow: the operating system -> THIS -> search
The first Ctrl-C ends the solve under way, which gives its best plan with a true gap; the second
ends the program, as it always does.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Whether to come to an end."""

    asked = False

    def limit(self, seconds: float | None) -> float | None:
        """Seconds a solve may take: none once asked to stop, which still gives a plan."""
        return 0.0 if self.asked else seconds


@contextmanager
def first_interrupt() -> Iterator[Stop]:
    """Remember the first Ctrl-C; it is raised all the same, for whatever is under way to end.

    Elsewhere than in the main thread, or where Ctrl-C is handled otherwise, nothing is changed.
    """
    stop, before = Stop(), signal.getsignal(signal.SIGINT)
    here = threading.current_thread() is threading.main_thread()
    if not here or before is not signal.default_int_handler:
        yield stop
        return

    def remember(_number: int, _frame: FrameType | None) -> None:
        stop.asked = True
        signal.signal(signal.SIGINT, before)
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, remember)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
