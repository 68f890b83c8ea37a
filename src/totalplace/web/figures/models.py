"""The table of sets of own figures: whose, what file, who sent it when, and the figures.

Flow: figures.sets -> THIS -> the database
Fields carry their types (set, then got), as in `web.jobs.models`. A set is one row: it is there
whole or not at all.
"""

from __future__ import annotations

import uuid
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.db import models
from django.utils import timezone

from totalplace.book.own import OwnFigure, OwnFigures
from totalplace.web.kept import keep, read
from totalplace.web.workspaces.models import Partnership, User

if TYPE_CHECKING:
    Text: TypeAlias = models.CharField[str, str]

LONGEST_TITLE = 80
LONGEST_FILE_NAME = 200


class FigureSet(models.Model):
    """One file of own figures that was checked. It is never changed, only replaced or deleted."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )
    partnership: models.ForeignKey[Partnership, Partnership] = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="figure_sets"
    )
    title: Text = models.CharField(max_length=LONGEST_TITLE)
    file_name: Text = models.CharField(max_length=LONGEST_FILE_NAME)
    sha256: Text = models.CharField(max_length=64)  # of the file
    count: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    same: models.PositiveIntegerField[int, int] = models.PositiveIntegerField()
    warnings: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    packed: models.BinaryField[bytes, bytes] = models.BinaryField()
    book_hash: Text = models.CharField(max_length=64)  # of the book it was checked against
    sent_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sender: Text = models.CharField(max_length=150)  # the name, which outlives the account
    sent_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    replaced_by: models.ForeignKey[FigureSet | None, FigureSet | None] = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    if TYPE_CHECKING:
        partnership_id: UUID
        replaced_by_id: UUID | None

    class Meta:
        """Listed by partnership, newest first."""

        ordering = ("-sent_at", "id")
        indexes = (models.Index(fields=["partnership", "-sent_at"], name="figures_of"),)

    def __str__(self) -> str:
        """What it is called."""
        return f"own figures: {self.title}"

    def get_additional_data(self) -> dict[str, Any]:
        """For the trail."""
        return {"partnerships": [str(self.partnership_id)]}

    @staticmethod
    def pack(figures: tuple[OwnFigure, ...]) -> bytes:
        """Figures as kept."""
        return zlib.compress(keep(figures), 6)

    def own(self) -> OwnFigures:
        """The figures as they may be laid over a book."""
        figures: tuple[OwnFigure, ...] = read(
            tuple[OwnFigure, ...],
            zlib.decompress(bytes(self.packed)),
        )
        return OwnFigures(
            title=self.title,
            owner=self.partnership.name,
            file_name=self.file_name,
            sha256=self.sha256,
            figures=figures,
            same=self.same,
        )
