"""`totalplace plan`, `totalplace appraise` and `totalplace services`.

Flow: options -> THIS -> scenarios.planning -> reports
In: what a person typed. Out: the answer in words, JSON or files. No arithmetic, no rules:
everything a planner would refuse is refused by the planner, in its own words.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.book.store import Book
    from totalplace.evidence.registry import Registry
    from totalplace.footprints.results import Plan
    from totalplace.reports.map import MapShapes

MAP_WIDTH_PX = 560

Areas = Annotated[
    list[str],
    typer.Argument(metavar="AREA...", help="Two or more names or codes, bordering or not."),
]
ServiceName = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="A service: 'totalplace services' lists them."),
]
ServiceOption = Annotated[
    str,
    typer.Option(
        "--service", "-s", metavar="S", help="A service: 'totalplace services' lists them."
    ),
]
Arrangements = Annotated[
    list[str] | None,
    typer.Option(
        "--arrangement",
        "-a",
        metavar="A",
        help="How to share it; may be repeated. All allowed ones if left out.",
    ),
]
OneArrangement = Annotated[
    str, typer.Option("--arrangement", "-a", metavar="A", help="How to share it.")
]
Objective = Annotated[
    Literal["expected", "cautious"],
    typer.Option(help="Judge by what it is worth on average, or by the worst fifth of draws."),
]
Floor = Annotated[
    float | None,
    typer.Option(
        min=0.0, max=1.0, metavar="P", help="Least chance that a partnership pays back, 0 to 1."
    ),
]
DrawCount = Annotated[
    int, typer.Option("--draws", min=2, metavar="N", help="Draws of the assumptions.")
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="Same seed, same answer.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Read judgements as known that day."),
]
Start = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="First day of the arrangement."),
]
Together = Annotated[
    list[str] | None,
    typer.Option(metavar="A+B", help="Authorities that must share; may be repeated."),
]
Apart = Annotated[
    list[str] | None,
    typer.Option(metavar="A+B", help="Authorities that must not share; may be repeated."),
]
Named = Annotated[
    list[str] | None,
    typer.Option(metavar="A+B", help="A set that may share although its members do not touch."),
]
Improvement = Annotated[
    list[str] | None,
    typer.Option(metavar="A+B", help="A named, time-limited improvement partnership."),
]
Inside = Annotated[
    Literal["region", "nhs", "police", "strategic", "adoption"] | None,
    typer.Option(help="Keep every partnership inside one such area."),
]
Funding = Annotated[
    str,
    typer.Option(
        metavar="WORDS", help="What pays for the change; lifts the guard 'front line held'."
    ),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(
        "--time-limit", min=0.0, metavar="S", help="Seconds for each search; then the best so far."
    ),
]
MissingPolicy = Annotated[
    Literal["leave-out", "estimate"],
    typer.Option(help="Authorities without a return: leave out, or use a flagged estimate."),
]
Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="GUARD", help="Switch a guard off; may be repeated."),
]
MaxMembers = Annotated[
    int | None,
    typer.Option("--max-members", min=2, metavar="N", help="Most members in a partnership."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="ID=VALUE", help="Hold an assumption at a value; repeatable."),
]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Also write a web page, a workbook and JSON."),
]


def plan(
    service: ServiceName,
    *,
    arrangement: Arrangements = None,
    objective: Objective = "expected",
    floor: Floor = None,
    draws: DrawCount = 512,
    seed: Seed = 1,
    as_of: AsOf = None,
    start: Start = None,
    together: Together = None,
    apart: Apart = None,
    named: Named = None,
    improvement: Improvement = None,
    inside: Inside = None,
    funding: Funding = "",
    missing: MissingPolicy = "leave-out",
    without: Without = None,
    max_members: MaxMembers = None,
    time_limit: TimeLimit = None,
    setting: Settings = None,
    book: BookFile = None,
    as_json: AsJson = False,
    out: OutFolder = None,
) -> None:
    """Which councils should share SERVICE, and with whom."""
    registry = registry_with(setting)
    screen = Screen()
    from totalplace.scenarios import planning

    with open_book(book) as opened:
        with screen.progress() as progress_fn:
            answer = planning.plan(
                opened,
                service=service,
                arrangements=arrangement,
                objective=objective,
                floor=floor,
                draws=draws,
                seed=seed,
                as_of=day_of(as_of),
                start=day_of(start),
                together=groups_of("--together", together),
                apart=groups_of("--apart", apart),
                named=groups_of("--named", named),
                improvement=groups_of("--improvement", improvement),
                inside=inside,
                funding=funding,
                missing=missing,
                without=tuple(without or ()),
                max_members=max_members,
                time_limit=time_limit,
                registry=registry,
                progress_fn=progress_fn,
            )
        written = _write(answer, out, opened, registry)
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
    as_json: AsJson = False,
) -> None:
    """What sharing a service would mean for the AREAs named."""
    registry = registry_with(setting)
    screen = Screen()
    from totalplace.scenarios import planning

    with open_book(book) as opened, screen.progress() as progress_fn:
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


def registry_with(settings: list[str] | None) -> Registry:
    """The assumptions, with those given as ``ID=VALUE`` held."""
    from totalplace.evidence.registry import Registry

    values: dict[str, float] = {}
    for setting in settings or ():
        name, equals, value = setting.partition("=")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals or not name.strip():
            raise typer.BadParameter(
                f"{setting!r}: write the assumption, an equals sign and a number, "
                "for example --set team.director=0.6",
                param_hint="--set",
            )
    registry = Registry.load()
    return registry.with_values(values) if values else registry


def groups_of(option: str, given: list[str] | None) -> tuple[tuple[str, ...], ...]:
    """Groups of areas given as ``A+B``, one for each use of an option."""
    groups = []
    for words in given or ():
        group = tuple(name.strip() for name in words.split("+"))
        if len(group) < 2 or not all(group):
            raise typer.BadParameter(
                f"{words!r}: join two or more areas with '+', "
                f"for example {option} 'Camden+Islington'",
                param_hint=option,
            )
        groups.append(group)
    return tuple(groups)


def day_of(when: datetime | None) -> date | None:
    """The day of what typer read as a date and time."""
    return when.date() if when is not None else None


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
