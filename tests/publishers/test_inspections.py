"""Inspections: three layouts, one row per inspection, every wrong cell named."""

import datetime as dt

import polars as pl
import pytest
from workbooks import ods, saved, xlsx

from totalplace.errors import PublishedFileError
from totalplace.publishers import inspections
from totalplace.publishers.base import PublishedFile

LINK = "Ofsted Local Authority Webpage"
GRADES_2025 = [
    "Overall effectiveness",
    "The impact of leaders on social work practice with children and families",
    "The experiences and progress of children who need help and protection",
    "The experiences and progress of children in care",
    "The experiences and progress of care leavers",
]
GRADES_2024 = ["overall effectiveness", "impact of leaders"] + [
    f"experiences and progress of {who}"
    for who in ("children who need help and protection", "children in care", "care leavers")
]
GOOD = ["Good", "Good", "Requires improvement to be good", "Outstanding", ""]
POOR = ["Inadequate", "Inadequate", "Inadequate", "Requires improvement to be good", "Inadequate"]
NONE = ["", "", "", "", ""]


def day(year, month, number):
    return dt.datetime(year, month, number)  # noqa: DTZ001 (a sheet's dates have no zone)


COVER = [
    ["Local authority inspection outcomes as at 31 March 2025", ""],
    ["Published on:", day(2025, 9, 25)],
]


def outcomes_2025(*, history=None, in_year=None, outcomes=None, heads=GRADES_2025):
    who = ["Web link", "Local authority area code", "Local authority name"]
    york = [LINK, "E06000014", "York"]
    hull = [LINK, "E06000010", "Hull"]
    first = ["Current", "Yorkshire", day(2019, 5, 1), day(2019, 6, 1), "ILACS Short Inspection"]
    last = ["Current", "Yorkshire", day(2024, 6, 3), day(2024, 7, 9), "ILACS Standard Inspection"]
    dates = ["Inspection date", "Publication date"]
    visit = ["Inspection/Visit date", "Publication date", "Inspection/Visit type"]
    focused = ["Yorkshire", day(2025, 1, 7), day(2025, 2, 7), "ILACS Focused Visit"]
    return ods(
        {
            "Cover": COVER,
            "Inspections_as_at_31_March": [
                ["Local authority inspection judgements"],
                [*who, "Ofsted region", *dates, *heads],
                *(outcomes or [[*york, "Yorkshire", day(2024, 6, 3), day(2024, 7, 9), *POOR]]),
                [*hull, "Yorkshire", day(2016, 6, 6), day(2016, 8, 8), *GOOD],
            ],
            "In-year_inspections": [
                ["In-year activity"],
                [*who, "Region", *visit, *heads, "Visit Theme"],
                *(in_year or [[*york, "Yorkshire", *last[2:], *POOR, ""]]),
                [*hull, *focused, *NONE, "Front door"],
                [*hull, *focused[:3], "LA Monitoring visit", *NONE, "Front door"],
            ],
            "ILACS_inspection_history": [
                ["History"],
                [*who, "Local authority status", "Region", *dates, "Inspection type", *heads],
                *(history or [[*york, *first, *GOOD], [*york, *last, *POOR]]),
            ],
        }
    )


def outcomes_2024():
    def named(ordinal):
        return [f"{ordinal} ILACS {h}" for h in ("publication date", "inspection type")] + [
            f"{ordinal} ILACS {g}" for g in GRADES_2024
        ]

    heads = [g[:1].upper() + g[1:] for g in GRADES_2024]
    first = [day(2019, 6, 1), "ILACS Short Inspection", *GOOD]
    second = [day(2023, 7, 9), "ILACS Standard Inspection", *POOR]
    old = [h.replace("First ILACS", "ILACS framework") for h in named("First")]
    old[-2] += " and care leavers"
    return ods(
        {
            "Cover": [["Local authority inspection outcomes as at 31 March 2024", ""]],
            "Inspections_31_March_2024": [
                ["Web link", "Local authority name", "Ofsted region", "Inspection date", *heads],
                [LINK, "Bedford", "East", day(2023, 6, 3), *POOR],
                [LINK, "Cumberland", "North West", "Not yet inspected", *NONE],
            ],
            "Inspections_in_year_2023-24": [
                [
                    "Web link",
                    "Local authority name",
                    "Region",
                    "Inspection/Visit date",
                    "Inspection/Visit type",
                    *heads,
                    "Visit Theme",
                ],
                [LINK, "Bedford", "East", day(2023, 6, 3), "ILACS Standard Inspection", *POOR, ""],
                [LINK, "Bedford", "East", day(2024, 2, 1), "ILACS Focused Visit", *NONE, "Door"],
            ],
            "ILACS_inspections_2018-2024": [
                ["ILACS inspections 2018-2024"],
                [
                    "Web link",
                    "Local authority name",
                    "LA region",
                    *named("First"),
                    *named("Second"),
                ],
                [LINK, "Bedford Borough", "East", *first, *second],
                [LINK, "Cumberland", "North West", *[""] * 14],
                ["Local authorities that existed before the restructure"],
                ["Web link", "Local authority name", "LA region", *old[:-1]],
                [LINK, "Cumbria", "North West", day(2022, 11, 15), *first[1:-1]],
            ],
        }
    )


HEADS = ["urn", "la_code", "region_code", "ltla23cd", "local_authority"]
HEADS += ["overall_effectiveness_grade", "inspection_framework", "inspection_start_date"]
HEADS += ["publication_date", "impact_of_leaders_grade", "help_and_protection_grade"]
HEADS += ["in_care_grade", "care_leavers_grade"]


def overview(*rows):
    return xlsx({"ofsted_cs_inspections_overview": [HEADS, *rows]})


BARNSLEY = ["80426", "370", "YH", "E08000016", "barnsley", "good", "short", "11/09/2023"]
BARNSLEY += ["27/10/23", "good", "requires improvement", "good", "inspection_pre_dates_judgement"]


def reading(tmp_path, content, name="a file"):
    file = saved(tmp_path, name, content)
    assert inspections.recognises(file)
    return inspections.read(file)


def problems(tmp_path, content):
    with pytest.raises(PublishedFileError) as caught:
        reading(tmp_path, content)
    return "\n".join(map(str, caught.value.problems))


def test_an_inspection_in_three_sheets_is_one_row(tmp_path):
    got = reading(tmp_path, outcomes_2025())
    rows = got.tables["inspection"].select("area_name", "inspected", "kind", "overall").rows()
    assert rows == [
        ("Hull", dt.date(2016, 6, 6), "other", "good"),  # before ILACS: in no history
        ("Hull", dt.date(2025, 1, 7), "focused visit", None),
        ("Hull", dt.date(2025, 1, 7), "monitoring visit", None),
        ("York", dt.date(2019, 5, 1), "short", "good"),
        ("York", dt.date(2024, 6, 3), "standard", "inadequate"),
    ]
    assert got.tables["inspection"]["protection"][0] == "requires improvement"
    assert got.source.released == dt.date(2025, 9, 25)
    assert got.source.publication == "ofsted_outcomes"


def test_the_wide_history_gets_dates_and_kinds_from_the_other_sheets(tmp_path):
    got = reading(tmp_path, outcomes_2024())
    seen = got.tables["inspection"]
    assert seen.select("area_name", "inspected", "published", "kind", "overall").rows() == [
        ("Bedford", dt.date(2024, 2, 1), None, "focused visit", None),
        ("Bedford Borough", dt.date(2023, 6, 3), dt.date(2023, 7, 9), "standard", "inadequate"),
        ("Bedford Borough", None, dt.date(2019, 6, 1), "short", "good"),
        ("Cumbria", None, dt.date(2022, 11, 15), "short", "good"),
    ]
    assert got.notes[0].startswith("2 inspections have a publication date but no")


def test_the_overview_reads_both_ways_of_writing_a_year(tmp_path):
    shared = [["1", n, "NW", "E10000006", w, *BARNSLEY[5:]] for n, w in ((942, "a"), (943, "b"))]
    ungraded = ["2", "304", "GL", "E09000005", "brent", "", "", "26/01/2026", *BARNSLEY[8:]]
    got = reading(tmp_path, overview(BARNSLEY, *shared, ungraded))
    seen = got.tables["inspection"]
    assert seen.filter(area_name="barnsley").rows(named=True) == [
        {
            "published_code": "E08000016",
            "la_number": "370",
            "area_name": "barnsley",
            "inspected": dt.date(2023, 9, 11),
            "published": dt.date(2023, 10, 27),
            "kind": "short",
            "overall": "good",
            "leaders": "good",
            "protection": "requires improvement",
            "in_care": "good",
            "care_leavers": None,
        }
    ]
    assert seen.filter(pl.col("published_code").is_null())["la_number"].to_list() == ["942", "943"]
    assert "E10000006 is printed for a, b" in got.notes[0]
    assert "No overall grade is given for brent" in got.notes[1]
    assert seen.filter(area_name="brent")["kind"].to_list() == ["other"]


def test_every_wrong_grade_and_date_is_named_with_its_cell(tmp_path):
    bad = list(BARNSLEY)
    bad[5], bad[7], bad[8] = "goodish", "31/02/2023", "soon"
    said = problems(tmp_path, overview([*BARNSLEY[:4], "x", *BARNSLEY[5:]], bad))
    assert "cell F3: 'goodish' is not a grade. The nearest is 'good'" in said
    assert "cell H3: '31/02/2023' is not a date" in said
    assert "cell I3: 'soon' is not a date" in said


def test_the_same_inspection_with_two_outcomes_is_refused(tmp_path):
    york = [LINK, "E06000014", "York", "Current", "Yorkshire", day(2024, 6, 3), day(2024, 7, 9)]
    rows = [[*york, "ILACS Standard Inspection", *grades] for grades in (GOOD, POOR)]
    said = problems(tmp_path, outcomes_2025(history=rows))
    assert "York has 2 rows for one standard inspection of 2024-06-03" in said


def test_renamed_columns_and_sheets_are_named(tmp_path):
    heads = ["Overall effectiveness", "Leadership impact", *GRADES_2025[2:]]
    said = problems(tmp_path, outcomes_2025(heads=heads))
    assert said.count("there is no column like 'the impact of leaders") == 3
    content = ods({"Cover": COVER, "Notes": [["x"]]})
    said = problems(tmp_path, content)
    assert said.count("no sheet has a name like") == 3
    content = xlsx({"x": [["leadership" if h.startswith("impact") else h for h in HEADS]]})
    assert "there is no column 'impact_of_leaders_grade'" in problems(tmp_path, content)


def test_other_workbooks_are_not_recognised(tmp_path):
    assert not inspections.recognises(saved(tmp_path, "a", xlsx({"Data": [["la_code", "x"]]})))
    assert not inspections.recognises(saved(tmp_path, "b", ods({"Cover": [["Something"]]})))
    assert not inspections.recognises(saved(tmp_path, "c", "la_code,x\n"))


@pytest.mark.published
def test_outcomes_at_31_march_2025(open_data):
    name = "ofsted/LA_Inspection_Outcomes_as_at_31_March_2025.ods"
    seen = inspections.read(PublishedFile(open_data / name, name)).tables["inspection"]
    graded = seen.filter(pl.col("overall").is_not_null())
    assert graded.height == 271
    assert graded["published"].min() >= dt.date(2018, 1, 1)
    ended = ["Bournemouth", "Cumbria", "Northamptonshire"]
    last = graded.filter(~pl.col("area_name").is_in(ended)).sort("inspected")
    last = last.group_by("published_code", maintain_order=True).last()
    assert last.height == 153
    assert dict(last["overall"].value_counts().iter_rows()) == {
        "outstanding": 36,
        "good": 67,
        "requires improvement": 31,
        "inadequate": 19,
    }


@pytest.mark.published
def test_every_inspection_of_the_2024_file_is_the_2025_files_too(open_data):
    folder = open_data / "ofsted"
    names = ["LA_Inspection_Outcomes_as_at_March_2024.ods"]
    names += ["LA_Inspection_Outcomes_as_at_31_March_2025.ods"]
    old, new = (
        inspections.read(PublishedFile(folder / n, n))
        .tables["inspection"]
        .filter(pl.col("overall").is_not_null())
        for n in names
    )
    assert old.height == 219
    both = old.join(new, on=["published", "overall", "protection", "in_care"], how="semi")
    assert both.height >= 217  # two were corrected in between


@pytest.mark.published
def test_the_overview_has_every_authority(open_data):
    name = "ofsted/ofsted_csc_ilacs_overview.xlsx"
    seen = inspections.read(PublishedFile(open_data / name, name)).tables["inspection"]
    assert (seen.height, seen["la_number"].n_unique()) == (153, 153)
    assert seen["published"].null_count() == 0
    assert seen["overall"].null_count() == 2
