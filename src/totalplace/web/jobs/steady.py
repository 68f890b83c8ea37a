"""The work behind how steady a plan is.

Flow: jobs.runner -> THIS -> scenarios.steady -> files by name
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.scenarios.steady import steady
from totalplace.web.jobs.plans import RESULT
from totalplace.web.jobs.watch import Watch
from totalplace.web.kept import keep
from totalplace.web.library import library
from totalplace.web.planned import options_of

STEADY = "steady"
SPARE_S = 5.0  # kept for what comes after the draws


def perform_steady(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Solve for one draw at a time, telling how many are done."""
    found = steady(
        library().book,
        limit_s=max(1.0, watch.limit_s - SPARE_S),
        **options_of(request, limit_s=watch.limit_s),
        progress_fn=lambda words: watch.say(words[:1].upper() + words[1:]),
    )
    watch.say("Done")
    return {RESULT: keep(found)}
