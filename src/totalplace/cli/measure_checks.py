"""`totalplace measures leads`, `contest` and `reconcile`: how far the figures can be trusted.

Flow: options -> THIS -> measures.leads, contest, reconcile -> a terminal, or JSON
In: what a person typed. Out: what moves first; whose guess is nearest; what adds up and what not.
"""

from __future__ import annotations

import json
from collections import defaultdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.measures.contest import Contest
    from totalplace.measures.leads import Leads
    from totalplace.measures.reconcile import Reconciliation, Tested

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="Same seed, same answer.")]


def leads(*, seed: Seed = 1, book: BookFile = None, as_json: AsJson = False) -> None:
    """Which measures move a year before which others do, after every test. Not causes."""
    from totalplace.measures.leads import leads as read

    with open_book(book) as opened:
        found = read(opened, seed=seed)
    if as_json:
        print_json(
            {
                "pairs": found.pairs,
                "by_chance_control": found.by_chance_control,
                "reversed_leads": found.reversed_leads,
                "seed": seed,
                "book": found.book_hash,
                "leads": found.to_frame().to_dicts(),
            }
        )
        return
    typer.echo("\n".join(_lead_lines(found, Screen())))


def _lead_lines(found: Leads, screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        f"{found.pairs:,} pairs of measures tried. {found.by_chance_control:,} pass control for "
        f"chance, {len(found.leads):,} pass every test. What comes first is not thereby the cause.",
        width=screen.width,
    )
    head = ("a change in", "comes a year before one in", "strength", "reversed", "rests on")
    rows = [
        (
            one.first.title,
            one.later.title,
            f"{one.strength:+.2f}",
            f"{one.reversed_strength:+.2f}",
            f"{one.changes:,}",
        )
        for one in found.leads
    ]
    if rows:
        lines += ["", *columns(head, rows, width=screen.width)]
    return [*lines, "", f"book {found.book_hash[:6]}"]


def contest(
    measure: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MEASURE...",
            help="Measures: ids or titles. Attainment at 16, child protection and looked-after "
            "rates if left out.",
        ),
    ] = None,
    *,
    years: Annotated[
        int, typer.Option("--years", min=1, metavar="N", help="Latest years that count.")
    ] = 5,
    seed: Seed = 1,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Whose guess is nearest for a place never seen: need, neighbours, or child poverty alone."""
    from totalplace.measures.catalogue import measures as read
    from totalplace.measures.contest import HEADLINE, to_frame
    from totalplace.measures.contest import contest as hold

    with open_book(book) as opened:
        found = read(opened)
        chosen = [found.resolve(one) for one in measure or HEADLINE]
        rows = hold(opened, [one.item for one in chosen], years=years, seed=seed)
    if as_json:
        print_json({"seed": seed, "book": found.book_hash, "contests": to_frame(rows).to_dicts()})
        return
    titles = {one.item: f"{one.title} ({one.unit})" for one in chosen}
    typer.echo(
        "\n".join(
            [
                *_contest_lines(rows, titles, Screen()),
                "",
                f"seed {seed} · book {found.book_hash[:6]}",
            ]
        )
    )


def _contest_lines(rows: Sequence[Contest], titles: dict[str, str], screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        "Root mean square error of three guesses at the latest year, each made without the place "
        "itself, then without its whole region. A gap below nothing means that need is nearer; its "
        "90 % interval is paired: the same authorities, or regions, drawn again.",
        width=screen.width,
    )
    head = (
        "left out",
        "authorities",
        "need",
        "neighbours",
        "poverty",
        "need - neighbours",
        "need - poverty",
        "nearest",
    )
    for item, title in titles.items():
        lines += ["", *(screen.emphasis_fn(line) for line in paragraph(title, width=screen.width))]
        own = [row for row in rows if row.item == item]
        table = [
            (
                row.left_out,
                f"{row.authorities}",
                *(_error(error) for error in (row.need, row.neighbours, row.poverty)),
                _gap(row.over_neighbours),
                _gap(row.over_poverty),
                row.nearest,
            )
            for row in own
        ]
        lines += columns(head, table, width=max(screen.width, 130))
        for row in own:
            told = f"Leaving out one {row.left_out}: need is {row.verdict}. {row.advice}"
            lines += paragraph(told, width=screen.width, indent=2)
    return lines


def _error(error: float) -> str:
    return f"{error:,.2f}" if isfinite(error) else "-"


def _gap(gap: tuple[float, float, float]) -> str:
    if not isfinite(gap[0]):
        return "-"
    return f"{gap[0]:+,.2f} ({gap[1]:+,.2f} to {gap[2]:+,.2f})"


def reconcile(
    *,
    every: Annotated[
        bool, typer.Option("--every", help="List every value tested, not only the misses.")
    ] = False,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Add the authorities up: do England and the regions come out as published? Every miss, why."""
    from totalplace.measures.catalogue import measures
    from totalplace.measures.cells import read_cells
    from totalplace.measures.counted import counted
    from totalplace.measures.reconcile import reconcile as add_up
    from totalplace.measures.reconcile import share

    with open_book(book) as opened:
        stamp = opened.hash
        shown = counted(measures(opened))
        cells = read_cells(opened, [item for one in shown for item in one.items])
    found = add_up(cells, shown)
    if as_json:
        print_json(
            {
                "book": stamp,
                "tested": len(found.tested),
                "agreeing": share(found.tested),
                "untested": found.untested,
                "counts_as_used": {
                    "tested": len(found.original),
                    "agreeing": share(found.original),
                },
                "counts_revised_since": {
                    "tested": len(found.revised),
                    "agreeing": share(found.revised),
                },
                "values": (found if every else found.only_misses()).to_frame().to_dicts(),
            }
        )
        return
    listed = found.tested if every else found.misses
    names = {one.region_code: one.region_name for one in cells.register.on()}
    titles = {one.id: one.short for one in shown}
    typer.echo(
        "\n".join(
            [*_reconcile_lines(found, listed, names, titles, Screen()), "", f"book {stamp[:6]}"]
        )
    )


def _reconcile_lines(
    found: Reconciliation,
    listed: Sequence[Tested],
    names: dict[str, str],
    titles: dict[str, str],
    screen: Screen,
) -> list[str]:
    from totalplace.measures.reconcile import share
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        f"{len(found.tested):,} published values of England and the regions can be added up from "
        f"authorities' counts; {100 * share(found.tested):.1f} % come out as published, to the "
        f"published rounding. {found.untested:,} more cannot: a part has no published count.",
        width=screen.width,
    )
    if found.revised:
        lines += paragraph(
            f"For {len(found.original):,} the counts are those the publisher worked from: "
            f"{100 * share(found.original):.1f} % of them come out. For the other "
            f"{len(found.revised):,} authorities' own published figures do not come out of their "
            "own counts either, because counts or populations have been revised since: "
            f"{100 * share(found.revised):.1f} % come out.",
            width=screen.width,
        )
    by_measure: dict[str, list[Tested]] = defaultdict(list)
    for one in found.tested:
        by_measure[one.measure].append(one)
    rows = [
        (
            titles[name],
            f"{len(values):,}",
            f"{sum(one.agrees for one in values):,}",
            f"{sum(not one.agrees for one in values) or '-'}",
        )
        for name, values in by_measure.items()
    ]
    if rows:
        lines += ["", *columns(("measure", "tested", "agree", "miss"), rows, width=screen.width)]
    if listed:
        table = [
            (
                titles[one.measure],
                names.get(one.area, "England"),
                f"{one.end:%Y-%m-%d}",
                f"{one.ours:,.2f}",
                f"{one.published:,.10g}",
                one.reason or "agrees",
            )
            for one in listed
        ]
        head = ("measure", "area", "to", "added up", "published", "why")
        lines += ["", *columns(head, table, width=max(screen.width, 130))]
    return lines


def print_json(document: object) -> None:
    """One JSON document on standard output; a figure that is not known is null."""
    typer.echo(json.dumps(_known(document), indent=2, ensure_ascii=False, default=str))


def _known(value: object) -> object:
    """A document without nan, which JSON has not."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _known(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_known(one) for one in value]
    return value
