"""Everything that is done to the table of jobs, each in one transaction.

Flow: web.pages, jobs.views, jobs.runner -> THIS -> jobs.models, jobs.queue
"""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from totalplace import __version__
from totalplace.web.failures import BusyError
from totalplace.web.figures.use import FIGURES, in_use, with_figures
from totalplace.web.jobs.models import LIVE, Asker, Job, Output, Status, Worker
from totalplace.web.library import library

LOG = logging.getLogger("totalplace.web.jobs")
BEAT_S = 5  # a worker says so often that it lives
LOST_S = 20  # and is taken for dead after so long
MOST_ATTEMPTS = 3
KEPT_DAYS = 30
SUBMIT_LOCK = 0x706C616E  # any number, the same for every process


def whole(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request with the own figures that are in use, if any: their results are kept apart."""
    used = in_use()
    return {**request, FIGURES: str(used.id)} if used else dict(request)


def key_of(kind: str, request: Mapping[str, Any]) -> str:
    """The same for requests that must have the same answer."""
    text = json.dumps(
        [kind, whole(request), library().hash, __version__, settings.CONFIG.solve_s],
        sort_keys=True,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()


def find(kind: str, request: Mapping[str, Any]) -> Job | None:
    """The job that answers this request: done, or else live, or else the last that failed."""
    order = {Status.DONE: 0, Status.RUNNING: 1, Status.QUEUED: 1, Status.FAILED: 2}
    jobs = Job.objects.filter(key=key_of(kind, request)).exclude(status=Status.CANCELLED)
    return min(jobs.order_by("-queued_at"), key=lambda job: order[Status(job.status)], default=None)


def submit(kind: str, request: Mapping[str, Any], *, visitor: str, title: str, address: str) -> Job:
    """Ask for a job, or join one that is the same.

    Args:
        kind: One of `jobs.kinds.KINDS`.
        request: What is asked, as plain JSON: defaults written out, so that equals are equal.
        visitor: Who asks (`web.visitors.visitor` with ``make=True``, which tells the network too).
        title: What it is, in words.
        address: The page that will show the result.

    Raises:
        BusyError: The visitor has another one running, strangers of their network have as many as
            they may, or the queue is full.
    """
    come_from: str = getattr(visitor, "network", "")
    with transaction.atomic():
        _one_at_a_time()
        same = find(kind, request)
        if same is not None and same.status != Status.FAILED:
            if same.is_live:
                Asker.objects.update_or_create(
                    job=same,
                    visitor=visitor,
                    defaults={"cancelled": False, "network": come_from},
                )
            return same
        mine = Asker.objects.filter(visitor=visitor, cancelled=False, job__status__in=LIVE)
        first = mine.select_related("job").first()
        if first is not None:
            raise BusyError(
                f"You have another one under way: {first.job.title}. "
                "Wait until it ends, or cancel it, then ask again."
            )
        if come_from and _under_way(come_from) >= settings.CONFIG.solves_per_address:
            raise BusyError(
                f"{settings.CONFIG.solves_per_address} plans are under way for people at your "
                "network address, which is as many as strangers there may have. Come back in some "
                "minutes, or sign in: people who signed in have one each."
            )
        waiting = Job.objects.filter(status=Status.QUEUED).count()
        if waiting >= settings.CONFIG.queue_length:
            raise BusyError(
                f"{waiting} plans are waiting to be worked out. Come back in some minutes."
            )
        job = Job.objects.create(
            kind=kind,
            key=key_of(kind, request),
            request=whole(request),
            address=with_figures(address),
            title=title,
            queued_at=timezone.now(),
        )
        Asker.objects.create(job=job, visitor=visitor, network=come_from)
        transaction.on_commit(lambda: _enqueue(job.id))
    return job


def _one_at_a_time() -> None:
    """Hold others who submit until this transaction ends; SQLite's transactions do so anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SUBMIT_LOCK])


def _under_way(come_from: str) -> int:
    """How many jobs strangers of a network have under way."""
    theirs = Job.objects.filter(status__in=LIVE, askers__network=come_from, askers__cancelled=False)
    return theirs.distinct().count()


def cancel(job: Job, *, visitor: str) -> bool:
    """Take back a visitor's wish; the job ends when nobody else wants it. Whether it was theirs."""
    with transaction.atomic():
        if not job.askers.filter(visitor=visitor).update(cancelled=True):
            return False
        if not job.askers.filter(cancelled=False).exists():
            Job.objects.filter(id=job.id, status__in=LIVE).update(
                status=Status.CANCELLED, ended_at=timezone.now(), words="Cancelled."
            )
    return True


def place_in_queue(job: Job) -> int:
    """How many stand before it."""
    waiting = Job.objects.filter(status=Status.QUEUED, queued_at__lt=job.queued_at)
    return waiting.count()


# -- what the worker does ----------------------------------------------------------------------


def claim(job_id: UUID) -> Job | None:
    """Take a queued job to run it; None when it is no longer waiting."""
    now = timezone.now()
    taken = Job.objects.filter(id=job_id, status=Status.QUEUED).update(
        status=Status.RUNNING,
        started_at=now,
        beat_at=now,
        attempt=F("attempt") + 1,
        words="Starting",
        progress=[],
    )
    return Job.objects.get(id=job_id) if taken else None


def tell(job: Job, words: str, progress: list[list[float]]) -> None:
    """Write how far a job is; a sign of life too."""
    _mine(job).update(words=words, progress=progress, beat_at=timezone.now())


def beat(job: Job) -> bool:
    """A sign of life of a running job; False when it is no longer ours to run."""
    return bool(_mine(job).update(beat_at=timezone.now()))


def finish(job: Job, outputs: Mapping[str, bytes]) -> bool:
    """Keep what a job made, all at once; False when it was cancelled or taken from us meanwhile."""
    with transaction.atomic():
        if not _mine(job).update(status=Status.DONE, ended_at=timezone.now(), words="Done"):
            return False
        Output.objects.bulk_create(
            Output(job=job, name=name, packed=Output.pack(content))
            for name, content in outputs.items()
        )
    return True


def fail(job: Job, words: str) -> None:
    """End a job that cannot be done, saying why."""
    Job.objects.filter(id=job.id, status__in=LIVE, attempt=job.attempt).update(
        status=Status.FAILED, ended_at=timezone.now(), words=words
    )


def take_up_stranded(*, everything: bool = False) -> int:
    """Queue again what a dead worker left running, and hand it out; how many were handed out.

    With ``everything``, all that waits is handed out: when a worker starts, or the queue is empty
    although jobs wait. Being handed out twice does no harm: a job is claimed once. A job that was
    left three times is not tried again: it may be what kills the worker.
    """
    lost = timezone.now() - timedelta(seconds=LOST_S)
    left = Job.objects.filter(status=Status.RUNNING, beat_at__lt=lost)
    left.filter(attempt__gte=MOST_ATTEMPTS).update(
        status=Status.FAILED,
        ended_at=timezone.now(),
        words="It was interrupted each time it was tried. Ask for something smaller.",
    )
    again = left.update(status=Status.QUEUED, words="Interrupted; it starts again.")
    if not (again or everything):
        return 0
    waiting = list(
        Job.objects.filter(status=Status.QUEUED).order_by("queued_at").values_list("id", flat=True)
    )
    for job_id in waiting:
        _enqueue(job_id)
    return len(waiting)


def worker_beat(*, name: str = "") -> None:
    """Say that the worker lives, and forget what is old."""
    Worker.objects.update_or_create(
        name=name or socket.gethostname()[:100], defaults={"beat_at": timezone.now()}
    )


def forget_old() -> None:
    """Remove jobs that ended long ago and that nobody saved, and old sessions.

    The same request makes a job again.
    """
    SessionStore.clear_expired()
    long_ago = timezone.now() - timedelta(days=KEPT_DAYS)
    try:
        Job.objects.filter(ended_at__lt=long_ago, saved__isnull=True).delete()
    except (
        ProtectedError,
        IntegrityError,
    ):  # one was saved between looking and removing: the next time will do
        LOG.info("a job was saved while old ones were removed")


def is_worker_alive() -> bool:
    """Whether any worker has said so lately."""
    lost = timezone.now() - timedelta(seconds=LOST_S)
    return Worker.objects.filter(beat_at__gte=lost).exists()


def _mine(job: Job) -> Any:
    """The row, as long as this attempt is the one that runs."""
    return Job.objects.filter(id=job.id, status=Status.RUNNING, attempt=job.attempt)


def _enqueue(job_id: UUID) -> None:
    from totalplace.web.jobs.queue import work

    try:
        work(str(job_id))
    except Exception:  # the table knows it: a worker's watch hands it out when the queue answers
        LOG.warning("the queue took nothing", exc_info=True, extra={"job": str(job_id)})
