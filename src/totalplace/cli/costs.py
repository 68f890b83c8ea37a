"""`totalplace unit-costs` and `need`: what money buys in a place, and whether it follows need.

Flow: options -> THIS -> scenarios.costing -> reports
In: what a person typed. Out: the answer in words or JSON. No arithmetic.
"""

from __future__ import annotations

from typing import Annotated

import typer

from totalplace.cli.money import AreaName, AsJson, BookFile
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen


def unit_costs(area: AreaName, *, book: BookFile = None, as_json: AsJson = False) -> None:
    """What a year's spend comes to per child in AREA, with intervals and known faults."""
    from totalplace.measures.today import todays_authorities
    from totalplace.scenarios import costing

    with open_book(book) as opened:
        one = costing.unit_costs(opened, area)
        names = {each.area_code: each.name for each in todays_authorities(opened).authorities}
    if as_json:
        from totalplace.reports.costs_document import costs_to_json

        typer.echo(costs_to_json(one), nl=False)
        return
    from totalplace.reports.costs_text import costs_text

    typer.echo(costs_text(one, names=names, width=Screen().width), nl=False)


def need(
    area: AreaName,
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="T", help="Only this theme, such as 'care'.")
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Whether councils' money goes where need is, by council and by cohort."""
    from totalplace.scenarios.costing import spend_against_need

    with open_book(book) as opened:
        one = spend_against_need(opened, area, theme=theme)
    if as_json:
        from totalplace.reports.costs_document import need_to_json

        typer.echo(need_to_json(one), nl=False)
        return
    from totalplace.reports.costs_text import need_text

    typer.echo(need_text(one, width=Screen().width), nl=False)
