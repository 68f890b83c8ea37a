"""Notes on a workspace and on what is saved in it: written, changed, deleted.

Flow: workspaces.notes, workspaces.permissions -> THIS -> templates/workspaces/notes.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery, read_query
from totalplace.web.workspaces import notes, trail
from totalplace.web.workspaces.forms import Fault, as_problems, faults_of
from totalplace.web.workspaces.holdings import LONGEST_NOTE, Note, Saved
from totalplace.web.workspaces.models import Membership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.permissions import room


@dataclass(frozen=True, slots=True)
class NoteForm:
    """What the form of a note brings."""

    text: str = field(default="", metadata={"longest": 4 * LONGEST_NOTE})  # `notes` says how long


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNote:
    """One note, for the templates."""

    author: str
    when: str
    text: str
    edit_address: str  # "" when the visitor may not
    delete_address: str  # "" when the visitor may not


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesPart:
    """The part of a page that has its notes."""

    notes: tuple[ShownNote, ...]
    add_address: str  # "" when the visitor may not write


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePage:
    """What the template of one note reads."""

    address: str
    text: str
    back: str
    faults: tuple[Fault, ...]


def notes_on(mine: Membership, saved: Saved | None = None) -> NotesPart:
    """The notes on a workspace, or on something saved in it, as a member may read them."""
    found = Note.objects.filter(partnership_id=mine.partnership_id, saved=saved)
    where = [mine.partnership_id] if saved is None else [mine.partnership_id, saved.pk]
    writes = Role(mine.role).allows(Role.ANALYST)
    name = "add-note" if saved is None else "add-saved-note"
    return NotesPart(
        notes=tuple(_shown(mine, one) for one in found.order_by("-written_at", "-id")),
        add_address=reverse(name, args=where) if writes else "",
    )


def note_document(note: ShownNote) -> dict[str, Any]:
    """A note for a program."""
    return {"author": note.author, "when": note.when, "text": note.text}


@page(NoQuery, methods=("POST",), form=NoteForm)
def add_note(request: HttpRequest, query: NoQuery, partnership_id: UUID) -> Page | HttpResponse:
    """Write a note on the workspace."""
    return _add(request, room(request, partnership_id, Role.ANALYST), None)


@page(NoQuery, methods=("POST",), form=NoteForm)
def add_saved_note(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, saved_id: UUID
) -> Page | HttpResponse:
    """Write a note on something saved."""
    mine = room(request, partnership_id, Role.ANALYST)
    found = Saved.objects.filter(partnership_id=partnership_id, pk=saved_id).first()
    if found is None:
        raise Http404("There is no such thing in this workspace: it may have been deleted.")
    return _add(request, mine, found)


@page(NoQuery, methods=("GET", "HEAD", "POST"), form=NoteForm)
def note(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, note_id: int
) -> Page | HttpResponse:
    """Change one's own note."""
    mine = room(request, partnership_id, Role.ANALYST)
    found = _find(partnership_id, note_id)
    if request.method != "POST":
        notes.check_edit(mine, found)
        return _form(mine, reverse("note", args=[partnership_id, note_id]), found, found.text, ())
    typed = str(request.POST.get("text", ""))[: 4 * LONGEST_NOTE]
    try:
        notes.edit(mine, found, read_query(NoteForm, request.POST).text)
    except InputError as error:
        address = reverse("note", args=[partnership_id, note_id])
        return _form(mine, address, found, typed, faults_of(error))
    return HttpResponseRedirect(_back(found.partnership_id, found.saved_id))


@page(NoQuery, methods=("POST",))
def note_delete(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, note_id: int
) -> HttpResponse:
    """Delete a note."""
    mine = room(request, partnership_id, Role.ANALYST)
    found = _find(partnership_id, note_id)
    notes.delete(mine, found)
    return HttpResponseRedirect(_back(partnership_id, found.saved_id))


def _add(request: HttpRequest, mine: Membership, saved: Saved | None) -> Page | HttpResponse:
    typed = str(request.POST.get("text", ""))[: 4 * LONGEST_NOTE]
    try:
        notes.write(mine, read_query(NoteForm, request.POST).text, saved)
    except InputError as error:
        return _form(mine, request.path, saved, typed, faults_of(error))
    return HttpResponseRedirect(_back(mine.partnership_id, saved.pk if saved else None))


def _find(partnership_id: UUID, note_id: int) -> Note:
    found = (
        Note.objects.select_related("saved")
        .filter(partnership_id=partnership_id, pk=note_id)
        .first()
    )
    if found is None:
        raise Http404("There is no such note here: it may have been deleted.")
    return found


def _shown(mine: Membership, one: Note) -> ShownNote:
    ids = [one.partnership_id, one.pk]
    edited = f"; changed {trail.minute(one.edited_at)}" if one.edited_at else ""
    return ShownNote(
        author=one.author_name,
        when=f"{trail.minute(one.written_at)}{edited}",
        text=one.text,
        edit_address=reverse("note", args=ids) if notes.may_edit(mine, one) else "",
        delete_address=reverse("note-delete", args=ids) if notes.may_delete(mine, one) else "",
    )


def _back(partnership_id: UUID, saved_id: UUID | None) -> str:
    if saved_id is None:
        return reverse("workspace", args=[partnership_id]) + "#notes"
    return reverse("saved", args=[partnership_id, saved_id]) + "#notes"


def _form(
    mine: Membership, address: str, on: Note | Saved | None, text: str, faults: tuple[Fault, ...]
) -> Page:
    saved_id = on.saved_id if isinstance(on, Note) else on.pk if on else None
    return Page(
        title="Change a note" if isinstance(on, Note) else "Write a note",
        template="workspaces/note.html",
        content=NotePage(
            address=address, text=text, back=_back(mine.partnership_id, saved_id), faults=faults
        ),
        document=lambda: {"kind": "note", "text": text},
        status=400 if faults else 200,
        problems=as_problems(faults),
        crumbs=crumbs_of(mine.partnership),
    )


BASE = "workspaces/<uuid:partnership_id>"
ROUTES = [
    path(f"{BASE}/notes", add_note, name="add-note"),
    path(f"{BASE}/saved/<uuid:saved_id>/notes", add_saved_note, name="add-saved-note"),
    path(f"{BASE}/notes/<int:note_id>", note, name="note"),
    path(f"{BASE}/notes/<int:note_id>/delete", note_delete, name="note-delete"),
]
