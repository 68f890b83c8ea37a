"""The page on the command line, from the command line's own description of itself.

Flow: totalplace.cli -> THIS -> reference/command-line.md
"""

from __future__ import annotations

import inspect
from typing import Any, get_args

from generator.markdown import grid


def cli_page() -> str:
    """Every command with its options, from the command line's own description of itself."""
    from typer.main import get_command

    from totalplace.cli.app import app

    parts = [
        "# The command line",
        "Every command takes `--help`. Exit codes: 0 done; 1 you can mend it, and the message says "
        "how; 2 wrong usage; 3 no plan exists, and the message says which limit forbids it.",
        *commands(get_command(app), "totalplace"),
    ]
    return "\n\n".join(parts)


def commands(command: Any, name: str) -> list[str]:
    """A command and the commands below it."""
    below = getattr(command, "commands", {})
    parts = [] if name == "totalplace" else [f"{'#' * (1 + name.count(' '))} {name}"]
    parts.append(inspect.cleandoc(command.help or ""))
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p not in arguments and p.name not in EVERYWHERE]
    if not below:
        takes = "".join(f" {p.metavar or p.name.upper()}" for p in arguments)
        parts.append(f"```text\n{name}{takes}{' [OPTIONS]' if options else ''}\n```")
    rows = [[f"`{p.metavar or p.name.upper()}`", p.help or "", ""] for p in arguments]
    rows += [option(p) for p in options]
    if rows:
        parts.append(grid(["option", "meaning", "default"], rows))
    for child in below:
        parts += commands(below[child], f"{name} {child}")
    return [part for part in parts if part]


EVERYWHERE = {"help", "install_completion", "show_completion"}


def option(parameter: Any) -> list[str]:
    """One row about one option."""
    choices = get_args(parameter.type_descriptor.annotation)
    value = parameter.metavar or " or ".join(str(choice) for choice in choices)
    first, *others = parameter.opts
    if value and not parameter.is_flag:
        first += f" {value}"
    default = parameter.default
    shown = "" if default is None or isinstance(default, bool | list | tuple) else str(default)
    return [
        ", ".join(f"`{name}`" for name in (first, *others)),
        parameter.help or "",
        "required" if parameter.required else shown,
    ]
