"""Plans and proposals that were saved: saving one, reading it, its name, and its end.

Flow: workspaces.saving, workspaces.permissions -> THIS -> templates/workspaces/saved.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse

from totalplace.errors import InputError
from totalplace.web.failures import DeniedError
from totalplace.web.figures.use import InUse, figures_in
from totalplace.web.library import library
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery, read_query
from totalplace.web.workspaces import saving, trail
from totalplace.web.workspaces.forms import Fault, as_problems, faults_of
from totalplace.web.workspaces.holdings import Kind, Saved
from totalplace.web.workspaces.models import Membership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.pages.notes import NotesPart, note_document, notes_on
from totalplace.web.workspaces.permissions import room


@dataclass(frozen=True, slots=True)
class SaveForm:
    """What the form on a result's page brings."""

    address: str = field(default="", metadata={"longest": 4000})
    name: str = ""
    workspace: str = ""


@dataclass(frozen=True, slots=True)
class NameForm:
    """What the form of a new name brings."""

    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """What the template of something saved reads."""

    name: str
    kind: str
    title: str
    verdict: list[str]
    saved_by: str
    saved_at: str
    address: str  # that asks the same
    kept_address: str  # of the whole result as it was; "" where only its figures are kept
    changed: list[str]  # since it was made
    again: tuple[tuple[str, str], ...]  # hidden fields that have a plan worked out again
    may_write: bool
    may_delete: bool
    own_address: str
    faults: tuple[Fault, ...]
    notes: NotesPart


@page(NoQuery, methods=("POST",), form=SaveForm)
def save(request: HttpRequest, query: NoQuery) -> HttpResponse:
    """Save a result to a workspace."""
    form = read_query(SaveForm, request.POST)
    try:
        number = UUID(form.workspace)
    except ValueError:
        raise Http404("There is no such workspace among yours.") from None
    mine = room(request, number, Role.ANALYST)
    with figures_in(request, form.address) as used:
        if isinstance(used, InUse) and used.partnership_id != number:
            raise DeniedError(
                f"This is made with figures of {used.owner}’s own. It can be saved in the "
                "workspace of that partnership alone. Nothing was saved."
            )
        made = saving.save(mine, saving.look_at(form.address), form.name)
    return HttpResponseRedirect(reverse("saved", args=[number, made.pk]))


@page(NoQuery)
def saved(request: HttpRequest, query: NoQuery, partnership_id: UUID, saved_id: UUID) -> Page:
    """Something saved: what it said, by whom, and whether it would still say so."""
    mine = room(request, partnership_id)
    return _page_of(mine, _find(partnership_id, saved_id), ())


@page(NoQuery)
def kept(request: HttpRequest, query: NoQuery, partnership_id: UUID, saved_id: UUID) -> Page:
    """The whole result of a saved plan, as it was when it was saved."""
    from totalplace.web.pages.plan import plan_of, result_page
    from totalplace.web.planned import PlanQuery, checked

    mine = room(request, partnership_id)
    one = _find(partnership_id, saved_id)
    if one.kind != Kind.PLAN:
        raise Http404("Of a proposal the figures are kept, not a page of its own.")
    words = QueryDict(one.address.partition("?")[2])
    wanted = checked(read_query(PlanQuery, words), library().book)
    return result_page(
        request,
        wanted,
        one.job,
        plan_of(one.job),
        crumbs=(
            *crumbs_of(mine.partnership),
            (one.name, reverse("saved", args=[partnership_id, saved_id])),
        ),
        as_kept=True,
    )


@page(NoQuery, methods=("POST",), form=NameForm)
def saved_name(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, saved_id: UUID
) -> Page | HttpResponse:
    """Call it something else."""
    mine = room(request, partnership_id, Role.ANALYST)
    one = _find(partnership_id, saved_id)
    try:
        saving.rename(one, read_query(NameForm, request.POST).name)
    except InputError as error:
        return _page_of(mine, one, faults_of(error))
    return HttpResponseRedirect(reverse("saved", args=[partnership_id, saved_id]))


@page(NoQuery, methods=("POST",))
def saved_delete(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, saved_id: UUID
) -> HttpResponse:
    """Delete it, with its notes."""
    room(request, partnership_id, Role.MANAGER)
    _find(partnership_id, saved_id).delete()
    return HttpResponseRedirect(reverse("workspace", args=[partnership_id]))


def _find(partnership_id: UUID, saved_id: UUID) -> Saved:
    found = (
        Saved.objects.select_related("job")
        .filter(partnership_id=partnership_id, pk=saved_id)
        .first()
    )
    if found is None:
        raise Http404("There is no such thing in this workspace: it may have been deleted.")
    return found


def _page_of(mine: Membership, one: Saved, faults: tuple[Fault, ...]) -> Page:
    ids = [one.partnership_id, one.pk]
    role = Role(mine.role)
    changed = saving.changed_since(one)
    written = notes_on(mine, one)
    content = SavedPage(
        name=one.name,
        kind=one.kind,
        title=one.title,
        verdict=one.verdict,
        saved_by=one.saved_by_name,
        saved_at=trail.minute(one.saved_at),
        address=one.address,
        kept_address=reverse("kept", args=ids) if one.kind == Kind.PLAN else "",
        changed=changed,
        again=_again(one) if changed and one.kind == Kind.PLAN else (),
        may_write=role.allows(Role.ANALYST),
        may_delete=role.allows(Role.MANAGER),
        own_address=reverse("saved", args=ids),
        faults=faults,
        notes=written,
    )
    return Page(
        title=one.name,
        template="workspaces/saved.html",
        content=content,
        document=lambda: _document(one, content),
        stamp=f"assumptions {one.assumptions[:12]}",
        made_from=f"book {one.book_hash[:12]} · Total Place {one.version}",
        file_name="saved",
        status=400 if faults else 200,
        problems=as_problems(faults),
        crumbs=crumbs_of(mine.partnership),
    )


def _again(one: Saved) -> tuple[tuple[str, str], ...]:
    words = QueryDict(one.address.partition("?")[2])
    return tuple((name, value) for name, values in words.lists() for value in values)


def _document(one: Saved, content: SavedPage) -> Mapping[str, Any]:
    return {
        "kind": "saved",
        "name": one.name,
        "of": one.kind,
        "asked_at": one.address,
        "verdict": one.verdict,
        "saved_by": one.saved_by_name,
        "saved_at": one.saved_at.isoformat(),
        "changed_since": content.changed,
        "book": one.book_hash,
        "version": one.version,
        "assumptions": one.assumptions,
        "figures": one.document,
        "notes": [note_document(note) for note in content.notes.notes],
    }


BASE = "workspaces/<uuid:partnership_id>/saved/<uuid:saved_id>"
ROUTES = [
    path("save", save, name="save"),
    path(BASE, saved, name="saved"),
    path(f"{BASE}/result", kept, name="kept"),
    path(f"{BASE}/name", saved_name, name="saved-name"),
    path(f"{BASE}/delete", saved_delete, name="saved-delete"),
]
