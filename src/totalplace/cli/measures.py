"""`totalplace measures`: the catalogue of measures.

Flow: options -> THIS -> measures.catalogue -> a terminal, or JSON
In: what a person typed. Out: measures with their outcomes.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.measures.catalogue import Catalogue, Measure

app = typer.Typer(
    help="Every measure, what it speaks about, and which are worth watching.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]


@app.callback(invoke_without_command=True)
def measures(
    context: typer.Context,
    *,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome", metavar="WORDS", help="Only one of the five, for example 'stay safe'."
        ),
    ] = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="WORD",
            help="Only outcome, process, workforce, activity, count, need or money.",
        ),
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Every measure, with its unit, what is better, and which of the five outcomes it serves."""
    if context.invoked_subcommand is not None:
        if as_json or outcome or kind or book:
            raise typer.BadParameter("put options after the command", param_hint="measures")
        return
    from totalplace.measures.catalogue import OUTCOMES, Kind
    from totalplace.measures.catalogue import measures as read

    if outcome and outcome not in OUTCOMES:
        raise typer.BadParameter(f"one of {', '.join(OUTCOMES)}", param_hint="--outcome")
    if kind and kind not in list(Kind):
        raise typer.BadParameter(f"one of {', '.join(Kind)}", param_hint="--kind")
    with open_book(book) as opened:
        found = read(opened)
    listed = [
        one
        for one in found
        if (not outcome or outcome in one.outcomes) and (not kind or one.kind == kind)
    ]
    if as_json:
        items = {one.item for one in listed}
        rows = [row for row in found.to_frame().to_dicts() if row["item"] in items]
        _print_json({"book": found.book_hash, "measures": rows})
        return
    typer.echo("\n".join(_catalogue_lines(found, listed, bool(kind), Screen())))


def _catalogue_lines(
    found: Catalogue, listed: list[Measure], by_kind: bool, screen: Screen
) -> list[str]:
    from totalplace.measures.catalogue import OUTCOMES, Kind
    from totalplace.reports.columns import columns, paragraph

    kinds = Counter(str(one.kind) for one in listed)
    reach = Counter(outcome for one in listed for outcome in one.outcomes)
    shown = [one for one in listed if by_kind or one.kind != Kind.MONEY]
    lines = paragraph(
        f"{len(listed):,} measures: "
        + ", ".join(f"{number:,} {word}" for word, number in kinds.most_common())
        + ".",
        width=screen.width,
    )
    if reach:
        told = ", ".join(f"{name} {reach[name]}" for name in OUTCOMES)
        lines += paragraph(f"By outcome, some under several: {told}.", width=screen.width)
    if len(shown) < len(listed):
        lines += paragraph(
            f"The {len(listed) - len(shown):,} spending lines are listed by --kind money.",
            width=screen.width,
        )
    head = ("measure", "title", "unit", "better", "outcomes", "years")
    rows = [
        (one.item, one.title, one.unit, one.better or "-", "; ".join(one.outcomes), _years(one))
        for one in shown
    ]
    if rows:
        lines += ["", *columns(head, rows, width=screen.width)]
    lines += [
        "",
        *paragraph(
            "Better: '-' means that neither more nor less is better, or that the publisher names "
            "no direction. --json adds the reason for every row.",
            width=screen.width,
        ),
        f"book {found.book_hash[:6]}",
    ]
    return lines


def _years(one: Measure) -> str:
    if one.first is None or one.last is None:
        return "none"
    return f"{one.first.year}-{one.last.year}" if one.periods > 1 else f"{one.last.year}"


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))
