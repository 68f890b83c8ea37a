"""The application as a visitor meets it, on a database and a data folder of its own.

Flow: pytest -> THIS -> tests/web
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
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
