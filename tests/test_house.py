"""The house rules that a machine can check: see CONTRIBUTING.md for the reasons."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "src" / "totalplace"
MODULES = sorted(SOURCE.rglob("*.py"))
LOCKS = sorted((REPOSITORY / "requirements").glob("*.txt"))
LONGEST_MODULE = 450
LARGEST_FILE = 2_500_000
UNFINISHED = re.compile("|".join((r"\bTO" + "DO\b", r"\bFIX" + "ME\b", r"\bXX" + "X\b")))
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|Users|root|work)/\w")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control."""
    try:
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z"],
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, so there is no list of tracked files")
    names = done.stdout.decode("utf-8").split("\0")
    return tuple(path for name in names if name and (path := REPOSITORY / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Tracked files that are text, by name."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            name = path.relative_to(REPOSITORY).as_posix()
            found[name] = content.decode("utf-8", errors="replace")
    return found


def named(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_says_what_it_is_and_where_in_the_flow(module):
    told = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    assert re.search(r"\bflow\b", told, re.IGNORECASE), (
        f"{named(module)}: open with a docstring that has a line 'Flow: a -> THIS -> b'"
    )


def test_no_module_is_too_long_to_read():
    long = {
        named(m): n
        for m in MODULES
        if (n := len(m.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long, f"over {LONGEST_MODULE} lines, split by noun: {long}"


def test_every_test_file_has_a_name_of_its_own():
    names = sorted(path.name for path in Path(__file__).parent.rglob("test_*.py"))
    assert len(names) > 100
    assert sorted(set(names)) == names  # the runner cannot hold two modules of one name


def test_nothing_is_left_for_later():
    marked = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not marked


def test_no_path_of_one_machine_is_committed():
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not found


def test_no_large_file_is_committed():
    large = {p.name: size for p in tracked() if (size := p.stat().st_size) > LARGEST_FILE}
    assert not large


def test_no_published_file_is_committed():
    kinds = (".ods", ".xlsx", ".xls", ".parquet", ".duckdb")
    outside_pack = [
        path.relative_to(REPOSITORY).as_posix()
        for path in tracked()
        if path.suffix in kinds and REPOSITORY / "data" / "england" not in path.parents
    ]
    assert not outside_pack, "published files stay with their publishers; commit facts, not files"


def pins(lock: Path) -> dict[str, str]:
    """Name and version of every package in a lock, with its markers left out."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_pins_and_hashes_everything_and_names_no_address(lock):
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    assert "--find-links" not in text
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE))
    for entry in filter(str.strip, entries):
        assert re.match(r"[A-Za-z0-9._-]+(\[[\w,]+\])?==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_developers_run_what_users_run():
    user, dev = (pins(REPOSITORY / "requirements" / name) for name in ("user.txt", "dev.txt"))
    assert user
    differ = {name: (version, dev.get(name)) for name, version in user.items()}
    assert {name: pair for name, pair in differ.items() if pair[0] != pair[1]} == {}


@pytest.mark.slow
def test_the_wheel_carries_data_and_licences_and_nothing_else(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    data = {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    pack = {
        f"totalplace/_data/england/{path.name}"
        for path in (REPOSITORY / "data" / "england").glob("[!.]*")
    }
    assert (data | pack) <= set(names)
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE", "NOTICE", "METADATA"}
    assert {name.partition("/")[0] for name in names} <= {
        "totalplace",
        wheel.name.partition("-py3")[0] + ".dist-info",
    }
