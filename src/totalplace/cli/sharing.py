"""`totalplace overlap`, `pool` and `make-or-buy`: who else pays, could pay in, or provides.

Flow: options -> THIS -> scenarios.sharing -> reports
In: what a person typed. Out: the answer in words or JSON. No arithmetic.
"""

from __future__ import annotations

from typing import Annotated

import typer

from totalplace.cli.money import AreaName, AsJson, BookFile, part_of
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen


def overlap(area: AreaName, *, book: BookFile = None, as_json: AsJson = False) -> None:
    """Functions that two or more public bodies pay for in AREA, priced as ranges."""
    from totalplace.scenarios import sharing

    with open_book(book) as opened:
        one = sharing.overlap(opened, area)
    if as_json:
        from totalplace.reports.overlap_document import overlap_to_json

        typer.echo(overlap_to_json(one), nl=False)
        return
    from totalplace.reports.overlap_text import overlap_text

    typer.echo(overlap_text(one, width=Screen().width), nl=False)


def pool(
    area: AreaName,
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="T", help="Only this theme, such as 'family help'.")
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """What a pooled fund of the bodies in AREA could hold, and what the law shuts out."""
    from totalplace.measures.today import todays_authorities
    from totalplace.scenarios import sharing

    with open_book(book) as opened:
        one = sharing.pool(opened, area, theme=theme)
        names = {each.area_code: each.name for each in todays_authorities(opened).authorities}
    if as_json:
        from totalplace.reports.pool_document import pool_to_json

        typer.echo(pool_to_json(one), nl=False)
        return
    from totalplace.reports.pool_text import pool_text

    typer.echo(pool_text(one, names=names, width=Screen().width), nl=False)


def make_or_buy(
    area: AreaName,
    *,
    in_house: Annotated[
        str,
        typer.Option(
            "--in-house",
            metavar="PER CENT",
            help="Part of what is bought that would come in house.",
        ),
    ] = "0%",
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Who provides homes for children in AREA, and what bringing some in house would change."""
    from totalplace.measures.today import todays_authorities
    from totalplace.money.make_or_buy import provision
    from totalplace.scenarios.counting import find_place

    with open_book(book) as opened:
        today = todays_authorities(opened)
        place = find_place(today, area)
        move = part_of(in_house, "--in-house")
        found = provision(opened, today, place.area_codes, move=move)
    if as_json:
        from totalplace.reports.provision_document import provision_to_json

        typer.echo(provision_to_json(place.name, found), nl=False)
        return
    from totalplace.reports.provision_text import provision_text

    names = {one.area_code: one.name for one in today.authorities}
    typer.echo(provision_text(place.name, found, names=names, width=Screen().width), nl=False)
