"""A partnership on a running service, made from the command line as whoever runs it would.

Flow: totalplace web -> THIS -> tests of own figures on a running service
"""

from __future__ import annotations

import os
import re
import subprocess
import sys

PASSWORD = "a heron counts 7 lanterns"
ROOM = "Exampleton"


def command(served, *words):
    """Run a command on the service's data; what it printed."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TOTALPLACE_WEB_")}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", "from totalplace.cli.app import main; main()", "web", *words,
         "--data", str(served.data)],
        env=clean, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def link_of(served, username, role):
    """A new account in Exampleton; the path of the link that sets its password."""
    told = command(served, "user", "add", username, "--name", username.capitalize())
    command(served, "member", "add", username, "--partnership", ROOM, "--role", role)
    return re.search(r"/set-password\?link=\S+", told)[0]


def make_partnership(served):
    """Exampleton: Camden and Islington."""
    command(served, "partnership", "add", ROOM, "--area", "Camden", "--area", "Islington")
