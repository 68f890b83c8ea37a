"""Country and regional analysis: planted programmes come back added up; strangers are named."""

import polars as pl
import pytest
from workbooks import saved, xlsx

from totalplace.errors import PublishedFileError
from totalplace.publishers import regional_analysis
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile

HEADS = ["Department Name", "CRA Segment Name", "COFOG Level 1", "HMT Subfunction", "CAP or CUR"]
HEADS += ["CG, LG, PC, BOE", "NUTS Region", "Country", "2016-17", "2017-18"]
FAMILY = "10.4 Family and children; of which: family benefits, income support and tax credits"
REGIONS = ["North East", "North West", "Yorkshire and the Humber", "East Midlands"]
REGIONS += ["West Midlands", "East", "London", "South East", "South West"]


def rows():
    out = [list(HEADS)]
    for region in REGIONS:
        who = [f"ENGLAND_{region}", "ENGLAND"]
        base = ["10.4 Family and children", FAMILY, "CUR", "CG", *who]
        out.append(["HMRC", "S041A008-CHILD BENEFIT", *base, 90.0, 100.0])
        out.append(["HMRC", "S041A999-Child benefit", *base, 1.0, 2.0])
        out.append(
            [
                "DH",
                "S0331007-NHS PROVIDERS",
                "7.A",
                "7.A Medical services",
                "CUR",
                "CG",
                *who,
                5,
                6.5,
            ]
        )
    out.append(
        [
            "DH",
            "S0331007-NHS",
            "7.A",
            "7.A Medical services",
            "CUR",
            "CG",
            "SCOTLAND",
            "SCOTLAND",
            1,
            2,
        ]
    )
    return out


def reading(tmp_path, table):
    file = saved(tmp_path, "a.xlsx", xlsx({"Metadata": [["about"]], "CRA database": table}))
    assert regional_analysis.recognises(file)
    return regional_analysis.read(file)


def test_programmes_and_functions_are_added_up_in_pounds(tmp_path):
    got = reading(tmp_path, rows())
    seen = got.tables["observation"]
    assert dict(seen.schema) == OBSERVATION_SCHEMA
    assert dict(got.tables["item"].schema) == ITEM_SCHEMA
    benefit = seen.filter(item="cra.programme.child_benefit", area_name="London").sort("period")
    assert benefit["value"].to_list() == [91_000.0, 102_000.0]
    health = seen.filter(item="cra.7_a_medical_services.central.current", period="2017-18")
    assert health.filter(area_name="Yorkshire and The Humber")["value"].item() == 6_500.0
    assert health.filter(area_name="Scotland")["level"].item() == "other"
    assert seen.filter(level="region")["area_name"].n_unique() == 9


def test_everything_wrong_is_told_at_once(tmp_path):
    table = rows()
    table[1][6] = "ENGLAND_Mercia"
    table[2][5] = "QG"
    table[3][9] = "n/a"
    with pytest.raises(PublishedFileError) as caught:
        reading(tmp_path, table)
    said = str(caught.value)
    assert "'ENGLAND_Mercia' in row 2" in said
    assert "'QG' in row 3" in said
    assert "'n/a' in cell J4" in said


def test_a_region_without_rows_is_missed(tmp_path):
    table = [row for row in rows() if row[6] != "ENGLAND_London"]
    with pytest.raises(PublishedFileError, match="no rows of London"):
        reading(tmp_path, table)


def test_nearly_the_database_is_named(tmp_path):
    table = rows()
    table[0][6] = "Area"
    file = saved(tmp_path, "a.xlsx", xlsx({"CRA database": table}))
    assert not regional_analysis.recognises(file)
    assert "'NUTS Region'" in regional_analysis.near(file)


@pytest.mark.published
def test_published_programmes_make_their_function(open_data):
    (path,) = (open_data / "hmt-cra").glob("*.xlsx")
    seen = regional_analysis.read(PublishedFile(path, path.name)).tables["observation"]
    england = seen.filter(pl.col("level") == "region", pl.col("period") == "2017-18")
    family = england.filter(
        pl.col("item").str.starts_with("cra.10_4_family_and_children_of_which_family_benefits")
    )
    programmes = england.filter(pl.col("item").str.starts_with("cra.programme."))
    assert programmes["value"].sum() == pytest.approx(family["value"].sum(), abs=1)
    benefit = england.filter(item="cra.programme.child_benefit")
    assert benefit["value"].sum() == pytest.approx(9_861_138_000, abs=1000)
