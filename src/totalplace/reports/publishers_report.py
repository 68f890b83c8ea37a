"""One service on two publishers' figures as text, JSON, web page, workbook and files.

Flow: reports.publishers_words -> THIS -> cli.publishers, scenarios.publishers_result
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from totalplace.footprints.results import Range
from totalplace.reports.leaflet import leaflet_text
from totalplace.reports.leaflet_page import leaflet_page
from totalplace.reports.leaflet_workbook import leaflet_workbook
from totalplace.reports.publishers_words import publishers_leaflet
from totalplace.reports.write import write_whole
from totalplace.scenarios.publishers_result import RULE, BaseView, TwoPublishers

SCHEMA_VERSION = "1.0"
Json = dict[str, Any]


def publishers_text(one: TwoPublishers, *, width: int) -> str:
    """Plain text that ends in a newline."""
    return leaflet_text(publishers_leaflet(one), width=width)


def publishers_page(one: TwoPublishers) -> str:
    """A web page that stands alone."""
    return leaflet_page(publishers_leaflet(one))


def publishers_workbook(one: TwoPublishers) -> bytes:
    """The bytes of an .xlsx file."""
    return leaflet_workbook(publishers_leaflet(one))


def publishers_to_json(one: TwoPublishers) -> str:
    """JSON text, indented, ending in a newline. See ``schema("publishers")``."""
    return json.dumps(publishers_document(one), ensure_ascii=False, indent=2) + "\n"


def publishers_document(one: TwoPublishers) -> Json:
    """Plain values, keys in a fixed order. A figure that is not printed is null."""
    return {
        "kind": "publishers",
        "schema_version": SCHEMA_VERSION,
        "service": one.service,
        "title": one.title,
        "arrangements": list(one.arrangements),
        "rule": RULE,
        "usual_ratio": one.usual_ratio,
        "plans": [_view(one.outturn), _view(one.section_251)],
        "same_partnerships": one.same,
        "pairs_kept": one.pairs_kept,
        "moved": list(one.moved),
        "outturn_plan_on_section_251": _range(one.outturn_plan_on_251),
        "regret": one.regret,
        "not_valued": one.not_valued,
        "figures": [
            {
                "area_code": each.area_code,
                "name": each.name,
                "outturn": each.outturn,
                "section_251": each.section_251,
                "difference": each.difference,
                "used": each.used,
                "flags": list(each.flags),
            }
            for each in one.figures
        ],
        "sources": list(one.sources),
        "seed": one.seed,
        "draws": one.draws,
        "assumptions_sha256": one.assumptions_sha256,
        "book_hash": one.book_hash,
        "version": one.version,
    }


def _view(one: BaseView) -> Json:
    return {
        "publisher": one.publisher,
        "priced": one.priced,
        "value": _range(one.value),
        "saving_a_year": _range(one.saving_a_year),
        "partnerships": [list(names) for names in one.partnerships],
    }


def _range(amount: Range | None) -> Json | None:
    return None if amount is None else asdict(amount)


def write_publishers(one: TwoPublishers, folder: str | Path) -> list[Path]:
    """Write ``publishers.html``, ``.xlsx`` and ``.json`` into a folder, made if need be.

    Raises:
        InputError: The folder cannot be made or written. Files that were there are unchanged.
    """
    return write_whole(
        folder,
        {
            "publishers.html": publishers_page(one).encode("utf-8"),
            "publishers.xlsx": publishers_workbook(one),
            "publishers.json": publishers_to_json(one).encode("utf-8"),
        },
    )
