"""Fixtures every test may use, and the surroundings every test runs in.

Flow: pytest -> THIS -> tests/*
Nothing a test does may depend on, or leave anything in, the home folder of whoever runs it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from totalplace.book.store import Book

REPOSITORY = Path(__file__).resolve().parent.parent
OPEN_DATA = "TOTALPLACE_OPEN_DATA"
NO_OPEN_DATA = f"needs the published files: set {OPEN_DATA} to the folder that holds them"

# The same examples on every run and no clock: a red test stays red until someone mends it.
# The slow tier may look further afield: HYPOTHESIS_PROFILE=search make test-slow
settings.register_profile(
    "house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def open_data_folder() -> Path | None:
    """The folder of published files, or None when this machine has none."""
    named = os.environ.get(OPEN_DATA, "").strip()
    return Path(named).resolve() if named else None


def pytest_configure(config: pytest.Config) -> None:
    """Give the whole run (every worker of it) one cache of its own, and plain output."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        cache = tempfile.mkdtemp(prefix="totalplace-tests-")
        os.environ["TOTALPLACE_CACHE"] = cache
        config.add_cleanup(lambda: shutil.rmtree(cache, ignore_errors=True))
    os.environ.setdefault("NUMBA_CACHE_DIR", str(REPOSITORY / ".cache" / "numba"))
    os.environ.update(NO_COLOR="1", COLUMNS="100", TERMINAL_WIDTH="100")
    for name in ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS"):  # each would switch colour on
        os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip `published` tests, saying why, where there are no published files."""
    if open_data_folder() is not None:
        return
    for item in items:
        if item.get_closest_marker("published"):
            item.add_marker(pytest.mark.skip(reason=NO_OPEN_DATA))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout itself, for tests about the house rather than the code."""
    return REPOSITORY


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of published files; mark the test `published` too."""
    folder = open_data_folder()
    if folder is None:
        pytest.skip(NO_OPEN_DATA)
    if not folder.is_dir():
        pytest.fail(f"{OPEN_DATA} names {folder}, which is not a folder")
    return folder


@pytest.fixture(scope="session")
def england() -> Iterator[Book]:
    """The book of the embedded England pack: real figures, open once per worker."""
    import totalplace

    with totalplace.england() as book:
        yield book
