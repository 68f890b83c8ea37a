"""`totalplace overlap`: what several bodies pay for the same children in a place.

Flow: options -> THIS -> scenarios.sharing -> reports
In: what a person typed. Out: the answer in words or JSON. No arithmetic.
"""

from __future__ import annotations

import typer

from totalplace.cli.money import AreaName, AsJson, BookFile
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen


def overlap(area: AreaName, *, book: BookFile = None, as_json: AsJson = False) -> None:
    """Functions that two or more public bodies pay for in AREA, priced as ranges."""
    from totalplace.evidence.registry import Registry
    from totalplace.scenarios.sharing import overlap_place

    with open_book(book) as opened:
        one = overlap_place(opened, area, Registry.load())
    if as_json:
        from totalplace.reports.overlap_document import overlap_to_json

        typer.echo(overlap_to_json(one), nl=False)
        return
    from totalplace.reports.overlap_text import overlap_text

    typer.echo(overlap_text(one, width=Screen().width), nl=False)
