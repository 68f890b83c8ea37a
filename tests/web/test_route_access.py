"""Every route by role, as `route_access` says: each cell of the table is asked for."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from page_check import words_of
from people import partnership, person, signed_in
from route_access import ACCESS, ROLES

from totalplace.book.own import OwnFigure

SECRET = "Nobody else may read this"
FIGURE = OwnFigure(
    owner=SECRET, item="workforce.agency_rate_fte", title="Agency", unit="per cent",
    area_code="E09000007", area_name="Camden", period="2025", period_end=None, value=31.5,
    symbol="", missing="", published=9.4, published_symbol="", published_missing="",
)  # fmt: skip
CELLS = [
    (name, method, role) for name in sorted(ACCESS) for method in ("GET", "POST") for role in ROLES
]


def named():
    """The names of all routes there are."""
    from totalplace.web.urls import urlpatterns

    return [one.name for one in urlpatterns]


@pytest.fixture
def world(site):
    """A partnership with something of each kind in it, another one, and who is who."""
    from django.utils import timezone

    from totalplace.web.figures.models import FigureSet
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job
    from totalplace.web.workspaces.models import Membership, Note, Saved

    board.worker_beat(name="test")  # so that the service is ready
    room, rita, ann, mona = partnership(SECRET, Rita="reader", Ann="analyst", Mona="manager")
    _, bob = partnership("Another", Bob="manager")
    dora = Membership.objects.create(partnership=room, user=person("Dora"), role="reader")
    saved = Saved.objects.create(
        partnership=room, kind="plan", name=SECRET, title=SECRET, verdict=[SECRET],
        address="/plan/result?service=adoption&draws=64&seed=77", packed=Saved.pack({}),
        book_hash="b", version="v", assumptions="a", saved_by=ann, saved_by_name=ann.name,
    )  # fmt: skip
    note = Note.objects.create(partnership=room, text=SECRET, author=ann, author_name=ann.name)
    room.area_codes = ["E09000007"]
    room.save()
    own = FigureSet.objects.create(
        partnership=room, title=SECRET, file_name="x.csv", sha256="0" * 64, count=1, same=0,
        packed=FigureSet.pack((FIGURE,)), book_hash="b", sent_by=ann, sender=ann.name,
    )  # fmt: skip
    job = Job.objects.create(
        kind="plan", key=uuid4().hex, request={}, address="/", title="Somebody's plan",
        queued_at=timezone.now(),
    )  # fmt: skip
    yield {
        "people": {"reader": rita, "analyst": ann, "manager": mona, "other": bob},
        "words": {
            "room": room.pk,
            "member": dora.pk,
            "saved": saved.pk,
            "note": note.pk,
            "job": job.pk,
            "figures": own.pk,
        },
    }
    Saved.objects.all().delete()
    job.delete()


def filled(text, world):
    return re.sub(r"\{(\w+)\}", lambda found: str(world["words"][found[1]]), text)


def test_every_route_has_a_name_and_a_row(site):
    there = named()
    assert None not in there, "give every route a name"
    missing, gone = sorted(set(there) - set(ACCESS)), sorted(set(ACCESS) - set(there))
    assert missing == [], "say in tests/web/route_access.py who may ask for these"
    assert gone == []
    assert len(there) == len(set(there))


@pytest.mark.parametrize(("name", "method", "role"), CELLS)
def test_each_role_gets_what_the_table_says(world, visitor, name, method, role):
    row = ACCESS[name]
    here = visitor if role == "stranger" else signed_in(world["people"][role])
    expected = (row.get if method == "GET" else row.post)[ROLES.index(role)]
    address = filled(row.address, world)
    if method == "GET":
        got = here.get(address, status=expected)
    else:
        form = {field: filled(value, world) for field, value in row.form.items()}
        got = here.post(address, form, status=expected)
    if expected == 302 and method == "GET" and role == "stranger":
        assert got.headers["Location"].startswith("/sign-in?next=")
    if role in {"stranger", "other"} and "html" in got.headers.get("Content-Type", ""):
        assert SECRET not in words_of(got)


@pytest.mark.parametrize("name", sorted(n for n, row in ACCESS.items() if set(row.post) != {405}))
def test_no_form_is_taken_without_its_token(world, name):
    from django.test import Client

    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    client.force_login(
        world["people"]["manager"], backend="django.contrib.auth.backends.ModelBackend"
    )
    row = ACCESS[name]
    form = {field: filled(value, world) for field, value in row.form.items()}
    refused = client.post(filled(row.address, world), form)
    assert refused.status_code == 403
    assert "could not be checked" in words_of(refused)


@pytest.mark.parametrize("name", sorted(n for n, row in ACCESS.items() if "{room}" in row.address))
def test_a_partnership_that_is_not_there_looks_like_one_of_others(world, name):
    """Word for word, whichever form the answer comes in."""
    here = signed_in(world["people"]["other"])
    row = ACCESS[name]
    real = filled(row.address, world)
    none = real.replace(str(world["words"]["room"]), "00000000-0000-4000-8000-000000000000")
    ask = here.client.get if row.get[0] != 405 else here.client.post
    for accept in ("text/html", "application/json"):
        told = [ask(address, headers={"Accept": accept}) for address in (real, none)]
        assert [one.status_code for one in told] == [404, 404]
        first, second = (
            one.content.decode().replace(address, "").replace(one.wsgi_request.path, "")
            for one, address in zip(told, (real, none), strict=True)
        )
        assert without_tokens(first) == without_tokens(second)


def without_tokens(text):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
