"""Build a place book from a folder of published files: everything, or nothing.

Flow: book.gather -> THIS (with places.derive passed in) -> book.store
In: a folder. Out: one DuckDB file, or one message that lists everything wrong.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from totalplace import __version__
from totalplace.book.gather import FileOutcome, ProgressFn, gather
from totalplace.book.lists import resolve_lists
from totalplace.book.resolve import (
    Register,
    mark_latest,
    repeated_figures,
    resolve_observations,
    vintages,
)
from totalplace.book.schema import load_schema
from totalplace.book.store import write_book
from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import Reading
from totalplace.publishers.recognise import Reader

Tables = dict[str, pl.DataFrame]
DeriveFn = Callable[[Mapping[str, pl.DataFrame]], Mapping[str, pl.DataFrame]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNote:
    """One file of the folder: read, duplicate or not recognised, with detail."""

    file: str
    outcome: str
    detail: str
    publication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did."""

    path: Path
    book_hash: str
    files: tuple[FileNote, ...]
    rows: Mapping[str, int]

    def to_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            "path": str(self.path),
            "book_hash": self.book_hash,
            "files": [asdict(note) for note in self.files],
            "rows": dict(self.rows),
        }

    def lines(self) -> list[str]:
        """The report as lines for a terminal; the notes about each file are in the JSON."""
        width = max(len(note.publication) for note in self.files)
        counts = Counter(note.outcome for note in self.files)
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        out = [f"{self.path}: book {self.book_hash[:8]}, {told}.", ""]
        for outcome in ("read", "duplicate", "not recognised"):
            notes = [note for note in self.files if note.outcome == outcome]
            if notes:
                out.append(f"{outcome.capitalize()} ({len(notes)})")
                out += [f"  {_brief(note, width)}" for note in notes]
                out.append("")
        out.append(f"{self.rows.get('observation', 0):,} figures.")
        return out


def _brief(note: FileNote, width: int) -> str:
    if note.outcome != "read":
        return f"{note.file}: {note.detail}"
    rows, *notes = note.detail.split("; ")
    more = f", {len(notes)} note{'s' if len(notes) > 1 else ''}" if notes else ""
    return f"{note.publication:<{width}}  {note.file}  ({rows}{more})"


def build_book(
    folder: Path | str,
    path: Path | str,
    *,
    derive_fn: DeriveFn,
    readers: Sequence[Reader] | None = None,
    progress_fn: ProgressFn | None = None,
    executor: Executor | None = None,
) -> BuildReport:
    """Read every file below ``folder`` and write the book at ``path``.

    The result does not depend on the number of workers, nor on the names or order of the files
    (but for the names themselves, which the book records).

    Args:
        folder: Where the published files are; hidden files and folders are skipped.
        path: Where the book is to appear.
        derive_fn: Fills the tables about places from those read (see scenarios.building).
        readers: Which readers to try; every reader of the package when None.
        progress_fn: Called as (files done, files in all, file).
        executor: Where files are read; this process when None.

    Returns:
        Which files were read, duplicated or not recognised, and the rows of each table.

    Raises:
        InputError: The folder is missing or empty.
        PublishedFileError: Any file is bad, or none was recognised; every problem of every file
            is listed, and whatever book was at ``path`` is untouched.
        BookError: The book cannot be written there.
    """
    folder, path = Path(folder), Path(path)
    outcomes = gather(folder, readers=readers, progress_fn=progress_fn, executor=executor)
    _refuse([problem for outcome in outcomes for problem in outcome.problems], path)
    readings = [outcome.reading for outcome in outcomes if outcome.reading is not None]
    if not readings:
        _refuse([_nothing_recognised(folder, outcomes)], path)
    tables, problems = assemble(readings, derive_fn=derive_fn)
    _refuse(problems, path)
    notes = tuple(
        FileNote(
            file=outcome.file,
            outcome=outcome.outcome,
            detail=outcome.detail,
            publication=outcome.reading.source.publication if outcome.reading else "",
        )
        for outcome in outcomes
    )
    tables["build_note"] = pl.DataFrame(
        {
            "file": [note.file for note in notes],
            "outcome": [note.outcome for note in notes],
            "detail": [note.detail for note in notes],
        }
    )
    meta = book_meta(tables["source"]["sha256"], kind="published")
    write_book(path, tables, meta)
    return BuildReport(
        path=path,
        book_hash=meta["book_hash"],
        files=notes,
        rows={name: frame.height for name, frame in sorted(tables.items())},
    )


def book_meta(hashes: Iterable[str], *, kind: str) -> dict[str, str]:
    """The rows of the ``meta`` table; the hash covers sources, schema and code version."""
    schema_version = str(load_schema().version)
    identity = "\n".join([*sorted(hashes), schema_version, __version__])
    return {
        "schema_version": schema_version,
        "code_version": __version__,
        "book_hash": hashlib.sha256(identity.encode()).hexdigest(),
        "kind": kind,
    }


def assemble(readings: Sequence[Reading], *, derive_fn: DeriveFn) -> tuple[Tables, list[Problem]]:
    """Join what the files said into the book's tables, areas resolved and revisions marked.

    Returns:
        The tables, and the problems that only show once the files are side by side.
    """
    ordered = sorted(readings, key=lambda reading: reading.source.source_id)
    tables = _stack(ordered)
    tables.update(_known(derive_fn(tables), tables))
    files = dict(tables["source"].select("source_id", "file").iter_rows())
    register = Register.from_tables(tables["authority"], tables["authority_code"])
    observation, problems = resolve_observations(tables["observation"], register, files)
    tables["observation"] = mark_latest(observation, tables["source"])
    problems += repeated_figures(tables["observation"], files)
    tables["item"] = _newest_description(tables)
    problems += resolve_lists(tables, register, files)
    schema = load_schema().tables
    finished: Tables = {}
    for name in sorted(set(tables) & set(schema)):
        frame = schema[name].conform(tables[name])
        finished[name] = frame if name == "observation" else frame.sort(frame.columns)
    return finished, problems


def _stack(readings: Sequence[Reading]) -> Tables:
    """Each table of every reading one below the other, with its source beside each row."""
    parts: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)
    for reading in readings:
        source = reading.source
        for name, frame in reading.tables.items():
            parts[name].append(frame.with_columns(pl.lit(source.source_id).alias("source_id")))
        parts["source"].append(
            pl.DataFrame({"source_id": source.source_id, **asdict(source)}).cast(
                {"released": pl.Date}
            )
        )
    tables = {name: pl.concat(frames, how="diagonal") for name, frames in parts.items()}
    empty = {
        name: table.empty().drop("area_code", "latest", strict=False)
        for name, table in load_schema().tables.items()
        if name in ("observation", "item")
    }
    return {**empty, **tables}


def _known(derived: Mapping[str, pl.DataFrame], read: Tables) -> Tables:
    """What was derived; sources of its own are added to those read."""
    new = dict(derived)
    if "source" in new:
        new["source"] = pl.concat([read["source"], new["source"]], how="diagonal_relaxed").unique(
            "source_id", keep="first", maintain_order=True
        )
    return new


def _newest_description(tables: Tables) -> pl.DataFrame:
    """One row per item: as the newest file of its publication describes it."""
    ranks = vintages(tables["observation"], tables["source"])
    return (
        tables["item"]
        .join(ranks, on="source_id", how="left")
        .sort("item", "vintage", "source_id", descending=[False, True, False], nulls_last=True)
        .unique("item", keep="first", maintain_order=True)
        .drop("vintage")
    )


def _refuse(problems: Sequence[Problem], path: Path) -> None:
    if problems:
        kept = "was left as it was" if path.exists() else "was not written"
        raise PublishedFileError(problems, after=f"{path}: the book {kept}.")


def _nothing_recognised(folder: Path, outcomes: Sequence[FileOutcome]) -> Problem:
    shown = "; ".join(f"{o.file}: {o.detail}" for o in outcomes[:20])
    return Problem(
        what=f"none of the {len(outcomes)} files here is one this program reads",
        where=str(folder),
        example=shown,
        fix="Put published files in the folder; 'totalplace book pull --list' names them.",
    )
