"""Everything that is done to accounts, partnerships and memberships, each in one transaction.

Flow: workspaces.pages, cli.web -> THIS -> workspaces.models
Whoever manages one partnership must not get into another: the password and the account of somebody
who is in several are left to whoever runs the service. A partnership is never left without a
manager.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from totalplace.errors import InputError, Problem
from totalplace.web.workspaces import sessions, trail
from totalplace.web.workspaces.models import (
    LONGEST_NAME,
    Membership,
    Partnership,
    Role,
    User,
    plain_name,
)

USERNAME = re.compile(r"[\w.@+-]+")
ELSEWHERE = "Only whoever runs this service can do that for this account."
NOTHING = "Nothing was changed."


def add_user(username: str, *, name: str = "", email: str = "", taken: str = "") -> User:
    """A new account, without a password until one is set.

    Args:
        username: The name to sign in with.
        name: The name for others to read; left out: the one to sign in with.
        email: An address, if there is one.
        taken: What to do when the name is taken, in words.

    Raises:
        InputError: A name or an address that cannot be used; all of them.
    """
    plain, shown = plain_name(username), " ".join(name.split())
    faults = []
    if not USERNAME.fullmatch(plain) or len(plain) > LONGEST_NAME:
        faults.append(
            Problem(
                what=f"{username[:40]!r} is no name to sign in with",
                where="username",
                fix="Use letters, figures and . @ + - _, without spaces: ann.other.",
            )
        )
    if len(shown) > LONGEST_NAME or not shown.isprintable():
        faults.append(
            Problem(what="The name cannot be shown", where="name", fix="Use at most 150 letters.")
        )
    if email:
        try:
            validate_email(email)
        except ValidationError:
            faults.append(
                Problem(
                    what=f"{email[:60]!r} is no e-mail address",
                    where="email",
                    fix="Write it as ann@council.example, or leave it out.",
                )
            )
    if not faults and User.objects.filter(username=plain).exists():
        faults.append(_taken(plain, taken))
    if faults:
        raise InputError(faults, after="No account was made.")
    made = User(username=plain, name=shown or plain, email=email)
    made.set_unusable_password()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # by somebody else, between looking and writing
        raise InputError(_taken(plain, taken), after="No account was made.") from None
    return made


def add_partnership(name: str, area_codes: Sequence[str] = ()) -> Partnership:
    """A new partnership, without members.

    Raises:
        InputError: No name, one that is too long, or one that is taken.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise InputError(
            Problem(what="The partnership has no usable name", fix="Give 1 to 150 letters."),
            after="Nothing was made.",
        )
    if Partnership.objects.filter(name=plain).exists():
        raise InputError(f"There is a partnership called {plain} already. Nothing was made.")
    return Partnership.objects.create(name=plain, area_codes=sorted(set(area_codes)))


def add_member(partnership: Partnership, user: User, role: Role) -> bool:
    """Make somebody who has an account a member; whether they need a new password now.

    They do when they are a member elsewhere: the managers there could know their password.

    Raises:
        InputError: They are a member already.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if Membership.objects.filter(partnership=partnership, user=user).exists():
            raise InputError(f"{user} is a member of {partnership} already. {NOTHING}")
        elsewhere = Membership.objects.filter(user=user).exists()
        Membership.objects.create(partnership=partnership, user=user, role=role)
        _void(user, password=elsewhere)
    return elsewhere


def invite(
    partnership: Partnership, *, username: str, name: str, email: str, role: Role
) -> Membership:
    """A new account as a member; its password is set by a link (`sessions.link_for`).

    Raises:
        InputError: A name or an address that cannot be used; all of them.
    """
    with transaction.atomic():
        user = add_user(
            username,
            name=name,
            email=email,
            taken="Choose another. If it is the account of the person you mean, ask whoever runs "
            "this service to make it a member.",
        )
        return Membership.objects.create(partnership=partnership, user=user, role=role)


def change_role(member: Membership, role: Role) -> None:
    """Make a member something else.

    Raises:
        InputError: No manager would be left.
    """
    with transaction.atomic():
        fresh = _locked(member)
        if fresh.role == Role.MANAGER and role != Role.MANAGER:
            _check_others(fresh)
        fresh.role = role
        fresh.save(update_fields=["role"])


def remove(member: Membership) -> None:
    """Take somebody out of a partnership; the account stays.

    When it was the last one, its password stops working: the managers here could know it, and
    whoever runs the service may make the account a member elsewhere.

    Raises:
        InputError: No manager would be left.
    """
    with transaction.atomic():
        fresh = _locked(member)
        if fresh.role == Role.MANAGER:
            _check_others(fresh)
        fresh.delete()
        user = User.objects.select_for_update().get(pk=fresh.user_id)
        if not Membership.objects.filter(user=user).exists():
            _void(user, password=True)


def close(member: Membership, *, by: User | None) -> None:
    """Close the account of somebody who is in this partnership alone; it is signed out at once.

    Raises:
        InputError: They are in others too, it is one's own, or no manager would be left.
    """
    with transaction.atomic():
        fresh = _locked(member)
        if by is not None and by.pk == fresh.user_id:
            raise InputError(f"Another manager has to close your account. {NOTHING}")
        _check_alone(fresh)
        if fresh.role == Role.MANAGER:
            _check_others(fresh)
        _set_active(fresh.user, active=False)


def reopen(member: Membership) -> None:
    """Open a closed account again.

    Raises:
        InputError: They are in other partnerships too.
    """
    with transaction.atomic():
        fresh = _locked(member)
        _check_alone(fresh)
        _set_active(fresh.user, active=True)


def new_link(member: Membership, *, by: User) -> str:
    """The address at which a member who is in this partnership alone can set a password, once.

    Raises:
        InputError: They are in others too, or the account is closed.
    """
    with transaction.atomic():
        fresh = _locked(member)
        _check_alone(fresh)
        if not fresh.user.is_active:
            raise InputError(f"The account is closed. Open it first. {NOTHING}")
        trail.record(trail.LINK, fresh.user, actor=by)
        return sessions.link_for(fresh.user)


def is_alone(user: User) -> bool:
    """Whether an account belongs to no more than one partnership."""
    return Membership.objects.filter(user=user).count() <= 1


def close_account(user: User) -> None:
    """Close any account; for whoever runs the service."""
    _set_active(user, active=False)


def reopen_account(user: User) -> None:
    """Open any account again; for whoever runs the service."""
    _set_active(user, active=True)


def _set_active(user: User, *, active: bool) -> None:
    user.is_active = active
    user.generation += 1
    user.save(update_fields=["is_active", "generation"])


def _void(user: User, *, password: bool) -> None:
    """End the sessions of an account and the links that were made for it; its password too."""
    if password:
        user.set_unusable_password()
    user.generation += 1
    user.save(update_fields=["password", "generation"])


def _locked(member: Membership) -> Membership:
    """The membership as it is now; changes to the same partnership wait for one another."""
    Partnership.objects.select_for_update().get(pk=member.partnership_id)
    found = Membership.objects.select_related("user").filter(pk=member.pk).first()
    if found is None:
        raise InputError(f"They are not a member any more. {NOTHING}")
    return found


def _check_others(member: Membership) -> None:
    others = Membership.objects.filter(
        partnership_id=member.partnership_id, role=Role.MANAGER, user__is_active=True
    ).exclude(pk=member.pk)
    if not others.exists():
        raise InputError(
            "A partnership needs a manager, and this is the only one. Make somebody else a "
            f"manager first. {NOTHING}"
        )


def _check_alone(member: Membership) -> None:
    if not is_alone(member.user):
        raise InputError(f"{ELSEWHERE} {NOTHING}")


def _taken(username: str, fix: str) -> Problem:
    return Problem(what=f"The name {username} is taken", where="username", fix=fix or "Choose one.")
