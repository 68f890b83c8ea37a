"""`totalplace solve`: the best partition for any set-partition problem in a file.

Flow: options -> THIS -> footprints.partition_file
In: what a person typed. Out: the answer in words or JSON. An answer that was stopped early, by
time, gap or an interrupt, is still an answer: it says how far from the best it may be.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.footprints.partition_file import PartitionAnswer

SHOWN = 20  # positions listed on one line of text
ORDER = ("status", "value", "bound", "gap", "chosen", "alone", "candidates", "nodes", "seconds")

File = Annotated[Path, typer.Argument(metavar="FILE", help="The problem, as JSON or NPZ.")]
TimeLimit = Annotated[
    float | None,
    typer.Option(min=0.0, metavar="S", help="Seconds to solve for; no limit if left out."),
]
Gap = Annotated[
    float,
    typer.Option(min=0.0, metavar="G", help="Stop when proved this close: 0.001 is 0.1 %."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def solve(
    file: File,
    *,
    time_limit: TimeLimit = None,
    gap: Gap = 0.0,
    as_json: AsJson = False,
) -> None:
    """The best partition of any units, with its proof: the problem is in FILE."""
    from totalplace.errors import NoPlanError
    from totalplace.footprints.partition_file import (
        TooSoonError,
        read_partition_file,
        solve_partition,
    )

    problem = read_partition_file(file)
    try:
        with Screen().progress() as say_fn:
            answer = solve_partition(
                problem,
                time_limit=time_limit,
                gap=gap,
                progress_fn=_progress(say_fn),
                tell_fn=say_fn or (lambda words: typer.echo(words, err=True)),
            )
    except NoPlanError as error:
        if as_json and not isinstance(error, TooSoonError):
            nothing = dict.fromkeys(ORDER) | {"status": "infeasible", "reason": str(error)}
            typer.echo(json.dumps(nothing, indent=2))
        raise
    if as_json:
        typer.echo(json.dumps(_document(answer), indent=2))
    else:
        typer.echo(_text(answer))


def _progress(
    say_fn: Callable[[str], None] | None,
) -> Callable[[float, float], None] | None:
    if say_fn is None:
        return None
    return lambda value, bound: say_fn(f"Best so far {value:,.6g}; nothing exceeds {bound:,.6g}")


def _document(answer: PartitionAnswer) -> dict[str, Any]:
    fields = asdict(answer)
    return {name: fields[name] for name in ORDER}


def _text(answer: PartitionAnswer) -> str:
    chosen = f"{len(answer.chosen):,} of {answer.candidates:,} candidates, at positions"
    lines = [
        {
            "optimal": "Optimal: no partition is worth more.",
            "feasible": f"Stopped early: the best may be worth {answer.gap:.4%} more.",
        }[answer.status],
        f"  value   {answer.value:,.9g}",
        f"  bound   {answer.bound:,.9g}",
        f"  chosen  {chosen} {_listed(answer.chosen)}" if answer.chosen else "  chosen  none",
        f"  alone   {len(answer.alone):,} units: {_listed(answer.alone)}"
        if answer.alone
        else "  alone   none",
        f"  {answer.nodes:,} nodes, {answer.seconds:.2f} s",
    ]
    return "\n".join(lines)


def _listed(positions: tuple[int, ...]) -> str:
    rest = len(positions) - SHOWN
    listed = ", ".join(map(str, positions[:SHOWN]))
    return f"{listed} and {rest:,} more" if rest > 0 else listed
