"""The table of jobs: what was asked, by whom, how far it is, what came of it.

Flow: jobs.board -> THIS -> the database
Fields carry their types (set, then got): so mypy needs no plugin that loads the settings.
"""

from __future__ import annotations

import uuid
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    Text: TypeAlias = models.CharField[str, str]
    Moment: TypeAlias = models.DateTimeField[datetime | None, datetime | None]


class Status(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # in words, in ``words``
    CANCELLED = "cancelled"


LIVE = (Status.QUEUED, Status.RUNNING)


class Job(models.Model):
    """One piece of work. Identical requests share one."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    kind: Text = models.CharField(max_length=40)
    key: Text = models.CharField(max_length=64, db_index=True)  # of kind, request, book and version
    request: models.JSONField[Any, Any] = models.JSONField()
    address: Text = models.CharField(max_length=4000)  # of the page that shows the result
    title: Text = models.CharField(max_length=400)
    status: Text = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    attempt: models.PositiveIntegerField[int, int] = models.PositiveIntegerField(default=0)
    queued_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    started_at: Moment = models.DateTimeField(null=True)
    ended_at: Moment = models.DateTimeField(null=True)
    beat_at: Moment = models.DateTimeField(null=True)  # last sign of life while running
    words: models.TextField[str, str] = models.TextField(
        default=""
    )  # what is being done, or why it failed
    progress: models.JSONField[Any, Any] = models.JSONField(
        default=list
    )  # [seconds, value, bound] as they moved

    if TYPE_CHECKING:
        askers: RelatedManager[Asker]
        outputs: RelatedManager[Output]

    class Meta:
        """The queue is read by status, oldest first."""

        indexes = (models.Index(fields=["status", "queued_at"]),)

    def __str__(self) -> str:
        """What it is and where it stands."""
        return f"{self.title} ({self.status})"

    @property
    def is_live(self) -> bool:
        """Whether it is still to end."""
        return self.status in LIVE


class Asker(models.Model):
    """A visitor who asked for a job. It is cancelled when nobody is left who wants it."""

    job: models.ForeignKey[Job, Job] = models.ForeignKey(
        Job, on_delete=models.CASCADE, related_name="askers"
    )
    visitor: Text = models.CharField(max_length=60, db_index=True)
    network: Text = models.CharField(max_length=32, default="", db_index=True)  # of a stranger
    cancelled: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    class Meta:
        """A visitor asks for a job once."""

        constraints = (models.UniqueConstraint(fields=["job", "visitor"], name="asked_once"),)

    def __str__(self) -> str:
        """Who asked for what."""
        return f"{self.visitor}: {self.job}"


class Output(models.Model):
    """One file a job made, by name. All of a job's outputs appear together, or none."""

    job: models.ForeignKey[Job, Job] = models.ForeignKey(
        Job, on_delete=models.CASCADE, related_name="outputs"
    )
    name: Text = models.CharField(max_length=80)
    packed: models.BinaryField[bytes, bytes] = models.BinaryField()

    class Meta:
        """A job makes a name once."""

        constraints = (models.UniqueConstraint(fields=["job", "name"], name="made_once"),)

    def __str__(self) -> str:
        """Its name."""
        return self.name

    @staticmethod
    def pack(content: bytes) -> bytes:
        """As kept."""
        return zlib.compress(content, 6)

    @property
    def content(self) -> bytes:
        """As made."""
        return zlib.decompress(bytes(self.packed))


class Worker(models.Model):
    """A worker and its last sign of life."""

    name: Text = models.CharField(max_length=100, primary_key=True)
    beat_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        """Its name."""
        return self.name
