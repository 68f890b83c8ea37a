"""A place's page in a browser: nothing axe finds fault with, no sideways scrolling of the page."""

from __future__ import annotations

import shutil

import pytest

from totalplace.scenarios.profile import profile

pytestmark = pytest.mark.slow

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def tab():
    if BROWSER is None:
        pytest.skip("needs a browser: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("name", ["Leeds", "Camden + Islington", "Isles of Scilly", "England"])
def test_axe_finds_nothing_and_a_telephone_shows_it_whole(england, tab, tmp_path, name):
    from axe_playwright_python.sync_playwright import Axe

    path = profile(england, name).to_html(tmp_path / "profile.html")
    for width in (1280, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(path.as_uri())
        found = Axe().run(tab, options={"runOnly": RULES}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
