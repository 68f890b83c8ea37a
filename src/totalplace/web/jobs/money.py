"""The work behind a gap closed and a county divided.

Flow: jobs.runner -> THIS -> scenarios.closing, scenarios.splitting -> files by name
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.reports.gap_document import gap_to_json
from totalplace.reports.gap_words import gap_leaflet
from totalplace.reports.split_document import split_to_json
from totalplace.reports.split_words import split_leaflet
from totalplace.scenarios import closing, splitting
from totalplace.web.jobs.watch import Watch
from totalplace.web.kept import keep
from totalplace.web.library import library
from totalplace.web.planned import registry_of

GAP, SPLIT = "gap", "split"
LEAFLET, DOCUMENT = "leaflet.json", "document.json"


def perform_gap(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Look for what closes a gap in one council."""
    watch.say("Valuing every way of sharing with neighbours")
    found = closing.gap(
        library().book,
        request["area"],
        cut=request["cut"][0] if len(request["cut"]) == 1 else request["cut"],
        seed=request["seed"],
        registry=registry_of(tuple(request["hold"])),
    )
    return {LEAFLET: keep(gap_leaflet(found)), DOCUMENT: gap_to_json(found).encode()}


def perform_split(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Divide a county along district lines."""
    watch.say("Dividing the money, and pricing what is lost")
    found = splitting.split(
        library().book,
        request["area"],
        request["into"],
        seed=request["seed"],
        registry=registry_of(tuple(request["hold"])),
    )
    return {LEAFLET: keep(split_leaflet(found)), DOCUMENT: split_to_json(found).encode()}
