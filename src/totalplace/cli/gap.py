"""`totalplace gap`: which joint options and choices close a stated gap.

Flow: options -> THIS -> scenarios.closing -> reports.gap_report
In: what a person typed. Out: the answer in words, JSON or files. No arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from totalplace.cli.money import AsJson, BookFile, part_of
from totalplace.cli.opening import open_book
from totalplace.cli.options import Seed, Settings, registry_with
from totalplace.cli.screen import Screen


def gap(
    area: Annotated[str, typer.Argument(metavar="AREA", help="One authority.")],
    *,
    cut: Annotated[
        str,
        typer.Option(
            "--cut",
            metavar="PER CENT",
            help="The gap, such as '20%', to 35%; or one for each year: '10%,20%,35%'.",
        ),
    ],
    seed: Seed = 1,
    setting: Settings = None,
    book: BookFile = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
    ] = None,
) -> None:
    """Which joint options and choices close a gap in AREA, with the statutory core held whole."""
    parts = [part_of(one, "--cut") for one in cut.split(",")]
    from totalplace.scenarios import closing

    with open_book(book) as opened:
        one = closing.gap(
            opened,
            area,
            cut=parts[0] if len(parts) == 1 else parts,
            seed=seed,
            registry=registry_with(setting),
        )
    written: list[Path] = []
    if out is not None:
        from totalplace.reports.gap_report import write_gap

        written = write_gap(one, out)
    if as_json:
        from totalplace.reports.gap_document import gap_to_json

        typer.echo(gap_to_json(one), nl=False)
    else:
        from totalplace.reports.gap_report import gap_text

        typer.echo(gap_text(one, width=Screen().width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)
