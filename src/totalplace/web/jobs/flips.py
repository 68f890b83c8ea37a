"""The work behind what an assumption flips.

Flow: jobs.runner -> THIS -> scenarios.flips -> files by name
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.scenarios.flips import flips
from totalplace.web.jobs.plans import RESULT
from totalplace.web.jobs.watch import Watch
from totalplace.web.kept import keep
from totalplace.web.library import library
from totalplace.web.planned import options_of

FLIPS = "flips"
SPARE_S = 8.0  # kept for what comes after the plans


def perform_flips(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Plan at each value, telling which one is under way."""
    found = flips(
        library().book,
        request["id"],
        at=request["value"],
        limit_s=max(1.0, watch.limit_s - SPARE_S),
        **options_of(request, limit_s=watch.limit_s),
        progress_fn=lambda words: watch.say(words[:1].upper() + words[1:]),
    )
    watch.say("Done")
    return {RESULT: keep(found)}
