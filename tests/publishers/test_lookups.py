"""Lookups, deprivation, population, names: tables say what they should; bad ones are named."""

import datetime as dt

import polars as pl
import pytest
from workbooks import saved, xlsx

from totalplace.errors import PublishedFileError
from totalplace.publishers import (
    deprivation,
    government,
    inspection_tables,
    inspections,
    lookups,
    names,
    population_mye,
    revenue_outturn,
)
from totalplace.publishers.base import OBSERVATION_SCHEMA, PublishedFile

UPPER = (
    "utla23_code,utla23_name,region24_code,region24_name,n_pfa,pfa24_code,pfa24_name,"
    "n_cauth25,cauth25_code,cauth25_name\n"
    "E06000001,Hartlepool,E12000001,North East,1,E23000013,Cleveland,1,E47000006,Tees Valley\n"
    "E10000003,Cambs,E12000006,East,2,E23000023,Cambs,0,,\n"
)
DISTRICT = (
    "ltla23_code,utla23_code,region24_code,region24_name,pfa24_code,pfa24_name,"
    "cauth25_code,cauth25_name\n"
    "E06000001,E06000001,E12000001,North East,E23000013,Cleveland,E47000006,Tees Valley\n"
    "E07000008,E10000003,E12000006,East,E23000023,Cambs,E47000008,Cambs\n"
    "E07000009,E10000003,E12000006,East,E23000023,Cambs,,\n"
    "E07000010,E10000003,E12000006,East,E23000099,Fens,E47000008,Cambs\n"
)
ICB = (
    "utla23_code,utla23_name,icb24_code,icb24_name,lsoa_count,share_of_utla_lsoas,is_main_icb\n"
    "E06000063,Cumberland,E54000048,NHS South,6,0.0339,False\n"
    "E06000063,Cumberland,E54000050,NHS North,171,0.9661,True\n"
)
RAA = (
    "dfe_la_code,raa_id,raa_name,arrangement,gss_code,as_at\n"
    "841,RAA10,Adoption Tees Valley,raa,E06000005,2023-03-31\n"
    "825,,,own service (no RAA),E06000060,2023-03-31\n"
)
CHANGES = (
    "la_name,gss_code,raa_name,change,date\n"
    "Cornwall,E06000052,Adoption Tees Valley,joined,2024-04-01\n"
    "Herefordshire,E06000019,Adoption Central England,joined after launch,\n"
)


def reading(reader, tmp_path, content, name="a.csv"):
    file = saved(tmp_path, name, content)
    assert [r for r in government.READERS if r.recognises(file)] == [reader]
    return reader.read(file)


def problems(reader, tmp_path, content):
    with pytest.raises(PublishedFileError) as caught:
        reading(reader, tmp_path, content)
    return "\n".join(map(str, caught.value.problems))


def bodies(tmp_path, content):
    return reading(lookups, tmp_path, content).tables["partner_body"]


def test_the_upper_tier_lookup_gives_bodies_there_is_one_of(tmp_path):
    got = bodies(tmp_path, UPPER)
    assert dict(got.schema) == lookups.SCHEMA
    assert got.select("area_code", "kind", "body_code", "share", "main").rows() == [
        ("E06000001", "region", "E12000001", 1.0, True),
        ("E10000003", "region", "E12000006", 1.0, True),
        ("E06000001", "police", "E23000013", 1.0, True),
        ("E06000001", "strategic", "E47000006", 1.0, True),
    ]
    assert set(got["as_at"]) == {dt.date(2024, 4, 1), dt.date(2025, 4, 1)}


def test_the_district_lookup_gives_the_rest_by_share_of_districts(tmp_path):
    got = bodies(tmp_path, DISTRICT)
    assert got.select("area_code", "kind", "body_code", "share", "main").rows() == [
        ("E10000003", "police", "E23000023", 2 / 3, True),
        ("E10000003", "police", "E23000099", 1 / 3, False),
        ("E10000003", "strategic", "E47000008", 2 / 3, True),
    ]


def test_icb_shares_are_exact_and_the_largest_is_main(tmp_path):
    got = bodies(tmp_path, ICB)
    assert got.select("kind", "body_code", "share", "main").rows() == [
        ("nhs", "E54000048", 6 / 177, False),
        ("nhs", "E54000050", 171 / 177, True),
    ]


def test_adoption_membership_and_joiners_share_a_code(tmp_path):
    members = reading(lookups, tmp_path, RAA)
    assert members.tables["partner_body"].select("area_code", "body_code", "as_at").rows() == [
        ("E06000005", "raa-adoption-tees-valley", dt.date(2023, 3, 31))
    ]
    assert members.notes == ("1 authorities belong to no regional adoption agency.",)
    assert members.source.licence == "not stated"
    joiners = reading(lookups, tmp_path, CHANGES)
    assert joiners.tables["partner_body"].select("area_code", "body_code", "as_at").rows() == [
        ("E06000052", "raa-adoption-tees-valley", dt.date(2024, 4, 1))
    ]
    assert "Herefordshire" in joiners.notes[0]


def test_every_problem_of_a_lookup_is_named_at_once(tmp_path):
    bad = UPPER.replace("E10000003", "E1000").replace(",East,2,", ",East,two,")
    said = problems(lookups, tmp_path, bad)
    assert "'E1000' in row 3" in said
    assert "'two' in row 3" in said
    assert "the same authority and body" in problems(
        lookups, tmp_path, UPPER + UPPER.splitlines()[1] + "\n"
    )
    said = problems(lookups, tmp_path, UPPER.replace("pfa24_name", "police_name"))
    assert "column 'pfa24_name' is missing" in said
    assert "shares do not follow" in problems(lookups, tmp_path, ICB.replace("0.9661", "0.9561"))
    assert "'soon' in row 2" in problems(lookups, tmp_path, RAA.replace("2023-03-31", "soon"))
    twice = DISTRICT + DISTRICT.splitlines()[1] + "\n"
    assert "a district stands in several rows" in problems(lookups, tmp_path, twice)


DEPRIVATION = (
    "area_code,area_name,area_type,deprivation_data_year,index_domain,average_score\n"
    "E06000001,Hartlepool,LAD (2024),2025,Income Deprivation Affecting Children,0.494\n"
    "E07000008,Cambridge,LAD (2024),2025,Income Deprivation Affecting Children,0.2\n"
    "E07000008,Cambridge,LAD (2024),2025,Crime,17.5\n"
)
UPPER_TIER_IDACI = (
    "utla23_code,utla23_name,idaci_2025_average_score,method,idaci_2019_average_score_published\n"
    "E06000001,Hartlepool,0.494,published score,0.283\n"
    "E06000063,Cumberland,0.323,published score,\n"
    "E10000003,Cambs,0.2,weighted mean (estimate),0.13\n"
)


def test_deprivation_by_district(tmp_path):
    got = reading(deprivation, tmp_path, DEPRIVATION).tables["observation"]
    assert dict(got.schema) == OBSERVATION_SCHEMA
    assert got.select("published_code", "level", "item", "value").rows() == [
        ("E06000001", "authority", "deprivation.idaci_2025_average_score", 0.494),
        ("E07000008", "district", "deprivation.idaci_2025_average_score", 0.2),
    ]


def test_upper_tier_estimates_are_named_and_absent_scores_stay_absent(tmp_path):
    got = reading(deprivation, tmp_path, UPPER_TIER_IDACI)
    seen = got.tables["observation"]
    old = seen.filter(item="deprivation.idaci_2019_average_score")
    assert old["value"].to_list() == [0.283, None, 0.13]
    assert old["missing"].to_list() == [None, "not available", None]
    assert "1 authorities are estimates" in got.notes[0]
    assert "Cambs" in got.notes[0]


def test_deprivation_2019_workbook_with_spaces_after_its_headings(tmp_path):
    heads = ["Upper Tier Local Authority District code (2019)"]
    heads += ["Upper Tier Local Authority District name (2019)", "IDACI - Average rank "]
    sheets = {name: [["x"]] for name in ("IMD", "Income", "Employment", "Crime")}
    sheets["IDACI"] = [[*heads, "IDACI - Average score "], ["E10000002", "Bucks", 1.0, 0.08]]
    got = reading(deprivation, tmp_path, xlsx(sheets), "a.xlsx").tables["observation"]
    assert got.select("area_name", "level", "period", "value").rows() == [
        ("Bucks", "authority", "2019", 0.08)
    ]
    sheets["IDACI"][0][3] = "IDACI - Mean score"
    assert "there is no column 'IDACI - Average score'" in problems(
        deprivation, tmp_path, xlsx(sheets)
    )


def test_every_problem_of_a_deprivation_table_is_named_at_once(tmp_path):
    bad = DEPRIVATION.replace("0.494", "O.494").replace("E07000008,Cambridge", "E06000001,Again")
    said = problems(deprivation, tmp_path, bad)
    assert "a score that is no share between 0 and 1" in said
    assert "'O.494' (Hartlepool) in row 2" in said
    assert "an area that stands in several rows" in said
    said = problems(deprivation, tmp_path, DEPRIVATION.replace("Affecting Children", "of Children"))
    assert "there are no rows of 'Income Deprivation Affecting Children'" in said


AGES = [str(age) for age in range(90)] + ["90+"]
TITLE = "MYE2: Persons by single year of age and sex for local authorities, mid-2023"


def mye(*rows, ages=AGES):
    sheet = [[TITLE], ["Code", "Name", "Geography", "All ages", *ages], *rows]
    cover = [["The data tables were originally published at 9.30am 15 July 2024."]]
    return xlsx({"Cover sheet": cover, "MYE1": [["x"]], "MYE2 - Persons": sheet})


def area(code, name, kind, each=1):
    return [code, name, kind, 91 * each, *[each] * 91]


def test_children_are_the_sum_of_ages_0_to_17(tmp_path):
    content = mye(
        area("K04000001", "ENGLAND AND WALES", "Country", 9),
        area("E92000001", "ENGLAND", "Country", 7),
        area("E07000008", "Cambridge", "Non-metropolitan District", 2),
        area("W06000022", "Newport", "Unitary Authority"),
    )
    got = reading(population_mye, tmp_path, content, "a.xlsx")
    seen = got.tables["observation"]
    whole = seen.filter(item="population.children_0_17")
    assert whole.select("published_code", "level", "value", "period_end").rows() == [
        ("E92000001", "england", 7 * 18.0, dt.date(2023, 6, 30)),
        ("E07000008", "district", 2 * 18.0, dt.date(2023, 6, 30)),
    ]
    bands = seen.filter(published_code="E07000008").select("item", "value")
    assert dict(bands.iter_rows()) == {
        "population.children_0_17": 36.0,
        "population.children_0_4": 10.0,
        "population.children_10_17": 16.0,
    }
    assert got.source.released == dt.date(2024, 7, 15)


def test_every_problem_of_a_population_table_is_named_at_once(tmp_path):
    bad = area("E07000008", "Cambridge", "Parish")
    bad[4], bad[6] = "1O", -3
    good = area("E07000009", "East", "County")
    said = problems(population_mye, tmp_path, mye(bad, good, good))
    assert "unknown kind of area 'Parish'" in said
    assert "cell E3: '1O' is no count of people" in said
    assert "cell G3: '-3' is no count of people" in said
    assert "E07000009 stands in 2 rows" in said
    said = problems(population_mye, tmp_path, mye(good, ages=["nought", *AGES[1:]]))
    assert "there is no column '0'" in said
    assert "no English areas" in problems(population_mye, tmp_path, mye(area("W1", "x", "y")))


MYSOCIETY = (
    "local-authority-code,official-name,nice-name,alt-names,gss-code,nation,"
    "local-authority-type,former-gss-codes\n"
    'BST,Bristol City Council,Bristol,"City of Bristol,Bristol, City of,bristol",E06000023,'
    "England,UA,\n"
    "NBL,Northumberland County Council,Northumberland,,E06000057,England,UA,E06000048\n"
    "ADU,Adur District Council,Adur,,E07000223,England,NMD,\n"
    "FIF,Fife Council,Fife,,S12000047,Scotland,UA,S12000015\n"
)


def test_names_and_former_codes_of_english_upper_tier_authorities(tmp_path):
    got = reading(names, tmp_path, MYSOCIETY).tables["authority_code"]
    assert set(got.select("area_code", "alias", "alias_kind").rows()) == {
        ("E06000023", "Bristol City Council", "name"),
        ("E06000023", "Bristol", "name"),
        ("E06000023", "City of Bristol", "name"),
        ("E06000023", "Bristol, City of", "name"),
        ("E06000023", "bristol", "name"),
        ("E06000057", "Northumberland County Council", "name"),
        ("E06000057", "Northumberland", "name"),
        ("E06000057", "E06000048", "gss"),
    }
    assert set(got["source"]) == {"mySociety, CC BY 4.0"}


def test_lookups_without_gss_codes_beside_names_give_no_rows(tmp_path):
    got = reading(names, tmp_path, "la-name,local-authority-code\nBristol,BST\n")
    assert got.tables["authority_code"].is_empty()
    assert "own codes alone" in got.notes[0]


def test_a_names_table_with_wrong_columns_or_codes_is_refused(tmp_path):
    said = problems(names, tmp_path, MYSOCIETY.replace("nice-name", "name"))
    assert "column 'nice-name' is missing" in said
    assert "'06000023' in row 2" in problems(
        names, tmp_path, MYSOCIETY.replace("E06000023", "06000023")
    )


@pytest.mark.parametrize(
    ("reader", "content", "says"),
    [
        (lookups, UPPER.replace("n_pfa", "police_areas"), "no column 'n_pfa'"),
        (deprivation, DEPRIVATION.replace("index_domain", "domain"), "no column 'index_domain'"),
        (names, MYSOCIETY.replace("local-authority-code", "la-code"), "'local-authority-code'"),
        (
            revenue_outturn,
            "Revenue Account Budget (RA) 2021-22: Revenue Account data\n",
            "only outturn forms RO3 and RSX",
        ),
        (
            inspections,
            xlsx({"x": [["la_code", *list(inspection_tables.OVERVIEW_HEADINGS)[1:-2]]]}),
            "no column 'in_care_grade', 'care_leavers_grade'",
        ),
    ],
)
def test_a_file_nearly_recognised_says_what_it_lacks(tmp_path, reader, content, says):
    file = saved(tmp_path, "a file", content)
    assert not any(r.recognises(file) for r in government.READERS)
    said = {r: r.near(file) for r in government.READERS if hasattr(r, "near")}
    assert says in said.pop(reader)
    assert not any(said.values())


@pytest.mark.parametrize("name", ["Cover", "Front_Page", "Sheet1", "Notes"])
def test_an_empty_workbook_is_nobodys_and_no_error(tmp_path, name):
    file = saved(tmp_path, "a.xlsx", xlsx({name: []}))
    assert not any(reader.recognises(file) for reader in government.READERS)
    assert not any(r.near(file) for r in government.READERS if hasattr(r, "near"))


@pytest.mark.published
def test_every_authority_has_its_bodies(open_data):
    parts = (
        "derived/upper_tier_lookup_2023_2025.csv",
        "derived/ltla23_utla23_region_pfa_cauth.csv",
        "derived/utla23_icb24_lsoa_share.csv",
        "facts/raa_membership_2023_03_31.csv",
        "facts/raa_membership_changes.csv",
    )
    got = pl.concat(
        lookups.read(PublishedFile(open_data / part, part)).tables["partner_body"] for part in parts
    )
    assert not got.select("area_code", "kind", "body_code", "as_at").is_duplicated().any()
    by_kind = got.group_by("kind").agg(
        pl.col("area_code").n_unique().alias("areas"), pl.col("body_code").n_unique()
    )
    assert {row[0]: row[1:] for row in by_kind.iter_rows()} == {
        "region": (153, 9),
        "police": (153, 39),
        "nhs": (153, 42),
        "strategic": (65, 15),
        "adoption": (141, 31),
    }
    shares = got.filter(kind="nhs").group_by("area_code").agg(pl.col("share").sum())
    assert (shares["share"] - 1).abs().max() < 1e-12


@pytest.mark.published
def test_children_in_districts_add_up_to_england(open_data):
    name = "ons-population/mye23tablesew.xlsx"
    read = population_mye.read(PublishedFile(open_data / name, name)).tables["observation"]
    seen = read.filter(item="population.children_0_17")
    total = dict(seen.group_by("level").agg(pl.col("value").sum()).iter_rows())
    assert total["england"] == total["region"] == total["authority"] == 11_998_646
    counties = seen.filter(pl.col("published_code").str.starts_with("E10"))["value"].sum()
    assert total["district"] == counties


@pytest.mark.published
def test_published_deprivation_agrees_with_the_upper_tier_table(open_data):
    folder = {
        "upper": "derived/idaci_2025_upper_tier.csv",
        "district": "mhclg-deprivation/indices_of_deprivation_2025_lad.csv",
        "2019": "mhclg-deprivation/"
        "File_11_-_IoD2019_Local_Authority_District_Summaries__upper-tier__.xlsx",
    }
    seen = {
        key: deprivation.read(PublishedFile(open_data / name, name)).tables["observation"]
        for key, name in folder.items()
    }
    assert (seen["upper"].height, seen["district"].height, seen["2019"].height) == (306, 296, 151)
    for key, rows in (("district", 132), ("2019", 144)):
        both = seen["upper"].join(seen[key], on=["published_code", "item"], suffix="_own")
        both = both.filter(pl.col("value").is_not_null())
        assert both.height >= rows
        assert (both["value"] - both["value_own"]).abs().max() < 1e-9


@pytest.mark.published
def test_names_of_every_authority_of_today(open_data):
    name = "mysociety/uk_local_authorities_future.csv"
    got = names.read(PublishedFile(open_data / name, name)).tables["authority_code"]
    assert got.filter(alias_kind="name")["area_code"].n_unique() >= 153
    assert "Bournemouth, Christchurch and Poole" in set(got["alias"])
