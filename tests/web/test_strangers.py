"""What strangers may have: one solve each, a few for each network, a bounded queue, and words.

Everything here goes through the pages, with forms that are checked as a browser's are.
"""

from __future__ import annotations

import re

import pytest
from page_check import words_of

PLAN = {"service": "fostering", "arrangement": "joint-buying", "funding": "a grant"}


@pytest.fixture
def queue(site, monkeypatch):
    """The table of jobs, empty, with nothing handed to the queue; no stranger seen yet."""
    from django.contrib.sessions.models import Session

    from totalplace.web import visitors
    from totalplace.web.jobs import board
    from totalplace.web.jobs.models import Job

    Job.objects.all().delete()
    Session.objects.all().delete()
    monkeypatch.setattr(board, "_enqueue", lambda job_id: None)
    monkeypatch.setattr(visitors, "NEWCOMERS", visitors.Newcomers())
    return Job


class Stranger:
    """A browser, or a program, whose forms are checked; it may forget its cookies each time."""

    def __init__(self, address="198.51.100.7", *, forgetful=False, **headers):
        self.given = {"REMOTE_ADDR": address, "HTTP_HOST": "localhost", **headers}
        self.forgetful = forgetful
        self.forget()

    def forget(self):
        from django.test import Client

        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False, **self.given)

    def ask(self, seed, *, status=302, **more):
        if self.forgetful:
            self.forget()
        page = self.client.get("/plan/new?service=fostering").content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {**PLAN, "seed": seed, "csrfmiddlewaretoken": token, **more}
        answer = self.client.post("/plan/new", form)
        assert answer.status_code == status, words_of(answer)[:1500]
        return answer


def test_a_stranger_has_one_solve_under_way_and_is_told_which(queue):
    stranger = Stranger()
    first = stranger.ask(1)
    refused = stranger.ask(2, status=429)
    assert refused["Retry-After"] == "60"
    assert "You have another one under way" in words_of(refused)
    assert "who should share it" in words_of(refused)
    assert stranger.ask(1)["Location"] == first["Location"]  # the same is shared, not refused
    assert Stranger("198.51.100.8").ask(1)["Location"] == first["Location"]
    assert queue.objects.count() == 1
    stranger.client.post(f"{first['Location']}/cancel")  # without a token: refused
    assert stranger.ask(2, status=429)


def test_a_refusal_is_told_to_programs_too(queue):
    stranger = Stranger(HTTP_ACCEPT="application/json")
    stranger.client.defaults["HTTP_ACCEPT"] = "text/html"
    stranger.ask(1)
    stranger.client.defaults["HTTP_ACCEPT"] = "application/json"
    page = stranger.client.get("/plan/new?service=fostering", HTTP_ACCEPT="text/html")
    token = re.search(r'value="([^"]+)"', page.content.decode().split("csrfmiddlewaretoken")[1])
    form = {**PLAN, "seed": 2, "csrfmiddlewaretoken": token[1]}
    refused = stranger.client.post("/plan/new", form)
    assert (refused.status_code, refused.json()["error"]["status"]) == (429, 429)
    assert "another one under way" in refused.json()["error"]["problems"][0]["what"]


def test_refusing_cookies_gains_nothing(queue, site):
    most = site.CONFIG.solves_per_address
    program = Stranger(forgetful=True)
    for seed in range(most):
        program.ask(seed)
    refused = program.ask(99, status=429)
    assert refused["Retry-After"]
    assert f"{most} plans are under way for people at your network address" in words_of(refused)
    assert queue.objects.count() == most
    Stranger("203.0.113.9").ask(100)  # others are not kept from theirs
    program.ask(0)  # and joining what is under way takes no room
    queue.objects.filter(status="queued").update(status="done")
    program.ask(101)


def test_without_any_cookie_no_form_is_taken(queue):
    from django.test import Client

    bare = Client(enforce_csrf_checks=True, HTTP_HOST="localhost")
    refused = bare.post("/plan/new", {**PLAN, "seed": 1})
    assert refused.status_code == 403
    assert "Cookies must be allowed" in words_of(refused)
    assert queue.objects.count() == 0


def test_a_header_of_the_visitors_own_does_not_make_them_another(queue, site, monkeypatch):
    from dataclasses import replace

    most = site.CONFIG.solves_per_address
    for seed in range(most):
        Stranger(HTTP_X_FORWARDED_FOR=f"192.0.2.{seed}").ask(seed)
    Stranger(HTTP_X_FORWARDED_FOR="192.0.2.200").ask(98, status=429)
    # behind a proxy of ours, the address it saw counts, whatever stands before it
    monkeypatch.setattr(site, "CONFIG", replace(site.CONFIG, proxies=1))
    queue.objects.all().delete()
    for seed in range(most):
        Stranger("127.0.0.1", HTTP_X_FORWARDED_FOR=f"10.0.0.{seed}, 192.0.2.5").ask(seed)
    Stranger("127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.99, 192.0.2.5").ask(98, status=429)
    Stranger("127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.99, 192.0.2.6").ask(99)


def test_an_ipv6_network_is_one_visitor_whatever_its_last_half(site, monkeypatch):
    from django.test import RequestFactory

    from totalplace.web.visitors import network

    def of(given):
        return network(RequestFactory().get("/", REMOTE_ADDR=given))

    assert of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff::9")
    assert of("2001:db8:1:2::1") != of("2001:db8:1:3::1")
    assert of("::ffff:198.51.100.7") == of("198.51.100.7")
    assert of("198.51.100.7") != of("198.51.100.8")
    assert of("") == of("")
    assert "198.51" not in of("198.51.100.7")


def test_the_queue_is_bounded_and_says_so(queue, site):
    for number in range(site.CONFIG.queue_length):
        Stranger(f"192.0.2.{number}").ask(number)
    refused = Stranger("203.0.113.1").ask(999, status=429)
    assert refused["Retry-After"] == "60"
    assert "20 plans are waiting to be worked out" in words_of(refused)
    assert queue.objects.count() == site.CONFIG.queue_length


def test_a_flood_of_strangers_leaves_no_flood_of_sessions(queue):
    from django.contrib.sessions.models import Session

    from totalplace.web.visitors import MOST_NEW

    program = Stranger(forgetful=True)
    for number in range(MOST_NEW + 20):
        program.ask(1, status=302 if number < MOST_NEW else 429)
    assert Session.objects.count() == MOST_NEW
    assert queue.objects.get().askers.count() == MOST_NEW


def test_newcomers_are_counted_anew_after_a_while():
    from totalplace.web.failures import BusyError
    from totalplace.web.visitors import Newcomers

    counted = Newcomers(most=2, window_s=1e9)
    counted.admit("a")
    counted.admit("a")
    counted.admit("b")
    with pytest.raises(BusyError, match="allow cookies"):
        counted.admit("a")
    counted._began -= 2e9
    counted.admit("a")


def test_reading_leaves_nothing_behind(queue):
    from django.contrib.sessions.models import Session

    stranger = Stranger()
    for address in ("/", "/places/E09000030", "/plan/new?service=fostering", "/evidence"):
        assert stranger.client.get(address).status_code == 200
    assert "sessionid" not in stranger.client.cookies
    assert Session.objects.count() == 0


def test_old_sessions_are_forgotten(queue):
    from datetime import timedelta

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from totalplace.web.jobs import board

    Stranger().ask(1)
    Stranger("203.0.113.5").ask(2)
    old = Session.objects.first()
    Session.objects.filter(pk=old.pk).update(expire_date=timezone.now() - timedelta(days=1))
    board.forget_old()
    assert Session.objects.exclude(pk=old.pk).count() == Session.objects.count() == 1
