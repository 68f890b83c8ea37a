"""Profiles of every authority, past ones, footprints, regions and England, on the England pack."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from datetime import date
from math import isfinite

import pytest

import totalplace
from totalplace.errors import InputError, UnknownAreaError
from totalplace.scenarios.profile import profile, read

ODD = (
    "Northamptonshire", "Cumbria", "England", "London", "North East", "Dorset", "Poole",
    "Hammersmith and Fulham + Kensington and Chelsea + Westminster",
    "Camden + Islington + Hackney", "City of London + Isles of Scilly",
)  # fmt: skip


@pytest.fixture(scope="module")
def reader(england):
    return read(england)


def every_number_is_accounted_for(found):
    for line in found.lines:
        rate = line.rate
        name = f"{found.name}: {line.headline.id}"
        assert rate.known or rate.reason, name
        assert not (rate.known and rate.reason), name
        assert rate.has_interval or rate.no_interval or not rate.known, name
        if rate.has_interval:
            assert 0 <= rate.low <= rate.high, name
            assert rate.method, name
        if rate.known and rate.has_interval:
            assert rate.low <= rate.value <= rate.high, name
        if not rate.known:
            assert not isfinite(rate.value), name


def test_a_tenth_of_the_authorities_have_a_page_and_every_number_a_margin_or_a_reason(reader):
    for one in reader.cells.register.on()[::10]:
        every_number_is_accounted_for(profile(reader, one.area_code))


@pytest.mark.slow
def test_all_of_them_have(reader):
    for one in reader.cells.register.on():
        every_number_is_accounted_for(profile(reader, one.area_code))


@pytest.mark.parametrize("area", ODD)
def test_so_has_every_other_kind_of_place(reader, area):
    found = profile(reader, area)
    every_number_is_accounted_for(found)
    assert found.to_frame().height == len(found.lines)


def test_published_figures_are_shown_as_published(england, reader):
    frame = profile(reader, "Leeds").to_frame()
    for item, end, value in frame.select("item", "period_end", "value").iter_rows():
        if item and value is not None:
            published = england.query(
                "SELECT value FROM observation WHERE latest AND item = ? AND period_end = ?"
                " AND area_code = 'E08000035'",
                [item, end],
            )["value"].to_list()
            assert value in published, item


def test_a_footprint_of_one_is_that_authority(reader):
    alone, joined = profile(reader, "Leeds"), profile(reader, ["Leeds", "leeds"])
    assert joined.to_frame().equals(alone.to_frame())


def test_northamptonshire_before_and_after(reader):
    before = profile(reader, "Northamptonshire", as_of=date(2021, 3, 31))
    after = profile(reader, "Northamptonshire")
    halves = profile(reader, "North Northamptonshire + West Northamptonshire")
    of = {line.headline.id: line.rate for line in before.lines}
    assert of["looked-after"].known
    assert "Northamptonshire" in dict(before.parts)["E10000021"]
    for one, other in zip(after.lines, halves.lines, strict=True):
        assert one.rate.value == pytest.approx(other.rate.value, nan_ok=True)
    assert after.became == ("North Northamptonshire", "West Northamptonshire")


def test_tiny_places_answer_in_words(reader):
    for name in ("City of London", "Isles of Scilly"):
        found = profile(reader, name)
        assert found.gaps
        assert all(reason for _, reason in found.gaps)
        assert any("printed as" in reason for _, reason in found.gaps)


def test_the_same_question_has_the_same_answer(england, reader):
    again = profile(england, "Leeds").to_frame()
    assert again.equals(profile(reader, "Leeds").to_frame())


def test_a_profile_is_frozen_and_named_at_the_top(england):
    found = totalplace.profile(england, "Hackney")
    with pytest.raises(FrozenInstanceError):
        found.name = "elsewhere"  # type: ignore[misc]
    assert found.inspections[0].judgement.published >= found.inspections[-1].judgement.published
    assert {one.kind for one in found.partners} >= {"region", "police force"}


def test_nothing_is_known_before_anything_was_published(reader):
    with pytest.raises(InputError, match="1999"):
        profile(reader, "Leeds", as_of=date(1999, 1, 1))


def test_a_postcode_is_the_authority_it_lies_in(reader):
    assert profile(reader, "e145ab").area_code == "E09000030"  # in a London borough
    assert profile(reader, "NR2 1NH").name == "Norfolk"  # in a district of a county
    both = profile(reader, "E14 5AB + Hackney")
    assert both.name == "Tower Hamlets + Hackney"
    with pytest.raises(UnknownAreaError) as caught:
        profile(reader, "ZZ1 1ZZ + Leedz")
    told = [one.what for one in caught.value.problems]
    assert told == [
        "ZZ1 1ZZ is not an English postcode in the directory",
        "'Leedz' is no authority we know",
    ]


def test_a_profile_writes_its_own_files(reader, tmp_path):
    found = profile(reader, "Hackney")
    assert json.loads(found.to_json())["place"]["name"] == "Hackney"
    for write, name, start in (
        (found.to_html, "a.html", b"<!doctype html>"),
        (found.to_excel, "a.xlsx", b"PK"),
        (found.to_word, "a.docx", b"PK"),
    ):
        path = write(tmp_path / "new" / name)
        assert path.read_bytes().startswith(start)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write here"):
        found.to_html(tmp_path / "file" / "a.html")


def test_where_nothing_lasts_there_is_no_rank(reader):
    lines = {line.headline.id: line for line in profile(reader, "Leeds").lines}
    ranked = [line for line in lines.values() if line.expected and line.expected.adjusted_rank]
    assert len(ranked) > 10
    for line in lines.values():
        given = reader.given.expected.get(line.headline.id)
        if given is not None and given.parts is not None and given.parts.lasting == 0:
            assert line.expected.adjusted_rank is None
            assert line.expected.rank is None
    assert lines["child-poverty"].rank.of == 153
    assert lines["child-poverty"].expected is None


def test_ranks_are_those_that_the_measure_itself_gives(england, reader):
    for item, better in (("lait.AVG_Attain8_Score", "high"), ("lait.LAC", "")):
        whole = totalplace.expected(england, item)
        assert whole.measure.better == better
        for name in ("Leeds", "Camden", "Isles of Scilly"):
            found = profile(reader, name)
            given = next(one.expected for one in found.lines if one.headline.item == item)
            row = whole.area_codes.index(found.area_code)
            for mine, theirs in (
                (given.rank, whole.raw_rank),
                (given.adjusted_rank, whole.adjusted_rank),
            ):
                if mine is None:
                    assert not isfinite(theirs.low[row])
                else:
                    assert (mine.low, mine.high) == (theirs.low[row], theirs.high[row])


def test_money_per_child_is_what_its_own_question_says_and_names_its_sources(england, reader):
    from totalplace.measures.today import todays_authorities
    from totalplace.money.unit_costs import costs_of

    found = profile(reader, "Camden + Islington")
    alone = costs_of(england, todays_authorities(england), ["E09000007", "E09000019"])
    assert tuple(one.here for one in found.costs) == alone
    assert any(
        one.here.value and one.here.low <= one.here.value <= one.here.high for one in found.costs
    )
    assert any("looked after" in source.lower() for source in found.sources)
    assert profile(reader, "Leeds", as_of=date(2024, 3, 31)).costs == ()
