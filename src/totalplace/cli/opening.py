"""Open the book a command works on, with own figures laid over it where a file of them is named.

Flow: --book, --own -> THIS -> cli.plan, cli.book, cli.evidence
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from totalplace.book.own import OwnFigures
    from totalplace.book.store import Book

OwnFile = Annotated[
    Path | None,
    typer.Option(
        "--own",
        metavar="FILE",
        help="Figures of your own in place of published ones: the template filled in, CSV or "
        "Excel. See 'totalplace own'.",
    ),
]


def open_book(path: Path | None, own: Path | None = None) -> Book:
    """The book at ``path``, or the England pack that travels with the program.

    Args:
        path: A place book.
        own: A file of own figures to be laid over it.

    Raises:
        BookError: The book is missing, damaged or of another version.
        InputError: The own figures have faults; all of them are listed.
    """
    book = _open(path)
    if own is None:
        return book
    from totalplace.book.overlay import with_own

    with book:
        found = own_figures(book, own)
        for warning in found.warnings:
            typer.echo(f"Look again at {warning}", err=True)
        return with_own(book, found)


def own_figures(book: Book, file: Path) -> OwnFigures:
    """The own figures of a file, checked against a book.

    Raises:
        InputError: The file cannot be read, or has faults; all of them are listed.
    """
    from totalplace.errors import InputError, Problem
    from totalplace.measures.own_check import read_own

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(
                what=f"the file cannot be read ({error.strerror})",
                where=str(file),
                fix="Name a file of own figures; 'totalplace own template' writes one to fill in.",
            )
        ) from error
    try:
        return read_own(book, content, file_name=file.name, title=file.stem)
    except InputError as error:
        head = Problem(what=f"{file}: not taken")
        raise InputError([head, *error.problems], after=error.after) from error


def _open(path: Path | None) -> Book:
    if path is None:
        from totalplace.book.pack import england

        return england()
    from totalplace.book import store

    return store.open_book(path)
