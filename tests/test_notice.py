"""Whoever's figures we carry is named in NOTICE, on terms that allow it."""

from __future__ import annotations

import pytest

TERMS = {
    "OGL v3": "Open Government Licence",
    "CC BY 4.0": "CREATIVE COMMONS ATTRIBUTION 4.0",
    "MIT": "MIT LICENCE",
}


@pytest.fixture(scope="module")
def notice(repository):
    return (repository / "NOTICE").read_text("utf-8")


def test_every_publisher_in_the_pack_is_named_with_terms_that_allow_it(england, notice):
    sources = england.query("SELECT DISTINCT publisher, licence FROM source ORDER BY ALL")
    assert len(sources) > 3
    for publisher, licence in sources.iter_rows():
        assert publisher.partition(", from")[0].partition(", shaped")[0] in notice
        named = [heading for term, heading in TERMS.items() if term in licence]
        assert named, f"{publisher}: {licence!r} is not a licence that NOTICE knows"
        assert all(heading in notice for heading in named)


def test_nothing_without_a_licence_is_in_the_pack(england):
    unlicensed = england.query("SELECT title FROM source WHERE licence = 'not stated'")
    assert unlicensed.is_empty()


def test_the_directory_of_postcodes_carries_its_three_lines(notice):
    for line in ("Contains OS data", "Contains Royal Mail data", "Office for National Statistics"):
        assert line in notice
