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

from totalplace.cli import measure_checks, measure_links
from totalplace.cli.measure_checks import AsJson, BookFile, Seed, print_json
from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from totalplace.measures.catalogue import Catalogue, Measure
    from totalplace.measures.expected import Expected
    from totalplace.measures.triage import Triage

app = typer.Typer(
    help="Every measure, what it speaks about, and which are worth watching.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("leads")(measure_checks.leads)
app.command("contest")(measure_checks.contest)
app.command("reconcile")(measure_checks.reconcile)
app.command("crosswalk")(measure_links.crosswalk)


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


@app.command("expected")
def expected(
    measure: Annotated[
        str, typer.Argument(metavar="MEASURE", help="A measure: its id, or its title.")
    ],
    *,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="Only this authority; may be repeated."),
    ] = None,
    years: Annotated[
        int, typer.Option("--years", min=1, metavar="N", help="Latest years that count.")
    ] = 5,
    seed: Seed = 1,
    book: BookFile = None,
    as_json: AsJson = False,
) -> None:
    """What to expect of each authority given its need, and how far from that it lies."""
    from totalplace.measures.expected import expected as read
    from totalplace.places.register import Register

    with open_book(book) as opened:
        register = Register.from_book(opened)
        codes = [one.area_code for one in register.resolve_all(area or [])]
        found = read(opened, measure, years=years, seed=seed)
    frame = found.to_frame().sort("adjusted_rank", "raw_rank", "area_code", nulls_last=True)
    rows = [row for row in frame.to_dicts() if not codes or row["area_code"] in codes]
    if as_json:
        print_json(
            {
                "item": found.measure.item,
                "title": found.measure.title,
                "unit": found.measure.unit,
                "better": found.measure.better,
                "years": found.years,
                "needs": found.needs,
                "explained": found.explained,
                "error": found.error,
                "shares": dict(zip(("need", "place", "noise"), found.shares, strict=True)),
                "steadiness": found.steadiness,
                "findings": found.findings,
                "seed": found.seed,
                "book": found.book_hash,
                "authorities": rows,
            }
        )
        return
    typer.echo("\n".join(_expected_lines(found, rows, Screen())))


def _expected_lines(found: Expected, rows: list[dict[str, object]], screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    title = f"{found.measure.title} ({found.measure.unit})"
    lines = [screen.emphasis_fn(line) for line in paragraph(title, width=screen.width)]
    span = f"{found.years[0]} to {found.years[-1]}" if found.years else "no years"
    first = (
        "1 is best" if found.measure.judged else "1 is the highest, which is neither good nor bad"
    )
    for sentence in (
        f"Latest year of {span}, beside what need leads one to expect of the place from all other "
        f"authorities. Need: {', '.join(found.needs)}.",
        *found.findings,
        _shares_words(found),
        f"Rank: {first}. The 90 % interval in brackets. Choices: lowest and highest adjusted rank "
        "under every choice of need measures, with and without a flag for London.",
    ):
        if sentence:
            lines += paragraph(sentence, width=screen.width, indent=2)
    head = (
        "authority",
        "actual",
        "expected",
        "difference",
        "what lasts",
        "rank",
        "adjusted rank",
        "choices",
        "verdict",
    )
    table = [
        (
            str(row["name"]),
            _number(row["actual"]),
            _number(row["expected"]),
            _number(row["difference"], sign=True),
            _span(row["lasting"], row["low"], row["high"], sign=True),
            _span(row["raw_rank"], row["raw_rank_low"], row["raw_rank_high"], digits=0),
            _span(
                row["adjusted_rank"], row["adjusted_rank_low"], row["adjusted_rank_high"], digits=0
            ),
            _between(row.get("rank_lowest_of_choices"), row.get("rank_highest_of_choices")),
            str(row["verdict"]),
        )
        for row in rows
    ]
    if table:
        lines += ["", *columns(head, table, width=max(screen.width, 130))]
    return [*lines, "", f"seed {found.seed} · book {found.book_hash[:6]}"]


def _shares_words(found: Expected) -> str:
    if any(map(isnan, found.shares)):
        return ""
    need, place, noise = (f"{100 * share:.0f} %" for share in found.shares)
    return (
        f"Of one year's variation between authorities {need} is need, {place} is the place itself "
        f"and {noise} comes and goes."
    )


def _number(value: object, *, digits: int = 1, sign: bool = False) -> str:
    if not isinstance(value, int | float):
        return "-"
    return f"{value:{'+' if sign else ''}.{digits}f}"


def _span(point: object, low: object, high: object, *, digits: int = 1, sign: bool = False) -> str:
    told = _number(point, digits=digits, sign=sign)
    if not isinstance(low, int | float):
        return told
    ends = (_number(end, digits=digits, sign=sign) for end in (low, high))
    return f"{told} ({' to '.join(ends)})"


def _between(low: object, high: object) -> str:
    return "" if low is None else f"{_number(low, digits=0)} to {_number(high, digits=0)}"


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
