"""What a person may ask of a plan: one set of options for `plan`, `explain` and `risk`.

Flow: argv -> THIS -> cli.plan, cli.risk -> scenarios.planning
In: words. Out: the keyword arguments of `planning.plan`. No rules: what a planner would refuse is
refused by the planner, in its own words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from totalplace.evidence.registry import Registry

Areas = Annotated[
    list[str],
    typer.Argument(metavar="AREA...", help="Two or more names or codes, bordering or not."),
]
ServiceName = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="A service: 'totalplace services' lists them."),
]
ServiceNames = Annotated[
    list[str],
    typer.Argument(
        metavar="SERVICE...",
        help="A service, or several with --common-footprint: 'totalplace services' lists them.",
    ),
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
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="Keep every partnership inside one region, nhs, police, strategic or adoption area; "
        "may be repeated.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(metavar="A+B", help="A partnership that exists and stays exactly as it is."),
]
KeepExisting = Annotated[
    bool,
    typer.Option("--keep-existing", help="Keep, so, every partnership known to run the service."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PART",
        help="Plan for a part of England alone: a region, an NHS board, a police force, a "
        "strategic authority (police:Kent says which), or A+B; may be repeated.",
    ),
]
Partnerships = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Exactly so many partnerships.")
]
MostPartnerships = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="At most so many partnerships.")
]
OtherPlans = Annotated[
    list[Path] | None,
    typer.Option(
        "--other-plan", metavar="FILE", help="A plan for another service, as JSON; repeatable."
    ),
]
MostBodies = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Most bodies an authority may sit on, other plans counted."
    ),
]
Memory = Annotated[
    float,
    typer.Option(min=1.0, metavar="MB", help="Most memory for partnerships considered."),
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
MinMembers = Annotated[
    int | None,
    typer.Option("--min-members", min=2, metavar="N", help="Fewest members in a partnership."),
]
MaxMembers = Annotated[
    int | None,
    typer.Option("--max-members", min=2, metavar="N", help="Most members in a partnership."),
]
GrowTo = Annotated[
    int | None,
    typer.Option(
        min=2, metavar="N", help="Grow larger partnerships, up to N members, where none is set."
    ),
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


def plan_options(
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
    keep: Keep = None,
    keep_existing: KeepExisting = False,
    only: Only = None,
    min_members: MinMembers = None,
    max_members: MaxMembers = None,
    grow_to: GrowTo = None,
    partnerships: Partnerships = None,
    most_partnerships: MostPartnerships = None,
    other_plan: OtherPlans = None,
    most_bodies: MostBodies = None,
    funding: Funding = "",
    missing: MissingPolicy = "leave-out",
    without: Without = None,
    time_limit: TimeLimit = None,
    memory: Memory = 2_000.0,
    setting: Settings = None,
) -> dict[str, Any]:
    """What `planning.plan` is to be asked, from what a person typed."""
    return {
        "arrangements": arrangement,
        "objective": objective,
        "floor": floor,
        "draws": draws,
        "seed": seed,
        "as_of": day_of(as_of),
        "start": day_of(start),
        "together": groups_of("--together", together),
        "apart": groups_of("--apart", apart),
        "named": groups_of("--named", named),
        "improvement": groups_of("--improvement", improvement),
        "inside": inside,
        "keep": groups_of("--keep", keep),
        "keep_existing": keep_existing,
        "only": only,
        "min_members": min_members,
        "max_members": max_members,
        "grow_to": grow_to,
        "partnerships": partnerships,
        "most_partnerships": most_partnerships,
        "other_plans": tuple(other_plan or ()),
        "most_bodies": most_bodies,
        "funding": funding,
        "missing": missing,
        "without": tuple(without or ()),
        "time_limit": time_limit,
        "memory": memory,
        "registry": registry_with(setting),
    }


def takes_plan_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option of `plan_options`, handed to it as one argument, ``asked``."""
    mine = inspect.signature(command, eval_str=True).parameters
    shared = inspect.signature(plan_options, eval_str=True).parameters

    def run(**given: Any) -> None:  # noqa: ANN401 (whatever the options are)
        asked = plan_options(**{name: given.pop(name) for name in shared})
        command(**given, asked=asked)

    own = [parameter for name, parameter in mine.items() if name != "asked"]
    first = [p for p in own if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    rest = [p for p in own if p.kind is inspect.Parameter.KEYWORD_ONLY]
    parameters = [*first, *shared.values(), *rest]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


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
