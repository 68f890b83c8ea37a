"""The work behind a plan, and behind why an authority landed where it did.

Flow: jobs.runner -> THIS -> scenarios.planning, scenarios.risk -> files by name
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from totalplace.scenarios import planning, risk
from totalplace.web.jobs.watch import Watch
from totalplace.web.kept import keep
from totalplace.web.library import library
from totalplace.web.planned import options_of

PLAN, EXPLANATION = "plan", "explanation"
RESULT = "result.json"


def perform_plan(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Find the plan that was asked for, telling its value and bound as they move."""
    found = planning.plan(
        library().book,
        **options_of(request, limit_s=watch.limit_s),
        progress_fn=lambda words: watch.say(_sentence(words)),
        watch_fn=watch.show,
    )
    watch.show(found.certificate.value, found.certificate.bound)
    watch.say("Proved" if found.certificate.status == "optimal" else "Stopped early")
    return {RESULT: keep(found)}


def perform_explanation(request: Mapping[str, Any], watch: Watch) -> dict[str, bytes]:
    """Find the plan again, and tell why one authority landed where it did."""
    told = risk.explain(
        library().book,
        request["area"],
        **options_of(request, limit_s=watch.limit_s),
        progress_fn=lambda words: watch.say(_sentence(words)),
    )
    return {RESULT: keep(told)}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
