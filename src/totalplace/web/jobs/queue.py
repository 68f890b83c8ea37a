"""The queue: it carries numbers of jobs to a worker, signed, as JSON and never as pickles.

Flow: jobs.board -> THIS -> jobs.worker
A file in the data folder, or Redis where several machines share the work. Either may be lost: the
table of jobs fills it again.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from huey import RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import SignedSerializer

NAME = "totalplace"
PATIENCE_S = 5  # a visitor does not wait longer for a queue that does not answer


class SignedJson(SignedSerializer):  # type: ignore[misc]  # huey has no types
    """Messages as signed JSON: nobody who can write to the queue can run code with it."""

    def _serialize(self, message: Message) -> bytes:
        signed: bytes = self._sign(json.dumps(message).encode())
        return signed

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(self._unsign(data)))


def _open() -> Any:
    serializer = SignedJson(secret=settings.SECRET_KEY)
    if settings.CONFIG.queue:
        from redis import ConnectionPool

        pool = ConnectionPool.from_url(
            settings.CONFIG.queue, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        return RedisHuey(NAME, results=False, serializer=serializer, connection_pool=pool)
    return SqliteHuey(
        NAME,
        filename=str(settings.CONFIG.data / "queue.sqlite3"),
        results=False,
        serializer=serializer,
    )


huey = _open()


@huey.task()  # type: ignore[untyped-decorator]  # huey has no types
def work(job_id: str) -> None:
    """Run one job to its end, whatever the end."""
    from totalplace.web.jobs.worker import run

    run(UUID(job_id))
