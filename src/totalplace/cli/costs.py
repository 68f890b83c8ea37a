"""`totalplace unit-costs` and `need`: what money buys in a place, and whether it follows need.

Flow: options -> THIS -> scenarios.costing -> reports
In: what a person typed. Out: the answer in words or JSON. No arithmetic.
"""

from __future__ import annotations

from typing import Annotated

import typer

from totalplace.cli.money import AreaName, AsJson, BookFile
from totalplace.cli.opening import open_book
from totalplace.cli.showing import OutFolder, show


def unit_costs(
    area: AreaName, *, book: BookFile = None, as_json: AsJson = False, out: OutFolder = None
) -> None:
    """What a year's spend comes to per child in AREA, with intervals and known faults."""
    from totalplace.scenarios import costing

    with open_book(book) as opened:
        one = costing.unit_costs(opened, area)
    from totalplace.reports.costs_document import costs_to_json
    from totalplace.reports.costs_leaflets import costs_leaflet
    from totalplace.reports.costs_text import costs_text

    show(
        "unit-costs",
        as_json=as_json,
        out=out,
        json_fn=lambda: costs_to_json(one),
        text_fn=lambda width: costs_text(one, width=width),
        leaflet_fn=lambda: costs_leaflet(one),
    )


def need(
    area: AreaName,
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="T", help="Only this theme, such as 'care'.")
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
    out: OutFolder = None,
) -> None:
    """Whether councils' money goes where need is, by council and by cohort."""
    from totalplace.scenarios.costing import spend_against_need

    with open_book(book) as opened:
        one = spend_against_need(opened, area, theme=theme)
    from totalplace.reports.costs_document import need_to_json
    from totalplace.reports.costs_leaflets import need_leaflet
    from totalplace.reports.costs_text import need_text

    show(
        "need",
        as_json=as_json,
        out=out,
        json_fn=lambda: need_to_json(one),
        text_fn=lambda width: need_text(one, width=width),
        leaflet_fn=lambda: need_leaflet(one),
    )
