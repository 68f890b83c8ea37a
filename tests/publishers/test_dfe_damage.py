"""A file damaged on its way is read, or refused in words; never a traceback."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import PublishedFileError
from totalplace.publishers import dfe, lait_dictionary, neighbours, section_251
from totalplace.publishers.base import PublishedFile
from totalplace.publishers.dfe_spec import publications


def _looked_after() -> bytes:
    publication = next(p for p in publications() if p.id == "looked_after")
    start = "2025,Reporting year,Local authority,E92000001,England,E12000003,Yorkshire"
    rows = [f"{start},{n},Place {n},E080000{n % 100:02d},A group,1,{n},c" for n in range(301, 321)]
    header = [
        *publication.columns[:7],
        *("old_la_code", "la_name", "new_la_code"),
        *publication.own_columns,
    ]
    return "\n".join([",".join(header), *rows]).encode()


def _lait() -> bytes:
    table = pl.DataFrame(
        {
            "Short Desc": ["LAC"] * 20,
            "Data item": ["Looked after"] + [None] * 19,
            "Years": ["2025"] * 20,
            "LA and Regions": [f"Place {n}" for n in range(20)],
            "Values": ["-", *map(str, range(19))],
            "LA Number": [301.0 + n for n in range(20)],
            "Region": ["NA"] * 20,
        }
    )
    out = io.BytesIO()
    table.write_parquet(out)
    return out.getvalue()


def _neighbours() -> bytes:
    numbers = [*map(str, range(301, 312)), "942"]
    rows = [",".join(neighbours.CSV_COLUMNS)]
    for number in numbers:
        others = [n for n in numbers if n != number][:10]
        rows.append(",".join([number, "Place", *(f"{n},Very close" for n in others)]))
    return "\n".join(rows).encode()


def _dictionary() -> bytes:
    columns = [*lait_dictionary.COLUMNS, *lait_dictionary.OTHERS]
    said = {"Polarity": "High", "Year_Type": "Annual", "Last Update": "45809"}
    rows = [",".join({**dict.fromkeys(columns, f'"a, {n}"'), **said}.values()) for n in range(10)]
    return "\n".join([",".join(columns), *rows]).encode()


def _section_251() -> bytes:
    rows = [
        "LA,LA Name,LineNumber,CYPServiceDescription,OwnProvision,PrivateProvision,"
        "OtherPublic,Voluntary,TotalExpenditure,Income,NetCurrentExpenditure"
    ]
    for _, number, line in section_251.lines().filter(pl.col("period") == "2013-14").iter_rows():
        rows.append(f"301,Place,{number},{number} {line},1,2,3,4,10,5,5")
    return "\n".join(rows).encode()


PUT = (b'"', b"\n", b",,,,", b"\r\n\r\n", b"\x00", b"\xff\xfe", b"1e999", b"\xe2\x80", b",")
WHOLE: dict[str, Callable[[], bytes]] = {
    "looked after": _looked_after,
    "lait": _lait,
    "neighbours": _neighbours,
    "dictionary": _dictionary,
    "section 251": _section_251,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damage")


def _read(folder: Path, content: bytes) -> bool:
    """Whether a reader claimed the file and read it."""
    path = folder / "file"
    path.write_bytes(content)
    file = PublishedFile(path, "file")
    try:
        claims = [reader for reader in dfe.READERS if reader.recognises(file)]
        assert len(claims) <= 1
        if not claims:
            return False
        reading = claims[0].read(file)
    except PublishedFileError:
        return False
    table = reading.tables.get("observation")
    if table is not None:
        assert (table["value"].is_null() == table["missing"].is_not_null()).all()
    return True


@pytest.mark.parametrize("kind", WHOLE)
def test_the_whole_file_is_read(folder, kind):
    assert _read(folder, WHOLE[kind]())


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_words(folder, kind, data):
    content = WHOLE[kind]()
    where = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 400))
    put = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from(PUT)))
    _read(folder, content[:where] + put + content[where + gone :])
