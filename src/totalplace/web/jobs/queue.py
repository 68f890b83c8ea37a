"""The queue: it carries numbers of jobs to a worker, signed, as JSON and never as pickles.

Flow: jobs.board -> THIS -> jobs.worker
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import SignedSerializer


class SignedJson(SignedSerializer):  # type: ignore[misc]  # huey has no types
    """Messages as signed JSON: nobody who can write to the queue's file can run code with it."""

    def _serialize(self, message: Message) -> bytes:
        signed: bytes = self._sign(json.dumps(message).encode())
        return signed

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(self._unsign(data)))


def _open() -> Any:
    return SqliteHuey(
        "totalplace",
        filename=str(settings.CONFIG.data / "queue.sqlite3"),
        results=False,
        serializer=SignedJson(secret=settings.SECRET_KEY),
    )


huey = _open()


@huey.task()  # type: ignore[untyped-decorator]  # huey has no types
def work(job_id: str) -> None:
    """Run one job to its end, whatever the end."""
    from totalplace.web.jobs.worker import run

    run(UUID(job_id))
