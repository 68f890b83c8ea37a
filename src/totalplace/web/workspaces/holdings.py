"""What a workspace holds: plans and proposals that were saved, and notes.

Flow: workspaces.saving, workspaces.notes -> THIS -> the database
"""

from __future__ import annotations

import json
import uuid
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from totalplace.web.jobs.models import Job
    from totalplace.web.workspaces.models import Partnership, User

    Text: TypeAlias = models.CharField[str, str]
    Long: TypeAlias = models.TextField[str, str]
    Moment: TypeAlias = models.DateTimeField[datetime, datetime]

LONGEST_NOTE = 5_000


class Kind(models.TextChoices):
    """What can be saved."""

    PLAN = "plan"
    PROPOSAL = "proposal"


class Saved(models.Model):
    """A plan or a proposal under a name, with its result as it was.

    A plan's job is kept as long as it is saved; its figures as JSON are kept whatever becomes of
    the program.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    partnership: models.ForeignKey[Partnership, Partnership] = models.ForeignKey(
        "workspaces.Partnership", on_delete=models.CASCADE, related_name="saved"
    )
    kind: Text = models.CharField(max_length=10, choices=Kind.choices)
    name: Text = models.CharField(max_length=150)
    title: Text = models.CharField(max_length=400)
    address: Text = models.CharField(max_length=4000)  # permanent: it asks the same again
    verdict: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # sentences
    job: models.ForeignKey[Job | None, Job | None] = models.ForeignKey(
        "jobs.Job", on_delete=models.PROTECT, null=True, related_name="saved"
    )  # of a plan
    packed: models.BinaryField[bytes, bytes] = models.BinaryField()  # its figures, see `pack`
    book_hash: Text = models.CharField(max_length=64)
    version: Text = models.CharField(max_length=40)
    assumptions: Text = models.CharField(max_length=64)  # hash of those it was made with
    saved_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "workspaces.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    saved_by_name: Text = models.CharField(max_length=150)
    saved_at: Moment = models.DateTimeField(default=timezone.now)

    if TYPE_CHECKING:
        notes: RelatedManager[Note]
        partnership_id: UUID
        job_id: UUID | None

    class Meta:
        """Listed by partnership, newest first."""

        indexes = (models.Index(fields=["partnership", "-saved_at"], name="saved_in"),)

    def __str__(self) -> str:
        """What it is called."""
        return f"{self.kind} “{self.name}”"

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail."""
        return {"partnerships": [str(self.partnership_id)]}

    @staticmethod
    def pack(document: object) -> bytes:
        """Figures as kept."""
        text = json.dumps(document, ensure_ascii=False, default=str, allow_nan=False)
        return zlib.compress(text.encode(), 6)

    @property
    def document(self) -> Any:
        """The figures as they were saved."""
        return json.loads(zlib.decompress(bytes(self.packed)))


class Note(models.Model):
    """Words of a member, on the workspace or on something saved in it."""

    partnership: models.ForeignKey[Partnership, Partnership] = models.ForeignKey(
        "workspaces.Partnership", on_delete=models.CASCADE, related_name="notes"
    )
    saved: models.ForeignKey[Saved | None, Saved | None] = models.ForeignKey(
        Saved, on_delete=models.CASCADE, null=True, related_name="notes"
    )
    text: Long = models.TextField()
    author: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "workspaces.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author_name: Text = models.CharField(max_length=150)
    written_at: Moment = models.DateTimeField(default=timezone.now)
    edited_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        null=True
    )

    if TYPE_CHECKING:
        id: int
        partnership_id: UUID
        saved_id: UUID | None
        author_id: int | None

    class Meta:
        """Read by partnership, newest first."""

        indexes = (models.Index(fields=["partnership", "-written_at"], name="notes_in"),)

    def __str__(self) -> str:
        """Whose it is, and on what; not its words, which the trail does not keep."""
        return f"note of {self.author_name}" + (f" on {self.saved}" if self.saved else "")

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail."""
        return {"partnerships": [str(self.partnership_id)]}
