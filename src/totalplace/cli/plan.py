"""`totalplace plan`, `totalplace appraise` and `totalplace services`.

Flow: options -> THIS -> scenarios.planning -> reports
In: what a person typed. Out: the answer in words, JSON or files. No arithmetic, no rules:
everything a planner would refuse is refused by the planner, in its own words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace.cli.opening import OwnFile, open_book
from totalplace.cli.options import (
    Areas,
    AsJson,
    AsOf,
    BookFile,
    DrawCount,
    Funding,
    MissingPolicy,
    OneArrangement,
    OutFolder,
    Seed,
    ServiceNames,
    ServiceOption,
    Settings,
    Start,
    Without,
    day_of,
    registry_with,
    takes_plan_options,
)
from totalplace.cli.risk import tell_why
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.book.store import Book
    from totalplace.evidence.registry import Registry
    from totalplace.footprints.results import Plan
    from totalplace.reports.map import MapShapes

MAP_WIDTH_PX = 560


@takes_plan_options
def plan(
    services: ServiceNames,
    *,
    asked: dict[str, Any],
    common_footprint: Annotated[
        bool,
        typer.Option(
            "--common-footprint", help="One footprint for all the services, and what that costs."
        ),
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="AREA", help="Tell why AREA landed where it did, instead."),
    ] = None,
    candidates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write every partnership considered, with all its figures, as .csv or .parquet, "
            "instead.",
        ),
    ] = None,
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
    out: OutFolder = None,
) -> None:
    """Which councils should share SERVICE, and with whom."""
    if common_footprint:
        if explain is not None:
            raise typer.BadParameter("ask it of one service", param_hint="--explain")
        if candidates is not None:
            raise typer.BadParameter("ask it of one service", param_hint="--candidates")
        _common_footprint(services, asked, book, own, as_json=as_json, out=out)
        return
    if len(services) > 1:
        raise typer.BadParameter(
            "several services: add --common-footprint to plan one footprint for all, or plan them "
            "one by one",
            param_hint="SERVICE",
        )
    (service,) = services
    if explain is not None:
        tell_why(service, explain, asked, book, own, as_json=as_json)
        return
    if candidates is not None:
        _list_candidates(service, candidates, asked, book, own)
        return
    screen = Screen()
    from totalplace.scenarios import planning

    with open_book(book, own) as opened:
        with screen.progress() as progress_fn:
            answer = planning.plan(opened, service=service, progress_fn=progress_fn, **asked)
        written = _write(answer, out, opened, asked["registry"])
    if as_json:
        from totalplace.reports.json_document import plan_to_json

        typer.echo(plan_to_json(answer), nl=False)
    else:
        from totalplace.reports.text import plan_text

        typer.echo(
            plan_text(
                answer,
                width=screen.width,
                most_rows=screen.most_rows,
                emphasis_fn=screen.emphasis_fn,
                show_seconds=screen.is_terminal,
            ),
            nl=False,
        )
    if not written and not as_json:
        typer.echo("  Every authority, guard and assumption: add --out FOLDER.")
    elif written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)


def _list_candidates(
    service: str, file: Path, asked: dict[str, Any], book: Path | None, own: Path | None
) -> None:
    screen = Screen()
    from totalplace.scenarios import listing

    listing.check_name(file)
    with open_book(book, own) as opened, screen.progress() as progress_fn:
        table = listing.candidates(opened, service=service, progress_fn=progress_fn, **asked)
    listing.write_candidates(table, file)
    allowed = int(table["allowed"].sum())
    typer.echo(f"{table.height:,} partnerships, {allowed:,} of them allowed, written to {file}")


def _common_footprint(
    services: list[str],
    asked: dict[str, Any],
    book: Path | None,
    own: Path | None,
    *,
    as_json: bool,
    out: Path | None,
) -> None:
    screen = Screen()
    from totalplace.scenarios import bundling

    with open_book(book, own) as opened, screen.progress() as progress_fn:
        found = bundling.bundle(opened, services=services, progress_fn=progress_fn, **asked)
    from totalplace.reports import bundle_report

    written = [] if out is None else bundle_report.write_bundle(found, out)
    if as_json:
        typer.echo(bundle_report.bundle_to_json(found), nl=False)
    else:
        typer.echo(bundle_report.bundle_text(found, width=screen.width), nl=False)
    if written:
        typer.echo(f"  Written: {'  '.join(str(path) for path in written)}", err=as_json)


def appraise(
    areas: Areas,
    *,
    service: ServiceOption,
    arrangement: OneArrangement,
    draws: DrawCount = 512,
    seed: Seed = 1,
    as_of: AsOf = None,
    start: Start = None,
    named: Annotated[
        bool, typer.Option("--named", help="The set is meant although its members do not touch.")
    ] = False,
    improvement: Annotated[
        bool, typer.Option("--improvement", help="A time-limited improvement partnership.")
    ] = False,
    funding: Funding = "",
    missing: MissingPolicy = "leave-out",
    without: Without = None,
    setting: Settings = None,
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """What sharing a service would mean for the AREAs named."""
    registry = registry_with(setting)
    screen = Screen()
    from totalplace.scenarios import planning

    with open_book(book, own) as opened, screen.progress() as progress_fn:
        answer = planning.appraise(
            opened,
            areas,
            service=service,
            arrangement=arrangement,
            draws=draws,
            seed=seed,
            as_of=day_of(as_of),
            start=day_of(start),
            named=named,
            improvement=improvement,
            funding=funding,
            missing=missing,
            without=tuple(without or ()),
            registry=registry,
            progress_fn=progress_fn,
        )
    if as_json:
        from totalplace.reports.json_document import appraisal_to_json

        typer.echo(appraisal_to_json(answer), nl=False)
    else:
        from totalplace.reports.text import appraisal_text

        typer.echo(
            appraisal_text(answer, width=screen.width, emphasis_fn=screen.emphasis_fn), nl=False
        )


def services(*, as_json: AsJson = False) -> None:
    """List the services and the arrangements each allows."""
    from totalplace.money import services as known

    rows = [
        {
            "service": row.id,
            "title": row.title,
            "arrangements": [str(allowed) for allowed in row.arrangements],
        }
        for row in known.services().values()
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from totalplace.reports.columns import columns

    lines = columns(
        ("service", "what it is", "arrangements allowed"),
        [(str(row["service"]), str(row["title"]), ", ".join(row["arrangements"])) for row in rows],
        width=Screen().width,
        indent=0,
    )
    typer.echo("\n".join(lines))


def _write(answer: Plan, folder: Path | None, book: Book, registry: Registry) -> list[Path]:
    if folder is None:
        return []
    from totalplace.reports.write import write_plan

    return write_plan(answer, folder, assumptions=registry.to_rows(), maps=_maps(book))


def _maps(book: Book) -> list[MapShapes]:
    """The maps this book can draw; none when it holds no shapes."""
    from totalplace.places import maps
    from totalplace.reports.map import MapShapes

    outlines, hexagons = maps.outlines(book), maps.hexagons(book)
    drawn = [
        MapShapes(
            paths=maps.paths(outlines, MAP_WIDTH_PX),
            labels=maps.label_points(outlines, MAP_WIDTH_PX),
            caption="Outlines",
        ),
        MapShapes(
            paths=maps.paths(hexagons, MAP_WIDTH_PX),
            labels=maps.label_points(hexagons, MAP_WIDTH_PX),
            caption="One hexagon for each authority",
            number_every_area=True,
        ),
    ]
    return [shapes for shapes in drawn if shapes.paths]
