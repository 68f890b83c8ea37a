"""One page: a function from a typed query to a Page; everything else is done here, once.

Flow: web.pages -> THIS -> HTML, a fragment of it, JSON, CSV, Excel or Word
In: what a page function returns. Out: the answer in the form asked for: by ``?format=`` or, for
JSON, by ``Accept: application/json`` at the same address. See the package's docstring.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from totalplace import __version__
from totalplace.book.own import OwnFigure
from totalplace.errors import InputError, Problem
from totalplace.reports import own_words
from totalplace.reports.stamp import LICENCE_LINE
from totalplace.web import finished
from totalplace.web.downloads import Table, csv_file, workbook
from totalplace.web.figures.use import PUBLISHED, in_use
from totalplace.web.library import library
from totalplace.web.navigation import navigation
from totalplace.web.query import RESERVED, read_query

Q = TypeVar("Q")
P = ParamSpec("P")
Json = Mapping[str, Any]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
WORDS = {"csv": "CSV", "xlsx": "Excel", "docx": "Word", "json": "JSON"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page function returns.

    ``content`` is what the template sees as ``page``: a frozen dataclass of the page's own.
    ``document`` is the same content as JSON, called only when asked for. Both come from the same
    result, so that they cannot disagree.

    ``fixed_by`` says that strangers may share the answer: besides the address and the book, these
    alone decide every word of it. ``()``: nothing else does; None: made for each visitor.

    A page with a status of 400 or more says why in ``problems``; its JSON then has the ``error``
    that every refusal has.
    """

    title: str
    template: str
    content: object
    document: Callable[[], Json]
    fragment: str = ""  # the template of the part htmx may ask for by itself; the page includes it
    tables: Callable[[], tuple[Table, ...]] | None = None  # CSV and Excel
    workbook: Callable[[], bytes] | None = None  # Excel, when a page has one of its own
    paper: Callable[[], bytes] | None = None  # Word
    sources: tuple[str, ...] = ()
    own: tuple[OwnFigure, ...] = ()  # own figures behind what is shown; listed at the foot
    stamp: str = ""  # hashes and seeds beyond the book's; shown and exported
    file_name: str = "total-place"
    status: int = 200
    problems: tuple[Problem, ...] = ()
    refresh_s: int | None = None  # without JavaScript, ask again after so many seconds
    crumbs: tuple[tuple[str, str], ...] = ()  # words and address of each page above this one
    fixed_by: tuple[Hashable, ...] | None = None
    made_from: str = ""  # book and version in words, where they are not those of this service


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One way to take the page away."""

    words: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFrame:
    """What the base template tells of own figures, where the page is made with some."""

    words: str
    page: str  # of the set; "" for a result that is kept whatever becomes of the set
    published: str  # this page, with published figures; likewise
    replaced: bool
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]  # those behind this page, beside the published


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the base template needs about any page; templates see it as ``frame``."""

    title: str
    navigation: Sequence[Json]  # as the macros take them
    crumbs: Sequence[Json]
    downloads: tuple[Download, ...]
    sources: tuple[str, ...]
    stamp: str
    licence: str
    refresh_s: int | None
    error: bool
    own: OwnFrame | None
    figures: str  # what ``figures=`` says, for the page's own forms; "" where it says nothing
    sign_in: str  # the address to sign in at and come back to this page


Respond = Page | HttpResponseBase
PageFunction = Callable[Concatenate[HttpRequest, Q, P], Respond]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a page before it is asked for; a view made by `page` has it as ``facts``."""

    function: Callable[..., Any]
    query: type[Any]
    form: type[Any] | None
    methods: tuple[str, ...]


def page(
    query: type[Q], *, methods: tuple[str, ...] = ("GET", "HEAD"), form: type[Any] | None = None
) -> Callable[[PageFunction[Q, P]], View[P]]:
    """Make a view of a page function.

    Args:
        query: The dataclass of the page's parameters: ``NoQuery`` for none. A GET reads it from
            the query string. A POST leaves the form to the function (`web.query.read_query` with
            ``request.POST``), so that it can show what was typed beside what is wrong with it.
        methods: What the page answers to; a POST ends in a redirect, or in the page with faults.
        form: The dataclass the function reads a POST into, for the description of the pages.
    """

    def wrap(function: PageFunction[Q, P]) -> View[P]:
        @functools.wraps(function)
        def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            asked = read_query(query, request.GET)
            made = function(request, asked, *args, **kwargs)
            return made if isinstance(made, HttpResponseBase) else respond(request, made)

        view.facts = Facts(  # type: ignore[attr-defined]
            function=function, query=query, form=form, methods=methods
        )
        return cast(View[P], view)

    return wrap


def respond(request: HttpRequest, made: Page, *, wanted: str | None = None) -> HttpResponse:
    """A page in the form the visitor asked for.

    Args:
        request: The request.
        made: The page.
        wanted: The form, "" for what ``Accept`` prefers; None: what ``?format=`` says.

    Raises:
        InputError: The page does not come in that form.
    """
    if wanted is None:
        wanted = request.GET.get("format", "").strip()
    makers = _makers(request, made)
    if not wanted:
        preferred = request.get_preferred_type(["text/html", "application/json"])
        wanted = "json" if preferred == "application/json" else "html"
    if wanted not in makers:
        raise InputError(
            Problem(
                what=f"This page does not come as {wanted[:20]!r}",
                fix=f"Choose among: {', '.join(makers)}.",
            )
        )
    key = None
    if made.fixed_by is not None and made.status == 200:
        key = finished.key_of(request, wanted, _part(request, made), *made.fixed_by)
    answer = finished.ANSWERS.find(key) if key else None
    if answer is None:
        response = makers[wanted]()
        answer = finished.keep(key, request, response) if key else None
    if answer is not None:
        response = finished.respond(request, answer)
    patch_vary_headers(response, ["Accept", "Accept-Encoding", "HX-Request", "Cookie"])
    user = getattr(request, "user", None)  # none when refused at the door
    kept = "no-store" if user is not None and user.is_authenticated else "no-cache"
    response.setdefault("Cache-Control", f"private, {kept}")
    return response


def _makers(request: HttpRequest, made: Page) -> dict[str, Callable[[], HttpResponse]]:
    def file(kind: str, content: bytes, name: str = "") -> HttpResponse:
        response = HttpResponse(content, content_type=TYPES[kind], status=made.status)
        with_own = "with-own-figures" if in_use() else ""
        title = "-".join(filter(None, (made.file_name, name, with_own)))
        response["Content-Disposition"] = f'attachment; filename="{title}.{kind}"'
        return response

    def as_csv() -> HttpResponse:
        tables = made.tables() if made.tables else ()
        table = _named(tables, request.GET.get("table", "").strip())
        return file("csv", csv_file(table), table.name)

    def as_workbook() -> HttpResponse:
        if made.workbook is not None:
            return file("xlsx", made.workbook())
        return file(
            "xlsx",
            workbook(
                made.title,
                made.tables() if made.tables else (),
                address=_address(request),
                sources=made.sources,
                stamp=_stamp(made),
                note=used.words if (used := in_use()) else "",
            ),
        )

    makers = {"html": lambda: _html(request, made), "json": lambda: _json(request, made)}
    if made.tables is not None:
        makers["csv"] = as_csv
    if made.tables is not None or made.workbook is not None:
        makers["xlsx"] = as_workbook
    if made.paper is not None:
        paper = made.paper
        makers["docx"] = lambda: file("docx", paper())
    return makers


def error_of(
    status: int, problems: Sequence[Problem], *, after: str = "", number: str = ""
) -> Json:
    """What is wrong, for programs: one shape for every refusal.

    Args:
        status: The status it is sent with.
        problems: All of it.
        after: What was left as it was.
        number: Of the request, by which it is found in the logs; "" when it is not needed.
    """
    names = ("what", "where", "count", "example", "fix")
    return {
        "status": status,
        "problems": [{name: getattr(one, name) for name in names} for one in problems],
        "after": after,
        "request": number,
    }


def _html(request: HttpRequest, made: Page) -> HttpResponse:
    part = _part(request, made)
    context = {
        "page": made.content,
        "alone": bool(part),  # whether the part is sent by itself
        "frame": frame(request, made),
        "user": getattr(request, "user", AnonymousUser()),  # none when refused at the door
    }
    return HttpResponse(
        render_to_string(part or made.template, context, request),
        status=made.status,
    )


def _part(request: HttpRequest, made: Page) -> str:
    """The template of the part htmx asks for; "" for the whole page."""
    htmx = getattr(request, "htmx", None)
    return made.fragment if htmx and not htmx.boosted else ""


def _json(request: HttpRequest, made: Page) -> HttpResponse:
    document = {
        "title": made.title,
        "address": _address(request),
        **_own_document(),
        **own_words.document(made.own),
        **({"error": error_of(made.status, made.problems)} if made.status >= 400 else {}),
        **made.document(),
        "sources": list(made.sources),
        "stamp": _stamp(made),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, default=str, allow_nan=False) + "\n"
    return HttpResponse(text, content_type="application/json", status=made.status)


def _own_document() -> Json:
    """What every JSON document says where it is made with own figures."""
    used = in_use()
    if used is None:
        return {}
    return {
        "made_with_own_figures": {
            "words": used.words,
            "owner": used.owner,
            "title": used.title,
            "figures": used.count,
            "sha256": used.sha256,
            "address": used.page,
        }
    }


def frame(request: HttpRequest, made: Page) -> Frame:
    """What the base template needs for a page."""
    asked = request.method in {"GET", "HEAD"} and made.status < 400  # so that a link asks the same
    offers = [kind for kind in _makers(request, made) if kind in WORDS] if asked else []
    return Frame(
        title=made.title,
        navigation=navigation(request.path),
        crumbs=[{"text": words, "href": address} for words, address in made.crumbs],
        downloads=tuple(
            Download(words=WORDS[kind], address=_address(request, format=kind)) for kind in offers
        ),
        sources=made.sources,
        stamp=_stamp(made),
        licence=LICENCE_LINE if made.sources else "",
        refresh_s=made.refresh_s,
        error=made.status >= 400,
        own=_own(request, made),
        figures=_figures(request),
        sign_in=_sign_in(request),
    )


def _own(request: HttpRequest, made: Page) -> OwnFrame | None:
    used = in_use()
    if used is None and not made.own:
        return None
    return OwnFrame(
        words=used.words if used else own_words.first_line(made.own),  # a result kept as it was
        page=used.page if used else "",
        published=_address(request, figures=PUBLISHED) if used else "",
        replaced=used.replaced if used else False,
        heads=own_words.HEADS,
        rows=own_words.rows(made.own),
    )


def _figures(request: HttpRequest) -> str:
    """Which figures the page is made with, as its address says it."""
    used = in_use()
    if used is not None:
        return str(used.id)
    return PUBLISHED if request.GET.get("figures", "").strip() == PUBLISHED else ""


def _sign_in(request: HttpRequest) -> str:
    address = reverse("sign-in")
    if request.method != "GET" or request.path in {address, reverse("set-password")}:
        return address
    return f"{address}?{urlencode({'next': request.get_full_path()})}"


def _address(request: HttpRequest, **more: str) -> str:
    """The permanent address of this page: its path and parameters, in the order given."""
    kept = [
        (name, value)
        for name in request.GET
        if name not in RESERVED
        for value in request.GET.getlist(name)
        if value.strip()
    ]
    figures = _figures(request)
    if figures and "figures" not in more:
        kept.append(("figures", figures))
    words = urlencode([*kept, *more.items()])
    return f"{request.path}?{words}" if words else request.path


def _stamp(made: Page) -> str:
    if not made.sources and not made.stamp:
        return f"Total Place {__version__}"
    used = in_use()
    own = f"own figures {used.sha256[:12]}" if used else ""
    made_from = made.made_from or f"book {library().hash[:12]} · Total Place {__version__}"
    return " · ".join(filter(None, (made.stamp, own, made_from)))


def _named(tables: tuple[Table, ...], name: str) -> Table:
    for table in tables:
        if name in {"", table.name}:
            return table
    names = ", ".join(table.name for table in tables)
    raise InputError(
        Problem(what=f"There is no table {name[:40]!r} here", fix=f"Choose among: {names}.")
    )
