"""In Debian's Chromium, with JavaScript and without: every page, every state, axe on each."""

from __future__ import annotations

import pytest
from serving import WAIT_MS

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
    "/places/E09000030/money/unit-costs",
    "/places/E09000030/money/overlap",
    "/places/E09000030/money/pool",
    "/places/E09000030/money/need?theme=care",
    "/places/E09000030/money/make-or-buy?in_house=25",
    "/places/E09000030/money/gap",
    "/places/E09000030/money/gap?cut=12",
    "/places/E10000016/split",
    "/places/E09000030/watch",
    "/measures/frameworks",
    "/evidence",
    "/evidence/team.director",
    "/evidence/guard.agency?service=adoption",
    "/evidence/team.director?value=99",
    "/plan",
    "/plan/new?service=fostering&only=South+West",
    "/plan/stability?service=adoption",
    "/plan/compare?one=service%3Dadoption&other=service%3Dfostering",
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
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


def ask(page, path, button):
    """Fill nothing more in, press the button, and be on the page of the job."""
    page.goto(path)
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url("**/jobs/*")


def until_done(page):
    """Wait until the job's page has given way to the result."""
    page.wait_for_url(lambda url: "/jobs/" not in url, timeout=240_000)


def faults_of(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
    return [*told, *([("wider than the screen", wide)] if wide > 0 else [])]


@pytest.mark.parametrize("width", [1200, 320])
def test_no_state_of_what_is_worked_out_breaks_a_rule(browser, served, width):
    """Running, waiting, cancelled, failed, done; a form with faults; what others call 400 %."""
    seed = f"&seed={width}"
    contexts = [
        browser.new_context(base_url=served.address, viewport={"width": width, "height": 800})
        for _ in range(3)
    ]
    first, second, third = (context.new_page() for context in contexts)
    for page in (first, second, third):
        page.set_default_timeout(WAIT_MS)
    broken = {}
    ask(first, f"/plan/result?service=fostering{seed}", "Work it out")
    ask(second, f"/plan/result?service=adoption{seed}", "Work it out")
    broken["running"], broken["waiting"] = faults_of(first), faults_of(second)
    second.get_by_role("button", name="Cancel").click()
    second.get_by_text("Cancelled").first.wait_for()
    broken["cancelled"] = faults_of(second)
    second.goto(f"/plan/result?service=adoption&partnerships=70&only=South+West{seed}")
    second.get_by_role("button", name="Work it out").click()
    first.get_by_role("button", name="Cancel").click()
    second.get_by_text("It could not be done").first.wait_for(timeout=240_000)
    broken["failed"] = faults_of(second)
    asked = f"?service=social-work&arrangement=shared-management&funding=grant&draws=64{seed}"
    for path, button in (
        ("/plan/result", "Work it out"),
        ("/plan/stability", "Work it out"),
        ("/evidence/team.director", "See what it flips"),
    ):
        ask(third, f"{path}{asked}", button)
        until_done(third)
        broken[f"{path} done"] = faults_of(third)
    ask(third, f"/places/E09000007/money/gap?cut={10 + width % 7}", "Work it out")
    until_done(third)
    broken["gap done"] = faults_of(third)
    third.goto("/evidence/team.director")
    third.get_by_label("Your value").fill("a lot")
    third.get_by_role("button", name="See what it flips").click()
    third.get_by_role("heading", name="There is a problem").wait_for()
    broken["faults"] = faults_of(third)
    for context in contexts:
        context.close()
    assert {state: found for state, found in broken.items() if found} == {}


def test_focus_shows_and_what_can_be_pressed_is_large_enough(browser, served):
    context = browser.new_context(
        base_url=served.address,
        viewport={"width": 320, "height": 640},
        forced_colors="active",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    small, hidden = [], []
    for address in ("/", "/plan/new?service=fostering", "/evidence/team.director", "/propose"):
        page.goto(address)
        small += page.evaluate("""() => [...document.querySelectorAll(`button, select,
            input:not([type=hidden]):not([type=checkbox]):not([type=radio])`)]
            .filter(one => one.offsetParent !== null)
            .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([_, box]) => box.width < 24 || box.height < 24)
            .map(([html, _]) => html)""")
        for _ in range(14):
            page.keyboard.press("Tab")
            hidden += page.evaluate("""() => {
                const one = document.activeElement, style = getComputedStyle(one);
                if (one === document.body) return [];
                const near = [one, one.nextElementSibling, one.closest('.govuk-checkboxes__item')]
                    .filter(Boolean).map(each => getComputedStyle(each));
                const box = getComputedStyle(one.nextElementSibling || one, '::before');
                const shown = [...near, box].some(each => each.outlineStyle !== 'none'
                    && parseFloat(each.outlineWidth) > 0 || each.boxShadow !== 'none');
                return shown ? [] : [one.outerHTML.slice(0, 100)];
            }""")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    context.close()
    assert small == []
    assert hidden == []


def test_maps_keep_their_own_colours_where_the_visitor_forces_others(browser, served):
    context = browser.new_context(base_url=served.address, forced_colors="active")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto("/measures/lait.AVG_Attain8_Score")
    fills = page.evaluate("""() => [...new Set([...document.querySelectorAll('.tp-map path')]
        .map(one => getComputedStyle(one).fill))]""")
    assert len(fills) >= 5
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('.tp-figure svg')).forcedColorAdjust"
        )
        == "none"
    )
    context.close()


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
    page.emulate_media(media="print")
    for address in ("/measures/lait.AVG_Attain8_Score", "/places/E09000030/money/overlap"):
        page.goto(address)
        assert not page.locator(".tp-header").is_visible()
        assert page.pdf(format="A4").startswith(b"%PDF")
    page.goto("/places/E09000030")
    assert page.get_by_role("heading", name="Sources").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()
