"""The web application: what a director, a lead member or a commissioner opens.

Flow: scenarios, reports -> THIS -> a browser, or a program that asks for JSON

**How to add a page.** Three small files beside the others, and two lines:

1. ``web/pages/<noun>.py``: a frozen dataclass for the parameters, one for what the template reads,
   and a function::

       @dataclass(frozen=True, slots=True)
       class MoneyQuery:
           year: int | None = None  # ?year=2024; see web.query for the types there are

       @dataclass(frozen=True, slots=True, kw_only=True)
       class MoneyPage:
           verdict: str

       @page(MoneyQuery)
       def money(request: HttpRequest, query: MoneyQuery, area: str) -> Page:
           found = count(library().book, area, year=query.year)   # the library does the work
           return Page(
               title=f"Money of {found.name}",
               template="money.html",
               content=MoneyPage(verdict=words.verdict(found)),
               document=lambda: money_document(found),            # JSON, at the same address
               tables=lambda: (Table(...),),                      # CSV and Excel
               paper=lambda: money_paper(found),                  # Word, where it is a paper
               sources=found.sources,
           )

       ROUTES = [path("places/<str:area>/money", money, name="money")]

2. ``web/templates/<noun>.html``: ``{% extends "base.html" %}``, a ``content`` block. It sees the
   dataclass as ``page`` and nothing else of the page's; ``macros.html`` has tables and figures, the
   GOV.UK macros are at ``govuk_frontend_jinja/components/<name>/macro.html``. No ``style=`` and no
   inline script: the content security policy refuses both. A part that htmx may ask for by itself
   is ``fragments/<part>.html``, included by the page and named in ``Page(fragment=...)``.
3. A line in ``web.urls.MODULES``, and in ``web.navigation.ENTRIES`` if it belongs at the top.

The page then answers HTML, JSON (``Accept: application/json`` or ``?format=json``), CSV, Excel and
Word; faults in its parameters come back all together as a 400 in words; the library's own errors
(`totalplace.errors`) become error pages; its sources and hashes stand at its foot. There is no SQL
and no arithmetic in a page. What is read from the book and is the same for all is kept with
``library().once(name, fn)``, what visitors choose with ``library().lately(key, fn)``. A page that
its address and the book alone decide says ``fixed_by=()``: strangers then share the finished
answer, packed (`web.finished`). Whoever has a session gets a page of their own.

**Work that takes longer than a second** is a job: see `web.jobs`. Write
``perform(request, watch) -> {name: bytes}``, name it in ``web.jobs.kinds.KINDS``, ask for it with
``board.submit(...)`` from a POST and redirect to ``reverse("job", args=[job.id])``. The page that
shows the result finds it with ``board.find(kind, request)`` and reads ``job.outputs``.

**Forms** are POSTs with ``{{ csrf_input }}``: ``@page(NoQuery, methods=("GET", "HEAD", "POST"))``,
``read_query(Form, request.POST)`` in the function; on an InputError return the page again with its
problems in an error summary and ``status=400``, otherwise a redirect.
"""
