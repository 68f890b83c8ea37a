"""Whether this process is alive, and whether the service is ready for visitors.

Flow: the database, the book, the queue -> THIS -> a proxy, an orchestrator, a person
"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from totalplace import __version__
from totalplace.errors import TotalPlaceError
from totalplace.web.jobs import board
from totalplace.web.library import library


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything a page needs is there; 503, saying what is not, otherwise."""
    faults: dict[str, str] = {}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            faults["database"] = "it is not migrated: start the service with 'totalplace serve'"
    except DatabaseError:
        faults["database"] = "it does not answer"
    try:
        library().book.query("SELECT 1")
    except TotalPlaceError:
        faults["book"] = "it cannot be opened"
    if "database" not in faults and not board.is_worker_alive():
        faults["worker"] = "no worker has reported: plans will wait"
    status = 503 if faults else 200
    return JsonResponse({"status": "not ready" if faults else "ready", **faults}, status=status)


ROUTES = [path("health", health, name="health"), path("ready", ready, name="ready")]
