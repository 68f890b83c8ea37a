"""`totalplace book build`, `book check`, `book pull`, and `totalplace pack`.

Flow: options -> THIS -> book.*, scenarios.building -> a terminal, or JSON
In: what a person typed. Out: a book, a folder of files, or a report; progress on standard error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from totalplace.cli.opening import open_book
from totalplace.cli.screen import Screen
from totalplace.errors import BookError

if TYPE_CHECKING:
    pass

DEFAULT_BOOK = Path("england.duckdb")

app = typer.Typer(
    help="Build, check or fill a book of published figures.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
BookFile = Annotated[
    Path | None,
    typer.Option("--book", metavar="FILE", help="A place book. The England pack if left out."),
]


@app.command("build")
def build(
    *,
    folder: Annotated[
        Path, typer.Option("--from", metavar="FOLDER", help="The folder of published files.")
    ],
    book: Annotated[
        Path, typer.Option("--book", metavar="FILE", help="Where the book is to appear.")
    ] = DEFAULT_BOOK,
    workers: Annotated[
        int,
        typer.Option(min=1, metavar="N", help="Processes that read files. The answer is the same."),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Read every published file in a folder and write a place book: everything, or nothing."""
    building = import_module("totalplace.scenarios.building")
    try:
        with Screen().progress() as say, building.workers(workers) as executor:
            told = _counting(say)
            report = building.build(folder, book, progress_fn=told, executor=executor)
    except KeyboardInterrupt:
        kept = "was left as it was" if book.exists() else "was not written"
        raise BookError(f"{book}: stopped before the end. The book {kept}.") from None
    _show(report.lines(), report.to_json(), as_json=as_json)


@app.command("check")
def check(*, book: BookFile = None, as_json: AsJson = False) -> None:
    """Reconcile with published totals; list what is missing, disagrees or was revised."""
    from totalplace.book.check import check_book

    with open_book(book) as opened:
        report = check_book(opened)
    _show(report.lines(), report.to_json(), as_json=as_json)
    if not report.ok:
        raise typer.Exit(1)


@app.command("pull")
def pull(
    *,
    folder: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where the files are to go.")
    ] = Path("published"),
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID", help="Only this file; may be given several times."),
    ] = None,
    addresses: Annotated[
        Path | None,
        typer.Option("--addresses", metavar="FILE", help="Your own list of addresses."),
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the files and where they come from; fetch nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Download the published files from their publishers, each checked as it arrives."""
    from totalplace.book.pull import address_lines, load_addresses
    from totalplace.book.pull import pull as pull_files

    known = load_addresses(addresses)
    if list_only:
        from dataclasses import asdict

        _show(address_lines(known), {"files": [asdict(a) for a in known]}, as_json=as_json)
        return
    with Screen().progress() as say:
        told = (lambda name, have, of: say(_bytes(name, have, of))) if say else None
        report = pull_files(folder, addresses=known, only=only or (), progress_fn=told)
    _show(report.lines(), report.to_json(), as_json=as_json)


def pack(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the pack goes.")],
    book: Annotated[Path, typer.Option("--book", metavar="FILE", help="A place book.")],
    as_json: AsJson = False,
) -> None:
    """Write the part of a book that travels with the program, as CSV with its sources."""
    from totalplace.book.packing import write_pack
    from totalplace.book.store import open_book

    with open_book(book) as opened:
        report = write_pack(opened, out)
    _show(report.lines(), report.to_json(), as_json=as_json)


def _counting(say: Callable[[str], None] | None) -> Callable[[int, int, str], None] | None:
    if say is None:
        return None
    return lambda done, total, file: say(f"{done} of {total}  {file}")


def _bytes(name: str, have: int, of: int | None) -> str:
    return f"{name}  {have:,} of {of:,} bytes" if of else f"{name}  {have:,} bytes"


def _show(lines: Iterable[str], document: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        typer.echo("\n".join(lines))
