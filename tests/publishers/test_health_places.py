"""NHS weighted patients: planted practices come back by district; weights must keep their sum."""

import pytest
from workbooks import saved

from totalplace.errors import PublishedFileError
from totalplace.publishers import health_places
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile

HEADS = ["Practice_Code", "LAD21", "LTLA21", "pop 2022/23", *health_places.WEIGHTS]


def table(*rows):
    return "\n".join(",".join(map(str, row)) for row in [HEADS, *rows])


def practice(code, district, name, patients, weighted):
    return [code, district, name, patients, *[weighted] * len(health_places.WEIGHTS)]


USUAL = (
    practice("A1", "E06000004", "Stockton-on-Tees", 100, 110),
    practice("A2", "E06000004", "Stockton-on-Tees", 50, 60),
    practice("A3", "E07000026", "Allerdale", 60, 40),
)


def reading(tmp_path, content):
    file = saved(tmp_path, "a.csv", content)
    assert health_places.recognises(file)
    return health_places.read(file)


def test_practices_are_added_up_to_districts(tmp_path):
    got = reading(tmp_path, table(*USUAL))
    seen = got.tables["observation"]
    assert dict(seen.schema) == OBSERVATION_SCHEMA
    assert dict(got.tables["item"].schema) == ITEM_SCHEMA
    weighted = seen.filter(item="nhs_place.maternity").sort("published_code")
    assert weighted["value"].to_list() == [170.0, 40.0]
    assert weighted["level"].to_list() == ["authority", "district"]
    assert seen["period"].unique().to_list() == ["2022/23"]


def test_everything_wrong_is_told_at_once(tmp_path):
    bad = (
        practice("A1", "E06000004", "Stockton-on-Tees", 100, 110),
        practice("A1", "W06000004", "Stockton-on-Tees", "*", 100),
    )
    with pytest.raises(PublishedFileError) as caught:
        reading(tmp_path, table(*bad))
    said = str(caught.value)
    assert "more than one row" in said
    assert "'W06000004' in row 3" in said
    assert "'*' in row 3" in said


def test_weights_that_lost_a_practice_are_refused(tmp_path):
    rows = [list(row) for row in USUAL]
    rows[0][-1] = 1
    with pytest.raises(PublishedFileError, match="cut short"):
        reading(tmp_path, table(*rows))


def test_a_lacking_column_is_named(tmp_path):
    file = saved(tmp_path, "a.csv", table(*USUAL).replace("LAD21", "LAD24"))
    with pytest.raises(PublishedFileError, match="'LAD21' is missing"):
        health_places.read(file)


@pytest.mark.published
def test_published_weights_keep_englands_patients(open_data):
    (path,) = (open_data / "nhs").glob("*.csv")
    seen = health_places.read(PublishedFile(path, path.name)).tables["observation"]
    patients = seen.filter(item="nhs_place.patients")
    assert patients.height == 309
    assert patients["value"].sum() == pytest.approx(62_155_000, rel=0.001)
