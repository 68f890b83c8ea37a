"""Find the one reader that knows a file, by its content.

Flow: files -> THIS -> publishers.* -> book.build
In: a PublishedFile and the readers. Out: the reader, or what the file came nearest to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from totalplace.errors import Problem, PublishedFileError
from totalplace.publishers.base import PublishedFile, Reading

MAX_FILE_BYTES = 512 * 1024 * 1024


class Reader(Protocol):
    """What every reader offers; ``near`` is optional (see :class:`NearReader`)."""

    def recognises(self, file: PublishedFile) -> bool:
        """Whether the file is this reader's publication."""
        ...

    def read(self, file: PublishedFile) -> Reading:
        """Read the file, or raise PublishedFileError listing every problem."""
        ...


@runtime_checkable
class NearReader(Protocol):
    """A reader that can say in words how a file differs from its publication."""

    def near(self, file: PublishedFile) -> str | None:
        """What differs when the file is nearly, but not quite, this publication."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which reader knows a file; or none, and what it came nearest to."""

    reader: Reader | None
    near: tuple[str, ...] = ()


def all_readers() -> tuple[Reader, ...]:
    """Every reader of this package, in stated order."""
    from totalplace.publishers import dfe, government  # noqa: PLC0415 (workers load it once)

    return (*dfe.READERS, *government.READERS)


def reader_name(reader: Reader) -> str:
    """The reader's own word for its publication, for messages."""
    named = getattr(reader, "publication", None) or getattr(reader, "__name__", None)
    return str(named or type(reader).__name__).rpartition(".")[2]


def recognise(file: PublishedFile, readers: Sequence[Reader]) -> Match:
    """Ask every reader whether the file is its publication.

    Args:
        file: The file.
        readers: All readers, in stated order.

    Raises:
        PublishedFileError: The file is empty, too large, or claimed by two readers; or it is a
            workbook that is damaged or hostile.
    """
    _check_size(file)
    claims = [reader for reader in readers if reader.recognises(file)]
    if len(claims) > 1:
        names = ", ".join(sorted(reader_name(reader) for reader in claims))
        raise PublishedFileError(
            Problem(
                what=f"the file could be more than one publication: {names}",
                where=file.relative,
                fix="Keep one publication to a file, as published.",
            )
        )
    if claims:
        return Match(reader=claims[0])
    near = [r.near(file) for r in readers if isinstance(r, NearReader)]
    return Match(reader=None, near=tuple(sorted({words for words in near if words})))


def _check_size(file: PublishedFile) -> None:
    size = file.path.stat().st_size
    if size == 0:
        raise _refuse(file, "the file is empty", "Download it again, or remove it.")
    if size > MAX_FILE_BYTES:
        raise _refuse(
            file,
            f"the file is {size / 2**20:,.0f} MB; published files are far smaller",
            "Remove it from the folder.",
        )


def _refuse(file: PublishedFile, what: str, fix: str) -> PublishedFileError:
    return PublishedFileError(Problem(what=what, where=file.relative, fix=fix))
