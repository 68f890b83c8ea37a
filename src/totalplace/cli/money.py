"""`totalplace money`: what all public bodies spend on children in a place.

Flow: options -> THIS -> scenarios.counting -> reports.money_text, reports.money_document
In: what a person typed. Out: the count in words or JSON. No arithmetic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from totalplace.cli.opening import OwnFile, open_book
from totalplace.cli.screen import Screen

AreaName = Annotated[
    str,
    typer.Argument(
        metavar="AREA", help="An authority, a region, England, or several: 'Bexley + Bromley'."
    ),
]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def money(
    area: AreaName,
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="T", help="Only this theme, such as 'care'.")
    ] = "",
    by: Annotated[
        Literal["theme", "outcome", "layer", "payer", "service", "age", "stance", "year"],
        typer.Option("--by", help="How to cut the count."),
    ] = "theme",
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
    ] = None,
) -> None:
    """What all public bodies spend on children in AREA, and what is not known."""
    from totalplace.evidence.registry import Registry
    from totalplace.scenarios.counting import count_place

    with open_book(book, own) as opened:
        one = count_place(opened, area, Registry.load(), theme=theme)
    written: list[Path] = []
    if out is not None:
        from totalplace.reports.money_write import write_money

        written = write_money(one, out, by=by)
    if as_json:
        from totalplace.reports.money_document import money_to_json

        typer.echo(money_to_json(one), nl=False)
    else:
        from totalplace.reports.money_text import money_text

        typer.echo(money_text(one, by=by, width=Screen().width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)


def part_of(text: str, option: str) -> float:
    """A part of one from '20%', '20 %' or '0.2'."""
    bare = text.strip()
    try:
        return float(bare.rstrip("% ")) / 100 if bare.endswith("%") else float(bare)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no part such as '20%' or '0.2'", param_hint=option
        ) from error
