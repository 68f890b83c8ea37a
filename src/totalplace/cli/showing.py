"""Show an answer as text or JSON, and write its page, workbook and JSON where asked.

Flow: THIS -> cli.sharing, cli.costs
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.reports.leaflet import Leaflet

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
]


def show(
    name: str,
    *,
    as_json: bool,
    out: Path | None,
    json_fn: Callable[[], str],
    text_fn: Callable[[int], str],
    leaflet_fn: Callable[[], Leaflet],
) -> None:
    """Print an answer; where a folder is given, write ``name.html``, ``.xlsx`` and ``.json``.

    Args:
        name: Of the files.
        as_json: Print JSON instead of text.
        out: The folder.
        json_fn: Makes the JSON text.
        text_fn: Makes the plain text, given its width.
        leaflet_fn: Makes what the page and the workbook are made of.

    Raises:
        InputError: The folder cannot be written. Files that were there are unchanged.
    """
    written: list[Path] = []
    if out is not None:
        from totalplace.reports.leaflet_page import leaflet_page
        from totalplace.reports.leaflet_workbook import leaflet_workbook
        from totalplace.reports.write import write_whole

        leaf = leaflet_fn()
        files = {
            f"{name}.html": leaflet_page(leaf).encode("utf-8"),
            f"{name}.xlsx": leaflet_workbook(leaf),
            f"{name}.json": json_fn().encode("utf-8"),
        }
        written = write_whole(out, files)
    typer.echo(json_fn() if as_json else text_fn(Screen().width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)
