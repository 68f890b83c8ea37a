"""The page of a job: how far it is, what it will show, and a way to stop it.

Flow: jobs.board -> THIS -> web.page
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from totalplace.errors import InputError, Problem
from totalplace.web.failures import DeniedError
from totalplace.web.figures.use import FIGURES, visible
from totalplace.web.jobs import board
from totalplace.web.jobs.models import Job, Status
from totalplace.web.jobs.progress import progress_svg
from totalplace.web.page import Page, page
from totalplace.web.visitors import visitor

REFRESH_S = 3
ABSENT = "There is no such job: it may be too old and forgotten. Ask again."
WORDS = {
    Status.QUEUED: "Waiting",
    Status.RUNNING: "Being worked out",
    Status.DONE: "Done",
    Status.FAILED: "It could not be done",
    Status.CANCELLED: "Cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """What the template of a job reads."""

    title: str
    status: str  # in words
    words: str
    waiting: int  # jobs before it
    value: float | None
    bound: float | None
    gap: float | None  # %, of the value's size
    chart: str  # svg, "" until there is something to draw
    live: bool
    mine: bool
    address: str  # of the result
    own_address: str
    cancel_address: str


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Where to go when it is done, when not to its own result: an address of this site."""

    then: str = field(default="", metadata={"longest": 7000})


@page(JobQuery)
def job_page(request: HttpRequest, query: JobQuery, job_id: UUID) -> Page | HttpResponse:
    """One job. When it is done, the visitor is taken to its result."""
    job = _find(request, job_id)
    if query.then and not url_has_allowed_host_and_scheme(query.then, allowed_hosts=None):
        raise InputError(Problem(what="then leads elsewhere", fix="Give an address of this site."))
    result = query.then or job.address
    wants_page = (
        not request.GET.get("format")
        and request.get_preferred_type(["text/html", "application/json"]) != "application/json"
    )
    if job.status == Status.DONE and wants_page:
        if getattr(request, "htmx", None):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = result
            return response
        return HttpResponseRedirect(result)
    content = _content(request, job, query.then)
    return Page(
        title=f"{content.status}: {job.title}",
        template="job.html",
        fragment="fragments/job.html",
        content=content,
        document=lambda: _document(job, content),
        refresh_s=REFRESH_S if job.is_live else None,
    )


@require_POST
def cancel_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Take back one's wish for a job."""
    job = _find(request, job_id)
    if not board.cancel(job, visitor=visitor(request)):
        raise DeniedError("Only those who asked for a plan can cancel it.")
    return HttpResponseRedirect(reverse("job", args=[job_id]))


def _find(request: HttpRequest, job_id: UUID) -> Job:
    job = Job.objects.filter(id=job_id).first()
    if job is None:
        raise Http404(ABSENT)
    if FIGURES in job.request:  # a result of own figures is its partnership's alone
        try:
            visible(request, job.request[FIGURES])
        except Http404:
            raise Http404(ABSENT) from None
    return job


def _content(request: HttpRequest, job: Job, then: str) -> JobPage:
    who = visitor(request)
    point = job.progress[-1] if job.progress else None
    value, bound = (point[1], point[2]) if point else (None, None)
    own = reverse("job", args=[job.id]) + (f"?{urlencode({'then': then})}" if then else "")
    return JobPage(
        title=job.title,
        status=WORDS[Status(job.status)],
        words=job.words,
        waiting=board.place_in_queue(job) if job.status == Status.QUEUED else 0,
        value=value,
        bound=bound,
        gap=None if point is None else 100 * (point[2] - point[1]) / max(1.0, abs(point[1])),
        chart=progress_svg(job.progress),
        live=job.is_live,
        mine=bool(who) and job.askers.filter(visitor=who, cancelled=False).exists(),
        address=then or job.address,
        own_address=own,
        cancel_address=reverse("cancel-job", args=[job.id]),
    )


def _document(job: Job, content: JobPage) -> dict[str, Any]:
    return {
        "kind": "job",
        "id": str(job.id),
        "status": job.status,
        "words": job.words,
        "waiting": content.waiting,
        "value": content.value,
        "bound": content.bound,
        "gap_percent": content.gap,
        "progress": job.progress,
        "result": job.address if job.status == Status.DONE else None,
    }


ROUTES = [
    path("jobs/<uuid:job_id>", job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel", cancel_job, name="cancel-job"),
]
