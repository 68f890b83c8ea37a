"""The count as page, picture and workbook: nothing lost or from elsewhere, widths in scale."""

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from totalplace.errors import InputError
from totalplace.evidence.registry import Registry
from totalplace.money.count import CUTS
from totalplace.money.flow import Flow, flows
from totalplace.money.rows import Standing
from totalplace.reports.flow_picture import TALL, flow_svg
from totalplace.reports.money_page import money_page
from totalplace.reports.money_words import cut_rows
from totalplace.reports.money_workbook import money_workbook
from totalplace.reports.money_write import write_money
from totalplace.scenarios.counting import count_place, read_ledger

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def places(england):
    registry = Registry.load()
    ledger = read_ledger(england, registry)
    return {
        name: count_place(england, name, registry, ledger=ledger) for name in ("Leeds", "Slough")
    }


@pytest.fixture(scope="module")
def pages(places):
    return {name: money_page(one, by="payer") for name, one in places.items()}


def test_flows_add_up_to_the_count(places):
    for one in places.values():
        found = flows(one)
        assert sum(flow.pence for flow in found) == one.pence
        assert sum(flow.published for flow in found) == sum(p.published for p in one.by("theme"))
        told = {title for flow in found for title in flow.unknown}
        assert told == {row.title for row in one.rows if row.pence is None}


def flow(payer, theme, published, estimated, unknown=()):
    return Flow(
        payer=payer, theme=theme, outcome=f"for {theme}", published=published,
        estimated=estimated, unknown=unknown,
    )  # fmt: skip


AMOUNTS = st.integers(-(10**12), 10**13)
NAMES = st.sampled_from(["a", "b & c", "<d>", "e"])


@given(st.dictionaries(st.tuples(NAMES, NAMES), st.tuples(AMOUNTS, AMOUNTS), max_size=8))
def test_every_column_of_the_picture_is_as_tall_as_the_money(amounts):
    found = [flow(*names, *both) for names, both in amounts.items()]
    drawn = [one for one in found if one.published > 0 or one.estimated > 0]
    svg = flow_svg(found, ident="x")
    assert bool(svg) is bool(drawn)
    if not svg:
        return
    root = ElementTree.fromstring(svg)
    bars = [one for one in root.iter(f"{SVG}rect") if one.get("width") == "14"]
    for x in {one.get("x") for one in bars}:
        heights = [float(one.get("height")) for one in bars if one.get("x") == x]
        assert sum(heights) == pytest.approx(TALL, abs=1.01 * len(heights))
    bands = list(root.iter(f"{SVG}path"))
    parts = sum((one.published > 0) + (one.estimated > 0) for one in drawn)
    assert len(bands) == 2 * parts  # payer to theme, theme to outcome
    hatched = [band for band in bands if band.get("fill").startswith("url(#x-")]
    assert len(hatched) == 2 * sum(one.estimated > 0 for one in drawn)


def test_a_payer_without_any_amount_is_a_dashed_box_and_not_a_band():
    svg = flow_svg([flow("a", "b", 5, 0), flow("NHS", "c", 0, 0, ("all",))], ident="x")
    assert svg.count("stroke-dasharray") == 1
    assert "NHS" in svg
    assert len(re.findall("<path", svg)) == 2
    assert flow_svg([flow("NHS", "c", 0, 0, ("all",))], ident="x") == ""


def test_a_known_nothing_is_not_unknown(places):
    one = places["Slough"]
    nought = [
        replace(row, standing=Standing.PUBLISHED, pence=0, low=0, high=0)
        if row.line == "ro3.young_people"
        else row
        for row in one.rows
    ]
    rows = {row[0]: row for row in cut_rows(replace(one, rows=tuple(nought)), "service")}
    assert rows["young-people"][3] == "£0.0m"
    assert rows["public-health"][3] == "unknown"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href"):
                self.links.append(value)
            if name == "id":
                self.ids.append(value)


@pytest.mark.parametrize("name", ["Leeds", "Slough"])
def test_the_page_needs_nothing_else_and_says_all(places, pages, name):
    page, one = Page(pages[name]), places[name]
    assert "script" not in page.tags
    assert all(link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    for doubt in one.doubts:
        assert doubt.words.split(":")[0] in pages[name]
    for cut in CUTS:
        assert f'id="cut-{cut}"' in pages[name]
    assert pages[name].index('id="cut-payer"') < pages[name].index('id="cut-theme"')
    assert "Health care of children" in pages[name]


def test_the_workbook_adds_up_to_the_penny(places):
    for one in places.values():
        book = openpyxl.load_workbook(io.BytesIO(money_workbook(one)))
        for cut in CUTS:
            cells = table(book[f"by_{cut}"])
            together = [row[3] for row in cells if row[3] != "[x]"]
            assert sum(round(value * 100) for value in together) == one.pence
        lines = table(book["lines"])
        assert len(lines) == len(one.rows)
        head = [cell.value for cell in book["lines"][4]]
        counted = [row[head.index("Counted (£)")] for row in lines]
        assert sum(round(value * 100) for value in counted if value != "[x]") == one.pence
        assert counted.count("[x]") == sum(row.pence is None for row in one.rows)


def test_the_workbooks_picture_is_told_in_words(places):
    with zipfile.ZipFile(io.BytesIO(money_workbook(places["Leeds"]))) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
    assert "Largest flows: Department for Education to schools" in drawing


def table(sheet):
    name = next(iter(sheet.tables))
    cells = sheet[sheet.tables[name].ref]
    return [[cell.value for cell in row] for row in cells[1:]]


def test_the_same_count_makes_the_same_files(places):
    one = places["Slough"]
    assert money_workbook(one) == money_workbook(one)
    assert money_page(one) == money_page(one)


def test_files_are_written_whole_or_not_at_all(places, tmp_path):
    written = write_money(places["Leeds"], tmp_path / "new")
    assert [path.name for path in written] == ["money.html", "money.xlsx", "money.json"]
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Nothing was half-written"):
        write_money(places["Leeds"], tmp_path / "file")
