"""The process in which jobs are done: one after another, apart from the pages and from the queue.

Flow: jobs.worker -> THIS (a process of its own) -> the functions of jobs.kinds -> jobs.board
A job that must stop is stopped by ending this process; nothing it did is kept.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from multiprocessing.connection import Connection
from uuid import UUID

from totalplace.errors import TotalPlaceError

LOG = logging.getLogger("totalplace.web.jobs")
NICER = 10  # pages go before plans
WARM = "warm"  # instead of a number: nothing to do but get ready
WARM_SERVICE = "youth-justice"


def serve(pipe: Connection) -> None:
    """Do the jobs whose numbers come through the pipe, until it closes or the parent is gone."""
    stand_back()
    parent = os.getppid()
    threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    from totalplace.web.setup import start_django

    start_django()
    while True:
        try:
            job_id = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        if job_id == WARM:
            warm_up()
        else:
            perform(UUID(job_id))
        pipe.send(job_id)


def stand_back() -> None:
    """Let pages go first: a lower priority, and no more than half of the processors.

    Whatever a library thinks of the machine, its threads share these; the rest is the pages' own.
    """
    os.nice(NICER)
    if hasattr(os, "sched_setaffinity"):  # Linux
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, allowed[-max(1, len(allowed) // 2) :])


def warm_up() -> None:
    """Have what a plan needs compiled and read, so that no visitor's minute is spent on it."""
    from totalplace.scenarios import planning
    from totalplace.web.library import library

    try:
        planning.plan(library().book, service=WARM_SERVICE, draws=64, with_comparators=False)
    except TotalPlaceError as error:  # a book without it: visitors are told when they ask
        LOG.warning("not warmed up: %s", error)


def perform(job_id: UUID) -> None:
    """Do one job, if it is still waiting, and write how it ended."""
    from django.conf import settings

    from totalplace.web.figures.use import of_request
    from totalplace.web.jobs import board
    from totalplace.web.jobs.kinds import perform_of
    from totalplace.web.jobs.watch import Watch

    job = board.claim(job_id)
    if job is None:
        return
    watch = Watch(
        limit_s=settings.CONFIG.solve_s,
        tell_fn=lambda words, points: board.tell(job, words, points),
    )
    try:
        with of_request(job.request):
            outputs = perform_of(job.kind)(job.request, watch)
    except TotalPlaceError as error:
        board.fail(job, str(error))
    except Exception:
        LOG.exception("job failed", extra={"job": str(job.id)})
        board.fail(job, "Something went wrong that is not your doing. It is in the logs.")
    else:
        board.tell(job, watch.words, watch.points)
        board.finish(job, outputs)


def end_with(parent: int) -> None:
    """End this process when its parent has ended, however that came."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
