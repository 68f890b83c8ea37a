"""The page on the Python names: signatures, docstrings, and the fields of every result.

Flow: docstrings and comments -> THIS -> reference/python.md
"""

from __future__ import annotations

import ast
import inspect
import re
import tokenize
from collections.abc import Callable, Iterable
from dataclasses import is_dataclass
from importlib import import_module
from io import StringIO
from types import ModuleType
from typing import Any

from generator.markdown import grid

SECTION = re.compile(r"^(Args|Returns|Raises|Source|Yields):\s*(.*)$")


def python_page() -> str:
    """The public names of the package, then the results they return."""
    import totalplace

    parts = ["# Python", "`import totalplace as tp`. Names are loaded on first use."]
    for name, home in totalplace._PUBLIC.items():
        thing = getattr(import_module(home), name)
        parts += class_part(thing) if inspect.isclass(thing) else function_part(name, thing)
    errors, results = (
        import_module(f"totalplace.{name}") for name in ("errors", "footprints.results")
    )
    parts += [
        "## Results { #results }",
        first_paragraphs(results),
        *(part for thing in classes(results) for part in record_part(thing)),
        "## Errors { #errors }",
        first_paragraphs(errors),
    ]
    return "\n\n".join(parts)


def first_paragraphs(module: ModuleType) -> str:
    """A module's docstring without its place in the flow."""
    told = inspect.cleandoc(module.__doc__ or "")
    kept = [
        block
        for block in told.split("\n\n")
        if not block.startswith(("Flow:", "Place in the flow:", "In:"))
    ]
    text = "\n\n".join(kept)
    return re.sub(r"((?:^    .*\n?)+)", lambda m: f"```\n{m[1].rstrip()}\n```\n", text, flags=re.M)


def classes(module: ModuleType) -> list[type]:
    """The classes a module defines, in the order it defines them."""
    found = [c for _, c in inspect.getmembers(module, inspect.isclass)]
    own = [c for c in found if c.__module__ == module.__name__]
    return sorted(own, key=lambda c: inspect.getsourcelines(c)[1])


def function_part(name: str, function: Callable[..., Any], level: str = "##") -> list[str]:
    """A function's signature and docstring."""
    return [f"{level} {name}", signature(name, function), docstring(function)]


def class_part(thing: type) -> list[str]:
    """A class with its public methods and properties."""
    parts = [f"## {thing.__name__}", docstring(thing)]
    for name, member in vars(thing).items():
        if name.startswith("_") or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        if isinstance(member, property):
            parts += [f"### {thing.__name__}.{name}", docstring(member)]
        else:
            parts += function_part(f"{thing.__name__}.{name}", member, "###")
    return parts


def signature(name: str, function: Callable[..., Any]) -> str:
    """The signature, one argument to a line when it is long."""
    given = inspect.signature(function)
    arguments, starred = [], False
    for parameter in given.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            arguments, starred = [*arguments, "*"], True
        default = "" if parameter.default is parameter.empty else f" = {str_of(parameter.default)}"
        arguments.append(f"{parameter.name}: {parameter.annotation}{default}")
    text = f"{name}({', '.join(arguments)}) -> {given.return_annotation}"
    if len(text) > 90:
        body = "".join(f"    {argument},\n" for argument in arguments)
        text = f"{name}(\n{body}) -> {given.return_annotation}"
    return f"```text\n{text}\n```"


def str_of(default: object) -> str:
    """A default as one would write it."""
    return f'"{default}"' if isinstance(default, str) else repr(default)


def docstring(thing: object) -> str:
    """A Google-style docstring as Markdown: its sections become lists."""
    lines, section = [], ""
    for line in inspect.cleandoc(getattr(thing, "__doc__", "") or "").splitlines():
        if found := SECTION.match(line):
            section = found[1]
            lines += ["", f"**{'Arguments' if section == 'Args' else section}** {found[2]}", ""]
        elif section and (entry := re.match(r"^    (\*{0,2}\w+): (.*)$", line)):
            lines.append(f"- `{entry[1]}`: {entry[2]}")
        elif section and line.startswith("    "):
            lines.append(f"  {line.strip()}")
        else:
            section = "" if line.strip() else section
            lines.append(line)
    return re.sub(r"``([^`]+)``", r"`\1`", "\n".join(lines)).strip()


def record_part(thing: type) -> list[str]:
    """A frozen result: its fields with the comments that explain them, and its properties."""
    rows = list(fields_with_comments(thing)) if is_dataclass(thing) else []
    rows += [
        [f"`{name}`", "", first_line(member)]
        for name, member in vars(thing).items()
        if isinstance(member, property) and not name.startswith("_")
    ]
    parts = [f"### {thing.__name__}", docstring(thing)]
    return [*parts, grid(["field", "type", "meaning"], rows)] if rows else parts


def first_line(thing: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def fields_with_comments(thing: type) -> Iterable[list[str]]:
    """Name, type and trailing comment of each field, read from the source."""
    source = inspect.cleandoc("\n" + inspect.getsource(thing))
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    body = ast.parse(source).body[0]
    assert isinstance(body, ast.ClassDef)
    for node in body.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            told = " ".join(comments[line] for line in lines if line in comments)
            yield [f"`{node.target.id}`", f"`{ast.unparse(node.annotation)}`", told]
