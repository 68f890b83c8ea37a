"""`totalplace web user`, `partnership` and `member`: who may sign in, and where they belong.

Flow: options -> THIS -> web.workspaces.people
For whoever runs the service. A password is asked for or set by a link, never given on the command
line, where others on the machine could read it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace.cli.serve import check_installed
from totalplace.errors import InputError, Problem

if TYPE_CHECKING:
    from totalplace.web.workspaces.models import Partnership, Role, User

OPTIONS: dict[str, Any] = {
    "no_args_is_help": True,
    "add_completion": False,
    "rich_markup_mode": None,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
app = typer.Typer(help="Accounts and partnerships of the web application.", **OPTIONS)
users = typer.Typer(help="Accounts: who may sign in.", **OPTIONS)
partnerships = typer.Typer(help="Partnerships: whose workspaces there are.", **OPTIONS)
members = typer.Typer(help="Members: who is what in which partnership.", **OPTIONS)
app.add_typer(users, name="user")
app.add_typer(partnerships, name="partnership")
app.add_typer(members, name="member")

Username = Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="FOLDER", help="As for serve: where accounts are kept."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
At = Annotated[
    str, typer.Option("--at", metavar="ADDRESS", help="Where the service is, for links.")
]
OfPartnership = Annotated[
    str, typer.Option("--partnership", metavar="PARTNERSHIP", help="The name of a partnership.")
]
HERE = "http://127.0.0.1:8000"


@users.command("add")
def add_user(
    username: Username,
    *,
    name: Annotated[
        str, typer.Option("--name", metavar="WORDS", help="The name for others to read.")
    ] = "",
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="Optional.")] = "",
    ask: Annotated[
        bool,
        typer.Option("--ask-password", help="Ask for a password now, instead of giving a link."),
    ] = False,
    at: At = HERE,
    data: Data = None,
) -> None:
    """Make an account, and print a link by which its password is set once."""
    with _service(data):
        from django.db import transaction

        from totalplace.web.workspaces import people, sessions

        with transaction.atomic():  # no account without the password that was asked for
            made = people.add_user(username, name=name, email=email)
            if ask:
                first = typer.prompt("Password", hide_input=True, err=True)
                again = typer.prompt("The same once more", hide_input=True, err=True)
                faults = sessions.password_faults(first, again, made)
                if faults:
                    raise InputError(
                        [Problem(what=one) for one in faults], after="No account was made."
                    )
                sessions.set_password(made, first)
        typer.echo(f"There is an account for {made}.", err=True)
        if not ask:
            _show_link(made, at)


@users.command("link")
def user_link(username: Username, *, at: At = HERE, data: Data = None) -> None:
    """Print a link by which the password of an account is set once."""
    with _service(data):
        from totalplace.web.workspaces import trail

        found = _user(username)
        trail.record(trail.LINK, found, actor=None)
        _show_link(found, at)


@users.command("close")
def close_user(username: Username, *, data: Data = None) -> None:
    """Close an account: it is signed out at once and cannot sign in."""
    with _service(data):
        from totalplace.web.workspaces import people

        people.close_account(_user(username))


@users.command("reopen")
def reopen_user(username: Username, *, data: Data = None) -> None:
    """Open a closed account again."""
    with _service(data):
        from totalplace.web.workspaces import people

        people.reopen_account(_user(username))


@users.command("delete")
def delete_user(
    username: Username,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Delete an account. What it saved and wrote, and the trail, keep its name."""
    with _service(data):
        found = _user(username)
        if not yes:
            typer.confirm(f"Delete the account of {found}?", abort=True, err=True)
        found.delete()


@users.command("list")
def list_users(*, as_json: AsJson = False, data: Data = None) -> None:
    """Every account, and where it belongs."""
    with _service(data):
        from totalplace.web.workspaces.models import User

        rows: list[dict[str, Any]] = [
            {
                "username": one.username,
                "name": one.name,
                "open": one.is_active,
                "partnerships": {m.partnership.name: m.role for m in one.memberships.all()},
            }
            for one in User.objects.prefetch_related("memberships__partnership").order_by(
                "username"
            )
        ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        roles = ", ".join(f"{role} of {where}" for where, role in row["partnerships"].items())
        state = "" if row["open"] else " (closed)"
        typer.echo(f"{row['username']}{state}: {row['name']}; {roles or 'in no partnership'}")


@partnerships.command("add")
def add_partnership(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    *,
    areas: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="An authority it concerns; repeat it."),
    ] = None,
    data: Data = None,
) -> None:
    """Make a partnership, with an empty workspace."""
    with _service(data):
        from totalplace.measures.today import todays_authorities
        from totalplace.web.library import library
        from totalplace.web.workspaces import people

        codes: list[str] = []
        if areas:
            found = todays_authorities(library().book).register.resolve_all(areas)
            codes = [one.area_code for one in found]
        made = people.add_partnership(name, codes)
        typer.echo(
            f"There is a partnership {made}. Add a manager with 'totalplace web member add'."
        )


@partnerships.command("list")
def list_partnerships(*, as_json: AsJson = False, data: Data = None) -> None:
    """Every partnership, and how many members it has."""
    with _service(data):
        from totalplace.web.workspaces.models import Partnership

        rows = [
            {"name": one.name, "areas": one.area_codes, "members": one.memberships.count()}
            for one in Partnership.objects.order_by("name")
        ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        typer.echo(f"{row['name']}: {row['members']} members")


@members.command("add")
def add_member(
    username: Username,
    *,
    partnership: OfPartnership,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="reader, analyst or manager.")
    ] = "reader",
    at: At = HERE,
    data: Data = None,
) -> None:
    """Make somebody who has an account a member of a partnership."""
    with _service(data):
        from totalplace.web.workspaces import people

        user, room, wanted = _user(username), _partnership(partnership), _role(role)
        again = people.add_member(room, user, wanted)
        user.refresh_from_db()
        typer.echo(f"{user} is {role} of {room}.", err=True)
        if again:
            typer.echo(
                "They are in another partnership, whose managers could know their password. It "
                "does not work any more; the link sets a new one.",
                err=True,
            )
        if not user.has_usable_password():
            _show_link(user, at)


@members.command("remove")
def remove_member(username: Username, *, partnership: OfPartnership, data: Data = None) -> None:
    """Take somebody out of a partnership; the account stays."""
    with _service(data):
        from totalplace.web.workspaces import people

        user, room = _user(username), _partnership(partnership)
        found = user.memberships.filter(partnership=room).first()
        if found is None:
            raise InputError(f"{user} is no member of {room}. Nothing was changed.")
        people.remove(found)


@contextmanager
def _service(data: Path | None) -> Iterator[None]:
    """The service's accounts, its database brought up to date; the trail says who acts."""
    check_installed()
    if data is not None:
        os.environ["TOTALPLACE_WEB_DATA"] = str(data.absolute())
    from totalplace.web.setup import migrate, start_django

    start_django()
    migrate()
    from totalplace.web.workspaces.trail import OPERATOR, acting_as

    with acting_as(OPERATOR):
        yield


def _show_link(user: User, at: str) -> None:
    from totalplace.web.workspaces.sessions import link_for

    typer.echo("Pass this on; it sets the password, works once, for a week:", err=True)
    typer.echo(f"{at.rstrip('/')}{link_for(user)}")


def _user(username: str) -> User:
    from totalplace.web.workspaces.models import User, plain_name

    found = User.objects.filter(username=plain_name(username)).first()
    if found is None:
        raise InputError(
            f"There is no account {username!r}; 'totalplace web user list' names them. "
            "Nothing was changed."
        )
    return found


def _partnership(name: str) -> Partnership:
    from totalplace.web.workspaces.models import Partnership

    found = Partnership.objects.filter(name=" ".join(name.split())).first()
    if found is None:
        raise InputError(
            f"There is no partnership {name!r}; 'totalplace web partnership list' names them. "
            "Nothing was changed."
        )
    return found


def _role(words: str) -> Role:
    from totalplace.web.workspaces.models import Role

    if words not in Role.values:
        raise InputError(f"There is no role {words!r}. Choose among: {', '.join(Role.values)}.")
    return Role(words)
