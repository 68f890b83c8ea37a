"""Middleware: pages are made with the own figures that their address names, or that are turned on.

Flow: a request, its session -> THIS -> figures.use -> web.pages
A page that is asked for without ``figures=`` while a set is turned on is asked for again with it,
so that the address reproduces what is seen. Only pages of figures are concerned: not the
workspaces, not signing in, not jobs (`jobs.views` sees to its own).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from totalplace.errors import TotalPlaceError
from totalplace.web.failures import failure_of, not_found
from totalplace.web.figures import sets
from totalplace.web.figures.models import FigureSet
from totalplace.web.figures.use import FIGURES, asked_for, laid_over
from totalplace.web.workspaces.models import Membership

PAGES = "totalplace.web.pages."  # whose views are concerned
READS = {"GET", "HEAD"}


class OwnFiguresInUse:
    """Lays own figures over the book for pages that are to be made with them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; what `process_view` laid over is taken away again."""
        with ExitStack() as stack:
            request.own_figures = stack  # type: ignore[attr-defined]  # for process_view
            response = self.get_response(request)
        asked = request.GET.get(FIGURES, "")
        if asked and 300 <= response.status_code < 400:
            response["Location"] = _with_figures(response["Location"], asked)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Find which figures the page is to be made with; or ask again with them in the address."""
        if not view.__module__.startswith(PAGES):
            return None
        try:
            return _lay_over(request, request.own_figures)  # type: ignore[attr-defined]
        except Http404 as error:
            return not_found(request, error)
        except TotalPlaceError as error:
            return failure_of(request, error)


def _lay_over(request: HttpRequest, stack: ExitStack) -> HttpResponseBase | None:
    """Lay over the book what the address names, or what is turned on."""
    named = request.GET.get(FIGURES, "").strip()
    if not named and request.method not in READS:
        named = str(request.POST.get(FIGURES, "")).strip()
    if named:
        stack.enter_context(asked_for(request, named))
        return None
    chosen = turned_on(request)
    if chosen is not None and request.method in READS:
        return HttpResponseRedirect(_with_figures(request.get_full_path(), str(chosen.id)))
    if chosen is not None:
        stack.enter_context(laid_over(chosen))
    return None


def turned_on(request: HttpRequest) -> FigureSet | None:
    """The set that stands in the visitor's session, as long as it exists and they may see it."""
    if not request.user.is_authenticated:
        return None
    named = request.session.get(FIGURES)
    if not named:
        return None
    chosen = sets.find(UUID(named))
    if chosen is not None and Membership.objects.filter(
        partnership=chosen.partnership_id, user=request.user.pk
    ):
        return chosen
    del request.session[FIGURES]
    return None


def turn_on(request: HttpRequest, chosen: FigureSet) -> None:
    """Have every page of this session made with a set."""
    request.session[FIGURES] = str(chosen.id)


def turn_off(request: HttpRequest) -> None:
    """Back to published figures."""
    request.session.pop(FIGURES, None)


def _with_figures(address: str, named: str) -> str:
    """An address of a page of figures with the set in it; any other as it is."""
    parts = urlsplit(address)
    try:
        concerned = resolve(parts.path).func.__module__.startswith(PAGES)
    except Resolver404:
        concerned = False
    if not concerned or parts.netloc or f"{FIGURES}=" in parts.query:
        return address
    words = urlencode({FIGURES: named})
    query = f"{parts.query}&{words}" if parts.query else words
    return parts._replace(query=query).geturl()
