"""Read every file of a folder, one process or several, and keep every problem of every file.

Flow: folder -> publishers.recognise, publishers.* -> THIS -> book.build
In: a folder. Out: one FileOutcome per file, in the order of their paths. Writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from totalplace.errors import InputError, Problem
from totalplace.publishers.base import PublishedFile, Reading
from totalplace.publishers.recognise import Reader, all_readers, recognise

ProgressFn = Callable[[int, int, str], None]  # files done, files in all, the file just finished


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What became of one file: read, not recognised, a duplicate, or bad (it has problems)."""

    file: str
    outcome: str
    detail: str = ""
    reading: Reading | None = None
    problems: tuple[Problem, ...] = ()


def list_files(folder: Path) -> list[PublishedFile]:
    """Every file below ``folder`` in the order of their paths; hidden ones are skipped.

    Links to folders are not followed, so a loop of links cannot trap the walk.

    Raises:
        InputError: The folder does not exist, is a file, or cannot be listed.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.is_file() else "there is no such folder"
        raise InputError(
            Problem(
                what=what,
                where=str(folder),
                fix="Give the folder that holds the published files with --from FOLDER.",
            )
        )
    unlistable: list[OSError] = []
    found: list[PublishedFile] = []
    for parent, folders, names in os.walk(folder, onerror=unlistable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith("."):
                path = Path(parent, name)
                found.append(PublishedFile(path, path.relative_to(folder).as_posix()))
    if unlistable:
        raise InputError(
            Problem(
                what=f"the folder cannot be listed ({error.strerror})",
                where=str(error.filename),
                fix="Check that you may read it.",
            )
            for error in unlistable
        )
    return sorted(found, key=lambda file: file.relative)


def gather(
    folder: Path,
    *,
    readers: Sequence[Reader] | None = None,
    progress_fn: ProgressFn | None = None,
    executor: Executor | None = None,
) -> list[FileOutcome]:
    """Read every file below ``folder``.

    Args:
        folder: Where the published files are.
        readers: Which readers to try; every reader of the package when None.
        progress_fn: Called after each file.
        executor: Where to read; this process when None. The result does not depend on it.

    Returns:
        One outcome per file, in the order of their paths.

    Raises:
        InputError: The folder is missing, cannot be listed, or holds no file.
    """
    files = list_files(folder)
    if not files:
        raise InputError(
            Problem(
                what="the folder holds no files",
                where=str(folder),
                fix="Put the published files in it, or run 'totalplace book pull --to FOLDER'.",
            )
        )
    outcomes: dict[str, FileOutcome] = {}
    first_with: dict[str, str] = {}
    waiting: list[PublishedFile] = []
    for file in files:
        if not file.path.is_file():
            outcomes[file.relative] = _not_a_file(file)
            continue
        try:
            digest = file.sha256
        except OSError as error:
            outcomes[file.relative] = _unreadable(file.relative, error)
            continue
        if digest in first_with and file.content:
            outcomes[file.relative] = FileOutcome(
                file=file.relative,
                outcome="duplicate",
                detail=f"same content as {first_with[digest]}",
            )
        else:
            first_with.setdefault(digest, file.relative)
            waiting.append(PublishedFile(file.path, file.relative))  # without the cached bytes
    done = len(outcomes)
    for outcome in _read_all(waiting, readers, executor):
        outcomes[outcome.file] = outcome
        done += 1
        if progress_fn:
            progress_fn(done, len(files), outcome.file)
    return [outcomes[file.relative] for file in files]


def _read_all(
    files: Sequence[PublishedFile], readers: Sequence[Reader] | None, executor: Executor | None
) -> Iterable[FileOutcome]:
    if executor is None:
        for file in files:
            yield read_one(file.path, file.relative, readers)
        return
    heaviest_first = sorted(files, key=lambda file: (-file.path.stat().st_size, file.relative))
    futures = [executor.submit(read_one, f.path, f.relative, readers) for f in heaviest_first]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def read_one(path: Path, relative: str, readers: Sequence[Reader] | None = None) -> FileOutcome:
    """Recognise and read one file; whatever goes wrong becomes a problem that names it."""
    file = PublishedFile(path, relative)
    try:
        match = recognise(file, readers if readers is not None else all_readers())
        if match.reader is None:
            near = "; ".join(match.near)
            detail = f"nearest match: {near}" if near else "no reader knows this file"
            return FileOutcome(file=relative, outcome="not recognised", detail=detail)
        reading = match.reader.read(file)
    except InputError as error:
        problems = tuple(_located(problem, relative) for problem in error.problems)
        return FileOutcome(file=relative, outcome="bad", problems=problems)
    except OSError as error:
        return _unreadable(relative, error)
    except Exception as error:  # noqa: BLE001 (one file's surprise must not hide the others')
        problem = Problem(
            what=f"the file could not be read ({type(error).__name__}: {_short(str(error))})",
            where=relative,
            fix="Download it again; if it still fails, report it with the file's address.",
        )
        return FileOutcome(file=relative, outcome="bad", problems=(problem,))
    rows = sum(frame.height for frame in reading.tables.values())
    detail = "; ".join((f"{rows:,} rows", *reading.notes))
    return FileOutcome(file=relative, outcome="read", detail=detail, reading=reading)


def _located(problem: Problem, relative: str) -> Problem:
    if relative in problem.where:
        return problem
    return replace(problem, where=f"{relative}, {problem.where}" if problem.where else relative)


def _unreadable(relative: str, error: OSError) -> FileOutcome:
    problem = Problem(
        what=f"the file cannot be opened ({error.strerror or error})",
        where=relative,
        fix="Check that you may read it.",
    )
    return FileOutcome(file=relative, outcome="bad", problems=(problem,))


def _not_a_file(file: PublishedFile) -> FileOutcome:
    """A link to nowhere, a pipe or a device: opening it could wait for ever."""
    linked = file.path.is_symlink()
    problem = Problem(
        what="this is a link that leads nowhere" if linked else "this is not an ordinary file",
        where=file.relative,
        fix="Remove it from the folder.",
    )
    return FileOutcome(file=file.relative, outcome="bad", problems=(problem,))


def _short(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
