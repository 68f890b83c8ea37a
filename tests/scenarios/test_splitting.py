"""Dividing a county: every mistake told at once, every county of the 21, nothing lost."""

import json
import time

import jsonschema
import pytest

from totalplace import england
from totalplace.cli import app
from totalplace.errors import InputError
from totalplace.reports.json_document import schema
from totalplace.reports.split_document import split_document
from totalplace.scenarios.districts import all_districts
from totalplace.scenarios.into import into_of, read_into
from totalplace.scenarios.splitting import county_of, split

KENT = "E10000016"
DISTRICTS = all_districts()
COUNTIES = sorted({one.area_code for one in DISTRICTS if one.area_code.startswith("E10")})
MINE = [one.name for one in DISTRICTS if one.area_code == KENT]


def halves(county, book):
    """A county in two along district lines, by code."""
    codes = [one.code for one in county_of(book, county).districts]
    return {"First": codes[: len(codes) // 2], "Second": codes[len(codes) // 2 :]}


@pytest.fixture(scope="module")
def book():
    with england() as opened:
        yield opened


@pytest.fixture(scope="module")
def kent(book):
    return split(book, "Kent", halves("Kent", book))


def in_order(one):
    assert one.difference == 0
    assert sum(part.pence for part in one.parts) == one.whole_pence
    assert all(part.low <= part.pence <= part.high for part in one.parts)
    for key in one.keys:
        assert sum(key.shares.values()) == pytest.approx(1)
    for part in one.parts:
        assert part.added_a_year.low <= part.added_a_year.mean <= part.added_a_year.high
        assert part.added_pence == pytest.approx(part.added_a_year.mean * 100, abs=10)
    for each in one.subsidies:
        assert sum(each.beyond.values()) == pytest.approx(0, abs=0.01)
    ways = {each.name: each.dearer.mean for each in one.ways}
    assert ways["one"] == 0
    assert ways["apart"] == pytest.approx(one.added_a_year.mean)
    assert ways["department"] < ways["apart"]  # most of what is duplicated can be shared again
    fenced = {row.ring_fence for row in one.rows if row.ring_fence}
    assert {each.rule for each in one.ring_fences} == fenced
    assert one.unknown


def test_a_county_in_two_loses_nothing(kent):
    in_order(kent)
    assert {part.name for part in kent.parts} == {"First", "Second"}
    assert kent.added_a_year.low > 0
    assert [one.name for one in kent.added][:2] == ["director", "middle"]


def test_the_whole_is_the_count_of_the_county(book, kent):
    from totalplace.evidence.registry import Registry
    from totalplace.scenarios.counting import count_place

    assert kent.whole_pence == count_place(book, "Kent", Registry.load()).pence


def test_there_are_twenty_one_counties():
    assert len(COUNTIES) == 21


@pytest.mark.slow
@pytest.mark.parametrize("county", COUNTIES)
def test_every_county_in_two_in_under_ten_seconds(book, county):
    start = time.process_time()
    one = split(book, county, halves(county, book))
    assert time.process_time() - start < 10
    in_order(one)
    jsonschema.validate(split_document(one), schema("split"))


def test_a_stated_key_is_used_for_its_lines_alone(book, tmp_path):
    path = tmp_path / "into.csv"
    share = 1 / len(MINE)
    rows = [f"{name},{'East' if at % 2 else 'West'},{share!r}" for at, name in enumerate(MINE)]
    path.write_text("\n".join(["district,authority,looked_after", *rows]), "utf-8")
    one = split(book, "Kent", path)
    stated = next(key for key in one.keys if key.name == "looked_after")
    assert stated.stated
    assert stated.basis == "stated in into.csv"
    assert stated.shares["West"] == pytest.approx(0.5, abs=0.05)
    homes = [row for row in one.rows if row.line == "ro3.residential"]
    assert all(row.low == row.pence == row.high for row in homes)
    in_order(one)


def test_a_part_may_have_nothing_of_a_key(book, tmp_path):
    path = tmp_path / "into.csv"
    rows = [f"{name},{'B' if at else 'A'},{0 if at else 1}" for at, name in enumerate(MINE)]
    path.write_text("\n".join(["district,authority,looked_after", *rows]), "utf-8")
    one = split(book, "Kent", path, draws=32)
    in_order(one)
    homes = {row.part: row.pence for row in one.rows if row.line == "ro3.residential"}
    assert homes["B"] == 0
    assert homes["A"] > 0


def test_three_parts_cost_more_than_two(book, kent):
    codes = [one.code for one in county_of(book, "Kent").districts]
    three = split(book, "Kent", {"A": codes[:4], "B": codes[4:8], "C": codes[8:]})
    in_order(three)
    assert three.added_a_year.mean > kent.added_a_year.mean


def test_every_mistake_in_a_file_is_told_at_once(tmp_path):
    path = tmp_path / "into.csv"
    lines = [
        "district,authority,looked_after,shoe_size",
        "Ashford,West,0.5,9",
        "Ashford,East,0.1,9",
        "Canterbary,East,0.1,9",
        "Hartlepool,East,0.1,9",
        "Dartford,,0.1,9",
        'Dover,East,"a lot",9',
    ]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(InputError) as caught:
        read_into(path, DISTRICTS, county=KENT)
    said = str(caught.value)
    for words in (
        "Ashford is given 2 times, to West, East",
        "there is no district 'Canterbary'",
        "Did you mean Canterbury?",
        "Hartlepool is not a district of this county",
        "Dartford has no new authority",
        f"{len(MINE) - 3} of {len(MINE)} districts are given to no authority",
        "key 'shoe_size': is no key that divides a line",
        "key 'looked_after': does not give every district a share",
        "Nothing was divided.",
    ):
        assert words in said, words


def test_a_key_that_does_not_add_up_to_one_is_refused(tmp_path):
    path = tmp_path / "into.csv"
    rows = [f"{name},{'East' if at % 2 else 'West'},0.5" for at, name in enumerate(MINE)]
    path.write_text("\n".join(["district,authority,in_need", *rows]), "utf-8")
    with pytest.raises(InputError, match=r"key 'in_need': its shares add up to 6, not to one"):
        read_into(path, DISTRICTS, county=KENT)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"All": MINE}, "there is one new authority"),
        ({"All": MINE[:-1], "Rest": MINE[-1:], "None": []}, "'None' has no district"),
        ({"All": MINE[:-1], "Rest": ["Medway"]}, "Medway is not a district of this county"),
        ({}, "there are no new authorities"),
    ],
)
def test_parts_that_cannot_be(parts, told):
    with pytest.raises(InputError, match=told):
        into_of(parts, DISTRICTS, county=KENT)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no column 'district' and no column 'authority'"),
        ("a,b\n1,2", "the columns are a, b"),
        ("{", "is not JSON"),
        ('{"parts": 1}', "has no 'authorities'"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path, text, told):
    path = tmp_path / "into.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=told):
        read_into(path, DISTRICTS, county=KENT)


def test_json_says_the_same_as_csv(tmp_path):
    west, east = MINE[::2], MINE[1::2]
    plain = tmp_path / "into.json"
    shares = {name: 1 / len(MINE) for name in MINE}
    stated = {"in_need": {"source": "our case system, March", "shares": shares}}
    plain.write_text(json.dumps({"authorities": {"W": west, "E": east}, "keys": stated}))
    one = read_into(plain, DISTRICTS, county=KENT)
    assert one.parts == into_of({"W": west, "E": east}, DISTRICTS, county=KENT).parts
    assert one.stated["in_need"].basis == "our case system, March"


def test_only_a_county_can_be_divided_along_district_lines(book):
    with pytest.raises(InputError, match="has no districts"):
        county_of(book, "Camden")


def test_the_command_fills_in_its_own_template(capsys, tmp_path):
    assert app.run(["split", "Surrey", "--template"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == "district,authority"
    path = tmp_path / "into.csv"
    filled = [f"{row}{'East' if at < 5 else 'West'} Surrey" for at, row in enumerate(rows)]
    path.write_text("\n".join([head, *filled]), "utf-8")
    words = ["split", "Surrey", "--into", str(path), "--json", "--out", str(tmp_path / "out")]
    assert app.run(words) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("split"))
    assert found["difference_pounds"] == 0
    assert {one.name for one in (tmp_path / "out").iterdir()} == {
        "split.html", "split.xlsx", "split.json"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["Kent"], "--template"),
        (["Kent", "--into", "nowhere.csv"], "cannot be read"),
        (["Nowhereshire", "--template"], "Nowhereshire"),
    ],
)
def test_a_mistake_is_told_without_a_trace(capsys, words, told):
    assert app.run(["split", *words]) in (1, 2)
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said
