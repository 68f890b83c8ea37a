"""Every failure in words: what is wrong, how to mend it, and no trace.

Flow: errors of the library, of Django, of anything -> THIS -> an error page, or the same as JSON
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import reverse

from totalplace.errors import (
    BookError,
    InputError,
    NoPlanError,
    Problem,
    TotalPlaceError,
    UnknownAreaError,
)
from totalplace.web.page import Page, error_of, respond
from totalplace.web.uploads import UploadTooLarge

LOG = logging.getLogger("totalplace.web.failures")
TITLES = {
    400: "That could not be used",
    403: "You may not see this",
    404: "There is no such page",
    405: "This page does not work that way",
    413: "That is too large",
    422: "No plan satisfies that",
    429: "Busy just now",
    500: "Something went wrong here",
    503: "Not available just now",
}
MISFORMED = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UploadTooLarge)


class BusyError(TotalPlaceError):
    """Too much is being worked out already; the message says when to come back."""


class AbsentError(InputError):
    """The address names something that is not there; the message says what is near."""


class DeniedError(TotalPlaceError):
    """The visitor may not see or do this; the message says who may."""


class SignInNeededError(DeniedError):
    """A stranger asks for what only those with an account may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What the error template shows."""

    title: str
    problems: tuple[Problem, ...]
    after: str
    number: str  # of the request, by which it is found in the logs; "" when it is not needed


class InWords:
    """Middleware: an error on the way becomes a page that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; a bare refusal by Django gets its page too."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming:
            allowed = response.headers.get("Allow", "")
            told = failed(request, 405, Problem(what="The address is right, the method is not"))
            told["Allow"] = allowed
            return told
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error that left a view."""
        return failure_of(request, error)


def failure_of(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The answer to an error; None for those Django has its own way with (404, 403)."""
    if isinstance(error, Http404 | PermissionDenied):
        return None
    if isinstance(error, SignInNeededError) and _reads_a_page(request):
        asked = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('sign-in')}?{asked}")
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if status >= 500:
        told = {"request": _number(request), "path": request.path}
        LOG.error("failed", exc_info=error, extra=told)
    if status == 500:
        return crashed(request)
    if isinstance(error, InputError):
        return failed(request, status, *error.problems, after=error.after)
    known = isinstance(error, TotalPlaceError) or status == 413
    words = str(error) if known else "The request was not understood"
    response = failed(request, status, Problem(what=words))
    if status == 429:
        response["Retry-After"] = "60"
    return response


_STATUS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int], ...] = (
    (TOO_MUCH, 413),
    (MISFORMED, 400),
    ((UnknownAreaError, AbsentError), 404),
    (BusyError, 429),
    (DeniedError, 403),
    (NoPlanError, 422),
    (BookError, 503),
    (TotalPlaceError, 400),
)


def failed(
    request: HttpRequest, status: int, *problems: Problem, after: str = "", number: str = ""
) -> HttpResponse:
    """An error page with its status, or the same as JSON where that was asked for."""
    title = TITLES[status]
    _readable(request)
    told = Page(
        title=title,
        template="failure.html",
        fragment="fragments/failure.html",
        content=Failure(title=title, problems=problems, after=after, number=number),
        document=lambda: {"error": error_of(status, problems, after=after, number=number)},
        status=status,
    )
    return respond(request, told, wanted="json" if request.GET.get("format") == "json" else "")


def _readable(request: HttpRequest) -> None:
    """Where there is too much in the address to be read, the error page is that of none of it."""
    try:
        request.GET  # noqa: B018 (read once, then kept)
    except TOO_MUCH:
        request.GET = QueryDict()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400."""
    return failure_of(request, exception) or failed(
        request, 400, Problem(what="The request was not understood")
    )


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403."""
    words = str(exception) or "This page belongs to others, or you are not signed in"
    return failed(request, 403, Problem(what=words))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404."""
    told = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return failed(
        request,
        404,
        Problem(
            what=told or f"Nothing is at {request.path[:80]}",
            fix="Check the address, or start from the first page.",
        ),
    )


def crashed(request: HttpRequest) -> HttpResponse:
    """Django's 500; should the error page itself fail, the same in plain text."""
    number = _number(request)
    problem = Problem(what="It is not your doing, and nothing you had was lost")
    try:
        return failed(request, 500, problem, number=number)
    except Exception:
        LOG.exception("the error page failed", extra={"request": number})
        text = f"{TITLES[500]}. {problem} If it happens again, report it with number {number}."
        return HttpResponse(text, content_type="text/plain; charset=utf-8", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from this site, or whose cookie is gone."""
    return failed(
        request,
        403,
        Problem(
            what="The form could not be checked as coming from this site",
            fix="Go back, load the page again and send it once more. Cookies must be allowed.",
        ),
    )


def _reads_a_page(request: HttpRequest) -> bool:
    """Whether a person is looking, who can be shown another page instead."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    htmx = getattr(request, "htmx", None)
    return (
        request.method in {"GET", "HEAD"}
        and not request.GET.get("format")
        and preferred != "application/json"
        and not htmx
    )


def _number(request: HttpRequest) -> str:
    return str(getattr(request, "number", ""))
