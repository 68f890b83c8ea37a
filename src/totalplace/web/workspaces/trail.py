"""The trail of changes: what is written to it, and by whom.

Flow: models, sign-ins -> THIS -> workspaces.entries
Changes to models are written by django-auditlog; who acts comes from the request, or from
`acting_as` where there is none. Network addresses are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from auditlog.registry import auditlog
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from totalplace.web.workspaces.entries import ACTOR, Actor, Entry
from totalplace.web.workspaces.holdings import Note, Saved
from totalplace.web.workspaces.models import Membership, Partnership, User, plain_name

OPERATOR = "whoever runs the service"
SIGNED_IN, SIGNED_OUT, REFUSED = "signed in", "signed out", "wrong password"
PASSWORD, EVERYWHERE, LINK = "set a password", "signed out everywhere", "made a password link"
NOBODY = "a name that has no account"
STRANGER = "somebody not signed in"


class WhoActs:
    """Middleware: changes made while a request is answered are those of who sent it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if request.method in {"GET", "HEAD", "OPTIONS"}:  # these change nothing
            return self.get_response(request)
        actor = request.user if request.user.is_authenticated else None
        with acting(Actor(user=actor)):
            return self.get_response(request)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Changes made inside are those of ``actor``."""
    before = ACTOR.set(actor)
    try:
        yield
    finally:
        ACTOR.reset(before)


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Changes made inside are those of ``name``, who has no account: the command line's."""
    with acting(Actor(name=name)):
        yield


def day(moment: datetime) -> str:
    """A day for people to read, as it was in London."""
    here = timezone.localtime(moment)
    return f"{here.day} {here:%B %Y}"


def minute(moment: datetime) -> str:
    """A day and a time for people to read, as it was in London."""
    return f"{day(moment)}, {timezone.localtime(moment):%H:%M}"


def record(event: str, user: User | None, *, actor: User | None) -> None:
    """Write what is no change of a model.

    Args:
        event: What happened.
        user: The account it happened to; None: there is none of the name that was given.
        actor: Who did it; None: a stranger, or whoever acts already (`acting_as`).
    """
    Entry.objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_pk="" if user is None else str(user.pk),
        object_id=None if user is None else user.pk,
        object_repr=NOBODY if user is None else str(user),
        action=Entry.Action.ACCESS,
        event=event,
        actor=actor,
        additional_data=None if user is None else user.get_additional_data(),
    )


def watch() -> None:
    """Connect everything that is written to the trail; called once, when Django starts."""
    auditlog.register(User, include_fields=["username", "name", "email", "is_active"])
    auditlog.register(Partnership, include_fields=["name", "area_codes"])
    auditlog.register(Membership, include_fields=["role"])  # str() of it says whose
    auditlog.register(Saved, include_fields=["kind", "name", "address"])
    auditlog.register(Note, include_fields=["author_name", "edited_at"])  # not its words
    user_logged_in.connect(_signed_in, dispatch_uid="trail")
    user_logged_out.connect(_signed_out, dispatch_uid="trail")
    user_login_failed.connect(_refused, dispatch_uid="trail")


def _signed_in(sender: object, user: User, **_: Any) -> None:
    record(SIGNED_IN, user, actor=user)


def _signed_out(sender: object, user: User | None, **_: Any) -> None:
    if user is not None:
        record(SIGNED_OUT, user, actor=user)


def _refused(sender: object, credentials: dict[str, Any], **_: Any) -> None:
    name = plain_name(str(credentials.get("username") or ""))
    record(REFUSED, User.objects.filter(username=name).first(), actor=None)
