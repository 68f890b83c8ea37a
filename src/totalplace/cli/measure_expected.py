"""`totalplace measures expected`: figures beside what need leads to, and beside other places.

Flow: options -> THIS -> measures.expected, floor, contest, beside -> a terminal, or JSON
In: a measure and perhaps authorities. Out: expected and actual with intervals, the national floor,
whether need is the best guess there is, every choice of need measures, every set of neighbours.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.measure_checks import AsJson, BookFile, Seed, print_json
from totalplace.cli.opening import OwnFile, open_book
from totalplace.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from totalplace.measures.beside import Beside
    from totalplace.measures.contest import Contest
    from totalplace.measures.expected import Expected
    from totalplace.measures.floor import Floor

Row = dict[str, object]


def expected(
    measure: Annotated[
        str, typer.Argument(metavar="MEASURE", help="A measure: its id, or its title.")
    ],
    *,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help="Only this authority; may be repeated."),
    ] = None,
    compare_with: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="AREA", help="Your own choice to compare with; may be repeated."
        ),
    ] = None,
    floor: Annotated[
        float | None,
        typer.Option("--floor", metavar="LEVEL", help="A national floor of your own."),
    ] = None,
    choices: Annotated[
        bool, typer.Option("--choices", help="Every choice of need measures, one a line.")
    ] = False,
    years: Annotated[
        int, typer.Option("--years", min=1, metavar="N", help="Latest years that count.")
    ] = 5,
    seed: Seed = 1,
    book: BookFile = None,
    own: OwnFile = None,
    as_json: AsJson = False,
) -> None:
    """What to expect of each authority given its need, and how far from that it lies."""
    import polars as pl

    from totalplace.errors import InputError
    from totalplace.measures.beside import beside
    from totalplace.measures.contest import contest, neighbour_means
    from totalplace.measures.expected import expected as read
    from totalplace.measures.floor import floor_of
    from totalplace.places.register import Register

    if compare_with and not area:
        raise typer.BadParameter("goes with --area", param_hint="--with")
    with open_book(book, own) as opened:
        register = Register.from_book(opened)
        codes = [one.area_code for one in register.resolve_all(area or [])]
        found = read(opened, measure, years=years, seed=seed)
        sets = [beside(opened, found.measure, one, choice=compare_with or ()) for one in codes]
        try:
            held = contest(opened, [found.measure.item], years=years, seed=seed)
        except InputError:  # no child poverty in this book: nothing to hold need against
            held = ()
        near = neighbour_means(opened, found.measure.item)
    ground = floor_of(found, level=floor)
    frame = found.to_frame().with_columns(pl.Series("neighbours", near).fill_nan(None))
    frame = frame.sort("adjusted_rank", "raw_rank", "area_code", nulls_last=True)
    rows = [row for row in frame.to_dicts() if not codes or row["area_code"] in codes]
    if as_json:
        print_json(_document(found, rows, ground, held, sets, codes))
        return
    lines = _lines(found, rows, ground, held, Screen())
    if choices:
        lines += _choice_lines(found, codes, Screen())
    for one in sets:
        lines += _beside_lines(one, Screen())
    typer.echo("\n".join([*lines, "", f"seed {found.seed} · book {found.book_hash[:6]}"]))


def _document(
    found: Expected,
    rows: Sequence[Row],
    ground: Floor,
    held: Sequence[Contest],
    sets: Sequence[Beside],
    codes: Sequence[str],
) -> Row:
    from totalplace.measures.contest import to_frame

    return {
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
        "floor": {
            "level": ground.level,
            "why": ground.why,
            "below": ground.below,
            "perhaps": ground.perhaps,
        },
        "contest": to_frame(held).to_dicts() if held else [],
        "choices": _choice_rows(found, codes),
        "beside": [
            {"name": one.name, "year": one.year, "sets": one.to_frame().to_dicts()} for one in sets
        ],
        "seed": found.seed,
        "book": found.book_hash,
        "authorities": rows,
    }


def _choice_rows(found: Expected, codes: Sequence[str]) -> list[Row]:
    """Every choice of need measures, the smallest error first, with the ranks of some places."""
    every = found.choices
    if every is None:
        return []
    order = sorted(range(len(every.needs)), key=lambda row: (every.errors[row], every.needs[row]))
    return [
        {
            "needs": every.needs[row],
            "error": float(every.errors[row]),
            "ranks": {
                code: float(every.ranks[row, found.area_codes.index(code)]) for code in codes
            },
        }
        for row in order
    ]


def _choice_lines(found: Expected, codes: Sequence[str], screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    rows = _choice_rows(found, codes)
    names = dict(zip(found.area_codes, found.names, strict=True))
    lines = ["", screen.emphasis_fn("Every choice of need measures")]
    lines += paragraph(
        f"{len(rows)} choices, the one with the least error out of sample first. 'london' is a "
        "flag for London, which is no need. A rank is of the difference from expectation.",
        width=screen.width,
        indent=2,
    )
    table = [
        (
            ", ".join(map(str, row["needs"])) if isinstance(row["needs"], tuple) else "",
            _number(row["error"], digits=2),
            *(_number(rank, digits=0) for rank in _ranks(row)),
        )
        for row in rows
    ]
    table = [(needs or "none", *rest) for needs, *rest in table]
    head = ("need measures", "error", *(f"rank of {names[code]}" for code in codes))
    return lines + columns(head, table, width=screen.width) if table else lines


def _ranks(row: Row) -> Sequence[object]:
    ranks = row["ranks"]
    return list(ranks.values()) if isinstance(ranks, dict) else ()


def _beside_lines(one: Beside, screen: Screen) -> list[str]:
    from totalplace.reports.columns import columns, paragraph

    lines = ["", screen.emphasis_fn(f"{one.name} beside other places")]
    lines += paragraph(
        f"{one.name} has no figure in {one.year or 'any year'}: {one.missing}."
        if one.missing
        else f"{one.name} has {_number(one.actual)} in {one.year}. "
        + (
            "Every set's median lies on the same side of it."
            if one.agree
            else "The sets disagree on which side of it the others lie: no one of them settles it."
        ),
        width=screen.width,
        indent=2,
    )
    rows = [
        (
            each.neighbours.words,
            f"{each.comparison.used} of {each.comparison.of}",
            _number(each.comparison.median),
            _number(each.comparison.mean),
            f"{each.neighbours.not_close} not close" if each.neighbours.not_close else "",
            "mean and median disagree" if each.comparison.disagree else "",
        )
        for each in one.sets
    ]
    head = ("compared with", "known", "median", "mean", "how close", "mind")
    return lines + columns(head, rows, width=max(screen.width, 120))


def _lines(
    found: Expected, rows: Sequence[Row], ground: Floor, held: Sequence[Contest], screen: Screen
) -> list[str]:
    from totalplace.measures.contest import GO_BY_NEIGHBOURS
    from totalplace.reports.columns import columns, paragraph

    title = f"{found.measure.title} ({found.measure.unit})"
    lines = [screen.emphasis_fn(line) for line in paragraph(title, width=screen.width)]
    span = f"{found.years[0]} to {found.years[-1]}" if found.years else "no years"
    first = (
        "1 is best" if found.measure.judged else "1 is the highest, which is neither good nor bad"
    )
    names = dict(zip(found.area_codes, found.names, strict=True))
    for sentence in (
        f"Latest year of {span}, beside what need leads one to expect of the place from all other "
        f"authorities. Need: {', '.join(found.needs)}.",
        *found.findings,
        *found.measure.breaks,
        _shares_words(found),
        _contest_words(held),
        ground.words(names, unit=found.measure.unit),
        f"Rank: {first}. The 90 % interval in brackets. Choices: lowest and highest adjusted rank "
        "under every choice of need measures, with and without a flag for London.",
    ):
        if sentence:
            lines += paragraph(sentence, width=screen.width, indent=2)
    instead = any(row.advice == GO_BY_NEIGHBOURS for row in held)
    head = (
        "authority",
        "actual",
        "expected",
        "neighbours",
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
            _number(row["neighbours"]) if instead else "",
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
    return [*lines, "", *columns(head, table, width=max(screen.width, 130))] if table else lines


def _contest_words(held: Sequence[Contest]) -> str:
    """Whether need is the best guess at a place never seen; what to go by where it is not."""
    return " ".join(
        f"Guessing a place without its own {'figures' if row.left_out == 'authority' else 'region'}"
        f", need is {row.verdict}. {row.advice}".rstrip()
        for row in held
    )


def _shares_words(found: Expected) -> str:
    if any(map(isnan, found.shares)):
        return ""
    need, place, noise = (f"{100 * share:.0f} %" for share in found.shares)
    told = (
        f"Of one year's variation between authorities {need} is need, {place} is the place itself "
        f"and {noise} comes and goes."
    )
    if not isnan(found.steadiness):
        told += (
            " A place's difference from expectation in one year and in the next correlate by "
            f"{found.steadiness:.2f}."
        )
    return told


def _number(value: object, *, digits: int = 1, sign: bool = False) -> str:
    if not isinstance(value, int | float) or isnan(value):
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
