"""`totalplace measures crosswalk`: one measure under several regimes, and where they conflict.

Flow: options -> THIS -> measures.crosswalk -> a terminal, or JSON
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.measure_checks import AsJson, BookFile, print_json
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.measures.crosswalk import Crosswalk, Link

_KINDS = {
    "figures": "Said to be the same, and the figures differ",
    "regimes": "Regimes that pull apart",
    "direction": "A direction the publisher prints and we do not use",
    "break": "Breaks in a series",
}


def crosswalk(
    *,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Only what does not fit, and why.")
    ] = False,
    regime: Annotated[
        str,
        typer.Option(
            "--regime", metavar="WORDS", help="Only one regime, for example 'public health'."
        ),
    ] = "",
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """Who else counts the same: schools, health, social care, youth justice, police, inspectors."""
    from totalplace.measures.crosswalk import crosswalk as read

    if conflicts and regime:
        raise typer.BadParameter("goes without --regime", param_hint="--conflicts")
    with open_book(book) as opened:
        found = read(opened)
    links = found.of(regime) if regime else found.links
    if as_json:
        items = {(one.item, one.regime, one.indicator) for one in links}
        rows = [
            row
            for row in found.to_frame().to_dicts()
            if (row["item"], row["regime"], row["indicator"]) in items
        ]
        told = {"conflicts": found.conflicts_frame().to_dicts()}
        print_json({"book": found.book_hash, **({} if conflicts else {"links": rows}), **told})
        return
    lines = (_conflict_lines if conflicts else _link_lines)(found, links, Screen())
    typer.echo("\n".join([*lines, "", f"book {found.book_hash[:6]}"]))


def _link_lines(found: Crosswalk, links: Sequence[Link], screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    counted = Counter(one.relation for one in links)
    lines = paragraph(
        f"{len(links)} links to {len({one.regime for one in links})} regimes: "
        + ", ".join(f"{counted[name]} {name}" for name in ("same", "similar", "conflicting"))
        + ". Same: interchangeable. Similar: not interchangeable. Conflicting: one can improve "
        "while the other worsens.",
        width=screen.width,
    )
    for regime in sorted({one.regime for one in links}):
        lines += ["", screen.emphasis_fn(regime)]
        rows = [
            (one.title or one.item, one.indicator, one.relation, one.reason + _checked(one))
            for one in links
            if one.regime == regime
        ]
        head = ("measure", "there", "relation", "why")
        lines += columns(head, rows, width=max(screen.width, 130))
    return lines


def _checked(one: Link) -> str:
    if not one.shared:
        return ""
    return f" ({100 * one.equal:.0f} % of {one.shared:,} figures equal)"


def _conflict_lines(found: Crosswalk, _: Sequence[Link], screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        f"{len(found.conflicts)} things that do not fit. What a council is praised for under one "
        "regime it may be blamed for under another.",
        width=screen.width,
    )
    for kind, heading in _KINDS.items():
        rows = [
            (one.title or one.item, one.against, one.reason)
            for one in found.conflicts
            if one.kind == kind
        ]
        if rows:
            lines += ["", screen.emphasis_fn(heading)]
            lines += columns(("measure", "against", "why"), rows, width=max(screen.width, 130))
    return lines
