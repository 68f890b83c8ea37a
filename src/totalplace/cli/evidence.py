"""`totalplace evidence`, `totalplace evidence scale` and `totalplace evidence backtest`.

Flow: options -> THIS -> evidence, scenarios.backtest -> a terminal, or JSON
In: what a person typed. Out: assumptions, estimates and known cases, each with its source.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.evidence.cases import Figure
    from totalplace.evidence.comparisons import Backtest, Modelled
    from totalplace.evidence.registry import Registry
    from totalplace.evidence.scale import ScaleEstimate
    from totalplace.evidence.service_scale import ServiceScale

# Keys are the values of evidence.cases.Quantity, which is not imported before a command runs.
_WORDS = {
    "saving_a_year": "saving a year",
    "saving_lost_a_year": "saving lost a year",
    "one_off_cost": "one-off cost",
    "exit_cost": "cost of ending",
    "payback_years": "years to pay back",
}

app = typer.Typer(
    help="Every assumption, its range and its source.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]
ServiceName = Annotated[
    str,
    typer.Argument(metavar="SERVICE", help="A service: 'totalplace services' lists them."),
]


@app.callback(invoke_without_command=True)
def assumptions(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Every assumption the planner makes, its range and its source."""
    if context.invoked_subcommand is not None:
        if as_json:
            raise typer.BadParameter("put --json after the command", param_hint="--json")
        return
    from totalplace.evidence.registry import Registry

    registry = Registry.load()
    if as_json:
        _print_json({"sha256": registry.sha256, "parameters": registry.to_rows()})
        return
    typer.echo("\n".join(_registry_lines(registry, Screen())))


@app.command("scale")
def scale(service: ServiceName, *, book: BookFile = None, as_json: AsJson = False) -> None:
    """What size does to the cost of SERVICE: our estimate, the default, and what others claim."""
    from totalplace.evidence.registry import Registry
    from totalplace.evidence.service_scale import estimate_service_scale

    with open_book(book) as opened:
        found = estimate_service_scale(opened, service, registry=Registry.load())
    if as_json:
        _print_json(asdict(found))
        return
    typer.echo("\n".join(_scale_lines(found, Screen())))


@app.command("backtest")
def backtest(
    *,
    draws: Annotated[
        int, typer.Option("--draws", min=2, metavar="N", help="Draws of the assumptions.")
    ] = 512,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Same seed, same answer.")] = 1,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """The known cases of joint working: claimed, happened and modelled, side by side."""
    scenarios = import_module("totalplace.scenarios.backtest")
    with open_book(book) as opened:
        result: Backtest = scenarios.backtest(opened, draws=draws, seed=seed)
    if as_json:
        _print_json(asdict(result))
        return
    typer.echo("\n".join(_backtest_lines(result, Screen())))


def _registry_lines(registry: Registry, screen: Screen) -> list[str]:
    from totalplace.reports.columns import paragraph

    counts = Counter(str(row.confidence) for row in registry)
    summary = ", ".join(f"{number} {word}" for word, number in counts.most_common())
    lines = paragraph(
        f"{len(registry)} assumptions: {summary}. Hold one at another value with "
        f"--set ID=VALUE when planning. Assumptions {registry.sha256[:6]}.",
        width=screen.width,
    )
    for row in registry:
        span = f"{row.low:g} to {row.high:g}"
        lines += ["", screen.emphasis_fn(f"{row.id}  {row.value:g} ({span}) {row.unit}")]
        words = [f"{row.title}. {str(row.confidence).capitalize()}; {row.commissioned_by}."]
        words += [row.source, row.note]
        for sentence in filter(None, words):
            lines += paragraph(sentence, width=screen.width, indent=2, hang=2)
    return lines


def _scale_lines(found: ServiceScale, screen: Screen) -> list[str]:
    from totalplace.reports.columns import paragraph

    estimate, default = found.estimate, found.default
    title = f"{found.title}, {found.year}: {_scale_verdict(estimate)}"
    lines = [screen.emphasis_fn(line) for line in paragraph(title, width=screen.width)]
    strength = (
        "The volume is the child population itself, so no instrument is needed."
        if estimate.first_stage_f is None
        else "Child population is the instrument for volume (first-stage F "
        f"{estimate.first_stage_f:,.0f}). Unit cost regressed on its own volume would say "
        f"{_percent(estimate.ordinary)}, but divides by whatever is wrong with the count."
    )
    where = "inside" if estimate.low <= default.value <= estimate.high else "outside"
    for sentence in (
        f"For each doubling of {found.volume}, spend for each of them changes by "
        f"{_percent(estimate.per_doubling)} (95 % interval {_percent(estimate.low)} to "
        f"{_percent(estimate.high)}).",
        f"{estimate.used} authorities, {estimate.doublings:.1f} doublings from the 5th to the 95th "
        f"percentile; controls: {', '.join(estimate.controls)}. {found.caution}",
        strength,
        f"The planner uses {_percent(default.value)} ({default.id}, {_percent(default.low)} to "
        f"{_percent(default.high)}) on {found.default_covers} alone: {where} that interval. "
        f"{default.note}",
        f"Left out: {', '.join(found.left_out)}." if found.left_out else "",
    ):
        lines += paragraph(sentence, width=screen.width, indent=2, hang=2)
    lines += ["", screen.emphasis_fn("What others say, and who paid for it")]
    for claim in found.claims:
        words = (
            f"{claim.who}, {claim.year}, paid for by {claim.commissioned_by}: {claim.direction}. "
            f"{claim.says} {claim.note}"
        )
        lines += paragraph(words.strip(), width=screen.width, indent=2, hang=2)
    lines += ["", *paragraph(f"Sources: {'; '.join(found.sources)}.", width=screen.width)]
    return [*lines, f"book {found.book_hash[:6]}"]


def _scale_verdict(estimate: ScaleEstimate) -> str:
    if estimate.weak:
        return "child population says too little about volume for an estimate."
    if not estimate.shows_an_effect:
        return "no clear effect of size on cost."
    return "larger is cheaper." if estimate.per_doubling < 0 else "larger is dearer."


def _percent(share: float) -> str:
    return f"{100 * share:+.1f} %"


def _backtest_lines(result: Backtest, screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = paragraph(
        "Known cases beside the model. £ million at 2024-25 prices, years for payback; the model's "
        "80 % interval in brackets.",
        width=screen.width,
    )
    head = ("case", "what", "claimed", "happened", "modelled")
    rows = [
        (
            row.case.title,
            _WORDS[row.quantity],
            _figure(row.claimed),
            _figure(row.happened),
            _modelled(row.modelled),
        )
        for row in result.comparisons
    ]
    lines += ["", *columns(head, rows, width=screen.width)]
    for case in dict.fromkeys(row.case for row in result.comparisons):
        lines += ["", screen.emphasis_fn(case.title)]
        own = [row for row in result.comparisons if row.case is case]
        for row in own:
            said = [f for f in (row.claimed, row.happened) if f is not None]
            who = "; ".join(f"{f.said_by}, {f.said_when} ({f.source})" for f in said)
            name = _WORDS[row.quantity].capitalize()
            note = row.modelled.note if row.modelled else ""
            sentence = " ".join(filter(None, (f"{name}: {who}.", row.verdict, note)))
            lines += paragraph(sentence, width=screen.width, indent=2, hang=2)
        for sentence in filter(None, (case.happened_missing, case.note)):
            lines += paragraph(sentence, width=screen.width, indent=2, hang=2)
    for finding in result.findings:
        lines += ["", *paragraph(finding, width=screen.width)]
    stamp = f"assumptions {result.assumptions_sha256[:6]} · seed {result.seed} · "
    lines += ["", f"{stamp}{result.draws} draws · book {result.book_hash[:6]}"]
    return lines


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return "not known"
    return f"{figure.at_prices_of():.2f}"


def _modelled(modelled: Modelled | None) -> str:
    if modelled is None:
        return "not modelled"
    return f"{modelled.mean:.2f} ({modelled.low:.2f} to {modelled.high:.2f})"


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))
