"""`totalplace profile`: one page on a place.

Flow: options -> THIS -> scenarios.profile -> reports
In: what a person typed. Out: the page in words, JSON or files. No arithmetic.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from totalplace.cli.opening import OwnFile, open_book
from totalplace.cli.screen import Screen

Area = Annotated[
    str,
    typer.Argument(
        metavar="AREA",
        help="An authority of today or the past, a postcode, several joined by '+', a region, "
        "or England.",
    ),
]
NeighbourList = Annotated[
    Literal["2025", "2021", "need", "region"],
    typer.Option("--neighbours", help="Whom to compare with."),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="AREA", help="Your own choice to compare with; may be repeated."
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what had happened by that day."),
]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OutFolder = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FOLDER", help="Also write a web page, a workbook, a paper and JSON."
    ),
]


def profile(
    area: Area,
    *,
    neighbours: NeighbourList = "2025",
    compare_with: With = None,
    as_of: AsOf = None,
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
    out: OutFolder = None,
) -> None:
    """One page on a place, real or proposed: need, outcomes, money, neighbours."""
    from totalplace.scenarios.profile import profile as build

    screen = Screen()
    with open_book(book, own) as opened, screen.progress():
        place = build(
            opened,
            area,
            neighbour_list=neighbours,
            compare_with=tuple(compare_with or ()),
            as_of=as_of.date() if as_of is not None else None,
        )
    written: list[Path] = []
    if out is not None:
        from totalplace.reports.profile_write import write_profile

        written = write_profile(place, out)
    if as_json:
        from totalplace.reports.profile_json import profile_to_json

        typer.echo(profile_to_json(place), nl=False)
    else:
        from totalplace.reports.profile_text import profile_text

        typer.echo(
            profile_text(place, width=screen.width, emphasis_fn=screen.emphasis_fn), nl=False
        )
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)
