"""What the documentation says is so: its examples run, its reference is fresh, its links arrive.

In any page, a ``python`` block is executed, and a ``console`` block's ``$ totalplace ...`` lines
are run through the command line. Lines below a command, if any, are what it must print; ``...``
stands for anything. A comment on the line before a block changes that:

    <!-- skip: why it cannot run here -->
    <!-- published -->            needs the publishers' own files
    <!-- exit: 3 -->              the command must end so

Blocks of one page run in order, in one namespace and one empty folder. A page that holds
``<!-- tests: slow -->`` runs in the slow tier.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
PAGES = sorted(
    [*DOCS.rglob("*.md"), *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md"))]
)
BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>.+?) -->\n+)?^```(?P<kind>python|console)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """One example in a page."""

    page: str
    line: int
    kind: str
    body: str
    mark: str

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def skipped(self) -> bool:
        return self.mark.startswith("skip")

    @property
    def exit_code(self) -> int:
        return int(self.mark.removeprefix("exit:")) if self.mark.startswith("exit:") else 0


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(
            page=page.relative_to(REPOSITORY).as_posix(),
            line=text.count("\n", 0, found.start("body")) + 1,
            kind=found["kind"],
            body=found["body"],
            mark=found["mark"] or "",
        )
        for found in BLOCK.finditer(text)
    ]


RUNNABLE = {page: blocks for page in PAGES if (blocks := blocks_of(page))}
SLOW = "<!-- tests: slow -->"


def named(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def runnable_pages() -> list[Any]:
    """Pages with examples, each under its name, slow ones marked."""
    return [
        pytest.param(
            page,
            id=named(page),
            marks=[pytest.mark.slow] if SLOW in page.read_text("utf-8") else [],
        )
        for page in RUNNABLE
    ]


def run_command(line: str) -> tuple[str, int]:
    """What a ``totalplace`` command printed (both streams), and its exit code."""
    from totalplace.cli.app import main

    printed = io.StringIO()
    before, code = sys.argv, 0
    sys.argv = shlex.split(line)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
    finally:
        sys.argv = before
    return printed.getvalue(), code


def run_console(block: Block) -> None:
    """Run each ``$`` line of a block and hold what it prints against the lines below it."""
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.replace("\\\n", " ").partition("\n")
        if not command.startswith("totalplace "):
            continue
        printed, code = run_command(command)
        assert code == block.exit_code, f"{block.where}: {command}: exit {code}\n{printed}"
        if wanted.strip():
            got = "\n".join(line.rstrip() for line in printed.strip().splitlines()) + "\n"
            same = doctest.OutputChecker().check_output(
                wanted.strip() + "\n", got, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            )
            assert same, f"{block.where}: {command} printed\n{got}"


@pytest.mark.parametrize("page", runnable_pages())
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": "__example__"}
    for block in RUNNABLE[page]:
        if block.skipped:
            assert block.mark.partition(":")[2].strip(), f"{block.where}: say why it is skipped"
            continue
        if block.mark == "published":
            namespace["PUBLISHED"] = str(request.getfixturevalue("open_data"))
        if block.kind == "console":
            run_console(block)
        else:
            code = compile("\n" * (block.line - 1) + block.body, str(page), "exec")
            exec(code, namespace)


def test_the_generated_reference_is_fresh():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.stale() == [], "run `make docs` and commit what it wrote"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_arrive(page):
    targets = [a or b for a, b in LINK.findall(page.read_text("utf-8"))]
    missing = [
        target
        for target in targets
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (page.parent / target.partition("#")[0]).exists()
    ]
    assert not missing


@pytest.mark.slow
def test_the_built_site_loads_nothing_from_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    build(load_config(str(REPOSITORY / "mkdocs.yml"), site_dir=str(tmp_path), strict=True))
    loads = re.compile(
        r"""<(?:script|img|link|iframe|source)\b[^>]*(?:src|href)=["']?(?:https?:)?//"""
    )
    outside = {
        page.name: found
        for page in tmp_path.rglob("*.html")
        if (found := loads.findall(page.read_text("utf-8")))
    }
    assert not outside
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet.name
