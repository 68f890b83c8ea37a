"""`totalplace publishers`: one service on two publishers' figures.

Flow: options -> THIS -> scenarios.two_publishers -> reports.publishers_report
In: what a person typed. Out: the answer in words, JSON or files. No arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace.cli.money import AsJson, BookFile
from totalplace.cli.opening import open_book
from totalplace.cli.options import (
    Arrangements,
    DrawCount,
    Seed,
    ServiceName,
    Settings,
    registry_with,
)
from totalplace.cli.screen import Screen


def publishers(
    service: ServiceName,
    *,
    arrangement: Arrangements = None,
    draws: DrawCount = 256,
    seed: Seed = 1,
    setting: Settings = None,
    book: BookFile = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
    ] = None,
) -> None:
    """Where two publishers differ about SERVICE, which is used, and what that does to a plan."""
    from totalplace.scenarios.two_publishers import two_publishers

    screen = Screen()
    with open_book(book) as opened, screen.progress():
        one = two_publishers(
            opened,
            service,
            arrangements=tuple(arrangement or ()),
            seed=seed,
            draws=draws,
            registry=registry_with(setting),
        )
    from totalplace.reports import publishers_report

    written = publishers_report.write_publishers(one, out) if out is not None else []
    if as_json:
        typer.echo(publishers_report.publishers_to_json(one), nl=False)
    else:
        typer.echo(publishers_report.publishers_text(one, width=screen.width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)
