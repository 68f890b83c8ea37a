"""Pages from data: the book's tables, the assumptions, the services.

Flow: schema.toml, parameters.toml, services.toml -> THIS -> reference pages
"""

from __future__ import annotations

from typing import Any

from generator.markdown import anchor, grid


def schema_page() -> str:
    """Every table and column of a place book."""
    from totalplace.book.schema import load_schema

    schema = load_schema()
    parts = [
        "# The place book's tables",
        "A place book is one DuckDB file. Any tool that reads DuckDB can read it. "
        f"This page describes schema version {schema.version}; a book says which it has in `meta`.",
        grid(
            ["table", "holds"],
            ([f"[{table.name}](#{table.name})", table.meaning] for table in schema.tables.values()),
        ),
    ]
    for table in schema.tables.values():
        columns = (
            [f"`{column.name}`", column.sql_type.lower(), column.unit, column.meaning]
            for column in table.columns
        )
        parts += [
            f"## {table.name}",
            table.meaning,
            grid(["column", "type", "unit", "meaning"], columns),
        ]
    return "\n\n".join(parts)


def parameters_page() -> str:
    """Every assumption, its range and where it comes from."""
    from totalplace.evidence.registry import Registry

    registry = Registry.load()
    by_group: dict[str, list[Any]] = {}
    for row in registry:
        by_group.setdefault(row.id.split(".")[0], []).append(row)
    parts = [
        "# Assumptions",
        f"The {len(registry)} assumptions behind every plan. `totalplace evidence` prints the same "
        f"rows. Their hash, stamped on every result, is `{registry.sha256[:6]}` as published here. "
        "[How to change one](../how-to/change-an-assumption.md).",
        grid(
            ["assumption", "value", "range", "unit", "confidence"],
            (
                (
                    f"[`{row.id}`](#{anchor(row.id)})",
                    f"{row.value:g}",
                    span(row),
                    row.unit,
                    row.confidence,
                )
                for row in registry
            ),
        ),
    ]
    for rows in by_group.values():
        for row in rows:
            facts = [
                ("value", f"{row.value:g} {row.unit}"),
                ("range", f"{span(row)}, {row.distribution}"),
                ("price year", row.price_year),
                ("source", row.source),
                ("who commissioned it", row.commissioned_by),
                ("confidence", row.confidence),
                ("note", row.note),
            ]
            parts += [
                f"## {row.id} {{ #{anchor(row.id)} }}",
                f"{row.title}.",
                grid(["", ""], ([name, value] for name, value in facts if value)),
            ]
    return "\n\n".join(parts)


def span(row: Any) -> str:
    """The stated range of an assumption."""
    return f"{row.low:g} to {row.high:g}"


def services_page() -> str:
    """Every service: what it takes, how it may be shared, within which limits."""
    from totalplace.evidence.registry import Registry
    from totalplace.money.services import services

    registry = Registry.load()
    parts = [
        "# Services",
        "What may be shared, and how. `totalplace services` lists the same. A service is a table "
        "in `money/services.toml`; adding one takes no code.",
        grid(
            ["service", "what it is", "arrangements allowed"],
            (
                [f"[`{row.id}`](#{row.id})", row.title, ", ".join(row.arrangements)]
                for row in services().values()
            ),
        ),
    ]
    for row in services().values():
        limits = [
            f"{arrangement}: {name.replace('_', ' ')} {registry[given].value:,.0f}"
            for arrangement, ids in row.limits.items()
            for name in ("span_km", "members", "children")
            if (given := getattr(ids, name))
        ]
        facts = [
            ("spend", PRICED_FROM[row.pricing].format(", ".join(row.lines), row.share)),
            ("counted by", row.volume.words),
            ("arrangements", ", ".join(row.arrangements)),
            ("limits", "; ".join(limits)),
            (
                "touches safeguarding",
                "yes: the guards on leaders and steady hands apply" if row.safeguarding else "no",
            ),
            ("buys placements", "yes" if row.buys_placements else "no"),
            ("watched by", ", ".join(f"`{item}`" for item in row.watched)),
            ("already inside", f"{row.part_of}: do not add the two up" if row.part_of else ""),
            ("note", row.note),
        ]
        parts += [
            f"## {row.id}",
            f"{row.title}.",
            grid(["", ""], ([name, value] for name, value in facts if value)),
        ]
    return "\n\n".join(parts)


PRICED_FROM = {
    "lines": "revenue outturn (RO3) lines: {0}",
    "total": "one total of the section 251 outturn; always a flagged estimate",
    "weekly": "weekly unit cost times children, over several years; always a flagged estimate",
    "share": "an assumed share of all children's social care spend (`{1}`); a flagged estimate",
    "none": "nothing defensible, so it stays unpriced",
}
