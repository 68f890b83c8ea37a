"""`totalplace measures watch`: early warning on control charts.

Flow: options -> THIS -> measures.watch -> a terminal, or JSON
"""

from __future__ import annotations

from datetime import date, datetime
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.measure_checks import AsJson, BookFile, print_json
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.measures.watch import Chart, Watch


def watch(
    area: Annotated[
        str, typer.Argument(metavar="[AREA]", help="A council of today's.", show_default=False)
    ] = "",
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Your own figures instead: CSV with columns measure, period, value.",
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="Only what was published by then."
        ),
    ] = None,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Is anything out of the ordinary for this council? Workforce and safeguarding, with limits."""
    from totalplace.measures.watch import by_signal, watch_file
    from totalplace.measures.watch import watch as read

    if (file is None) == (not area):
        raise typer.BadParameter(
            "give a council, or your own figures with --file", param_hint="AREA"
        )
    if file is not None:
        found, stamp = watch_file(file), ""
    else:
        with open_book(book) as opened:
            found = read(opened, area, as_of=as_of.date() if as_of else date.max)
            stamp = opened.hash
    if as_json:
        print_json(
            {
                "name": found.name,
                "book": stamp or None,
                "told": dict(by_signal(found)),
                "charts": found.to_frame().to_dicts(),
            }
        )
        return
    lines = _lines(found, Screen())
    typer.echo("\n".join([*lines, *(["", f"book {stamp[:6]}"] if stamp else [])]))


def _lines(found: Watch, screen: Screen) -> list[str]:
    from totalplace.measures.watch import by_signal
    from totalplace.reports.columns import columns, paragraph

    told = by_signal(found)
    lines = [screen.emphasis_fn(found.name)]
    lines += paragraph(
        f"{told['signal']} of {len(found.charts)} charts give a signal, {told['within']} are "
        f"within their limits, {told['not told']} cannot be told. A signal is a question, not an "
        "answer. "
        "Limits are of the council's own earlier figures: the mean and 2.66 mean moving ranges "
        "either side.",
        width=screen.width,
        indent=2,
    )
    rows = [
        (
            one.words,
            one.periods[-1] if one.periods else "",
            _figure(one),
            "" if one.limits is None else f"{one.limits.mean:.1f}",
            "" if one.limits is None else f"{one.low:.1f} to {one.limits.upper:.1f}",
            one.says,
        )
        for one in sorted(found.charts, key=lambda one: not one.signal)
    ]
    head = ("measure", "newest", "value", "mean before", "limits", "says")
    return [*lines, "", *columns(head, rows, width=max(screen.width, 110))]


def _figure(one: Chart) -> str:
    if not one.periods or isnan(one.values[-1]):
        return "-"
    return f"{one.values[-1]:.1f}{one.unit}"
