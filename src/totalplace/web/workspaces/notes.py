"""Notes: plain words of a member, on a workspace or on something saved in it.

Flow: workspaces.pages -> THIS -> workspaces.holdings
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from totalplace.errors import InputError, Problem
from totalplace.web.failures import DeniedError
from totalplace.web.workspaces.holdings import LONGEST_NOTE, Note, Saved
from totalplace.web.workspaces.models import Membership, Partnership, Role

MOST_NOTES = 2_000  # in a workspace


def write(mine: Membership, text: str, saved: Saved | None = None) -> Note:
    """Write a note.

    Raises:
        InputError: Nothing in it, too much in it, or too many notes already.
    """
    plain = usable_text(text)
    with transaction.atomic():
        room = Partnership.objects.select_for_update().get(pk=mine.partnership_id)
        if room.notes.count() >= MOST_NOTES:
            raise InputError(
                f"{room} holds {MOST_NOTES:,} notes, which is the most. Ask a manager to delete "
                "some. Nothing was written."
            )
        return Note.objects.create(
            partnership=room,
            saved=saved,
            text=plain,
            author=mine.user,
            author_name=mine.user.name,
        )


def edit(mine: Membership, note: Note, text: str) -> None:
    """Write one's own note anew.

    Raises:
        DeniedError: It is somebody else's.
        InputError: Nothing in it, or too much.
    """
    check_edit(mine, note)
    note.text = usable_text(text)
    note.edited_at = timezone.now()
    note.save(update_fields=["text", "edited_at"])


def check_edit(mine: Membership, note: Note) -> None:
    """See that a member may change a note.

    Raises:
        DeniedError: It is somebody else's.
    """
    if not may_edit(mine, note):
        raise DeniedError("Only who wrote a note may change it.")


def delete(mine: Membership, note: Note) -> None:
    """Delete a note.

    Raises:
        DeniedError: It is somebody else's, and the visitor is no manager.
    """
    if not may_delete(mine, note):
        raise DeniedError("Only who wrote a note, or a manager, may delete it.")
    note.delete()


def may_edit(mine: Membership, note: Note) -> bool:
    """Whether a member may change a note: who wrote it, as long as they may write here."""
    return note.author_id == mine.user_id and Role(mine.role).allows(Role.ANALYST)


def may_delete(mine: Membership, note: Note) -> bool:
    """Whether a member may delete a note."""
    return may_edit(mine, note) or Role(mine.role).allows(Role.MANAGER)


def usable_text(text: str) -> str:
    """A note as it is kept: lines end in one way.

    Raises:
        InputError: Nothing in it, or too much.
    """
    plain = "\n".join(text.strip().splitlines())
    if not plain or len(plain) > LONGEST_NOTE or "\0" in plain:
        raise InputError(
            Problem(
                what="There is nothing in the note" if not plain else "The note cannot be kept",
                where="text",
                fix=f"Write 1 to {LONGEST_NOTE:,} letters.",
            )
        )
    return plain
