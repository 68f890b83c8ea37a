"""A partnership and its people on a running service, made in its database.

Flow: tests -> THIS -> tests of own figures on a running service
"""

from __future__ import annotations

import os
import subprocess
import sys

PASSWORD = "a heron counts 7 lanterns"
ROOM = "Exampleton"
MAKE = """
import sys
from totalplace.web.setup import start_django
start_django()
from totalplace.web.workspaces.models import Membership, Partnership, User
room, username, role, password = sys.argv[1:]
made, _ = Partnership.objects.get_or_create(
    name=room, defaults={"area_codes": ["E09000007", "E09000019"]}
)
user = User(username=username, name=username.capitalize())
user.set_password(password)
user.save()
Membership.objects.create(partnership=made, user=user, role=role)
"""


def add_person(served, username, role):
    """A new account with PASSWORD, a member of Exampleton: Camden and Islington."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", MAKE, ROOM, username, role, PASSWORD],
        env={**clean, "TOTALPLACE_WEB_DATA": str(served.data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
