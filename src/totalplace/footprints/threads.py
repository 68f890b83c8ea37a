"""One thread for small linear algebra, which more only slow down.

Flow: THIS -> scenarios.planning, one_draw
The planner's matrices are a country's authorities across: a second thread costs more to wake than
it saves, and where other work waits for the same cores it costs a hundred times as much. Our own
loops have their own threads, which this does not touch.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """A block in which the libraries of linear algebra use one thread each."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
