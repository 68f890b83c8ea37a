"""People with accounts, partnerships and roles, for tests.

Flow: tests -> THIS -> web.workspaces
"""

from __future__ import annotations

import itertools
from functools import cache

from visiting import Visitor

PASSWORD = "a heron counts 7 lanterns"
NUMBERS = itertools.count(1)


@cache
def hashed():
    """The password as it is kept; made once, since that is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


def person(name="Person", **more):
    """A new account, with PASSWORD."""
    from totalplace.web.workspaces.models import User

    number = next(NUMBERS)
    values = {"username": f"{name.lower()}-{number}", "name": f"{name} {number}"}
    return User.objects.create(**values, password=hashed(), **more)


def partnership(name="Partnership", **roles):
    """A new partnership, and its members: ``partnership(Ann="manager")`` gives it and Ann."""
    from totalplace.web.workspaces.models import Membership, Partnership

    made = Partnership.objects.create(name=f"{name} {next(NUMBERS)}")
    people = [person(who) for who in roles]
    for who, role in zip(people, roles.values(), strict=True):
        Membership.objects.create(partnership=made, user=who, role=role)
    return made, *people


def signed_in(user):
    """A browser in which that person is signed in."""
    found = Visitor()
    found.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return found
