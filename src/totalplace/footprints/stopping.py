"""Ctrl-C in the middle of a search: the best so far is kept, and nothing long is begun after it.

Flow: the operating system -> THIS -> search
The first Ctrl-C ends the solve under way, which gives its best plan with a true gap; the second
ends the program, as it always does.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def noted_interrupt() -> Iterator[Stop]:
    """Note the first Ctrl-C, raise nothing, and pass it on at the end; the second is raised.

    For work that looks whether it was asked to stop and has something to show for itself, and for
    compiling, which an exception in the wrong place can crash. Elsewhere than in the main thread,
    or where nothing in Python handles Ctrl-C, nothing is changed.
    """
    stop, before = Stop(), signal.getsignal(signal.SIGINT)
    here = threading.current_thread() is threading.main_thread()
    if not here or not callable(before):
        yield stop
        return
    pressed: list[tuple[int, FrameType | None]] = []

    def note(number: int, frame: FrameType | None) -> None:
        stop.asked = True
        pressed.append((number, frame))
        if len(pressed) > 1:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            with suppress(KeyboardInterrupt):  # it has had its effect; the others may want to know
                before(*pressed[0])
