"""`totalplace split`: a county divided into new authorities along district lines.

Flow: options -> THIS -> scenarios.splitting -> reports.split_report
In: what a person typed. Out: the answer in words, JSON or files. No arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace.cli.money import AsJson, BookFile
from totalplace.cli.opening import open_book
from totalplace.cli.options import Seed, Settings, registry_with
from totalplace.cli.screen import Screen


def split(
    area: Annotated[str, typer.Argument(metavar="AREA", help="A county with districts.")],
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FILE", help="CSV or JSON: which district goes to which authority."
        ),
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print such a file to fill in, and stop.")
    ] = False,
    seed: Seed = 1,
    setting: Settings = None,
    book: BookFile = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
    ] = None,
) -> None:
    """Divide AREA along district lines: whose money, need and fixed costs, and what is lost."""
    if into is None and not template:
        raise typer.BadParameter(
            "name a file, or ask for one to fill in with --template", param_hint="--into"
        )
    from totalplace.scenarios import splitting

    with open_book(book) as opened:
        if into is None or template:
            from totalplace.scenarios.into import template as to_fill_in

            typer.echo(to_fill_in(splitting.county_of(opened, area).districts), nl=False)
            return
        one = splitting.split(opened, area, into, seed=seed, registry=registry_with(setting))
    written: list[Path] = []
    if out is not None:
        from totalplace.reports.split_report import write_split

        written = write_split(one, out)
    if as_json:
        from totalplace.reports.split_document import split_to_json

        typer.echo(split_to_json(one), nl=False)
    else:
        from totalplace.reports.split_report import split_text

        typer.echo(split_text(one, width=Screen().width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)
