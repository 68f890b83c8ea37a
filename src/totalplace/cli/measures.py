"""`totalplace measures` and `totalplace measures expected`.

Flow: options -> THIS -> measures.catalogue, triage, expected, cli.measure_checks -> terminal, JSON
In: what a person typed. Out: measures with their outcomes; the few worth watching; figures beside
what need leads to.
"""

from __future__ import annotations

from collections import Counter
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli import (
    measure_checks,
    measure_expected,
    measure_links,
    measure_trial,
    measure_watch,
)
from totalplace.cli.measure_checks import AsJson, BookFile, Seed, print_json
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.measures.catalogue import Catalogue, Measure
    from totalplace.measures.triage import Triage

app = typer.Typer(
    help="Every measure, what it speaks about, and which are worth watching.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("expected")(measure_expected.expected)
app.command("leads")(measure_checks.leads)
app.command("contest")(measure_checks.contest)
app.command("reconcile")(measure_checks.reconcile)
app.command("crosswalk")(measure_links.crosswalk)
app.command("trial")(measure_trial.trial)
app.command("watch")(measure_watch.watch)


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
    key: Annotated[
        int | None,
        typer.Option(
            "--key", min=1, metavar="K", help="The K measures most worth watching, with reasons."
        ),
    ] = None,
    seed: Seed = 1,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Every measure, with its unit, what is better, and which of the five outcomes it serves."""
    if context.invoked_subcommand is not None:
        if as_json or outcome or kind or book or key:
            raise typer.BadParameter("put options after the command", param_hint="measures")
        return
    from totalplace.measures.catalogue import OUTCOMES, Kind
    from totalplace.measures.catalogue import measures as read

    if outcome and outcome not in OUTCOMES:
        raise typer.BadParameter(f"one of {', '.join(OUTCOMES)}", param_hint="--outcome")
    if kind and kind not in list(Kind):
        raise typer.BadParameter(f"one of {', '.join(Kind)}", param_hint="--kind")
    if key is not None:
        if outcome or kind:
            raise typer.BadParameter("goes without --outcome and --kind", param_hint="--key")
        _short_list(book, key, seed, as_json=as_json)
        return
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
        print_json({"book": found.book_hash, "measures": rows})
        return
    typer.echo("\n".join(_catalogue_lines(found, listed, bool(kind), Screen())))


def _short_list(book: Path | None, key: int, seed: int, *, as_json: bool) -> None:
    from totalplace.measures.triage import triage

    with open_book(book) as opened:
        found = triage(opened, length=key, seed=seed)
    if as_json:
        print_json(
            {
                "length": found.length,
                "value": found.value,
                "bound": found.bound,
                "overlap": found.overlap,
                "resamples": found.resamples,
                "seed": found.seed,
                "book": found.book_hash,
                "measures": found.to_frame().to_dicts(),
            }
        )
        return
    typer.echo("\n".join(_triage_lines(found, Screen())))


def _triage_lines(found: Triage, screen: Screen) -> list[str]:
    from totalplace.reports.columns import paragraph

    chosen = found.short_list
    lines = [
        screen.emphasis_fn(line)
        for line in paragraph(
            f"{len(chosen)} of {len(found.rows)} measures, chosen to stand for the rest across the "
            "five outcomes.",
            width=screen.width,
        )
    ]
    lines += paragraph(
        f"This list is worth at least {100 * found.value / found.bound:.0f} % of the best list of "
        f"its length. Drawing areas and years again {found.resamples} times keeps "
        f"{100 * found.overlap:.0f} % of it on average.",
        width=screen.width,
        indent=2,
    )
    for row in chosen:
        name = (
            f"{row.place} {row.measure.title} ({row.measure.item}); {row.measure.better} is better"
        )
        lines += ["", *(screen.emphasis_fn(line) for line in paragraph(name, width=screen.width))]
        need = "" if isnan(row.need) else f" Need explains {100 * max(row.need, 0.0):.0f} %."
        if not isnan(row.moves):
            need += f" In four years a place moves {row.moves:.1f} of the spread between places."
        if row.leads:
            need += f" It moves a year before {row.leads} other{'s' if row.leads > 1 else ''}."
        lines += paragraph(
            f"{row.reason}{need} Chosen again in {100 * row.stability:.0f} % of draws, it or one "
            f"that tells the same story in {100 * row.stood_for:.0f} %.",
            width=screen.width,
            indent=2,
        )
    lines += ["", screen.emphasis_fn("Left out, and why")]
    for row in found.rows:
        if row.place is None:
            sentence = f"{row.measure.title} ({row.measure.item}): {row.reason}"
            lines += paragraph(sentence, width=screen.width, indent=2, hang=2)
    return [*lines, "", f"seed {found.seed} · book {found.book_hash[:6]}"]


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
