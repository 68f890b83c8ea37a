"""The worker: takes jobs from the queue, has them done in a process of its own, keeps watch.

Flow: jobs.queue -> THIS -> jobs.runner
Run by ``python -m totalplace.web.jobs.worker``; `totalplace serve` starts one beside the pages,
which ends with it however that ends: otherwise each crash would leave one behind.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from uuid import UUID

from totalplace.web.jobs.runner import end_with
from totalplace.web.setup import start_django

LOG = logging.getLogger("totalplace.web.jobs")
LOOK_S = 0.5  # how often a running job is looked at
BESIDE = "--beside"
GRACE_S = 15  # beyond its limit, before it is ended


class Bench:
    """The process jobs are done in; made anew when it had to be ended."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def pipe(self) -> Connection:
        """The way to a process that lives."""
        from totalplace.web.jobs.runner import serve

        if self._process is None or self._pipe is None or not self._process.is_alive():
            ours, theirs = self._context.Pipe()
            self._process = self._context.Process(target=serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
            self._pipe = ours
        return self._pipe

    def warm(self) -> None:
        """Have it made ready before the first job: compiling may take a minute, once."""
        from totalplace.web.jobs.runner import WARM

        pipe = self.pipe()
        pipe.send(WARM)
        try:
            pipe.recv()
        except (EOFError, OSError):
            LOG.warning("the process of the jobs ended while it was made ready")
            self.end()

    def end(self) -> None:
        """End the process, with whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None


BENCH = Bench()


def run(job_id: UUID) -> None:
    """Have one job done, and end it when it is cancelled, too long or its process dies."""
    from django.conf import settings

    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job, Status

    if not Job.objects.filter(id=job_id, status=Status.QUEUED).exists():
        return  # done by another worker, or handed out twice
    pipe = BENCH.pipe()
    pipe.send(str(job_id))
    began = time.monotonic()
    while True:
        try:
            if pipe.poll(LOOK_S):
                pipe.recv()
                return
        except (EOFError, OSError):
            BENCH.end()
            lost = Job.objects.filter(id=job_id).first()
            if lost is not None and lost.is_live:
                board.fail(lost, "It ended without an answer, perhaps for want of memory.")
            return
        job = Job.objects.filter(id=job_id).first()
        over = time.monotonic() - began > settings.CONFIG.solve_s + GRACE_S
        if job is None or job.status == Status.CANCELLED or over:
            BENCH.end()
            if job is not None and over:
                board.fail(job, f"No answer within {settings.CONFIG.solve_s} seconds.")
            return
        if job.status == Status.RUNNING:
            board.beat(job)


def keep_watch(stop: threading.Event) -> None:
    """Say that this worker lives, and take up what a dead one left, until told to stop."""
    from django.db import close_old_connections

    from totalplace.web.jobs import board
    from totalplace.web.jobs.queue import huey

    while not stop.is_set():
        try:
            close_old_connections()
            board.worker_beat()
            board.take_up_stranded(everything=huey.pending_count() == 0)
            board.forget_old()
        except Exception:
            LOG.exception("the watch stumbled")
        stop.wait(board.BEAT_S)


def main(words: Sequence[str]) -> None:
    """Work until interrupted; after ``--beside NUMBER``, until that process has gone."""
    if words[:1] == [BESIDE]:
        threading.Thread(target=end_with, args=(int(words[1]),), daemon=True).start()
    start_django()
    from totalplace.web.jobs.queue import huey

    huey.flush()  # the table knows what waits
    stop = threading.Event()
    watching = threading.Thread(target=keep_watch, args=(stop,), daemon=True)
    watching.start()
    BENCH.warm()
    try:
        huey.create_consumer(
            workers=1, periodic=False, max_delay=1.0, check_worker_health=True
        ).run()
    finally:
        stop.set()
        BENCH.end()


if __name__ == "__main__":
    main(sys.argv[1:])
