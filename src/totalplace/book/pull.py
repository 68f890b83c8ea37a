"""Download the published files from their publishers, each checked before it gets its name.

Flow: publishers/addresses.toml -> book.download -> THIS -> a folder for book.build
In: a folder and the list of addresses. Out: files that the right reader has read, and a report.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path, PurePosixPath

from totalplace.book.download import DownloadError, Patience, fetch
from totalplace.book.gather import read_one
from totalplace.errors import InputError, Problem
from totalplace.publishers.recognise import Reader

PullProgressFn = Callable[[str, int, int | None], None]  # id, bytes so far, bytes in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a publisher keeps one file. ``checked`` says whether anyone has opened it."""

    id: str
    title: str
    publisher: str
    landing_page: str
    publication: str  # the reader that must recognise what arrives
    save_as: str  # path below the folder
    address: str = ""  # empty: no direct address is known, download by hand
    sha256: str = ""  # empty: the file changes, or its hash is not known
    checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What became of one file: saved, already there, or to be downloaded by hand."""

    id: str
    file: str
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What a pull did."""

    folder: Path
    files: tuple[Pulled, ...]

    def to_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {"folder": str(self.folder), "files": [asdict(file) for file in self.files]}

    def lines(self) -> list[str]:
        """The report as lines for a terminal."""
        width = max((len(file.outcome) for file in self.files), default=0)
        return [
            f"  {file.outcome:<{width}}  {file.file}" + (f"  {file.detail}" if file.detail else "")
            for file in self.files
        ]


def load_addresses(path: Path | None = None) -> tuple[Address, ...]:
    """The publishers' addresses, from this package or from a file of the user's.

    Raises:
        InputError: The file is missing, malformed, or names a file outside the folder.
    """
    if path is None:
        text = (
            resources.files("totalplace.publishers").joinpath("addresses.toml").read_text("utf-8")
        )
    else:
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: the list of addresses cannot be read ({error}).") from error
    where = path or "addresses.toml"
    try:
        found = tuple(Address(**entry) for entry in tomllib.loads(text).get("file", []))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(f"{where}: this is not a list of addresses ({error}).") from error
    problems = [
        Problem(what=f"{a.id}: save_as must stay below the folder", where=str(where))
        for a in found
        if PurePosixPath(a.save_as).is_absolute() or ".." in PurePosixPath(a.save_as).parts
    ]
    ids = [a.id for a in found]
    problems += [
        Problem(what=f"the id {name!r} is used twice", where=str(where))
        for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    if problems:
        raise InputError(problems)
    return found


def pull(
    folder: Path | str,
    *,
    addresses: Iterable[Address],
    only: Sequence[str] = (),
    patience: Patience | None = None,
    readers: Sequence[Reader] | None = None,
    progress_fn: PullProgressFn | None = None,
) -> PullReport:
    """Download every listed file into ``folder``; what is already there and right is left alone.

    Each file arrives under a hidden name ending in ``.part``, is read by the reader it is meant
    for, and only then gets its own name. One that fails does not stop the others.

    Args:
        folder: Where the files go; made if it is missing.
        addresses: Which files there are.
        only: Ids of the files wanted; all when empty.
        patience: Timeouts and tries.
        readers: Readers to check with; every reader of the package when None.
        progress_fn: Told the bytes so far of each file.

    Returns:
        What was saved, was already there, or must be fetched by hand.

    Raises:
        InputError: An id is not listed, the folder cannot be made, or some file could not be
            had; lists every such file. The others are saved.
    """
    folder = Path(folder)
    chosen = _choose(tuple(addresses), only)
    done: list[Pulled] = []
    problems: list[Problem] = []
    for entry in chosen:
        try:
            done.append(_pull_one(folder, entry, patience or Patience(), readers, progress_fn))
        except InputError as error:
            problems += error.problems
        except OSError as error:
            problems.append(
                Problem(
                    what=f"the file cannot be saved ({error.strerror or error})",
                    where=str(folder / entry.save_as),
                    fix="Choose another folder with --to.",
                )
            )
    if problems:
        kept = sum(item.outcome in ("saved", "already there") for item in done)
        raise InputError(problems, after=f"{folder}: {kept} of {len(chosen)} files are in place.")
    return PullReport(folder=folder, files=tuple(done))


def _choose(addresses: tuple[Address, ...], only: Sequence[str]) -> tuple[Address, ...]:
    known = {entry.id for entry in addresses}
    unknown = [name for name in only if name not in known]
    if unknown:
        raise InputError(
            Problem(
                what=f"no address is listed as {name!r}", fix=f"Known: {', '.join(sorted(known))}."
            )
            for name in unknown
        )
    return tuple(entry for entry in addresses if not only or entry.id in only)


def _pull_one(
    folder: Path,
    entry: Address,
    patience: Patience,
    readers: Sequence[Reader] | None,
    progress_fn: PullProgressFn | None,
) -> Pulled:
    target = folder / entry.save_as
    if target.exists() and not _wrong(target, entry, readers):
        return Pulled(id=entry.id, file=entry.save_as, outcome="already there")
    if not entry.address:
        return Pulled(
            id=entry.id, file=entry.save_as, outcome="by hand", detail=f"see {entry.landing_page}"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")  # hidden, so that no build reads it
    fetch(
        entry.address,
        part,
        patience=patience,
        progress_fn=(lambda have, of: progress_fn(entry.id, have, of)) if progress_fn else None,
    )
    wrong = _wrong(part, entry, readers)
    if wrong:
        part.unlink()
        raise DownloadError(
            Problem(
                what=f"what arrived is not {entry.title!r}: {wrong}",
                where=entry.address,
                fix=f"It was thrown away. See {entry.landing_page}; this address "
                + ("was right once." if entry.checked else "has never been checked."),
            )
        )
    part.replace(target)
    return Pulled(
        id=entry.id, file=entry.save_as, outcome="saved", detail=f"{target.stat().st_size:,} bytes"
    )


def _wrong(path: Path, entry: Address, readers: Sequence[Reader] | None) -> str:
    """Why a file is not the one wanted; empty when it is."""
    content = path.read_bytes()
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        return "it is a web page"
    if entry.sha256 and hashlib.sha256(content).hexdigest() != entry.sha256:
        return "its content has another hash than the one recorded"
    outcome = read_one(path, PurePosixPath(entry.save_as).name, readers)
    if outcome.problems:
        return str(outcome.problems[0])
    if outcome.reading is None:
        return "no reader recognises it"
    found = outcome.reading.source.publication
    return "" if found == entry.publication else f"it is {found}"


def address_lines(addresses: Iterable[Address]) -> list[str]:
    """The list of files for a terminal: id, title and where it comes from."""
    out = []
    for one in addresses:
        out.append(f"{one.id}: {one.title} ({one.publisher})")
        out.append(f"  {one.address or 'by hand'}" + ("" if one.checked else "  [not checked]"))
        if one.address != one.landing_page:
            out.append(f"  see {one.landing_page}")
    return out
