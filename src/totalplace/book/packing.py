"""Write a pack: the part of a book that travels with the program, as readable CSV.

Flow: a book -> THIS -> data/england -> book.pack
In: an open book and the list of contents. Out: CSV files, licences apart, and ``pack.toml``.
A source that states no licence stays out.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from totalplace.book.schema import load_schema
from totalplace.book.store import Book
from totalplace.book.wide import number_areas, number_periods, number_symbols, to_wide
from totalplace.errors import BookError

FORMAT = 2
OGL = "OGL v3"
LICENCES = {"OGL": "ogl", "CC BY": "cc-by", "MIT": "mit"}  # how a licence begins: its short name
OWN = "own"  # facts stated by this project, each with its source beside it
PLACES = (
    "authority",
    "authority_code",
    "authority_change",
    "authority_end",
    "contiguity",
    "centre",
    "outline",
    "hexagon",
)
DRAWN = ("contiguity", "centre", "outline", "hexagon")  # from the ONS Postcode Directory
POSTCODES = "postcodes"  # its publication
TEXTS = ("source", "basis", "detail")  # long repeated columns, written once in texts.csv
INTRODUCTION = """\
# What is in this pack, and where it comes from. Written by `totalplace pack`; do not edit.
# Contains public sector information licensed under the Open Government Licence v3.0.
# Contains OS data (c) Crown copyright and database right. Licences are given file by file.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """One file of a pack."""

    name: str
    table: str
    licence: str
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackReport:
    """What was written."""

    folder: Path
    files: tuple[PackFile, ...]

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(file.bytes for file in self.files)

    def to_json(self) -> dict[str, object]:
        """The report as plain values."""
        files = [asdict(file) for file in self.files]
        return {"folder": str(self.folder), "bytes": self.bytes, "files": files}

    def lines(self) -> list[str]:
        """The report as lines for a terminal."""
        out = [f"  {f.name:<48} {f.rows:>7,} rows {f.bytes:>9,} bytes" for f in self.files]
        return [*out, f"{self.folder}: {len(self.files)} files, {self.bytes:,} bytes."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items (patterns of ids, ``*`` for any run of characters) for areas of some levels."""

    items: tuple[str, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Which figures a pack holds, and of which publications the older releases too."""

    groups: tuple[Group, ...]
    revisions_of: tuple[str, ...]


def load_contents() -> Contents:
    """The contents of the England pack, from pack_contents.toml."""
    text = resources.files(__package__).joinpath("pack_contents.toml").read_text("utf-8")
    raw = tomllib.loads(text)
    return Contents(
        groups=tuple(
            Group(items=tuple(group["items"]), levels=tuple(group.get("levels", raw["levels"])))
            for group in raw["group"]
        ),
        revisions_of=tuple(raw["revisions_of"]),
    )


def write_pack(book: Book, folder: Path | str, *, contents: Contents | None = None) -> PackReport:
    """Write the pack of a book into ``folder``, replacing the pack that was there.

    Args:
        book: A book built from published files.
        folder: Where the files go; made if it is missing.
        contents: What goes in; the England pack's list when None.

    Raises:
        BookError: The book holds none of the contents, or the folder cannot be written.
    """
    folder = Path(folder)
    contents = contents or load_contents()
    tables = select(book, contents)
    if tables["observation"].is_empty():
        raise BookError(f"{book.path}: this book holds none of the figures that the pack is for.")
    files, entries = _files(tables)
    manifest = _manifest(book, tables, entries)
    try:
        _replace_files(folder, {**files, "pack.toml": manifest.encode()})
    except OSError as error:
        raise BookError(f"{folder}: the pack cannot be written ({error.strerror}).") from error
    return PackReport(
        folder=folder,
        files=tuple(
            PackFile(
                name=str(e["name"]),
                table=str(e["table"]),
                licence=str(e["licence"]),
                rows=int(str(e["rows"])),
                bytes=len(files[str(e["name"])]),
            )
            for e in entries
        ),
    )


def select(book: Book, contents: Contents) -> dict[str, pl.DataFrame]:
    """The rows of each table that belong in the pack."""
    sources = book.table("source")
    usable = [
        source for source, licence in sources["source_id", "licence"].iter_rows() if _slug(licence)
    ]
    wanted = [(item, list(group.levels)) for group in contents.groups for item in group.items]
    chosen = " OR ".join("item GLOB ? AND list_contains(?, level)" for _ in wanted)
    observation = book.query(
        f"SELECT * FROM observation JOIN source USING (source_id) WHERE ({chosen})"
        " AND list_contains(?, source_id) AND (latest OR list_contains(?, publication))",
        [*(word for pair in wanted for word in pair), usable, list(contents.revisions_of)],
    ).select(list(load_schema().tables["observation"].polars_schema))
    tables = {"observation": observation}
    tables |= {name: book.table(name) for name in PLACES}
    for name in ("neighbour", "inspection", "partner_body"):
        tables[name] = book.query(
            f'SELECT * FROM "{name}" WHERE list_contains(?, source_id) ORDER BY ALL', [usable]
        )
    items = observation["item"].unique()
    tables["item"] = book.table("item").filter(pl.col("item").is_in(items))
    tables["measure"] = (
        book.table("measure")
        .filter(pl.col("item").is_in(items))
        .with_columns(pl.lit(None, pl.String).alias("methodology"))
    )
    used = pl.concat(
        frame["source_id"] for frame in tables.values() if "source_id" in frame.columns
    ).unique()
    tables["source"] = sources.filter(
        pl.col("source_id").is_in(used) | (pl.col("publication") == POSTCODES)
    )
    return tables


def _slug(licence: str) -> str | None:
    """The short name of a licence under which figures may travel; None of any other."""
    return next((slug for begins, slug in LICENCES.items() if licence.startswith(begins)), None)


def _replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write everything beside the folder first, so that a full disk spoils nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as waiting:
        for name, content in files.items():
            Path(waiting, name).write_bytes(content)
        for old in folder.glob("*.csv"):
            if old.name not in files:
                old.unlink()
        for name in files:
            Path(waiting, name).replace(folder / name)


def _files(
    tables: Mapping[str, pl.DataFrame],
) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    files: dict[str, bytes] = {}
    entries: list[dict[str, object]] = []
    licence_of = dict(tables["source"].select("source_id", "licence").iter_rows())

    def add(name: str, table: str, licence: str, frame: pl.DataFrame, **more: object) -> None:
        content = frame.write_csv().encode()
        files[name] = content
        entries.append(
            {
                "name": name,
                "table": table,
                "licence": licence,
                "rows": frame.height,
                "sha256": hashlib.sha256(content).hexdigest(),
                **more,
            }
        )

    observation = tables["observation"]
    areas, periods = number_areas(observation), number_periods(observation)
    add("areas.csv", "areas", OGL, areas)
    add("periods.csv", "periods", OGL, periods)
    for source_id in sorted(observation["source_id"].unique()):
        rows = observation.filter(pl.col("source_id") == source_id)
        symbols = number_symbols(rows)
        name = f"observation.{source_id.replace(':', '.')}.csv"
        add(
            name,
            "observation",
            licence_of[source_id],
            to_wide(rows, areas, periods, symbols),
            sources=[source_id],
            symbols=[asdict(symbol) for symbol in symbols],
        )
    texts = _texts(tables[name] for name in PLACES)
    add("texts.csv", "texts", "", texts)
    for table in (*PLACES, "neighbour", "inspection", "partner_body", "item", "measure"):
        frame = tables[table]
        if frame.is_empty():
            continue
        licences = _licences(table, frame, licence_of)
        for licence in sorted(set(licences)):
            part = frame.filter(licences == licence)
            more: dict[str, object] = {}
            if "source_id" in part.columns:
                more["sources"] = sorted(part["source_id"].unique().drop_nulls())
            elif table in DRAWN:
                more["sources"] = tables["source"].filter(publication=POSTCODES)["source_id"]
            slug = _slug(licence) or OWN
            short = _shorten(part, texts) if table in PLACES else _number(part)
            add(f"{table}.{slug}.csv", table, licence, short, **more)
    return files, entries


def _licences(table: str, frame: pl.DataFrame, licence_of: Mapping[str, str]) -> pl.Series:
    """The licence of each row: its source's, or the strictest that its source text names."""
    if "source_id" in frame.columns:
        return frame["source_id"].replace_strict(licence_of, return_dtype=pl.String)
    if table in DRAWN:
        return pl.Series([OGL] * frame.height)
    text = pl.col("source")
    licence = (
        pl.when(text.str.contains("CC BY 4.0", literal=True))
        .then(pl.lit("CC BY 4.0"))
        .when(text.str.contains(r"\bMIT\b"))
        .then(pl.lit("MIT"))
        .when(text.str.contains("OGL", literal=True))
        .then(pl.lit(OGL))
        .otherwise(pl.lit(OWN))
    )
    return frame.select(licence.alias("licence"))["licence"]


def _texts(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    columns = [frame[name] for frame in frames for name in TEXTS if name in frame.columns]
    texts = pl.concat(columns).drop_nulls().unique().sort()
    return pl.DataFrame({"id": [f"t{n}" for n in range(1, texts.len() + 1)], "text": texts})


def _shorten(frame: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    ids = dict(texts.select("text", "id").iter_rows())
    present = [name for name in TEXTS if name in frame.columns]
    return frame.with_columns(pl.col(present).replace_strict(ids, return_dtype=pl.String))


def _number(frame: pl.DataFrame) -> pl.DataFrame:
    """Each row's source as its place in the list of sources that stands in the manifest."""
    ids = frame["source_id"].unique().drop_nulls().sort().to_list()
    numbers = {one: str(at) for at, one in enumerate(ids)}
    return frame.with_columns(pl.col("source_id").replace_strict(numbers, return_dtype=pl.String))


def _manifest(
    book: Book, tables: Mapping[str, pl.DataFrame], entries: Sequence[Mapping[str, object]]
) -> str:
    spans = dict(
        tables["observation"]
        .group_by("source_id")
        .agg(pl.col("period").sort_by("period_end", "period"))
        .select(
            "source_id",
            pl.format("{} to {}", pl.col("period").list.first(), pl.col("period").list.last()),
        )
        .iter_rows()
    )
    lines = [
        INTRODUCTION,
        f"format = {FORMAT}",
        f"schema_version = {load_schema().version}",
        f"book = {_toml(book.hash)}",
    ]
    for row in tables["source"].sort("source_id").iter_rows(named=True):
        lines += ["", "[[source]]"]
        for key, value in {**row, "period": spans.get(row["source_id"], "")}.items():
            if value not in (None, ""):
                lines.append(f"{key} = {_toml(value)}")
    for entry in entries:
        lines += ["", "[[file]]", *(f"{key} = {_toml(value)}" for key, value in entry.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A value as TOML. Text is escaped as JSON does it, which TOML's basic strings accept."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, pl.Series)):
        inside = [_toml(item) for item in value]
        long = sum(map(len, inside)) > 80
        return "[\n  " + ",\n  ".join(inside) + ",\n]" if long else f"[{', '.join(inside)}]"
    if isinstance(value, dict):
        pairs = (f"{key} = {_toml(item)}" for key, item in value.items() if item is not None)
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
