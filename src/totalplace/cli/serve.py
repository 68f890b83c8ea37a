"""`totalplace serve`: the web application on this machine.

Flow: options -> THIS -> web.server
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from totalplace.errors import TotalPlaceError


def serve(
    *,
    book: Annotated[
        Path | None,
        typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="FOLDER",
            help="Where accounts, plans and the built styles are kept.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, metavar="N", help="The port.")
    ] = 8000,
    pages_only: Annotated[
        bool,
        typer.Option("--pages-only", help="Start no worker for plans: one runs elsewhere."),
    ] = False,
) -> None:
    """Serve the web application; the first time, make its styles and its database."""
    check_installed()
    from totalplace.web.server import serve as start

    given = {"BOOK": book, "DATA": data}
    for name, path in given.items():
        if path is not None:  # so that gunicorn's processes and the worker see it too
            os.environ[f"TOTALPLACE_WEB_{name}"] = str(path.absolute())
    start(
        host=host,
        port=port,
        workers=not pages_only,
        say_fn=lambda words: typer.echo(words, err=True),
    )


def check_installed() -> None:
    """See that the web application is installed.

    Raises:
        TotalPlaceError: It is an extra, and is not.
    """
    try:
        import django  # noqa: F401 (only to see whether it is there)
    except ImportError:
        raise TotalPlaceError(
            "The web application is not installed. Install it with: pip install 'totalplace[web]'"
        ) from None
