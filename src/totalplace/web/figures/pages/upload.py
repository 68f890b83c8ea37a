"""Send a file of own figures: checked whole, kept whole or not at all.

Flow: a form -> THIS -> measures.own_check -> figures.sets
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError, Problem
from totalplace.measures.own_check import read_own
from totalplace.measures.own_file import NOTHING_KEPT
from totalplace.web.figures import sets
from totalplace.web.figures.models import LONGEST_TITLE, FigureSet
from totalplace.web.figures.pages.listing import area_codes, councils
from totalplace.web.figures.pages.one import found_in
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.workspaces.models import Membership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.permissions import room

UNNAMED = Problem(what="The set has no name", where="name", fix="Say what it is: June census.")
NO_FILE = Problem(what="No file was chosen", where="file", fix="Choose the template filled in.")


@dataclass(frozen=True, slots=True)
class UploadQuery:
    """The set whose place the file takes, if it takes any."""

    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPage:
    """What the template reads."""

    partnership: str
    councils: tuple[str, ...]
    title: str
    replaces: str  # the title of the set whose place it takes, or ""
    replaces_id: str
    file_name: str  # of the file that was refused, or ""
    problems: tuple[Problem, ...]
    after: str
    action: str
    template: str
    most_mb: int


@page(UploadQuery, methods=("GET", "HEAD", "POST"))
def upload(request: HttpRequest, query: UploadQuery, partnership_id: UUID) -> Page | HttpResponse:
    """The form; a POST checks the file and keeps it, or lists all that is wrong."""
    mine = room(request, partnership_id, Role.ANALYST)
    posted = request.method == "POST"
    named = str(request.POST.get("replaces", ""))[:40] if posted else query.replaces
    old = found_in(mine.partnership, named) if named else None
    if not posted:
        return _form(mine, old, title=old.title if old else "")
    title = " ".join(str(request.POST.get("title", "")).replace("\0", "").split())[:LONGEST_TITLE]
    sent = request.FILES.get("file")
    file_name = PurePath((sent.name or "") if sent else "").name
    try:
        made = _keep(mine, old, title, sent, file_name)
    except InputError as error:
        return _form(mine, old, title=title, file_name=file_name, error=error)
    address = reverse("figure-set", args=[partnership_id, made.id])
    return HttpResponseRedirect(f"{address}?kept=yes")


def _keep(
    mine: Membership,
    old: FigureSet | None,
    title: str,
    sent: UploadedFile[bytes] | None,
    file_name: str,
) -> FigureSet:
    """Check a file and keep it.

    Raises:
        InputError: All that is wrong with the form and the file.
    """
    faults = [] if title else [UNNAMED]
    if sent is None:
        raise InputError([*faults, NO_FILE], after=NOTHING_KEPT)
    try:
        own = read_own(
            library().book,
            sent.read(),
            file_name=file_name,
            title=title,
            owner=mine.partnership.name,
            only=area_codes(mine.partnership),
        )
    except InputError as error:
        raise InputError([*faults, *error.problems], after=NOTHING_KEPT) from error
    if faults:
        raise InputError(faults, after=NOTHING_KEPT)
    return sets.keep(own, mine, replaces=old)


def _form(
    mine: Membership,
    old: FigureSet | None,
    *,
    title: str,
    file_name: str = "",
    error: InputError | None = None,
) -> Page:
    partnership = mine.partnership
    content = UploadPage(
        partnership=partnership.name,
        councils=councils(partnership),
        title=title,
        replaces=old.title if old else "",
        replaces_id=str(old.id) if old else "",
        file_name=file_name,
        problems=error.problems if error else (),
        after=error.after if error else "",
        action=reverse("figures-upload", args=[partnership.id]),
        template=reverse("figure-sets", args=[partnership.id]),
        most_mb=_most_mb(),
    )
    return Page(
        title="Send own figures",
        template="figures/upload.html",
        content=content,
        document=lambda: {
            "kind": "own-figures-upload",
            "partnership": content.partnership,
            "councils": list(content.councils),
        },
        status=400 if error else 200,
        problems=content.problems,
        crumbs=(*crumbs_of(partnership), ("Own figures", content.template)),
    )


def _most_mb() -> int:
    from django.conf import settings

    most: int = settings.CONFIG.upload_bytes
    return most // 1_000_000


ROUTES = [
    path("workspaces/<uuid:partnership_id>/figures/upload", upload, name="figures-upload"),
]
