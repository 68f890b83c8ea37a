"""`totalplace measures trial`: the methods tried where the truth is known.

Flow: options -> THIS -> measures.trial -> a terminal, or JSON
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.measure_checks import AsJson, Seed, print_json
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.measures.trial import Covered, Recovered


def trial(
    *,
    runs: Annotated[
        int, typer.Option("--runs", min=1, metavar="N", help="How often each truth is drawn.")
    ] = 10,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Do intervals hold the truth, and is what was planted found? Simulated places, no book."""
    from dataclasses import asdict

    from totalplace.measures.trial import SETTINGS, cover, recover, to_frame

    covered = [cover(setting, runs=runs, seed=seed) for setting in SETTINGS]
    found = recover(runs=min(runs, 10), seed=seed)
    if as_json:
        print_json(
            {"seed": seed, "coverage": to_frame(covered).to_dicts(), "recovery": asdict(found)}
        )
        return
    typer.echo("\n".join([*_lines(covered, found, Screen()), "", f"seed {seed}"]))


def _lines(covered: Sequence[Covered], found: Recovered, screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        f"150 simulated authorities, {covered[0].runs} runs each. Per cent of 90 % intervals that "
        "hold the truth: of all, of the tenth whose true effects are most extreme, of the tenth "
        "that looks it.",
        width=screen.width,
    )
    rows = [
        (
            f"{row.setting.lasting:g}, {row.setting.noise:g}, {row.setting.carry:g}, "
            f"{row.setting.years}",
            *(
                " ".join(f"{100 * share:.1f}" for share in shares)
                for shares in (row.ours, row.shrunken, row.alone)
            ),
            f"{100 * row.ranks:.1f}",
        )
        for row in covered
    ]
    head = (
        "lasting spread, noise, carry-over, years",
        "ours",
        "shrinking alone",
        "own years alone",
        "ranks",
    )
    lines += ["", *columns(head, rows, width=max(screen.width, 110)), ""]
    return lines + paragraph(
        f"Planted in {found.runs} runs: five stories, {100 * found.stories:.0f} % told by a list "
        f"of five; three doubles, {100 * found.doubles:.0f} % named with their stand-in; with "
        f"areas shuffled {found.false_doubles} false doubles. Two leads among 30 measures: "
        f"{100 * found.leads:.0f} % found, {found.others} others; with areas shuffled "
        f"{found.shuffled}; with years turned round {found.turned} of those planted.",
        width=screen.width,
    )
