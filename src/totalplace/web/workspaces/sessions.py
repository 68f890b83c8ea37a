"""Signing in and out, and links that set a password once.

Flow: workspaces.pages, cli.web -> THIS -> Django's accounts, django-axes
The same words and about the same time whether a name has an account or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.utils import reset as forgive
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import (
    url_has_allowed_host_and_scheme,
    urlsafe_base64_decode,
    urlsafe_base64_encode,
)

from totalplace.errors import Problem
from totalplace.web.failures import failed
from totalplace.web.workspaces import trail
from totalplace.web.workspaces.models import LONGEST_NAME, User, plain_name

LONGEST_PASSWORD = 1_000


class Links(PasswordResetTokenGenerator):
    """Makes the secret of a link: void once a password is set, or the account's sessions ended."""

    key_salt = "totalplace.web.workspaces.sessions.Links"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.generation}{user.is_active}"


LINKS = Links()


def typed_name(given: Mapping[str, Any]) -> str:
    """A name to sign in with, as a form brought it."""
    return plain_name(str(given.get("username") or "").replace("\0", "")[:LONGEST_NAME])


def typed_password(given: Mapping[str, Any], field: str) -> str:
    """A password as a form brought it: every character counts."""
    return str(given.get(field) or "")[: LONGEST_PASSWORD + 1]


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """For django-axes: the name by which it counts, however it was typed."""
    return typed_name(credentials or request.POST)


def unnamed(*_: object) -> str:
    """For django-axes: who its lines in the log are about; they name nobody and no address."""
    return "somebody"


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: object
) -> HttpResponse:
    """For django-axes: what is said after too many wrong passwords, right or wrong."""
    told = failed(
        request,
        429,
        Problem(
            what="Too many wrong passwords were tried for this name from where you are",
            fix="Signing in with it is locked. Come back in an hour; or ask a manager of your "
            "partnership, or whoever runs this service, for a link to set a new password.",
        ),
    )
    told["Retry-After"] = "3600"
    return told


def safe_next(request: HttpRequest, asked: str) -> str:
    """Where to go after signing in: a page of this site, whatever was asked."""
    here = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if here and asked.startswith("/") else reverse("workspaces")


def enter(request: HttpRequest, user: User) -> None:
    """Sign a person in, in a session with a new name."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")


def leave_everywhere(request: HttpRequest, user: User) -> None:
    """End every session of an account, this one too; links to set its password are void."""
    with transaction.atomic():
        fresh = User.objects.select_for_update().get(pk=user.pk)
        fresh.generation += 1
        fresh.save(update_fields=["generation"])
        trail.record(trail.EVERYWHERE, fresh, actor=fresh)
    logout(request)


def link_for(user: User) -> str:
    """The address at which the password of an account can be set, once."""
    who = urlsafe_base64_encode(str(user.pk).encode())
    return f"{reverse('set-password')}?link={who}.{LINKS.make_token(user)}"


def user_of_link(link: str) -> User | None:
    """Whose password a link sets; None when it is used, old, or was never made here."""
    who, _, secret = link.partition(".")
    try:
        number = int(urlsafe_base64_decode(who))
    except (ValueError, OverflowError):
        return None
    if not 0 < number < 2**63:
        return None
    user = User.objects.select_for_update().filter(pk=number, is_active=True).first()
    return user if user is not None and LINKS.check_token(user, secret) else None


def password_faults(new: str, again: str, user: User) -> list[str]:
    """What is wrong with a new password; all of it."""
    if len(new) > LONGEST_PASSWORD:
        return [f"Give at most {LONGEST_PASSWORD} characters."]
    faults: list[str] = []
    try:
        validate_password(new, user)
    except ValidationError as error:
        faults += error.messages
    if new != again:
        faults.append("The two passwords are not the same.")
    return faults


def set_password(user: User, new: str, *, request: HttpRequest | None = None) -> None:
    """Give an account a new password and end its sessions; the one of ``request`` goes on."""
    user.set_password(new)
    user.generation += 1
    user.save(update_fields=["password", "generation"])
    trail.record(trail.PASSWORD, user, actor=user)
    forgive(username=user.username)
    if request is not None:
        update_session_auth_hash(request, user)
