"""In a browser: an analyst sends five mistakes, mends them, and sees the marked result."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from own_people import PASSWORD, ROOM, add_person
from serving import WAIT_MS
from test_browser import RULES

pytestmark = pytest.mark.slow
CAMDEN, ISLINGTON, LEEDS = "E09000007", "E09000019", "E08000035"
RATE = "workforce.agency_rate_fte"
HEAD = "time_period,new_la_code,measure,value,note"
WRONG = (
    f"2025,{CAMDEN},{RATE},many,",
    f"2031,{CAMDEN},{RATE},12,",
    f"2025,{LEEDS},{RATE},12,",
    f"2025,{CAMDEN},agency staff per moon,12,",
    f"2025,{ISLINGTON},{RATE},130,",
)
MENDED = (f"2025,{CAMDEN},{RATE},31.5,June census", f"2025,{ISLINGTON},{RATE},13,June census")


def look(page, name, seen):
    """Hold the page against axe's rules and the width of the screen; keep a picture if asked."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES})
    seen[name] = [
        (one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
        seen[name].append("wider than the screen")
    folder = os.environ.get("TOTALPLACE_SCREENSHOTS")
    if folder:
        width = page.viewport_size["width"]
        page.screenshot(path=Path(folder) / f"figures-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1200), (False, 1200), (True, 320)])
def test_an_analyst_sends_five_mistakes_mends_them_and_sees_the_marked_result(
    browser, served, tmp_path, scripts, width
):
    who = f"ann-{scripts}-{width}".lower()
    context = browser.new_context(
        base_url=served.address,
        java_script_enabled=True,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    if not scripts:  # axe needs scripts of its own; the page's are kept out
        page.route("**/*.js", lambda route: route.abort())
    add_person(served, who, "manager")
    page.goto("/sign-in?next=/workspaces")
    page.get_by_label("Name you sign in with").fill(who)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    seen = {}
    page.get_by_role("link", name=ROOM).click()
    page.get_by_role("link", name="Own figures").click()
    look(page, "sets", seen)
    page.get_by_role("button", name="Send own figures").click()
    look(page, "form", seen)

    file = tmp_path / "june.csv"
    file.write_text("\n".join([HEAD, *WRONG]))
    page.get_by_label("What the set is called").fill("June census")
    page.get_by_label("The template filled in").set_input_files(file)
    page.get_by_role("button", name="Check and keep").click()
    assert "5 things are wrong with june.csv" in page.locator("[role=alert]").inner_text()
    rows = page.locator("#problems tbody tr")
    assert rows.count() == 5
    for at, words in enumerate(
        ("not a number", "no period", "not among the councils", "no measure", "hundred per cent")
    ):
        assert words in rows.nth(at).inner_text()
    look(page, "five-mistakes", seen)

    file.write_text("\n".join([HEAD, *MENDED]))
    page.get_by_label("The template filled in").set_input_files(file)
    page.get_by_role("button", name="Check and keep").click()
    assert "checked and kept" in page.locator("[role=status]").inner_text()
    look(page, "kept", seen)
    page.get_by_role("button", name="Use on every page").click()
    look(page, "in-use", seen)
    page.goto("/places/Camden")
    assert f"/places/{CAMDEN}?figures=" in page.url
    assert "Made with 2 figures" in page.get_by_label("Own figures", exact=True).inner_text()
    assert "[own figure, published 9.4]" in page.locator("main").inner_text()
    look(page, "place", seen)
    page.goto(f"/measures/{RATE}")
    assert "[own figure, published 9.4]" in page.locator("main").inner_text()
    look(page, "measure", seen)
    page.get_by_role("link", name="Show published figures only").click()
    assert "own figure, published" not in page.locator("main").inner_text()
    look(page, "published", seen)
    context.close()
    assert {name: faults for name, faults in seen.items() if faults} == {}
