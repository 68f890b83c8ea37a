"""`totalplace overlap`, `pool` and `make-or-buy`: who else pays, could pay in, or provides.

Flow: options -> THIS -> scenarios.sharing -> reports
In: what a person typed. Out: the answer in words or JSON. No arithmetic.
"""

from __future__ import annotations

from typing import Annotated

import typer

from totalplace.cli.money import AreaName, AsJson, BookFile, part_of
from totalplace.cli.opening import open_book
from totalplace.cli.showing import OutFolder, show


def overlap(
    area: AreaName, *, book: BookFile = None, as_json: AsJson = False, out: OutFolder = None
) -> None:
    """Functions that two or more public bodies pay for in AREA, priced as ranges."""
    from totalplace.scenarios import sharing

    with open_book(book) as opened:
        one = sharing.overlap(opened, area)
    from totalplace.reports.overlap_document import overlap_to_json
    from totalplace.reports.overlap_text import overlap_text
    from totalplace.reports.sharing_leaflets import overlap_leaflet

    show(
        "overlap",
        as_json=as_json,
        out=out,
        json_fn=lambda: overlap_to_json(one),
        text_fn=lambda width: overlap_text(one, width=width),
        leaflet_fn=lambda: overlap_leaflet(one),
    )


def pool(
    area: AreaName,
    *,
    theme: Annotated[
        str, typer.Option("--theme", metavar="T", help="Only this theme, such as 'family help'.")
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
    out: OutFolder = None,
) -> None:
    """What a pooled fund of the bodies in AREA could hold, and what the law shuts out."""
    from totalplace.measures.today import todays_authorities
    from totalplace.scenarios import sharing

    with open_book(book) as opened:
        one = sharing.pool(opened, area, theme=theme)
        names = {each.area_code: each.name for each in todays_authorities(opened).authorities}
    from totalplace.reports.pool_document import pool_to_json
    from totalplace.reports.pool_text import pool_text
    from totalplace.reports.sharing_leaflets import pool_leaflet

    show(
        "pool",
        as_json=as_json,
        out=out,
        json_fn=lambda: pool_to_json(one),
        text_fn=lambda width: pool_text(one, names=names, width=width),
        leaflet_fn=lambda: pool_leaflet(one, names=names),
    )


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
    out: OutFolder = None,
) -> None:
    """Who provides homes for children in AREA, and what bringing some in house would change."""
    from totalplace.scenarios import providing

    with open_book(book) as opened:
        one = providing.make_or_buy(opened, area, in_house=part_of(in_house, "--in-house"))
    from totalplace.reports.provision_document import provision_to_json
    from totalplace.reports.provision_text import provision_text
    from totalplace.reports.sharing_leaflets import provision_leaflet

    show(
        "make-or-buy",
        as_json=as_json,
        out=out,
        json_fn=lambda: provision_to_json(one),
        text_fn=lambda width: provision_text(one, width=width),
        leaflet_fn=lambda: provision_leaflet(one),
    )
