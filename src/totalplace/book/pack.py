"""The England pack: read it, and open it as a book.

Flow: data/england (written by book.packing) -> THIS -> whoever asks for a book and names none
In: CSV files and ``pack.toml``. Out: tables; or a book built once into the user's cache folder.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from totalplace import __version__
from totalplace.book.build import book_meta
from totalplace.book.packing import FORMAT, OWN, TEXTS, write_pack
from totalplace.book.schema import Table, load_schema
from totalplace.book.store import Book, open_book, write_book
from totalplace.book.wide import Symbol, from_wide
from totalplace.errors import BookError

__all__ = ["OWN", "england", "load_pack", "pack_folder", "write_pack"]

MANIFEST = "pack.toml"
CACHE = "TOTALPLACE_CACHE"


def england() -> Book:
    """The book of the embedded England pack, built on first use into the cache folder.

    The folder is the one that TOTALPLACE_CACHE names, or else ``totalplace`` in the user's cache.
    Two programs may do this at once: each builds its own copy and the last one stays.

    Raises:
        BookError: The pack is missing or damaged, or the cache folder cannot be written.
    """
    folder = pack_folder()
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    schema = load_schema().version
    path = cache_folder() / f"england-{digest[:16]}-{schema}-{__version__}.duckdb"
    if path.is_file():
        try:
            return open_book(path)
        except BookError:
            pass  # damaged in the cache: it is built again
    try:
        write_book(path, load_pack(folder), book_meta([digest], kind="pack"))
    except BookError as error:
        raise BookError(
            f"{error} The England pack needs a folder to unpack into: name one with {CACHE}."
        ) from error
    return open_book(path)


def pack_folder() -> Path:
    """Where the embedded pack is: inside an installed package, or beside the source.

    Raises:
        BookError: It is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_data" / "england", package.parent.parent / "data" / "england"):
        if (folder / MANIFEST).is_file():
            return folder
    raise BookError(
        "The England pack is not in this installation. Name a book with --book FILE, "
        "or build one with 'totalplace book build --from FOLDER'."
    )


def cache_folder() -> Path:
    """Where unpacked books are kept."""
    named = os.environ.get(CACHE, "").strip()
    if named:
        return Path(named)
    home = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(home) if home else Path.home() / ".cache") / "totalplace"


def load_pack(folder: Path | str) -> dict[str, pl.DataFrame]:
    """The tables of a pack, in the book's columns.

    Raises:
        BookError: A file is missing, was changed since the pack was written, or the pack has
            another format or schema than this program reads.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder)
    helpers: dict[str, pl.DataFrame] = {}
    parts: defaultdict[str, list[pl.DataFrame]] = defaultdict(list)
    schema = load_schema().tables
    for entry in manifest["file"]:
        frame = _read_csv(folder, entry)
        table = entry["table"]
        if table == "observation":
            symbols = tuple(
                Symbol(mark=s["mark"], symbol=s.get("symbol"), missing=s["missing"])
                for s in entry["symbols"]
            )
            rows = from_wide(frame, helpers["areas"], helpers["periods"], symbols)
            parts[table].append(rows.with_columns(pl.lit(entry["sources"][0]).alias("source_id")))
        elif table in schema:
            whole = _lengthen(frame, helpers["texts"], entry.get("sources", ()))
            parts[table].append(_typed(whole, schema[table]))
        else:
            days = [name for name in ("period_start", "period_end") if name in frame.columns]
            helpers[table] = frame.with_columns(pl.col(days).str.to_date())
    known = schema["source"].polars_schema
    parts["source"] = [
        pl.DataFrame(
            [{name: source.get(name) for name in known} for source in manifest["source"]],
            schema=known,
        )
    ]
    return {
        name: schema[name].conform(pl.concat(frames, how="diagonal"))
        for name, frames in sorted(parts.items())
    }


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = tomllib.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BookError(f"{folder}: there is no readable pack here ({error}).") from error
    found = manifest.get("format"), manifest.get("schema_version")
    wanted = FORMAT, load_schema().version
    if found != wanted:
        raise BookError(
            f"{folder}: this pack has format and schema {found}, this program reads {wanted}. "
            "Write it again with 'totalplace pack'."
        )
    return manifest


def _read_csv(folder: Path, entry: dict[str, Any]) -> pl.DataFrame:
    path = folder / entry["name"]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BookError(f"{path}: a file of the pack is missing.") from error
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise BookError(
            f"{path}: this file is not the one the pack was written with. "
            "Take the whole pack again, or write it with 'totalplace pack'."
        )
    return pl.read_csv(content, infer_schema=False)


def _lengthen(frame: pl.DataFrame, texts: pl.DataFrame, sources: Sequence[str]) -> pl.DataFrame:
    if "source_id" in frame.columns:
        numbered = {str(at): one for at, one in enumerate(sources)}
        return frame.with_columns(
            pl.col("source_id").replace_strict(numbered, return_dtype=pl.String)
        )
    full = dict(texts.select("id", "text").iter_rows())
    present = [name for name in TEXTS if name in frame.columns]
    return frame.with_columns(pl.col(present).replace_strict(full, return_dtype=pl.String))


def _typed(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Text columns in the table's own types."""
    dates = [n for n, kind in table.polars_schema.items() if kind == pl.Date and n in frame.columns]
    flags = [
        n for n, kind in table.polars_schema.items() if kind == pl.Boolean and n in frame.columns
    ]
    return frame.with_columns(pl.col(dates).str.to_date(), pl.col(flags) == "true")
