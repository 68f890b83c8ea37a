"""A newcomer's first hour, in a browser: from a postcode to an options paper."""

from __future__ import annotations

import io
import json
import re

import docx
import pytest
from test_browser import until_done

pytestmark = pytest.mark.slow
WAY = "Shared management team"


def text_of(page):
    return page.locator("main").inner_text()


def plan_fostering_for_the_south_west(tab):
    tab.get_by_role("link", name="Plan", exact=True).first.click()
    tab.get_by_role("link", name="Fostering").click()
    tab.get_by_label("Part of England").select_option(label="South West")
    tab.get_by_label("What pays for the change?").fill("a transformation grant")
    tab.get_by_role("button", name="Work out the plan").click()
    until_done(tab)


def as_json(tab):
    return json.loads(tab.request.get(tab.url, headers={"Accept": "application/json"}).text())


def test_a_newcomer_goes_from_a_postcode_to_an_options_paper(tab):
    tab.goto("/")
    tab.get_by_label("Council, region, code or postcode").fill("E1 4TT")
    tab.get_by_role("button", name="Find").last.click()
    tab.get_by_role("link", name="Tower Hamlets").first.click()
    assert "E09000030" in tab.locator("h1").inner_text()
    assert re.search(r"\d \(.*\d to .*\d\)", text_of(tab)), "no figure has its interval"

    plan_fostering_for_the_south_west(tab)
    told = text_of(tab)
    assert "South West" in tab.locator("h1").inner_text()
    assert "Proved best of" in told
    first = as_json(tab)
    assert first["only"]["words"] == "the South West"
    assert first["certificate"]["status"] == "optimal"
    assert first["certificate"]["bound"] == pytest.approx(first["certificate"]["value"])

    tab.get_by_role("link", name="See what it flips").first.click()
    low, high = map(float, re.findall(r"from (-?[\d.]+) to (-?[\d.]+)", text_of(tab).lower())[0])
    tab.get_by_label("Your value").fill(f"{high + 1000 * (high - low):.4g}")
    tab.get_by_role("button", name="See what it flips").click()
    tab.get_by_role("heading", name="There is a problem").wait_for()
    chosen = f"{low + (high - low) / 4:.4g}"
    tab.get_by_label("Your value").fill(chosen)
    tab.get_by_role("button", name="See what it flips").click()
    until_done(tab)
    assert chosen in text_of(tab)
    assert tab.get_by_role("table").count() >= 1

    tab.get_by_role("link", name="Propose", exact=True).first.click()
    tab.get_by_label("Service").select_option("fostering")
    tab.get_by_label("What pays for the change?").fill("a transformation grant")
    tab.locator("summary", has_text="South West").click()
    for council in ("Devon", "Torbay", "Plymouth"):
        tab.get_by_label(council, exact=True).check()
    tab.get_by_role("button", name="Show").click()
    tab.locator("#answer").get_by_text("Plymouth").first.wait_for()
    tab.wait_for_url(re.compile("area=.*area=.*area="))
    offer = as_json(tab)
    assert {one["name"] for one in offer["picked"]} == {"Devon", "Torbay", "Plymouth"}
    with tab.expect_download() as coming:
        tab.get_by_role("link", name="Word", exact=True).first.click()
    paper = docx.Document(io.BytesIO(coming.value.path().read_bytes()))
    headings = [one.text for one in paper.paragraphs if one.style.name.startswith("Heading")]
    assert any("Recommend" in one for one in headings), headings
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    words = "\n".join([*(one.text for one in paper.paragraphs), *cells])
    assert "Plymouth" in words
    assert "do nothing" in words.lower()
