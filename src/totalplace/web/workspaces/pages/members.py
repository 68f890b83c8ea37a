"""The members of a partnership: who they are, inviting, roles, leaving.

Flow: workspaces.people, workspaces.permissions -> THIS -> templates/workspaces/member*.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from totalplace.errors import InputError
from totalplace.web.downloads import Column, Table
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery, read_query
from totalplace.web.workspaces import people, sessions, trail
from totalplace.web.workspaces.forms import Fault, as_problems, faults_of
from totalplace.web.workspaces.models import Membership, Role
from totalplace.web.workspaces.pages.crumbs import crumbs_of
from totalplace.web.workspaces.permissions import room

MEANS = {
    Role.READER: "sees everything here",
    Role.ANALYST: "also saves, uploads and writes notes",
    Role.MANAGER: "also sees to members, reads the trail, and deletes",
}
COLUMNS = (
    Column("name", "Name"),
    Column("signs_in_as", "Signs in as"),
    Column("role", "Role"),
    Column("since", "Since", "day"),
    Column("account", "Account"),
)


@dataclass(frozen=True, slots=True)
class InviteForm:
    """What the form of an invitation brings."""

    username: str = ""
    name: str = ""
    email: str = ""
    role: Literal["reader", "analyst", "manager"] = "reader"


@dataclass(frozen=True, slots=True)
class RoleForm:
    """What the form of a role brings."""

    role: Literal["reader", "analyst", "manager"] = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member, for the templates."""

    name: str
    username: str
    email: str
    role: str
    since: str
    account: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersPage:
    """What the template of the list reads."""

    members: tuple[Member, ...]
    manages: bool
    invite_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    """What the template of an invitation reads."""

    address: str
    given: InviteForm
    roles: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """What the template of one member reads."""

    member: Member
    roles: tuple[tuple[str, str], ...]
    is_self: bool
    is_alone: bool
    is_open: bool
    has_password: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """What the template of a link reads: it is shown this once."""

    member: Member
    link: str
    days: int
    back: str


@page(NoQuery)
def members(request: HttpRequest, query: NoQuery, partnership_id: UUID) -> Page:
    """Who is in the partnership."""
    mine = room(request, partnership_id)
    found = Membership.objects.select_related("user").filter(partnership_id=partnership_id)
    shown = tuple(_member(one) for one in found.order_by("user__name", "id"))
    manages = Role(mine.role).allows(Role.MANAGER)
    return Page(
        title="Members",
        template="workspaces/members.html",
        content=MembersPage(
            members=shown,
            manages=manages,
            invite_address=reverse("invite", args=[partnership_id]),
        ),
        document=lambda: {
            "kind": "members",
            "members": [
                {
                    "name": one.name,
                    "username": one.username,
                    "role": one.role,
                    "since": one.since,
                    "account": one.account,
                }
                for one in shown
            ],
        },
        tables=lambda: (
            Table(
                name="members",
                title=f"Members of {mine.partnership.name}",
                columns=COLUMNS,
                rows=[
                    (o.user.name, o.user.username, o.role, o.since.date(), _account(o))
                    for o in found.order_by("user__name", "id")
                ],
            ),
        ),
        file_name="members",
        crumbs=crumbs_of(mine.partnership),
    )


@page(NoQuery, methods=("GET", "HEAD", "POST"), form=InviteForm)
def invite(request: HttpRequest, query: NoQuery, partnership_id: UUID) -> Page | HttpResponse:
    """A new account as a member; the link to set its password is shown this once."""
    mine = room(request, partnership_id, Role.MANAGER)
    if request.method != "POST":
        return _invite(mine, InviteForm(), ())
    try:
        form = read_query(InviteForm, request.POST)
    except InputError as error:
        return _invite(mine, InviteForm(), faults_of(error))
    try:
        made = people.invite(
            mine.partnership,
            username=form.username,
            name=form.name,
            email=form.email,
            role=Role(form.role),
        )
    except InputError as error:
        return _invite(mine, form, faults_of(error))
    return _link(request, made, sessions.link_for(made.user))


@page(NoQuery)
def member(request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int) -> Page:
    """One member, and what a manager may do about them."""
    mine = room(request, partnership_id, Role.MANAGER)
    return _page_of(mine, _find(partnership_id, member_id), ())


@page(NoQuery, methods=("POST",), form=RoleForm)
def member_role(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int
) -> Page | HttpResponse:
    """Make a member something else."""
    return _do(
        request,
        partnership_id,
        member_id,
        lambda one, _: people.change_role(one, Role(read_query(RoleForm, request.POST).role)),
    )


@page(NoQuery, methods=("POST",))
def member_remove(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int
) -> Page | HttpResponse:
    """Take somebody out of the partnership."""
    return _do(request, partnership_id, member_id, lambda one, _: people.remove(one))


@page(NoQuery, methods=("POST",))
def member_close(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int
) -> Page | HttpResponse:
    """Close a member's account."""
    return _do(
        request, partnership_id, member_id, lambda one, mine: people.close(one, by=mine.user)
    )


@page(NoQuery, methods=("POST",))
def member_reopen(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int
) -> Page | HttpResponse:
    """Open a member's account again."""
    return _do(request, partnership_id, member_id, lambda one, _: people.reopen(one))


@page(NoQuery, methods=("POST",))
def member_link(
    request: HttpRequest, query: NoQuery, partnership_id: UUID, member_id: int
) -> Page | HttpResponse:
    """A new link to set a member's password, shown this once."""
    mine = room(request, partnership_id, Role.MANAGER)
    found = _find(partnership_id, member_id)
    try:
        link = people.new_link(found, by=mine.user)
    except InputError as error:
        return _page_of(mine, found, faults_of(error))
    return _link(request, found, link)


def _do(
    request: HttpRequest,
    partnership_id: UUID,
    member_id: int,
    do_fn: Callable[[Membership, Membership], None],
) -> Page | HttpResponse:
    """Do it to the member, and go back to the list; or say on their page why not."""
    mine = room(request, partnership_id, Role.MANAGER)
    found = _find(partnership_id, member_id)
    try:
        do_fn(found, mine)
    except InputError as error:
        return _page_of(mine, found, faults_of(error))
    return HttpResponseRedirect(reverse("members", args=[partnership_id]))


def _find(partnership_id: UUID, member_id: int) -> Membership:
    found = (
        Membership.objects.select_related("user", "partnership")
        .filter(partnership_id=partnership_id, pk=member_id)
        .first()
    )
    if found is None:
        raise Http404("There is no such member here: they may have been taken out meanwhile.")
    return found


def _member(one: Membership) -> Member:
    return Member(
        name=one.user.name,
        username=one.user.username,
        email=one.user.email,
        role=one.role,
        since=trail.day(one.since),
        account=_account(one),
        address=reverse("member", args=[one.partnership_id, one.pk]),
    )


def _account(one: Membership) -> str:
    if not one.user.is_active:
        return "closed"
    return "open" if one.user.has_usable_password() else "no password yet"


def _roles() -> tuple[tuple[str, str], ...]:
    return tuple((str(role), MEANS[role]) for role in Role)


def _invite(mine: Membership, given: InviteForm, faults: tuple[Fault, ...]) -> Page:
    return Page(
        title="Invite somebody",
        template="workspaces/invite.html",
        content=InvitePage(
            address=reverse("invite", args=[mine.partnership_id]),
            given=given,
            roles=_roles(),
            faults=faults,
        ),
        document=lambda: {"kind": "invite"},
        status=400 if faults else 200,
        problems=as_problems(faults),
        crumbs=_crumbs(mine),
    )


def _page_of(mine: Membership, one: Membership, faults: tuple[Fault, ...]) -> Page:
    shown = _member(one)
    return Page(
        title=shown.name,
        template="workspaces/member.html",
        content=MemberPage(
            member=shown,
            roles=_roles(),
            is_self=one.user_id == mine.user_id,
            is_alone=people.is_alone(one.user),
            is_open=one.user.is_active,
            has_password=one.user.has_usable_password(),
            faults=faults,
        ),
        document=lambda: {
            "kind": "member",
            "name": shown.name,
            "username": shown.username,
            "email": shown.email or None,
            "role": shown.role,
            "since": shown.since,
            "account": shown.account,
        },
        status=400 if faults else 200,
        problems=as_problems(faults),
        crumbs=_crumbs(mine),
    )


def _link(request: HttpRequest, one: Membership, link: str) -> Page:
    shown = _member(one)
    whole = request.build_absolute_uri(link)
    return Page(
        title=f"A link for {shown.name}",
        template="workspaces/link.html",
        content=LinkPage(
            member=shown,
            link=whole,
            days=settings.PASSWORD_RESET_TIMEOUT // 86_400,
            back=reverse("members", args=[one.partnership_id]),
        ),
        document=lambda: {"kind": "password-link", "username": shown.username, "link": whole},
        crumbs=_crumbs(one),
    )


def _crumbs(one: Membership) -> tuple[tuple[str, str], ...]:
    return (
        *crumbs_of(one.partnership),
        ("Members", reverse("members", args=[one.partnership_id])),
    )


BASE = "workspaces/<uuid:partnership_id>/members"
ROUTES = [
    path(BASE, members, name="members"),
    path(f"{BASE}/invite", invite, name="invite"),
    path(f"{BASE}/<int:member_id>", member, name="member"),
    path(f"{BASE}/<int:member_id>/role", member_role, name="member-role"),
    path(f"{BASE}/<int:member_id>/remove", member_remove, name="member-remove"),
    path(f"{BASE}/<int:member_id>/close", member_close, name="member-close"),
    path(f"{BASE}/<int:member_id>/reopen", member_reopen, name="member-reopen"),
    path(f"{BASE}/<int:member_id>/link", member_link, name="member-link"),
]
