"""What is done with sets: found, kept, replaced, deleted; each in one transaction.

Flow: figures.pages, figures.middleware, jobs.runner -> THIS -> figures.models
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from totalplace.book.own import OwnFigures
from totalplace.errors import InputError, Problem
from totalplace.web.figures.models import LONGEST_FILE_NAME, FigureSet
from totalplace.web.jobs.models import Job
from totalplace.web.library import library
from totalplace.web.workspaces.models import Membership

MOST_SETS = 100  # of one partnership


def find(set_id: UUID) -> FigureSet | None:
    """A set with its partnership, whoever asks: see to permissions before showing any of it."""
    return FigureSet.objects.select_related("partnership").filter(id=set_id).first()


def of_partnership(partnership_id: UUID) -> Sequence[FigureSet]:
    """The sets of a partnership without their figures, newest first."""
    return list(FigureSet.objects.filter(partnership_id=partnership_id).defer("packed"))


def keep(own: OwnFigures, member: Membership, *, replaces: FigureSet | None = None) -> FigureSet:
    """Keep checked figures as a set of a partnership.

    Args:
        own: The figures.
        member: Who sends them, and for which partnership.
        replaces: The set whose place they take; it stays, so that addresses that name it do.

    Raises:
        InputError: The partnership has as many sets as it may.
    """
    with transaction.atomic():
        if FigureSet.objects.filter(partnership=member.partnership).count() >= MOST_SETS:
            raise InputError(
                Problem(
                    what=f"There are {MOST_SETS} sets already",
                    fix="A manager can delete those that are not used any more.",
                ),
                after="Nothing was kept.",
            )
        made = FigureSet.objects.create(
            partnership=member.partnership,
            title=own.title,
            file_name=own.file_name[:LONGEST_FILE_NAME],
            sha256=own.sha256,
            count=len(own.figures),
            same=own.same,
            warnings=[str(one) for one in own.warnings],
            packed=FigureSet.pack(own.figures),
            book_hash=library().hash,
            sent_by=member.user,
            sender=member.user.name,
        )
        if replaces is not None:
            FigureSet.objects.filter(id=replaces.id).update(replaced_by=made)
    return made


def delete(chosen: FigureSet) -> None:
    """Delete a set, and every result worked out with it that is not saved in the workspace."""
    with transaction.atomic():
        Job.objects.filter(request__figures=str(chosen.id), saved__isnull=True).delete()
        chosen.delete()
