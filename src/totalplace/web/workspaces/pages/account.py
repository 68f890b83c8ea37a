"""One's own account: what one is where, a new password, an end to every session.

Flow: workspaces.sessions, workspaces.permissions -> THIS -> templates/workspaces/account.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.debug import sensitive_post_parameters

from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery
from totalplace.web.workspaces import sessions
from totalplace.web.workspaces.forms import Fault, as_problems
from totalplace.web.workspaces.models import User
from totalplace.web.workspaces.permissions import rooms, signed_in


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """Whether the password was just changed."""

    changed: bool = False


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """What the form of a new password brings; read by `sessions`."""

    old: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})
    new: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})
    again: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What the template reads."""

    name: str
    username: str
    email: str
    rooms: tuple[tuple[str, str, str], ...]  # partnership, role, address
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """What the template of a new password reads."""

    username: str
    faults: tuple[Fault, ...]


@page(AccountQuery)
def account(request: HttpRequest, query: AccountQuery) -> Page:
    """What the visitor is, and where."""
    user = signed_in(request)
    mine = rooms(user)
    content = AccountPage(
        name=user.name,
        username=user.username,
        email=user.email,
        rooms=tuple(
            (one.partnership.name, one.role, reverse("workspace", args=[one.partnership_id]))
            for one in mine
        ),
        changed=query.changed,
    )
    return Page(
        title="Your account",
        template="workspaces/account.html",
        content=content,
        document=lambda: {
            "kind": "account",
            "name": user.name,
            "username": user.username,
            "email": user.email or None,
            "partnerships": [
                {"name": name, "role": role, "address": address}
                for name, role, address in content.rooms
            ],
        },
    )


@sensitive_post_parameters("old", "new", "again")
@page(NoQuery, methods=("GET", "HEAD", "POST"), form=ChangeForm)
def change_password(request: HttpRequest, query: NoQuery) -> Page | HttpResponse:
    """A new password; every other session of the account ends."""
    user = signed_in(request)
    if request.method != "POST":
        return _change(user, ())
    old, new, again = (
        sessions.typed_password(request.POST, name) for name in ("old", "new", "again")
    )
    faults = [Fault("new", words) for words in sessions.password_faults(new, again, user)]
    if not old:
        faults.insert(0, Fault("old", "Enter the password you have now."))
    elif not faults and authenticate(request, username=user.username, password=old) is None:
        faults.append(Fault("old", "That is not the password you have now."))
    if faults:
        return _change(user, tuple(faults))
    with transaction.atomic():
        sessions.set_password(
            User.objects.select_for_update().get(pk=user.pk), new, request=request
        )
    return HttpResponseRedirect(f"{reverse('account')}?changed=yes")


@page(NoQuery, methods=("POST",))
def sign_out_everywhere(request: HttpRequest, query: NoQuery) -> HttpResponse:
    """End every session of the account."""
    sessions.leave_everywhere(request, signed_in(request))
    return HttpResponseRedirect(reverse("sign-in"))


def _change(user: User, faults: tuple[Fault, ...]) -> Page:
    return Page(
        title="Change your password",
        template="workspaces/change_password.html",
        content=PasswordPage(username=user.username, faults=faults),
        document=lambda: {"kind": "change-password"},
        status=400 if faults else 200,
        problems=as_problems(faults),
        crumbs=(("Your account", reverse("account")),),
    )


ROUTES = [
    path("account", account, name="account"),
    path("account/password", change_password, name="change-password"),
    path("account/sign-out-everywhere", sign_out_everywhere, name="sign-out-everywhere"),
]
