"""A bundle of services on one footprint: as text, web page, workbook, JSON and files.

Flow: scenarios.bundle_result -> THIS (leaflet) -> cli.plan
In: a frozen Bundle. Out: the answer first: what the footprint is worth, what its being common
costs, who shares what. No arithmetic.
"""

from __future__ import annotations

import json
from pathlib import Path

from totalplace.footprints.results import Range
from totalplace.reports.json_document import Json, result_document
from totalplace.reports.leaflet import Leaflet, Table, leaflet_text, table
from totalplace.reports.leaflet_page import leaflet_page
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.reports.sheets import Cell, Column
from totalplace.reports.stamp import MONEY_LINE, stamp_line
from totalplace.reports.story import TITLES, proof
from totalplace.reports.words import (
    and_list,
    chance,
    count,
    members,
    money,
    money_cell,
    pounds,
    scale_for,
)
from totalplace.scenarios.bundle_result import BodyCount, Bundle, CommonPartnership


def bundle_text(one: Bundle, *, width: int) -> str:
    """Plain text that ends in a newline."""
    return leaflet_text(bundle_leaflet(one), width=width)


def bundle_to_json(one: Bundle) -> str:
    """The bundle as JSON text, indented, ending in a newline."""
    document: Json = {
        "kind": "bundle",
        "answer": list(_answer(one)),
        **result_document(one),
        "partnerships": [_shared(row) for row in one.partnerships],
        "separate": [
            {
                "service": plan.service,
                "value": result_document(plan.value),
                "saving_a_year": result_document(plan.saving_a_year),
                "certificate": _certificate(result_document(plan.certificate)),
                "partnerships": [
                    {"members": list(p.members), "arrangement": str(p.arrangement)}
                    for p in plan.partnerships
                ],
            }
            for plan in one.separate
        ],
    }
    document["certificate"] = _certificate(result_document(one.certificate))
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_bundle(one: Bundle, folder: str | Path) -> list[Path]:
    """Write ``bundle.html``, ``.xlsx`` and ``.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    from totalplace.reports.write import write_whole  # noqa: PLC0415 (it brings the plan's page)

    leaf = bundle_leaflet(one)
    return write_whole(
        folder,
        {
            "bundle.html": leaflet_page(leaf).encode("utf-8"),
            "bundle.xlsx": leaflet_workbook(leaf),
            "bundle.json": bundle_to_json(one).encode("utf-8"),
        },
    )


def bundle_leaflet(one: Bundle) -> Leaflet:
    """The bundle as a short report."""
    cautions = [
        "Only councils that every service could be priced for take part, in the common plan and "
        f"in the separate ones: {count(len(one.unpriced), 'council')} could not.",
        "A service that gains nothing on a partnership is not shared there.",
    ]
    if one.only:
        cautions.insert(
            0,
            f"For {one.only} only, {count(len(one.names), 'council')} in all: nobody else was "
            "considered as a partner.",
        )
    if one.team_counted_once:
        cautions.append(
            "The director's own team is counted once: it is counted at nothing for "
            f"{and_list([title.lower() for title in one.team_counted_once])}, in the common plan "
            "and in the separate ones."
        )
    return Leaflet(
        title=f"{and_list(list(one.service_titles))}: one footprint for all"
        + (f" (only {one.only})" if one.only else ""),
        answer=_answer(one),
        cautions=tuple(cautions),
        tables=(_against(one), _partnerships(one), _members(one), _left_out(one)),
        notes=(
            proof(one.certificate),
            f"The proof covers: {one.certificate.limits}.",
            MONEY_LINE,
        ),
        sources=one.provenance.sources,
        stamp=stamp_line(one.provenance),
    )


def _answer(one: Bundle) -> tuple[str, ...]:
    sharing = sum(len(row.members) for row in one.partnerships)
    of = sharing + len(one.alone)
    if not one.partnerships:
        first = f"Do nothing: on no common footprint do any of the {of:,} councils gain."
    else:
        first = (
            f"{sharing:,} of {of:,} councils gain on a common footprint, in "
            f"{count(len(one.partnerships), 'partnership')}: about {money(one.saving_a_year)} a "
            "year once settled."
        )
    worth = f"Counting what change costs, it is worth {money(one.value)} in all, today."
    return (first, worth, _price(one), _governance(one.separate_bodies, one.common_bodies))


def _price(one: Bundle) -> str:
    apart = f"Separate footprints would be worth {money(one.separate_value)} together"
    if one.price.mean <= 0:
        return f"{apart}: one footprint for all costs nothing."
    return f"{apart}, so the price of a common one is {money(one.price)}."


def _governance(separate: BodyCount, common: BodyCount) -> str:
    return (
        f"With separate footprints councils would sit on {count(separate.bodies, 'body', 'bodies')}"
        f", {separate.seats:,} seats in all and at most {separate.most:,} for one council; with a "
        f"common one on {common.bodies:,}, {common.seats:,} seats and at most {common.most:,}."
    )


def _against(one: Bundle) -> Table:
    rows: list[tuple[str, Range, Range, int | None]] = [
        (f"{title} by itself", plan.value, plan.saving_a_year, len(plan.partnerships))
        for title, plan in zip(one.service_titles, one.separate, strict=True)
    ]
    rows += [
        (
            "separate footprints together",
            one.separate_value,
            one.separate_saving,
            sum(len(plan.partnerships) for plan in one.separate),
        ),
        ("one common footprint", one.value, one.saving_a_year, len(one.partnerships)),
        ("price of a common footprint", one.price, one.price_a_year, None),
    ]
    saving = scale_for([row[2] for row in rows], column=True)
    worth = scale_for([row[1] for row in rows], column=True)
    return Table(
        name="price",
        title="Separate footprints and a common one",
        note="The price is worked out draw by draw, on the same draws.",
        heads=("footprint", "saves a year", "worth in all, today", "partnerships"),
        shown=tuple(
            (
                name,
                money_cell(a_year, saving),
                money_cell(value, worth),
                "" if number is None else f"{number:,}",
            )
            for name, value, a_year, number in rows
        ),
        columns=(
            Column("Footprint", "text"),
            Column("Saving a year: mean (£)", "pounds"),
            Column("Saving a year: low end of 80 % interval (£)", "pounds"),
            Column("Saving a year: high end of 80 % interval (£)", "pounds"),
            Column("Worth in all: mean (£)", "pounds"),
            Column("Worth in all: low end of 80 % interval (£)", "pounds"),
            Column("Worth in all: high end of 80 % interval (£)", "pounds"),
            Column("Partnerships", "count"),
        ),
        cells=tuple(
            (
                *(name, a_year.mean, a_year.low, a_year.high),
                *(value.mean, value.low, value.high, number),
            )
            for name, value, a_year, number in rows
        ),
    )


def _partnerships(one: Bundle) -> Table:
    title_of = dict(zip(one.services, one.service_titles, strict=True))
    saving = scale_for([row.saving_a_year for row in one.partnerships], column=True)
    worth = scale_for([row.value for row in one.partnerships], column=True)

    def shared(row: CommonPartnership) -> str:
        return "; ".join(
            f"{title_of[service]}: {TITLES[found.arrangement]}" for service, found in row.services
        )

    return Table(
        name="partnerships",
        title="The common footprint",
        note="",
        heads=("partnership", "what is shared, and how", "saves a year", "worth in all, today"),
        shown=tuple(
            (
                members(row.names),
                shared(row),
                money_cell(row.saving_a_year, saving),
                money_cell(row.value, worth),
            )
            for row in one.partnerships
        ),
        columns=(
            Column("Partnership", "text"),
            Column("Codes", "text"),
            Column("What is shared, and how", "text"),
            Column("Saving a year: mean (£)", "pounds"),
            Column("Saving a year: low end of 80 % interval (£)", "pounds"),
            Column("Saving a year: high end of 80 % interval (£)", "pounds"),
            Column("Worth in all: mean (£)", "pounds"),
            Column("Worth in all: low end of 80 % interval (£)", "pounds"),
            Column("Worth in all: high end of 80 % interval (£)", "pounds"),
        ),
        cells=tuple(
            (
                *(members(row.names), " ".join(row.members), shared(row)),
                *(row.saving_a_year.mean, row.saving_a_year.low, row.saving_a_year.high),
                *(row.value.mean, row.value.low, row.value.high),
            )
            for row in one.partnerships
        ),
        empty="Nobody gains by sharing on a common footprint.",
    )


def _members(one: Bundle) -> Table:
    rows = [share for row in one.partnerships for share in row.shares]
    scale = scale_for([row.share for row in rows], column=True)
    cells: list[tuple[Cell, ...]] = [
        (
            *(row.name, row.area_code, row.share.mean, row.share.low, row.share.high),
            *(row.transfer, row.chance_worse_off),
        )
        for row in rows
    ]
    return Table(
        name="members",
        title="What each council gets, all services together",
        note="A fair part of the worth; the transfer in it is fixed at signing.",
        heads=("council", "its part of the worth", "transfer in it", "chance it loses"),
        shown=tuple(
            (
                row.name,
                money_cell(row.share, scale),
                f"{pounds(row.transfer, scale)} (fixed)",
                chance(row.chance_worse_off),
            )
            for row in rows
        ),
        columns=(
            Column("Council", "text"),
            Column("Code", "text"),
            Column("Its part of the worth: mean (£)", "pounds"),
            Column("Its part of the worth: low end of 80 % interval (£)", "pounds"),
            Column("Its part of the worth: high end of 80 % interval (£)", "pounds"),
            Column("Transfer in it (£)", "pounds"),
            Column("Chance it loses", "share"),
        ),
        cells=tuple(cells),
        in_text=False,
    )


def _left_out(one: Bundle) -> Table:
    return table(
        "left_out",
        "Who could not take part, and why",
        ("council", "code", "why"),
        [(one.names[code], code, why) for code, why in sorted(one.unpriced.items())],
        in_text=False,
        empty="Every council took part.",
    )


def _shared(row: CommonPartnership) -> Json:
    made = result_document(row)
    made["services"] = [
        {"service": service, **result_document(found)} for service, found in row.services
    ]
    return made


def _certificate(document: Json) -> Json:
    """Without the seconds, which differ from run to run."""
    return {key: value for key, value in document.items() if key != "seconds"}
