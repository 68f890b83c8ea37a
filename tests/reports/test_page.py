"""The web page: whole, self-contained, readable by everyone."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from lxml import etree, html

from reports.plans import do_nothing_plan, plans, sample_plan, tiles
from totalplace.evidence.registry import Registry
from totalplace.footprints.results import Range
from totalplace.reports.map import FILLS, INK, MapShapes, plan_map, swatch
from totalplace.reports.page import plan_page, typeset

ASSUMPTIONS = Registry.load().to_rows()


def maps_of(plan):
    paths = tiles(plan.names)
    return [
        MapShapes(paths=paths, caption="Outlines"),
        MapShapes(paths=paths, caption="One hexagon for each authority", number_every_area=True),
    ]


def page_of(plan):
    text = plan_page(plan, assumptions=ASSUMPTIONS, maps=maps_of(plan))
    assert text.startswith("<!doctype html>")
    return html.document_fromstring(text), text


@pytest.fixture(scope="module")
def page():
    return page_of(sample_plan())


def words(node) -> str:
    return " ".join(node.text_content().split())


def test_the_page_reads_verdict_certainty_refusals_table_pictures_sources(page):
    tree, _ = page
    text = words(tree.find("body"))
    order = [
        text.index(part)
        for part in (
            "Six councils of 16",
            "How sure we are",
            "What was refused to protect children",
            "Partnerships of the plan",
            "On the map",
            "Other ways to divide",
            "Every assumption, its range",
            "Where the figures come from",
        )
    ]
    assert order == sorted(order)


def test_nothing_is_loaded_or_run(page):
    tree, text = page
    assert tree.xpath("//script | //link | //iframe | //object | //img | //@onclick") == []
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    outside = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not re.search(r"@import|url\((?!#)", text)


def test_it_says_its_language_title_landmarks_and_one_first_heading(page):
    tree, _ = page
    assert tree.get("lang") == "en-GB"
    assert tree.findtext("head/title")
    for landmark in ("header", "main", "nav", "footer"):
        assert len(tree.findall(f".//{landmark}")) == 1
    levels = [int(node.tag[1]) for node in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]


def test_every_table_has_a_caption_and_scoped_heads_and_equal_rows(page):
    tree, _ = page
    tables = tree.findall(".//table")
    assert len(tables) >= 5
    for table in tables:
        assert words(table.find("caption"))
        assert all(th.get("scope") in ("col", "row") for th in table.iter("th"))
        widths = {len(row.findall("th") + row.findall("td")) for row in table.iter("tr")}
        assert len(widths) == 1


def test_every_picture_has_a_text_alternative_and_ids_are_unique(page):
    tree, _ = page
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    pictures = [svg for svg in tree.iter("svg") if svg.get("aria-hidden") != "true"]
    assert len(pictures) == 4  # two maps, two charts
    for svg in pictures:
        assert svg.get("role") == "img"
        assert svg.xpath(".//*[@role]") == []  # the drawing speaks as one picture
        for name in svg.get("aria-labelledby").split():
            assert words(tree.get_element_by_id(name))
    for reference in tree.xpath("//@href"):
        assert reference.removeprefix("#") in ids
    for name in tree.xpath("//*[@aria-labelledby]/@aria-labelledby"):
        assert set(name.split()) <= set(ids)


def test_every_authority_stands_in_a_table_with_what_the_plan_says(page):
    tree, _ = page
    rows = {words(row[0]): words(row[2]) for row in tree.xpath("//table[@id='all']/tbody/tr")}
    assert rows["Reading"] == "partnership 1"
    assert rows["Bradford"] == "keeps its own"
    assert rows["Slough"] == "not priced: no return for 2024-25"
    assert rows["West Berkshire"] == "keeps its own (priced from an estimate)"
    assert len(rows) == len(sample_plan().names)


def test_the_stamp_names_seed_assumptions_and_book(page):
    _, text = page
    plan = sample_plan()
    for part in (plan.assumptions_sha256, plan.book_hash, *plan.sources, "30 June 2026"):
        assert part in text


def test_a_plan_to_do_nothing_has_no_empty_tables():
    tree, text = page_of(do_nothing_plan())
    assert "Do nothing: 16 councils" in text
    assert all(table.findall("tbody/tr") for table in tree.iter("table"))
    assert "Neighbouring pairs that would gain" in text


def test_the_page_is_the_same_for_the_same_plan_and_has_no_maps_without_shapes():
    plan = sample_plan()
    slow = replace(plan, certificate=replace(plan.certificate, seconds=9.0))
    assert plan_page(plan) == plan_page(slow)
    assert "On the map" not in plan_page(plan)


def test_a_missing_figure_reads_not_available_in_page_and_chart():
    plan = replace(sample_plan(), saving_a_year=Range(float("nan"), 0.0, 1.0))
    text = plan_page(plan)
    assert "not available" in text
    assert not re.search(r"\bnan\b|\bNaN\b", text)


@settings(max_examples=25)
@given(plans())
def test_any_plan_makes_a_page_that_parses_and_escapes_its_names(plan):
    text = plan_page(plan, maps=maps_of(plan))
    tree = html.document_fromstring(text)
    assert tree.xpath("//b | //script") == []
    said = words(tree)
    for name in plan.names.values():
        assert " ".join(name.split()) in said


def test_figures_are_set_with_a_true_minus_and_do_not_break():
    assert typeset("-£0.6m to £4.9m, 80 %") == "\u2212\u2060£0.6m\u00a0to\u00a0£4.9m, 80\u00a0%"
    assert typeset("2.2 to 6.4") == "2.2\u00a0to\u00a06.4"
    assert typeset("children 0 to 17") == "children 0\u00a0to\u00a017"


# -- maps ----------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("fill", FILLS)
def test_numbers_on_every_fill_have_contrast_above_seven(fill):
    assert (luminance(fill) + 0.05) / (luminance(INK) + 0.05) > 4.5


def test_forty_eight_partnerships_are_drawn_differently_even_without_colour_names():
    drawn = {re.sub(r"k\d+(-over\d+)?", "", swatch(i, ident="k")) for i in range(1, 49)}
    assert len(drawn) == 48


def test_a_map_says_each_authority_and_numbers_each_member():
    plan = sample_plan()
    svg = etree.fromstring(plan_map(plan, maps_of(plan)[1], ident="m"))
    space = "{http://www.w3.org/2000/svg}"
    titles = [node.findtext(f"{space}title") for node in svg.iter(f"{space}g")]
    said = [title for title in titles if title]
    assert len(said) == len(plan.names)
    assert "Reading: partnership 1, with Bracknell Forest and Wokingham" in said
    assert "Slough: could not be priced: no return for 2024-25" in said
    numbers = sorted(node.text for node in svg.iter(f"{space}text"))
    assert numbers == sorted(
        str(i) for i, p in enumerate(plan.partnerships, start=1) for _ in p.members
    )


def test_a_partnership_without_a_shape_is_left_out_of_the_map_not_out_of_the_answer():
    plan = sample_plan()
    shapes = MapShapes(paths=tiles(list(plan.names)[:3]), caption="Outlines")
    svg = plan_map(plan, shapes, ident="m")
    assert "Bexley" not in svg.split("</desc>")[1]
    assert "Bexley" in svg
    assert plan_map(plan, MapShapes(paths={}, caption="Outlines"), ident="m")
