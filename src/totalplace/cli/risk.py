"""`totalplace explain` and `totalplace risk`: what lies behind a plan.

Flow: options -> THIS -> scenarios.risk -> reports
In: the same options as `totalplace plan`. Out: words or JSON. No arithmetic.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace.cli.opening import OwnFile, open_book
from totalplace.cli.options import AsJson, BookFile, ServiceName, takes_plan_options
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from concurrent.futures import Executor

AreaName = Annotated[str, typer.Argument(metavar="AREA", help="An authority's name or code.")]


@takes_plan_options
def explain(
    service: ServiceName,
    area: AreaName,
    *,
    asked: dict[str, Any],
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """Why AREA landed where it did in the best plan for SERVICE."""
    tell_why(service, area, asked, book, own, as_json=as_json)


def tell_why(
    service: str,
    area: str,
    asked: dict[str, Any],
    book: Path | None,
    own: Path | None,
    *,
    as_json: bool,
) -> None:
    """Find the plan and tell where one authority landed in it, and why."""
    screen = Screen()
    from totalplace.scenarios import risk

    with open_book(book, own) as opened, screen.progress() as progress_fn:
        told = risk.explain(opened, area, service=service, progress_fn=progress_fn, **asked)
    from totalplace.reports.explanation import explanation_text, explanation_to_json

    if as_json:
        typer.echo(explanation_to_json(told), nl=False)
    else:
        typer.echo(
            explanation_text(told, width=screen.width, emphasis_fn=screen.emphasis_fn), nl=False
        )


@takes_plan_options
def risk(
    service: ServiceName,
    *,
    asked: dict[str, Any],
    solves: Annotated[
        int, typer.Option(min=1, metavar="N", help="Single draws to solve for; at most --draws.")
    ] = 64,
    points: Annotated[
        int, typer.Option(min=2, metavar="N", help="Plans to look for between most and no change.")
    ] = 6,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Processes to solve with; the answer is one.")
    ] = 1,
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """How sure the best plan for SERVICE is, and what would change it."""
    screen = Screen()
    from totalplace.scenarios import risk as scenario

    with (
        open_book(book, own) as opened,
        screen.progress() as progress_fn,
        _pool(workers) as executor,
    ):
        found = scenario.risk(
            opened,
            solves=solves,
            points=points,
            executor=executor,
            service=service,
            progress_fn=progress_fn,
            **asked,
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
