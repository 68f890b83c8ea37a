"""Pages on the JSON documents, from the schemas they are held against.

Flow: reports/schema -> THIS -> reference/plan-json.md and its kin
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from generator.markdown import grid


def document_page(name: str) -> str:
    """One of the JSON documents, from the schema it is held against."""
    schema = json.loads(
        (resources.files("totalplace.reports") / "schema" / f"{name}.schema.json").read_text(
            "utf-8"
        )
    )
    parts = [
        f"# The {name} as JSON",
        f"{schema['description']} What `--json` prints obeys this schema, which is in the package "
        f"as `reports/schema/{name}.schema.json`.",
        properties(schema),
    ]
    for key, part in schema.get("$defs", {}).items():
        if "properties" in part:
            parts += [f"## {key}", part.get("description", ""), properties(part)]
    return "\n\n".join(part for part in parts if part)


def properties(schema: dict[str, Any]) -> str:
    """The properties of one object as a table."""
    return grid(
        ["name", "type", "unit", "meaning"],
        (
            [f"`{name}`", kind(part), part.get("unit", ""), part.get("description", "")]
            for name, part in schema["properties"].items()
        ),
    )


def kind(part: dict[str, Any]) -> str:
    """A property's type in words."""
    match part:
        case {"$ref": target}:
            name = target.rpartition("/")[2]
            words = f"[{name}]({'' if target.startswith('#') else 'appraisal-json.md'}#{name})"
        case {"const": value}:
            words = f"`{value}`"
        case {"enum": values}:
            words = ", ".join("null" if value is None else f"`{value}`" for value in values)
        case {"anyOf": several}:
            words = " or ".join(kind(one) for one in several)
        case {"type": "array", "items": items}:
            words = f"list of {kind(items)}"
        case {"type": list(several)}:
            words = " or ".join(several)
        case _:
            words = str(part.get("format") or part.get("type", ""))
    return words
