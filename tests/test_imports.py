"""Importing is quick because nothing heavy is loaded until it is used.

A list of modules is checked rather than a stopwatch: it says what went wrong, on any machine.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

HEAVY = ("altair", "duckdb", "highspy", "numba", "numpy", "polars", "scipy", "shapely", "typer")


def loaded_by(code: str, watched: tuple[str, ...]) -> tuple[list[str], str]:
    """Run ``code`` in a fresh interpreter: which of ``watched`` it loaded, and what it printed."""
    report = (
        "import sys\n"
        f"try:\n    {code}\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print('loaded:', *[name for name in {watched!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    *printed, last = done.stdout.splitlines()
    return last.removeprefix("loaded:").split(), "\n".join(printed)


def test_importing_the_package_loads_nothing_heavy_and_prints_nothing():
    assert loaded_by("import totalplace", HEAVY) == ([], "")


@pytest.mark.parametrize("package", ["book.store", "types", "errors"])
def test_lower_packages_do_not_pull_in_the_charts_or_the_solver(package):
    loaded, _ = loaded_by(f"import totalplace.{package}", ("altair", "highspy", "numba", "typer"))
    assert loaded == []


def test_help_loads_neither_the_store_nor_the_solver():
    code = (
        "import sys; sys.argv = ['totalplace', '--help']; "
        "from totalplace.cli.app import main; main()"
    )
    watched = ("altair", "duckdb", "highspy", "numba", "polars", "scipy", "shapely")
    loaded, printed = loaded_by(code, watched)
    assert loaded == []
    assert "plan" in printed


def test_every_public_name_is_there_and_comes_from_where_it_says():
    import totalplace

    for name, module in totalplace._PUBLIC.items():
        found = getattr(totalplace, name)
        assert callable(found), name
        if not isinstance(found, ModuleType):  # `measures` is a package that may also be called
            assert found.__module__ == module
        assert hasattr(import_module(module), name)
    assert set(totalplace._PUBLIC) <= set(dir(totalplace))
