"""The kinds of job there are: a name, and where the function that does it lives.

Flow: THIS -> jobs.runner
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

from totalplace.web.jobs.watch import Watch

Perform = Callable[[Mapping[str, Any], Watch], Mapping[str, bytes]]
KINDS: dict[str, str] = {
    "plan": "totalplace.web.jobs.plans:perform_plan",
    "explanation": "totalplace.web.jobs.plans:perform_explanation",
    "flips": "totalplace.web.jobs.flips:perform_flips",
    "gap": "totalplace.web.jobs.money:perform_gap",
    "split": "totalplace.web.jobs.money:perform_split",
    "steady": "totalplace.web.jobs.steady:perform_steady",
}
"""Kind to ``module:function``. The function gets the request and the watch, and returns files by
name. It tells the watch how far it is, ends within ``watch.limit_s`` with the best it has, and
raises the library's own errors when it cannot do what was asked."""


def perform_of(kind: str) -> Perform:
    """The function that does a kind of job."""
    module, _, name = KINDS[kind].partition(":")
    return cast(Perform, getattr(import_module(module), name))
