"""The catalogue: every measure mapped with a reason, activity without a verdict."""

import json

import polars as pl
import pytest

import totalplace as tp
from totalplace.cli.app import run
from totalplace.errors import InputError
from totalplace.measures.catalogue import OUTCOMES, WELL_BEING, Kind, _mapping, measures


def test_every_row_of_the_mapping_is_whole():
    exact, patterns = _mapping()
    for item, row in [*exact.items(), *patterns]:
        kind = Kind(row["kind"])
        outcomes = [one for one in row["outcomes"].split("; ") if one]
        assert set(outcomes) <= set(OUTCOMES), item
        assert row["reason"].endswith("."), item
        assert row["better"] in {"", "high", "low"}, item
        if kind in {Kind.OUTCOME, Kind.PROCESS}:
            assert outcomes, item
        else:
            assert kind == Kind.WORKFORCE or not row["better"], item
    assert len(WELL_BEING) == 5


def test_every_measure_of_the_interactive_tool_has_its_own_row(repository):
    table = repository / "src" / "totalplace" / "publishers" / "lait_measures.csv"
    listed = set(pl.read_csv(table.read_bytes(), infer_schema_length=0, comment_prefix="#")["item"])
    assert listed == {item for item in _mapping()[0] if item.startswith("lait.")}


def test_the_pack_is_mapped_whole(england):
    found = tp.measures(england)
    missed = [one.item for one in found if one.reason.startswith("Not mapped")]
    assert not missed, f"give these a row in measures/outcomes.csv: {missed}"
    assert {outcome for one in found for outcome in one.outcomes} == set(OUTCOMES)
    attainment = found.resolve("AVG_Attain8_Score")
    assert (attainment.better, attainment.kind) == ("high", Kind.OUTCOME)
    assert attainment.periods >= 10
    assert attainment.authorities >= 150
    assert attainment.well_being[0].startswith("s.10(2)(c)")


@pytest.mark.parametrize("item", ["lait.LAC", "lait.CPP_rate", "lait.LAC_Start_Rate"])
def test_activity_has_no_better_or_worse(england, item):
    found = measures(england).resolve(item)
    assert found.kind == Kind.ACTIVITY
    assert not found.judged


def test_a_published_polarity_of_activity_is_kept_but_gives_no_verdict(england):
    adopted = measures(england).resolve("lait.%_of LAC Adopted")
    assert adopted.published_polarity == "high"
    assert adopted.better == ""


def test_the_frame_has_a_row_for_each_measure(england):
    found = measures(england)
    frame = found.to_frame()
    assert frame.height == len(found)
    assert frame["item"].is_sorted()
    assert frame["reason"].null_count() == 0


def test_a_miss_names_near_measures_and_two_of_a_name_are_refused(england, make_book):
    with pytest.raises(InputError, match=r"lait\.CPP_rate"):
        measures(england).resolve("child protecton plan rate")
    with pytest.raises(InputError, match="lists every measure"):
        measures(england).resolve("xyzzy")
    twice = [{"item": f"{name}.same", "title": "Same"} for name in ("one", "two")]
    with pytest.raises(InputError, match="any of 2 measures"):
        measures(make_book(item=twice)).resolve("Same")


def test_a_measure_without_values_is_listed(make_book):
    found = measures(make_book(item=[{"item": "new.thing", "title": "Thing"}]))
    (one,) = found
    assert (one.periods, one.first, one.authorities, one.judged) == (0, None, 0, False)
    assert one.reason.startswith("Not mapped")


def test_on_the_command_line(capsys):
    assert run(["measures", "--outcome", "economic well-being", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["measures"]
    assert all("economic well-being" in row["outcomes"] for row in document["measures"])
    assert run(["measures"]) == 0
    text = capsys.readouterr().out
    assert "lait.AVG_Attain8_Score" in text
    assert "spending lines are listed by --kind money" in text
    assert run(["measures", "--outcome", "joy"]) == 2
