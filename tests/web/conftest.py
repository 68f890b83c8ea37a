"""The application as a visitor meets it, on a database and a data folder of its own.

Flow: pytest -> THIS -> tests/web
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from serving import WAIT_MS, Served, browser_path
from visiting import Visitor


def pytest_configure(config):
    """Name the data folder before any module of the application is imported."""
    folder = tempfile.mkdtemp(prefix="totalplace-web-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    for name in [name for name in os.environ if name.startswith("TOTALPLACE_WEB_")]:
        del os.environ[name]
    os.environ["TOTALPLACE_WEB_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "totalplace.web.settings"


@pytest.fixture(scope="session")
def site():
    """The application, its database made, static files by their plain names."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from totalplace.web.setup import start_django

    (Path(os.environ["TOTALPLACE_WEB_DATA"]) / "built").mkdir(exist_ok=True)
    start_django()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    setup_test_environment()
    from totalplace.web import visitors

    visitors.NEWCOMERS = visitors.Newcomers(most=10**9)  # all tests come from one address
    return settings


@pytest.fixture
def visitor(site):
    """A browser of a stranger: every page it gets is checked for what all pages must have."""
    return Visitor()


# -- served for real, in a real browser (slow tier) ------------------------------------------------


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
    ended = ("htmx:afterRequest", "htmx:sendAbort")  # left before the answer had come
    assert [fault for fault in page.faults if not fault.startswith((answered, *ended))] == []
