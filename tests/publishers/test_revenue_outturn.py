"""Revenue outturn: figures planted in small workbooks come back; what is wrong is named at once."""

import datetime as dt

import polars as pl
import pytest
from workbooks import ods, saved

from totalplace.errors import PublishedFileError
from totalplace.publishers import revenue_outturn
from totalplace.publishers.base import ITEM_SCHEMA, OBSERVATION_SCHEMA, PublishedFile
from totalplace.publishers.revenue_lines import COLUMNS, RO3_LINES, RSX_LINES, SUMS

WORDS = [words for _, words in COLUMNS.values()]
CODES = ["(C1)", "(C2)", "(C3 = C1 + C2)", "(C4)", "(C5)", "(C6 = C4 + C5)", "(C7 = C3 - C6)"]
WHO = ["E-code", "ONS Code", "Local authority", "Notes", "Class", "Detailed Class", "Certification"]
AUTHORITY = ["E4501", "E08000037", "Gateshead", "", "MD", "MD", "Y"]
DISTRICT = ["E3831", "E07000223", "Adur", "", "SD", "SD", "Y"]
FIRE = ["E6101", "E31000001", "Avon Fire", "", "O", "Fire", "Y"]
GLA = ["E5100", "E12000007", "Greater London Authority", "", "O", "GLA", "Y"]
ENGLAND = ["Eng", "E92000001", "ENGLAND", "", "Eng", "Eng", "[Y]"]
CLASS = ["[Y]", "E08", "Metropolitan Districts", "", "MD", "MD", 33]


def printed(service):
    """A children's service as the workbook prints it."""
    return service.upper() if service.startswith("total") else f"Children's social care - {service}"


def figures(lines, *, employees):
    """Seven columns for every line, adding up; a total line adds its parts."""
    count = dict.fromkeys(lines, 1)
    form = "ro3" if "fostering" in lines else "rsx"
    for total, parts in reversed(SUMS[form]):
        count[total] = sum(count[part] for part in parts)
    row = []
    for line in lines:
        n = count[line]
        row += [n * employees, n * 2.0, n * (employees + 2), n * 0.5, n * 0.25, n * 0.75]
        row += [n * (employees + 1.25)]
    return row


def headings_2024(lines=RO3_LINES, *, form="ro3"):
    names = [s if form == "rsx" else printed(s) for s, _ in lines.values()]
    row = [f"{name} - {w} {c}" for name in names for w, c in zip(WORDS, CODES, strict=True)]
    if form == "ro3":
        row.append("TOTAL CHILDREN SOCIAL CARE - Children's Social Care - agency staff cost")
    return row


def front(release="Second release", date="published on 4 December 2025", form="RO3"):
    return [
        [f"General Fund Revenue Account Outturn - {form} Social Care 2024-25"],
        [f'Data compile "Outturn, England - {release}" which was {date}.'],
    ]


def ro3(rows, *, headings=None, sheet="RO3_LA_Data_202425", **pages):
    title = "Worksheet 2: Revenue Outturn (RO) 2024-25: Social Care and Public Health (RO3) data"
    lines = [[title], ["Data are reported in £ thousand."], WHO + (headings or headings_2024())]
    notes = [["Note number", "Note text"], ["[note 4]", "Gateshead could not break down line 13."]]
    return ods({"Front_Page": front(**pages), "Notes": notes, sheet: [*lines, *rows]})


def usual_rows():
    body = {"employees": 1.0}
    agency = [7.5]
    return [
        AUTHORITY + figures(RO3_LINES, **body) + agency,
        DISTRICT + ["[x]"] * (7 * len(RO3_LINES) + 1),
        FIRE + [0.0] * (7 * len(RO3_LINES) + 1),
        GLA + [0.0] * (7 * len(RO3_LINES) + 1),
        ENGLAND + figures(RO3_LINES, employees=1.12345) + ["[n]"],
        WHO + headings_2024(),
        CLASS + figures(RO3_LINES, **body) + agency,
        [""] * 7 + ["RO3-cscsr-empl"],
    ]


def reading(tmp_path, content, name="a file.ods"):
    file = saved(tmp_path, name, content)
    assert revenue_outturn.recognises(file)
    return revenue_outturn.read(file)


def problems(tmp_path, content, name="a file.ods"):
    with pytest.raises(PublishedFileError) as caught:
        reading(tmp_path, content, name)
    return [str(problem) for problem in caught.value.problems]


def cell(observation, name, item, column="value"):
    return observation.filter(area_name=name, item=item)[column].item()


def test_planted_figures_come_back_in_pounds_with_their_levels(tmp_path):
    got = reading(tmp_path, ro3(usual_rows()))
    seen = got.tables["observation"]
    assert dict(seen.schema) == OBSERVATION_SCHEMA
    assert dict(got.tables["item"].schema) == ITEM_SCHEMA
    assert cell(seen, "Gateshead", "ro3.fostering.employees") == 1000.0
    assert cell(seen, "Gateshead", "ro3.total_csc.net_current") == 11 * 2250.0
    assert cell(seen, "Gateshead", "ro3.total_csc.agency") == 7500.0
    assert cell(seen, "ENGLAND", "ro3.fostering.employees") == 1123.45  # to the penny, exactly
    levels = dict(seen.select("area_name", "level").unique().iter_rows())
    assert levels == {
        "Gateshead": "authority",
        "Adur": "district",
        "Avon Fire": "partner",
        "Greater London Authority": "other",
        "ENGLAND": "england",
        "Metropolitan Districts (class total)": "other",
    }
    assert seen["period"].unique().to_list() == ["2024-25"]
    assert seen.select("period_start", "period_end").unique().row(0) == (
        dt.date(2024, 4, 1),
        dt.date(2025, 3, 31),
    )
    assert got.source.publication == "revenue_outturn_ro3"


def test_missing_keeps_symbol_and_reason_and_is_never_a_number(tmp_path):
    rows = usual_rows()
    rows[0][3] = "[note 4]"
    rows[0][7 + 14] = "[note 4]"  # residential care, employees
    rows[0][7 + 15], rows[0][7 + 16], rows[0][7 + 17] = "[z]", ">", "Category discontinued"
    got = reading(tmp_path, ro3(rows))
    seen = got.tables["observation"]
    here = seen.filter(pl.col("area_name") == "Gateshead", pl.col("symbol").is_not_null())
    assert here.select("item", "value", "missing", "symbol").rows() == [
        ("ro3.residential.employees", None, "not available", "[note 4]"),
        ("ro3.residential.running", None, "not collected", "[z]"),
        ("ro3.residential.total_expenditure", None, "not available", ">"),
        ("ro3.residential.fees", None, "not collected", "Category discontinued"),
    ]
    assert cell(seen, "Adur", "ro3.total_csc.net_current", "missing") == "not available"
    assert cell(seen, "ENGLAND", "ro3.total_csc.agency", "missing") == "no estimate"
    assert seen.filter(pl.col("value").is_null() != pl.col("missing").is_not_null()).is_empty()
    assert any("[note 4] stands in place" in n and "Gateshead (1 fig" in n for n in got.notes)
    assert any(n.startswith("1 of 4 returns are missing: 0 of councils") for n in got.notes)


@pytest.mark.parametrize(
    ("release", "date", "status", "released"),
    [
        ("Second release", "published on 4 December 2025", "revised", dt.date(2025, 12, 4)),
        ("First release", "published on 18 September 2025", "provisional", dt.date(2025, 9, 18)),
        ("Second release", "updated 14th December 2023", "revised", dt.date(2023, 12, 14)),
        ("A release", "not dated", "unstated", None),
    ],
)
def test_release_gives_date_and_status(tmp_path, release, date, status, released):
    got = reading(tmp_path, ro3(usual_rows(), release=release, date=date))
    assert got.source.released == released
    assert got.tables["observation"]["status"].unique().to_list() == [status]


def test_both_styles_of_heading_give_the_same_figures(tmp_path):
    services, heads = [], []
    for number, (service, _) in enumerate(RO3_LINES.values()):
        note = " [note 3]" if number == 1 else ""
        services += [printed(service) + note] + [""] * 6
        for word, code in zip(WORDS, CODES, strict=True):
            heads.append(f"{word}\n {code}{number + 1 if number else ''}")
    heads.append("Children's Social Care - agency staff cost memorandum item")
    rows = usual_rows()
    rows[5] = WHO + heads
    title = ["Worksheet 2: Revenue Outturn (RO) 2024-25: Social Care and Public Health (RO3) data"]
    old = [title, ["Last updated: 4 December 2025"], [""], [""] * 7 + [10.0] * 92]
    old += [[""] * 7 + services, WHO + heads, *rows]
    got = reading(tmp_path, ods({"RO3_LA_Data_2024-25": old}))
    new = reading(tmp_path, ro3(usual_rows()))
    assert got.tables["observation"].drop("status").equals(new.tables["observation"].drop("status"))
    assert got.tables["item"].equals(new.tables["item"])
    assert got.source.released == new.source.released


def test_a_sheet_saved_as_csv_with_thousands_separators(tmp_path):
    heads = headings_2024(RSX_LINES, form="rsx")
    heads[6] = "Net Current Expenditure (C7 = C3 - C6)"  # as printed once in 2021-22
    who = WHO[:-1]
    body = [[*AUTHORITY[:6], *["1,234", "-5", "1,229", "0", "0", "0", "1,229"] * 14]]
    body += [[*DISTRICT[:6], *["..."] * 98], [*ENGLAND[:6], *["0"] * 98], [""] * 104]
    title = (
        "Worksheet 2: Revenue Outturn (RO) 2021-22 Final: Service Expenditure Summary (RSX) data"
    )
    lines = [[title], ["Last updated: 23 November 2023"], ["", "Col_no", "1"], who + heads, *body]
    text = "\ufeff" + "\n".join(",".join(f'"{c}"' for c in line) for line in lines)
    got = reading(tmp_path, text, "a sheet.csv")
    seen = got.tables["observation"]
    assert got.source.publication == "revenue_outturn_rsx"
    assert got.source.released == dt.date(2023, 11, 23)
    assert cell(seen, "Gateshead", "rsx.education.employees") == 1_234_000
    assert cell(seen, "Gateshead", "rsx.total.running") == -5000
    assert cell(seen, "Adur", "rsx.education.net_current", "missing") == "not available"
    assert seen["status"].unique().to_list() == ["final"]


def test_a_blank_figure_is_missing_and_noted_and_a_short_row_is_refused(tmp_path):
    rows = usual_rows()
    rows[0][7 + 3] = ""
    got = reading(tmp_path, ro3(rows))
    assert cell(got.tables["observation"], "Gateshead", "ro3.sure_start.fees") is None
    assert "1 figures are blank and kept as missing (Gateshead)." in got.notes
    heads = headings_2024(RSX_LINES, form="rsx")
    lines = [["Revenue Outturn (RO) 2021-22 (RSX)"], WHO[:-1] + heads]
    lines += [[*AUTHORITY[:6], *["1"] * 97], [*ENGLAND[:6], *["0"] * 98]]
    text = "\n".join(",".join(f'"{c}"' for c in line) for line in lines)
    assert "the row has 103 cells, the headings have 104" in problems(tmp_path, text)[0]


def test_what_does_not_add_up_is_noted_not_refused(tmp_path):
    rows = usual_rows()
    rows[0][7 + 2] += 5  # Sure Start total expenditure: £5,000 beyond C1 + C2
    rows[0][7 + 14] += 30  # residential employees
    notes = reading(tmp_path, ro3(rows)).notes
    said = [n for n in notes if n.startswith("Total expenditure is not employees and running")]
    assert len(said) == 1
    assert "in 2 places" in said[0]
    assert "-£30,000 (Gateshead, Residential care" in said[0]
    assert any("Children looked after is not the sum of its 4 lines" in n for n in notes)
    clean = reading(tmp_path, ro3(usual_rows())).notes
    assert not [n for n in clean if "not" in n and "places" in n]


def test_every_problem_is_named_at_once_with_its_cell(tmp_path):
    rows = usual_rows()
    rows[0][7 + 3] = "12O4"
    rows[0][7 + 4] = "[q]"
    rows[1][4] = "XX"
    rows.insert(2, list(AUTHORITY) + figures(RO3_LINES, employees=1.0) + [7.5])
    heads = headings_2024()
    heads[9] = heads[9].replace("Total Expenditure", "Expenditure")
    said = problems(tmp_path, ro3(rows, headings=heads))
    assert len(said) == 6  # a renamed column is unknown, and its line lacks it
    joined = "\n".join(said)
    assert "unknown class 'XX', 'SD'" in joined
    assert "E08000037 has 2 rows" in joined
    assert "Gateshead in row 4 and Gateshead in row 6" in joined
    assert "cell K4: '12O4' is neither a number nor a symbol" in joined
    assert "cell L4: '[q]'" in joined


def test_renamed_and_missing_columns_name_the_nearest(tmp_path):
    heads = headings_2024()
    heads[1] = heads[1].replace("Running Expenses", "Running Costs")
    heads[22] = heads[21]
    said = "\n".join(problems(tmp_path, ro3(usual_rows(), headings=heads)))
    assert "is none of the form's seven columns" in said
    assert "The nearest is 'Running Expenses (C2)'" in said
    assert "appears twice" in said
    assert "has no column Running Expenses" in said
    lines = dict(RO3_LINES, youth_justice=("youth justice services", ""))
    said = "\n".join(problems(tmp_path, ro3(usual_rows(), headings=headings_2024(lines))))
    assert "there is no line 'Youth justice'" in said
    assert "The nearest is 'Youth justice services'" in said


def test_a_renamed_heading_of_the_areas_is_named(tmp_path):
    content = ods({"RO3_LA_Data": [["RO3 2024-25"], ["E-code", "ONS", *WHO[2:]], ["a"]]})
    assert "there is no column 'ONS Code'" in problems(tmp_path, content)[0]


def test_a_workbook_without_its_sheet_of_figures_says_so(tmp_path):
    content = ods({"Front_Page": front(), "LA_drop-down": [["x"]]})
    assert "no sheet has a name like" in problems(tmp_path, content)[0]


def test_other_files_are_not_recognised(tmp_path):
    other = saved(tmp_path, "RO3.ods", ods({"Cover": [["Something else"]]}))
    assert not revenue_outturn.recognises(other)
    assert not revenue_outturn.recognises(saved(tmp_path, "RO3.csv", "a,b\n1,2\n"))
    budget = "General fund revenue account budget (RA) 2023-24\n"
    assert not revenue_outturn.recognises(saved(tmp_path, "RA.csv", budget))


def test_a_csv_in_another_encoding_is_refused(tmp_path):
    text = "Revenue Outturn (RO) 2021-22: (RSX) data, £ thousand\n".encode("cp1252")
    assert "the text is not UTF-8" in problems(tmp_path, text, "RSX.csv")[0]


def test_a_sheet_without_england_or_a_year_is_refused(tmp_path):
    rows = [row for row in usual_rows() if row[0] != "Eng"]
    assert "the row of England's totals is not there" in problems(tmp_path, ro3(rows))[0]
    content = ods({"RO3_LA_Data": [["RO3"], WHO + headings_2024(), *usual_rows()]})
    assert "no financial year" in problems(tmp_path, content)[0]


FOLDER = "mhclg-revenue"
RO3_FILE = f"{FOLDER}/RO3_LA_Data_2024-25_data_by_LA.ods"


@pytest.fixture(scope="module")
def latest(open_data):
    return revenue_outturn.read(PublishedFile(open_data / RO3_FILE, RO3_FILE))


@pytest.mark.published
def test_england_2024_25_and_its_parts(latest):
    seen = latest.tables["observation"]

    def millions(column, **where):
        rows = seen.filter(item=f"ro3.total_csc.{column}", **where)
        return round(rows["value"].sum() / 1e6, 1)

    assert millions("total_expenditure", level="england") == 16_878.9
    assert millions("total_expenditure", level="authority") == 16_398.6
    assert millions("total_expenditure", level="district") == 5.2
    assert millions("total_expenditure", area_name="Greater London Authority") == 15.9
    assert millions("net_current", level="england") == 15_556.1
    assert latest.source.released == dt.date(2025, 12, 4)


@pytest.mark.published
def test_known_holes_are_in_the_notes_and_the_rows(latest):
    seen = latest.tables["observation"]
    holes = seen.filter(
        pl.col("level") == "authority",
        pl.col("item") == "ro3.total_csc.net_current",
        pl.col("missing").is_not_null(),
    )
    assert holes["area_name"].to_list() == ["Birmingham", "Cumberland", "Slough UA"]
    assert latest.notes[0].startswith("9 of 410 returns are missing: 3 of councils")
    assert any("Gateshead (28 figures)" in note for note in latest.notes)


@pytest.mark.published
def test_england_is_the_printed_figure_to_its_last_digit(latest, open_data):
    rows = PublishedFile(open_data / RO3_FILE, RO3_FILE).workbook.rows("RO3_LA_Data_202425")
    [england] = [row for row in rows if row[2] == "ENGLAND"]
    seen = latest.tables["observation"].filter(level="england")["value"].to_list()
    numbers = [cell for cell in england[7:] if isinstance(cell, float)]
    assert [value for value in seen if value is not None] == [
        float(f"{number:.5f}e3") for number in numbers
    ]


@pytest.mark.published
@pytest.mark.parametrize(
    ("name", "released", "status", "rows"),
    [
        ("RO3_2022-23_data_by_LA.ods", dt.date(2023, 12, 14), "revised", 226_884),
        ("RO3_2023-24_data_by_LA.ods", dt.date(2024, 8, 29), "provisional", 219_114),
        (
            "first-release-2025-09-18/RO3_LA_Data_2024-25_data_by_LA.ods",
            dt.date(2025, 9, 18),
            "provisional",
            206_780,
        ),
        ("RSX_2021-22_data_by_LA_Live.csv", dt.date(2023, 11, 23), "final", 41_846),
        ("RSX_2022-23_data_by_LA.ods", dt.date(2023, 12, 14), "revised", 42_924),
        ("RSX_2023-24_data_by_LA.ods", dt.date(2024, 8, 29), "provisional", 41_454),
        ("RSX_LA_Data_2024-25_data_by_LA.ods", dt.date(2025, 12, 4), "revised", 41_356),
    ],
)
def test_every_release_is_read(open_data, name, released, status, rows):
    file = PublishedFile(open_data / FOLDER / name, name)
    assert revenue_outturn.recognises(file)
    got = revenue_outturn.read(file)
    seen = got.tables["observation"]
    assert (got.source.released, seen.height) == (released, rows)
    assert seen["status"].unique().to_list() == [status]
    assert {"ro3": set(RO3_LINES), "rsx": set(RSX_LINES)}[got.source.publication[-3:]] <= {
        item.split(".")[1] for item in got.tables["item"]["item"]
    }


@pytest.mark.published
def test_rsx_and_ro3_agree_on_childrens_social_care(open_data, latest):
    name = f"{FOLDER}/RSX_LA_Data_2024-25_data_by_LA.ods"
    rsx = revenue_outturn.read(PublishedFile(open_data / name, name)).tables["observation"]
    for column, _ in COLUMNS.values():
        both = [
            frame.filter(item=item).select("published_code", "area_name", "value")
            for frame, item in (
                (rsx, f"rsx.children_social_care.{column}"),
                (latest.tables["observation"], f"ro3.total_csc.{column}"),
            )
        ]
        joined = both[0].join(both[1], on=["published_code", "area_name"], validate="1:1")
        gap = (joined["value"] - joined["value_right"]).abs().max()
        assert gap <= 0.01, column
