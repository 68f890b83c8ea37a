"""Every partnership that a plan chose among, each with every figure: for whoever wants to look.

Flow: scenarios.risk (find), footprints.appraisal -> THIS -> cli.plan, anyone's program
In: an open book and what `planning.plan` may be asked. Out: a table, one row for each partnership
and the best arrangement it may have; where the guards refuse all, the best of those, with the
guards that refuse it. Means are over draws; intervals are 80 %.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import numpy as np

from totalplace.book.store import Book
from totalplace.errors import InputError
from totalplace.footprints import guards
from totalplace.footprints.appraisal import Figures, appraise_in_full
from totalplace.footprints.search import Search
from totalplace.footprints.value import AssumptionDraws
from totalplace.scenarios.risk import PlanOptions, find
from totalplace.types import IntArray

if TYPE_CHECKING:
    import polars as pl

KINDS = (".csv", ".parquet")


def candidates(book: Book, **options: Unpack[PlanOptions]) -> pl.DataFrame:
    """Every partnership considered for a service, with its figures under its best arrangement.

    "Nobody pays for the others" is judged only on partnerships that come near a plan, so it is
    not among the guards here. A partnership that two guards refuse under every arrangement is
    listed without figures: it is in no plan that is ever solved.

    Args:
        book: A place book.
        options: As `planning.plan`.

    Raises:
        InputError: As `planning.plan`.
        NoPlanError: What was asked for cannot all be had.
    """
    found = find(book, **options)
    tell = options.get("progress_fn")
    if tell is not None:
        tell(f"writing down {len(found.search.candidates):,} partnerships")
    return table_of(found.search, found.draws)


def table_of(search: Search, draws: AssumptionDraws) -> pl.DataFrame:
    """The table of a finished search."""
    import polars as pl  # noqa: PLC0415 (heavy, loaded where used)

    order = search.ask.arrangements
    score = np.stack([search.score(a) for a in order])
    allowed = np.stack([search.allowed(a) for a in order])
    best = np.where(allowed.any(axis=0), np.where(allowed, score, -np.inf), score).argmax(axis=0)
    parts = []
    for k, arrangement in enumerate(order):
        rows = np.flatnonzero((best == k) & search.searched[arrangement])
        figured = np.isfinite(search.values[arrangement].mean[rows])
        sets, outline = search.candidates.take(rows), search.outline.take(rows)
        frame = pl.DataFrame(
            {
                "row": rows,
                "members": _joined(search, rows, search.problem.area_codes),
                "names": _joined(search, rows, search.problem.names),
                "arrangement": [str(arrangement)] * len(rows),
                "allowed": allowed[k, rows],
                "refused_by": _refusals(search, k, rows),
                "in_plan": np.isin(rows, search.choice.candidates),
                "children": outline.children,
                "span_km": outline.span_km,
                "extra_bodies": outline.extra_bodies.astype(np.int64),
                "contiguous": outline.contiguous,
            }
        )
        figures = appraise_in_full(search.problem, draws, arrangement, sets, outline)
        known = [
            pl.Series(name, np.where(figured, values, np.nan), nan_to_null=True)
            for name, values in _columns(figures).items()
        ]
        parts.append(frame.with_columns(known))
    return pl.concat(parts).sort("row").drop("row")


def write_candidates(table: pl.DataFrame, path: str | Path) -> Path:
    """Write the table as CSV or Parquet, by the ending of the name, whole or not at all.

    Raises:
        InputError: Another ending; the file cannot be written.
    """
    path = Path(path)
    check_name(path)
    beside = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.casefold() == ".csv":
            table.write_csv(beside)
        else:
            table.write_parquet(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(
            f"{path}: the partnerships cannot be written here ({error.strerror or error}). "
            "Nothing was changed."
        ) from error
    return path


def check_name(path: str | Path) -> None:
    """Refuse a name whose ending says no format that can be written.

    Raises:
        InputError: Always, then.
    """
    if Path(path).suffix.casefold() not in KINDS:
        raise InputError(
            f"{path}: the name must end in {' or '.join(KINDS)}, for example partnerships.csv."
        )


def _joined(search: Search, rows: IntArray, labels: tuple[str, ...]) -> list[str]:
    return [" + ".join(labels[m] for m in search.candidates.row(int(c))) for c in rows]


def _refusals(search: Search, kind: int, rows: IntArray) -> list[str]:
    """The guards that are on and refuse each row, by id."""
    said = np.full(len(rows), "", dtype=object)
    for verdict in search.verdicts[search.ask.arrangements[kind]]:
        if verdict.guard in search.ask.limits.off or verdict.guard not in guards.TITLES:
            continue
        here = ~verdict.passes[rows]
        said[here] = [f"{one} {verdict.guard}".strip() for one in said[here]]
    return [str(one) for one in said]


def _columns(figures: Figures) -> dict[str, np.ndarray]:
    """Figures under the names they have in the JSON of an appraisal."""
    return {
        "value": figures.mean,
        "value_low": figures.low,
        "value_high": figures.high,
        "tail_mean": figures.tail,
        "saving_a_year": figures.saving_a_year,
        "dearest_year_cost": figures.first_year_cost,
        "first_year_cost": figures.year_one_cost,
        "one_off_cost": figures.one_off,
        "exit_cost": figures.exit_cost,
        "coordination_a_year": figures.coordination,
        "pays_back_years": figures.payback_years,
        "chance_pays_back_5_years": figures.pays_back_5,
        "chance_never_pays_back": figures.never_pays_back,
        **{
            f"saving_a_year_{layer.value.replace(' ', '_')}": amount
            for layer, amount in figures.by_layer.items()
        },
    }
