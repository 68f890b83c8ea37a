"""Accounts and workspaces in Debian's Chromium: by hand, by keyboard, without JavaScript."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest
from serving import WAIT_MS

pytestmark = pytest.mark.slow

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PASSWORD = "a heron counts 7 lanterns"
PROPOSAL = "/propose?service=social-work&area=E09000007&area=E09000019&funding=a+grant"
NUMBERS = itertools.count(1)
MAIN = "from totalplace.cli.app import main; main()"


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def scripted(request):
    return request.param == "with JavaScript"


@pytest.fixture
def open_tab(browser, served):
    """Opens browsers of different people; a refused script or style fails the test."""
    contexts, faults = [], []

    def opened(*, script=True, width=1200):
        context = browser.new_context(
            base_url=served.address,
            java_script_enabled=script,
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda told: told.type == "error" and faults.append(told.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    answered = "Failed to load resource: the server responded with a status of 4"
    assert [fault for fault in faults if not fault.startswith(answered)] == []


def operator(served, *words):
    """What whoever runs the service types; what it prints."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TOTALPLACE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "web", *words, "--data", str(served.data)],
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def found_partnership(served):
    """A new partnership, its first manager, and the link by which that one gets in."""
    number = next(NUMBERS)
    room, manager = f"Severn and Wye {number}", f"mona.{number}"
    operator(served, "partnership", "add", room, "--area", "Camden", "--area", "Islington")
    operator(served, "user", "add", manager, "--name", f"Mona {number}", "--at", served.address)
    joined = ("member", "add", manager, "--partnership", room, "--role", "manager")
    return room, manager, operator(served, *joined, "--at", served.address)


def take_up(page, link, username):
    """Set the password by a link, and sign in with it."""
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.get_by_text("Your password is set").wait_for()
    sign_in(page, username)


def sign_in(page, username):
    page.get_by_label("Name you sign in with").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def invite(page, room, role):
    """A new member with that role; the name to sign in with, and the link."""
    username = f"{role}.{next(NUMBERS)}"
    page.goto("/workspaces")
    page.get_by_role("link", name=room).click()
    page.get_by_role("link", name="Members").click()
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Their name").fill(username.capitalize())
    page.get_by_label("Name to sign in with").fill(username)
    page.get_by_label(role.capitalize() + ":").check()
    page.get_by_role("button", name="Make the account").click()
    return username, page.locator("#link").inner_text()


def save_proposal(page, name):
    page.goto(PROPOSAL)
    page.get_by_text("Save this to a workspace").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save to").click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def test_a_partnership_works_from_the_first_link_to_a_saved_proposal(served, open_tab, scripted):
    """From the command line to a note, by three people; a fourth is refused."""
    room, manager, link = found_partnership(served)
    mona = open_tab(script=scripted)
    take_up(mona, link, manager)
    analyst, to_analyst = invite(mona, room, "analyst")
    reader, to_reader = invite(mona, room, "reader")

    ann = open_tab(script=scripted)
    take_up(ann, to_analyst, analyst)
    save_proposal(ann, "Camden with Islington")
    ann.get_by_label("Write a note").fill("Ask the members in March.")
    ann.get_by_role("button", name="Add the note").click()
    ann.get_by_text("Ask the members in March.").wait_for()
    saved = ann.url.partition("#")[0]

    rita = open_tab(script=scripted)
    take_up(rita, to_reader, reader)
    rita.get_by_role("link", name=room).click()
    rita.get_by_role("link", name="Camden with Islington").click()
    assert "Ask the members in March." in rita.locator("main").inner_text()
    assert rita.get_by_role("button", name="Add the note").count() == 0
    rita.goto(PROPOSAL)
    assert rita.get_by_text("Save this to a workspace").count() == 0

    other_room, other, link = found_partnership(served)
    bob = open_tab(script=scripted)
    take_up(bob, link, other)
    assert bob.goto(saved).status == 404
    assert "Camden with Islington" not in bob.locator("body").inner_text()
    assert bob.goto(saved.partition("/saved/")[0]).status == 404
    bob.goto("/workspaces")
    assert room not in bob.locator("main").inner_text()
    assert other_room in bob.locator("main").inner_text()

    mona.goto(saved)
    mona.get_by_role("button", name="Delete it").click()
    mona.get_by_role("link", name="Trail of changes").click()
    told = mona.locator("main").inner_text()
    assert "Proposal “Camden with Islington”".lower() in told.lower()
    mona.get_by_role("button", name="Sign out").click()
    mona.get_by_role("link", name="Sign in").wait_for()
    assert ann.goto(saved).status == 404


@pytest.mark.parametrize("width", [1200, 320])
def test_no_page_of_a_workspace_breaks_a_rule_of_axe_or_is_too_wide(served, open_tab, width):
    from axe_playwright_python.sync_playwright import Axe

    broken = {}
    page = open_tab(width=width)

    def look(state):
        found = Axe().run(page, options={"runOnly": RULES})
        if found.violations_count:
            broken[state] = [
                (one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]
            ]
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if beyond > 0:
            broken[f"{state} is wider than {width}"] = beyond

    for state, _ in every_state(served, page):
        look(state)
    assert broken == {}


def every_state(served, page):
    """Leads a page through every page and state of accounts and workspaces; names each."""
    room, manager, link = found_partnership(served)
    page.goto("/sign-in")
    yield "sign in", page
    page.get_by_role("button", name="Sign in", exact=True).click()
    yield "sign in, nothing typed", page
    page.goto("/set-password?link=x")
    yield "a void link", page
    page.goto(link)
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Set the password").click()
    yield "set password, too short", page
    take_up(page, link, manager)
    yield "workspaces", page
    page.get_by_role("link", name=room).click()
    base = page.url
    yield "an empty workspace", page
    page.goto(f"{base}/members/invite")
    page.get_by_label("Name to sign in with").fill("two words")
    page.get_by_role("button", name="Make the account").click()
    yield "invite, with a mistake", page
    invite(page, room, "analyst")
    yield "a link to pass on", page
    page.goto(f"{base}/members")
    yield "members", page
    page.get_by_role("link", name="Analyst").click()
    yield "a member", page
    page.goto(PROPOSAL)
    page.get_by_text("Save this to a workspace").click()
    yield "a proposal to save", page
    save_proposal(page, "Camden with Islington, as we talked of it in the spring meeting")
    page.get_by_label("Write a note").fill("A note\n\n" + "withoutanyspaces" * 12)
    page.get_by_role("button", name="Add the note").click()
    yield "a saved proposal with a note", page
    page.get_by_role("link", name="Change the note").click()
    page.get_by_label("Change a note").fill(" ")
    page.get_by_role("button", name="Keep the note").click()
    yield "a note with nothing in it", page
    page.goto(base)
    yield "a workspace", page
    page.goto(f"{base}/trail")
    yield "the trail", page
    page.goto("/account")
    yield "the account", page
    page.goto("/account/password")
    page.get_by_role("button", name="Change the password").click()
    yield "change password, nothing typed", page
    page.goto("/workspaces/00000000-0000-4000-8000-000000000000")
    yield "a workspace of others", page


def test_the_keyboard_alone_signs_in_saves_and_signs_out(served, open_tab):
    room, manager, link = found_partnership(served)
    take_up(open_tab(), link, manager)
    page = open_tab()
    page.goto("/sign-in?next=/workspaces")
    press_until(page, "document.activeElement.name === 'username'")
    page.keyboard.type(manager)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your workspaces").wait_for()
    page.goto(PROPOSAL)
    press_until(page, "document.activeElement.textContent.includes('Save this to')", most=400)
    page.keyboard.press("Enter")
    press_until(page, "document.activeElement.id === 'save-name'")
    page.keyboard.press("Control+A")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="By keyboard", level=1).wait_for()
    assert room in page.locator("body").inner_text()
    press_until(page, "document.activeElement.textContent === 'Sign out'")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Sign in").wait_for()


def press_until(page, reached, *, most=60):
    """Tab on until there; every stop on the way can be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(reached):
            return
    raise AssertionError(f"{most} tabs do not lead to {reached}")


def test_the_way_back_shows_nothing_after_signing_out(served, open_tab):
    room, manager, link = found_partnership(served)
    page = open_tab()
    take_up(page, link, manager)
    page.get_by_role("link", name=room).click()
    page.get_by_role("heading", name=room, level=1).wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Sign in", level=1).wait_for()
    assert page.get_by_role("heading", name=room).count() == 0
