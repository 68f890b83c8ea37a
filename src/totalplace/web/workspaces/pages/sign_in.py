"""Sign in, sign out, and set a password by a link that works once.

Flow: workspaces.sessions -> THIS -> templates/workspaces/sign_in.html, set_password.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.debug import sensitive_post_parameters

from totalplace.errors import Problem
from totalplace.web.page import Page, page
from totalplace.web.query import NoQuery
from totalplace.web.workspaces import sessions
from totalplace.web.workspaces.forms import Fault, as_problems
from totalplace.web.workspaces.models import LONGEST_NAME, User

WRONG = "The name or the password is not right."
VOID = "This link does not work: it was used already, is over a week old, or is not complete."


@dataclass(frozen=True, slots=True)
class SignInQuery:
    """Where to go afterwards, and whether a password was just set."""

    next: str = field(default="", metadata={"longest": 6000})
    set: bool = False


@dataclass(frozen=True, slots=True)
class LinkQuery:
    """The secret of a link."""

    link: str = field(default="", metadata={"longest": 300})


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the form brings; read by `sessions`, since a password is taken as it is."""

    username: str = field(default="", metadata={"longest": LONGEST_NAME})
    password: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})
    next: str = field(default="", metadata={"longest": 6000})


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """What the form of a new password brings; read by `sessions` too."""

    link: str = field(default="", metadata={"longest": 300})
    new: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})
    again: str = field(default="", metadata={"longest": sessions.LONGEST_PASSWORD})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """What the template reads."""

    username: str
    next: str
    was_set: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPasswordPage:
    """What the template reads."""

    who: str  # "" when the link is void
    username: str
    link: str
    faults: tuple[Fault, ...]


@sensitive_post_parameters("password")
@page(SignInQuery, methods=("GET", "HEAD", "POST"), form=SignInForm)
def sign_in(request: HttpRequest, query: SignInQuery) -> Page | HttpResponse:
    """Sign in. A wrong name and a wrong password are told in the same words."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(sessions.safe_next(request, query.next))
        return _sign_in(SignInPage(username="", next=query.next, was_set=query.set, faults=()))
    username = sessions.typed_name(request.POST)
    password = sessions.typed_password(request.POST, "password")
    after = str(request.POST.get("next", ""))
    faults = []
    if not username:
        faults.append(Fault("username", "Enter the name you sign in with."))
    if not password:
        faults.append(Fault("password", "Enter your password."))
    if not faults:
        user = authenticate(request, username=username, password=password)
        if isinstance(user, User):
            sessions.enter(request, user)
            return HttpResponseRedirect(sessions.safe_next(request, after))
        faults.append(Fault("username", WRONG))
    return _sign_in(SignInPage(username=username, next=after, was_set=False, faults=tuple(faults)))


@page(NoQuery, methods=("POST",))
def sign_out(request: HttpRequest, query: NoQuery) -> HttpResponse:
    """End this session."""
    logout(request)
    return HttpResponseRedirect(reverse("start"))


@sensitive_post_parameters("new", "again", "link")
@page(LinkQuery, methods=("GET", "HEAD", "POST"), form=PasswordForm)
def set_password(request: HttpRequest, query: LinkQuery) -> Page | HttpResponse:
    """Set a password by a link that works once."""
    posted = request.method == "POST"
    link = str(request.POST.get("link", ""))[:300] if posted else query.link
    with transaction.atomic():
        user = sessions.user_of_link(link)
        if user is None:
            return _set_password(SetPasswordPage(who="", username="", link="", faults=()))
        faults: tuple[Fault, ...] = ()
        if posted:
            new = sessions.typed_password(request.POST, "new")
            again = sessions.typed_password(request.POST, "again")
            faults = tuple(
                Fault("new", words) for words in sessions.password_faults(new, again, user)
            )
            if not faults:
                sessions.set_password(user, new)
                return HttpResponseRedirect(f"{reverse('sign-in')}?set=yes")
        return _set_password(
            SetPasswordPage(who=user.name, username=user.username, link=link, faults=faults)
        )


def _sign_in(content: SignInPage) -> Page:
    return Page(
        title="Sign in",
        template="workspaces/sign_in.html",
        content=content,
        document=lambda: {"kind": "sign-in"},
        status=400 if content.faults else 200,
        problems=as_problems(content.faults),
    )


def _set_password(content: SetPasswordPage) -> Page:
    void = not content.who
    return Page(
        title="This link does not work" if void else "Set your password",
        template="workspaces/set_password.html",
        content=content,
        document=lambda: {"kind": "set-password", "username": content.username or None},
        status=404 if void else 400 if content.faults else 200,
        problems=(Problem(what=VOID, where="link"),) if void else as_problems(content.faults),
    )


ROUTES = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("set-password", set_password, name="set-password"),
]
