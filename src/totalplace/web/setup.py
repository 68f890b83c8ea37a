"""Make the data folder ready: styles, database, static files. Done again, it does nothing.

Flow: web.assets, Django's migrations -> THIS -> web.server, tests
Run by ``python -m totalplace.web.setup``, before a service starts or when it is upgraded.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from totalplace.errors import TotalPlaceError

SayFn = Callable[[str], None]


def start_django() -> None:
    """Load the settings and the applications of this process, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "totalplace.web.settings")
    import django

    django.setup()


def prepare(say_fn: SayFn) -> None:
    """Bring the data folder up to this version of the program.

    Args:
        say_fn: Told what is being done, when it takes a while.

    Raises:
        InputError: A setting cannot be used, or the data folder cannot be written.
        AssetError: The styles could not be made.
    """
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    from totalplace.web import assets

    data = settings.CONFIG.data
    if not assets.are_built(data):
        say_fn("Making the styles (once; half a minute) ...")
        assets.build(data)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    migrate()


def migrate() -> None:
    """Bring the database up to this version of the program; Django must have been started.

    Raises:
        InputError: It holds accounts that nothing of ours made.
    """
    from django.core.management import call_command

    from totalplace.web.workspaces.upgrade import forget_stock_accounts

    forget_stock_accounts()
    call_command("migrate", interactive=False, verbosity=0)


def main() -> int:
    """Prepare, and see that the book opens; the exit code."""

    def say(words: str) -> None:
        sys.stderr.write(f"{words}\n")

    try:
        prepare(say)
        from totalplace.web.library import library

        library().close()
    except TotalPlaceError as error:
        say(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
