"""Everything that is assumed: value, range, source, who commissioned it, how far to trust it.

Flow: evidence.registry -> THIS -> templates/evidence.html
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import path

from totalplace.evidence.registry import Parameter, Registry
from totalplace.web.downloads import Column, Table
from totalplace.web.library import library
from totalplace.web.page import Page, page


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """Words to look for, and how far they are trusted."""

    find: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """What the template reads."""

    groups: tuple[tuple[str, tuple[Parameter, ...]], ...]
    total: int
    listed: int
    find: str
    sha256: str


@page(EvidenceQuery)
def evidence(request: HttpRequest, query: EvidenceQuery) -> Page:
    """Every assumption, by the first part of its id."""
    registry = library().once("registry", lambda _: Registry.load())
    wanted = query.find.casefold().split()
    rows = [one for one in registry if all(word in _text(one) for word in wanted)]
    groups: dict[str, list[Parameter]] = {}
    for one in rows:
        groups.setdefault(one.id.partition(".")[0], []).append(one)
    kept = {one.id for one in rows}
    return Page(
        title="Assumptions",
        template="evidence.html",
        content=EvidencePage(
            groups=tuple((name, tuple(found)) for name, found in groups.items()),
            total=len(registry),
            listed=len(rows),
            find=query.find,
            sha256=registry.sha256,
        ),
        document=lambda: {
            "kind": "assumptions",
            "sha256": registry.sha256,
            "assumptions": [row for row in registry.to_rows() if row["id"] in kept],
        },
        tables=lambda: (assumptions_table(rows),),
        stamp=f"assumptions {registry.sha256[:12]}",
        file_name="assumptions",
    )


def _text(one: Parameter) -> str:
    return f"{one.id} {one.title} {one.source} {one.commissioned_by} {one.note}".casefold()


def assumptions_table(rows: list[Parameter]) -> Table:
    """Some assumptions, unrounded, to take away."""
    return Table(
        name="assumptions",
        title="Assumptions",
        columns=(
            Column("id", "Id"),
            Column("title", "Assumption"),
            Column("value", "Value", "number"),
            Column("low", "Low end of its range", "number"),
            Column("high", "High end of its range", "number"),
            Column("unit", "Unit"),
            Column("price_year", "Price year"),
            Column("distribution", "Distribution"),
            Column("confidence", "How far to trust it"),
            Column("source", "Source"),
            Column("commissioned_by", "Who commissioned it"),
            Column("note", "Note"),
        ),
        rows=[
            (
                one.id,
                one.title,
                one.value,
                one.low,
                one.high,
                one.unit,
                one.price_year,
                str(one.distribution),
                str(one.confidence),
                one.source,
                one.commissioned_by,
                one.note,
            )
            for one in rows
        ],
    )


ROUTES = [path("evidence", evidence, name="evidence")]
