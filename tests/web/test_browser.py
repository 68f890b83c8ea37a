"""In Debian's Chromium, with JavaScript and without: every page, every state, axe on each."""

from __future__ import annotations

import pytest
from serving import Served, browser_path

pytestmark = pytest.mark.slow

PAGES = (
    "/",
    "/places",
    "/places?find=tower",
    "/places?find=zzzz",
    "/places/E09000030",
    "/places/E12000007?neighbours=region",
    "/measures",
    "/measures/lait.AVG_Attain8_Score?area=Tower+Hamlets",
    "/measures/lait.LACnum",
    "/measures/short-list",
    "/compare",
    "/compare?area=Camden&area=Islington",
    "/places/E09000030/money",
    "/evidence",
    "/plan",
    "/plan/new?service=fostering",
    "/propose",
    "/plan",
    "/plan/new?service=fostering",
    "/plan/result?service=fostering",
    "/plan/compare",
    "/plan/explain?service=adoption&area=Leeds",
    "/propose",
    "/propose?service=social-work&area=Camden&area=Islington&funding=grant",
    "/sources",
    "/about",
    "/accessibility",
    "/nowhere",
    "/places?nonsense=1",
)
WAIT_MS = 90_000  # a busy machine is slow, not broken
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    if browser_path() is None:
        pytest.skip("needs a browser: apt install chromium")
    service = Served(tmp_path_factory.mktemp("served"), WORKERS="1")
    service.started_s = service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def browser(served):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=browser_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def tab(request, browser, served):
    """A page of the browser that fails the test when anything is refused, missing or elsewhere."""
    context = browser.new_context(
        base_url=served.address, java_script_enabled=request.param == "with JavaScript"
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.faults = []
    page.on("console", lambda told: told.type == "error" and page.faults.append(told.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            asked.url.startswith((served.address, "data:"))
            or page.faults.append(f"asked elsewhere: {asked.url}")
        ),
    )
    yield page
    context.close()
    answered = "Failed to load resource: the server responded with a status of 4"
    assert [fault for fault in page.faults if not fault.startswith(answered)] == []


def test_the_start_page_answers_within_a_minute_of_the_first_start(served):
    assert served.started_s < 60


@pytest.mark.parametrize("width", [1200, 320])
def test_no_page_breaks_a_rule_of_axe_or_is_wider_than_the_screen(browser, served, width):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(base_url=served.address, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    broken = {}
    for address in PAGES:
        page.goto(address)
        found = Axe().run(page, options={"runOnly": RULES})
        if found.violations_count:
            broken[address] = [
                (one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]
            ]
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if beyond > 0:
            broken[f"{address} is wider than {width}"] = beyond
    context.close()
    assert broken == {}


def test_a_newcomer_finds_tower_hamlets_by_postcode_and_reads_its_page(tab):
    tab.goto("/")
    tab.get_by_label("Council, region, code or postcode").fill("E1 4TT")
    tab.get_by_role("button", name="Find").click()
    tab.get_by_role("link", name="Tower Hamlets").first.click()
    assert tab.title() == "Tower Hamlets – Total Place"
    assert "E09000030" in tab.locator("h1").inner_text()
    with tab.expect_download() as coming:
        tab.get_by_role("link", name="Word", exact=True).click()
    assert coming.value.suggested_filename == "profile-E09000030.docx"


def test_suggestions_come_while_typing(browser, served):
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/")
    page.get_by_label("Council, region, code or postcode").press_sequentially("tower h", delay=30)
    page.locator("#matches").get_by_role("link", name="Tower Hamlets").wait_for()
    context.close()


def test_the_keyboard_alone_reaches_the_content_and_a_place_on_the_map(browser, served):
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/measures/lait.AVG_Attain8_Score")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('svg')"):
            break
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/E*")
    assert name.partition(":")[0] in page.locator("h1").inner_text()
    context.close()


def test_pages_print_on_a4_without_the_parts_for_the_screen(browser, served):
    context = browser.new_context(base_url=served.address)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/places/E09000030")
    page.emulate_media(media="print")
    assert not page.locator(".tp-header").is_visible()
    assert page.get_by_role("heading", name="Sources").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()
