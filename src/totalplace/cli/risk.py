"""`totalplace explain` and `totalplace risk`: what lies behind a plan.

Flow: options -> THIS -> scenarios.risk -> reports
In: the same options as `totalplace plan`. Out: words or JSON. No arithmetic.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli import plan as shared
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from concurrent.futures import Executor

AreaName = Annotated[str, typer.Argument(metavar="AREA", help="An authority's name or code.")]


def explain(
    service: shared.ServiceName,
    area: AreaName,
    *,
    arrangement: shared.Arrangements = None,
    objective: shared.Objective = "expected",
    floor: shared.Floor = None,
    draws: shared.DrawCount = 512,
    seed: shared.Seed = 1,
    as_of: shared.AsOf = None,
    start: shared.Start = None,
    together: shared.Together = None,
    apart: shared.Apart = None,
    named: shared.Named = None,
    improvement: shared.Improvement = None,
    inside: shared.Inside = None,
    funding: shared.Funding = "",
    missing: shared.MissingPolicy = "leave-out",
    without: shared.Without = None,
    max_members: shared.MaxMembers = None,
    time_limit: shared.TimeLimit = None,
    setting: shared.Settings = None,
    book: shared.BookFile = None,
    as_json: shared.AsJson = False,
) -> None:
    """Why AREA landed where it did in the best plan for SERVICE."""
    registry = shared.registry_with(setting)
    screen = Screen()
    from totalplace.scenarios import risk

    with open_book(book) as opened, screen.progress() as progress_fn:
        told = risk.explain(
            opened,
            area,
            service=service,
            arrangements=arrangement,
            objective=objective,
            floor=floor,
            draws=draws,
            seed=seed,
            as_of=shared.day_of(as_of),
            start=shared.day_of(start),
            together=shared.groups_of("--together", together),
            apart=shared.groups_of("--apart", apart),
            named=shared.groups_of("--named", named),
            improvement=shared.groups_of("--improvement", improvement),
            inside=inside,
            funding=funding,
            missing=missing,
            without=tuple(without or ()),
            max_members=max_members,
            time_limit=time_limit,
            registry=registry,
            progress_fn=progress_fn,
        )
    from totalplace.reports.explanation import explanation_text, explanation_to_json

    if as_json:
        typer.echo(explanation_to_json(told), nl=False)
    else:
        typer.echo(
            explanation_text(told, width=screen.width, emphasis_fn=screen.emphasis_fn), nl=False
        )


def risk(
    service: shared.ServiceName,
    *,
    arrangement: shared.Arrangements = None,
    solves: Annotated[
        int, typer.Option(min=1, metavar="N", help="Single draws to solve for; at most --draws.")
    ] = 64,
    points: Annotated[
        int, typer.Option(min=2, metavar="N", help="Plans to look for between most and no change.")
    ] = 6,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes to solve with; the answer is one.")
    ] = 1,
    objective: shared.Objective = "expected",
    floor: shared.Floor = None,
    draws: shared.DrawCount = 512,
    seed: shared.Seed = 1,
    as_of: shared.AsOf = None,
    start: shared.Start = None,
    together: shared.Together = None,
    apart: shared.Apart = None,
    named: shared.Named = None,
    improvement: shared.Improvement = None,
    inside: shared.Inside = None,
    funding: shared.Funding = "",
    missing: shared.MissingPolicy = "leave-out",
    without: shared.Without = None,
    max_members: shared.MaxMembers = None,
    time_limit: shared.TimeLimit = None,
    setting: shared.Settings = None,
    book: shared.BookFile = None,
    as_json: shared.AsJson = False,
) -> None:
    """How sure the best plan for SERVICE is, and what would change it."""
    registry = shared.registry_with(setting)
    screen = Screen()
    from totalplace.scenarios import risk as scenario

    with open_book(book) as opened, screen.progress() as progress_fn, _pool(workers) as executor:
        found = scenario.risk(
            opened,
            solves=solves,
            points=points,
            executor=executor,
            service=service,
            arrangements=arrangement,
            objective=objective,
            floor=floor,
            draws=draws,
            seed=seed,
            as_of=shared.day_of(as_of),
            start=shared.day_of(start),
            together=shared.groups_of("--together", together),
            apart=shared.groups_of("--apart", apart),
            named=shared.groups_of("--named", named),
            improvement=shared.groups_of("--improvement", improvement),
            inside=inside,
            funding=funding,
            missing=missing,
            without=tuple(without or ()),
            max_members=max_members,
            time_limit=time_limit,
            registry=registry,
            progress_fn=progress_fn,
        )
    from totalplace.reports.risk import risk_text, risk_to_json

    if as_json:
        typer.echo(risk_to_json(found), nl=False)
    else:
        typer.echo(risk_text(found, width=screen.width, emphasis_fn=screen.emphasis_fn), nl=False)


def _pool(workers: int) -> AbstractContextManager[Executor | None]:
    """Processes to solve with; none for one worker, which is this process."""
    if workers == 1:
        return nullcontext()
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
