"""Answers strangers share: the same as when made anew, and never somebody's own."""

from __future__ import annotations

import gzip

import pytest
from page_check import words_of

PLACE = "/places/E09000030"


@pytest.fixture
def answers(site):
    """What is kept: nothing yet."""
    from totalplace.web.finished import ANSWERS

    ANSWERS.clear()
    return ANSWERS


@pytest.fixture
def rendered(monkeypatch):
    """The templates rendered while a test runs."""
    from totalplace.web import page

    names = []
    honest = page.render_to_string

    def noting(name, *rest):
        names.append(name)
        return honest(name, *rest)

    monkeypatch.setattr(page, "render_to_string", noting)
    return names


@pytest.mark.parametrize("address", [PLACE, "/measures/referrals.rereferral_percent", "/sources"])
def test_the_second_stranger_gets_the_same_page_without_any_work(
    answers, rendered, visitor, address
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = visitor.get(address)
    assert len(rendered) == 1
    with CaptureQueriesContext(connection) as asked:
        second = visitor.get(address)
    assert len(rendered) == 1
    assert not asked.captured_queries
    answers.clear()
    anew = visitor.get(address)
    assert len(rendered) == 2
    assert first.content == second.content == anew.content
    same = ("Content-Type", "Vary", "Cache-Control", "ETag", "Content-Length")
    assert {n: second[n] for n in same} == {n: anew[n] for n in same}


def test_every_form_of_an_address_is_kept_apart(answers, visitor):
    page = visitor.get(PLACE)
    for _ in range(2):
        assert visitor.json(PLACE)["title"]
        csv = visitor.client.get(f"{PLACE}?format=csv")
        assert csv["Content-Disposition"].endswith('.csv"')
        assert csv.content.startswith(b"\xef\xbb\xbf") or b"," in csv.content.splitlines()[0]
        book = visitor.client.get(f"{PLACE}?format=xlsx")
        assert book.content.startswith(b"PK")
        assert "Content-Encoding" not in book.headers
        assert visitor.get(PLACE).content == page.content
        assert visitor.get(f"{PLACE}?neighbours=region").content != page.content


def test_a_page_is_sent_packed_to_those_who_take_it_and_not_twice(answers, visitor):
    plain = visitor.get(PLACE)
    packed = visitor.get(PLACE, headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 4 < len(plain.content)
    for refusal in ("gzip;q=0", "br", "gzip; q=0.0, br"):
        refused = visitor.get(PLACE, headers={"Accept-Encoding": refusal})
        assert "Content-Encoding" not in refused.headers
    again = visitor.get(PLACE, status=304, headers={"If-None-Match": packed["ETag"]})
    assert not again.content
    assert again["ETag"] == packed["ETag"]
    assert "Cookie" in again["Vary"]
    assert visitor.get(PLACE, headers={"If-None-Match": 'W/"other"'}).content == plain.content


def test_whoever_has_a_session_gets_a_page_of_their_own_and_leaves_none(answers, rendered, visitor):
    stranger = visitor.get(PLACE)
    session = visitor.client.session
    session["visitor"] = True
    session.save()
    visitor.client.cookies["sessionid"] = session.session_key
    own = visitor.get(PLACE)
    assert len(rendered) == 2
    assert "ETag" not in own.headers
    assert own.content == stranger.content  # nothing of theirs is on this page
    answers.clear()
    visitor.get(PLACE)
    assert not answers._held


def test_a_page_with_something_for_one_visitor_is_not_kept(answers, site):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from totalplace.web import finished

    def asked(**meta):
        request = RequestFactory().get("/about", HTTP_HOST="localhost", **meta)
        request.session = type("Session", (), {"modified": False})()
        return request

    request = asked()
    key = finished.key_of(request)
    for spoil in ("form", "cookie", "session", "status"):
        request, response = asked(), HttpResponse("<p>x")
        if spoil == "form":
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
        elif spoil == "cookie":
            response.set_cookie("name", "value")
        elif spoil == "session":
            request.session.modified = True
        else:
            response.status_code = 404
        assert finished.keep(key, request, response) is None, spoil
    assert answers.find(key) is None
    assert finished.keep(key, asked(), HttpResponse("<p>x")) == answers.find(key)
    assert finished.key_of(asked(HTTP_COOKIE="sessionid=abc")) is None
    assert finished.key_of(RequestFactory().post("/about")) is None


def test_addresses_of_other_hosts_are_other_answers(answers, site):
    from django.test import RequestFactory

    from totalplace.web import finished

    here, there = (
        finished.key_of(RequestFactory().get("/about", HTTP_HOST=host))
        for host in ("localhost", "127.0.0.1")
    )
    assert here != there


def test_what_is_kept_is_bounded_and_the_oldest_go_first():
    from totalplace.web.finished import Answer, Answers

    held = Answers(most_bytes=250)
    for number in range(5):
        answer = Answer(content=bytes(100), packed=False, headers=(), tag=str(number))
        held.keep((number,), answer)
        held.keep((number,), answer)  # twice takes no more room
        held.find((3,))
    assert [number for (number,) in held._held] == [4, 3]
    held.keep(("big",), Answer(content=bytes(300), packed=False, headers=(), tag=""))
    assert not held._held


def test_a_plan_page_with_a_form_is_made_for_each_visitor(answers, visitor):
    page = visitor.get("/plan/result?service=fostering&arrangement=joint-buying&seed=999")
    assert "Work" in words_of(page) or "work" in words_of(page)
    assert "csrftoken" in page.cookies
    assert not answers._held
